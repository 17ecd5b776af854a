"""Dates as people write them."""

import pytest

from wherein.index.dates.scanner import find_dates
from wherein.search.web.date_format import in_words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2024-05-16", "16 May 2024"),
        ("2024-05-16/2024-05-17", "16–17 May 2024"),
        ("2013-05-30/2013-06-01", "30 May – 1 June 2013"),
        ("2014-12-30/2015-01-02", "30 December 2014 – 2 January 2015"),
        ("2023-10", "October 2023"),
        ("1943-03/1943-05", "March–May 1943"),
        ("2010-07/2011-02-17", "July 2010 – 17 February 2011"),
        ("2010-05/2011-05", "May 2010 – May 2011"),
        ("1275/1342-05-16", "1275 – 16 May 1342"),
        ("1956", "1956"),
        ("1999/2000", "1999–2000"),
        ("197X", "1970s"),
        ("044X", "440s"),
        ("004X", "AD 40s"),
        ("-0448/-0439", "449 BC–440 BC"),
        ("1801/1900", "1801–1900"),
        ("0874", "874"),
        ("0014", "AD 14"),
        ("0000", "1 BC"),
        ("-0043-03-15", "15 March 44 BC"),
        ("-0335/-0322", "336 BC–323 BC"),
        ("XXXX-05-16/XXXX-05-17", "16–17 May"),
        ("XXXX-12/XXXX-01", "December–January"),
        ("XXXX-05", "May"),
    ],
)
def test_a_date_is_written_in_words(edtf: str, words: str) -> None:
    assert in_words(edtf) == words


@pytest.mark.parametrize(
    "text", ["in 10,000 BC", "in 9999 BC", "the 3rd and 2nd centuries BC", "the 1980s and '90s"]
)
def test_every_date_that_the_scanner_finds_can_be_written(text: str) -> None:
    for mention in find_dates(text):
        assert mention.interval.edtf
        assert in_words(mention.interval.edtf)
