"""Facets: their counts add up, and narrowing to a facet leaves as many hits as it counts."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener
from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.ranking.facets import (
    MAX_SHOWN,
    Facets,
    Place,
    Years,
    _shared_folders,
    _year,
    count_facets,
)
from wherein.search.searcher import Searcher

TEA = "China sold its tea in {} there.\n"


@pytest.fixture
def searcher(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> Searcher:
    make_folder(
        {
            "news/2023/a.txt": "5 March 2023\n\n" + TEA.format("May 2021"),
            "news/2023/b.txt": "6 April 2023\n\n" + TEA.format("2022"),
            "news/2024/c.txt": "7 May 2024\n\n" + TEA.format("the 20th century") + "\n"
            "Tea from China came to Harbin from 2021 to 2022.\n",
            "news/d.txt": TEA.format("spring"),
            "elsewhere.txt": "The old town was built by hand, and there is no more to it.\n",
        }
    )
    build_index()
    return open_searcher()


def facets(
    searcher: Searcher, filters: Filters = NO_FILTERS, offset: int = 0, max_shown: int = MAX_SHOWN
) -> Facets:
    results = ask(searcher, "China tea", limit=2, offset=offset, filters=filters)
    return count_facets(searcher.snapshot.catalog, results.ranking.counted.passages, max_shown)


def test_places_are_the_entries_of_the_deepest_folder_with_all_hits(searcher: Searcher) -> None:
    found = facets(searcher)
    assert [(place.path, place.count) for place in found.places] == [
        ("news/2023", 2),
        ("news/2024", 2),
        ("news/d.txt", 1),
    ]
    assert [place.passage is None for place in found.places] == [True, True, False]
    inside = facets(searcher, Filters(source="news/2023"))
    assert [(place.path, place.count) for place in inside.places] == [
        ("news/2023/a.txt", 1),
        ("news/2023/b.txt", 1),
    ]


def test_years_of_publication_are_listed_from_the_latest_with_unknown_dates_apart(
    searcher: Searcher,
) -> None:
    found = facets(searcher)
    assert found.published == (Years(2024, 2024, 2), Years(2023, 2023, 2))
    assert (found.published_earlier, found.published_unknown) == (0, 1)


def test_a_hit_counts_in_each_year_that_it_names(searcher: Searcher) -> None:
    # The hit that names a century counts in no year: no hit names a single year of it.
    assert facets(searcher).dates == (Years(2022, 2022, 2), Years(2021, 2021, 2))


def test_many_years_are_grouped_into_decades(
    searcher: Searcher,
) -> None:
    found = facets(searcher, max_shown=1)
    assert found.dates == (Years(2020, 2029, 3),)
    assert (len(found.places), found.elsewhere) == (1, 3)
    assert (len(found.published), found.published_earlier) == (1, 2)


def test_counts_are_equal_on_every_page_and_add_up(searcher: Searcher) -> None:
    total = ask(searcher, "China tea").total
    first = facets(searcher)
    assert all(facets(searcher, offset=offset) == first for offset in range(1, total + 2))
    assert sum(place.count for place in first.places) + first.elsewhere == total == 5
    published = sum(years.count for years in first.published)
    assert published + first.published_earlier + first.published_unknown == total


def test_narrowing_to_a_facet_leaves_as_many_hits_as_it_counts(searcher: Searcher) -> None:
    def left(filters: Filters) -> int:
        return ask(searcher, "China tea", filters=filters).total

    found = facets(searcher)
    for place in found.places:
        assert left(Filters(source=place.path)) == place.count
    for years in found.published:
        ends = date(years.first, 1, 1), date(years.last, 12, 31)
        assert left(Filters(published_from=ends[0], published_to=ends[1])) == years.count
    for years in found.dates:
        ends = date(years.first, 1, 1), date(years.last, 12, 31)
        assert left(Filters(date_from=ends[0], date_to=ends[1])) == years.count


def test_without_hits_all_counts_are_empty(searcher: Searcher) -> None:
    empty = Facets((), 0, (), 0, 0, ())
    assert facets(searcher, Filters(source="nope")) == empty


def test_a_duplicate_counts_only_where_it_is_shown(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": TEA.format(1950), "b.txt": TEA.format(1950)})
    build_index()
    assert facets(open_searcher()).places == (Place("a.txt", 1, 0),)


@pytest.mark.parametrize(
    ("sources", "depth"),
    [
        (["a.txt"], 0),
        (["x/a.txt"], 1),
        (["x/a.txt", "x/y/b.txt"], 1),
        (["x/y/a.txt", "x/y/b.txt"], 2),
        (["x/y/a.txt", "z/y/b.txt"], 0),
        ([], 0),
    ],
)
def test_shared_folders_are_counted_from_the_top(sources: list[str], depth: int) -> None:
    assert _shared_folders(sources) == depth


@given(st.dates())
def test_the_year_of_every_day_is_computed(day: date) -> None:
    assert _year(np.array([day.toordinal()])).tolist() == [day.year]
