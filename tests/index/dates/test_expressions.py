"""Which expressions are dates, and which days they mean by themselves."""

from datetime import date

import pytest

from tests.index.dates.reading import TUESDAY, edtf_by_text
from wherein.index.dates.scanner import find_dates
from wherein.index.dates.values import Precision


@pytest.mark.parametrize(
    ("text", "mention", "edtf"),
    [
        ("released on May 18, 2018.", "May 18, 2018", "2018-05-18"),
        ("in Beijing on Oct. 18, 2023. (AFP)", "Oct. 18, 2023", "2023-10-18"),
        ("on 13 September 2011, it", "13 September 2011", "2011-09-13"),
        ("the 4th of July, 1776, was", "4th of July, 1776", "1776-07-04"),
        ("on Tuesday, November 7, 2017, to", "Tuesday, November 7, 2017", "2017-11-07"),
        ("(2017-12-10)", "2017-12-10", "2017-12-10"),
        ("on 18/10/2023 and", "18/10/2023", "2023-10-18"),
        ("on 10/18/2023 and", "10/18/2023", "2023-10-18"),
        ("on 5\u00a0May\u00a02020", "5\u00a0May\u00a02020", "2020-05-05"),
        ("was killed on 15 March 44 BC by", "15 March 44 BC", "-0043-03-15"),
        ("died 20 August 651) was", "20 August 651", "0651-08-20"),
        ("the 9th day of May, 2013", "9th day of May, 2013", "2013-05-09"),
        ("on the first day of January 2026", "the first day of January 2026", "2026-01-01"),
        ("by the last day of February 2024", "the last day of February 2024", "2024-02-29"),
        ("in the first three months of 2022", "the first three months of 2022", "2022-01/2022-03"),
        ("the last six months of 2022", "the last six months of 2022", "2022-07/2022-12"),
        ("He reigned from 768 to 814.", "768 to 814", "0768/0814"),
        ("the mean over 1971–2000", "1971–2000", "1971/2000"),
        ("on Christmas Eve 1843,", "Christmas Eve 1843", "1843-12-24"),
        ("on May 16-17, 2024", "May 16-17, 2024", "2024-05-16/2024-05-17"),
        ("on 16 and 17 May 2024", "16 and 17 May 2024", "2024-05-16/2024-05-17"),
        ("from May 5 to June 6, 2013,", "from May 5 to June 6, 2013", "2013-05-05/2013-06-06"),
        (
            "from December 30 to January 2, 2015",
            "from December 30 to January 2, 2015",
            "2014-12-30/2015-01-02",
        ),
        (
            "from Sunday, 2 September to Wednesday, 5 September 1666.",
            "from Sunday, 2 September to Wednesday, 5 September 1666",
            "1666-09-02/1666-09-05",
        ),
        (
            "( 11 January 1936- 9 July 2017)",
            "11 January 1936- 9 July 2017",
            "1936-01-11/2017-07-09",
        ),
        ("(1275 – 16 May 1342)", "1275 – 16 May 1342", "1275/1342-05-16"),
        ("in October 2023 during", "October 2023", "2023-10"),
        ("in last March in 2023.", "last March in 2023", "2023-03"),
        ("(Jul 2010 - 17 Feb 2011)", "Jul 2010 - 17 Feb 2011", "2010-07/2011-02-17"),
        ("between March and May 1943", "between March and May 1943", "1943-03/1943-05"),
        ("the second half of May 2024", "the second half of May 2024", "2024-05-16/2024-05-31"),
        ("in late June 2019", "late June 2019", "2019-06-21/2019-06-30"),
        ("in Q3 2022", "Q3 2022", "2022-07/2022-09"),
        ("the first quarter of 2008.", "the first quarter of 2008", "2008-01/2008-03"),
        ("in the summer of 1867.", "summer of 1867", "1867-06/1867-08"),
        ("the winter of 1942–43", "winter of 1942–43", "1942-12/1943-02"),
        ("early 2007, the", "early 2007", "2007-01/2007-04"),
        ("by mid-1994.", "mid-1994", "1994-05/1994-08"),
        ("in 1956.", "1956", "1956"),
        ("born c.1952) is", "1952", "1952"),
        ("from c. 1050 until 1076, in", "from c. 1050 until 1076", "1050/1076"),
        ("between 1960 and 2000 found", "between 1960 and 2000", "1960/2000"),
        ("the 2006–07 season", "2006–07", "2006/2007"),
        ("the 1999-00 season", "1999-00", "1999/2000"),
        ("In 1947-8, he", "1947-8", "1947/1948"),
        ("(981–1037) proposed", "981–1037", "0981/1037"),
        ("in the 1970s.", "1970s", "197X"),
        ("in the late 90s.", "the late 90s", "1995/1999"),
        ("the 1980s and '90s", "1980s and '90s", "1980/1999"),
        ("the 1840s and 50s", "1840s and 50s", "1840/1859"),
        ("from the 1950s to 2011", "from the 1950s to 2011", "1950/2011"),
        ("in the 1800s", "1800s", "1800/1899"),
        ("in the 440s BC.", "440s BC", "-0448/-0439"),
        ("in the 40s BC", "40s BC", "-0048/-0039"),
        ("in the late 40s BC", "the late 40s BC", "-0043/-0039"),
        ("the 40s to the 30s B.C.", "40s to the 30s B.C.", "-0048/-0029"),
        ("the 1200s BCE", "1200s BCE", "-1298/-1199"),
        ("in the 40s AD", "40s AD", "004X"),
        ("in the 19th century", "19th century", "1801/1900"),
        ("the early nineteenth century", "the early nineteenth century", "1801/1833"),
        ("16th to 18th centuries", "16th to 18th centuries", "1501/1800"),
        ("the 3rd and 2nd centuries BC", "3rd and 2nd centuries BC", "-0299/-0100"),
        ("in 326 BC, winning", "326 BC", "-0325"),
        ("from 336 to 323 BC", "336 to 323 BC", "-0335/-0322"),
        ("in AD 874.", "AD 874", "0874"),
        ("in 615 CE.", "615 CE", "0615"),
        ("in AD 14 and 20 legions", "AD 14", "0014"),
        ("c. winter 406/5 BC) is", "406/5 BC", "-0405/-0404"),
        ("between 49 and 44 BC", "49 and 44 BC", "-0048/-0043"),
        ("the Twenty-First Century argues", "Twenty-First Century", "2001/2100"),
        ("between 3 and 7 May 2024", "3 and 7 May 2024", "2024-05-03/2024-05-07"),
        ("born 4.6.1971 in", "4.6.1971", "1971-06-04"),
        ("born 04.06.1971.", "04.06.1971", "1971-06-04"),
        ("on 4. 6. 1971, as", "4. 6. 1971", "1971-06-04"),
        ("by 10.18.2023", "10.18.2023", "2023-10-18"),
        ("Urteil v. 4.6.1971 –", "4.6.1971", "1971-06-04"),
        ("the flight of 4.6.1971", "4.6.1971", "1971-06-04"),
        ("4.6.1971 – 7.8.1971", "4.6.1971 – 7.8.1971", "1971-06-04/1971-08-07"),
    ],
)
def test_an_expression_with_its_year(text: str, mention: str, edtf: str) -> None:
    assert edtf_by_text(text) == {mention: edtf}
    assert edtf_by_text(text, TUESDAY) == {mention: edtf}


