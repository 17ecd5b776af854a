"""The date of publication that a line states, such as "PORT ELLERY, March 14, 2023 (Agency) - "."""

import re
from datetime import date

from wherein.index.dates.mention import DateMention
from wherein.index.dates.scanner import find_dates, whole_day
from wherein.index.dates.values import Precision
from wherein.index.structure.line_shapes import is_credit

LONGEST_DATELINE = 160
"""In characters: the longest dateline."""

_BRACKET = r"(?:\([^()]{2,40}\)|/[\w .-]{2,30}/)"  # "(Reuters)", "/PRNewswire/"
_DASH = r"(?:--?|[–—])"
_WORD = r"[A-ZÀ-Þ][\w.'’-]*"
# The kinds of documents that have their day in the title, such as "Minutes, 6 March 2024".
_KIND_OF_DOCUMENT = (
    r"(?:minutes|notes|meeting|transcript|agenda|press release|newsletter|bulletin|report|statement"
    r"|interview|diary|journal|memo|letter|update|edition|issue|summary|review|briefing|news|digest"
    r"|committee|council|board|session|hearing|speech|remarks|press conference|circular|weekly)"
)
# "Port Ellery, ", "WASHINGTON, D.C. (AP) — ", "LONDON--(BUSINESS WIRE)--", "GENEVA (".
_PLACE = re.compile(
    rf"(?!\w+ed\b)(?!.*\b(?i:{_KIND_OF_DOCUMENT})\b)"
    rf"{_WORD}(?: (?:(?:am|de|del|du|of|on|sur|upon) )?{_WORD}){{0,2}}(?:, {_WORD}(?: {_WORD})?)?"
    rf"(?: ?{_DASH}? ?{_BRACKET})?(?:, ?| ?{_DASH} ?| \()"
)
# In news copy, what stands between the day and the text.
_AFTER_DAY = re.compile(rf"\)?,?(?: ?{_DASH}? ?{_BRACKET})? ?{_DASH} ?(?=\S)")
_RECORDED = re.compile(
    r"(?:recorded|filmed|broadcast|aired|filed|written|transcribed|interviewed|held"
    r"|(?:date of (?:the )?meeting|meeting date))(?: on)?:? ?",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"(?:minutes|meeting|transcript|agenda|press release|newsletter|bulletin)\b", re.IGNORECASE
)
_SET_OFF = re.compile(rf"(?=.*\b(?i:{_KIND_OF_DOCUMENT})\b).*\w(?:[,:] | ?[|(] ?| [–—-] )")
# "Posted by Jane Doe on", "By Jane Doe last updated"
_BEFORE_AUTHOR = re.compile(r"^(?:posted|published|written) by ", re.IGNORECASE)
_BEFORE_DAY = re.compile(r" (?:(?:last )?(?:updated|published|posted) )?(?:on )?$", re.IGNORECASE)
_RELEASED = re.compile(r"for (?:immediate )?release(?: on)?[:,]? ", re.IGNORECASE)
_AROUND_DAY = ",;:|–—- "


def day_of_copy(text: str) -> date | None:
    """Return the day in the dateline of news copy: a place, a day and a dash."""
    opening = text[:LONGEST_DATELINE]
    mention = _full_day(opening)
    if mention is None or not _PLACE.fullmatch(opening, 0, mention.start):
        return None
    return mention.interval.last if _AFTER_DAY.match(opening, mention.end) else None


def day_of_line(text: str) -> date | None:
    """Return the day of a line that contains only a day and a place, an author, or both.

    "For immediate release" may come before the day.
    """
    if (day := whole_day(text)) is not None:
        return day
    mention = _last_day(text)
    if mention is None:
        return None
    before = text[: mention.start]
    author = _BEFORE_DAY.sub("", _BEFORE_AUTHOR.sub("By ", before)).rstrip(_AROUND_DAY)
    is_dateline = _PLACE.fullmatch(before) or _RELEASED.fullmatch(before) or is_credit(author)
    return mention.interval.last if is_dateline else None


def day_recorded(text: str) -> date | None:
    """Return the day of a line such as "Recorded 17 February 2023" or "Held on 6 March 2024"."""
    mention = _last_day(text)
    return (
        mention.interval.last if mention and _RECORDED.fullmatch(text, 0, mention.start) else None
    )


def day_in_title(text: str) -> date | None:
    """Return the day that a title gives its document.

    It is the day of a meeting, or it is beside the kind of the document. "The storm of 14 March
    1998" has the day of the storm, so it gives None.
    """
    mention = _last_day(text)
    if mention and (_MEETING.search(text) or _SET_OFF.fullmatch(text, 0, mention.start)):
        return mention.interval.last
    return None


def day_of_meeting(text: str) -> date | None:
    """Return the day of a line such as "Minutes of the meeting of 6 March 2024"."""
    return day_in_title(text) if _MEETING.match(text) else None


def first_day(text: str) -> date | None:
    """Return the first date of a text if it is one day of a named year."""
    mention = _full_day(text)
    return mention.interval.last if mention else None


def _last_day(line: str) -> DateMention | None:
    """Return the one day that a line names at its end."""
    mention = _full_day(line) if len(line) <= LONGEST_DATELINE else None
    return mention if mention and not line[mention.end :].strip(") ") else None


def _full_day(text: str) -> DateMention | None:
    """Return the first date of a text if it is one day of a named year."""
    mention = next(iter(find_dates(text)), None)
    if mention is None or mention.meaning.precision is not Precision.DAY:
        return None
    first, last = mention.interval.first, mention.interval.last
    return mention if last is not None and first == last else None
