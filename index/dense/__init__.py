"""Which sentence vectors are nearest to the vector of a question?

For: storing sentence vectors in 16 bits, exact search, approximate search with FAISS, and cosines.
Not for: making vectors (`encoding`), or turning sentences into passages and hits (`search`).
"""
