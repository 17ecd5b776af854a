"""A build that reuses the previous snapshot makes the same as a fresh build."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SEEDS, FakeModel, FolderMaker, IndexBuilder, quiet
from tests.index.comparing import (
    assert_same_content,
    assert_same_content_within_rounding,
    assert_same_hits_within_rounding,
    hits_of,
)
from wherein.index.build import BuildOptions, Model, build
from wherein.index.dense.config import DenseConfig
from wherein.index.encoding.protocols import PreparedModel
from wherein.index.incremental import PIPELINE_VERSION, installed_pipeline
from wherein.index.snapshot.run_report import BuildReport
from wherein.index.snapshot.store import Snapshot, Store

T = TypeVar("T")

# A scraped page. Whether "World pictures today" is furniture depends on the whole folder: on the
# number of files that the line stands in.
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
NAMES = ("a.txt", "b.txt", "c/d.txt", "c.txt", "z.txt")
QUESTIONS = ("tea", "when did rain fall on Harbin", "trade with China", "May 2024", "nothing")
SMALL_LISTS = DenseConfig(exact_up_to=20, single_list_up_to=5)
"""The approximate search is built for as few sentences as these folders have."""
OPTIONS = BuildOptions(dense=SMALL_LISTS)

Change = tuple[str, str | bytes | None]
"""A file and its new content. None removes the file."""


def assert_same_as_fresh(folder: Path, instance: Path, fresh: Path, model: FakeModel) -> None:
    """The current snapshot of an instance is what a first build makes of the folder."""
    build(folder, fresh, model, quiet, OPTIONS)
    one, other = (Store(each).current_folder() for each in (instance, fresh))
    assert_same_content(one, other)
    found = hits_of(one, model, QUESTIONS, SMALL_LISTS)
    assert found == hits_of(other, model, QUESTIONS, SMALL_LISTS)


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
def test_any_series_of_changes_gives_the_same_as_a_fresh_build(runs: list[list[Change]]) -> None:
    with TemporaryDirectory() as parent:
        folder, model = Path(parent) / "documents", FakeModel()
        (folder / "c").mkdir(parents=True)
        (folder / "kept.txt").write_text(SCRAPED.format(place="Kyiv"))
        (folder / "many.txt").write_text(MANY)
        for number, run in enumerate(runs):
            for name, content in run:
                write(folder / name, content)
            build(folder, Path(parent) / "instance", model, quiet, OPTIONS)
            fresh = Path(parent) / f"fresh{number}"
            assert_same_as_fresh(folder, Path(parent) / "instance", fresh, model)


def write(file: Path, content: str | bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def test_the_seeds_with_the_real_model_give_the_same_as_a_fresh_build(
    seed_instance: Path, tmp_path: Path, loaded_model: Model
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    last, *others = sorted(SEEDS.iterdir(), reverse=True)
    for file in others:
        shutil.copy(file, folder)
    build(folder, tmp_path / "instance", loaded_model, quiet)
    shutil.copy(last, folder)
    report = build(folder, tmp_path / "instance", loaded_model, quiet)

    assert report.changes.added == (last.name,)
    one, other = (Store(each).current_folder() for each in (tmp_path / "instance", seed_instance))
    documents = Snapshot.open(one).catalog.documents()
    (added,) = (document for document in documents if document.source == last.name)
    assert report.encoded == added.passages > 0
    assert_same_content_within_rounding(one, other)
    questions = ("when did Putin visit China", "how big is trade", "Harbin", "no limits", "?")
    encoder = loaded_model.prepare().load()
    assert_same_hits_within_rounding(
        hits_of(one, encoder, questions), hits_of(other, encoder, questions)
    )


BuildAndList = Callable[..., tuple[BuildReport, list[str]]]
"""Builds, and lists the documents that are cut, because they are not reused."""


@pytest.fixture
def build_and_list(make_folder: FolderMaker, instance: Path) -> BuildAndList:
    def run(
        model: Model | None = None, options: BuildOptions = OPTIONS
    ) -> tuple[BuildReport, list[str]]:
        cut: list[str] = []

        def track(items: Sequence[T], step: str, /) -> Iterable[T]:
            if step == "Cutting":
                cut.extend(map(str, items))
            return items

        report = build(make_folder({}), instance, model or FakeModel(), track, options)
        return report, cut

    return run


def test_a_build_cuts_only_the_changed_file(
    make_folder: FolderMaker, build_and_list: BuildAndList, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({f"{n}.txt": f"Tea number {n} is from China, said Xi." for n in range(9)})
    _, cut = build_and_list()
    assert len(cut) == 9
    make_folder({"4.txt": "Rain fell on Harbin."})

    report, cut = build_and_list()

    assert (report.encoded, cut) == (1, ["4.txt"])
    assert_same_as_fresh(folder, instance, tmp_path / "fresh", FakeModel())


def test_a_page_is_read_again_if_its_lines_stand_in_another_number_of_files(
    make_folder: FolderMaker, build_and_list: BuildAndList, instance: Path, tmp_path: Path
) -> None:
    pages = {f"{place}.txt": SCRAPED.format(place=place) for place in ("Harbin", "Odessa")}
    folder = make_folder({**pages, "plain.txt": "World pictures today\n\nTea is hot.\n"})
    build_and_list()

    make_folder({"other.txt": "Something else happens in it.\n"})
    _, cut = build_and_list()
    assert cut == ["other.txt"]

    make_folder({"plain.txt": "World movies today\n\nTea is hot.\n"})
    report, cut = build_and_list()

    assert report.changes.changed == ("plain.txt",)
    assert sorted(cut) == ["Harbin.txt", "Odessa.txt", "plain.txt"]
    catalog = Snapshot.open(Store(instance).current_folder(), dense=SMALL_LISTS).catalog
    page = catalog.document("Harbin.txt")
    assert page is not None
    assert [b.reason for b in page.blocks if b.text.startswith("World")] == ["stands in 2 files"]
    assert_same_as_fresh(folder, instance, tmp_path / "fresh", FakeModel())


def test_another_encoder_makes_everything_again(
    make_folder: FolderMaker, build_and_list: BuildAndList, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"a.txt": "Tea, rain and trade. " * 12, "b.txt": "Tea is hot in China."})
    build_and_list()

    _, cut = build_and_list(FakeModel("fake", window=10))
    assert cut == ["a.txt", "b.txt"]

    report, cut = build_and_list()
    assert (report.published, cut) == (True, ["a.txt", "b.txt"])
    assert_same_as_fresh(folder, instance, tmp_path / "fresh", FakeModel())


@pytest.mark.parametrize(
    "difference",
    [
        {"version": PIPELINE_VERSION + 1},
        {"python": "3.99"},
        {"libraries": {**installed_pipeline().libraries, "nupunkt": "99"}},
    ],
)
def test_another_pipeline_reads_everything_again_and_encodes_nothing(
    make_folder: FolderMaker, build_and_list: BuildAndList, difference: dict[str, object]
) -> None:
    make_folder({"a.txt": "Tea is hot in China.", "b.txt": "Rain fell on Harbin."})
    build_and_list()
    other = replace(installed_pipeline(), **difference)  # type: ignore[arg-type]

    report, cut = build_and_list(options=replace(OPTIONS, pipeline=other))
    assert (report.published, report.encoded, cut) == (True, 0, ["a.txt", "b.txt"])

    report, cut = build_and_list(options=replace(OPTIONS, pipeline=other))
    assert (report.published, cut) == (False, [])


def test_a_file_that_changes_during_the_build_is_indexed_as_it_was_read(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": "Tea is hot in China.", "b.txt": "Rain fell on Harbin."})
    build_index()

    class ChangesFiles(FakeModel):
        def prepare(self) -> PreparedModel:
            return replace(super().prepare(), load=self.change_files)

        def change_files(self) -> FakeModel:
            (folder / "a.txt").write_text("Trade with China grew again.")
            (folder / "b.txt").unlink(missing_ok=True)
            return self

    model = ChangesFiles(window=20)  # another window, so that the build reads the files again
    report = build_index(model)

    assert report.changes.changed == ("a.txt",)
    assert report.changes.removed == ("b.txt",)
    assert [skip.source for skip in report.changes.skipped] == ["b.txt"]
    catalog = Snapshot.open(Store(instance).current_folder()).catalog
    assert [p.text for p in catalog.passages([0])] == ["Trade with China grew again."]
    assert not np.any(catalog.same_as)
    assert [document.source for document in catalog.documents()] == ["a.txt"]
    assert build_index(model).published  # now b.txt is not even listed as skipped
