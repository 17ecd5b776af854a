"""What does passage 17 say, and where is it?

For: documents, blocks, passages, sentences and dates in one SQLite file, and the columns of numbers
that a question reads for any passage. The schema, the writer and the reader are side by side.
Not for: which passages match a question (`lexical`, `dense`), or what is reused (`incremental`).
"""
