"""Joins hard-wrapped lines into paragraphs, by their widths, indents and line ends.

The lines of an email header stay separate at any width. Quoted text of an email, each line with
">", is unwrapped for each quote level.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter

from wherein.index.documents.model import Block, Place
from wherein.index.structure.emails import count_header_lines

MIN_WRAP_WIDTH, MAX_WRAP_WIDTH = 40, 160
"""In characters: the smallest and greatest width of hard-wrapped text."""

_MIN_BROKEN = 3  # words in a line that can break off in mid-sentence
_MIN_SENTENCE = 12  # words: no heading is as long
_NEIGHBOURS = 6  # lines above and below, whose width is the width of the text

_LINE_END = re.compile(r"\r\n|\r|\n")  # what an editor counts as a line end
_BREAK_IN_LINE = re.compile("[\v\f\u2028\u2029]")  # separates texts within a line
_WHITE_SPACE = frozenset("\t\n\v\f\r\x85")
# Control characters, and invisible ones: byte order mark, zero-width space, soft hyphen.
_INVISIBLE = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _WHITE_SPACE]
    + [0xFEFF, 0x200B, 0xAD]
)
_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—>]|\(?(?:\d{1,3}|[A-Za-z])[.)]|\(?[ivx]{2,5}\))\s{1,8}(?=\S)")
_QUOTED = re.compile("(?:> ?)+")
_DOT_LEADERS = re.compile(r"(?:\.{5}|(?: \.){5}) ?\d{1,4}$")  # in a table of contents
_FOOTNOTE_MARKS = re.compile(r"(?:\[\d{1,3}\])+(?: |$)")
_UNFINISHED = re.compile(  # a sentence does not end with these words
    r" (?:an?|the|of|in|on|at|to|for|with|by|from|and|or|but|as|that|which|who|whose|where|than"
    r"|into|his|her|its|their|our|is|are|was|were|be|been|has|had)$"
)
_HYPHENATED = re.compile(r"[^\W\d_]-$")
# In "first- and second-class", the word after the hyphen is no rest of a word.
_REST_OF_WORD = re.compile(r"(?!(?:and|or|nor|to)\b)[^\W\d_A-Z]")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or the part of a line between page breaks or line separators.

    Attributes:
        number: The number of the line.
        text: The text without quote marks; empty for a blank line.
        indent: The column of the first character.
        marker: The width of a bullet or number before the text.
        quote_level: The number of ">" before the text.
    """

    number: int
    text: str
    indent: int = 0
    marker: int = 0
    quote_level: int = 0

    @property
    def width(self) -> int:
        """Return the column after the last character."""
        return self.indent + len(self.text)


def _rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(_LINE_END.split(text), start=1):
        for part in _BREAK_IN_LINE.split(line):
            visible = part.translate(_INVISIBLE)
            inner = visible.lstrip()
            # A tab is an indent only at the start of a line.
            indent = len(visible[: len(visible) - len(inner)].expandtabs(8)) if inner else 0
            words = " ".join(inner.split())
            marker = _MARKER.match(words)
            yield _Row(number, words, indent, marker.end() if marker else 0)


def split_paragraphs(text: str) -> Iterator[Block]:
    """Split a text into paragraphs.

    Args:
        text: The text of a file.

    Yields:
        One block for each paragraph, with the line numbers that an editor shows. None is empty.
    """
    rows = list(_rows(text))
    header = count_header_lines(" " * row.indent + row.text for row in rows)
    yield from _header_fields(rows[:header])
    body = map(_unquote, rows[header:]) if header else rows[header:]
    for _, level in groupby(body, attrgetter("quote_level")):  # each level has its own width
        yield from _paragraphs([*level])


def _unquote(row: _Row) -> _Row:
    """Remove the quote marks of a line and count them."""
    marks = _QUOTED.match(row.text)
    if not marks:
        return row
    words = row.text[marks.end() :]
    marker = _MARKER.match(words)
    return _Row(
        row.number, words, row.indent, marker.end() if marker else 0, marks.group().count(">")
    )


def _header_fields(rows: list[_Row]) -> Iterator[Block]:
    """Join each field of an email header with the indented lines that continue it."""
    filled = [row for row in rows if row.text]
    starts = [position for position, row in enumerate(filled) if not row.indent]
    for start, end in pairwise([*starts, len(filled)]):
        yield _block(filled[start:end])


