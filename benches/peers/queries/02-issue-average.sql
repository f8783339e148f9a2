SELECT issue, count(*), avg(value) FROM position WHERE value IS NOT NULL GROUP BY issue
