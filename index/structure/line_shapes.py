"""What the text of a single line looks like: a sentence, headline, caption, credit or date."""

import re

from wherein.index.dates.scanner import whole_day

LONGEST_HEADLINE = 160
"""In characters: the longest headline, credit or dateline."""

LONGEST_CAPTION = 600
"""In characters: the longest caption."""

_STOPS = tuple(".!?。！？")
_AFTER_STOP = "\"'”’»)] 0123456789*["  # closing quotes and brackets, footnote marks
_ELLIPSES = ("…", "...", "[…]", "[...]")
_OPENING = re.compile(r"(?:\[[\w. -]{1,30}\] |[\"'“‘«(¿¡]+)")  # "[list] Subject", "“Quoted”"
_ITEM = re.compile(r"(?:[-*+•‣▪●◦–—>#]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_HEADER = re.compile(
    r"(?:from|to|cc|bcc|sent|date|subject|reply-to|tel|phone|e-?mail): ", re.IGNORECASE
)

_CREDITED = re.compile(
    r"(?i:\b(?:via|photo|photograph|picture|image|images|credit|courtesy|handout|screenshot|pool"
    r"|getty|shutterstock|wikimedia|flickr|unsplash|afp|epa|reuters|xinhua|sputnik)\b)"
    r"|\bAP\b|\bTASS\b"
)
_CAPTION_START = re.compile(
    r"(?:file |stock |archive )?(?:photo|photograph|picture|image)(?: by [^:.]{1,60}| credit)?:"
    r"|(?:photo|photograph|picture|image) (?:by|courtesy of) "
    r"|pictured:|illustrative (?:image|photo|picture|purposes)\b|file (?:photo|image|picture)\b",
    re.IGNORECASE,
)
_CREDIT_AT_END = re.compile(
    r"\b(?:Photo|Photograph|Picture|Image|PHOTO|Credit|Photo credit)s?(?::| by) [A-Z][^.:]{2,60}$"
)
NAME = r"[A-Z][\w.'’-]*(?: (?:(?:de|van|von|der|den|la|le|al|bin|di|da) ){0,2}[A-Z][\w.'’-]*){1,3}"
_NAMES = rf"{NAME}(?:(?:,| and| &|, and) {NAME}){{0,4}}"
_BYLINE = re.compile(
    rf"(?:[Bb]y|BY|(?:Words|Text)(?: by|:)?|Photos?:) {_NAMES}(?:(?:,| in| for) [\w ]{{1,40}})?"
)
_CREDIT = re.compile(
    rf"\(?(?:(?:{NAME}|[A-Z]\w*),? with )?(?:[Aa]dditional |[Ff]urther )?"
    rf"(?:[Rr]eporting|[Ee]diting|[Ww]riting|[Rr]eported|[Ee]dited|[Ww]ritten|[Tt]ranslated"
    rf"|[Cc]ompiled|[Pp]hotographs|[Pp]hotos|[Pp]roduced) by (?:the )?{_NAMES}[^!?]{{0,80}}"
)
_CLOCK = re.compile(
    r"\d{1,2}[:.]\d\d( ?[ap]\.?m\.?)?( [A-Z]{2,4})?( ?\([^()]{0,40}\))?"
    r"|\d{1,3} (second|minute|min|hour|day|week|month)s? ago",
    re.IGNORECASE,
)
_BULLETS = "•·*-–—| "
CHANGED = re.compile(r"(?:last )?(?:updated|modified)\b", re.IGNORECASE)
PUBLISHED = re.compile(r"(?:first )?(?:published|posted|issued|released)\b", re.IGNORECASE)
_BEFORE_CHANGE = re.compile(
    rf"(?<=\w)(?<!last)(?: ?[,;/–—-]? | \()(?={CHANGED.pattern})", re.IGNORECASE
)
_READING_TIME = re.compile(
    r"(?:reading time:? ?)?\d{1,3}[ -]?min(?:ute)?s?(?:[ -]read)?", re.IGNORECASE
)


def ends_sentence(text: str) -> bool:
    """Return whether a text ends with a full stop, exclamation mark or question mark."""
    return text.rstrip(_AFTER_STOP).endswith(_STOPS) and not is_truncated(text)


