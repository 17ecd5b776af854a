"""The years of a document that does not say when it was published."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wherein.index.dates.mention import DateMention
from wherein.index.dates.relative import Tense, fits
from wherein.index.dates.vocabulary import MONTH_NAMES, WEEKDAY_NAMES


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
    why = {anchor.meaning.when: _why(anchor, latest) for anchor in anchors}
    return tuple(
        _in_year(one, year, why[one.meaning.when]) if one.meaning.when in why else one
        for one in mentions
    )


def _in_year(mention: DateMention, year: int, inferred: str) -> DateMention:
    assert mention.meaning.when is not None
    when = mention.meaning.when.in_year(year)
    return replace(mention, meaning=replace(mention.meaning, when=when, inferred=inferred))


def _anchors(mentions: Sequence[DateMention], latest: int) -> Iterator[DateMention]:
    """Yield the open days with weekdays that may lie in the latest year.

    Days in the future qualify, and days with no earlier year named before them: a history names
    many years.
    """
    named = latest
    for one in mentions:
        if (last := one.interval.last) is not None:
            named = last.year
        elif (
            (one.meaning.tense is Tense.FUTURE or named >= latest)
            and one.meaning.weekdays
            and _is_open(one)
        ):
            yield one


def _is_open(one: DateMention) -> bool:
    return one.meaning.when is not None and one.meaning.when.is_open


def _past_year(one: DateMention) -> int | None:
    last = one.interval.last
    return last.year if last and one.meaning.tense is Tense.PAST else None


def _named_after(one: DateMention, year: int) -> bool:
    """Return whether the expression names a later year and is not in the future."""
    last = one.interval.last
    return last is not None and last.year > year and one.meaning.tense is not Tense.FUTURE


def _fixed_year(anchor: DateMention, latest: int) -> int | None:
    """Return the year that fits. Weekdays repeat after five years at the earliest, so one fits."""
    for year in (latest, latest + 1):
        found = anchor.meaning.when and anchor.meaning.when.in_year(year)
        if found and anchor.meaning.weekdays and fits(found, anchor.meaning.weekdays):
            return year
    return None


def _why(anchor: DateMention, latest: int) -> str:
    assert anchor.meaning.weekdays is not None
    assert anchor.meaning.when is not None
    first = anchor.meaning.when.first
    day = f"{first.day} {MONTH_NAMES[(first.month or 1) - 1]}"
    weekday = WEEKDAY_NAMES[anchor.meaning.weekdays.first]
    return f"{weekday} = {day} and the latest year named, {latest}"
