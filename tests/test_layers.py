"""Imports point one way, scripts → search → index, as DESIGN and docs/architecture.md say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

# Which modules of index/ may import each link of the chain, besides the link itself.
IMPORTED_BY = {
    "before": {"build"},
    "batches": {"cuda"},
    "build": set(),
    "catalog": {"catalog_entries", "catalog_writer", "snapshot"},
    "catalog_entries": {"before", "build", "catalog_writer"},
    "catalog_writer": {"build"},
    "columns": {"catalog", "catalog_writer"},
    "compiled": {"compiling", "cuda", "quantizing"},
    "compiling": {"cuda", "trials"},
    "cuda": set(),
    "encoding_cache": {"build"},
    "furniture": {"build"},
    "lexical": {"before", "build", "snapshot"},
    "models": {"batches", "compiled", "compiling", "reference"},
    "outline": {"build"},
    "quantizing": {"compiling"},
    "readers": {"build"},
    "records": {"build", "compiled", "compiling", "snapshot", "trials"},
    "reference": {"batches", "compiled", "compiling"},
    "seals": {"snapshot"},
    "snapshot": {"before", "build"},
    "trials": {"cuda"},
    "neighbours": {"snapshot", "vectors"},
    "vectors": {"before", "build", "snapshot"},
}
HEAVY = {"torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "scipy", "sklearn"}

SEARCH = """
import sys
from wherein.search.cli.main import main
main(["search", "when did Putin visit China", "--limit", "2", "--instance", sys.argv[1]])
print()
print(*{name.partition(".")[0] for name in sys.modules})
"""

WEB = {"flask", "werkzeug", "jinja2", "waitress"}


def _modules(package: str) -> dict[str, ast.Module]:
    modules = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    assert modules
    return modules


def _imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a tree imports, at its top or in a function, in their full names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            assert node.module
            # `from index import lexical` imports wherein.index.lexical.text_index.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _packages(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in _imports(tree)}


def test_index_knows_nothing_of_search_scripts_or_the_web() -> None:
    for name, tree in _modules("index").items():
        assert not _packages(tree) & {"search", "scripts", "tests", *WEB}, name


def test_search_knows_nothing_of_scripts() -> None:
    for name, tree in _modules("search").items():
        assert not _packages(tree) & {"scripts", "tests"}, name


def test_scripts_do_their_work_through_search_and_index() -> None:
    for name, tree in _modules("scripts").items():
        assert not _packages(tree) & {"tests", *WEB}, name


def test_only_build_knows_the_whole_chain() -> None:
    importers: dict[str, set[str]] = {link: set() for link in IMPORTED_BY}
    for name, tree in _modules("index").items():
        importer = name.removeprefix("index").split(".")[1] if "." in name else name
        for part in _imports(tree):
            link = part.split(".")[1] if _within(part, "index") else ""
            if link in importers and link != importer:
                importers[link].add(importer)
    assert importers == IMPORTED_BY


def test_only_the_command_builds_and_imports_that_when_it_is_needed() -> None:
    builders = {
        name
        for name, tree in _modules("search").items()
        if any(
            _within(part, f"index.{link}")
            for link in ("build", "compiling", "cuda")
            for part in _imports(tree)
        )
    }
    assert builders == {"wherein.search.cli.main"}

    at_the_top = [
        node
        for node in _modules("search")["wherein.search.cli.main"].body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not [
        part
        for node in at_the_top
        for part in _imports(node)
        if _within(part, "wherein.index.build")
        or _within(part, "wherein.index.encoding.model_files")
    ]


def test_searching_imports_neither_pytorch_nor_what_runs_on_it(seed_instance: Path) -> None:
    """A question is answered, and nothing that takes seconds to import has been."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(seed_instance)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer, imported = done.stdout.rsplit("\n\n", 1)
    assert "will visit China on May 16-17" in answer
    packages = set(imported.split())
    assert {"onnxruntime", "tokenizers", "faiss", "tantivy"} <= packages
    assert not packages & HEAVY


def test_the_searcher_and_what_it_ranks_with_know_nothing_of_the_web() -> None:
    modules = _modules("search")
    for name in (
        "wherein.search.searcher",
        "wherein.search.ranking.scoring",
        "wherein.search.settings",
    ):
        assert not _packages(modules[name]) & WEB, name


def test_only_settings_and_the_command_read_the_environment() -> None:
    readers = {
        name
        for package in ("index", "search", "scripts")
        for name, tree in _modules(package).items()
        if _reads_environment(tree)
    }
    assert readers <= {"wherein.search.cli.main", "wherein.search.settings"}


def _reads_environment(tree: ast.AST) -> bool:
    """Whether os.environ or os.getenv stands in it, other than in `os.environ[name] = value`."""
    written = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    return not {"os.environ", "os.getenv"}.isdisjoint(_imports(tree)) or any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "environb", "getenv", "getenvb")
        and node not in written
        for node in ast.walk(tree)
    )
