"""Where is a document's text cut into passages and sentences, and which passages are duplicates?

For: passages that fit the window of an encoder, sentence boundaries, the context of a passage, and
passages that differ in their writing only.
Not for: blocks and their kinds (`structure`), vectors (`encoding`), or storage (`catalog`).
"""
