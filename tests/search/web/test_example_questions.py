"""The examples of the empty page: from the folder, and each finds something."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import FakeModel, FolderMaker, IndexBuilder
from wherein.search.ranking.verdict import FEATURES, Calibration
from wherein.search.searcher import Searcher
from wherein.search.web.example_questions import LONGEST_TITLE, examples


@pytest.fixture
def made(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: Callable[[], Searcher],
) -> Callable[[dict[str, str]], list[str]]:
    def make(files: dict[str, str]) -> list[str]:
        make_folder(files)
        build_index()
        return examples(open_searcher())

    return make


def test_they_are_titles_and_the_month_that_most_passages_name(
    made: Callable[[dict[str, str]], list[str]],
) -> None:
    text = "China sold its tea on 3 May 2021 and again in May 2021 and once on 4 June 2022.\n"
    assert made({"a.txt": f"Tea from China\n\n{text}", "b.txt": f"{'long ' * 30}\n\n{text}"}) == [
        "Tea from China",
        "What happened in May 2021?",
    ]
    assert LONGEST_TITLE < 5 * 30


def test_of_months_named_as_often_it_is_the_latest(
    made: Callable[[dict[str, str]], list[str]],
) -> None:
    assert made({"a.txt": "China sold its tea in May 2021 and in June 2022 there.\n"}) == [
        "What happened in June 2022?"
    ]


def test_a_folder_without_titles_and_dates_has_none(
    made: Callable[[dict[str, str]], list[str]],
) -> None:
    assert (
        made({"a.txt": "China sold its tea there, and the rain went on for the whole day.\n"}) == []
    )


def test_what_nothing_answers_is_no_example(
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

    def judged(**weights: float) -> list[str]:
        all_weights = dict.fromkeys(FEATURES, 0.0) | weights
        return examples(Searcher(snapshot, fake_model, Calibration(0, all_weights, 0.9, 0.3)))

    title, month = "Tea from China", "What happened in May 2021?"
    assert judged() == [title, month]
    # Each is told by how many of its words the passage has, which now speak against it.
    assert judged(words=-9) == []


def test_each_example_of_the_seeds_finds_something(seed_client: FlaskClient) -> None:
    home = seed_client.get("/").text.partition('id="examples"')[2].partition("</ul>")[0]
    addresses = [part.partition('"')[0] for part in home.split('href="')[1:]]
    assert len(addresses) == 4
    for address in addresses:
        assert 'id="hit-1"' in seed_client.get(address).text
