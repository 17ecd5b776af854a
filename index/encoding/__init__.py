"""How does text become vectors?

This package finds a model, compiles it to ONNX, runs it on the processor or on a GPU, and keeps
finished vectors in a cache. Each sentence of a passage gets a vector of its own.

It is not for cutting text into passages (see `passages`) or for searching vectors (see `dense`).
"""
