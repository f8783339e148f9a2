SELECT s.sector, t.sector, count(*) FROM position JOIN actor s USING (actor) JOIN attribution a USING (position)
JOIN actor t ON t.actor = a.source WHERE s.sector IS NOT NULL AND t.sector IS NOT NULL GROUP BY ALL