def _paragraphs(rows: list[_Row]) -> Iterator[Block]:
    widths = _wrap_widths(rows)
    is_wrapped = _is_hard_wrapped(rows, widths)
    paragraph: list[_Row] = []
    for row, width in zip(rows, widths, strict=True):
        if paragraph and not (is_wrapped and _continues(paragraph, row, width)):
            yield _block(paragraph)
            paragraph = []
        if row.text:
            paragraph.append(row)
    if paragraph:
        yield _block(paragraph)


def _block(rows: list[_Row]) -> Block:
    first = rows[0]
    parts = [">" * first.quote_level + " " * bool(first.quote_level), first.text]
    for previous, row in pairwise(rows):
        is_hyphenated = _HYPHENATED.search(previous.text[-2:]) and _REST_OF_WORD.match(row.text)
        parts += ["" if is_hyphenated else " ", row.text]
    return Block("".join(parts), Place((first.number, rows[-1].number)), indent=first.indent)


def _wrap_widths(rows: list[_Row]) -> list[int]:
    """Return the width of the text around each row: that of the widest row nearby.

    Only nearby rows count, because one file may contain text of several widths.
    """
    filled = [position for position, row in enumerate(rows) if row.text]
    widths = [0] * len(rows)
    for order, position in enumerate(filled):
        nearby = filled[max(0, order - _NEIGHBOURS) : order + _NEIGHBOURS + 1]
        widths[position] = max(
            (rows[other].width for other in nearby if rows[other].width <= MAX_WRAP_WIDTH),
            default=0,
        )
    return widths


def _is_hard_wrapped(rows: list[_Row], widths: list[int]) -> bool:
    """Return whether most lines that end in mid-sentence are full.

    In a poem, a list or a scraped page they are not.
    """
    full = mid_sentence = 0
    for (row, following), width in zip(pairwise(rows), widths[1:], strict=True):
        if row.text and _begins_lowercase(following) and not _ends_sentence(row.text):
            mid_sentence += 1
            full += _is_full(row, following, width)
    return full * 10 > mid_sentence * 6


def _continues(rows: list[_Row], following: _Row, width: int) -> bool:
    """Return whether the next line belongs to the paragraph of these hard-wrapped lines."""
    row = rows[-1]
    if not following.text or following.marker or following.indent > _margin(rows) + 1:
        return False
    if _DOT_LEADERS.search(row.text):
        return False
    if _FOOTNOTE_MARKS.match(following.text):  # after a sentence, unless it is a list of footnotes
        is_list = _FOOTNOTE_MARKS.match(rows[0].text) or row.text.endswith(":")
        return not is_list and (_ends_sentence(row.text) or 2 * row.width > width)
    if _ends_sentence(row.text):
        return _is_full(row, following, width) and not _is_subheading(following, width)
    if width < MIN_WRAP_WIDTH or row.width > MAX_WRAP_WIDTH:
        return False
    if _is_full(row, following, width) or _breaks_off(rows, following):
        return True
    # In a proportional font, a line is full in points and not in characters.
    is_prose = len(rows) > 1 or len(row.text.split()) >= _MIN_SENTENCE
    full = width * (0.5 if _begins_lowercase(following) else 0.7 if is_prose else 0.85)
    return full < row.width


def _breaks_off(rows: list[_Row], following: _Row) -> bool:
    """Return whether a line ends where no heading and no line of a list ends."""
    text = rows[-1].text
    words = text.split()
    if len(rows) > 1 and (text.endswith(",") or _begins_lowercase(following)):
        return True
    if len(words) < _MIN_BROKEN or _begins_lowercase(rows[0]):
        return False
    is_continued = _begins_lowercase(following) or following.text.startswith("(")
    return is_continued or (len(words) > _MIN_BROKEN and _UNFINISHED.search(text) is not None)


def _margin(rows: list[_Row]) -> int:
    """Return the greatest indent of a line that continues these lines."""
    return rows[-1].indent if len(rows) > 1 else rows[0].indent + rows[0].marker


def _is_full(row: _Row, following: _Row, width: int) -> bool:
    """Return whether the first word of the next line did not fit on this line."""
    if width < MIN_WRAP_WIDTH or row.width > MAX_WRAP_WIDTH:
        return False
    return row.width + 1 + len(following.text.split(" ", 1)[0]) > width


def _is_subheading(row: _Row, width: int) -> bool:
    """Return whether a line is short and has no full stop."""
    return 2 * row.width < width and not _ends_sentence(row.text) and row.text[:1].isupper()


def _begins_lowercase(row: _Row) -> bool:
    return row.text[:1].islower() and not row.marker


def _ends_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»)]*0123456789[,")[-1:] in tuple(".!?:;。！？…")
