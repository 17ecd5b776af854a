"""What goes into the catalog comes out as it was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reader import Catalog
from wherein.index.catalog.stored import DocumentSummary, StoredPassage
from wherein.index.documents.folder import Skipped
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.passages.sentences import Span
from wherein.index.passages.splitter import Passage

EVERY_KIND = Document(
    "news/2024/Ä – \"quoted\" 'name'.txt",
    (
        Block("Sign up", Place((1, 1)), Kind.FURNITURE, "sign-up form"),
        Block("Putin’s «trip» to Harbin", Place((2, 2)), Kind.TITLE),
        Block("26 April 2024", Place((3, 3)), Kind.DATELINE),
        Block("Part 1", Place((5, 5), page=3), Kind.HEADING),
        Block("Tea. 😀 Rain!", Place((6, 8), page=3), section=("Part 1", 'a "b" \\ c')),
        Block("Xi (Photo: AFP)", Place((9, 9), page=4), Kind.CAPTION, section=("Part 1",)),
        Block("x" * 100_000 + " end.", Place((10, 10_000_000))),
        Block("e\u0301 \u200b\u202e \ufeff \x1f \x7f \ufffd", Place((11, 11))),
    ),
    title="Putin’s «trip» to Harbin",
    published=date(2024, 4, 26),
)
BARE = Document("z.txt", (Block("Rain.", Place((1, 1))),))


def _passage(document: Document, block: int, first: int, last: int, *spans: Span) -> Passage:
    start = document.starts[block] + first
    text = document.blocks[block].text[first:last]
    return Passage(document.title, block, start, text, spans or ((0, len(text)),))


def _write(path: Path, *entries: CatalogEntry, skipped: tuple[Skipped, ...] = ()) -> Catalog:
    catalog_writer.write(path, entries, skipped)
    return Catalog(path)


def _of_texts(path: Path, *texts: str) -> Catalog:
    """A catalog of a document for each text, with the text as its passage."""
    documents = [
        Document(f"{i}.txt", (Block(text, Place((1, 1))),)) for i, text in enumerate(texts)
    ]
    return _write(
        path,
        *(CatalogEntry(d, "", (_passage(d, 0, 0, len(d.blocks[0].text)),)) for d in documents),
    )


@pytest.fixture
def stored(tmp_path: Path) -> Catalog:
    """Two documents, with passages numbered 0 to 4 and sentences 0 to 5."""
    passages = (
        _passage(EVERY_KIND, 4, 0, 12, (0, 4), (7, 12)),
        _passage(EVERY_KIND, 5, 0, 15),
        _passage(EVERY_KIND, 6, 99_999, 100_005),
        _passage(EVERY_KIND, 7, 0, len(EVERY_KIND.blocks[7].text)),
    )
    return _write(
        tmp_path / "catalog.sqlite",
        CatalogEntry(EVERY_KIND, "aa", passages),
        CatalogEntry(BARE, "bb", (_passage(BARE, 0, 0, 5),)),
        skipped=(Skipped("b.pdf", "no reader"), Skipped("a.txt", "it is empty")),
    )


def test_documents_come_back_as_they_were_read(stored: Catalog) -> None:
    assert stored.document(EVERY_KIND.source) == EVERY_KIND
    assert stored.document("z.txt") == BARE


def test_a_document_that_is_not_there_is_none(stored: Catalog) -> None:
    for source in ("", "Z.txt", "z.txt ", "../z.txt", "' OR 1=1 --", "%", "z.txt\0"):
        assert stored.document(source) is None


def test_documents_are_listed_with_their_counts(stored: Catalog) -> None:
    assert stored.documents() == [
        DocumentSummary(
            EVERY_KIND.source,
            EVERY_KIND.title,
            date(2024, 4, 26),
            blocks=8,
            passages=4,
            furniture=1,
        ),
        DocumentSummary("z.txt", None, None, blocks=1, passages=1, furniture=0),
    ]
    assert stored.checksums() == {EVERY_KIND.source: "aa", "z.txt": "bb"}


def test_skipped_files_are_listed_by_their_source(stored: Catalog) -> None:
    assert stored.skipped() == [Skipped("a.txt", "it is empty"), Skipped("b.pdf", "no reader")]


def test_two_skipped_files_may_look_alike(tmp_path: Path) -> None:
    """A name that is not UTF-8 is shown as one that another file may really have."""
    alike = (Skipped(r"\xff.txt", "its name is not UTF-8"), Skipped(r"\xff.txt", "it is empty"))
    assert sorted(_write(tmp_path / "c", skipped=alike).skipped(), key=repr) == sorted(
        alike, key=repr
    )


def test_passages_are_numbered_from_nought_and_come_in_the_order_asked(stored: Catalog) -> None:
    rain, tea = stored.passages([4, 0])

    assert tea == StoredPassage(
        number=0,
        source=EVERY_KIND.source,
        title=EVERY_KIND.title,
        published=date(2024, 4, 26),
        lines=(6, 8),
        page=3,
        section=("Part 1", 'a "b" \\ c'),
        kind=Kind.PARAGRAPH,
        block=4,
        start=EVERY_KIND.starts[4],
        text="Tea. 😀 Rain!",
        dates=(),
    )
    assert (rain.number, rain.source, rain.text, rain.title) == (4, "z.txt", "Rain.", None)
    assert stored.passages([]) == []
    assert [p.number for p in stored.passages([2, 2, 1])] == [2, 2, 1]


def test_a_passage_is_the_part_of_its_block_that_it_was(stored: Catalog) -> None:
    caption, part, odd = stored.passages([1, 2, 3])

    assert (caption.kind, caption.page, caption.section) == (Kind.CAPTION, 4, ("Part 1",))
    assert part.text == "x end."
    assert part.start == EVERY_KIND.starts[6] + 99_999
    assert odd.text == EVERY_KIND.blocks[7].text


def test_sentences_are_numbered_through(stored: Catalog) -> None:
    assert stored.passage_of_sentence.tolist() == [0, 0, 1, 2, 3, 4]
    assert stored.first_sentence.tolist() == [0, 2, 3, 4, 5, 6]
    assert [stored.sentence(number) for number in range(3)] == [(0, 4), (7, 12), (0, 15)]
    assert stored.sentences([2, 0, 2]) == [(0, 15), (0, 4), (0, 15)]
    assert stored.sentences([]) == []


def test_a_catalog_of_nothing(tmp_path: Path) -> None:
    empty = _write(tmp_path / "c")
    assert empty.documents() == []
    assert empty.skipped() == []
    assert empty.same_as.tolist() == []
    assert empty.passage_of_sentence.tolist() == []
    assert empty.first_sentence.tolist() == [0]


def test_passages_that_tell_the_same_have_the_first_of_them_in_common(tmp_path: Path) -> None:
    stored = _of_texts(
        tmp_path / "c",
        "Xi said: “It’s a journey of friendship.”",
        "Something else.",
        'XI SAID:  "It\'s a journey\u00a0of friendship."',
        " xi said: «it‘s a journey of friendship.» ",
        "Xi said it was a journey of friendship.",
        "something  else.",
        "Xi said that it’s a journey of friendship!",
    )
    assert stored.same_as.tolist() == [0, 1, 0, 0, 4, 1, 0]


def test_which_passages_are_dated_is_the_same_of_some_as_of_all(tmp_path: Path) -> None:
    stored = _of_texts(
        tmp_path / "c",
        "It rained in May 2024, and again in 1990.",
        "It rained.",
        "It rained on 3 June 2024, and on May 5.",
        "It rained in the 1980s.",
    )
    times = np.array([[_day(2024, 5, 1), _day(2024, 5, 31)], [_day(1985, 1, 1), _day(1985, 1, 2)]])
    assert stored.dated(times).tolist() == [True, False, False, True]
    assert stored.dated(times, np.array([3, 2, 0, 1])).tolist() == [True, False, True, False]
    assert stored.dated(times, np.empty(0, np.int64)).tolist() == []
    assert stored.dated(np.empty((0, 2), np.int64), np.array([0, 1])).tolist() == [False, False]


def test_the_dates_of_many_rows_are_those_of_each(tmp_path: Path) -> None:
    dates = _of_texts(tmp_path / "c", "On Monday it rained.", "In May 2024, and on May 5.").dates
    assert dates.edtf.of(np.array([2, 0, 1])) == ["XXXX-05-05", None, "2024-05"]
    assert [dates.edtf[row] for row in (2, 0, 1)] == ["XXXX-05-05", None, "2024-05"]
    assert dates.edtf.of(np.empty(0, np.int64)) == []


def _day(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()


def test_what_a_passage_repeats_is_told_with_its_articles_day(tmp_path: Path) -> None:
    texts = ("Markets were closed on Friday.", "Markets were closed Friday.")
    days = (date(2024, 5, 18), date(2024, 5, 19), date(2024, 5, 25), date(2024, 5, 26))
    documents = [
        Document(f"{i}.txt", (Block(texts[i % 2], Place((1, 1))),), published=day)
        for i, day in enumerate(days)
    ]
    stored = _write(
        tmp_path / "c",
        *(CatalogEntry(d, "", (_passage(d, 0, 0, len(d.blocks[0].text)),)) for d in documents),
    )
    assert stored.same_as.tolist() == [0, 0, 2, 2]


TEXT = st.text(st.characters(blacklist_characters="\n\0", blacklist_categories=["Cs"]))


@given(st.lists(TEXT, max_size=4), st.data())
def test_any_text_comes_back(texts: list[str], data: st.DataObject) -> None:
    document = Document(
        "a.txt",
        tuple(Block(text, Place((n, n)), section=(text,)) for n, text in enumerate(texts, 1)),
    )
    passages = []
    for number, text in enumerate(texts):
        if text:
            first = data.draw(st.integers(0, len(text) - 1))
            last = data.draw(st.integers(first + 1, len(text)))
            passages.append(_passage(document, number, first, last))
    with TemporaryDirectory() as folder:
        stored = _write(Path(folder) / "c", CatalogEntry(document, "", tuple(passages)))

        assert stored.document("a.txt") == document
        assert [(p.start, p.text) for p in stored.passages(range(len(passages)))] == [
            (p.start, p.text) for p in passages
        ]


def test_a_catalog_answers_several_threads_after_its_file_is_deleted(
    stored: Catalog, tmp_path: Path
) -> None:
    """A server may still answer from a snapshot that has been dropped, in threads that are new."""
    (tmp_path / "catalog.sqlite").unlink()

    def ask(number: int) -> tuple[Document | None, str, Span]:
        document = stored.document("z.txt")
        (passage,) = stored.passages([number % 5])
        return document, passage.source, stored.sentence(number % 6)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(300)))
    assert answers == [ask(number) for number in range(300)]
    assert answers[4] == (BARE, "z.txt", (0, len(EVERY_KIND.blocks[7].text)))


def test_a_published_catalog_cannot_be_written(stored: Catalog) -> None:
    with pytest.raises(Exception, match="readonly"):
        stored._rows("DELETE FROM documents")


def test_a_path_may_have_any_characters_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%20d é"
    folder.mkdir()
    assert _of_texts(folder / "c", "Tea.").passages([0])[0].text == "Tea."


def test_equal_entries_make_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _write(tmp_path / name, CatalogEntry(EVERY_KIND, "aa", (_passage(EVERY_KIND, 4, 0, 4),)))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert np.array_equal(Catalog(tmp_path / "a").same_as, [0])
