"""Reading of the tables of phrases in `phrases/`: tab-separated files with comments."""

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "phrases"


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Read the rows of a table, each as a dictionary by column name.

    Lines that begin with `#` are comments. Backslashes and quotes stand for themselves.

    Args:
        name: The name of the file in the folder of tables.

    Yields:
        One row, with the values of all columns as texts.
    """
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    rows = (line for line in lines if not line.startswith("#"))
    yield from csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
