import os
import time
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from wherein.index.documents.model import Document, Kind
from wherein.index.furniture.marker import mark
from wherein.index.readers.plain_text import read
from wherein.index.structure.outline import outline

EVAL = os.environ.get("WHEREIN_EVAL")
SAMPLES = os.environ.get("WHEREIN_SAMPLES")
NAMES = {path.name[:3]: path.name for path in SEEDS.glob("*.txt")}
PROSE = "The harbour wall was mended in the spring, and the boats came back."


def outlined(text: str) -> Document:
    return outline(mark(read("a.txt", text.encode())))


def seed(number: str) -> Document:
    name = NAMES[number]
    return outline(mark(read(name, (SEEDS / name).read_bytes())))


def lines_of(document: Document, kind: Kind) -> list[int]:
    return [block.lines[0] for block in document.blocks if block.kind is kind]


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("000", None),
        ("001", None),
        ("002", "Putin says plans to visit China next month"),
        ("003", "Putin Set to Visit Xi, to Celebrate Deepening Ties With China"),
        ("004", "Xi Jinping meets Vladimir Putin in Moscow"),
    ],
)
def test_a_seed_is_titled_by_its_headline(number: str, title: str | None) -> None:
    assert seed(number).title == title


def test_a_seed_is_dated_by_its_dateline_and_not_by_its_crawler_or_photo() -> None:
    assert {number: seed(number).published for number in NAMES} == {
        "000": None,
        "001": None,
        "002": date(2024, 4, 26),
        "003": None,
        "004": None,
    }


def test_captions_headings_and_credits_of_the_seeds_are_found() -> None:
    assert lines_of(seed("000"), Kind.CAPTION) == [4]
    assert lines_of(seed("001"), Kind.CAPTION) == [2]
    assert lines_of(seed("003"), Kind.CAPTION) == [8]
    assert lines_of(seed("003"), Kind.HEADING) == [32]
    assert lines_of(seed("003"), Kind.DATELINE) == [49]
    assert lines_of(seed("004"), Kind.HEADING) == [27, 33, 40, 47]


def test_a_deck_is_the_articles_text() -> None:
    assert 7 in lines_of(seed("002"), Kind.PARAGRAPH)
    assert 5 in lines_of(seed("003"), Kind.PARAGRAPH)
    deck = "The wall that the storm of last winter broke is whole"
    assert outlined(f"Harbour wall mended\n\n{deck}\n\n{PROSE}").blocks[1].kind is Kind.PARAGRAPH


def test_blocks_under_a_heading_are_in_its_section() -> None:
    document = outlined(f"Harbour\n\n{PROSE}\n\nThe cost\n\n{PROSE}\n\n2. The boats\n\n{PROSE}")
    assert [(block.kind, block.section) for block in document.blocks] == [
        (Kind.TITLE, ()),
        (Kind.PARAGRAPH, ()),
        (Kind.HEADING, ()),
        (Kind.PARAGRAPH, ("The cost",)),
        (Kind.HEADING, ()),
        (Kind.PARAGRAPH, ("2. The boats",)),
    ]


def sections(text: str) -> list[tuple[str, ...]]:
    return [block.section for block in outlined(text).blocks if block.text == PROSE]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_numbered_headings_have_the_levels_of_their_numbers(gap: str) -> None:
    lines = ["3. Findings", "3.1 Leakage", PROSE, "3.2 Pressure", PROSE, "4. Outlook", PROSE]
    assert sections(gap.join(["Report on the water", PROSE, *lines])) == [
        (),
        ("3. Findings", "3.1 Leakage"),
        ("3. Findings", "3.2 Pressure"),
        ("4. Outlook",),
    ]


@pytest.mark.parametrize(
    "heading", ["IV. Results", "V. Results", "1. Water company series", "2.1. Sources"]
)
def test_a_numbered_line_over_text_is_a_heading(heading: str) -> None:
    for before in (PROSE, "Ann Beck, Lin Wen"):
        for gap in ("\n", "\n\n"):
            text = gap.join(["Report on the water", PROSE, before, heading, PROSE])
            assert sections(text)[-1] == (heading,)


