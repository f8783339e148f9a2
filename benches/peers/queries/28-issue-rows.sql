SELECT position, actor, label, stance, day, quote FROM position JOIN evidence USING (position) JOIN actor USING (actor)
WHERE issue = 'https://w3id.org/standpoint/id/issue/issue-5' AND day IS NOT NULL
