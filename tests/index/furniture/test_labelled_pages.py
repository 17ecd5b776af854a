"""Whole scraped pages, in which each line was labelled before a rule was written for the page.

A page begins with `=== name | published 2024-01-23 | title …`. Each line begins with its label: T
title, P text of the article, H heading, C caption, D date or author, F furniture. A blank line has
no label. One author wrote all three files, and then the rules. The rules were developed on
`labelled_pages.txt`. The two other files were measured when that was done, and then developed on
too. docs/quality.md has the figures of the first measurement; the tests assert today's figures.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest

from tests.conftest import DATA
from wherein.index.documents.model import Document, Kind
from wherein.index.furniture import known_lines
from wherein.index.furniture.marker import mark
from wherein.index.readers.plain_text import read
from wherein.index.structure.outline import outline

OWN_LABELS = "TPHC"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    published: date | None
    title: str
    labels: tuple[str, ...]  # one for each line; empty for a blank line
    lines: tuple[str, ...]

    def outlined(self) -> Document:
        return outline(mark(read(f"{self.name}.txt", "\n".join(self.lines).encode())), known_lines)

    def spaced(self, blanks: int) -> "Page":
        """Return the page with so many blank lines after each line, and no other blank lines."""
        rows = [row for row in zip(self.labels, self.lines, strict=True) if row[1].strip()]
        spaced = [row for written in rows for row in (written, *[("", "")] * blanks)]
        return replace(
            self,
            labels=tuple(label for label, _ in spaced),
            lines=tuple(line for _, line in spaced),
        )


@dataclass(frozen=True, slots=True)
class Measurement:
    """What marking and outlining did to some pages. Each line has the name of its page."""

    lost_lines: tuple[str, ...]  # of the articles
    missed_furniture: tuple[str, ...]
    found_furniture: int
    wrong_titles: tuple[str, ...]
    wrong_days: tuple[str, ...]

    @property
    def share_found(self) -> float:
        return self.found_furniture / (self.found_furniture + len(self.missed_furniture))


def read_pages(file: str) -> Iterator[Page]:
    text = (DATA / file).read_text(encoding="utf-8")
    for part in text.split("=== ")[1:]:
        head, *rows = part.rstrip("\n").split("\n")
        name, published, title = head.split(" | ", 2)
        day = published.removeprefix("published ")
        yield Page(
            name,
            None if day == "none" else date.fromisoformat(day),
            title.removeprefix("title "),
            tuple(row[:1] for row in rows),
            tuple(row[2:] for row in rows),
        )


def measure(pages: Iterable[Page]) -> Measurement:
    lost, missed, found, titles, days = [], [], 0, [], []
    for page in pages:
        document = page.outlined()
        furniture = {
            line
            for block in document.blocks
            if block.kind is Kind.FURNITURE
            for line in range(block.lines[0], block.lines[1] + 1)
        }
        for number, (label, line) in enumerate(zip(page.labels, page.lines, strict=True), start=1):
            if label and label in OWN_LABELS and number in furniture:
                lost.append(f"{page.name}: {line}")
            if label == "F" and number in furniture:
                found += 1
            if label == "F" and number not in furniture:
                missed.append(f"{page.name}: {line}")
        if document.title != page.title:
            titles.append(f"{page.name}: {document.title}")
        if document.published != page.published:
            days.append(f"{page.name}: {document.published}")
    return Measurement(tuple(lost), tuple(missed), found, tuple(titles), tuple(days))


FILES = ("labelled_pages.txt", "labelled_pages_unseen.txt", "labelled_pages_third.txt")


@pytest.mark.parametrize("file", FILES)
def test_labelled_pages_have_their_title_and_day_and_nine_tenths_of_their_furniture_is_found(
    file: str,
) -> None:
    measurement = measure(read_pages(file))
    assert measurement.lost_lines == ()
    assert measurement.share_found >= 0.91, measurement.missed_furniture
    assert measurement.wrong_titles == ()
    assert measurement.wrong_days == ()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("blanks", [0, 1])
def test_labelled_pages_lose_no_line_when_blank_lines_are_removed_or_added(
    file: str, blanks: int
) -> None:
    measurement = measure(page.spaced(blanks) for page in read_pages(file))
    assert measurement.lost_lines == ()
    assert measurement.share_found >= 0.85, measurement.missed_furniture
