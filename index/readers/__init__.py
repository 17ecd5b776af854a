"""Which blocks are in these bytes?

One module for each format, and one registry of formats. A reader turns bytes into blocks with
their places. It does not decide what is a title (`structure`) or page furniture (`furniture`).
"""
