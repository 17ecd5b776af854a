"""The timeline as a drawing: where each interval stands, how wide it is and upon which others.

Across, all is in per cent of the width, so that it fits a telephone as well as a desk; upwards in
storeys, one for each file that names the interval.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from wherein.index.dates.vocabulary import MONTH_NAMES
from wherein.search.ranking.timeline import Entry

MOST_STOREYS = 5
"""A mark is no higher, however many files name its interval."""

MOST_MARKS = 40
"""Of more intervals those of the best hits are drawn."""

LONGEST_GAP = 400
"""Days without any date. A longer gap is folded to a break in the axis."""

_NARROWEST = 1.3
_BREAK = 3.0
_OPEN_WIDTH = 22.0
_LETTER = 2.2
_MOVED = 4.0
_MOST_TO_ONE = 12
_LEAST_DAYS = 60
_TOUCHING = 1e-6


@dataclass(frozen=True, slots=True)
class Mark:
    """An interval: `x` and `width` in per cent, `storey` counted from the axis up."""

    entry: Entry
    x: float
    width: float
    storey: int
    storeys: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A point of the axis, and what it is called."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Marks, and the axis under them: stretches from and to, in per cent; between them is a break.

    Where there are open years, `open_from` is where the last stretch begins, which is any year.
    """

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    stretches: tuple[tuple[float, float], ...]
    open_from: float | None
    storeys: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days from `first` to `last`, as ordinals, that are drawn to scale from `x` on."""

    first: int
    last: int
    x: float
    width: float

    def at(self, day: int) -> float:
        return self.x + self.width * (day - self.first) / (self.last + 1 - self.first)


def chart(entries: Sequence[Entry]) -> Chart | None:
    """The drawing of what has days, None where there are fewer than two of them to compare."""
    best = sorted(entries, key=lambda entry: entry.ranks[0])
    dated = [(entry, _days(entry)) for entry in best if entry.interval.first][:MOST_MARKS]
    undated = [(entry, _days(entry)) for entry in best if entry.interval.is_open][:MOST_MARKS]
    if len(dated) + len(undated) < 2:
        return None
    room = 100.0 - (_OPEN_WIDTH + _BREAK if undated and dated else 0.0)
    stretches = _stretches([days for _, days in dated], room) if dated else []
    marks = [(entry, *_drawn(days, stretches)) for entry, days in dated]
    beginnings = [_beginning(stretch) for stretch in stretches]
    new_years = [tick for stretch in stretches for tick in _new_years(stretch)]
    axis = [(stretch.x, stretch.x + stretch.width) for stretch in stretches]
    open_from = None
    if undated:
        open_from = room + _BREAK if dated else 0.0
        year = _Stretch(*_any_year(), open_from, 100.0 - open_from)
        marks += [(entry, *_drawn(days, [year])) for entry, days in undated]
        axis.append((year.x, 100.0))
    placed = _stack(marks)
    return Chart(
        marks=placed,
        ticks=_apart(beginnings, new_years, 100.0 if open_from is None else open_from),
        stretches=tuple(axis),
        open_from=open_from,
        storeys=max(mark.storey + mark.storeys for mark in placed),
    )


def _days(entry: Entry) -> tuple[int, int]:
    """First and last day, of an open year those of the leap year 2000."""
    if entry.interval.first and entry.interval.last:
        return entry.interval.ordinals
    first, _, last = entry.edtf.partition("/")
    begin, end = _in_2000(first), _in_2000(last or first)
    return begin[0], max(begin[0], end[1])


def _in_2000(point: str) -> tuple[int, int]:
    _, month, *day = point.split("-")
    if day:
        ordinal = date(2000, int(month), int(day[0])).toordinal()
        return ordinal, ordinal
    following = date(2000 + int(month) // 12, int(month) % 12 + 1, 1)
    return date(2000, int(month), 1).toordinal(), following.toordinal() - 1


def _any_year() -> tuple[int, int]:
    return date(2000, 1, 1).toordinal(), date(2000, 12, 31).toordinal()


def _stretches(days: Sequence[tuple[int, int]], room: float) -> list[_Stretch]:
    """The days in stretches without long gaps, to scale as far as each still can be seen."""
    spans: list[list[int]] = []
    for first, last in sorted(days):
        if spans and first - spans[-1][1] <= LONGEST_GAP:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    # Many stretches would leave no room for themselves: the shortest gaps are not folded then.
    while len(spans) * 2 * _BREAK > room:
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
        least = gaps.index(min(gaps))
        spans[least : least + 2] = [[spans[least][0], spans[least + 1][1]]]
    lengths = [max(last - first + 1, _LEAST_DAYS) for first, last in spans]
    free = room - _BREAK * (len(spans) - 1)
    # To one scale, but for what a stretch beside a very long one needs to be seen at all.
    shares = [max(length, sum(lengths) / _MOST_TO_ONE) for length in lengths]
    widths = [free * share / sum(shares) for share in shares]
    stretches, x = [], 0.0
    for (first, last), width in zip(spans, widths, strict=True):
        stretches.append(_Stretch(first, last, x, width))
        x += width + _BREAK
    return stretches


def _drawn(days: tuple[int, int], stretches: Sequence[_Stretch]) -> tuple[float, float]:
    """Where an interval begins and how wide it is: never too narrow, never past its stretch."""
    stretch = stretches[bisect_right([stretch.first for stretch in stretches], days[0]) - 1]
    x, end = stretch.at(days[0]), stretch.at(days[1] + 1)
    width = min(max(end - x, _NARROWEST), stretch.width)
    return min(x, stretch.x + stretch.width - width), width


def _stack(drawn: Sequence[tuple[Entry, float, float]]) -> tuple[Mark, ...]:
    """The wide ones at the bottom, the narrower upon them, none over another."""
    placed: list[Mark] = []
    for entry, x, width in sorted(drawn, key=lambda one: (-one[2], one[1], one[0].edtf)):
        storeys = min(len(entry.files), MOST_STOREYS)
        right = x + width - _TOUCHING
        under = [mark for mark in placed if mark.x < right and x < mark.x + mark.width - _TOUCHING]
        storey = 0
        for mark in sorted(under, key=lambda mark: mark.storey):
            if mark.storey < storey + storeys and storey < mark.storey + mark.storeys:
                storey = mark.storey + mark.storeys
        placed.append(Mark(entry, x, width, storey, storeys))
    return tuple(sorted(placed, key=lambda mark: (mark.x, mark.storey)))


def _beginning(stretch: _Stretch) -> Tick:
    """Its year, or its month where it lies within one year."""
    first, last = date.fromordinal(stretch.first), date.fromordinal(stretch.last)
    whole = first.year != last.year or (first.month, first.day) == (1, 1)
    month = "" if whole else f"{MONTH_NAMES[first.month - 1][:3]} "
    return Tick(stretch.x, f"{month}{first.year}")


def _new_years(stretch: _Stretch) -> list[Tick]:
    first, last = date.fromordinal(stretch.first), date.fromordinal(stretch.last)
    years = range(first.year + 1, last.year + 1)
    return [Tick(stretch.at(date(year, 1, 1).toordinal()), str(year)) for year in years]


def _apart(beginnings: Sequence[Tick], new_years: Sequence[Tick], end: float) -> tuple[Tick, ...]:
    """Those that can be read, none over another or past `end`.

    A later one may move on a little for one before; where that is not enough, a new year gives way
    to a beginning.
    """
    kept: list[Tick] = []
    for tick in sorted((*beginnings, *new_years), key=lambda tick: tick.x):
        while kept and _free(kept) - tick.x > _MOVED and tick in beginnings:
            if kept[-1].label not in {new_year.label for new_year in new_years}:
                break
            kept.pop()
        x = max(tick.x, _free(kept))
        if x - tick.x <= _MOVED and x + _wide(tick) <= end + _LETTER:
            kept.append(Tick(x, tick.label))
    return tuple(kept)


def _free(kept: Sequence[Tick]) -> float:
    return kept[-1].x + _wide(kept[-1]) if kept else 0.0


def _wide(tick: Tick) -> float:
    return _LETTER * (len(tick.label) + 1)
