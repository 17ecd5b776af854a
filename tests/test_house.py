"""Tests of the sizes that keep the code readable: of files, folders and constructors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAX_LINES = 400
MAX_PARAMETERS = 6
MAX_ENTRIES = {"index": 16, "search": 12}
_NOT_COUNTED = {"__pycache__"}


def test_no_module_and_no_test_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("index", "search", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("folder", MAX_ENTRIES)
def test_a_folder_has_few_entries_at_its_top(folder: str) -> None:
    entries = {path.name for path in (ROOT / folder).iterdir()} - _NOT_COUNTED
    assert len(entries) <= MAX_ENTRIES[folder], sorted(entries)


def test_each_package_says_what_it_is_for() -> None:
    packages = [
        path for folder in ("index", "search", "scripts") for path in _packages(ROOT / folder)
    ]
    undocumented = [
        str(path.relative_to(ROOT))
        for path in packages
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert undocumented == []


def test_no_constructor_takes_too_many_parameters() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name} takes {count}"
        for folder in ("index", "search", "scripts")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name, count in _constructors(ast.parse(path.read_text(encoding="utf-8")))
        if count > MAX_PARAMETERS
    ]
    assert found == []


def _packages(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("__init__.py")


def _constructors(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each class with the number of parameters of its own constructor."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            written = [
                part
                for part in node.body
                if isinstance(part, ast.FunctionDef) and part.name == "__init__"
            ]
            if written:
                arguments = written[0].args
                named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                yield node.name, len(named) - 1
            elif any("dataclass" in ast.unparse(part) for part in node.decorator_list):
                yield node.name, sum(map(_is_field, node.body))


def _is_field(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.AnnAssign)
        and "ClassVar" not in ast.unparse(node.annotation)
        and not (node.value and "init=False" in ast.unparse(node.value))
    )
