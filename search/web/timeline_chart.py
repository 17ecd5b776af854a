"""Lay out the timeline as a chart: the position, width and row of each interval.

Horizontal positions are in per cent of the width, so that the chart fits every screen. Vertical
positions are rows. A mark is one row high for each file that names its interval.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from wherein.index.dates.vocabulary import MONTH_NAMES
from wherein.search.ranking.timeline import Entry

MAX_MARK_ROWS = 5
"""The greatest height of a mark."""

MAX_MARKS = 40
"""The greatest number of intervals with a known year, and of those without. The best hits count."""

MAX_GAP_DAYS = 400
"""A longer gap between dates becomes a break in the axis."""

_MIN_MARK_WIDTH = 1.3
_BREAK_WIDTH = 3.0
_OPEN_YEAR_WIDTH = 22.0
_CHARACTER_WIDTH = 2.2
_MAX_LABEL_SHIFT = 4.0
_MIN_SHARE_DIVISOR = 12
"""A segment counts for at least the sum of all segments' days divided by this number."""
_MIN_SEGMENT_DAYS = 60
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Mark:
    """An interval as a rectangle.

    Attributes:
        entry: The interval.
        x: The left edge in per cent.
        width: The width in per cent.
        row: The lowest row, from 0 at the axis upwards.
        height: The number of rows.
    """

    entry: Entry
    x: float
    width: float
    row: int
    height: int

    @property
    def top(self) -> int:
        """Return the row above the mark."""
        return self.row + self.height


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis; `x` is its left edge in per cent."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The marks and the axis below them.

    Attributes:
        marks: The marks from left to right.
        ticks: The labels of the axis from left to right.
        segments: The left and right end of each segment of the axis, in per cent. Between two
            segments is a break.
        open_from: The left end of the segment for dates without a year, in per cent. None if there
            are no such dates.
        rows: The number of rows.
    """

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    segments: tuple[tuple[float, float], ...]
    open_from: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of the axis that is to scale.

    Attributes:
        first: The first day as an ordinal.
        last: The last day as an ordinal.
        x: The left end in per cent.
        width: The width in per cent.
    """

    first: int
    last: int
    x: float
    width: float

    @property
    def right(self) -> float:
        """Return the right end in per cent."""
        return self.x + self.width

    def at(self, day: int) -> float:
        """Return the position at which a day begins, in per cent."""
        return self.x + self.width * (day - self.first) / (self.last + 1 - self.first)


def make_chart(entries: Sequence[Entry]) -> Chart | None:
    """Lay out the entries of a timeline. Dates before Christ are left out.

    Args:
        entries: The entries of the timeline.

    Returns:
        The chart. None if fewer than two entries can be drawn.
    """
    best = sorted(entries, key=lambda entry: entry.ranks[0])
    dated = [(entry, _days(entry)) for entry in best if entry.interval.first][:MAX_MARKS]
    undated = [(entry, _days(entry)) for entry in best if entry.interval.is_open][:MAX_MARKS]
    if len(dated) + len(undated) < 2:
        return None
    width = 100.0 - (_OPEN_YEAR_WIDTH + _BREAK_WIDTH if undated and dated else 0.0)
    segments = _segments([days for _, days in dated], width) if dated else []
    boxes = [(entry, *_position(days, segments)) for entry, days in dated]
    axis, open_from = list(segments), None
    if undated:
        open_from = width + _BREAK_WIDTH if dated else 0.0
        year = _Segment(*_ANY_YEAR, open_from, 100.0 - open_from)
        boxes += [(entry, *_position(days, [year])) for entry, days in undated]
        axis.append(year)
    marks = _stack(boxes)
    return Chart(
        marks=marks,
        ticks=_ticks(segments, 100.0 if open_from is None else open_from),
        segments=tuple((segment.x, segment.right) for segment in axis),
        open_from=open_from,
        rows=max(mark.top for mark in marks),
    )


_ANY_YEAR = (date(2000, 1, 1).toordinal(), date(2000, 12, 31).toordinal())
"""The leap year 2000, which stands for a year that is not known."""


def _days(entry: Entry) -> tuple[int, int]:
    """Return the first and last day as ordinals, in the year 2000 if the year is not known."""
    if entry.interval.first and entry.interval.last:
        return entry.interval.ordinals
    first, _, last = entry.edtf.partition("/")
    start, end = _in_2000(first), _in_2000(last or first)
    return start[0], max(start[0], end[1])