@pytest.mark.parametrize(
    "lines",
    [
        ["1. Mend the wall.", "2. Paint the boats."],
        ["1. Mend the wall", "2. Paint the boats", "3. Go home"],
        [
            "1. The wall must be mended before the winter comes.",
            "2. So must the boats, all of them.",
        ],
        ["1. A line of so many words that it is surely no heading of anything"],
    ],
)
def test_numbered_items_are_paragraphs(lines: list[str]) -> None:
    for gap in ("\n", "\n\n"):
        text = gap.join(["Report on the water", PROSE, *lines, PROSE])
        kinds = [block.kind for block in outlined(text).blocks if block.text in lines]
        assert kinds == [Kind.PARAGRAPH] * len(lines)


@pytest.mark.parametrize(
    "line",
    [
        "He said no.",
        "Read more: Ten recipes",
        "Why did it break?",
        "The winners are:",
        "“Let us go",
        "- mend the wall",
        "a wall of stone",
        "A line of so many words that it is surely no heading of anything",
    ],
)
def test_other_short_lines_are_paragraphs(line: str) -> None:
    document = outlined(f"Harbour\n\n{PROSE}\n\n{line}\n\n{PROSE}")
    assert document.blocks[2].kind is Kind.PARAGRAPH


def test_the_last_line_of_a_list_is_no_heading() -> None:
    document = outlined(f"Harbour\n\n{PROSE}\n\nAnna Beck\n\nLi Wen\n\nTom Oduya\n\n{PROSE}")
    assert lines_of(document, Kind.HEADING) == []


@pytest.mark.parametrize(
    "line",
    [
        "Xi and Putin in Beijing. (Greg Baker/POOL/AFP via Getty Images)",
        "They met at the Kremlin in March 2023 (Sputnik via Reuters).",
        "The two leaders in Beijing on Oct. 18, 2023. (Grigory Sysoyev/Pool/AFP)",
        "Photo: the harbour at low tide",
        "Illustrative image of a tiger shark.",
        "The mayor at the wall on Tuesday. Photograph: Lin Marsh/The Echo",
    ],
)
def test_the_text_of_a_photo_is_a_caption(line: str) -> None:
    document = outlined(f"Harbour\n\n{line}\n\n{PROSE}")
    assert document.blocks[1].kind is Kind.CAPTION
    assert document.title == "Harbour"


@pytest.mark.parametrize(
    "line",
    [
        "It is open every day (and/or by appointment).",
        "The wall was mended (see above).",
        "- Conny Aerts (University of Leuven/Radboud University)",
        "He took a photo by the sea.",
        "The links are given (https://example.org/a/Reuters).",
    ],
)
def test_a_bracket_alone_makes_no_caption(line: str) -> None:
    assert outlined(f"Harbour\n\n{PROSE}\n\n{line}").blocks[2].kind is Kind.PARAGRAPH


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "By Jane Doe and Tom van der Berg",
        "By Jane Doe | 3 May 2024",
        "3 May 2024",
        "• Reuters with additional editing by Jim Pollard",
        "Additional reporting by Li Wen",
        "(Reporting by Jane Doe; editing by Tom Roe)",
    ],
)
def test_a_byline_a_credit_or_a_date_is_a_dateline(line: str) -> None:
    assert outlined(f"Harbour\n\n{line}\n\n{PROSE}").blocks[1].kind is Kind.DATELINE


@pytest.mark.parametrize(
    "line",
    [
        "Published: 26 April 2024 | Updated: 27 April 2024, 10:15",
        "Updated: 27 April 2024, 10:15 | Published: 26 April 2024",
        "Published 26 April 2024 09:12 GMT · Updated 27 April 2024 10:15 GMT",
        "Published 26 April 2024 (updated 27 April 2024)",
        "Published: 26 April 2024 Last updated: 27 April 2024",
        "First published Fri 26 April 2024 09.12 BST Last modified on Sat 27 April 2024 10.15 BST",
        "April 26, 2024 - Updated April 27, 2024 10:15 a.m. ET",
        "Published 26 April 2024 | Updated 2 hours ago | 4 min read",
        "26 April 2024 | Updated 10:15 (GMT)",
        "26 April 2024 (updated 10:15 (GMT))",
    ],
)
def test_a_line_of_both_days_is_a_dateline_and_gives_that_of_publication(line: str) -> None:
    for text in (f"Harbour wall mended\n\n{line}", f"{line}\n\nHarbour wall mended"):
        document = outlined(f"{text}\n\n{PROSE}")
        assert [block.text for block in document.blocks if block.kind is Kind.DATELINE] == [line]
        assert document.title == "Harbour wall mended"
        assert document.published == date(2024, 4, 26)


