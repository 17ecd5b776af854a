"""What is taken over from the snapshot before is what a fresh run makes, byte for byte."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, quiet
from wherein.index import build as build_module
from wherein.index.build import build
from wherein.index.catalog.reader import columns_of
from wherein.index.dense import vector_index as vectors
from wherein.index.dense.config import DenseConfig
from wherein.index.documents.model import Document
from wherein.index.passages import splitter as passages
from wherein.index.passages.splitter import Passage, TokenBudget
from wherein.index.snapshot.store import CATALOG, LEXICAL, VECTORS, Snapshot, Store
from wherein.search.searcher import Searcher

# A scraped page. Whether "World pictures today" is furniture because other files have it too,
# and in how many it stands, is a matter of the whole folder.
SCRAPED = """Skip to main content
Home
Sign in

Storm breaks the harbour wall in {place}

Share

World pictures today

Print

The storm of last winter broke the wall of the harbour on 5 March 2024, said the mayor of {place}.

Putin drank tea in China on Tuesday, and in {place} it rained on 16 May.

Sign up for our newsletter

Privacy policy

Terms of use
"""
TEXTS = (
    *(SCRAPED.format(place=place) for place in ("Harbin", "Odessa")),
    "World pictures today\n\nPutin has tea in China. It is hot.\n",
    "Putin has tea in China! It is hot.\n\nRain fell on Harbin on 16 May 2024.\n",
    "Rain fell on Harbin on 16 May.\n",
    "26 April 2024\n\nRain fell on Harbin on 16 May. Trade grew again. “Tea is hot”, said Xi.\n",
    "Trade with China grew " + "again and again " * 30 + ". Tea. Rain. Trade, trade.\n",
    "Tea (Photo: AFP)\n\nXi (Photo: Reuters)\n",
    "26 April 2024\n",
    "",
    b"\0\1\2\3" * 50,
)
MANY = "\n\n".join(f"Tea number {n} is {'hot ' * (n % 3)}in China." for n in range(21))
SMALL_LISTS = DenseConfig(exact_up_to=20, single_list_up_to=5)
"""The approximate search is built for as few sentences as these folders have."""
NAMES = ("a.txt", "b.txt", "c/d.txt", "c.txt", "z.txt")
QUESTIONS = ("tea", "when did rain fall on Harbin", "trade with China", "May 2024", "nothing")

Change = tuple[str, str | bytes | None]
"""A file, and what is to stand in it; None where it is to go."""


def contents(snapshot: Path) -> dict[str, object]:
    """All that a snapshot holds, but for its id and for the names of Tantivy's files."""
    connection = sqlite3.connect(snapshot / CATALOG)
    tables = ("documents", "skipped", "blocks", "passages", "sentences", "dates")
    found: dict[str, object] = {
        table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables
    }
    connection.close()
    for folder in (columns_of(snapshot / CATALOG), snapshot / VECTORS, snapshot / LEXICAL):
        for file in [*folder.glob("*.npy"), *folder.glob("*.faiss")]:
            found[file.relative_to(snapshot).as_posix()] = file.read_bytes()
    return found


def answers(snapshot: Path, model: FakeModel) -> list[object]:
    searcher = Searcher(Snapshot.open(snapshot, dense=SMALL_LISTS), model)
    return [ask(searcher, question, limit=100).hits for question in QUESTIONS]


def assert_as_fresh(folder: Path, instance: Path, fresh: Path, model: FakeModel) -> None:
    """The current snapshot of an instance is what a first run makes of the folder."""
    build(folder, fresh, FakeModel(), quiet)
    one, other = (Store(where).current_folder() for where in (instance, fresh))
    ours, theirs = contents(one), contents(other)
    assert ours.keys() == theirs.keys()
    for name, content in ours.items():
        assert content == theirs[name], name
    assert answers(one, model) == answers(other, model)


