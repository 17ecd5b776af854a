"""Whether a text is a saved mail, and what its header says."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from itertools import takewhile
from unicodedata import category

from wherein.index.documents.model import Block
from wherein.index.structure.publication_date import first_day

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
_ANNOUNCED = re.compile(
    r"-{2,} ?(?:original|forwarded) message ?(?:follows ?)?-{2,}|on (?=.{0,60}\d).{6,120} wrote:"
    r"|begin forwarded message:",
    re.IGNORECASE,
)
_LONGEST_INNER = 30  # in lines, of a header within
_GREETING = re.compile(
    r"(?:(?:many |with )?thanks(?: again| in advance| and regards)?|thank you|cheers|love"
    r"|(?:(?:with |my )?(?:kind|kindest|best|warm|warmest) )?(?:regards|wishes)|(?:all the )?best"
    r"|yours(?: (?:sincerely|faithfully|truly|ever))?|sincerely(?: yours)?)[,.!]?",
    re.IGNORECASE,
)
_MOST_NAMES = 4  # lines under a greeting: who, what of, where
_LONGEST_NAME = 6  # in words
_LONGEST_SIGNATURE = 12  # in lines: below more, "--" is a rule across the mail


@dataclass(frozen=True, slots=True)
class Header:
    """How many blocks at the head of a document it takes, and what it says."""

    blocks: int
    subject: str | None
    day: date | None


def count_header_lines(lines: Iterable[str]) -> int:
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


def read_email_header(blocks: Sequence[Block]) -> Header | None:
    """The header of the mail that these are the blocks of; None where they are of none."""
    count = count_header_lines(_at_the_head(blocks))
    if not count:
        return None
    fields = [field for block in blocks[:count] if (field := _FIELD.fullmatch(block.text))]
    values = {field["name"].lower(): field["value"] for field in reversed(fields)}
    days = (first_day(values[name]) for name in _DATED if name in values)
    subject = _decoded(values.get("subject", ""))
    return Header(count, subject or None, next(filter(None, days), None))


def find_quoted_headers(blocks: Sequence[Block]) -> Iterator[int]:
    """The headers of the mails that a mail answers or passes on, and the lines that announce them.

    A header says when the mail was sent, and may be quoted, with ">".
    """
    for number, block in enumerate(blocks):
        text = _unquoted(block.text)
        if _ANNOUNCED.fullmatch(text):
            yield number
        elif text.lower().startswith("from:"):
            yield from range(number, number + _header_from(blocks, number))


def _header_from(blocks: Sequence[Block], number: int) -> int:
    lines = [*map(_unquoted, _at_the_head(blocks[number : number + _LONGEST_INNER]))]
    count = count_header_lines(lines)
    fields = filter(None, map(_FIELD.fullmatch, lines[:count]))
    return count if any(field["name"].lower() in _DATED for field in fields) else 0


def _unquoted(text: str) -> str:
    return text.lstrip("> ")


def find_closings(blocks: Sequence[Block]) -> Iterator[int]:
    """The greetings that mails end with, the names below, and what "--" sets off."""
    number = 0
    while number < len(blocks):
        text = _unquoted(blocks[number].text)
        count = 0
        if _GREETING.fullmatch(text):
            count = 1 + _names(blocks[number + 1 : number + 1 + _MOST_NAMES])
        elif text == "--":
            below = blocks[number + 1 : number + 2 + _LONGEST_SIGNATURE]
            lines = sum(1 for _ in takewhile(lambda block: not _begins_another(block), below))
            count = 1 + lines if lines <= _LONGEST_SIGNATURE else 0
        yield from range(number, number + count)
        number += max(count, 1)


def _names(below: Sequence[Block]) -> int:
    """How many of these are names, line under line."""
    names = 0
    for block in below:
        text = _unquoted(block.text)
        is_apart = names > 0 and block.lines[0] > below[names - 1].lines[1] + 1
        is_long = len(text.split()) > _LONGEST_NAME or text.endswith((".", "!", "?", ":"))
        if is_apart or is_long or _begins_another(block):
            break
        names += 1
    return names


def _begins_another(block: Block) -> bool:
    text = _unquoted(block.text)
    return bool(_ANNOUNCED.fullmatch(text) or _FIELD.fullmatch(text))


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
