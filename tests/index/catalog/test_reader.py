"""A catalog returns documents, passages, sentences and dates as they were written."""

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
from wherein.index.catalog.stored import (
    DocumentInfo,
    DocumentSummary,
    PassageBlock,
    StoredPassage,
)
from wherein.index.dates.interval import Interval
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
    """A catalog with one document for each text, whose only passage is the text."""
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


def test_documents_are_returned_as_they_were_read(stored: Catalog) -> None:
    assert stored.document(EVERY_KIND.source) == EVERY_KIND
    assert stored.document("z.txt") == BARE


def test_an_unknown_document_is_none(stored: Catalog) -> None:
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


def test_two_skipped_files_may_have_the_same_printable_name(tmp_path: Path) -> None:
    """A name that is not UTF-8 is escaped. Another file may have the escaped name."""
    alike = (Skipped(r"\xff.txt", "its name is not UTF-8"), Skipped(r"\xff.txt", "it is empty"))
    assert sorted(_write(tmp_path / "c", skipped=alike).skipped(), key=repr) == sorted(
        alike, key=repr
    )


def test_passages_are_numbered_from_zero_and_returned_in_the_given_order(stored: Catalog) -> None:
    rain, tea = stored.passages([4, 0])

    assert tea == StoredPassage(
        number=0,
        document=DocumentInfo(EVERY_KIND.source, EVERY_KIND.title, date(2024, 4, 26)),
        block=PassageBlock(4, Kind.PARAGRAPH, Place((6, 8), 3), ("Part 1", 'a "b" \\ c')),
        start=EVERY_KIND.starts[4],
        text="Tea. 😀 Rain!",
        dates=(),
    )
    assert (tea.source, tea.title) == (EVERY_KIND.source, EVERY_KIND.title)
    assert (tea.published, tea.kind) == (date(2024, 4, 26), Kind.PARAGRAPH)
    assert (tea.lines, tea.page, tea.section) == ((6, 8), 3, ("Part 1", 'a "b" \\ c'))
    assert (rain.number, rain.source, rain.text, rain.title) == (4, "z.txt", "Rain.", None)
    assert stored.passages([]) == []
    assert [p.number for p in stored.passages([2, 2, 1])] == [2, 2, 1]


def test_a_passage_is_returned_with_its_part_of_the_block(stored: Catalog) -> None:
    caption, part, odd = stored.passages([1, 2, 3])

    assert (caption.kind, caption.page, caption.section) == (Kind.CAPTION, 4, ("Part 1",))
    assert part.text == "x end."
    assert part.start == EVERY_KIND.starts[6] + 99_999
    assert odd.text == EVERY_KIND.blocks[7].text


def test_sentences_are_numbered_across_passages(stored: Catalog) -> None:
    assert stored.passage_of_sentence.tolist() == [0, 0, 1, 2, 3, 4]
    assert stored.first_sentence.tolist() == [0, 2, 3, 4, 5, 6]
    assert [stored.sentence(number) for number in range(3)] == [(0, 4), (7, 12), (0, 15)]
    assert stored.sentences([2, 0, 2]) == [(0, 15), (0, 4), (0, 15)]
    assert stored.sentences([]) == []


def test_an_empty_catalog_has_empty_columns(tmp_path: Path) -> None:
    empty = _write(tmp_path / "c")
    assert empty.documents() == []
    assert empty.skipped() == []
    assert empty.same_as.tolist() == []
    assert empty.passage_of_sentence.tolist() == []
    assert empty.first_sentence.tolist() == [0]


def test_duplicates_refer_to_the_first_passage_with_the_same_content(tmp_path: Path) -> None:
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


def test_dated_gives_the_same_for_some_passages_as_for_all(tmp_path: Path) -> None:
    stored = _of_texts(
        tmp_path / "c",
        "It rained in May 2024, and again in 1990.",
        "It rained.",
        "It rained on 3 June 2024, and on May 5.",
        "It rained in the 1980s.",
    )
    times = (
        Interval.between(date(2024, 5, 1), date(2024, 5, 31)),
        Interval.between(date(1985, 1, 1), date(1985, 1, 2)),
    )
    assert stored.dated(times).tolist() == [True, False, False, True]
    assert stored.dated(times, np.array([3, 2, 0, 1])).tolist() == [True, False, True, False]
    assert stored.dated(times, np.empty(0, np.int64)).tolist() == []
    assert stored.dated((), np.array([0, 1])).tolist() == [False, False]


def test_the_days_of_several_rows_are_those_of_each_row(tmp_path: Path) -> None:
    dates = _of_texts(tmp_path / "c", "On Monday it rained.", "In May 2024, and on May 5.").dates
    assert dates.edtf.of(np.array([2, 0, 1])) == ["XXXX-05-05", None, "2024-05"]
    assert [dates.edtf[row] for row in (2, 0, 1)] == ["XXXX-05-05", None, "2024-05"]
    assert dates.edtf.of(np.empty(0, np.int64)) == []


def test_a_weekday_in_articles_of_different_weeks_makes_no_duplicates(tmp_path: Path) -> None:
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
def test_any_text_is_returned_as_it_was_written(texts: list[str], data: st.DataObject) -> None:
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
    """A server may still answer from a removed snapshot, in threads that are new."""
    (tmp_path / "catalog.sqlite").unlink()

    def ask(number: int) -> tuple[Document | None, str, Span]:
        document = stored.document("z.txt")
        (passage,) = stored.passages([number % 5])
        return document, passage.source, stored.sentence(number % 6)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(300)))
    assert answers == [ask(number) for number in range(300)]
    assert answers[4] == (BARE, "z.txt", (0, len(EVERY_KIND.blocks[7].text)))


def test_a_published_catalog_cannot_be_changed(stored: Catalog) -> None:
    with pytest.raises(Exception, match="readonly"):
        stored._rows("DELETE FROM documents")


def test_a_path_may_contain_any_character(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%20d é"
    folder.mkdir()
    assert _of_texts(folder / "c", "Tea.").passages([0])[0].text == "Tea."


def test_equal_entries_make_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _write(tmp_path / name, CatalogEntry(EVERY_KIND, "aa", (_passage(EVERY_KIND, 4, 0, 4),)))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert np.array_equal(Catalog(tmp_path / "a").same_as, [0])