@pytest.fixture(autouse=True)
def _small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of vectors are made and asked too, of as few as these folders have."""
    monkeypatch.setattr(vectors, "write", partial(vectors.write, config=SMALL_LISTS))


def changes() -> st.SearchStrategy[list[list[Change]]]:
    change: st.SearchStrategy[Change] = st.tuples(
        st.sampled_from(NAMES), st.none() | st.sampled_from(TEXTS)
    )
    return st.lists(st.lists(change, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(
    max_examples=14,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(runs=changes())
def test_whatever_changes_an_incremental_run_gives_what_a_fresh_one_does(
    runs: list[list[Change]],
) -> None:
    with TemporaryDirectory() as parent:
        folder, model = Path(parent) / "documents", FakeModel()
        (folder / "c").mkdir(parents=True)
        (folder / "kept.txt").write_text(SCRAPED.format(place="Kyiv"))
        (folder / "many.txt").write_text(MANY)
        for number, run in enumerate(runs):
            for name, content in run:
                write(folder / name, content)
            build(folder, Path(parent) / "instance", model, quiet)
            fresh = Path(parent) / f"fresh{number}"
            assert_as_fresh(folder, Path(parent) / "instance", fresh, model)


def write(file: Path, content: str | bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources of the documents that are cut, as they are."""
    sources: list[str] = []

    def watched(document: Document, budget: TokenBudget) -> Iterator[Passage]:
        sources.append(document.source)
        return passages.cut(document, budget)

    monkeypatch.setattr(build_module, "cut", watched)
    return sources


def test_of_many_files_only_the_changed_one_is_made_again(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    tmp_path: Path,
    made: list[str],
    fake_model: FakeModel,
) -> None:
    folder = make_folder({f"{n}.txt": f"Tea number {n} is from China, said Xi." for n in range(9)})
    build_index()
    assert len(made) == 9
    made.clear()
    make_folder({"4.txt": "Rain fell on Harbin."})

    assert build_index().encoded == 1

    assert made == ["4.txt"]
    assert_as_fresh(folder, instance, tmp_path / "fresh", fake_model)


def test_a_page_is_made_again_where_the_folder_says_something_else_of_its_lines(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    tmp_path: Path,
    made: list[str],
    fake_model: FakeModel,
) -> None:
    pages = {f"{place}.txt": SCRAPED.format(place=place) for place in ("Harbin", "Odessa")}
    folder = make_folder({**pages, "plain.txt": "World pictures today\n\nTea is hot.\n"})
    build_index()
    made.clear()

    make_folder({"other.txt": "Something else happens in it.\n"})
    build_index()
    assert made == ["other.txt"]
    made.clear()

    make_folder({"plain.txt": "World movies today\n\nTea is hot.\n"})
    assert build_index().changes.changed == ("plain.txt",)

    assert sorted(made) == ["Harbin.txt", "Odessa.txt", "plain.txt"]
    catalog = Snapshot.open(Store(instance).current_folder()).catalog
    page = catalog.document("Harbin.txt")
    assert page is not None
    assert [b.reason for b in page.blocks if b.text.startswith("World")] == ["stands in 2 files"]
    assert_as_fresh(folder, instance, tmp_path / "fresh", fake_model)


def test_another_encoder_or_other_code_makes_everything_again(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    tmp_path: Path,
    made: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_folder({"a.txt": "Tea, rain and trade. " * 12, "b.txt": "Tea is hot in China."})
    build_index()
    narrow = FakeModel("fake", window=10)
    build_index(narrow)
    assert made == ["a.txt", "b.txt"] * 2
    made.clear()

    monkeypatch.setattr(build_module, "_made_by", lambda: "other code")
    assert build_index(narrow).published
    assert made == ["a.txt", "b.txt"]
    made.clear()
    monkeypatch.undo()
    monkeypatch.setattr(vectors, "write", partial(vectors.write, config=SMALL_LISTS))
    wide = FakeModel()
    assert build_index(wide).published
    assert_as_fresh(folder, instance, tmp_path / "fresh", wide)


def test_a_file_that_changes_while_it_is_indexed_is_indexed_as_it_was_read(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": "Tea is hot in China.", "b.txt": "Rain fell on Harbin."})
    build_index()

    class Slow(FakeModel):
        def load(self) -> FakeModel:
            (folder / "a.txt").write_text("Trade with China grew again.")
            (folder / "b.txt").unlink(missing_ok=True)
            return self

    model = Slow(window=20)
    report = build_index(model)

    assert report.changes.changed == ("a.txt",)
    assert report.changes.removed == ("b.txt",)
    assert [skip.source for skip in report.skipped] == ["b.txt"]
    catalog = Snapshot.open(Store(instance).current_folder()).catalog
    assert [p.text for p in catalog.passages([0])] == ["Trade with China grew again."]
    assert not np.any(catalog.same_as)
    assert [document.source for document in catalog.documents()] == ["a.txt"]
    assert build_index(model).published  # b.txt is no longer there at all
