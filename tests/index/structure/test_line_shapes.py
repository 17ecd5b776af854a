"""Lines that are captions or datelines by their text alone."""

from datetime import date

import pytest

from tests.index.structure.outlining import PROSE, outline_text
from wherein.index.documents.model import Kind


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
    document = outline_text(f"Harbour\n\n{line}\n\n{PROSE}")
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
    assert outline_text(f"Harbour\n\n{PROSE}\n\n{line}").blocks[2].kind is Kind.PARAGRAPH


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
    assert outline_text(f"Harbour\n\n{line}\n\n{PROSE}").blocks[1].kind is Kind.DATELINE


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
def test_a_line_with_the_days_of_publication_and_change_is_a_dateline(line: str) -> None:
    for text in (f"Harbour wall mended\n\n{line}", f"{line}\n\nHarbour wall mended"):
        document = outline_text(f"{text}\n\n{PROSE}")
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
def test_days_beside_other_text_are_no_dateline(line: str) -> None:
    blocks = outline_text(f"Harbour\n\n{PROSE}\n\n{line}\n\n{PROSE}").blocks
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
def test_a_sentence_that_begins_like_a_byline_is_a_paragraph(line: str) -> None:
    assert outline_text(f"Harbour\n\n{line}\n\n{PROSE}").blocks[1].kind is Kind.PARAGRAPH
