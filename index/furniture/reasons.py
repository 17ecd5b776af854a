"""Why a block is furniture, in the words that a reader is shown, and what a phrase proves."""

from enum import Enum, auto


class Trust(Enum):
    """What a phrase proves, the most first."""

    SURE = auto()  # furniture in any document
    TELLING = auto()  # furniture in a scraped page
    OPENING = auto()  # the same unless prose follows; opens a section of teasers
    LOOSE = auto()  # furniture in a scraped page, outside the article or beside other furniture
    MENU = auto()  # what menus consist of; by itself it may be a heading or a title


NAVIGATION = "navigation"
SIGN_UP = "sign-up form"
SHARING = "share links"
COMMENTS = "comment form"
ADVERT = "advertisement"
AUDIO = "audio notice"
PLAYER = "video player"
COOKIES = "cookie notice"
LEGAL = "legal notice"
ACTION = "call to action"
TEASER = "teaser of another story"
BIOGRAPHY = "author biography"
TAGS = "tags"
FEEDBACK = "feedback form"
CITING = "how to cite the page"
MAIL_HEADER = "mail header"
MAIL_END = "end of a mail"
NO_WORDS = "no words"
MAIL_ARCHIVE = "mail archive links"
NOTICE = "the page about itself"
QUOTE = "repeats a sentence of the text"
RUNNING_HEAD = "repeated on each printed page"
