"""Finds the date expressions of a text and resolves them to days."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from wherein.index.dates.expressions import Expression, expressions
from wherein.index.dates.interval import Interval
from wherein.index.dates.relative import Tense, fits, last_such, of_week, tense, with_year
from wherein.index.dates.values import Precision, Relative, Weekdays, When
from wherein.index.dates.vocabulary import MONTH_NAMES, WEEKDAY_NAMES


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression in a text, and the days that it means.

    Attributes:
        start: The offset of its first character.
        end: The offset after its last character.
        text: The expression.
        precision: How precise it is.
        when: Its value. None if only an unknown day of publication could tell it.
        inferred: What its year was inferred from. None if the text or the day of publication tells
            the
            year, or if the year is open.
        weekdays: The weekdays that the text gives the days.
        tense: The tense of what the text says of the date.
    """

    start: int
    end: int
    text: str
    precision: Precision
    when: When | None
    inferred: str | None = None
    weekdays: Weekdays | None = None
    tense: Tense = Tense.UNKNOWN

    @property
    def interval(self) -> Interval:
        """Return the days that the expression means, as far as they are known."""
        if self.when is None:
            return Interval(None)
        return Interval(self.when.edtf, self.when.first_day, self.when.last_day)


def find_dates(text: str, reference: date | None = None) -> tuple[DateMention, ...]:
    """Find the date expressions of a text.

    Args:
        text: The text.
        reference: The day of publication. Without it, only years that the text names are known.

    Returns:
        The expressions in order, without overlap.
    """
    return tuple(_mention(text, one, reference) for one in expressions(text))


def find_dates_in_passages(
    texts: Sequence[str], published: date | None
) -> list[tuple[DateMention, ...]]:
    """Find the date expressions in the passages of one document.

    Args:
        texts: The texts of the passages.
        published: The day of publication. If it is not known, years are inferred from the whole
            document.

    Returns:
        The expressions of each passage, in order.
    """
    found = [find_dates(text, published) for text in texts]
    if published is not None:
        return found
    inferred = iter(infer_years([mention for mentions in found for mention in mentions]))
    return [tuple(islice(inferred, len(mentions))) for mentions in found]


def whole_day(text: str) -> date | None:
    """Return the day of a line that contains nothing else but a label, weekday and clock time.

    None for any other line, and for days that no calendar has.
    """
    if len(text) > _LONGEST_LINE or not (label := _LABEL.match(text)):
        return None
    line = _SMALL.sub(lambda word: word.group().capitalize(), text)
    found = find_dates(line[label.end() :])
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
_SMALL = re.compile(r"\b[a-z]{3,}")  # a line may write its month in small letters
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
    said_in = tense(text, one.start, one.end)
    since = _SINCE.search(text, max(one.start - len(" since "), 0), one.start) is not None
    when = _resolved(one, reference, said_in, since=since)
    precision = Precision.DAY if isinstance(one.value, Weekdays) else one.value.precision
    return DateMention(
        one.start,
        one.end,
        text[one.start : one.end],
        precision,
        when,
        one.inferred,
        one.value if isinstance(one.value, Weekdays) else one.weekdays,
        said_in,
    )


_SINCE = re.compile(r"\b[Ss]ince $")


def _resolved(
    one: Expression, reference: date | None, said_in: Tense, *, since: bool
) -> When | None:
    value = one.value
    if isinstance(value, When):
        if reference is None or not value.is_open:
            return value
        if since and one.weekdays is None:
            return last_such(value, reference) or value
        return with_year(value, reference, said_in, one.weekdays) or value
    if reference is None:
        return None
    if isinstance(value, Relative):
        return value.on(reference)
    return of_week(value, reference, said_in)


# ---- a document without a day of publication


def infer_years(mentions: Sequence[DateMention]) -> tuple[DateMention, ...]:
    """Infer the years of a document without a day of publication.

    A year is inferred if a weekday stands beside a day. The day must fall on that weekday in the
    latest year that the document speaks of as past, or in the year after it: an article of a later
    year would name a later year. All such days of the document must agree. The year holds for those
    days only: "in March" stays open.

    Args:
        mentions: The expressions of the document, in order.

    Returns:
        The expressions, those days with their years.
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
    """Yield the open days with weekdays that may lie in the latest year.

    Days in the future qualify, and days with no earlier year named before them: a history names
    many years.
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
    """Return whether the expression names a later year and is not in the future."""
    last = one.interval.last
    return last is not None and last.year > year and one.tense is not Tense.FUTURE


def _fixed_year(anchor: DateMention, latest: int) -> int | None:
    """Return the year that fits. Weekdays repeat after five years at the earliest, so one fits."""
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
