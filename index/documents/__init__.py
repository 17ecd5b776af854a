"""What is a document, and which files has a folder?

`model` has the document and its blocks, `folder` the walk over files, and `checksums` the comparison
of files with what was written. What a file contains is decided in `readers`.
"""