@pytest.mark.parametrize(
    ("text", "mention", "edtf"),
    [
        ("Am 12. Juni 2025 kam er.", "12. Juni 2025", "2025-06-12"),
        ("seit 3. März 1848", "3. März 1848", "1848-03-03"),
        ("Freitag, 12. April 2025", "12. April 2025", "2025-04-12"),
        ("am 12. August 2025", "12. August 2025", "2025-08-12"),
        ("im Mai 1933 und", "Mai 1933", "1933-05"),
        ("im Jänner 1934.", "Jänner 1934", "1934-01"),
        ("le 12 juin 2025 à", "12 juin 2025", "2025-06-12"),
        ("le 1er mai 1848", "1er mai 1848", "1848-05-01"),
        ("en mars 2020", "mars 2020", "2020-03"),
        ("le 12 mars 2020", "12 mars 2020", "2020-03-12"),
        ("12. mars 2020", "12. mars 2020", "2020-03-12"),
        ("le 1er Mars 2020", "1er Mars 2020", "2020-03-01"),
        ("Début mars 2020,", "mars 2020", "2020-03"),
        ("depuis la mi-mars 2020", "mars 2020", "2020-03"),
        ("EN MARS 2020", "MARS 2020", "2020-03"),
        ("avril 2020", "avril 2020", "2020-04"),
        ("DÉCEMBRE 2020", "DÉCEMBRE 2020", "2020-12"),
        ("el 12 de junio de 2025,", "12 de junio de 2025", "2025-06-12"),
        ("el 1.º de mayo del 2025", "1.º de mayo del 2025", "2025-05-01"),
        ("el 2 de Mayo de 1808", "2 de Mayo de 1808", "1808-05-02"),
        ("desde mayo 2025", "mayo 2025", "2025-05"),
        ("mayo de 1990", "mayo de 1990", "1990-05"),
    ],
)
def test_a_german_french_or_spanish_date_with_its_year(text: str, mention: str, edtf: str) -> None:
    assert edtf_by_text(text) == {mention: edtf}


