"""Filters: which passages they let through, and that ranking within them is exact."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener
from wherein.search.query.filters import Condition, ConditionKind, Filters
from wherein.search.query.query import parse_query
from wherein.search.ranking.config import CandidateLimits, RankingConfig
from wherein.search.results import find_results
from wherein.search.searcher import Searcher

FILES = {
    "2023/a.txt": "26 April 2023\n\nChina sells tea since 4 May 2020, it is said there.\n",
    "2023/b.txt": "26 April 2023\n\nChina sells tea on 5 May, and the rain is rare there.\n",
    "2024/c.txt": "1 May 2024\n\nChina sells tea as it did from 1950 to 1953, they all say.\n",
    "2024/d.txt": "China sells tea on May 16, and of late it also sells some silk there.\n",
}


@pytest.fixture
def searcher(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> Searcher:
    make_folder(FILES)
    build_index()
    return open_searcher()


def files_of(searcher: Searcher, filters: Filters) -> str:
    results = ask(searcher, "China tea", filters=filters)
    assert results.total == len(results.hits)
    return " ".join(sorted(hit.passage.source[5] for hit in results.hits))


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        (Filters(), "a b c d"),
        (Filters(source="2023"), "a b"),
        (Filters(source="*/[bc].txt"), "b c"),
        (Filters(source="2025"), ""),
        (Filters(published_from=date(2023, 4, 26)), "a b c"),
        (Filters(published_from=date(2023, 4, 27)), "c"),
        (Filters(published_to=date(2023, 4, 26)), "a b"),
        (Filters(published_to=date(2023, 4, 25)), ""),
        (Filters(date_from=date(2020, 5, 4), date_to=date(2020, 5, 4)), "a"),
        (Filters(date_from=date(2020, 5, 5), date_to=date(2020, 12, 31)), ""),
        (Filters(date_from=date(1953, 12, 31), date_to=date(1960, 1, 1)), "c"),
        (Filters(date_to=date(1950, 1, 1)), "c"),
        (Filters(date_to=date(1949, 12, 31)), ""),
        (Filters(date_from=date(2020, 1, 1)), "a b"),
        (Filters(source="2023", date_from=date(2023, 1, 1)), "b"),
        (Filters(source="2024", published_from=date(2023, 1, 1)), "c"),
    ],
)
def test_a_passage_must_meet_every_filter_and_an_unknown_year_meets_none(
    searcher: Searcher, filters: Filters, files: str
) -> None:
    assert files_of(searcher, filters) == files


AGES = {
    "crossing.txt": "China had its tea from 27 BC to AD 14, and the rain of all the hills.\n",
    "before.txt": "China had its tea in 44 BC, as all the old books of the land do say.\n",
    "first.txt": "China had its tea in AD 1, and no book of the land says more of it.\n",
    "open.txt": "China had its tea on May 16, and the books do not say in which year.\n",
    "never.txt": "China had its tea next month, and the books do not say when that was.\n",
}


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        (Filters(date_to=date(2000, 1, 1)), "before crossing first"),
        (Filters(date_to=date(12, 12, 31)), "before crossing first"),
        (Filters(date_from=date(1, 1, 1)), "crossing first"),
        (Filters(date_from=date(14, 12, 31), date_to=date(15, 1, 1)), "crossing"),
        (Filters(date_from=date(15, 1, 1)), ""),
    ],
)
def test_a_date_before_christ_is_before_every_day(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    filters: Filters,
    files: str,
) -> None:
    make_folder(AGES)
    build_index()
    hits = ask(open_searcher(), "China tea", filters=filters).hits
    assert " ".join(sorted(hit.passage.source.removesuffix(".txt") for hit in hits)) == files


WORDED = {
    "Reports/2023 tea.txt": "Putin on tea\n\nChina sells black tea in Harbin, and rain falls.\n",
    "reports/2024 tea.txt": "China sells tea that is black, and the rain falls in Harbin.\n",
    "notes/Old.txt": "The black tea that China sells is sold by weight, as Putin knew well.\n",
    "notes/new.txt": "China sells its teas black, and the trade in them is an old trade.\n",
}


@pytest.mark.parametrize(
    ("typed", "files"),
    [
        ("China tea", "2023 2024 Old new"),
        ('China "black tea"', "2023 Old"),
        ('China "BLACK  TEA"', "2023 Old"),
        ('China "tea"', "2023 2024 Old"),
        ('"China sells tea"', "2024"),
        ("China tea -rain", "Old new"),
        ("China tea -Putin", "2024 new"),
        ('China tea -"black tea"', "2024 new"),
        ('China "black tea" -rain', "Old"),
        ("China tea file:2024", "2024"),
        ("China tea file:REPORTS", "2023 2024"),
        ("China tea file:orts/2023", "2023"),
        ("China tea file:/notes", "Old new"),
        ("China tea file:tes/", "Old new"),
        ('China tea file:"2023 tea"', "2023"),
        ("China tea file:N*.TXT", "new"),
        ("China tea file:202?*", "2023 2024"),
        ("China tea -file:notes", "2023 2024"),
        ("China tea file:notes file:old", "Old"),
        ("China tea file:notes file:2023", ""),
        ('China tea "silk"', ""),
    ],
)
def test_passages_meet_the_conditions_that_are_typed(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    typed: str,
    files: str,
) -> None:
    make_folder(WORDED)
    build_index()
    results = find_results(open_searcher(), parse_query(typed))
    names = (hit.passage.source.partition("/")[2].partition(".")[0] for hit in results.hits)
    assert sorted(name.partition(" ")[0] for name in names) == files.split()
    assert results.total == len(results.hits)


def test_passages_with_the_exact_words_are_found_however_common_the_words_are(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    """A word that stands in every passage is next to nothing of a question with a rarer one."""
    make_folder({f"{i}.txt": f"They say that number {i} is of no great use.\n" for i in range(30)})
    build_index()
    searcher = open_searcher()
    assert ask(searcher, "number harbour").total == 0
    exact = Filters(conditions=(Condition(ConditionKind.WORDS, "number"),))
    assert ask(searcher, "number harbour", filters=exact).total == 30


def test_a_score_is_the_same_whatever_the_filters(searcher: Searcher) -> None:
    scores = {hit.passage.source: hit.scores.total for hit in ask(searcher, "China tea").hits}
    assert len(scores) == 4
    for source, score in scores.items():
        (hit,) = ask(searcher, "China tea", filters=Filters(source=source)).hits
        assert (hit.rank, hit.scores.total) == (1, score)


def test_a_duplicate_outside_the_filters_is_not_listed(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    same = "China sells tea in 1683, and so it does in all of the other years.\n"
    make_folder({"a/1.txt": same, "a/2.txt": same, "b/1.txt": same})
    build_index()
    (hit,) = ask(open_searcher(), "China tea", filters=Filters(source="*/[12].txt")).hits
    assert [other.source for other in hit.copies.passages] == ["a/2.txt", "b/1.txt"]
    results = ask(open_searcher(), "China tea", filters=Filters(source="b"))
    assert [(hit.passage.source, hit.copies.passages) for hit in results.hits] == [("b/1.txt", ())]
    assert [entry.files for entry in results.timeline] == [("b/1.txt",)]


MANY: Mapping[str, str] = {
    f"{i % 7}/{i:03}.txt": f"In {1900 + i % 90} {'China ' * (1 + i % 13)}had {'tea ' * (i % 11)}"
    f"and {'rain ' * (i % 3)}and number {i}.\n"
    for i in range(400)
}


@pytest.mark.parametrize("score_all", [0, 10_000])
@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(source="3"), lambda i: i % 7 == 3),
        (Filters(source="[0-5]"), lambda i: i % 7 <= 5),
        (
            Filters(date_from=date(1950, 1, 1), date_to=date(1960, 1, 1)),
            lambda i: 50 <= i % 90 <= 60,
        ),
        (
            Filters(source="2/**", date_to=date(1930, 1, 1)),
            lambda i: i % 7 == 2 and i % 90 <= 30,
        ),
    ],
)
def test_a_filtered_ranking_equals_the_unfiltered_ranking_without_the_rest(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    score_all: int,
    filters: Filters,
    passes: Callable[[int], bool],
) -> None:
    make_folder(MANY)
    build_index()
    limits = CandidateLimits(per_source=len(MANY))
    searcher = open_searcher(RankingConfig(candidates=limits, floor=0.0, max_hits=1000))
    every = ask(searcher, "China tea", limit=1000).hits
    within = {source for i, source in enumerate(MANY) if passes(i)}
    assert 0 < len(within) < len(every) == 400
    filtered = ask(searcher, "China tea", limit=1000, filters=filters).hits
    assert {hit.passage.source for hit in filtered} == within
    limits = CandidateLimits(per_source=40, distinct_texts=10, score_all=score_all)
    searcher = open_searcher(RankingConfig(candidates=limits, floor=0.0))
    top = ask(searcher, "China tea", filters=filters).hits
    wanted = [hit.scores.total for hit in every if hit.passage.source in within][:10]
    assert [hit.scores.total for hit in top] == wanted
