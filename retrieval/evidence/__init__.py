"""What of the reports may answer: scope, search, candidates, the figures that fit, and how likely each answers."""
