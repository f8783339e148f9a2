WITH RECURSIVE below(thing) AS (
  SELECT 'https://w3id.org/standpoint/id/topic/topic-1' UNION SELECT narrow FROM broader JOIN below ON broad = thing
) SELECT count(DISTINCT position) FROM position JOIN below ON issue = thing
