"""What an outline asks of a line: is it a known phrase, and does it lead to another story?"""

import pytest

from wherein.index.furniture.known_lines import is_known, is_teaser


@pytest.mark.parametrize("line", ["Menu", "Advertisement", "Skip to content", "Read more: Tides"])
def test_a_phrase_of_any_trust_is_known(line: str) -> None:
    assert is_known(line)


def test_a_headline_is_not_known() -> None:
    assert not is_known("Harbour wall mended")


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Read more: Ten recipes", True), ("Related articles", False), ("The wall was mended", False)],
)
def test_a_line_that_names_another_story_is_a_teaser(line: str, expected: bool) -> None:
    assert is_teaser(line) is expected
