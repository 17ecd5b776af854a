"""Fixtures of the lexical package."""

from pathlib import Path

import pytest

from tests.index.lexical.passages import make_index
from wherein.index.lexical.lexical_index import LexicalIndex


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Three passages of 3, 5 and 4 words, title words counted twice. The mean length is 4."""
    texts = [(None, "Tea is hot."), ("Tea", "Rain in China."), ("", "China and China trade.")]
    return make_index(tmp_path / "lexical", texts)
