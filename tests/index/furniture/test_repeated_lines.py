"""Lines that several files of a folder have: counts, lookups, and which lines are furniture."""

from tests.index.furniture.pages import read_text
from wherein.index.furniture.marker import mark
from wherein.index.furniture.repeated_lines import (
    LONGEST_REPEATED,
    LookupRecorder,
    RepeatedLines,
    count_repeated_lines,
    short_lines,
)

REPORT = """\
Flood defences, annual report {year}

Introduction

The year {year} was wetter than the one before.

Related articles

The committee has published two articles on tides.

Conclusion

The walls held in {year}, as they should.
"""


def test_lines_that_differ_in_case_and_edges_are_counted_as_one_line_once_a_document() -> None:
    counted = count_repeated_lines([["Most read", "MOST READ:", "Alone"], ["most read »"]])
    assert counted.counts == {"most read": 2}
    assert counted.count_files("Most Read") == 2
    assert counted.count_files("Alone") == 0


def test_only_short_lines_are_counted() -> None:
    document = read_text(f"Short\n\n{'a' * LONGEST_REPEATED}\n\n{'b' * (LONGEST_REPEATED + 1)}\n")
    assert [*short_lines(document)] == ["Short", "a" * LONGEST_REPEATED]


def test_lookups_are_recorded_and_confirmed_as_long_as_the_counts_are_equal() -> None:
    lines = RepeatedLines({"most read": 2})
    recorder = LookupRecorder(lines)
    assert [recorder.count_files(text) for text in ("Most read", "Alone")] == [2, 0]
    assert recorder.looked_up == {"most read": 2, "alone": 0}
    assert lines.confirms(recorder.looked_up)
    assert not RepeatedLines({"most read": 3}).confirms(recorder.looked_up)
    assert not RepeatedLines({"most read": 2, "alone": 2}).confirms(recorder.looked_up)


def test_headings_that_stand_in_every_report_of_a_folder_are_kept() -> None:
    reports = [read_text(REPORT.format(year=year), f"{year}.txt") for year in range(2001, 2009)]
    repeated_lines = count_repeated_lines(map(short_lines, reports))
    assert repeated_lines.count_files("Introduction") == 8
    for report in reports:
        assert mark(report, repeated_lines) == report


def test_a_page_that_was_scraped_twice_keeps_its_title() -> None:
    text = (
        "Skip to content\n\nHarbour wall mended\n\nShare this article\n\nIt took the town a year."
    )
    copies = [read_text(text, f"{number}.txt") for number in range(3)]
    marked = mark(copies[0], count_repeated_lines(map(short_lines, copies)))
    assert [block.text for block in marked.blocks if not block.reason] == [
        "Harbour wall mended",
        "It took the town a year.",
    ]
