SELECT count(*) FROM (SELECT DISTINCT actor, issue FROM position)