@pytest.mark.parametrize(
    ("text", "mention", "edtf"),
    [
        ("Am 12. August 2025 kam er.", "12. August 2025", "2025-08-12"),
        ("Seit 3. April 2020", "3. April 2020", "2020-04-03"),
        ("Vom 1. April 2020", "1. April 2020", "2020-04-01"),
        ("Ab dem 1. August 2020", "1. August 2020", "2020-08-01"),
        ("Der 5. April 2024", "5. April 2024", "2024-04-05"),
        ("Stand: 5. April 2024", "5. April 2024", "2024-04-05"),
        ("Berlin, 5. April 2024", "5. April 2024", "2024-04-05"),
        ("Sonntag, den 7. April 2024", "7. April 2024", "2024-04-07"),
    ],
)
def test_a_german_day_is_read_at_the_start_of_a_sentence_and_after_a_place(
    text: str, mention: str, edtf: str
) -> None:
    assert edtf_by_text(text) == {mention: edtf}


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("The Mars 2020 rover", {"2020": "2020"}),
        ("the Mayo 2020 final", {"2020": "2020"}),
        ("Avril 2011 tour", {"2011": "2011"}),
        ("Violence mars 2023 vote", {"2023": "2023"}),
        ("NASA's MARS 2020 rover", {"2020": "2020"}),
        ("The 7 Mars 2020 instruments", {"2020": "2020"}),
        ("They lost by 12. Mars 2020 landed in Jezero.", {"2020": "2020"}),
        ("with mayo 1200 kcal", {}),
        ("He may, set on mars; el mayo, im Mai, 12. Juni", {}),
        ("They won by 12. April 2025 was wet.", {"April 2025": "2025-04"}),
        (
            "by 10, 12. April 2025 was wet; 3: 12. May 2025",
            {"April 2025": "2025-04", "May 2025": "2025-05"},
        ),
        ("31 juin 2025, 32. Juni 2025", {}),
    ],
)
def test_a_foreign_month_needs_unmistakable_words_around_it(
    text: str, mentions: dict[str, str]
) -> None:
    assert edtf_by_text(text) == mentions


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("in 1956 and 1972.", {"1956": "1956", "1972": "1972"}),
        ("in 1820, 1824 and 1828", {"1820": "1820", "1824": "1824", "1828": "1828"}),
        ("July 16 and August 27, 2017", {"July 16": "2017-07-16", "August 27, 2017": "2017-08-27"}),
        ("in May or June 2025", {"May": "2025-05", "June 2025": "2025-06"}),
        ("since 2010, until 2030", {"2010": "2010", "2030": "2030"}),
    ],
)
def test_a_list_of_dates_is_not_a_range(text: str, mentions: dict[str, str]) -> None:
    assert edtf_by_text(text) == mentions


