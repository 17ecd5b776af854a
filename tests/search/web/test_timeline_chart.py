"""The drawing of the timeline: to scale, nothing over another, nothing outside."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wherein.search.ranking.timeline import Entry
from wherein.search.web.date_format import in_words
from wherein.search.web.timeline_chart import MOST_MARKS, MOST_STOREYS, Chart, chart

DAY = st.dates(date(1, 1, 1), date(9999, 12, 31))


def entry(edtf: str, first: date | None, last: date | None, files: int = 1, rank: int = 1) -> Entry:
    return Entry(edtf, first, last, (rank,), tuple(f"{i}.txt" for i in range(files)))


def year(number: int, files: int = 1) -> Entry:
    return entry(str(number), date(number, 1, 1), date(number, 12, 31), files)


def day(text: str, files: int = 1) -> Entry:
    return entry(text, date.fromisoformat(text), date.fromisoformat(text), files)


def drawn(*entries: Entry) -> Chart:
    found = chart(entries)
    assert found is not None
    return found


def test_an_interval_is_as_wide_as_its_days() -> None:
    one, two, both = drawn(
        entry("2024-05", date(2024, 5, 1), date(2024, 5, 31)),
        entry("2024-07", date(2024, 7, 1), date(2024, 7, 31)),
        entry("2024-05/2024-06", date(2024, 5, 1), date(2024, 6, 30)),
    ).marks[:3]
    widths = {mark.entry.edtf: mark.width for mark in (one, two, both)}
    assert abs(widths["2024-05"] - widths["2024-07"]) < 1e-9
    assert abs(widths["2024-05/2024-06"] / widths["2024-05"] - 61 / 31) < 1e-9


def test_a_day_stands_upon_its_month_and_that_upon_its_year() -> None:
    may = entry("2024-05", date(2024, 5, 1), date(2024, 5, 31))
    marks = drawn(day("2024-05-16"), may, year(2024, files=2)).marks
    assert [(mark.entry.edtf, mark.storey, mark.storeys) for mark in marks] == [
        ("2024", 0, 2),
        ("2024-05", 2, 1),
        ("2024-05-16", 3, 1),
    ]


def test_a_mark_is_as_high_as_the_files_that_say_so_up_to_a_limit() -> None:
    storeys = {m.entry.edtf: m.storeys for m in drawn(year(2020, 3), year(2021, 99)).marks}
    assert storeys == {"2020": 3, "2021": MOST_STOREYS}


def test_a_year_that_begins_before_a_break_is_named_and_the_next_moves_on_for_it() -> None:
    found = drawn(year(2023), day("2024-02-10"), year(2030))
    names = {tick.label: tick.x for tick in found.ticks}
    assert list(names) == ["2023", "2024", "2030"]
    later = found.stretches[-1][0]
    assert later < names["2030"] <= later + 4

    # Where that is not enough, the beginning of a stretch is named and the new year is not.
    found = drawn(year(1900), year(1950), year(2023), day("2024-03-05"), year(2030))
    assert [tick.label for tick in found.ticks] == ["1900", "1950", "2023", "2030"]
    assert found.ticks[-1].x == found.stretches[-1][0]


def test_a_long_time_without_dates_is_a_break_in_the_axis() -> None:
    found = drawn(year(1949), year(2023), year(2024))
    assert len(found.stretches) == 2
    assert [tick.label for tick in found.ticks] == ["1949", "2023", "2024"]
    widths = [mark.width for mark in found.marks]
    assert max(widths) - min(widths) < 0.2  # a leap year is a day longer


def test_open_years_stand_apart_in_a_year_of_their_own() -> None:
    may = Entry("XXXX-05", None, None, (1,), ("a.txt",))
    days = Entry("XXXX-12-30/XXXX-01-02", None, None, (1,), ("a.txt",))
    found = drawn(year(2023), may, days)
    assert found.open_from is not None
    for mark in found.marks:
        assert (mark.x >= found.open_from) == mark.entry.is_open
    alone = drawn(may, days)
    assert (alone.open_from, alone.ticks) == (0.0, ())


def test_one_date_is_no_drawing_and_none_before_christ_is_in_it() -> None:
    assert chart([year(2024)]) is None
    assert chart([]) is None
    assert chart([year(2024), entry("-0043", None, None)]) is None


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
            month, of = draw(st.integers(1, 12)), draw(st.integers(1, 28))
            edtf = draw(st.sampled_from([f"XXXX-{month:02}", f"XXXX-{month:02}-{of:02}"]))
            found.append(entry(edtf, None, None, files, number + 1))
    return found


@given(entries())
def test_nothing_is_over_another_or_outside(made: list[Entry]) -> None:
    found = drawn(*made)
    assert len(found.marks) <= 2 * MOST_MARKS
    for i, mark in enumerate(found.marks):
        assert mark.width > 0
        assert mark.x >= 0
        assert mark.x + mark.width <= 100 + 1e-6
        assert 0 <= mark.storey < mark.storey + mark.storeys <= found.storeys
        for other in found.marks[:i]:
            beside = mark.x + mark.width <= other.x + 1e-6 or other.x + other.width <= mark.x + 1e-6
            above = (
                mark.storey + mark.storeys <= other.storey
                or other.storey + other.storeys <= mark.storey
            )
            assert beside or above
    assert all(0 <= begin < end <= 100 + 1e-6 for begin, end in found.stretches)
    assert all(in_words(mark.entry.edtf) for mark in found.marks if mark.entry.is_open)
