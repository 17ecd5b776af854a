"""Date expressions in English text: where they stand and which days they mean."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.date_patterns import MODIFIERS, NUMBERS, STARTS, WORDS, modified_part
from index.date_relatives import Tense, fits, of_week, tense, with_year
from index.date_values import Precision, Relative, Value, Weekdays, When, after, before, joined, part


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
    def edtf(self) -> str | None:
        """Extended Date/Time Format, an open year as XXXX."""
        return None if self.when is None else self.when.edtf

    @property
    def from_(self) -> date | None:
        """The first day; None where the year is open or before Christ."""
        return None if self.when is None or self.to is None else self.when.first_day

    @property
    def to(self) -> date | None:
        """The last day; None where the year is open or before Christ."""
        return None if self.when is None else self.when.last_day


def find(text: str, reference: date | None = None) -> tuple[DateMention, ...]:
    """The date expressions of a text, in order and apart, read as on its day of publication.

    Without that day, no year is given that the text does not name.
    """
    spaced = text.translate(_SPACES)
    found = list(_expressions(spaced))
    for fold in (_day_of_weekday, _range):
        found = _folded(spaced, found, fold)
    found = _with_years_beside(spaced, _in_apposition(spaced, found))
    return tuple(_mention(text, one, reference) for one in found)


_SPACES = dict.fromkeys(map(ord, "\t\n\r\u00a0\u2009\u202f"), " ")


def whole_day(text: str) -> date | None:
    """The day that a line names if it says nothing else, but for a label, weekday and clock time.

    None for any other text and for days that no calendar has.
    """
    if len(text) > _LONGEST_LINE or not (label := _LABEL.match(text)):
        return None
    found = find(text[label.end() :])
    if len(found) != 1 or found[0].start or found[0].when is None:
        return None
    one = found[0]
    rest = text[label.end() + one.end :]
    is_day = one.precision is Precision.DAY and one.from_ == one.to
    return one.from_ if is_day and _CLOCK_AFTER.fullmatch(rest) else None


_LONGEST_LINE = 80
_CLOCK = r"\d{1,2}(?:[:.]\d\d){1,2}(?: ?[ap]\.?m\.?)?(?: ?\(?[a-z]{1,4}\)?)?"
_LABEL = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|modified|issued|released|date)"
    rf"(?: on)? ?:? ?)?(?:{_CLOCK},? )?",
    re.IGNORECASE,
)
_CLOCK_AFTER = re.compile(
    rf"(?:(?:,| at| [-–—|])? {_CLOCK}|[t ]\d\d:\d\d[\d:.]{{0,13}} ?(?:z|[a-z]{{3,4}}|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)

# ---- expressions


@dataclass(frozen=True, slots=True)
class _Expression:
    start: int
    end: int
    value: Value
    weekdays: Weekdays | None = None
    inferred: str | None = None


def _expressions(text: str) -> Iterator[_Expression]:
    """What the tables read, from left to right."""
    position = 0
    while start := STARTS.search(text, position):
        position = start.end()
        for pattern, meaning in NUMBERS if start.group().isdecimal() else WORDS:
            if not (match := pattern.match(text, start.start())):
                continue
            if meaning is None:
                position = max(match.end(), position)
                break
            if (value := meaning(match)) is not None:
                yield _modified(text, start.start(), match.end(), value)
                position = match.end()
                break


def _modified(text: str, start: int, end: int, value: Value) -> _Expression:
    """With what stands before it and takes a part of it."""
    first = max(start - 40, 0)
    match = MODIFIERS.search(text[first:start])
    if match and (numbers := modified_part(match)) and (smaller := part(value, *numbers)):
        return _Expression(first + match.start(), end, smaller)
    return _Expression(start, end, value)


_Fold = Callable[[str, _Expression, _Expression], _Expression | None]


def _folded(text: str, found: list[_Expression], fold: _Fold) -> list[_Expression]:
    """Neighbours made one, no three."""
    result: list[_Expression] = []
    whole = False
    for one in found:
        pair = fold(text, result[-1], one) if result and not whole else None
        if pair is None:
            result.append(one)
        else:
            result[-1] = pair
        whole = pair is not None
    return result


def _day_of_weekday(text: str, first: _Expression, second: _Expression) -> _Expression | None:
    """Tuesday, November 7"""
    if not isinstance(first.value, Weekdays) or not isinstance(second.value, When):
        return None
    if not _AFTER_WEEKDAY.fullmatch(text[first.end : second.start]) or not _is_day(second.value):
        return None
    return replace(second, start=first.start, weekdays=first.value)


def _range(text: str, first: _Expression, second: _Expression) -> _Expression | None:
    """From the one to the other, or between the two."""
    gap = text[first.end : min(second.start, first.end + 20)]
    lead = _LEAD.search(text[max(first.start - 20, 0) : first.start])
    between = lead is not None and lead["word"].lower() == "between"
    if not (_TO.fullmatch(gap) or (_AND.fullmatch(gap) and (between or _coordinated(first, second)))):
        return None
    value = _joined(first.value, second.value)
    if value is None:
        return None
    weekdays = None
    if first.weekdays and second.weekdays:
        weekdays = Weekdays(first.weekdays.first, second.weekdays.last)
    start = first.start - len(lead.group()) if lead else first.start
    return _Expression(start, second.end, value, weekdays)


def _joined(first: Value, second: Value) -> Value | None:
    if isinstance(first, When) and isinstance(second, When):
        return joined(first, second)
    if isinstance(first, Weekdays) and isinstance(second, Weekdays):
        return Weekdays(first.first, second.last)
    return None


def _coordinated(first: _Expression, second: _Expression) -> bool:
    """Whether "and" makes one stretch of them: the 1950s and 1960s, Thursday and Friday."""
    if isinstance(first.value, Weekdays) and isinstance(second.value, Weekdays):
        return (second.value.first - first.value.last) % 7 == 1
    return (
        isinstance(first.value, When)
        and isinstance(second.value, When)
        and first.value.precision == second.value.precision >= Precision.DECADE
    )


_AFTER_WEEKDAY = re.compile(r"\.?,? (?:the )?")
_LEAD = re.compile(
    r"\b(?P<word>from|between) (?:the |c\. ?|circa |about |around )?$", re.IGNORECASE
)
_TO = re.compile(
    r" {0,2}[-–—] {0,2}(?:c\. ?|circa )?|,? to (?:the )?| (?:to|until|till|through|up to) (?:the |c\. ?|circa |about |around )?"
)
_AND = re.compile(r" and (?:the )?")


def _is_day(when: When) -> bool:
    return when.precision is Precision.DAY


# ---- years and days told by a neighbour


def _in_apposition(text: str, found: list[_Expression]) -> list[_Expression]:
    """Thursday and Friday (May 16-17): each has the days and the weekdays of both."""
    result = found[:]
    for number, (first, second) in enumerate(zip(found, found[1:], strict=False)):
        if not _APPOSED.fullmatch(text[first.end : min(second.start, first.end + 3)]):
            continue
        for week, day in ((first, second), (second, first)):
            if not isinstance(week.value, Weekdays) or not isinstance(day.value, When):
                continue
            if _is_day(day.value) and _as_long(week.value, day.value):
                result[number] = replace(first, value=day.value, weekdays=week.value)
                result[number + 1] = replace(second, value=day.value, weekdays=week.value)
    return result


_APPOSED = re.compile(r",? \(|, ")


def _as_long(weekdays: Weekdays, when: When) -> bool:
    return (weekdays.first == weekdays.last) == (when.first == when.last)


def _with_years_beside(text: str, found: list[_Expression]) -> list[_Expression]:
    """July 16 and August 27, 2017: the year of both. In 2013 in Las Vegas from May 30: inferred."""
    result = found[:]
    for number in reversed(range(len(found))):
        one = result[number]
        if not isinstance(one.value, When) or not one.value.is_open:
            continue
        if number + 1 < len(found):
            following = result[number + 1]
            gap = text[one.end : min(following.start, one.end + 12)]
            if isinstance(following.value, When) and _LISTED.fullmatch(gap):
                one = replace(one, value=before(one.value, following.value))
        if number and isinstance(one.value, When) and one.value.is_open:
            one = _with_year_of_clause(text, found[number - 1], one.value, one)
        result[number] = one
    return result


def _with_year_of_clause(
    text: str, year: _Expression, when: When, one: _Expression
) -> _Expression:
    named = year.value
    if (
        isinstance(named, When)
        and named.precision is Precision.YEAR
        and named.first == named.last
        and _INTRODUCED.search(text[max(year.start - 4, 0) : year.start])
        and _SAME_CLAUSE.fullmatch(text[year.end : min(one.start, year.end + 60)])
        and (value := when.in_year(named.first.year or 0))
    ):
        return replace(one, value=value, inferred=f"the year named just before, {named.edtf}")
    return one


_LISTED = re.compile(r",? (?:and|or) (?:on )?|, ")
_INTRODUCED = re.compile(r"(?:\b[Ii]n |\()$")
_SAME_CLAUSE = re.compile(
    r",? (?:(?:in|at|near) (?:the )?(?:[A-Z][^\W\d]{1,20},? ){1,4})?(?:on |from |between )?"
)


# ---- mentions


def _mention(text: str, one: _Expression, reference: date | None) -> DateMention:
    said = tense(text, one.start, one.end)
    when = _resolved(one, reference, said)
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


def _resolved(one: _Expression, reference: date | None, said: Tense) -> When | None:
    value = one.value
    if isinstance(value, When):
        if reference is None or not value.is_open:
            return value
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
    anchors = [one for one in mentions if one.weekdays and one.when and one.when.is_open]
    if latest is None or not anchors:
        return tuple(mentions)
    years = {_fixed_year(anchor, latest) for anchor in anchors}
    year = years.pop()
    if year is None or years or any(_named_after(one, year) for one in mentions):
        return tuple(mentions)
    return tuple(_with_inferred_year(one, anchors, year, latest) for one in mentions)


def _past_year(one: DateMention) -> int | None:
    return one.to.year if one.to and one.tense is Tense.PAST else None


def _named_after(one: DateMention, year: int) -> bool:
    """Whether a later year is named, of which it is not said that it is to come."""
    return one.to is not None and one.to.year > year and one.tense is not Tense.FUTURE


def _fixed_year(anchor: DateMention, latest: int) -> int | None:
    """Days fall on the same weekdays after five years at the soonest, so at most one fits."""
    for year in (latest, latest + 1):
        found = anchor.when and anchor.when.in_year(year)
        if found and anchor.weekdays and fits(found, anchor.weekdays):
            return year
    return None


def _with_inferred_year(
    one: DateMention, anchors: Sequence[DateMention], year: int, latest: int
) -> DateMention:
    if one.when is None or not one.when.is_open:
        return one
    for anchor in anchors:
        if anchor.when == one.when and anchor.weekdays:
            weekday = _WEEKDAYS[anchor.weekdays.first]
            why = f"{weekday} = {_spoken(anchor.when)} and the latest year named, {latest}"
            return replace(one, when=one.when.in_year(year), inferred=why)
    return one


def _spoken(when: When) -> str:
    return f"{when.first.day} {_MONTHS[(when.first.month or 1) - 1]}"


_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
