SELECT q.actor, count(DISTINCT p.issue) FROM position p JOIN position q ON p.issue = q.issue
WHERE p.actor = 'https://w3id.org/standpoint/id/actor/actor-12' AND p.stance = 'https://w3id.org/standpoint/ns#Supports' AND q.stance = 'https://w3id.org/standpoint/ns#Opposes' GROUP BY q.actor
