"""Which passages contain the words of a question, and what is their BM25 score?

For: text analysis, the inverted index on disk, candidates by words, exact phrases and BM25.
Not for: vectors (`dense`), the text of a passage (`catalog`), or the order of the hits (`search`).
"""
