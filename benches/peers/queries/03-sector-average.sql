SELECT sector, count(*), avg(value) FROM position JOIN actor USING (actor)
WHERE value IS NOT NULL AND sector IS NOT NULL GROUP BY sector
