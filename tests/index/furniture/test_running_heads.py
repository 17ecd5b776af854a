"""Running heads: lines that printing repeats on each page, with the number of the page."""

from tests.index.furniture.pages import reasons_by_text

REVIEW = """\
The owners of small reservoirs cannot be found, or say that they have

Annual review {first}

no money to pay an engineer.

The Office has used its power in three cases.

It asked the owners for the cost.

Annual review {second}

The level was drawn down by two metres.

A culvert was found and mended in June.

Nobody was hurt.

Annual review {third}

The walls are sound.
"""


def test_a_head_with_an_increasing_page_number_is_furniture() -> None:
    found = reasons_by_text(REVIEW.format(first=2, second=3, third=4))
    assert found == {
        f"Annual review {number}": "repeated on each printed page" for number in (2, 3, 4)
    }


def test_a_repeated_line_whose_number_does_not_increase_is_kept() -> None:
    assert reasons_by_text(REVIEW.format(first=2, second=2, third=1)) == {}


def test_the_headings_of_numbered_chapters_are_kept() -> None:
    chapters = REVIEW.replace("that they have", "that they have none.").replace(
        "no money", "No money"
    )
    assert reasons_by_text(chapters.format(first=2, second=3, third=4)) == {}
