"""Which blocks are page furniture, and why?

For: navigation, sign-up forms, share links, teasers, email headers and all else that a page carries
besides its text. `marker` has the ordered list of rules, `phrases/` the tables of known phrases.
Not for: titles, headings, captions and datelines (`structure`), or cutting text (`passages`).
"""