@pytest.mark.parametrize(
    "text",
    [
        "It may rain, and you may go. A May queen; Theresa May; May the force",
        "They march on. The March on Washington, the Long March.",
        "April is here, and June Carter and August Wilson; Jan van Eyck by Jan Steen",
        "his fifth term, 75 years, $240.1 billion, 22M, the 42nd Street, 163 days of age",
        "at 5:04 PM, from 9:15 am to 6 pm, at 8 p.m., 19:45",
        "The 1500 metres, 2000 people, 1200 men, over 1900 votes, 1000 m, a 1950-seat hall",
        "crosses 1000 as, Windows 2000, flight 1549, page 1984, No. 1917, pp. 1948",
        "1,984 people, 1984.5, $1984, 1984%, 12.1984, 4000-year-old, The 5000 Fingers",
        "7–6, 6–7, a 4–3 win, 2–7 °C, 747-400, 77:35-43, 555-1990, 139/2004/EC",
        "One Sunday Afternoon, Friday the 13th, Wednesday Addams, The Sunday Times, on Sundays",
        "the last year of the war, the next month, his last week, every Friday, every May",
        "the fall of Rome, a spring in his step, the second of three, the 7th fleet",
        "Room 1812, flight BA 1926, section 1984, Resolution 1701, pages 1912-1927, No 1907/2006",
        'the film 1917, her novel 2066, "1984", ‘1984’, 1815 Pennsylvania Avenue, 1920 by 1080',
        "Version 1.2.2021, v1.2.2021, v 1.2.2021, Python 3.12.2021, foo-1.2.2021, foo==1.2.2021",
        "1.2.2021-rc1, 1.2.2021.tar.gz, section 4.6.1971, § 4.6.1971, 4.6.1971.2, 1.4.6.1971",
        "from 10.12.1971.2, for $4.6.1971, 4.6.19712, 45.6.1971",
        "Twentieth Century Fox, winters are 70-50's, the 68th Academy Awards",
    ],
)
def test_text_that_only_looks_like_a_date_is_none(text: str) -> None:
    assert edtf_by_text(text, TUESDAY) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("Apache 2.4.2010", "OpenSSL 1.1.2020", "Release notes 2.10.2020", "BIOS 1.12.2021"),
        *("See 4.2.2010 for details", "as of Node.js 1.2.2021", "(Docker 20.10.2021)"),
    ],
)
def test_dotted_numbers_after_a_name_are_a_version(text: str) -> None:
    assert edtf_by_text(text, TUESDAY) == {}


@pytest.mark.parametrize(
    "before",
    [
        *(
            "Am ",
            "Montag ",
            "Published ",
            "Date ",
            "Date: ",
            "Berlin, ",
            "Geboren ",
            "Seit ",
            "On ",
        ),
        *("Mittwoch ", "Stand ", "Mon ", "He stayed in Bonn. ", "Le ", "El "),
    ],
)
def test_dotted_numbers_after_a_word_of_time_are_a_day(before: str) -> None:
    assert edtf_by_text(before + "4.6.1971") == {"4.6.1971": "1971-06-04"}


@pytest.mark.parametrize("text", ["Sitzung 04.06.1971", "Sitzung 4. 6. 1971", "Sitzung 4.06.1971"])
def test_dotted_numbers_with_leading_zeros_or_spaces_are_a_day(text: str) -> None:
    assert list(edtf_by_text(text).values()) == ["1971-06-04"]


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2023",
        "February 31, 2023",
        "29 February 2023",
        "0 May 2024",
        "99/99/9999",
        "05/06/2023",
        "2023-13-45",
        "0000-01-01",
        "in the year 0",
        "in the winter of 9999",
        "in 0000",
        "0 BC",
        "the 0th century, the 99th century",
        "99.99.9999, 9999-99-99, May 99, 9999",
        "the 0th of May, May 0, 2024, 32 May 2024",
        "in " + "9" * 10_000,
        "May " + "1" * 10_000,
        "1" * 10_000 + " BC",
    ],
)
def test_impossible_days_and_ambiguous_numbers_are_no_dates(text: str) -> None:
    assert edtf_by_text(text, TUESDAY) == {}


def test_a_date_before_christ_has_no_calendar_days() -> None:
    mention, other = find_dates("in 44 BC and from 10 AD until 14 AD")
    assert (mention.interval.first, mention.interval.last, mention.interval.edtf) == (
        None,
        None,
        "-0043",
    )
    assert (other.interval.first, other.interval.last) == (date(10, 1, 1), date(14, 12, 31))
    (mention,) = find_dates("16 BC to 9 May 2024")
    assert (mention.interval.first, mention.interval.last) == (None, date(2024, 5, 9))


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("16 May 2024", Precision.DAY),
        ("on Tuesday he", Precision.DAY),
        ("last week", Precision.WEEK),
        ("late May 2024", Precision.WEEK),
        ("May 2024", Precision.MONTH),
        ("Q3 2022", Precision.SEASON),
        ("summer 2004", Precision.SEASON),
        ("2024", Precision.YEAR),
        ("from May 2001 to 2004", Precision.YEAR),
        ("the 1970s", Precision.DECADE),
        ("the 19th century", Precision.CENTURY),
    ],
)
def test_the_precision_of_an_expression(text: str, precision: Precision) -> None:
    (mention,) = find_dates(text)
    assert mention.meaning.precision is precision
