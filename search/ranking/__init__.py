"""Which passages answer a question, in which order, and how surely?

`config` holds every constant that is tuned. `candidates` and `scoring` make a `Ranking`. Hits,
explanations, facets, the timeline and the verdict are functions of that ranking. This package knows
nothing of HTTP and of the command line.
"""
