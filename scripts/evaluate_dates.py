"""Measures whether the first date of a hit answers: python scripts/evaluate_dates.py SET.

Asked are the questions of a set that ask when and whose answers hold a year, of the index that
`wherein evaluate SET` has made: those that the set marks, and those that `asks_when` takes for
such. Where the first hit is relevant, its first date should be of that year.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from wherein.index.catalog.reader import StoredDate
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.cli.main import loaded_model
from wherein.search.evaluation.question_sets import Question, Quote, read_set
from wherein.search.query.intent import asks_when
from wherein.search.searcher import Hit, Searcher
from wherein.search.settings import Settings

_YEAR = re.compile(r"\b[12]\d{3}\b")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="a path")
    parser.add_argument("--instance", help="where `wherein evaluate` had it: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    asked = read_set(flags.set, None)
    snapshot = Snapshot.open(Store(asked.instance(settings.instance)).current_folder())
    searcher = Searcher(snapshot, loaded_model(settings).encoder)
    marked = marked_when(asked.path / "questions.jsonl")
    found = [
        (by_set, by_text, searched(searcher, question.text, quote, years))
        for question, quote, years in with_years(asked.questions)
        for by_set, by_text in [(question.id in marked, asks_when(question.text))]
        if by_set or by_text
    ]
    for name, column in (("marked by the set", 0), ("by asks_when", 1)):
        chosen = [one[2] for one in found if one[column]]
        relevant = [one for one in chosen if one is not None]
        print(
            f"{name}: {len(chosen)} questions; the first hit of {len(relevant)} is relevant, and "
            f"its first date has the year in {fmean(one.answering for one in relevant):.3f}, "
            f"in the order of the text in {fmean(one.as_written for one in relevant):.3f}"
        )


@dataclass(frozen=True, slots=True)
class Right:
    """Whether the first date is of the year, in the order of answering and of the text."""

    answering: bool
    as_written: bool


def searched(searcher: Searcher, question: str, quote: Quote, years: set[int]) -> Right | None:
    """What came of a question, None where the first hit is not relevant."""
    hits = searcher.search(question, limit=1).hits
    if not hits or not is_relevant(hits[0], quote):
        return None
    hit = hits[0]
    [(start, end)] = hit.highlights
    written = sorted(hit.dates, key=lambda day: (not start <= day.start < end, day.start))
    right = [bool(days and years & years_of(days[0])) for days in (hit.dates, written)]
    if not right[0]:
        print(f"{question} {sorted(years)}: {named(hit)}")
    return Right(*right)


def marked_when(file: Path) -> set[str]:
    """The ids of the questions that a set marks as asking when."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {line["id"] for line in lines if line.get("when")}


def with_years(questions: tuple[Question, ...]) -> Iterator[tuple[Question, Quote, set[int]]]:
    """The questions whose answers hold a year, with what is wanted and the years."""
    for question in questions:
        if isinstance(question.wanted, Quote):
            years = {
                int(year) for answer in question.wanted.answers for year in _YEAR.findall(answer)
            }
            if years:
                yield question, question.wanted, years


def is_relevant(hit: Hit, quote: Quote) -> bool:
    """Whether the passage or one of its repeats is the wanted one."""
    return any(quote.match(place.source, place.text) for place in (hit.passage, *hit.also_in))


def years_of(date: StoredDate) -> set[int]:
    """The years in which a date begins and ends."""
    return {day.year for day in (date.first, date.last) if day}


def named(hit: Hit) -> str:
    """The dates of a hit in their order."""
    return ", ".join(hit.passage.text[date.start : date.end] for date in hit.dates) or "no date"


if __name__ == "__main__":
    main()
