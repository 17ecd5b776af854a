"""The years of a document that does not say when it was published."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wherein.index.dates.mention import DateMention
from wherein.index.dates.relative import falls_on
from wherein.index.dates.tense import Tense
from wherein.index.dates.vocabulary import MONTH_NAMES, WEEKDAY_NAMES


def infer_years(mentions: Sequence[DateMention]) -> tuple[DateMention, ...]:
    """Infer the years of a document without a day of publication.

    A year is inferred if a weekday is beside a day. The day must fall on that weekday in the
    latest year that the document speaks of as past, or in the year after it: an article of a later
    year would name a later year. All such days of the document must agree. The year holds for those
    days only: "in March" stays open.

    Args:
        mentions: The expressions of the document, in order.

    Returns:
        The expressions, those days with their years.
    """
    latest = max((year for mention in mentions if (year := _past_year(mention))), default=None)
    if latest is None:
        return tuple(mentions)
    anchors = list(_anchors(mentions, latest))
    years = {_fixed_year(anchor, latest) for anchor in anchors}
    year = years.pop() if len(years) == 1 else None
    if year is None or any(_named_after(mention, year) for mention in mentions):
        return tuple(mentions)
    why = {anchor.meaning.when: _why(anchor, latest) for anchor in anchors}
    return tuple(
        _in_year(mention, year, why[mention.meaning.when])
        if mention.meaning.when in why
        else mention
        for mention in mentions
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
    for mention in mentions:
        if (last := mention.interval.last) is not None:
            named = last.year
        elif (
            (mention.meaning.tense is Tense.FUTURE or named >= latest)
            and mention.meaning.weekdays
            and _is_open(mention)
        ):
            yield mention


def _is_open(mention: DateMention) -> bool:
    return mention.meaning.when is not None and mention.meaning.when.is_open


def _past_year(mention: DateMention) -> int | None:
    last = mention.interval.last
    return last.year if last and mention.meaning.tense is Tense.PAST else None


def _named_after(mention: DateMention, year: int) -> bool:
    """Return whether the expression names a later year and is not in the future."""
    last = mention.interval.last
    return last is not None and last.year > year and mention.meaning.tense is not Tense.FUTURE


def _fixed_year(anchor: DateMention, latest: int) -> int | None:
    """Return the year that fits. At most one does: weekdays repeat after five years or more."""
    for year in (latest, latest + 1):
        found = anchor.meaning.when and anchor.meaning.when.in_year(year)
        if found and anchor.meaning.weekdays and falls_on(found, anchor.meaning.weekdays):
            return year
    return None


def _why(anchor: DateMention, latest: int) -> str:
    assert anchor.meaning.weekdays is not None
    assert anchor.meaning.when is not None
    first = anchor.meaning.when.first
    day = f"{first.day} {MONTH_NAMES[(first.month or 1) - 1]}"
    weekday = WEEKDAY_NAMES[anchor.meaning.weekdays.first]
    return f"{weekday} = {day} and the latest year named, {latest}"
