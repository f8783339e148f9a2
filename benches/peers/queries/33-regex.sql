SELECT count(*) FROM selector WHERE regexp_matches(exact, '^ferry.* market$')
