SELECT issue, min(day), max(day), min(value), any_value(label) FROM position JOIN issue USING (issue)
WHERE day IS NOT NULL AND value IS NOT NULL AND label IS NOT NULL GROUP BY issue
