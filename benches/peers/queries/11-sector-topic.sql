SELECT sector, broad, count(*), avg(value) FROM position JOIN actor USING (actor) JOIN broader ON issue = narrow
WHERE value IS NOT NULL AND sector IS NOT NULL GROUP BY sector, broad
