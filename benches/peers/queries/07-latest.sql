WITH latest AS (SELECT actor, issue, max(day) AS day FROM position WHERE day IS NOT NULL GROUP BY actor, issue)
SELECT stance, count(*) FROM position JOIN latest USING (actor, issue, day) GROUP BY stance
