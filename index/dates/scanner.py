"""Date expressions in English text: where they stand and which days they mean."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from wherein.index.dates.expressions import Expression, expressions
from wherein.index.dates.interval import Interval
from wherein.index.dates.intervals import Precision, Relative, Weekdays, When
from wherein.index.dates.relative import Tense, fits, last_such, of_week, tense, with_year
from wherein.index.dates.vocabulary import MONTH_NAMES, WEEKDAY_NAMES


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression, and the days that it means where they can be had.

    `start` and `end` are its span in the text. `when` is None where only an unknown day of
    publication could tell. `inferred` says from what its year was inferred, and is None where the
    text names it, the day of publication tells it, or it is open. `weekdays` are those that the
    text gives the days, and `tense` is that of what it says of them.
    """

    start: int
    end: int
    text: str
    precision: Precision
    when: When | None
    inferred: str | None = None
    weekdays: Weekdays | None = None
    tense: Tense = Tense.UNTOLD

    @property
    def interval(self) -> Interval:
        """Return the days that the expression means, as far as they are known."""
        if self.when is None:
            return Interval(None)
        return Interval(self.when.edtf, self.when.first_day, self.when.last_day)


def find(text: str, reference: date | None = None) -> tuple[DateMention, ...]:
    """The date expressions of a text, in order and apart, read as on its day of publication.

    Without that day, no year is given that the text does not name.
    """
    return tuple(_mention(text, one, reference) for one in expressions(text))


def in_passages(texts: Sequence[str], published: date | None) -> list[tuple[DateMention, ...]]:
    """The mentions of each passage of one document, in order, its years inferred if need be."""
    found = [find(text, published) for text in texts]
    if published is not None:
        return found
    inferred = iter(infer_years([mention for mentions in found for mention in mentions]))
    return [tuple(islice(inferred, len(mentions))) for mentions in found]


def whole_day(text: str) -> date | None:
    """The day that a line names if it says nothing else, but for a label, weekday and clock time.

    None for any other text and for days that no calendar has.
    """
    if len(text) > _LONGEST_LINE or not (label := _LABEL.match(text)):
        return None
    line = _SMALL.sub(lambda word: word.group().capitalize(), text)
    found = find(line[label.end() :])
    if not found or found[0].start or found[0].when is None:
        return None
    one, last = found[0], found[-1]
    same = last.when == one.when and len(found) <= 2 and last.start <= one.end + 3
    rest = text[label.end() + last.end :]
    if label.group():
        rest = _AUTHOR_AFTER.sub("", rest)
    is_day = one.precision is Precision.DAY and one.interval.first == one.interval.last
    return one.interval.first if is_day and same and _CLOCK_AFTER.fullmatch(rest) else None


_LONGEST_LINE = 80
_SMALL = re.compile(r"\b[a-z]{3,}")  # a line may have its month in small letters
_CLOCK = r"\d{1,2}(?:[:.]\d\d){1,2}(?: ?[ap]\.?m\.?)?(?: ?\(?[a-z]{1,4}\)?)?"
_LABEL = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|modified|issued|released|date)"
    rf"(?: on)? ?:? ?)?(?:{_CLOCK},? )?",
    re.IGNORECASE,
)
_AUTHOR_AFTER = re.compile(r",? by \w[\w.'’ -]{1,40}$", re.IGNORECASE)
_CLOCK_AFTER = re.compile(
    rf"(?:(?:,| at| [-–—|/·])? {_CLOCK}(?: [+-]\d{{4}})?"
    r"|[t ]\d\d:\d\d[\d:.]{0,13} ?(?:z|[a-z]{3,4}|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)

# ---- mentions


def _mention(text: str, one: Expression, reference: date | None) -> DateMention:
    said = tense(text, one.start, one.end)
    since = _SINCE.search(text, max(one.start - len(" since "), 0), one.start) is not None
    when = _resolved(one, reference, said, since=since)
    precision = Precision.DAY if isinstance(one.value, Weekdays) else one.value.precision
    return DateMention(
        one.start,
        one.end,
        text[one.start : one.end],
        precision,
        when,
        one.inferred,
        one.value if isinstance(one.value, Weekdays) else one.weekdays,
        said,
    )


_SINCE = re.compile(r"\b[Ss]ince $")


def _resolved(one: Expression, reference: date | None, said: Tense, *, since: bool) -> When | None:
    value = one.value
    if isinstance(value, When):
        if reference is None or not value.is_open:
            return value
        if since and one.weekdays is None:
            return last_such(value, reference) or value
        return with_year(value, reference, said, one.weekdays) or value
    if reference is None:
        return None
    if isinstance(value, Relative):
        return value.on(reference)
    return of_week(value, reference, said)


# ---- a document that does not say when it was published


def infer_years(mentions: Sequence[DateMention]) -> tuple[DateMention, ...]:
    """The mentions of one such document, in order, with the years that its own body fixes.

    A year is fixed where a weekday stands with its day, and the day falls on that weekday in the
    latest year that the document speaks of as past, or in the one after it: an article of a later
    year would name a later one. All such days of the document must agree. The year holds for those
    days wherever the document names them, and for nothing else: "in March" stays open.
    """
    latest = max((y for one in mentions if (y := _past_year(one))), default=None)
    if latest is None:
        return tuple(mentions)
    anchors = list(_anchors(mentions, latest))
    years = {_fixed_year(anchor, latest) for anchor in anchors}
    year = years.pop() if len(years) == 1 else None
    if year is None or any(_named_after(one, year) for one in mentions):
        return tuple(mentions)
    why = {anchor.when: _why(anchor, latest) for anchor in anchors}
    return tuple(
        replace(one, when=one.when.in_year(year), inferred=why[one.when])
        if one.when in why and one.when is not None
        else one
        for one in mentions
    )


def _anchors(mentions: Sequence[DateMention], latest: int) -> Iterator[DateMention]:
    """The open days with weekdays that are not of an earlier time.

    Those are not that are yet to come, and those that no earlier year stands before: a history
    goes through many years.
    """
    named = latest
    for one in mentions:
        if (last := one.interval.last) is not None:
            named = last.year
        elif (one.tense is Tense.FUTURE or named >= latest) and one.weekdays and _is_open(one):
            yield one


def _is_open(one: DateMention) -> bool:
    return one.when is not None and one.when.is_open


def _past_year(one: DateMention) -> int | None:
    last = one.interval.last
    return last.year if last and one.tense is Tense.PAST else None


def _named_after(one: DateMention, year: int) -> bool:
    """Whether a later year is named, of which it is not said that it is to come."""
    last = one.interval.last
    return last is not None and last.year > year and one.tense is not Tense.FUTURE


def _fixed_year(anchor: DateMention, latest: int) -> int | None:
    """Days fall on the same weekdays after five years at the soonest, so at most one fits."""
    for year in (latest, latest + 1):
        found = anchor.when and anchor.when.in_year(year)
        if found and anchor.weekdays and fits(found, anchor.weekdays):
            return year
    return None


def _why(anchor: DateMention, latest: int) -> str:
    assert anchor.weekdays is not None
    assert anchor.when is not None
    first = anchor.when.first
    day = f"{first.day} {MONTH_NAMES[(first.month or 1) - 1]}"
    weekday = WEEKDAY_NAMES[anchor.weekdays.first]
    return f"{weekday} = {day} and the latest year named, {latest}"
