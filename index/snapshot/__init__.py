"""What is on disk, whole and current?

For: the layout of an instance folder, publishing a snapshot in one atomic step, opening it,
verifying its checksums, and the report of the run that made it.
Not for: the content of a snapshot (`catalog`, `dense`, `lexical`), or how it is made (`build`).
"""
