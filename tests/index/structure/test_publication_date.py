"""The day of publication that a document gives itself."""

from datetime import date

import pytest

from tests.index.structure.outlining import (
    PROSE,
    SEED_NAMES,
    first_lines,
    outline_seed,
    outline_text,
)
from wherein.index.documents.model import Kind


def test_the_day_of_a_seed_is_that_of_its_dateline_and_not_of_its_crawler_or_photo() -> None:
    assert {number: outline_seed(number).published for number in SEED_NAMES} == {
        "000": None,
        "001": None,
        "002": date(2024, 4, 26),
        "003": None,
        "004": None,
    }


@pytest.mark.parametrize(
    ("dated", "published"),
    [
        ("26 April 2024", date(2024, 4, 26)),
        ("By Jane Doe | April 26, 2024", date(2024, 4, 26)),
        ("Updated 27 April 2024\n\nPublished 26 April 2024", date(2024, 4, 26)),
        ("Updated 27 April 2024\n\n26 April 2024", date(2024, 4, 26)),
        ("Updated 27 April 2024", date(2024, 4, 27)),
        ("Published 25 April 2024\n\nPublished 26 April 2024", date(2024, 4, 25)),
        ("Published: 26 April 2024 | Updated: 27 April 2024, 10:15", date(2024, 4, 26)),
        ("Updated: 27 April 2024 10:15 | Published: 26 April 2024", date(2024, 4, 26)),
        ("Updated: 27 April 2024 10:15 | First published: 26 April 2024", date(2024, 4, 26)),
        ("26 April 2024\n\n25 April 2023", date(2024, 4, 26)),
        # A future year is kept, because a build must not depend on the day of the build.
        ("26 April 2924", date(2924, 4, 26)),
        ("31 April 2024", None),
        ("26 April 0000", None),
        ("99/99/9999", None),
        ("26 April " + "2" * 10_000, None),
        ("Today: 10 March 2025", None),
        ("The mayor on 26 April 2024. (Lin Marsh/Reuters)", None),
    ],
)
def test_the_day_of_publication_stands_near_the_start(dated: str, published: date | None) -> None:
    assert outline_text(f"Harbour\n\n{dated}\n\n{PROSE}").published == published
    far = outline_text(f"Harbour\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n{dated}")
    assert far.published is None


@pytest.mark.parametrize(
    "opening",
    [
        "PORT ELLERY, March 14, 2023 (Agency) - ",
        "PORT ELLERY (AP) — March 14, 2023 — ",
        "LONDON, 14 March 2023 /PRNewswire/ -- ",
        "LONDON--(BUSINESS WIRE)--March 14, 2023--",
        "WASHINGTON, D.C., Tuesday, March 14, 2023 – ",
        "New York, NY – March 14, 2023 – ",
        "Stoke on Ellery, 14 March 2023 — ",
        "GENEVA (14 March 2023) – ",
        "ÉVREUX, 14 March 2023 (AFP) – ",
    ],
)
def test_a_paragraph_may_begin_with_a_dateline_and_stays_whole(opening: str) -> None:
    deck = "The wall that the storm of last winter broke is whole again, says the mayor."
    for head in ("", f"{deck}\n\n"):
        document = outline_text(f"Harbour wall mended\n\n{head}{opening}{PROSE}\n\n{PROSE}")
        assert document.published == date(2023, 3, 14)
        assert (Kind.PARAGRAPH, opening + PROSE) in [(b.kind, b.text) for b in document.blocks]
    assert (
        outline_text(f"Harbour\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n{opening}{PROSE}").published
        is None
    )


@pytest.mark.parametrize(
    "opening",
    [
        "On March 14, 2023 a fire broke out. ",
        "On March 14, 2023 - a Tuesday - a fire broke out. ",
        "Port Ellery, 14 March 2023 was a day of storms. ",
        "Port Ellery, March 2023 (Agency) - ",
        "PORT ELLERY, March 14 (Agency) - ",
        "PORT ELLERY, March 14-16, 2023 (Agency) - ",
        "the harbour, 14 March 2023 - ",
        "Ratified 14 March 1998 - ",
        "The Ellery Harbour Wall Committee of the Town, 14 March 2023 - ",
    ],
)
def test_another_day_in_a_lead_is_not_the_day_of_publication(opening: str) -> None:
    assert outline_text(f"Harbour wall mended\n\n{opening}{PROSE}\n\n{PROSE}").published is None


