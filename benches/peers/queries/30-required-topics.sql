SELECT broad, count(*) FROM condition JOIN broader ON requires = narrow GROUP BY broad
