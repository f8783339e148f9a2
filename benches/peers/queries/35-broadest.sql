WITH RECURSIVE above(issue, thing) AS (
  SELECT narrow, broad FROM broader UNION SELECT issue, broad FROM above JOIN broader ON narrow = thing
) SELECT thing, count(*), avg(value) FROM position JOIN above USING (issue) WHERE value IS NOT NULL GROUP BY thing
