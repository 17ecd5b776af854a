"""Whether a text is a saved mail, and what its header says."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from unicodedata import category

from index.datelines import first_day
from index.documents import Block

_FOLDED = (  # may go on over several lines
    r"from|to|cc|bcc|subject|sender|reply-to|message-id|in-reply-to|references|received"
    r"|organi[sz]ation|errors-to|attachments?|(?:x|list|content|thread|arc|dkim)-[\w-]{1,40}"
    r"|received-spf|authentication-results|dkim-signature"
)
_SHORT = (
    r"date|sent|return-path|delivered-to|envelope-to|importance|priority|precedence|user-agent"
    r"|mime-version"
)
_FIELD = re.compile(rf"(?P<name>(?P<folded>{_FOLDED})|{_SHORT}): ?(?P<value>.*)", re.IGNORECASE)
_DATED = ("date", "sent")
_LONGEST_ENCODED = 10_000  # in characters: the time it takes grows with the square
_OF_MAILS_ALONE = ("sent", "message-id", "received")


@dataclass(frozen=True, slots=True)
class Header:
    """How many blocks at the head of a document it takes, and what it says."""

    blocks: int
    subject: str | None
    day: date | None


def header_lines(lines: Iterable[str]) -> int:
    """How many lines at the head of a text are a mail's header, blank ones before it too; or 0.

    A line that is indented goes on with the one above, if that is of a kind to be long. A header
    says from whom the mail is and has a subject; or a day, and what no other list has at its head.
    """
    values: dict[str, str] = {}
    count, goes_on = 0, False
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field:
            goes_on = field["folded"] is not None
            values.setdefault(field["name"].lower(), field["value"])
        elif bool(line.strip()) != bool(values) or (values and not (goes_on and line[0] == " ")):
            break
        count += 1
    return count if _is_of_a_mail(values) else 0


def _is_of_a_mail(values: Mapping[str, str]) -> bool:
    is_dated = not values.keys().isdisjoint(_DATED)
    told = "@" in values.get("from", "") or not values.keys().isdisjoint(_OF_MAILS_ALONE)
    return "from" in values and ("subject" in values or (is_dated and told))


def header_of(blocks: Sequence[Block]) -> Header | None:
    """The header of the mail that these are the blocks of; None where they are of none."""
    count = header_lines(_at_the_head(blocks))
    if not count:
        return None
    fields = [field for block in blocks[:count] if (field := _FIELD.fullmatch(block.text))]
    values = {field["name"].lower(): field["value"] for field in reversed(fields)}
    days = (first_day(values[name]) for name in _DATED if name in values)
    subject = _decoded(values.get("subject", ""))
    return Header(count, subject or None, next(filter(None, days), None))


def _decoded(text: str) -> str:
    """The words of an encoded header (RFC 2047), in one line; as it stands where that fails."""
    if "=?" not in text or len(text) > _LONGEST_ENCODED:
        return text
    try:
        decoded = str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):  # what is encoded, its charset, its bytes
        return text
    shown = (" " if category(letter) in ("Cc", "Cs") else letter for letter in decoded)
    return " ".join("".join(shown).split())


def _at_the_head(blocks: Sequence[Block]) -> Iterator[str]:
    """The texts of the blocks that stand line under line."""
    below = None
    for block in blocks:
        if below is not None and block.lines[0] > below:
            return
        below = block.lines[1] + 1
        yield block.text
