SELECT mode, count(*) FROM position WHERE NOT EXISTS (FROM attribution a WHERE a.position = position.position)
GROUP BY mode
