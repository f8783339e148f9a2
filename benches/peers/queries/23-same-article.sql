SELECT count(*) FROM position p JOIN position q ON p.article = q.article AND p.issue = q.issue
WHERE p.stance = 'https://w3id.org/standpoint/ns#Supports' AND q.stance = 'https://w3id.org/standpoint/ns#Opposes'
