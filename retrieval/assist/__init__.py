"""A language model as a second planner and a second reader, behind the same types and the same lock."""
