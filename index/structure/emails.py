"""The parts of a saved email: its header, the quoted emails, and the closings.

The reader recognises an email once, and `Document.email` carries the header. The field names are
those of RFC 5322, and the names that email programs show instead, such as "Sent".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from itertools import takewhile
from unicodedata import category

from wherein.index.documents.model import Block, EmailHeader
from wherein.index.structure.publication_date import first_day

_FOLDED = (  # the fields whose values may continue on the next lines
    r"from|to|cc|bcc|subject|sender|reply-to|message-id|in-reply-to|references|received"
    r"|organi[sz]ation|errors-to|attachments?|(?:x|list|content|thread|arc|dkim)-[\w-]{1,40}"
    r"|received-spf|authentication-results|dkim-signature"
)
_SHORT = (
    r"date|sent|return-path|delivered-to|envelope-to|importance|priority|precedence|user-agent"
    r"|mime-version"
)
_FIELD = re.compile(rf"(?P<name>(?P<folded>{_FOLDED})|{_SHORT}): ?(?P<value>.*)", re.IGNORECASE)
_DATE_FIELDS = ("date", "sent")
_ONLY_IN_EMAILS = ("sent", "message-id", "received")
_MAX_ENCODED = 10_000  # characters, because decoding takes quadratic time
_ANNOUNCEMENT = re.compile(
    r"-{2,} ?(?:original|forwarded) message ?(?:follows ?)?-{2,}|on (?=.{0,60}\d).{6,120} wrote:"
    r"|begin forwarded message:",
    re.IGNORECASE,
)
_MAX_QUOTED_HEADER = 30  # lines
_CLOSING = re.compile(
    r"(?:(?:many |with )?thanks(?: again| in advance| and regards)?|thank you|cheers|love"
    r"|(?:(?:with |my )?(?:kind|kindest|best|warm|warmest) )?(?:regards|wishes)|(?:all the )?best"
    r"|yours(?: (?:sincerely|faithfully|truly|ever))?|sincerely(?: yours)?)[,.!]?",
    re.IGNORECASE,
)
_MAX_NAMES = 4  # lines below a closing: the name, the office, the place
_MAX_NAME = 6  # words
_MAX_SIGNATURE = 12  # lines. Above a longer text, "--" is a dividing line.


def count_header_lines(lines: Iterable[str]) -> int:
    """Count the lines of the email header at the start of a text.

    A header names the sender, and also the subject, or else a day and a field or an address that
    only emails have. An indented line continues the field above it.

    Args:
        lines: The lines of the text.

    Returns:
        The number of lines, with the blank lines above the header. 0 if the text is no email.
    """
    values: dict[str, str] = {}
    count, may_continue = 0, False
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field:
            may_continue = field["folded"] is not None
            values.setdefault(field["name"].lower(), field["value"])
        elif bool(line.strip()) != bool(values) or (
            values and not (may_continue and line[0] == " ")
        ):
            break
        count += 1
    return count if _is_email(values) else 0


def _is_email(values: Mapping[str, str]) -> bool:
    has_date = not values.keys().isdisjoint(_DATE_FIELDS)
    has_proof = "@" in values.get("from", "") or not values.keys().isdisjoint(_ONLY_IN_EMAILS)
    return "from" in values and ("subject" in values or (has_date and has_proof))


def read_email_header(blocks: Sequence[Block]) -> EmailHeader | None:
    """Read the header at the start of a document.

    Args:
        blocks: The blocks of the document.

    Returns:
        The header. None if the document is no email.
    """
    count = count_header_lines(_first_texts(blocks))
    if not count:
        return None
    fields = [field for block in blocks[:count] if (field := _FIELD.fullmatch(block.text))]
    values = {field["name"].lower(): field["value"] for field in reversed(fields)}
    days = (first_day(values[name]) for name in _DATE_FIELDS if name in values)
    subject = _decode(values.get("subject", ""))
    return EmailHeader(count, subject or None, next(filter(None, days), None))


def find_quoted_headers(blocks: Sequence[Block]) -> Iterator[int]:
    """Find the headers of quoted and forwarded emails, and the lines that announce them.

    Such a header tells when the email was sent. Each of its lines may begin with ">".

    Args:
        blocks: The blocks of an email.

    Yields:
        The numbers of the blocks.
    """
    for number, block in enumerate(blocks):
        text = _unquote(block.text)
        if _ANNOUNCEMENT.fullmatch(text):
            yield number
        elif text.lower().startswith("from:"):
            yield from range(number, number + _count_quoted_header(blocks, number))


def _count_quoted_header(blocks: Sequence[Block], number: int) -> int:
    lines = [*map(_unquote, _first_texts(blocks[number : number + _MAX_QUOTED_HEADER]))]
    count = count_header_lines(lines)
    fields = filter(None, map(_FIELD.fullmatch, lines[:count]))
    return count if any(field["name"].lower() in _DATE_FIELDS for field in fields) else 0


def _unquote(text: str) -> str:
    return text.lstrip("> ")


def find_closings(blocks: Sequence[Block]) -> Iterator[int]:
    """Find the closings of emails, the names below them, and the signatures below "--".

    Args:
        blocks: The blocks of an email.

    Yields:
        The numbers of the blocks.
    """
    number = 0
    while number < len(blocks):
        text = _unquote(blocks[number].text)
        count = 0
        if _CLOSING.fullmatch(text):
            count = 1 + _count_names(blocks[number + 1 : number + 1 + _MAX_NAMES])
        elif text == "--":
            below = blocks[number + 1 : number + 2 + _MAX_SIGNATURE]
            lines = sum(1 for _ in takewhile(lambda block: not _begins_email(block), below))
            count = 1 + lines if lines <= _MAX_SIGNATURE else 0
        yield from range(number, number + count)
        number += max(count, 1)


def _count_names(below: Sequence[Block]) -> int:
    """Count the lines at the start that look like names, without a blank line between them."""
    names = 0
    for block in below:
        text = _unquote(block.text)
        is_below_gap = names > 0 and block.lines[0] > below[names - 1].lines[1] + 1
        is_long = len(text.split()) > _MAX_NAME or text.endswith((".", "!", "?", ":"))
        if is_below_gap or is_long or _begins_email(block):
            break
        names += 1
    return names


def _begins_email(block: Block) -> bool:
    text = _unquote(block.text)
    return bool(_ANNOUNCEMENT.fullmatch(text) or _FIELD.fullmatch(text))


def _decode(text: str) -> str:
    """Decode an encoded subject (RFC 2047) into one line. A broken one is returned unchanged."""
    if "=?" not in text or len(text) > _MAX_ENCODED:
        return text
    try:
        decoded = str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):  # bad base64, unknown charset, bad bytes
        return text
    shown = (" " if category(letter) in ("Cc", "Cs") else letter for letter in decoded)
    return " ".join("".join(shown).split())


def _first_texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the texts of the blocks above the first blank line."""
    below = None
    for block in blocks:
        if below is not None and block.lines[0] > below:
            return
        below = block.lines[1] + 1
        yield block.text
