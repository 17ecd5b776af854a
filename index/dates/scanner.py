"""Finds the date expressions of a text and resolves them to days."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice

from wherein.index.dates.expressions import Expression, expressions
from wherein.index.dates.mention import DateMention, Meaning
from wherein.index.dates.relative import resolve_latest, resolve_weekdays, resolve_year
from wherein.index.dates.tense import Tense, find_tense
from wherein.index.dates.values import Precision, Relative, Weekdays, When
from wherein.index.dates.year_inference import infer_years


def find_dates(text: str, reference: date | None = None) -> tuple[DateMention, ...]:
    """Find the date expressions of a text.

    Args:
        text: The text.
        reference: The day of publication. Without it, only years that the text names are known.

    Returns:
        The expressions in order, without overlap.
    """
    return tuple(_mention(text, expression, reference) for expression in expressions(text))


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
    if not found or found[0].start or found[0].meaning.when is None:
        return None
    first, last = found[0], found[-1]
    same = (
        last.meaning.when == first.meaning.when and len(found) <= 2 and last.start <= first.end + 3
    )
    rest = text[label.end() + last.end :]
    if label.group():
        rest = _AUTHOR_AFTER.sub("", rest)
    is_day = (
        first.meaning.precision is Precision.DAY and first.interval.first == first.interval.last
    )
    return first.interval.first if is_day and same and _CLOCK_AFTER.fullmatch(rest) else None


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


def _mention(text: str, expression: Expression, reference: date | None) -> DateMention:
    tense = find_tense(text, expression.start, expression.end)
    since = (
        _SINCE.search(text, max(expression.start - len(" since "), 0), expression.start) is not None
    )
    meaning = Meaning(
        precision=Precision.DAY
        if isinstance(expression.value, Weekdays)
        else expression.value.precision,
        when=_resolved(expression, reference, tense, since=since),
        weekdays=expression.value
        if isinstance(expression.value, Weekdays)
        else expression.weekdays,
        tense=tense,
        inferred=expression.inferred,
    )
    return DateMention(
        expression.start, expression.end, text[expression.start : expression.end], meaning
    )


_SINCE = re.compile(r"\b[Ss]ince $")


def _resolved(
    expression: Expression, reference: date | None, tense: Tense, *, since: bool
) -> When | None:
    value = expression.value
    if isinstance(value, When):
        if reference is None or not value.is_open:
            return value
        if since and expression.weekdays is None:
            return resolve_latest(value, reference) or value
        return resolve_year(value, reference, tense, expression.weekdays) or value
    if reference is None:
        return None
    if isinstance(value, Relative):
        return value.resolve(reference)
    return resolve_weekdays(value, reference, tense)
