"""Findings in Chinese: sentences and cards, the kinds of 没有, citations, and the number lock that everything passes."""
