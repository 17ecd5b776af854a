"""The example questions of the start page: they come from the folder and are answered."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import FakeModel, FolderMaker, IndexBuilder
from wherein.search.ranking.evidence import FEATURES
from wherein.search.ranking.verdict import Calibration
from wherein.search.searcher import Searcher
from wherein.search.web.example_questions import MAX_TITLE_LENGTH, examples


@pytest.fixture
def examples_of(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: Callable[[], Searcher],
) -> Callable[[dict[str, str]], list[str]]:
    def examples_of_files(files: dict[str, str]) -> list[str]:
        make_folder(files)
        build_index()
        return examples(open_searcher())

    return examples_of_files


def test_examples_are_titles_and_the_month_that_most_passages_name(
    examples_of: Callable[[dict[str, str]], list[str]],
) -> None:
    text = "China sold its tea on 3 May 2021 and again in May 2021 and once on 4 June 2022.\n"
    assert examples_of(
        {"a.txt": f"Tea from China\n\n{text}", "b.txt": f"{'long ' * 30}\n\n{text}"}
    ) == [
        "Tea from China",
        "What happened in May 2021?",
    ]
    assert MAX_TITLE_LENGTH < 5 * 30


def test_of_equally_common_months_the_latest_is_used(
    examples_of: Callable[[dict[str, str]], list[str]],
) -> None:
    assert examples_of({"a.txt": "China sold its tea in May 2021 and in June 2022 there.\n"}) == [
        "What happened in June 2022?"
    ]


def test_a_folder_without_titles_and_dates_has_no_examples(
    examples_of: Callable[[dict[str, str]], list[str]],
) -> None:
    assert (
        examples_of(
            {"a.txt": "China sold its tea there, and the rain went on for the whole day.\n"}
        )
        == []
    )


def test_a_question_without_an_answer_is_no_example(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: Callable[[], Searcher],
    fake_model: FakeModel,
) -> None:
    make_folder(
        {"a.txt": "Tea from China\n\nChina sold its tea on 3 May 2021 for the first time.\n"}
    )
    build_index()
    snapshot = open_searcher().snapshot

    def examples_with(**weights: float) -> list[str]:
        all_weights = dict.fromkeys(FEATURES, 0.0) | weights
        return examples(Searcher(snapshot, fake_model, Calibration(0, all_weights, 0.9, 0.3)))

    title, month = "Tea from China", "What happened in May 2021?"
    assert examples_with() == [title, month]
    # The passage has the words of each question. A negative weight turns them into evidence
    # against an answer.
    assert examples_with(words=-9) == []


def test_every_example_of_the_seeds_has_hits(seed_client: FlaskClient) -> None:
    home = seed_client.get("/").text.partition('id="examples"')[2].partition("</ul>")[0]
    addresses = [part.partition('"')[0] for part in home.split('href="')[1:]]
    assert len(addresses) == 4
    for address in addresses:
        assert 'id="hit-1"' in seed_client.get(address).text