@pytest.mark.parametrize(
    "line",
    [
        "Port Ellery, 14 March 2023",
        "OSTWICK, March 14, 2023",
        "Ostwick, Tuesday 14 March 2023",
        "Ostwick (Agency), 14 March 2023",
        "By Jane Doe, Ostwick, 14 March 2023",
        "By Jane Doe in Port Ellery, 14 March 2023",
        "By Jane Doe | Port Ellery, March 14, 2023",
        "By Jane Doe, 14 March 2023",
        "By Jane Doe last updated March 14, 2023",
        "Posted by Jane Doe on March 14, 2023",
        "Posted on March 14, 2023 by jane",
        "Words by Jane Doe, 14 March 2023",
        "03/14/2023 March 14, 2023",
        "Posted: Mar 14, 2023 / 05:32 PM EDT",
        "Date: Tue, 14 Mar 2023 18:22:07 +0200",
        "Recorded 14 March 2023",
        "Recorded on Tuesday, 14 March 2023",
    ],
)
def test_a_line_with_place_or_author_and_day_is_a_dateline(line: str) -> None:
    for text in (f"Harbour\n\n{line}\n\n{PROSE}", f"{line}\n\nHarbour\n\n{PROSE}"):
        document = outline_text(text)
        assert document.published == date(2023, 3, 14)
        assert document.title == "Harbour"
        assert [b.kind for b in document.blocks if b.text == line] == [Kind.DATELINE]


def test_several_lines_with_place_and_day_are_a_list() -> None:
    document = outline_text("The tour\n\nBerlin, 14 March 2023\n\nParis, 15 March 2023\n\nOslo")
    assert first_lines(document, Kind.DATELINE) == []
    assert document.published is None


@pytest.mark.parametrize(
    "line", ["Ratified 14 March 1998", "Ratified, 14 March 1998", "The storm of 14 March 1998"]
)
def test_a_line_about_a_day_is_no_dateline(line: str) -> None:
    document = outline_text(f"Harbour\n\n{line}\n\n{PROSE}")
    assert document.published is None
    assert first_lines(document, Kind.DATELINE) == []


@pytest.mark.parametrize(
    ("title", "published"),
    [
        ("Minutes, 6 March 2024", date(2024, 3, 6)),
        ("Minutes of the meeting of 6 March 2024", date(2024, 3, 6)),
        ("Harbour committee – 6 March 2024", date(2024, 3, 6)),
        ("Harbour news (6 March 2024)", date(2024, 3, 6)),
        ("The storm of 6 March 2024", None),
        ("What 6 March 2024 changed", None),
        ("Minutes, March 2024", None),
        ("The attack, 6 March 2024", None),
        ("Sinking of the ferry (6 March 2024)", None),
    ],
)
def test_a_title_may_give_the_day(title: str, published: date | None) -> None:
    document = outline_text(f"{title}\n\n{PROSE}")
    assert document.title == title
    assert document.published == published


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (f"Minutes, 6 March 2024\n\nOSLO, 7 March 2024 (NTB) - {PROSE}", date(2024, 3, 7)),
        (f"Harbour\n\n8 March 2024\n\nOSLO, 7 March 2024 (NTB) - {PROSE}", date(2024, 3, 8)),
        (f"Harbour\n\nOslo, 8 March 2024\n\nOSLO, 7 May 2024 - {PROSE}", date(2024, 3, 8)),
        (f"Harbour\n\nUpdated 9 March 2024\n\nOSLO, 7 March 2024 - {PROSE}", date(2024, 3, 7)),
        (
            f"Harbour\n\nRecorded 6 March 2024\n\nPublished 8 March 2024\n\n{PROSE}",
            date(2024, 3, 8),
        ),
        (f"Harbour\n\nMinutes of the meeting of 6 March 2024\n\n{PROSE}", date(2024, 3, 6)),
        (f"Allotments\nHeld on Wednesday 6 March 2024\n\n{PROSE}", date(2024, 3, 6)),
    ],
)
def test_a_day_in_a_line_wins_over_one_in_a_paragraph_and_that_over_one_in_a_title(
    text: str, published: date
) -> None:
    assert outline_text(text).published == published


def test_a_release_line_with_its_day_is_a_dateline() -> None:
    line = "For immediate release, 2 September 2025"
    document = outline_text(f"{line}\n\nRailway orders twelve trains\n\n{PROSE}")
    assert document.title == "Railway orders twelve trains"
    assert document.published == date(2025, 9, 2)
    assert document.blocks[0].kind is Kind.DATELINE
