"""The reasons why a block is furniture, in the words that a reader is shown.

The tables in `phrases/` name further reasons of single phrases, such as "reading time".
"""

NAVIGATION = "navigation"
SIGN_UP = "sign-up form"
COMMENTS = "comment form"
ACTION = "call to action"
TEASER = "teaser of another story"
BIOGRAPHY = "author biography"
CITATION = "how to cite the page"
EMAIL_HEADER = "mail header"
EMAIL_ENDING = "end of a mail"
NO_WORDS = "no words"
NOTICE = "the page about itself"
REPEATED_SENTENCE = "repeats a sentence of the text"
RUNNING_HEAD = "repeated on each printed page"
AMONG_FURNITURE = "stands among furniture"


def stands_in_files(count: int) -> str:
    """Return the reason for a line that occur in several files of the folder."""
    return f"stands in {count} files"
