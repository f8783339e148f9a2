WITH latest AS (SELECT actor, max(day) AS day FROM position WHERE issue = 'https://w3id.org/standpoint/id/issue/issue-2' GROUP BY actor)
SELECT actor, day, stance FROM position JOIN latest USING (actor, day) WHERE issue = 'https://w3id.org/standpoint/id/issue/issue-2'