@pytest.mark.parametrize(
    "line",
    [
        "3 May 2024 | 5 May 2024",
        "Published 3 May 2024 | The wall was opened to all",
        "Updated 5 May 2024 by the harbour board, the plan is to be mended",
    ],
)
def test_days_beside_something_else_are_no_dateline(line: str) -> None:
    blocks = outlined(f"Harbour\n\n{PROSE}\n\n{line}\n\n{PROSE}").blocks
    assert Kind.DATELINE not in {block.kind for block in blocks}


@pytest.mark.parametrize(
    "line",
    [
        "By Friday the town had mended its wall.",
        "By the Sea of Azov they waited for the boats.",
        "She was praised for editing by all who knew her.",
        "- Medieval Women, edited by Derek Baker, 1978",
    ],
)
def test_a_sentence_that_begins_so_is_none(line: str) -> None:
    assert outlined(f"Harbour\n\n{line}\n\n{PROSE}").blocks[1].kind is Kind.PARAGRAPH


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
        # A year to come is shown as it stands: what is built must not hang on the day of building.
        ("26 April 2924", date(2924, 4, 26)),
        ("31 April 2024", None),
        ("26 April 0000", None),
        ("99/99/9999", None),
        ("26 April " + "2" * 10_000, None),
        ("Today: 10 March 2025", None),
        ("The mayor on 26 April 2024. (Lin Marsh/Reuters)", None),
    ],
)
def test_the_day_of_publication_stands_near_the_head(dated: str, published: date | None) -> None:
    assert outlined(f"Harbour\n\n{dated}\n\n{PROSE}").published == published
    far = outlined(f"Harbour\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n{dated}")
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
def test_a_paragraph_may_begin_with_its_dateline_and_stays_whole(opening: str) -> None:
    deck = "The wall that the storm of last winter broke is whole again, says the mayor."
    for head in ("", f"{deck}\n\n"):
        document = outlined(f"Harbour wall mended\n\n{head}{opening}{PROSE}\n\n{PROSE}")
        assert document.published == date(2023, 3, 14)
        assert (Kind.PARAGRAPH, opening + PROSE) in [(b.kind, b.text) for b in document.blocks]
    assert (
        outlined(f"Harbour\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n{opening}{PROSE}").published is None
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
def test_a_day_in_a_lead_is_not_that_of_publication(opening: str) -> None:
    assert outlined(f"Harbour wall mended\n\n{opening}{PROSE}\n\n{PROSE}").published is None


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
def test_a_line_of_place_and_day_is_a_dateline(line: str) -> None:
    for text in (f"Harbour\n\n{line}\n\n{PROSE}", f"{line}\n\nHarbour\n\n{PROSE}"):
        document = outlined(text)
        assert document.published == date(2023, 3, 14)
        assert document.title == "Harbour"
        assert [b.kind for b in document.blocks if b.text == line] == [Kind.DATELINE]


def test_many_lines_of_place_and_day_are_a_list() -> None:
    document = outlined("The tour\n\nBerlin, 14 March 2023\n\nParis, 15 March 2023\n\nOslo")
    assert lines_of(document, Kind.DATELINE) == []
    assert document.published is None


@pytest.mark.parametrize(
    "line", ["Ratified 14 March 1998", "Ratified, 14 March 1998", "The storm of 14 March 1998"]
)
def test_a_line_that_tells_of_a_day_is_no_dateline(line: str) -> None:
    document = outlined(f"Harbour\n\n{line}\n\n{PROSE}")
    assert document.published is None
    assert lines_of(document, Kind.DATELINE) == []


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
    document = outlined(f"{title}\n\n{PROSE}")
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
def test_a_line_goes_before_a_paragraph_and_that_before_a_title(text: str, published: date) -> None:
    assert outlined(text).published == published


def test_a_line_above_the_title_in_capitals_is_a_kicker() -> None:
    document = outlined(f"FOR IMMEDIATE RELEASE\n\nRailway orders twelve trains\n\n{PROSE}")
    assert document.title == "Railway orders twelve trains"


def test_the_line_of_a_release_with_its_day_is_a_dateline() -> None:
    line = "For immediate release, 2 September 2025"
    document = outlined(f"{line}\n\nRailway orders twelve trains\n\n{PROSE}")
    assert document.title == "Railway orders twelve trains"
    assert document.published == date(2025, 9, 2)
    assert document.blocks[0].kind is Kind.DATELINE


def test_what_menus_consist_of_is_a_title_only_where_there_is_no_other() -> None:
    menu = "Menu\n\nLog in"
    assert outlined(f"{menu}\n\nRailway orders twelve trains\n\n{PROSE}").title == (
        "Railway orders twelve trains"
    )
    assert outlined(f"{menu}\n\n{PROSE}").title == "Menu"


def test_several_lines_may_say_of_what_kind_the_text_is() -> None:
    document = outlined(f"PRESS RELEASE\n\nFor immediate release\n\nNew trains for all\n\n{PROSE}")
    assert document.title == "New trains for all"


@pytest.mark.parametrize(
    "title",
    [
        "INTERIM REPORT OF THE COMMISSION OF INQUIRY INTO THE LOSS OF THE FERRY",
        "THE FLOOD OF THE RIVER ISTER",
    ],
)
def test_a_long_title_in_capitals_is_no_kicker(title: str) -> None:
    assert outlined(f"{title}\n\nChair and members of the commission\n\n{PROSE}").title == title


def test_a_poem_has_a_title_and_a_list_or_a_mail_has_none() -> None:
    assert outlined("The Ferry\n\nWe stood upon the stair\nthe water came").title == "The Ferry"
    assert outlined("Jane Abbott\nMark Bell\nSusan Clarke").title is None
    assert outlined(f"From: Dana\nTo: Ivo\n\nDear Ivo,\n\n{PROSE}").title is None


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
def test_a_mail_has_the_subject_and_the_day_of_its_header(
    header: str, title: str | None, published: date | None, gap: str
) -> None:
    wrapped = (
        "The harbour wall was mended in the spring, and the boats\nhave come back to it now.\n"
    )
    body = f"Dear all,\n\n{wrapped}\nFrom: nobody\nSubject: none\n"
    document = outlined(header + gap + body)
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
def test_a_head_without_a_subject_is_a_mails_where_no_other_list_has_such_lines(
    header: str, lines: int
) -> None:
    blocks = outlined(f"{header}\n\n{PROSE}").blocks
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
def test_an_encoded_subject_is_shown_in_its_words_and_a_broken_one_as_it_stands(
    subject: str, title: str | None
) -> None:
    document = outlined(f"From: Dana\nSubject: {subject}\n\n{PROSE}")
    assert document.title == title


def test_a_subject_made_to_be_slow_to_decode_takes_no_time() -> None:
    before = time.process_time()
    outlined("From: Dana\nSubject: " + "=?a?q?" * 100_000)
    assert time.process_time() - before < 4


def test_an_indented_text_directly_under_a_mails_header_is_read() -> None:
    body = "    I write to you about the wall.\n    It was mended in the spring.\n"
    document = outlined(f"From: Dana\nSubject: The\n wall\nDate: 26 April 2024\n{body}\n{PROSE}")
    assert (document.title, document.published) == ("The wall", date(2024, 4, 26))
    header = [block.lines for block in document.blocks if block.reason == "mail header"]
    assert header == [(1, 1), (2, 3), (4, 4)]
    assert document.blocks[3].text.startswith("I write to you about the wall.")
    assert document.blocks[3].kind is Kind.PARAGRAPH


@pytest.mark.skipif(not EVAL, reason="WHEREIN_EVAL is not set")
def test_an_encyclopedias_article_is_titled_by_its_first_line_and_else_all_prose() -> None:
    files = sorted((Path(EVAL or "") / "squad_articles" / "documents").glob("*.txt"))
    assert len(files) > 0
    for file in files:
        document = outline(mark(read(file.name, file.read_bytes())))
        assert document.title == document.blocks[0].text
        assert {block.kind for block in document.blocks[1:]} == {Kind.PARAGRAPH}


@pytest.mark.skipif(not SAMPLES, reason="WHEREIN_SAMPLES is not set")
def test_a_books_chapters_are_its_sections() -> None:
    path = Path(SAMPLES or "") / "documents" / "book-war-and-peace-1225p.txt"
    document = outline(mark(read(path.name, path.read_bytes())))
    headings = [block.text for block in document.blocks if block.kind is Kind.HEADING]
    chapters = sum(heading.startswith("CHAPTER ") for heading in headings)
    assert chapters > 300
    assert len(headings) - chapters < 20


@pytest.mark.parametrize(
    "piece", [" ", "a ", "A ", "A b, ", "(", "By A ", "Photo ", "1. A\n\n", "A-", "A, B "]
)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    before = time.process_time()
    outlined("x\n" + piece * 50_000)
    outlined("x\n" + "\n\n".join([(piece * 160)[:160].strip() + "!"] * 300))
    assert time.process_time() - before < 5
