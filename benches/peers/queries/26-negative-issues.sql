SELECT family, count(DISTINCT issue) FROM position JOIN issue USING (issue)
WHERE value < -0.5 AND family IS NOT NULL GROUP BY family
