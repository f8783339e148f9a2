SELECT mode, stance, count(*) FROM position
WHERE stance IN ('https://w3id.org/standpoint/ns#Critical', 'https://w3id.org/standpoint/ns#Neutral', 'https://w3id.org/standpoint/ns#Denies') GROUP BY mode, stance
