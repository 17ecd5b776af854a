"""Which of a passage's dates answers the question? The likeliest comes first."""

from collections.abc import Sequence
from operator import itemgetter

from wherein.index.catalog.stored import StoredDate, StoredPassage
from wherein.index.passages.sentences import Span
from wherein.search.query.query import Query
from wherein.search.ranking.ranking import SnapshotQuery

REACH = 25
"""A word of the question counts for a date if at most this number of words lie between them."""

_DATE = "date0here0"
"""Stands for a date among the words of a text. It is no word of any language, and its own stem."""


def rank_dates(
    passage: StoredPassage, highlight: Span, request: SnapshotQuery
) -> tuple[StoredDate, ...]:
    """Order the dates of a passage by how likely they answer the question.

    Dates in the highlight come first. Among those, dates that share a day with a time in the
    question come first. Dates that the question itself names, if it asks when, come last, as do
    dates with no known day. The likeliest dates by these rules are ordered by how near they are to
    the question's words; the other dates keep their order in the text.

    Args:
        passage: The passage.
        highlight: The span of the sentence that answers.
        request: The query in its snapshot.

    Returns:
        All dates of the passage, the likeliest answer first.
    """
    if len(passage.dates) < 2:
        return passage.dates

    def is_highlighted(date: StoredDate) -> bool:
        return highlight[0] <= date.start < highlight[1]

    def key(date: StoredDate) -> tuple[bool, bool, bool]:
        return (
            not is_highlighted(date),
            not _can_answer(date, request.query),
            not any(date.interval.overlaps(time) for time in request.query.times),
        )

    keyed = sorted(((key(date), date) for date in passage.dates), key=itemgetter(0))
    ordered = [date for _, date in keyed]
    likeliest = [date for its_key, date in keyed if its_key == keyed[0][0]]
    if len(likeliest) > 1:
        span = highlight if is_highlighted(likeliest[0]) else (0, len(passage.text))
        nearness = _nearness(passage.text, likeliest, span, request)
        ordered[: len(likeliest)] = sorted(likeliest, key=lambda date: -nearness[date])
    return tuple(ordered)


def _can_answer(date: StoredDate, query: Query) -> bool:
    """Return whether the days of a date are known and, asked when, are not the question's own."""
    edtf = date.interval.edtf
    return edtf is not None and not (query.asks_when and edtf in query.dates_named)


def _nearness(
    text: str, dates: Sequence[StoredDate], span: Span, request: SnapshotQuery
) -> dict[StoredDate, float]:
    """Return how near the question's words are to each of the dates in a span of the text.

    Each term within reach adds 1 / (1 + its distance in words). The word beside the date is at a
    distance of 1. A term that occurs several times counts where it is nearest.
    """
    # The analyzer reads the span once: each call costs as much as many words do.
    begins, ends = [date.start for date in dates], [date.end for date in dates]
    between = zip([span[0], *ends], [*begins, span[1]], strict=True)
    marked_text = f" {_DATE} ".join(text[start:end] for start, end in between)
    words = request.snapshot.lexical.analyze(marked_text)
    places = [place for place, word in enumerate(words) if word == _DATE]
    terms = frozenset(request.terms)
    found = [(place, word) for place, word in enumerate(words) if word in terms]
    # The text itself may have the word that stands for a date, so there may be more places.
    return {
        date: sum(1 / (1 + distance) for distance in _distances(found, place).values())
        for date, place in zip(dates, places, strict=False)
    }


def _distances(found: Sequence[tuple[int, str]], place: int) -> dict[str, int]:
    """Return the least distance of each term to a place, where it is within reach."""
    nearest: dict[str, int] = {}
    for at, word in found:
        distance = abs(at - place)
        if distance <= min(REACH, nearest.get(word, REACH)):
            nearest[word] = distance
    return nearest
