"""The context that passages are encoded and scored with."""

import pytest

from tests.conftest import FakeModel
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.passages.context import context
from wherein.index.passages.splitter import cut


def test_the_file_name_is_never_part_of_the_context() -> None:
    (passage,) = cut(Document("a.txt", (Block("Putin went.", Place((1, 1))),)), FakeModel())
    assert passage.title is None


def test_an_answer_has_its_question_as_context() -> None:
    """The question is scored with the answer and is no passage of its own."""
    question = "What did you find?"
    blocks = (
        Block(question, Place((1, 1)), Kind.HEADING),
        Block("Four hundred spoons.", Place((2, 2)), section=(question,)),
        Block("And a letter.", Place((3, 3)), section=("The museum",)),
    )
    found = list(cut(Document("a.txt", blocks, title="Spoons"), FakeModel()))
    assert [(passage.title, passage.text) for passage in found] == [
        ("Spoons. What did you find?", "Four hundred spoons."),
        ("Spoons", "And a letter."),
    ]
    untitled = list(cut(Document("a.txt", blocks), FakeModel()))
    assert [passage.title for passage in untitled] == [question, None]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ((), None),
        (("The museum",), None),
        (("The museum", "We need:"), "We need:"),
        (("Who comes?", "We need:", "For children："), "Who comes? We need: For children："),
        (("Who comes?", "The museum"), None),
    ],
)
def test_lead_ins_and_a_heading_that_asks_are_the_context_of_a_list_item(
    section: tuple[str, ...], expected: str | None
) -> None:
    assert context(None, Block("Spoons", Place((1, 1)), section=section)) == expected
