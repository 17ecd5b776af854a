"""The phrases that furniture is known by: a table of whole short lines, by what they prove.

They belong to kinds of pages, not to sites.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

LONGEST_PHRASE = 160  # also what keeps every pattern below linear


class Trust(Enum):
    """What a phrase proves. Two that are more than LOOSE, one of them SURE: a scraped page."""

    SURE = auto()  # furniture in any document
    TELLING = auto()  # furniture in a scraped page
    OPENING = auto()  # the same unless prose follows; opens a section of teasers
    LOOSE = auto()  # furniture in a scraped page, outside the article or beside other furniture


NAVIGATION = "navigation"
SIGN_UP = "sign-up form"
SHARING = "share links"
COMMENTS = "comment form"
ADVERT = "advertisement"
AUDIO = "audio notice"
COOKIES = "cookie notice"
LEGAL = "legal notice"
ACTION = "call to action"
TEASER = "teaser of another story"
BIOGRAPHY = "author biography"

# One pattern a line, for the whole of a short line, folded: lower case, straight quotes, no
# punctuation at its edges.
_PHRASES = {
    (Trust.SURE, NAVIGATION): r"""
        (skip|jump) to (the )?(main )?(content|navigation|recipe)
        toggle (the )?(\w+ ){0,3}(menu|contents|navigation|search)
        type to search
        (back|go|scroll|return) ?to ?(the )?top""",
    (Trust.SURE, SIGN_UP): r"""
        \* ?(indicates|denotes) (a )?required( fields?)?
        (sign up|subscribe) (for|to) (our|the) ([\w-]+ ){0,3}newsletters?
        (sign up|subscribe) (for|to) our ([\w-]+ ){0,3}newsletters?,? (to|and|for) .*
        (you have |you've )?suc+es+ful+y (subscribed|signed up)""",
    (Trust.SURE, AUDIO): r"""
        this audio (is|was) (created|generated|read|narrated) (with|by|using) (ai|an automated)\b.*
        listen to this (article|story)( \W.*| \d.*)?""",
    (Trust.SURE, SHARING): r"share this (article|story|post|page)( (on|via) \w+)?",
    (Trust.SURE, COMMENTS): r"""
        please enter your (comment|name)( here)?
        your e-?mail address will not be published\b.*
        save my name, e-?mail\b.*
        (you must be )?log(ged)? in to (leave|post) a comment
        leave a (reply|comment)( cancel reply)?""",
    (Trust.SURE, "reading time"): r"(reading time:? ?)?\d{1,3} ?min(ute)?s? read",
    (Trust.SURE, LEGAL): r"(©|\(c\)|copyright)\W.*\b(19|20)\d\d\b.*\ball rights reserved",
    (Trust.TELLING, SIGN_UP): r"""
        (please,? )?enter (your|a|correct|valid)( [\w-]+)? e-?mail( .*)?
        (thank you|thanks) for (signing up|subscribing)\b.*
        (subscribe|sign up|register)( now| today| here)?""",
    (Trust.TELLING, ADVERT): r"""
        advertisement
        remove ads
        (story|article) continues below\b.*
        (sponsored|promoted)( content)?""",
    (
        Trust.TELLING,
        COOKIES,
    ): r"(this (web)?site|we) uses? cookies\b.*|(accept|reject)( all)? cookies",
    (Trust.TELLING, "day of the visit"): r"today:? (\w+, )?(\d{1,2} \w+|\w+ \d{1,2}),? \d{4}",
    (
        Trust.TELLING,
        TEASER,
    ): r"((also (read|see))|((read|see) (also|more|next))|related) ?[:–—-] ?.+",
    (Trust.TELLING, BIOGRAPHY): r"about the authors?",
    (Trust.TELLING, ACTION): r"""
        (watch|listen|read|download|donate|join|buy) now
        (learn|read) more""",
    (Trust.OPENING, TEASER): r"""
        (previous|next|related|latest|more|top|recent|popular) (story|stories|articles?|posts?|news)
        news ?feed
        related
        in case you missed it
        don't miss
        latest from\b.{0,40}
        (you (may|might) also (like|enjoy)|recommended for you|read next)
        most (read|popular|viewed|shared)
        editors?'?s? picks?
        trending( now)?""",
    (Trust.LOOSE, NAVIGATION): r"""
        menu|close|search( for)?
        home( ?[>»›/|] ?.*)?
        (view|see|load) more
        (log|sign) ?(in|out)|my account|contact us|about us""",
    (Trust.LOOSE, SHARING): r"""
        share|share (this|on \w+)|tweet|print|follow us( on \w+)?|e-?mail|copy link|pin it
        facebook|twitter|x|whatsapp|linkedin|telegram|reddit|pinterest|instagram|youtube""",
    (Trust.LOOSE, COMMENTS): r"(\d{1,6} |no |post a |add a )?comments?",
    (Trust.LOOSE, COOKIES): r"(accept|reject|allow) all|manage preferences|cookies?( policy)?",
    (Trust.LOOSE, LEGAL): r"""
        ©.*|(\(c\)|copyright)\b.*\b(19|20)\d\d\b.*|all rights reserved
        privacy (policy|notice)|terms (of|and|&) \w+""",
}
_TABLE = tuple(
    (trust, reason, re.compile("|".join(line.strip() for line in lines.strip().splitlines())))
    for (trust, reason), lines in _PHRASES.items()
)
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_EDGES = " .!:…»›>→←•"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of the table, found."""

    trust: Trust
    reason: str


def folded(text: str) -> str:
    """Lines that are equal in this are the same line: case, quotes, spaces and edges aside."""
    return " ".join(text.translate(_STRAIGHT).casefold().strip(_EDGES).split())


def phrase_of(text: str) -> Phrase | None:
    """What the table says of a line, None where it says nothing."""
    if len(text) > LONGEST_PHRASE:
        return None
    line = folded(text)
    for trust, reason, pattern in _TABLE:
        if pattern.fullmatch(line):
            return Phrase(trust, reason)
    return None
