SELECT sector, count(*) FROM position JOIN actor USING (actor)
WHERE stance IN ('https://w3id.org/standpoint/ns#Supports', 'https://w3id.org/standpoint/ns#Affirms') AND sector IS NOT NULL GROUP BY sector
