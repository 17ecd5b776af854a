"""Tests of imports that import-linter cannot check; pyproject.toml has the layers."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

HEAVY = {"torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "scipy", "sklearn"}

SEARCH = """
import sys
from wherein.search.cli.main import main
main(["search", "when did Putin visit China", "--limit", "2", "--instance", sys.argv[1]])
print()
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_search_imports_no_pytorch(seed_instance: Path) -> None:
    """PyTorch and what runs on it take seconds to import."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(seed_instance)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    answer, imported = done.stdout.rsplit("\n\n", 1)
    assert "will visit China on May 16-17" in answer
    packages = set(imported.split())
    assert {"onnxruntime", "tokenizers", "faiss", "tantivy"} <= packages
    assert not packages & HEAVY


def test_the_command_line_imports_what_takes_long_when_a_command_runs() -> None:
    script = "import sys, wherein.search.cli.main; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert not packages & (HEAVY | {"numpy", "faiss", "tantivy", "onnxruntime", "flask", "tqdm"})


def test_only_the_command_and_the_bench_of_servers_read_the_environment() -> None:
    readers = {name for name, tree in _modules() if _reads_environment(tree)}
    # Another server's workers get no flags.
    assert readers == {"search.cli.main", "scripts.bench.servers"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("index", "search", "scripts"):
        paths = sorted((ROOT / package).rglob("*.py"))
        assert paths
        for path in paths:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"), str(path))


def _reads_environment(tree: ast.AST) -> bool:
    """Return whether a module uses os.environ or os.getenv, except to set a variable."""
    set_variables = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    names = {"environ", "environb", "getenv", "getenvb"}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
    }
    return bool(names & imported) or any(
        isinstance(node, ast.Attribute)
        and node.attr in names
        and ast.unparse(node.value) == "os"
        and node not in set_variables
        for node in ast.walk(tree)
    )
