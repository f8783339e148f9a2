SELECT issue, stance, quote FROM position JOIN evidence USING (position) WHERE actor = 'https://w3id.org/standpoint/id/actor/actor-99'
