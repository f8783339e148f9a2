SELECT family, avg(n), max(n) FROM (SELECT issue, count(*) AS n FROM position GROUP BY issue) JOIN issue USING (issue)
WHERE family IS NOT NULL GROUP BY family
