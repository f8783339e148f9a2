SELECT actor, count(*), avg(value) FROM position WHERE value IS NOT NULL
GROUP BY actor HAVING count(*) >= 20 AND avg(value) < 0
