"""Lines to paragraphs: what was wrapped to a width is joined. Layout only, no meaning.

But the lines of a mail's header are apart whatever their widths. What a mail quotes, each line with
">", is joined like the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter

from wherein.index.documents.model import Block, Place
from wherein.index.structure.emails import count_header_lines

WIDEST_WRAP = 160
NARROWEST_WRAP = 40
SHORTEST_BROKEN = 3  # in words
SHORTEST_TOLD = 12  # in words: no heading is as long

_LINE_END = re.compile(r"\r\n|\r|\n")  # what an editor counts as the end of a line
_BREAK_IN_LINE = re.compile("[\v\f\u2028\u2029]")  # separates texts, but an editor counts no line
_WHITE = frozenset("\t\n\v\f\r\x85")
# Control characters, and the marks that nobody sees: BOM, zero-width space, soft hyphen.
_UNSEEN = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _WHITE]
    + [0xFEFF, 0x200B, 0xAD]
)
_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—>]|\(?(?:\d{1,3}|[A-Za-z])[.)]|\(?[ivx]{2,5}\))\s{1,8}(?=\S)")
_QUOTED = re.compile("(?:> ?)+")
_LEADERS = re.compile(r"(?:\.{5}|(?: \.){5}) ?\d{1,4}$")  # of a table of contents
_NOTE_MARK = re.compile(r"(?:\[\d{1,3}\])+(?: |$)")
_LEADING_ON = re.compile(  # a line that ends in one of these is not at its end
    r" (?:an?|the|of|in|on|at|to|for|with|by|from|and|or|but|as|that|which|who|whose|where|than"
    r"|into|his|her|its|their|our|is|are|was|were|be|been|has|had)$"
)
_WORD_BROKEN = re.compile(r"[^\W\d_]-$")
_WORD_GOES_ON = re.compile(r"(?!(?:and|or|nor|to)\b)[^\W\d_A-Z]")  # not the first- of first- and


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or a part of one between page or line separators; empty text is a blank line."""

    number: int
    text: str
    indent: int = 0
    marker: int = 0  # the width of a bullet or number before the text
    quotes: int = 0  # how many ">" stand before the text, which has none

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


def split_paragraphs(text: str) -> Iterator[Block]:
    """The paragraphs of a text, with the lines that an editor shows; none is empty."""
    rows = list(_rows(text))
    header = count_header_lines(" " * row.indent + row.text for row in rows)
    yield from _fields(rows[:header])
    below = map(_unquoted, rows[header:]) if header else rows[header:]
    for _, alike in groupby(below, attrgetter("quotes")):  # each has a width of its own
        yield from _paragraphs([*alike])


def _unquoted(row: _Row) -> _Row:
    """A line of a mail without the marks that say that it is quoted."""
    marks = _QUOTED.match(row.text)
    if not marks:
        return row
    words = row.text[marks.end() :]
    marker = _MARKER.match(words)
    return _Row(
        row.number, words, row.indent, marker.end() if marker else 0, marks.group().count(">")
    )


def _fields(rows: list[_Row]) -> Iterator[Block]:
    """The lines of a mail's header, each with those that go on with it."""
    written = [row for row in rows if row.text]
    starts = [place for place, row in enumerate(written) if not row.indent]
    for start, end in pairwise([*starts, len(written)]):
        yield _block(written[start:end])


def _paragraphs(rows: list[_Row]) -> Iterator[Block]:
    widths = _wrap_widths(rows)
    joins = _is_hard_wrapped(rows, widths)
    gathered: list[_Row] = []
    for row, width in zip(rows, widths, strict=True):
        if gathered and not (joins and _continues(gathered, row, width)):
            yield _block(gathered)
            gathered = []
        if row.text:
            gathered.append(row)
    if gathered:
        yield _block(gathered)


def _block(rows: list[_Row]) -> Block:
    parts = [">" * rows[0].quotes + " " * bool(rows[0].quotes), rows[0].text]
    for before, row in pairwise(rows):
        broken = _WORD_BROKEN.search(before.text[-2:]) and _WORD_GOES_ON.match(row.text)
        parts += ["" if broken else " ", row.text]
    return Block("".join(parts), Place((rows[0].number, rows[-1].number)), indent=rows[0].indent)


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


def _continues(rows: list[_Row], following: _Row, width: int) -> bool:
    """Whether the last of these lines of hard-wrapped text goes on in the next."""
    row = rows[-1]
    if not following.text or following.marker or following.indent > _margin(rows) + 1:
        return False
    if _LEADERS.search(row.text):
        return False
    if _NOTE_MARK.match(following.text):  # of the sentence before it, but for a list of notes
        own = _NOTE_MARK.match(rows[0].text) or row.text.endswith(":")
        return not own and (_ends(row.text) or 2 * row.width > width)
    if _ends(row.text):
        return _is_full(row, following, width) and not _is_subhead(following, width)
    if width < NARROWEST_WRAP or row.width > WIDEST_WRAP:
        return False
    if _is_full(row, following, width) or _breaks_off(rows, following):
        return True
    # Unfinished lines that nearly fill the width: it was measured in points, not characters.
    told = len(rows) > 1 or len(row.text.split()) >= SHORTEST_TOLD
    enough = width * (0.5 if _begins_small(following) else 0.7 if told else 0.85)
    return enough < row.width


def _breaks_off(rows: list[_Row], following: _Row) -> bool:
    """Whether a line of whatever length stops where no line of a list or a heading does."""
    text = rows[-1].text
    words = text.split()
    if len(rows) > 1 and (text.endswith(",") or _begins_small(following)):
        return True
    if len(words) < SHORTEST_BROKEN or _begins_small(rows[0]):
        return False
    goes_on = _begins_small(following) or following.text.startswith("(")
    return goes_on or (len(words) > SHORTEST_BROKEN and _LEADING_ON.search(text) is not None)


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
