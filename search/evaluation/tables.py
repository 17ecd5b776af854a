"""Figures in columns, for the terminal."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows, the first of them headings: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def figure(value: float | None) -> str:
    """Three digits; a dash where there is nothing to take a figure from."""
    return "–" if value is None else f"{value:.3f}"
