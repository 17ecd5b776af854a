"""Which date of a passage answers the question."""

import pytest

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener


@pytest.mark.parametrize(
    ("question", "text", "dates"),
    [
        pytest.param(
            "when did China sell tea",
            "In 1900 the port was dug, China began to sell tea in 1902, and the next came in 1904.",
            ["1902", "1900", "1904"],
            id="near the question's words",
        ),
        pytest.param(
            "when did China sell tea",
            "It rained in the hills in 1900. China sold its tea at last in the spring of 1905.",
            ["spring of 1905", "1900"],
            id="in the sentence that answers",
        ),
        pytest.param(
            "when did the 1902 trade of tea with China begin",
            "The 1902 trade of tea with China began, as is known to all of them, in October 1901.",
            ["October 1901", "1902"],
            id="not a date of the question itself",
        ),
        pytest.param(
            "when in 1904 did China sell tea",
            "China sold tea in 1903, and so it did again when it had the time to, on 4 May 1904.",
            ["4 May 1904", "1903"],
            id="at the time that the question names",
        ),
        pytest.param(
            "when in AD 12 did China sell tea",
            "China sold tea in AD 20, and so it did all of the time that was from 27 BC to AD 14.",
            ["from 27 BC to AD 14", "AD 20"],
            id="a time that begins before Christ",
        ),
        pytest.param(
            "tea of China in 1904",
            "China sold tea in 1903, and so it did again when it had the time to, in 1904 there.",
            ["1904", "1903"],
            id="the time that the question names, where it does not ask when",
        ),
        pytest.param(
            "when did China sell tea",
            "China sold tea yesterday, a thing that it had never done before in 1903 or earlier.",
            ["1903", "yesterday"],
            id="a day that is known",
        ),
        pytest.param(
            "when did China sell tea",
            "In 1900 date0here0 was dug, China sold date0here0 tea in 1902, and then came 1904.",
            ["1904", "1902", "1900"],
            id="the internal stand-in for dates occurs in the text; only the order may suffer",
        ),
        pytest.param(
            "when did China sell tea",
            f"It began in 1902, they say, and in 1903 it rained {'on and ' * 12}"
            "before China could sell tea.",
            ["1902", "1903"],
            id="no word of the question within reach, so in the order of the text",
        ),
        pytest.param(
            "when did China sell tea",
            f"It began in 1902, they say, and in 1903 it rained {'on and ' * 9}"
            "before China could sell tea.",
            ["1903", "1902"],
            id="the question's words some way off",
        ),
    ],
)
def test_the_first_date_of_a_hit_is_the_one_that_answers(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    question: str,
    text: str,
    dates: list[str],
) -> None:
    make_folder({"a.txt": text + "\n"})
    build_index()
    (hit,) = ask(open_searcher(), question).hits
    assert [hit.passage.text[date.start : date.end] for date in hit.dates] == dates
