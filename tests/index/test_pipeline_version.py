"""What the pipeline extracts changes only together with the version of the pipeline."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from scripts.docs.golden import Extracts, extract_all, find_problem, read_record, write_record
from tests.conftest import ROOT
from wherein.index.incremental import LIBRARIES, installed_pipeline

PIPELINE = installed_pipeline()
PACKAGES = (
    *("readers", "structure", "furniture", "dates", "passages"),
    *("lexical", "dense", "catalog"),
)
"""The packages between a file's bytes and its rows. The encoder has a fingerprint of its own."""


def test_the_extracts_of_this_version_are_recorded() -> None:
    recorded, current = read_record(), extract_all()
    assert find_problem(recorded, current) is None
    if recorded.documents != current.documents:
        pytest.skip("other versions of Python or the libraries extract something else")


def extracts(
    blocks: str, *, version: int = PIPELINE.version, libraries: Mapping[str, str] | None = None
) -> Extracts:
    libraries = PIPELINE.libraries if libraries is None else libraries
    pipeline = replace(PIPELINE, version=version, libraries=libraries)
    return Extracts(pipeline, {"a.txt": {"blocks": blocks, "dates": "0"}})


def test_other_extracts_of_the_same_version_are_an_error_that_names_what_changed() -> None:
    problem = find_problem(extracts("1"), extracts("2"))
    assert problem is not None
    assert "Raise PIPELINE_VERSION" in problem
    assert "python -m scripts.docs.golden" in problem
    assert problem.endswith("a.txt: blocks")


def test_a_new_version_must_be_recorded_whether_the_extracts_changed_or_not() -> None:
    for blocks in ("1", "2"):
        problem = find_problem(extracts("1", version=1), extracts(blocks, version=2))
        assert problem == (
            "The record is of pipeline version 1, and PIPELINE_VERSION is 2. "
            "Run `python -m scripts.docs.golden`."
        )


def test_other_libraries_may_extract_something_else() -> None:
    other = extracts("2", libraries={"nupunkt": "99"})
    assert find_problem(extracts("1"), other) is None


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_record(extracts("1"), tmp_path / "extracts.json")
    assert read_record(tmp_path / "extracts.json") == extracts("1")


def test_every_data_file_of_the_index_is_recorded() -> None:
    """A phrase that stands in no text of the fixed folder would not be noticed otherwise."""
    files = {
        file.name for file in (ROOT / "index").rglob("*") if file.suffix not in (".py", ".pyc", "")
    }
    assert files
    assert extract_all().documents["(data files)"].keys() == files


def test_every_library_that_the_pipeline_imports_is_part_of_its_key() -> None:
    distributions = packages_distributions()
    imported = {
        name
        for package in PACKAGES
        for file in (ROOT / "index" / package).glob("*.py")
        for name in imported_names(ast.parse(file.read_text(encoding="utf-8")))
        if name not in sys.stdlib_module_names and name != "wherein"
    }
    assert imported
    assert {distributions[name][0].replace("_", "-") for name in imported} <= set(LIBRARIES)


def imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_fixed_folder_has_every_kind_of_result() -> None:
    """Otherwise a change of that kind would not be noticed."""
    documents = extract_all().documents
    kinds = ("blocks", "publication", "passages", "sentences", "dates", "duplicates", "words")
    for kind in kinds:
        assert len({results.get(kind) for results in documents.values()}) > 3
