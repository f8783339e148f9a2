SELECT p.issue, count(*) FROM position p JOIN position q ON p.issue = q.issue
WHERE p.issue IN ('https://w3id.org/standpoint/id/issue/issue-40', 'https://w3id.org/standpoint/id/issue/issue-41', 'https://w3id.org/standpoint/id/issue/issue-43')
  AND p.stance = 'https://w3id.org/standpoint/ns#Supports' AND q.stance = 'https://w3id.org/standpoint/ns#Opposes' GROUP BY p.issue
