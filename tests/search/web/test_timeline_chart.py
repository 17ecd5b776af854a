"""The chart of the timeline: marks are to scale, do not overlap and stay inside the chart."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wherein.index.dates.interval import Interval
from wherein.search.ranking.timeline import Entry
from wherein.search.web.timeline_chart import MAX_MARK_ROWS, MAX_MARKS, Chart, make_chart

DAY = st.dates(date(1, 1, 1), date(9999, 12, 31))


def entry(edtf: str, first: date | None, last: date | None, files: int = 1, rank: int = 1) -> Entry:
    sources = tuple(f"{i}.txt" for i in range(files))
    return Entry(Interval(edtf, first, last), (rank,), sources)


def year(number: int, files: int = 1) -> Entry:
    return entry(str(number), date(number, 1, 1), date(number, 12, 31), files)


def day(text: str, files: int = 1) -> Entry:
    return entry(text, date.fromisoformat(text), date.fromisoformat(text), files)


def chart_of(*entries: Entry) -> Chart:
    chart = make_chart(entries)
    assert chart is not None
    return chart


def test_the_width_of_a_mark_is_proportional_to_its_days() -> None:
    one, two, both = chart_of(
        entry("2024-05", date(2024, 5, 1), date(2024, 5, 31)),
        entry("2024-07", date(2024, 7, 1), date(2024, 7, 31)),
        entry("2024-05/2024-06", date(2024, 5, 1), date(2024, 6, 30)),
    ).marks[:3]
    widths = {mark.entry.edtf: mark.width for mark in (one, two, both)}
    assert abs(widths["2024-05"] - widths["2024-07"]) < 1e-9
    assert abs(widths["2024-05/2024-06"] / widths["2024-05"] - 61 / 31) < 1e-9


def test_a_day_is_above_its_month_and_the_month_above_its_year() -> None:
    may = entry("2024-05", date(2024, 5, 1), date(2024, 5, 31))
    marks = chart_of(day("2024-05-16"), may, year(2024, files=2)).marks
    assert [(mark.entry.edtf, mark.row, mark.height) for mark in marks] == [
        ("2024", 0, 2),
        ("2024-05", 2, 1),
        ("2024-05-16", 3, 1),
    ]


def test_the_height_of_a_mark_is_its_number_of_files_up_to_a_limit() -> None:
    heights = {m.entry.edtf: m.height for m in chart_of(year(2020, 3), year(2021, 99)).marks}
    assert heights == {"2020": 3, "2021": MAX_MARK_ROWS}


def test_a_label_moves_or_gives_way_if_the_previous_label_is_too_close() -> None:
    found = chart_of(year(2023), day("2024-02-10"), year(2030))
    names = {tick.label: tick.x for tick in found.ticks}
    assert list(names) == ["2023", "2024", "2030"]
    later = found.segments[-1][0]
    assert later < names["2030"] <= later + 4

    # If moving is not enough, the start of a segment gets its label and the new year does not.
    found = chart_of(year(1900), year(1950), year(2023), day("2024-03-05"), year(2030))
    assert [tick.label for tick in found.ticks] == ["1900", "1950", "2023", "2030"]
    assert found.ticks[-1].x == found.segments[-1][0]


def test_a_long_gap_between_dates_is_a_break_in_the_axis() -> None:
    found = chart_of(year(1949), year(2023), year(2024))
    assert len(found.segments) == 2
    assert [tick.label for tick in found.ticks] == ["1949", "2023", "2024"]
    widths = [mark.width for mark in found.marks]
    assert max(widths) - min(widths) < 0.2  # a leap year has one more day


def test_dates_without_a_year_have_their_own_segment() -> None:
    may = entry("XXXX-05", None, None)
    days = entry("XXXX-12-30/XXXX-01-02", None, None)
    found = chart_of(year(2023), may, days)
    assert found.open_from is not None
    for mark in found.marks:
        assert (mark.x >= found.open_from) == mark.entry.interval.is_open
    alone = chart_of(may, days)
    assert (alone.open_from, alone.ticks) == (0.0, ())


def test_fewer_than_two_dates_after_christ_make_no_chart() -> None:
    assert make_chart([year(2024)]) is None
    assert make_chart([]) is None
    assert make_chart([year(2024), entry("-0043", None, None)]) is None


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    found = []
    for number in range(draw(st.integers(2, 60))):
        files = draw(st.integers(1, 9))
        if draw(st.booleans()):
            first = draw(DAY)
            days = draw(st.sampled_from([0, 1, 30, 365, 3650, 36500]))
            last = first + min(timedelta(days), date.max - first)
            found.append(entry(f"{first}/{last}", first, last, files, number + 1))
        else:
            month, day_number = draw(st.integers(1, 12)), draw(st.integers(1, 28))
            edtf = draw(st.sampled_from([f"XXXX-{month:02}", f"XXXX-{month:02}-{day_number:02}"]))
            found.append(entry(edtf, None, None, files, number + 1))
    return found


@given(entries())
def test_marks_do_not_overlap_and_stay_inside_the_chart(made: list[Entry]) -> None:
    found = chart_of(*made)
    assert len(found.marks) <= 2 * MAX_MARKS
    for i, mark in enumerate(found.marks):
        assert mark.width > 0
        assert mark.x >= 0
        assert mark.x + mark.width <= 100 + 1e-6
        assert 0 <= mark.row < mark.top <= found.rows
        for other in found.marks[:i]:
            beside = mark.x + mark.width <= other.x + 1e-6 or other.x + other.width <= mark.x + 1e-6
            above = mark.top <= other.row or other.top <= mark.row
            assert beside or above
    assert all(0 <= start < end <= 100 + 1e-6 for start, end in found.segments)
