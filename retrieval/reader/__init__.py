"""The small model that reads a question together with a sentence, and how it was taught."""
