SELECT actor, count(*) FROM position WHERE mode = 'https://w3id.org/standpoint/ns#Demand' GROUP BY actor ORDER BY 2 DESC, 1 LIMIT 10
