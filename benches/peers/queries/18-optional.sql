SELECT explicitness, count(*), count(requires) FROM position LEFT JOIN condition USING (position) GROUP BY explicitness
