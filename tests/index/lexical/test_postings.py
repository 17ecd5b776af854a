"""Term counts: how they are counted, stored by term, and read back by passage."""

from pathlib import Path

import numpy as np
import pytest

from tests.index.lexical.passages import make_passages
from wherein.index.lexical import lexical_index
from wherein.index.lexical.analyzer import make_analyzer, term_id
from wherein.index.lexical.config import DEFAULT_LEXICAL, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.lexical.postings import ALL_SENTENCES, TermCounts

TEXTS = ["Tea, tea and rain. In Harbin.", "", "Rain.", "Zürich zurich ZURICH", "?"]
PASSAGES = make_passages([(title, text) for title in ("A title of tea", None) for text in TEXTS])
FILES = ("terms", "starts", "passages", "counts", "where", "lengths")


def _write(folder: Path, known: list[TermCounts | None] | None = None) -> Path:
    folder.mkdir()
    lexical_index.write(folder, PASSAGES, known)
    return folder


def test_term_counts_read_back_equal_those_that_were_written(tmp_path: Path) -> None:
    analyzer = make_analyzer(DEFAULT_LEXICAL)
    written = [TermCounts.of(passage, analyzer, DEFAULT_LEXICAL) for passage in PASSAGES]
    term_counts = LexicalIndex(_write(tmp_path / "index")).term_counts()
    for number, expected in enumerate(written):
        found = term_counts(number)
        assert found.terms.tolist() == expected.terms.tolist()
        assert found.counts.tolist() == expected.counts.tolist()
        assert found.sentence_masks.tolist() == expected.sentence_masks.tolist()
        assert found.length == expected.length
    # Three times "zurich", and the four words of the title twice.
    assert term_counts(3).length == 3 + 2 * 4


def test_an_index_from_known_term_counts_equals_an_index_that_counts(tmp_path: Path) -> None:
    first = _write(tmp_path / "first")
    term_counts = LexicalIndex(first).term_counts()
    known = [term_counts(number) if number % 2 else None for number in range(len(PASSAGES))]
    second = _write(tmp_path / "second", known)
    for name in FILES:
        one, other = np.load(first / f"{name}.npy"), np.load(second / f"{name}.npy")
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize(
    ("config", "length", "count", "mask"),
    [
        (LexicalConfig(), 4 + 2, 1 + 2, ALL_SENTENCES),
        (LexicalConfig(title_weight=1), 4 + 1, 1 + 1, ALL_SENTENCES),
        (LexicalConfig(title_weight=0), 4, 1, 0b10),
        (LexicalConfig(title_covers_sentences=False), 4 + 2, 1 + 2, 0b10),
    ],
)
def test_the_configuration_says_how_the_words_of_a_title_count(
    config: LexicalConfig, length: int, count: int, mask: int
) -> None:
    [passage] = make_passages([("Tea", "Rain fell. Hot tea!")])
    counts = TermCounts.of(passage, make_analyzer(config), config)
    assert counts.length == length
    place = counts.terms.tolist().index(term_id("tea"))
    assert counts.counts[place] == count
    assert counts.sentence_masks[place] == mask
