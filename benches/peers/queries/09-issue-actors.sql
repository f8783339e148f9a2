SELECT issue, count(DISTINCT actor) FROM position GROUP BY issue
