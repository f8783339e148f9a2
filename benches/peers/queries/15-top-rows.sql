SELECT position, day, stance FROM position WHERE certainty = 'https://w3id.org/standpoint/ns#Certain' AND day IS NOT NULL
ORDER BY day DESC, position LIMIT 20
