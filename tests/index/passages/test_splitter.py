"""Passages fit the window, end where sentences end, lose no text, and know their offsets."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SEEDS, FakeModel
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.encoding.protocols import Encoder
from wherein.index.furniture import known_lines
from wherein.index.furniture.marker import mark
from wherein.index.furniture.repeated_lines import count_repeated_lines, short_lines
from wherein.index.passages.splitter import Passage, cut
from wherein.index.readers.plain_text import read
from wherein.index.structure.outline import outline

TEN_WORDS = "one two three four five six seven eight nine ten."


def _document(*texts: str, title: str | None = None) -> Document:
    blocks = tuple(
        Block(text, Place((number, number))) for number, text in enumerate(texts, start=1)
    )
    return Document("a.txt", blocks, title=title)


def _text(document: Document) -> str:
    """The text that offsets refer to."""
    return "\n".join(block.text for block in document.blocks)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def test_a_paragraph_is_a_passage_with_its_sentences_and_offsets() -> None:
    document = _document("Tea is hot.", "Rain fell. It was cold.", title="Weather")

    assert list(cut(document, FakeModel())) == [
        Passage("Weather", 0, 0, "Tea is hot.", ((0, 11),)),
        Passage("Weather", 1, 12, "Rain fell. It was cold.", ((0, 10), (11, 23))),
    ]


def test_only_paragraphs_and_captions_are_passages() -> None:
    blocks = (
        Block("Sign up", Place((1, 1)), Kind.FURNITURE, "sign-up form"),
        Block("A Title", Place((2, 2)), Kind.TITLE),
        Block("26 April 2024", Place((3, 3)), Kind.DATELINE),
        Block("A heading", Place((4, 4)), Kind.HEADING),
        Block("Putin went.", Place((5, 5))),
        Block("Putin in May (Photo: AFP)", Place((6, 6)), Kind.CAPTION),
    )
    found = list(cut(Document("a.txt", blocks, title="A Title"), FakeModel()))

    assert [(passage.block, passage.text) for passage in found] == [
        (4, "Putin went."),
        (5, "Putin in May (Photo: AFP)"),
    ]
    assert {passage.title for passage in found} == {"A Title"}


def test_white_space_makes_no_passage() -> None:
    assert list(cut(_document(" \t ", ""), FakeModel())) == []
    assert list(cut(Document("a.txt", ()), FakeModel())) == []


def test_a_long_paragraph_is_cut_between_sentences_into_parts_of_similar_length() -> None:
    text = " ".join([TEN_WORDS.capitalize()] * 10)

    found = list(cut(_document(text), FakeModel(window=60)))

    # 100 words need two windows of 60 words. The parts have 50 words each, not 60 and 40.
    assert [len(passage.sentences) for passage in found] == [5, 5]
    assert {passage.text[start:end] for passage in found for start, end in passage.sentences} == {
        TEN_WORDS.capitalize()
    }
    assert " ".join(passage.text for passage in found) == text
    assert [passage.start for passage in found] == [0, 250]
    assert [len(p.sentences) for p in cut(_document(text), FakeModel(window=40))] == [4, 4, 2]


def test_a_sentence_longer_than_the_window_is_cut_between_words() -> None:
    words = [f"w{number:02}" for number in range(50)]
    document = _document("Before.", " ".join(words) + ".", "After.")

    before, *parts, after = cut(document, FakeModel(window=20))

    assert (before.text, after.text) == ("Before.", "After.")
    assert " ".join(part.text for part in parts) == " ".join(words) + "."
    assert all(0 < len(part.text.split()) <= 20 for part in parts)
    assert {part.block for part in parts} == {1}


def test_a_word_longer_than_the_window_is_cut_in_half(real_encoder: Encoder) -> None:
    word = "☃" * 2 + "一二三四五六七八九十" * 200  # each character is a token
    document = _document(f"Before it {word} and after it.")

    parts = list(cut(document, real_encoder))

    assert _without_spaces("".join(part.text for part in parts)) == _without_spaces(
        document.blocks[0].text
    )
    assert max(real_encoder.count_tokens(part.text) for part in parts) <= real_encoder.room(None)
    assert len(parts) < 20


def test_a_long_title_leaves_room_for_the_passage(real_encoder: Encoder) -> None:
    title = "China " * 1000

    assert real_encoder.room(None) == 254
    assert real_encoder.room("China") == 253
    assert real_encoder.room(title) == 254 - 254 // 4
    found = list(cut(_document("Tea and rain. " * 200, title=title), real_encoder))
    assert all(real_encoder.count_tokens(passage.text) <= 191 for passage in found)


class _Characters:
    """A budget in characters: each character is a token."""

    def __init__(self, room: int) -> None:
        self._room = room

    def room(self, _title: str | None, /) -> int:
        return self._room

    def count_tokens(self, text: str, /) -> int:
        return len(text)


LINE = st.text(st.characters(blacklist_characters="\n\0", blacklist_categories=["Cs"]), max_size=80)
PROSE = st.lists(st.sampled_from(["Tea.", "Mr. Xi", "went", "U.S.", "x" * 30, "?!", "é…"])).map(
    " ".join
)


@given(st.lists(LINE | PROSE, max_size=4), st.integers(1, 30))
def test_no_text_is_lost_and_no_passage_is_too_long(texts: list[str], room: int) -> None:
    document = _document(*texts)
    text = _text(document)

    found = list(cut(document, _Characters(room)))

    for number, block in enumerate(document.blocks):
        parts = [passage for passage in found if passage.block == number]
        assert _without_spaces("".join(part.text for part in parts)) == _without_spaces(block.text)
        for part in parts:
            start = document.starts[number]
            assert start <= part.start <= part.start + len(part.text) <= start + len(block.text)
    for passage in found:
        assert text[passage.start : passage.start + len(passage.text)] == passage.text
        assert sum(end - start for start, end in passage.sentences) <= room
        assert passage.sentences[0][0] == 0
        assert passage.sentences[-1][1] == len(passage.text)
        assert all(start < end for start, end in passage.sentences)
        assert all(a[1] <= b[0] for a, b in pairwise(passage.sentences))
    assert [p.start for p in found] == sorted(p.start for p in found)


def test_the_offsets_of_the_passages_of_the_seeds_are_right(real_encoder: Encoder) -> None:
    files = sorted(SEEDS.iterdir())
    documents = [read(file.name, file.read_bytes()) for file in files]
    repeats = count_repeated_lines(map(short_lines, documents))
    for document in (outline(mark(document, repeats), known_lines) for document in documents):
        found = list(cut(document, real_encoder))
        text = _text(document)
        assert found
        for passage in found:
            assert text[passage.start : passage.start + len(passage.text)] == passage.text
            assert real_encoder.count_tokens(passage.text) <= real_encoder.room(passage.title)
            assert document.blocks[passage.block].kind in (Kind.PARAGRAPH, Kind.CAPTION)


def test_the_longest_paragraphs_of_squad_fit_the_window(
    eval_sets: Path, real_encoder: Encoder
) -> None:
    longest = sorted(
        (
            block.text
            for file in (eval_sets / "squad_articles" / "documents").iterdir()
            for block in read(file.name, file.read_bytes()).blocks
        ),
        key=len,
    )[-50:]
    document = _document(*longest)

    found = list(cut(document, real_encoder))

    assert len(found) > len(longest)
    assert _without_spaces("".join(passage.text for passage in found)) == _without_spaces(
        "".join(longest)
    )
    assert max(real_encoder.count_tokens(passage.text) for passage in found) <= 254
    # No sentence here is too long, so each part that is not the last ends where a sentence ends.
    ends = [a.text[-1] for a, b in pairwise(found) if a.block == b.block]
    assert ends
    assert set(ends) <= set('.?!"”)')
