"""Which commands has `wherein`?

One module for each command parses its flags, calls the package that does the work, and prints the
result. Nothing is computed here. Imports that take long are made when a command runs.
"""
