"""The table of the ablation in Markdown, and its place in a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.ablation.statistics import Difference, compare, conclude
from scripts.ablation.variants import ROWS, SHIPPED, Row
from wherein.index.arrays import Scores
from wherein.search.settings import SettingsError

BEGIN, END = "<!-- scripts.ablation.measure -->\n", "<!-- /scripts.ablation.measure -->\n"


@dataclass(frozen=True, slots=True)
class Column:
    """The metric of each question of a set, by ranking.

    Attributes:
        shipped: The metric by the ranking as shipped: shape (questions,).
        changed: The same by the changed rankings.
        is_partial: Whether the questions are about those rows alone, and judge no others.
    """

    shipped: Scores
    changed: Mapping[Row, Scores]
    is_partial: bool = False


def join_columns(columns: Sequence[Column]) -> Column:
    """Join the questions of several sets, for the rows that all of them have."""
    rows = [row for row in ROWS if all(row in column.changed for column in columns)]
    return Column(
        np.concatenate([column.shipped for column in columns]),
        {row: np.concatenate([column.changed[row] for column in columns]) for row in rows},
    )


def format_table(columns: Mapping[str, Column]) -> str:
    """Format the table: a column for each set, and a line for each of `ROWS`."""
    compared = [
        dict(zip(column.changed, compare(column.shipped, changed), strict=True))
        for column in columns.values()
        for changed in [np.stack([*column.changed.values()])]
    ]
    shipped = (f"{column.shipped.mean():.4f}" for column in columns.values())
    lines = [
        ("part", "instead", *columns, "verdict"),
        ("---",) * (len(columns) + 3),
        (SHIPPED.part, SHIPPED.instead, *shipped, ""),
    ]
    for row in ROWS:
        judged = [
            (differences.get(row), not column.is_partial or row in column.changed)
            for differences, column in zip(compared, columns.values(), strict=True)
        ]
        cells = (_cell(found) if found else "–" if judges else "" for found, judges in judged)
        conclusion = conclude([found for found, judges in judged if judges], left_out=row.left_out)
        lines.append((row.part, row.instead, *cells, conclusion))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def split_page(file: Path) -> tuple[str, str]:
    """Split a page at the place of the table.

    Args:
        file: The page.

    Returns:
        The text before and after the table, both with their markers.

    Raises:
        SettingsError: The page cannot be read or has no markers.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SettingsError(
            f"{file} has no place for the table. Add the lines {BEGIN.strip()} and {END.strip()}."
        )
    return before + begin, end + after


def _cell(difference: Difference) -> str:
    mark = "**" if difference.is_better or difference.is_worse else ""
    low, high = _signed(difference.low), _signed(difference.high)
    return f"{difference.mean:.4f} {mark}{_signed(difference.difference)}{mark} ({low}, {high})"


def _signed(value: float) -> str:
    rounded = round(value, 4)
    return f"{rounded:+.4f}".replace("-", "−") if rounded else "0"
