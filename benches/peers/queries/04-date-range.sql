SELECT count(*) FROM position WHERE day >= DATE '2018-03-01' AND day < DATE '2018-06-01'
