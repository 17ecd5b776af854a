"""Which blocks are in these bytes?

One module a format, and one registry of formats. Readers turn bytes into blocks with their places.
They do not decide what is a title or page furniture.
"""
