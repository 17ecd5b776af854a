"""What is title, heading, list, email header and date of publication?

`outline` gives each block its kind. `line_shapes` says what a single line looks like. Page furniture
is decided in `furniture`.
"""
