"""How good the answers and the search are: grading, where a miss was lost, benchmarks, learned weights."""
