"""Filters: which passages they let through, and that the ranking within them is exact."""

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal
from unicodedata import normalize
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FolderMaker, IndexBuilder
from wherein.search import searcher as searcher_module
from wherein.search.query.filters import Condition, Filters, Of, meets
from wherein.search.searcher import Searcher
from wherein.search.web.parameters import parse

OpenSearcher = Callable[[], Searcher]

SOURCES = ("a.txt", "2023/a.txt", "2023/may/a.txt", "2023/may/b.md", "2024/b [1].txt", "2024.txt")


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ("a.txt", "a.txt"),
        ("A.txt", ""),
        ("2023", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("2023/", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("202", ""),
        ("2023/may", "2023/may/a.txt 2023/may/b.md"),
        ("may", ""),
        ("nope/a.txt", ""),
        ("*.md", "2023/may/b.md"),
        ("a.*", "a.txt 2023/a.txt 2023/may/a.txt"),
        ("2023/*.txt", "2023/a.txt"),
        ("2023/*", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("2023/**/*.txt", "2023/a.txt 2023/may/a.txt"),
        ("**/may", "2023/may/a.txt 2023/may/b.md"),
        ("**/**/**/may/**/**", "2023/may/a.txt 2023/may/b.md"),
        ("**/2023/**/a.txt", "2023/a.txt 2023/may/a.txt"),
        ("**", " ".join(SOURCES)),
        ("202?/a.txt", "2023/a.txt"),
        ("202[0-3]/**", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("[!a]*/a.txt", "2023/a.txt"),
        ("2024/b [1].txt", "2024/b [1].txt"),
        ("[", ""),
        ("[z-a]*", ""),
        ("a.txt/**", ""),
    ],
)
def test_a_source_is_a_path_a_folder_or_a_glob(wanted: str, met: str) -> None:
    found = [source for source, one in zip(SOURCES, meets(SOURCES, wanted), strict=True) if one]
    assert " ".join(found) == met


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("wanted", ["é/ü.txt", "é", "?/ü.*", "[é]/**", "ü.*"])
def test_it_does_not_matter_how_an_accent_is_written(
    form: Literal["NFC", "NFD"], wanted: str
) -> None:
    """A Mac hands out names with their accents apart."""
    sources = [normalize(form, "é/ü.txt"), "e/u.txt"]
    for written in (normalize("NFC", wanted), normalize("NFD", wanted)):
        assert meets(sources, written).tolist() == [True, False]


@given(st.text(alphabet="*?[]!-^/a.&|~\\é ", max_size=30))
def test_no_glob_is_an_error(wanted: str) -> None:
    assert meets(SOURCES, wanted).dtype == np.bool_


def test_a_glob_made_to_be_slow_is_not() -> None:
    deep = ["a/" * 40 + "a" * 200] * 20
    for wanted in ("*a" * 200 + "b", "**/a/" * 150 + "b", "**/*/" * 150 + "b", "[!b]*" * 100 + "b"):
        assert not meets(deep, wanted).any()


def test_a_glob_made_to_be_slow_takes_little_longer_than_a_plain_one() -> None:
    sources = [f"{i % 20}/{'a' * 30}/{i}{'a' * 20}.txt" for i in range(20_000)]

    def seconds(wanted: str) -> float:
        started = time.process_time()
        assert not meets(sources, wanted).any()
        return time.process_time() - started

    plain = min(seconds("**/*.md") for _ in range(5))
    for slow in ("**/" * 200 + "*a*a*a*a*a*a*b", "**/*/" * 10 + "*a*b", "*a*/**/" * 14 + "*a*b"):
        assert min(seconds(slow) for _ in range(3)) < 10 * plain


FILES = {
    "2023/a.txt": "26 April 2023\n\nChina sells tea since 4 May 2020, it is said there.\n",
    "2023/b.txt": "26 April 2023\n\nChina sells tea on 5 May, and the rain is rare there.\n",
    "2024/c.txt": "1 May 2024\n\nChina sells tea as it did from 1950 to 1953, they all say.\n",
    "2024/d.txt": "China sells tea on May 16, and of late it also sells some silk there.\n",
}


@pytest.fixture
def searcher(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> Searcher:
    make_folder(FILES)
    build_index()
    return open_searcher()


def found(searcher: Searcher, filters: Filters) -> str:
    results = searcher.search("China tea", filters=filters)
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
def test_a_filter_lets_through_what_meets_all_of_it_and_no_open_year(
    searcher: Searcher, filters: Filters, files: str
) -> None:
    assert found(searcher, filters) == files


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
def test_what_was_before_christ_was_before_every_day(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    filters: Filters,
    files: str,
) -> None:
    make_folder(AGES)
    build_index()
    hits = open_searcher().search("China tea", filters=filters).hits
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
def test_conditions_that_are_typed_are_met(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    typed: str,
    files: str,
) -> None:
    make_folder(WORDED)
    build_index()
    parameters = parse(urlencode({"q": typed}).encode())
    results = open_searcher().search(parameters.asked.question, filters=parameters.filters)
    names = (hit.passage.source.partition("/")[2].partition(".")[0] for hit in results.hits)
    assert sorted(name.partition(" ")[0] for name in names) == files.split()
    assert results.total == len(results.hits)


def test_what_has_the_exact_words_is_found_however_common_they_are(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    """A word that stands in every passage is next to nothing of a question with a rarer one."""
    make_folder({f"{i}.txt": f"They say that number {i} is of no great use.\n" for i in range(30)})
    build_index()
    searcher = open_searcher()
    assert searcher.search("number harbour").total == 0
    exact = Filters(conditions=(Condition(Of.WORDS, "number"),))
    assert searcher.search("number harbour", filters=exact, facets=True).total == 30


def test_a_score_is_the_same_whatever_the_filters(searcher: Searcher) -> None:
    scores = {hit.passage.source: hit.score for hit in searcher.search("China tea").hits}
    for source, score in scores.items():
        (hit,) = searcher.search("China tea", filters=Filters(source=source)).hits
        assert (hit.rank, hit.score) == (1, score)


def test_a_repeat_that_the_filters_keep_out_is_not_listed(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    same = "China sells tea in 1683, and so it does in all of the other years.\n"
    make_folder({"a/1.txt": same, "a/2.txt": same, "b/1.txt": same})
    build_index()
    (hit,) = open_searcher().search("China tea", filters=Filters(source="*/[12].txt")).hits
    assert [other.source for other in hit.also_in] == ["a/2.txt", "b/1.txt"]
    results = open_searcher().search("China tea", filters=Filters(source="b"))
    assert [(hit.passage.source, hit.also_in) for hit in results.hits] == [("b/1.txt", ())]
    assert [entry.files for entry in results.timeline] == [("b/1.txt",)]


MANY: Mapping[str, str] = {
    f"{i % 7}/{i:03}.txt": f"In {1900 + i % 90} {'China ' * (1 + i % 13)}had {'tea ' * (i % 11)}"
    f"and {'rain ' * (i % 3)}and number {i}.\n"
    for i in range(400)
}


@pytest.mark.parametrize("few", [0, 10_000])
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
def test_a_filtered_ranking_is_the_unfiltered_one_without_the_rest(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    filters: Filters,
    passes: Callable[[int], bool],
) -> None:
    """However it is come by: all scored, or by what the vectors and the words put forward."""
    make_folder(MANY)
    build_index()
    monkeypatch.setattr(searcher_module, "FLOOR", 0.0)
    monkeypatch.setattr(searcher_module, "CANDIDATES", len(MANY))
    searcher = open_searcher()
    every = searcher.search("China tea", limit=1000).hits
    within = {source for i, source in enumerate(MANY) if passes(i)}
    assert 0 < len(within) < len(every) == 400
    filtered = searcher.search("China tea", limit=1000, filters=filters).hits
    assert {hit.passage.source for hit in filtered} == within
    monkeypatch.setattr(searcher_module, "FEW", few)
    monkeypatch.setattr(searcher_module, "CANDIDATES", 40)
    monkeypatch.setattr(searcher_module, "ENOUGH", 10)
    top = searcher.search("China tea", filters=filters).hits
    wanted = [hit.score for hit in every if hit.passage.source in within][:10]
    assert [hit.score for hit in top] == wanted
