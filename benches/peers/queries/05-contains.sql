SELECT count(*) FROM selector WHERE contains(exact, 'river ferry')
