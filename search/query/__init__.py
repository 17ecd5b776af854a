"""What does a question ask, and under which conditions?

A question is parsed once into a frozen `Query`, which ranking, the verdict and the page share.
This package knows the index only to resolve filters to passages; it does not rank.
"""
