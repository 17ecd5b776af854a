"""The header of an email: the reader recognises it, and the outline takes title and day from it."""

from datetime import date

import pytest

from tests.growth import LINEAR, growth_ratio
from tests.index.structure.outlining import PROSE, outline_text
from wherein.index.documents.model import EmailHeader, Kind
from wherein.index.readers.plain_text import read


def test_the_reader_recognises_the_header_of_an_email() -> None:
    header = "From: Dana\nSubject: The\n wall\nDate: 26 April 2024"
    document = read("a.txt", f"{header}\n\n{PROSE}".encode())
    assert document.email == EmailHeader(3, "The wall", date(2024, 4, 26))
    assert read("a.txt", f"{PROSE}\n\n{header}".encode()).email is None


@pytest.mark.parametrize(
    ("header", "title", "published"),
    [
        (
            "From: Dana <d@example.org>\nSubject: The wall\nDate: Fri, 26 Apr 2024 10:15:00 +0200",
            "The wall",
            date(2024, 4, 26),
        ),
        (
            "From: Dana\nSent: Friday, April 26, 2024 10:15 AM\nTo: Ivo\nSubject: RE: The wall",
            "RE: The wall",
            date(2024, 4, 26),
        ),
        (
            f"Message-ID: <{'a' * 60}>\nFrom: Dana\nTo: Ivo,\n\tAnn\nSubject: The\n wall",
            "The wall",
            None,
        ),
        ("From: Dana\nSubject:\nDate: 26.4.2024 10:15", None, date(2024, 4, 26)),
        ("From: page 3\nTo: page 9", None, None),
        ("Subject: Biology\nDate: 26 April 2024", None, date(2024, 4, 26)),
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_an_email_has_the_subject_and_the_day_of_its_header(
    header: str, title: str | None, published: date | None, gap: str
) -> None:
    wrapped = (
        "The harbour wall was mended in the spring, and the boats\nhave come back to it now.\n"
    )
    body = f"Dear all,\n\n{wrapped}\nFrom: nobody\nSubject: none\n"
    document = outline_text(header + gap + body)
    assert (document.title, document.published) == (title, published)
    own = [block.text for block in document.blocks if block.kind is Kind.PARAGRAPH]
    assert own[-4:] == ["Dear all,", " ".join(wrapped.split()), "From: nobody", "Subject: none"]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("From: Vienna\nTo: Budapest\nDate: 4 June 2024\nPrice: 30 euros", 0),
        ("From: Vienna\nDate: 4 June 2024", 0),
        ("From: Dana <d@example.org>\nDate: 4 June 2024", 2),
        ("From: Dana\nSent: 4 June 2024", 2),
        ("Message-ID: <1@example.org>\nFrom: Dana\nDate: 4 June 2024", 3),
        ("From: Dana\nSubject: The wall", 2),
        ("Subject: The wall\nDate: 4 June 2024", 0),
    ],
)
def test_a_header_without_a_subject_needs_lines_that_only_emails_have(
    header: str, lines: int
) -> None:
    blocks = outline_text(f"{header}\n\n{PROSE}").blocks
    assert sum(block.reason == "mail header" for block in blocks) == lines


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?B?w4Rw?= =?utf-8?Q?fel_wall?=", "Äpfel wall"),
        ("=?utf-8?B?w4Rw?=\n =?utf-8?Q?fel_wall?=", "Äpfel wall"),
        ("Re: =?iso-8859-1?Q?Caf=E9?= at noon", "Re: Café at noon"),
        ("=?utf-8?Q?two=0Alines=00?=", "two lines"),
        ("=?utf-8?Q?=0A?=", None),
        ("=?utf-7?Q?half+2AA-a?=", "half a"),
        ("Is 2 =? 3", "Is 2 =? 3"),
        *((raw, raw) for raw in ("=?no-such?Q?a?=", "=?utf-8?Q?=FF?=", "=?utf-8?B?abcde?=")),
    ],
)
def test_an_encoded_subject_is_decoded_and_a_broken_one_is_unchanged(
    subject: str, title: str | None
) -> None:
    document = outline_text(f"From: Dana\nSubject: {subject}\n\n{PROSE}")
    assert document.title == title


def test_an_indented_text_directly_below_an_email_header_is_a_paragraph() -> None:
    body = "    I write to you about the wall.\n    It was mended in the spring.\n"
    document = outline_text(
        f"From: Dana\nSubject: The\n wall\nDate: 26 April 2024\n{body}\n{PROSE}"
    )
    assert (document.title, document.published) == ("The wall", date(2024, 4, 26))
    header = [block.lines for block in document.blocks if block.reason == "mail header"]
    assert header == [(1, 1), (2, 3), (4, 4)]
    assert document.blocks[3].text.startswith("I write to you about the wall.")
    assert document.blocks[3].kind is Kind.PARAGRAPH


def _hostile_subject(size: int) -> str:
    return "=?a?q?" * size


def test_a_very_long_encoded_subject_is_unchanged() -> None:
    document = outline_text(f"From: Dana\nSubject: {_hostile_subject(2_000)}")
    assert document.title == _hostile_subject(2_000)


@pytest.mark.perf
def test_an_encoded_subject_is_decoded_in_linear_time() -> None:
    ratio = growth_ratio(lambda n: outline_text(f"From: D\nSubject: {_hostile_subject(n)}"), 25_000)
    assert ratio < LINEAR
