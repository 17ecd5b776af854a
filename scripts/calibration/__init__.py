"""How are the weights and the thresholds of the verdict chosen?

Fits them to an encoder on question sets and checks them on articles that were held out. The verdict
itself is `wherein.search.ranking.verdict`.
"""
