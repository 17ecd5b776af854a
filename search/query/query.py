"""A question, parsed once: its words, its conditions, its filters and the times that it names."""

from dataclasses import dataclass, field, replace

from wherein.index.dates.interval import Interval
from wherein.index.dates.scanner import find_dates
from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.query.intent import asks_when, times_named
from wherein.search.query.syntax import ParsedText, parse_text


@dataclass(frozen=True, slots=True)
class Query:
    """A question as every later step reads it.

    Attributes:
        parsed: The typed text with the conditions that were found in it.
        filters: The filters, with the conditions of the text among them.
        asks_when: Whether the answer is a date.
        times: The times that the question names and whose year is known.
        dates_named: The dates in the question, in EDTF, open years included.
    """

    parsed: ParsedText
    filters: Filters = NO_FILTERS
    asks_when: bool = False
    times: tuple[Interval, ...] = ()
    dates_named: frozenset[str] = field(default_factory=frozenset)

    @property
    def typed(self) -> str:
        """Return the question as it was typed."""
        return self.parsed.typed

    @property
    def text(self) -> str:
        """Return the words to search for, without conditions."""
        return self.parsed.question

    @property
    def is_about_time(self) -> bool:
        """Return whether the question asks for a date or names a time."""
        return self.asks_when or bool(self.times)

    def filtered(self, filters: Filters) -> "Query":
        """Return the same question under other filters. The conditions of its text stay."""
        return replace(self, filters=replace(filters, conditions=self.parsed.conditions))


def parse_query(typed: str, filters: Filters = NO_FILTERS) -> Query:
    """Parse a typed question with its query syntax: "exact words", -word and file:name.

    Args:
        typed: The question as it was typed.
        filters: Further filters, from the parameters of a URL or from flags.

    Returns:
        The query. Its filters include the conditions in the text.
    """
    return _query(parse_text(typed), filters)


def plain_query(text: str, filters: Filters = NO_FILTERS) -> Query:
    """Return a query for `text` as it is: quotation marks and hyphens are no syntax."""
    return _query(ParsedText(text, text, ()), filters)


def _query(parsed: ParsedText, filters: Filters) -> Query:
    mentions = find_dates(parsed.question)
    return Query(
        parsed=parsed,
        filters=replace(filters, conditions=(*filters.conditions, *parsed.conditions)),
        asks_when=asks_when(parsed.question),
        times=times_named(parsed.question, mentions),
        dates_named=frozenset(m.interval.edtf for m in mentions if m.interval.edtf),
    )
