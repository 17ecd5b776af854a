"""Reading dates in one line."""

from datetime import date

from wherein.index.dates.scanner import find_dates

DAY = date(2024, 4, 26)
TUESDAY = date(2024, 5, 14)


def edtf_by_text(text: str, reference: date | None = None) -> dict[str, str | None]:
    """Return the EDTF of each date expression in a text."""
    return {mention.text: mention.interval.edtf for mention in find_dates(text, reference)}
