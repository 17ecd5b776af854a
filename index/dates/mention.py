"""A date expression in a text, and what it means."""

from dataclasses import dataclass

from wherein.index.dates.interval import Interval
from wherein.index.dates.tense import Tense
from wherein.index.dates.values import Precision, Weekdays, When


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a date expression means.

    Attributes:
        precision: How precise the expression is.
        when: Its value. None if it depends on a day of publication that is unknown.
        weekdays: The weekdays beside the date, as in "Monday, 6 May". None if there are none.
        tense: Whether the text speaks of the date as past or as future.
        inferred: What the year was inferred from. None if the text or the day of publication tells
            the year, or if the year is unknown.
    """

    precision: Precision
    when: When | None
    weekdays: Weekdays | None = None
    tense: Tense = Tense.UNKNOWN
    inferred: str | None = None

    @property
    def interval(self) -> Interval:
        """Return the days that the expression means, as far as they are known."""
        if self.when is None:
            return Interval(None)
        return Interval(self.when.edtf, self.when.first_day, self.when.last_day)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression in a text.

    Attributes:
        start: The offset of its first character.
        end: The offset after its last character.
        text: The expression.
        meaning: What it means.
    """

    start: int
    end: int
    text: str
    meaning: Meaning

    @property
    def interval(self) -> Interval:
        """Return the days that the expression means, as far as they are known."""
        return self.meaning.interval

    @property
    def inferred(self) -> str | None:
        """Return what the year was inferred from, if it was."""
        return self.meaning.inferred
