SELECT p.stance, count(DISTINCT p.issue) FROM position p JOIN position q ON p.issue = q.issue AND p.stance = q.stance
WHERE p.actor = 'https://w3id.org/standpoint/id/actor/actor-3' AND q.actor = 'https://w3id.org/standpoint/id/actor/actor-5' GROUP BY p.stance
