"""How fast the count is, and how much memory it takes: ``make bench-tally`` writes RESULTS.md."""
