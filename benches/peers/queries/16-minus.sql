SELECT stance, count(*) FROM position WHERE position NOT IN (SELECT position FROM hedge) GROUP BY stance
