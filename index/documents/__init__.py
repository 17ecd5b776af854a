"""What is a document, and which files has a folder?

`model` has the document and its blocks, `folder` finds files, and `checksums` finds damaged files.
What a file contains is decided in `readers`.
"""
