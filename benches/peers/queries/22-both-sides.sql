SELECT p.actor, count(DISTINCT p.issue) FROM position p JOIN position q ON p.actor = q.actor AND p.issue = q.issue
WHERE p.stance = 'https://w3id.org/standpoint/ns#ConditionallySupports' AND q.stance = 'https://w3id.org/standpoint/ns#Critical' GROUP BY p.actor
