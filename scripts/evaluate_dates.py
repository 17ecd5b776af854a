"""Measures whether the first date of a hit answers: python scripts/evaluate_dates.py SET.

Asked are the questions of a set that ask when and whose answers hold a year, of the index that
`wherein evaluate SET` has made. Where the first hit is relevant, its first date should be of that
year.
"""

import argparse
import re
from collections.abc import Iterator

from index.catalog import StoredDate
from index.snapshot import Snapshot, Store
from search.asking import asks_when
from search.cli import loaded_model
from search.question_sets import Question, Quote, read_set
from search.searcher import Hit, Searcher
from search.settings import Settings

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
    total = relevant = right = 0
    for question, quote, years in with_years(asked.questions):
        total += 1
        hits = searcher.search(question.text, limit=1).hits
        if not hits or not is_relevant(hits[0], quote):
            continue
        relevant += 1
        if hits[0].dates and years & years_of(hits[0].dates[0]):
            right += 1
        else:
            print(f"{question.text} {sorted(years)}: {named(hits[0])}")
    print(
        f"{total} questions; the first hit of {relevant} is relevant, and of these the first date "
        f"of {right} has the year: {right / relevant:.3f}"
    )


def with_years(questions: tuple[Question, ...]) -> Iterator[tuple[Question, Quote, set[int]]]:
    """The questions that ask when and want a year, with the years that are accepted."""
    for question in questions:
        if isinstance(question.wanted, Quote) and asks_when(question.text):
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