def _in_2000(edtf: str) -> tuple[int, int]:
    """Return the first and last day of a date such as XXXX-05 or XXXX-05-16 in the year 2000."""
    _, month, *day = edtf.split("-")
    if day:
        ordinal = date(2000, int(month), int(day[0])).toordinal()
        return ordinal, ordinal
    following = date(2000 + int(month) // 12, int(month) % 12 + 1, 1)
    return date(2000, int(month), 1).toordinal(), following.toordinal() - 1


def _segments(days: Sequence[tuple[int, int]], width: float) -> list[_Segment]:
    """Divide the axis into segments without long gaps.

    The segments share one scale, but a short segment beside a very long one is widened.
    """
    spans = _spans_without_gaps(days, width)
    lengths = [max(last - first + 1, _MIN_SEGMENT_DAYS) for first, last in spans]
    free = width - _BREAK_WIDTH * (len(spans) - 1)
    shares = [max(length, sum(lengths) / _MIN_SHARE_DIVISOR) for length in lengths]
    widths = [free * share / sum(shares) for share in shares]
    segments, x = [], 0.0
    for (first, last), segment_width in zip(spans, widths, strict=True):
        segments.append(_Segment(first, last, x, segment_width))
        x += segment_width + _BREAK_WIDTH
    return segments


def _spans_without_gaps(days: Sequence[tuple[int, int]], width: float) -> list[tuple[int, int]]:
    """Merge intervals into spans of days, with a long gap between each two spans."""
    spans: list[tuple[int, int]] = []
    for first, last in sorted(days):
        if spans and first - spans[-1][1] <= MAX_GAP_DAYS:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    # Breaks may take at most half of the width. Otherwise the shortest gap becomes part of a span.
    while len(spans) * 2 * _BREAK_WIDTH > width:
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
        shortest = gaps.index(min(gaps))
        spans[shortest : shortest + 2] = [(spans[shortest][0], spans[shortest + 1][1])]
    return spans


def _position(days: tuple[int, int], segments: Sequence[_Segment]) -> tuple[float, float]:
    """Return the left edge and the width of an interval.

    The width is at least `_MIN_MARK_WIDTH`, and the interval stays in its segment.
    """
    segment = segments[bisect_right([segment.first for segment in segments], days[0]) - 1]
    x, end = segment.at(days[0]), segment.at(days[1] + 1)
    width = min(max(end - x, _MIN_MARK_WIDTH), segment.width)
    return min(x, segment.right - width), width


def _stack(boxes: Sequence[tuple[Entry, float, float]]) -> tuple[Mark, ...]:
    """Stack marks without overlap: wide marks at the bottom, narrow marks above them."""
    placed: list[Mark] = []
    for entry, x, width in sorted(boxes, key=lambda box: (-box[2], box[1], box[0].edtf)):
        height, right = min(len(entry.files), MAX_MARK_ROWS), x + width - _EPSILON
        below = [mark for mark in placed if mark.x < right and x < mark.x + mark.width - _EPSILON]
        row = 0
        for mark in sorted(below, key=lambda mark: mark.row):
            if mark.row < row + height and row < mark.top:
                row = mark.top
        placed.append(Mark(entry, x, width, row, height))
    return tuple(sorted(placed, key=lambda mark: (mark.x, mark.row)))


def _ticks(segments: Sequence[_Segment], end: float) -> tuple[Tick, ...]:
    """Return the labels that fit, without overlap and not past `end`.

    A label may be moved a little to the right for the label before it. If that is not enough, the
    label of a new year gives way to the label of a segment's start.
    """
    starts = [_start_tick(segment) for segment in segments]
    new_years = [tick for segment in segments for tick in _new_year_ticks(segment)]
    new_year_labels = {tick.label for tick in new_years}
    kept: list[Tick] = []
    for tick in sorted((*starts, *new_years), key=lambda tick: tick.x):
        while kept and _right(kept) - tick.x > _MAX_LABEL_SHIFT and tick in starts:
            if kept[-1].label not in new_year_labels:
                break
            kept.pop()
        x = max(tick.x, _right(kept))
        if x - tick.x <= _MAX_LABEL_SHIFT and x + _label_width(tick) <= end + _CHARACTER_WIDTH:
            kept.append(Tick(x, tick.label))
    return tuple(kept)


def _start_tick(segment: _Segment) -> Tick:
    """Return the label of a segment's start: its year, with the month if one year has it all."""
    first, last = date.fromordinal(segment.first), date.fromordinal(segment.last)
    is_year = first.year != last.year or (first.month, first.day) == (1, 1)
    month = "" if is_year else f"{MONTH_NAMES[first.month - 1][:3]} "
    return Tick(segment.x, f"{month}{first.year}")


def _new_year_ticks(segment: _Segment) -> list[Tick]:
    """Return a label for each 1 January after the segment's start."""
    first, last = date.fromordinal(segment.first), date.fromordinal(segment.last)
    years = range(first.year + 1, last.year + 1)
    return [Tick(segment.at(date(year, 1, 1).toordinal()), str(year)) for year in years]


def _right(ticks: Sequence[Tick]) -> float:
    """Return the right end of the last label, in per cent."""
    return ticks[-1].x + _label_width(ticks[-1]) if ticks else 0.0


def _label_width(tick: Tick) -> float:
    return _CHARACTER_WIDTH * (len(tick.label) + 1)
