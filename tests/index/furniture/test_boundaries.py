"""What stands above the title of a scraped page, and below its article."""

from tests.index.furniture.pages import reasons_by_text


def test_a_title_right_below_a_menu_is_kept() -> None:
    text = "Skip to content\nHome\nNews\nMenu\nSearch\nBlack Death\n\nIt reached the town in 1349."
    assert "Black Death" not in reasons_by_text(text + "\n\nLeave a comment")


def test_the_name_and_the_slogan_of_a_site_above_the_title_are_furniture() -> None:
    page = """\
Skip to content
The Wen Echo
News from the valley
Menu

Council approves the flood wall

The council has approved a flood wall of 400 metres along the river.

Leave a comment
"""
    found = reasons_by_text(page)
    assert found["The Wen Echo"] == found["News from the valley"] == "navigation"
    assert "Council approves the flood wall" not in found


def test_two_articles_in_one_file_keep_their_lists() -> None:
    article = "\n\n".join(
        [
            "The harbour wall",
            *["The wall was mended in the spring of that year, and it cost more than was planned."]
            * 4,
            "Those who voted",
            "Bill Orme",
            "Kath Dunn",
        ]
    )
    page = f"Skip to content\n\n{article}\n\nShare this article\n\n{article}\n\nLeave a comment"
    assert reasons_by_text(page).keys() == {
        "Skip to content",
        "Share this article",
        "Leave a comment",
    }
