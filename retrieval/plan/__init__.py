"""What follows from several figures: the one executor of a plan, and the tables, trends, rates and sums that are made with it."""
