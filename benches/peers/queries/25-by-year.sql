SELECT year(day), count(*), avg(value) FROM position WHERE day IS NOT NULL AND value IS NOT NULL GROUP BY ALL
