"""How does a question become an answer? Reads snapshots and never writes them.

query → searcher → ranking → results → web or cli. `settings` is the only reader of the environment.
"""
