"""What is title, heading, list, email header and date of publication?

`outline` gives each block its kind, and `line_shapes` says what a single line looks like.
What is page furniture is decided in `furniture`.
"""
