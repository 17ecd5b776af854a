"""The days that a date expression means."""

from dataclasses import dataclass
from datetime import date
from typing import Self

BEFORE_CHRIST = 0
"""The ordinal that stands for every day before the year 1, of which `datetime` has none."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A run of days, both ends included.

    Attributes:
        edtf: The interval in the Extended Date/Time Format (ISO 8601-2), such as "2024-05" or
            "XXXX-05-16" where the year is not known. None if the text alone cannot tell the days,
            or if the interval was not written as one date, such as "before 2024".
        first: The first day. None if the year is not known, or if the day is before the year 1.
        last: The last day. None in the same cases.
    """

    edtf: str | None
    first: date | None = None
    last: date | None = None

    @classmethod
    def before_christ(cls) -> Self:
        """Return the time before the year 1, for which `datetime` has no days."""
        return cls("-9999/0000")

    @classmethod
    def between(cls, first: date | None, last: date | None) -> Self:
        """Return the days from `first` to `last`; None leaves that side without an end."""
        return cls(None, first, last or date.max)

    @property
    def is_open(self) -> bool:
        """Return whether the year is not known, so that the days are not known either."""
        return self.last is None and not (self.edtf or "").startswith("-")

    @property
    def ordinals(self) -> tuple[int, int]:
        """Return the first and last day as proleptic Gregorian ordinals (`date.toordinal`).

        `BEFORE_CHRIST` stands for a day before the year 1 and for a day that is not known.
        """
        return (
            self.first.toordinal() if self.first else BEFORE_CHRIST,
            self.last.toordinal() if self.last else BEFORE_CHRIST,
        )

    def overlaps(self, other: "Interval") -> bool:
        """Return whether both intervals share a day. An open interval shares none."""
        if self.is_open or other.is_open:
            return False
        (first, last), (other_first, other_last) = self.ordinals, other.ordinals
        return first <= other_last and last >= other_first
