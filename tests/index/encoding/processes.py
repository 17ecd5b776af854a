"""Runs Python code in a new process, and tells which packages the process imports."""

import os
import subprocess
import sys

from tests.conftest import ROOT

IMPORTED = """
print()
print(*{name.partition(".")[0] for name in sys.modules})
"""
"""The end of the code: it prints the names of the imported packages."""

PYTORCH = {"torch", "transformers", "sentence_transformers"}


def run_python(code: str, *arguments: object, **variables: str) -> tuple[str, set[str]]:
    """Run code that ends with IMPORTED. Return what it prints, and the packages it imports."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env=os.environ | variables,
    )
    report, imported = done.stdout.rsplit("\n\n", 1)
    return report, set(imported.split())