def is_sentence(text: str) -> bool:
    """Return whether a text is a whole sentence of five words or more."""
    return ends_sentence(text) and has_words(text, 5)


def is_truncated(text: str) -> bool:
    """Return whether a text ends with an ellipsis."""
    return text.rstrip("\"'”’») ").endswith(_ELLIPSES)


def is_cut(text: str) -> bool:
    """Return whether a text ends in mid-sentence, with an ellipsis or after eight words."""
    return is_truncated(text) or (
        text[:1].isupper() and text[-1] != ":" and has_words(text, 8) and not ends_sentence(text)
    )


def is_clock(text: str) -> bool:
    """Return whether a text is only a time of day, or a duration such as "2 hours ago"."""
    return len(text) <= LONGEST_HEADLINE and _CLOCK.fullmatch(text) is not None


def has_words(text: str, number: int) -> bool:
    """Return whether a text has at least this number of words."""
    return len(text.split(maxsplit=number)) >= number


def is_item(text: str) -> bool:
    """Return whether a text begins with a bullet or a number, like the item of a list."""
    return _ITEM.match(text) is not None


def is_headline(text: str) -> bool:
    """Return whether a text is a short line that begins with a capital and has no full stop.

    A question can be a headline.
    """
    return (
        len(text) <= LONGEST_HEADLINE
        and (_OPENING.sub("", text)[:1].isupper() or text[:1].isdecimal())
        and text[-1] not in ".,;:"
        and not is_truncated(text)
        and not is_item(text)
        and not _HEADER.match(text)
    )


def is_caption(text: str) -> bool:
    """Return whether a text is the caption of a photo: it has a credit, or begins with "Photo:"."""
    if len(text) > LONGEST_CAPTION or is_item(text):
        return False
    return bool(
        _CAPTION_START.match(text)
        or _CREDITED.search(_last_bracket(text))
        or _CREDIT_AT_END.search(text)
    )


def _last_bracket(text: str) -> str:
    bare = text.rstrip(". ")
    bracket = bare[bare.rfind("(") :] if bare.endswith(")") and "(" in bare else ""
    return "" if "://" in bracket else bracket


def _split_fields(text: str) -> list[str]:
    """Split a line such as "By Jane Doe | 3 May 2024" into at least one field."""
    return [part.strip() for part in re.split(r"[|•·]", text.strip(_BULLETS))]


def is_credit(text: str) -> bool:
    """Return whether a text names the author, reporter or editor, perhaps with a date."""
    if len(text) > LONGEST_HEADLINE:
        return False
    first, *_ = _split_fields(text)
    return bool(_BYLINE.fullmatch(first) or _CREDIT.fullmatch(first))


def is_dateline(text: str) -> bool:
    """Return whether a text is only a date, a credit, or the days of publication and change."""
    return is_credit(text) or whole_day(text) is not None or _has_two_days(text)


def split_dated_fields(text: str) -> list[str]:
    """Split a dateline into its fields. The day of a change is a field of its own."""
    return [
        _without_bracket(part)
        for field in _split_fields(text)
        for part in _BEFORE_CHANGE.split(field)
    ]


def _without_bracket(part: str) -> str:
    """Remove a closing bracket that opened before the part, as in "(updated 5 May 2024)"."""
    part = part.strip()
    return part.removesuffix(")").rstrip() if part.count(")") > part.count("(") else part


def _has_two_days(text: str) -> bool:
    """Return whether each field is a day, a credit or a time, and at most one day has no label."""
    if len(text) > LONGEST_HEADLINE or len(parts := split_dated_fields(text)) == 1:
        return False
    days = [part for part in parts if whole_day(part)]
    unlabelled = [day for day in days if not (CHANGED.match(day) or PUBLISHED.match(day))]
    others = [CHANGED.sub("", part).lstrip(": ") for part in parts if part not in days]
    return (
        bool(days)
        and len(unlabelled) <= 1
        and all(
            is_clock(part) or _READING_TIME.fullmatch(part) or is_credit(part) for part in others
        )
    )


def is_name(text: str) -> bool:
    """Return whether a text is the name of a person."""
    return len(text) <= LONGEST_HEADLINE and re.fullmatch(NAME, text) is not None
