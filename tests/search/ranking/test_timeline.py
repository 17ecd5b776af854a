"""The timeline: which dates it has, and in which order."""

from datetime import date

import numpy as np

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener
from wherein.index.dates.interval import Interval
from wherein.index.dates.scanner import find_dates
from wherein.search.ranking.config import RankingConfig
from wherein.search.ranking.timeline import DateColumns, Entry, group_dates


def dates_of(*texts: tuple[str, int, str]) -> DateColumns:
    """Return the dates in texts, each text with its rank and file."""
    dates = [
        (mention.interval, rank, file)
        for text, rank, file in texts
        for mention in find_dates(text)
        if mention.interval.edtf
    ]
    return DateColumns(
        np.array([rank for _, rank, _ in dates]),
        [file for _, _, file in dates],
        [interval.edtf or "" for interval, _, _ in dates],
        np.array([interval.ordinals[0] for interval, _, _ in dates]),
        np.array([interval.ordinals[1] for interval, _, _ in dates]),
    )


def in_text(text: str) -> DateColumns:
    return dates_of((text, 1, "a.txt"))


def edtf(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.edtf for entry in entries]


def test_the_same_days_in_several_files_are_one_entry() -> None:
    entries = group_dates(
        dates_of(
            ("in October 2023", 3, "b.txt"),
            ("in October 2023", 1, "a.txt"),
            ("from 1 to 31 October 2023", 2, "b.txt"),
            ("in October 2023, again October 2023", 7, "c.txt"),
        )
    )
    assert entries == (
        Entry(
            Interval("2023-10", date(2023, 10, 1), date(2023, 10, 31)),
            ranks=(1, 2, 3, 7),
            files=("a.txt", "b.txt", "c.txt"),
        ),
    )


def test_a_day_follows_its_month_and_names_it() -> None:
    entries = group_dates(
        in_text("May 16-17, 2024, 30 May 2024, June 2024, 2024, May 2024, 1 July 2024")
    )
    assert [(entry.edtf, entry.within) for entry in entries] == [
        ("2024", None),
        ("2024-05", None),
        ("2024-05-16/2024-05-17", "2024-05"),
        ("2024-05-30", "2024-05"),
        ("2024-06", None),
        ("2024-07-01", None),
    ]


def test_entries_are_in_the_order_of_time_and_open_years_come_last() -> None:
    text = "May 16, 2024; the 1970s; 44 BC; on May 16; 15 March 44 BC; in AD 14; 326 BC; May 17"
    entries = group_dates(in_text(text))
    assert edtf(entries) == [
        "-0325",
        "-0043",
        "-0043-03-15",
        "0014",
        "197X",
        "2024-05-16",
        "XXXX-05-16",
        "XXXX-05-17",
    ]
    assert [entry.interval.ordinals for entry in entries if entry.interval.is_open] == [(0, 0)] * 2


def test_the_order_of_the_hits_does_not_matter() -> None:
    text = "2024, May 2024, 3 May 2024, on May 3, 44 BC, the 1990s, 1990"
    dates = text.split(", ")
    one_way = group_dates(dates_of(*((date, 1, "a.txt") for date in dates)))
    assert one_way == group_dates(dates_of(*((date, 1, "a.txt") for date in reversed(dates))))
    assert len(one_way) == len(dates)


def test_the_timeline_has_the_answering_sentences_of_all_hits_not_of_one_page(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            f"{i:02}.txt": f"China sold its tea in {1900 + i} there. It rained in 1888.\n"
            for i in range(30)
        }
        | {"zz.txt": "The town was built by hand in 1777, and there is no more to it.\n"}
    )
    build_index()
    searcher = open_searcher()
    entries = ask(searcher, "China tea", limit=5).timeline
    assert edtf(entries) == [str(1900 + i) for i in range(30)]
    assert entries == ask(searcher, "China tea", limit=5, offset=20).timeline
    by_rank = {hit.rank: hit.passage.source for hit in ask(searcher, "China tea", limit=30).hits}
    assert all([by_rank[rank] for rank in entry.ranks] == list(entry.files) for entry in entries)


def test_a_duplicate_counts_as_a_file(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    same = "China sold its tea from 1950 to 1953, all in the same old harbour.\n"
    make_folder({"a.txt": same, "b.txt": same, "c.txt": same.replace("1953", "1954")})
    build_index()
    entries = ask(open_searcher(), "China tea").timeline
    assert [(entry.edtf, entry.files) for entry in entries] == [
        ("1950/1954", ("c.txt",)),
        ("1950/1953", ("a.txt", "b.txt")),
    ]


def test_one_text_with_two_meanings_of_its_date_is_two_hits(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    same = "China will sell its tea next month, all in the same old harbour.\n"
    make_folder({"a.txt": f"3 April 2023\n\n{same}", "b.txt": f"3 May 2024\n\n{same}"})
    build_index()
    results = ask(open_searcher(), "China tea")
    assert results.total == 2
    assert [(entry.edtf, entry.ranks, entry.files) for entry in results.timeline] == [
        ("2023-05", (1,), ("a.txt",)),
        ("2024-06", (2,), ("b.txt",)),
    ]


def test_hits_beyond_max_hits_are_not_in_the_timeline(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
) -> None:
    make_folder({f"{i:02}.txt": f"China sold its tea in {1900 + i} there.\n" for i in range(12)})
    build_index()
    assert len(ask(open_searcher(RankingConfig(max_hits=5)), "China tea").timeline) == 5


def test_dates_of_captions_and_dates_without_known_days_are_left_out(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            "a.txt": "China and tea in Harbin, China, on June 8, 2018. (Greg Baker/POOL/AFP via "
            "Getty Images)\n\nChina sold its tea last October, and it will again in May 2030.\n"
        }
    )
    build_index()
    results = ask(open_searcher(), "China tea")
    assert {hit.passage.kind for hit in results.hits} == {"caption", "paragraph"}
    assert edtf(results.timeline) == ["2030-05"]
