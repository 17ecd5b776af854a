"""Measures how often the first date of a hit answers a question that asks when.

    python -m scripts.evaluate_dates SET

The questions are those of a set that ask when and whose answers contain a year: those that the set
marks, and those for which `asks_when` is true. They are asked of the index that
`wherein evaluate SET` made. If the first hit is relevant, its first date should be of that year.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from wherein.index.catalog.stored import StoredDate
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.cli.models import loaded_model
from wherein.search.evaluation.question_sets import Question, read_set
from wherein.search.evaluation.relevance import Quote
from wherein.search.query.intent import asks_when
from wherein.search.query.query import plain_query
from wherein.search.ranking.hits import Hit
from wherein.search.results import PageRange, find_results
from wherein.search.searcher import Searcher
from wherein.search.settings import Settings

_YEAR = re.compile(r"\b[12]\d{3}\b")


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """A question whose answers contain a year."""

    question: Question
    quote: Quote
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class FirstDate:
    """Whether the first date of a hit is of the year that answers.

    Attributes:
        as_ranked: In the order of the searcher.
        as_written: In the order of the text.
    """

    as_ranked: bool
    as_written: bool


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="a path")
    parser.add_argument("--instance", help="the instance of `wherein evaluate`: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    questions = read_set(flags.set, None)
    snapshot = Snapshot.open(Store(questions.instance(settings.instance)).current_folder())
    searcher = Searcher(snapshot, loaded_model(settings).encoder)
    marked = ids_marked_when(questions.path / "questions.jsonl")
    by_set: list[FirstDate | None] = []
    by_text: list[FirstDate | None] = []
    for dated in date_questions(questions.questions):
        is_marked, is_understood = dated.question.id in marked, asks_when(dated.question.text)
        if is_marked or is_understood:
            first = first_date(searcher, dated)
            by_set += [first] * is_marked
            by_text += [first] * is_understood
    _print_figures("marked by the set", by_set)
    _print_figures("by asks_when", by_text)


def _print_figures(name: str, found: Sequence[FirstDate | None]) -> None:
    relevant = [first for first in found if first is not None]
    print(
        f"{name}: {len(found)} questions; the first hit of {len(relevant)} is relevant, and "
        f"its first date has the year in {fmean(first.as_ranked for first in relevant):.3f}, "
        f"in the order of the text in {fmean(first.as_written for first in relevant):.3f}"
    )


def first_date(searcher: Searcher, dated: DateQuestion) -> FirstDate | None:
    """Ask a question and compare the first date of the first hit with the years that answer.

    Args:
        searcher: The searcher of the set's index.
        dated: The question.

    Returns:
        The comparison; None if the first hit is not relevant.
    """
    hits = find_results(searcher, plain_query(dated.question.text), PageRange(limit=1)).hits
    if not hits or not _is_relevant(hits[0], dated.quote):
        return None
    hit = hits[0]
    [(start, end)] = hit.highlights
    written = sorted(hit.dates, key=lambda day: (not start <= day.start < end, day.start))
    as_ranked, as_written = (
        bool(dates and dated.years & years_of(dates[0])) for dates in (hit.dates, written)
    )
    if not as_ranked:
        print(f"{dated.question.text} {sorted(dated.years)}: {_dates_in_words(hit)}")
    return FirstDate(as_ranked, as_written)


def ids_marked_when(file: Path) -> set[str]:
    """Return the ids of the questions that a set marks as asking when."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {line["id"] for line in lines if line.get("when")}


def date_questions(questions: Sequence[Question]) -> Iterator[DateQuestion]:
    """Yield the questions whose answers contain a year."""
    for question in questions:
        if isinstance(question.wanted, Quote):
            years = frozenset(
                int(year) for answer in question.wanted.answers for year in _YEAR.findall(answer)
            )
            if years:
                yield DateQuestion(question, question.wanted, years)


def years_of(date: StoredDate) -> frozenset[int]:
    """Return the years in which a date begins and ends."""
    return frozenset(day.year for day in (date.interval.first, date.interval.last) if day)


def _is_relevant(hit: Hit, quote: Quote) -> bool:
    places = (hit.passage, *hit.copies.passages)
    return any(quote.match(place.source, place.text) for place in places)


def _dates_in_words(hit: Hit) -> str:
    return ", ".join(hit.passage.text[date.start : date.end] for date in hit.dates) or "no date"


if __name__ == "__main__":
    main()
