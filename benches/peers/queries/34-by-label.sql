SELECT stance, count(*) FROM position JOIN actor USING (actor) WHERE label = 'Actor 17' GROUP BY stance
