"""What the pipeline extracts changes only together with the version of the pipeline."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.docs.golden import Extracts, extract_all, find_problem, read_record, write_record
from wherein.index.incremental import installed_pipeline

PIPELINE = installed_pipeline()


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


def test_the_fixed_folder_has_every_kind_of_result() -> None:
    """Otherwise a change of that kind would not be noticed."""
    documents = extract_all().documents
    kinds = ("blocks", "publication", "passages", "sentences", "dates", "duplicates", "words")
    for kind in kinds:
        assert len({results.get(kind) for results in documents.values()}) > 3
