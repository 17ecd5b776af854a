"""Where date expressions begin and end, and what each means before its day is known."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from wherein.index.dates.interpretation import modified_part
from wherein.index.dates.patterns import MODIFIERS, NUMBERS, STARTS, WORDS
from wherein.index.dates.values import (
    Precision,
    Value,
    Weekdays,
    When,
    completed_before,
    edge,
    joined,
    part,
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression in a text.

    Attributes:
        start: The offset of its first character.
        end: The offset after its last character.
        value: What it means.
        weekdays: The weekdays beside the date, as in "Monday, 6 May". None if there are none.
        inferred: What its year was inferred from, if it was.
    """

    start: int
    end: int
    value: Value
    weekdays: Weekdays | None = None
    inferred: str | None = None


def expressions(text: str) -> list[Expression]:
    """Find the date expressions of a text.

    Args:
        text: The text.

    Returns:
        The expressions in order, without overlap. An open year is completed from a neighbour.
    """
    spaced = text.translate(_SPACES)
    found = list(_read(spaced))
    for fold in (_day_of_weekday, _range):
        found = _folded(spaced, found, fold)
    return _with_years_beside(spaced, _in_apposition(spaced, found))


_SPACES = dict.fromkeys(map(ord, "\t\n\r\u00a0\u2009\u202f"), " ")


def _read(text: str) -> Iterator[Expression]:
    """Match the tables from left to right."""
    position = 0
    while start := STARTS.search(text, position):
        position = start.end()
        for pattern, reading in NUMBERS if start.group().isdecimal() else WORDS:
            if not (match := pattern.match(text, start.start())):
                continue
            if reading is None:
                position = max(match.end(), position)
                break
            if (value := reading(match)) is not None:
                yield _modified(text, start.start(), match.end(), value)
                position = match.end()
                break


def _modified(text: str, start: int, end: int, value: Value) -> Expression:
    """Extend an expression by a modifier before it, such as "early" or "the first half of"."""
    first = max(start - 40, 0)
    match = MODIFIERS.search(text[first:start])
    if match and (smaller := _part(match, value)):
        return Expression(first + match.start(), end, smaller)
    return Expression(start, end, value)


def _part(match: re.Match[str], value: Value) -> Value | None:
    if match["end"]:
        return edge(value, last=match["end"].lower() == "last")
    numbers = modified_part(match)
    return numbers and part(value, *numbers)


_Fold = Callable[[str, Expression, Expression], Expression | None]


def _folded(text: str, found: list[Expression], fold: _Fold) -> list[Expression]:
    """Join neighbours in pairs, never three."""
    result: list[Expression] = []
    whole = False
    for expression in found:
        pair = fold(text, result[-1], expression) if result and not whole else None
        if pair is None:
            result.append(expression)
        else:
            result[-1] = pair
        whole = pair is not None
    return result


def _day_of_weekday(text: str, first: Expression, second: Expression) -> Expression | None:
    """Join "Tuesday, November 7"."""
    if not isinstance(first.value, Weekdays) or not isinstance(second.value, When):
        return None
    if not _AFTER_WEEKDAY.fullmatch(text[first.end : second.start]) or not _is_day(second.value):
        return None
    return replace(second, start=first.start, weekdays=first.value)


def _range(text: str, first: Expression, second: Expression) -> Expression | None:
    """Join "from May to June" and "between 3 and 5 May"."""
    gap = text[first.end : min(second.start, first.end + 20)]
    lead = _LEAD.search(text[max(first.start - 20, 0) : first.start])
    between = lead is not None and lead["word"].lower() == "between"
    if not (
        _TO.fullmatch(gap) or (_AND.fullmatch(gap) and (between or _coordinated(first, second)))
    ):
        return None
    value = _joined(first.value, second.value)
    if value is None:
        return None
    weekdays = None
    if first.weekdays and second.weekdays:
        weekdays = Weekdays(first.weekdays.first, second.weekdays.last)
    start = first.start - len(lead.group()) if lead else first.start
    return Expression(start, second.end, value, weekdays)


def _joined(first: Value, second: Value) -> Value | None:
    if isinstance(first, When) and isinstance(second, When):
        return joined(first, second)
    if isinstance(first, Weekdays) and isinstance(second, Weekdays):
        return Weekdays(first.first, second.last)
    return None


def _coordinated(first: Expression, second: Expression) -> bool:
    """Return whether "and" makes one time of two: the 1950s and 1960s, Thursday and Friday."""
    if isinstance(first.value, Weekdays) and isinstance(second.value, Weekdays):
        return (second.value.first - first.value.last) % 7 == 1
    return (
        isinstance(first.value, When)
        and isinstance(second.value, When)
        and first.value.precision == second.value.precision >= Precision.DECADE
    )


_AFTER_WEEKDAY = re.compile(r"\.?,? (?:the )?")
_ABOUT = r"(?:the |c\. ?|circa |about |around )?"
_LEAD = re.compile(rf"\b(?P<word>from|between) {_ABOUT}$", re.IGNORECASE)
_TO = re.compile(
    rf" {{0,2}}[-–—] {{0,2}}(?:c\. ?|circa )?|,? to (?:the )?"
    rf"| (?:to|until|till|through|up to) {_ABOUT}"
)
_AND = re.compile(r" and (?:the )?")


def _is_day(when: When) -> bool:
    return when.precision is Precision.DAY


# ---- years and days completed from a neighbour


def _in_apposition(text: str, found: list[Expression]) -> list[Expression]:
    """Give both expressions of "Thursday and Friday (May 16-17)" the same days and weekdays."""
    result = found[:]
    for number, (first, second) in enumerate(pairwise(found)):
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


def _with_years_beside(text: str, found: list[Expression]) -> list[Expression]:
    """Complete open years from neighbours.

    "July 16 and August 27, 2017" has one year. In "in 2013 in Las Vegas from May 30" the year is
    inferred.
    """
    result = found[:]
    for number in reversed(range(len(found))):
        expression = result[number]
        if not isinstance(expression.value, When) or not expression.value.is_open:
            continue
        if number + 1 < len(found):
            following = result[number + 1]
            gap = text[expression.end : min(following.start, expression.end + 12)]
            if isinstance(following.value, When) and _LISTED.fullmatch(gap):
                expression = replace(
                    expression, value=completed_before(expression.value, following.value)
                )
        if number and isinstance(expression.value, When) and expression.value.is_open:
            expression = _with_year_of_clause(text, found[number - 1], expression.value, expression)
        result[number] = expression
    return result


def _with_year_of_clause(
    text: str, year: Expression, when: When, expression: Expression
) -> Expression:
    named = year.value
    if (
        isinstance(named, When)
        and named.precision is Precision.YEAR
        and named.first == named.last
        and _INTRODUCED.search(text[max(year.start - 4, 0) : year.start])
        and _SAME_CLAUSE.fullmatch(text[year.end : min(expression.start, year.end + 60)])
        and (value := when.in_year(named.first.year or 0))
    ):
        return replace(
            expression, value=value, inferred=f"the year named just before, {named.edtf}"
        )
    return expression


_LISTED = re.compile(r",? (?:and|or) (?:on )?|, ")
_INTRODUCED = re.compile(r"(?:\b[Ii]n |\()$")
_SAME_CLAUSE = re.compile(
    r",? (?:(?:in|at|near) (?:the )?(?:[A-Z][^\W\d]{1,20},? ){1,4})?(?:on |from |between )?"
)
