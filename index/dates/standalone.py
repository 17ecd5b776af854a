"""Whether a year, month or weekday that stands alone is a date. The words around it decide."""

import re

from wherein.index.dates.values import Weekdays, When, single
from wherein.index.dates.vocabulary import COUNTED, FULL_MONTH, MONTH_NAMES, MONTHS, WEEKDAYS

_NEAR = 32  # the number of characters before and after a match that decide


def text_before(match: re.Match[str]) -> str:
    """Return the characters before a match."""
    return match.string[max(match.start() - _NEAR, 0) : match.start()]


def text_after(match: re.Match[str]) -> str:
    """Return the characters after a match."""
    return match.string[match.end() : match.end() + _NEAR]


_COUNTS_BEFORE = re.compile(
    r"(?:[$€£₹#]|\b(?:nearly|over|(?<!er )than|most|some|almost|"
    r"(?<!since at )(?<!from at )(?<!until at )least|only|another|worth|"
    r"(?:total|population|elevation|altitude|capacity|height|distance|up) (?:of|to))\b) ?$",
    re.IGNORECASE,
)
NUMBERED_BEFORE = re.compile(  # something is called by its number or title
    r"\b(?:No|Nos|pp?|pages?|vol|route|number(?:ed)?|section|chapter|verse|table|figure|room|gate|"
    r"platform|train|ext|extension|dial|resolution|psalm|asteroid|lot|build|model|serial|version|"
    r"windows|flight(?: [a-z]{2})?|(?:film|movie|novel|book|album|song)(?: called| titled)?)\b\.? ?"
    r"(?:[0-9]{1,4}[-–—/])?$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|until|till|by|from|to|before|after|during|of|years?|circa|ca?\.|between|"
    r"through(?:out)?|late|early|mid|around|about|born|died|the|as)[ -]|[.;:(–—] ?"
    r"|\b[12][0-9]{3}(?:,|,? and|,? or) )$",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\b(?:in|since|until|by|from|during|before|after) $", re.IGNORECASE)
_TIED = re.compile(r"[^\s(\[\"“‘'/][-–—]$")
_TIED_DATE = re.compile(r"(?:\b(?:mid|pre|post|early|late)|\b[0-9]{4})[-–—]$", re.IGNORECASE)


def lone_year(match: re.Match[str]) -> When | None:
    """Parse a number as a year. A round number is a year only if the words around it say so."""
    before, year = text_before(match), int(match["year"])
    if _COUNTS_BEFORE.search(before) or NUMBERED_BEFORE.search(before):
        return None
    if _TIED.search(before) and not _TIED_DATE.search(before):
        return None
    after = text_after(match)
    if _SIZE_AFTER.match(after) or _SIZE_BEFORE.search(before) or _STREET_AFTER.match(after):
        return None
    if before[-1:] in _OPENING_QUOTES and after[:1] in _CLOSING_QUOTES:
        return None  # the title of a work
    if year > _LAST_OF_NOW and not _YEAR_TO_COME.search(before):
        return None
    introduced = not before or _YEAR_BEFORE.search(before) or _WORK_AFTER.match(after)
    if year % 100 == 0 and not introduced:
        return None
    counted = _COUNTED_AFTER.match(after)
    if counted and (year % 100 == 0 or not _IN_BEFORE.search(before)):
        return None
    return single(year)


_LAST_OF_NOW = 2050
_YEAR_TO_COME = re.compile(
    r"\b(?:in|by|until|till|since|before|after|from|to|and|year|of|for|late|early|mid|around|about)"
    r"[ -]$|[(–—-]$",
    re.IGNORECASE,
)
_OPENING_QUOTES, _CLOSING_QUOTES = tuple("\"“‘'"), tuple("\"”’'")
_SIZE_AFTER = re.compile(r" (?:by|x|×) [0-9]")
_SIZE_BEFORE = re.compile(r"[0-9] (?:by|x|×) $")
_STREET_AFTER = re.compile(
    r" (?:[A-Z][\w.]{0,20} ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Drive|Way|Place|Square)\b"
)
_WORK_AFTER = re.compile(r" (?:[A-Z][a-z]|film|album|song|novel|comedy|drama|television)")
_COUNTED_AFTER = re.compile(rf" (?:{COUNTED})\b")
_CLEAR_BEFORE = re.compile(
    r"\b(?:in|since|until|till|during|early|late|mid|last|next|this|through(?:out)?)[ -]$",
    re.IGNORECASE,
)
_SOME_BEFORE = re.compile(
    rf"(?:\b(?:from|of|by|before|after|between|to|for|around|the)|{FULL_MONTH}"
    r"(?:,| and| or| to|[-–—/]| [-–—])) ?$",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r"(?: [A-Z]|['’]s? [A-Z]| (?:of|on|to|from|for|against)\b)")
_ALSO_NAMES = {"March", "April", "May", "June", "August"}


def lone_month(match: re.Match[str]) -> When | None:
    """Parse a name of a month. Names that are also words, or are shortened, need more evidence."""
    before, after, name = text_before(match), text_after(match), match["month"].title()
    clear = _CLEAR_BEFORE.search(before) is not None
    if name not in MONTH_NAMES:
        is_month = clear and (name.endswith(".") or not _WORD_AFTER.match(after))
    elif clear or _MONTH_AFTER.match(after):
        is_month = True
    else:
        introduced = _SOME_BEFORE.search(before) is not None
        named = _NAME_AFTER.match(after) is not None
        is_ambiguous = name in _ALSO_NAMES
        is_month = (introduced and not named) if is_ambiguous else (introduced or not named)
        is_month = is_month and not _EVERY_BEFORE.search(before)
    return single(None, MONTHS[match["month"][:3].lower()]) if is_month else None


_WORD_AFTER = re.compile(r" \w")
_MONTH_AFTER = re.compile(rf"(?: ?[-–—/] ?| (?:and|or|to|through|until) ){FULL_MONTH}")
_EVERY_BEFORE = re.compile(r"\b(?:every|each) $", re.IGNORECASE)
_ON_BEFORE = re.compile(
    r"\b(?:on|by|until|till|since|before|after|from|through|between|late|early|to) $",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"\b(?!(?:one|a|the|every|each|any|some|that)\b)[a-z]{2,} $|[a-z], $")
_RECURS_AFTER = re.compile(r" the [0-9]| (?:morning|afternoon|evening|night)s\b")  # Friday the 13th
_NO_DAY_AFTER = re.compile(rf" [A-Z]|{_RECURS_AFTER.pattern}")


def lone_weekday(match: re.Match[str]) -> Weekdays | None:
    """Parse a weekday that stands alone."""
    before, after = text_before(match), text_after(match)
    after_preposition = _ON_BEFORE.search(before) and not _RECURS_AFTER.match(after)
    after_word = _WORD_BEFORE.search(before) and not _NO_DAY_AFTER.match(after)
    return weekday(match) if after_preposition or after_word else None


def weekday(match: re.Match[str]) -> Weekdays:
    """Parse the weekday of a match."""
    number = WEEKDAYS[match["weekday"][:3].lower()]
    return Weekdays(number, number)
