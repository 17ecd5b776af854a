"""Plain text: bytes in any encoding to paragraphs with their lines. Layout only, no meaning."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from charset_normalizer import from_bytes

from index.documents import Block, Document
from index.errors import Unreadable
from index.readers.older_encodings import likeliest

# What text that fits no known language may be written in; with every code page that there is
# to choose from, Russian turns up as that of the Macintosh and one short German word as Urdu.
OLDER_ENCODINGS = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
WIDEST_WRAP = 160
NARROWEST_WRAP = 40

_BOMS = (  # UTF-32 first: the little-endian mark of UTF-16 is the beginning of its own
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(r"\r\n|\r|\n")  # what an editor counts as the end of a line
_BREAK_IN_LINE = re.compile("[\v\f\u2028\u2029]")  # separates texts, but an editor counts no line
_WHITE = frozenset("\t\n\v\f\r\x85")
# Control characters, and the marks that nobody sees: BOM, zero-width space, soft hyphen.
_UNSEEN = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _WHITE]
    + [0xFEFF, 0x200B, 0xAD]
)
_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—>]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s{1,8}(?=\S)")
_WORD_BROKEN = re.compile(r"[^\W\d_]-$")
_WORD_GOES_ON = re.compile(r"(?!(?:and|or|nor|to)\b)[^\W\d_A-Z]")  # not the first- of first- and


def read(source: str, data: bytes) -> Document:
    """Read a file as paragraphs; raises Unreadable, and nothing else, for what is not text.

    No block is empty, and its lines are those that an editor shows.
    """
    rows = list(_rows(decode(data)))
    blocks = tuple(_blocks(rows))
    if not blocks:
        raise Unreadable("it holds no text")
    return Document(source, blocks)


def decode(data: bytes) -> str:
    """The text of a file in whatever encoding it is; raises Unreadable for binary data."""
    if not data.strip():
        raise Unreadable("it is empty")
    text = _marked(data) or _wide(data) or _utf8(data) or _guessed(data)
    if _is_binary(data.decode("latin-1") if text is None else text):
        raise Unreadable("it holds binary data, not text")
    if text is None:
        raise Unreadable("its encoding is not known; saved as UTF-8 it can be read")
    return text


def _marked(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            # UTF-8 with a slip in it is left to those after this.
            return _strictly(data, encoding)
    return None


def _wide(data: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark: read rightly, its spaces at least are ASCII."""
    if b"\0" not in data:
        return None
    texts = [
        text
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (text := _strictly(data, encoding)) is not None
        if _ascii(text) * 20 > len(text) and not _is_binary(text, ("Cc", "Cn", "Co"))
    ]
    return max(texts, key=_ascii, default=None)


def _ascii(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _utf8(data: bytes) -> str | None:
    """UTF-8, also with a few bad bytes in it: by chance alone long sequences are seldom valid."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - _ascii(text) - bad
    return text if good >= 4 * bad else None


def _guessed(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    for encoding in likeliest(data):
        if (text := _strictly(data, encoding)) is not None:
            return text
    best = from_bytes(data, cp_isolation=list(OLDER_ENCODINGS)).best()
    return None if best is None else str(best)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str, signs: tuple[str, ...] = ("Cc",)) -> bool:
    """More than one character in thirty is of these Unicode categories: controls, if not more.

    C1 controls are let pass: they are what UTF-8 read as Latin-1 and saved again leaves behind.
    """
    bad = sum(
        text.count(character)
        for character in set(text)
        if character not in _WHITE
        and not "\x80" <= character < "\xa0"
        and unicodedata.category(character) in signs
    )
    return bad * 30 > len(text)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or a part of one between page or line separators; empty text is a blank line."""

    number: int
    text: str
    indent: int = 0
    marker: int = 0  # the width of a bullet or number before the text

    @property
    def width(self) -> int:
        return self.indent + len(self.text)


def _rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(_LINE_END.split(text), start=1):
        for part in _BREAK_IN_LINE.split(line):
            # Tabs are widened at the line's start alone: there they are an indent.
            bare = part.translate(_UNSEEN)
            inner = bare.lstrip()
            indent = len(bare[: len(bare) - len(inner)].expandtabs(8)) if inner else 0
            words = " ".join(inner.split())
            marker = _MARKER.match(words)
            yield _Row(number, words, indent, marker.end() if marker else 0)


def _blocks(rows: list[_Row]) -> Iterator[Block]:
    widths = _wrap_widths(rows)
    joins = _is_hard_wrapped(rows, widths)
    gathered: list[_Row] = []
    for row, width in zip(rows, widths, strict=True):
        if gathered and not (joins and _continues(gathered[-1], row, width, _margin(gathered))):
            yield _block(gathered)
            gathered = []
        if row.text:
            gathered.append(row)
    if gathered:
        yield _block(gathered)


def _block(rows: list[_Row]) -> Block:
    parts = [rows[0].text]
    for before, row in pairwise(rows):
        broken = _WORD_BROKEN.search(before.text[-2:]) and _WORD_GOES_ON.match(row.text)
        parts += ["" if broken else " ", row.text]
    return Block("".join(parts), (rows[0].number, rows[-1].number))


def _wrap_widths(rows: list[_Row]) -> list[int]:
    """The width that the text around each row is wrapped at: its widest neighbour's.

    Taken near by, since one file may hold text of several widths.
    """
    reach = 6
    written = [place for place, row in enumerate(rows) if row.text]
    widths = [0] * len(rows)
    for order, place in enumerate(written):
        near = written[max(0, order - reach) : order + reach + 1]
        widths[place] = max(
            (rows[other].width for other in near if rows[other].width <= WIDEST_WRAP), default=0
        )
    return widths


def _is_hard_wrapped(rows: list[_Row], widths: list[int]) -> bool:
    """Whether most lines that break off in mid-sentence do so for want of room.

    In a poem, a list or a scraped page they do not.
    """
    full = mid_sentence = 0
    for (row, following), width in zip(pairwise(rows), widths[1:], strict=True):
        if row.text and _begins_small(following) and not _ends(row.text):
            mid_sentence += 1
            full += _is_full(row, following, width)
    return full * 10 > mid_sentence * 6


def _continues(row: _Row, following: _Row, width: int, margin: int) -> bool:
    """Whether a line of hard-wrapped text goes on in the next."""
    if not following.text or following.marker or following.indent > margin + 1:
        return False
    if _ends(row.text):
        return _is_full(row, following, width) and not _is_subhead(following, width)
    # Unfinished lines that nearly fill the width: it was measured in points, not characters.
    enough = width / 2 if _begins_small(following) else width * 0.85
    return _is_full(row, following, width) or (
        width >= NARROWEST_WRAP and enough < row.width <= WIDEST_WRAP
    )


def _margin(rows: list[_Row]) -> int:
    """The column where text must begin, or before it, to go on with these lines."""
    return rows[-1].indent if len(rows) > 1 else rows[0].indent + rows[0].marker


def _is_full(row: _Row, following: _Row, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this one."""
    if width < NARROWEST_WRAP or row.width > WIDEST_WRAP:
        return False
    return row.width + 1 + len(following.text.split(" ", 1)[0]) > width


def _is_subhead(row: _Row, width: int) -> bool:
    """A short line without a stop, directly under a finished paragraph."""
    return 2 * row.width < width and not _ends(row.text) and row.text[:1].isupper()


def _begins_small(row: _Row) -> bool:
    return row.text[:1].islower() and not row.marker


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’»)]*0123456789[,")[-1:] in tuple(".!?:;。！？…")
