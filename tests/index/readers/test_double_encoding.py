"""Text that was decoded wrongly and saved as UTF-8 again is repaired."""

from pathlib import Path

import pytest

from tests.growth import LINEAR, growth_ratio
from tests.index.readers.reading import lines_and_texts, read_sample
from wherein.index.readers.double_encoding import repair_double_encoding


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("the seasons of 1986â\x80\x93 90", "the seasons of 1986– 90"),
        ("for Â£300, at â\x80\x9cThe Ploughâ\x80\x9d", "for £300, at “The Plough”"),
        ("1986â€“1990, and itâ€™s MÃ¼nchen", "1986–1990, and it’s München"),
        ("Ð\x9fÑ\x80Ð¸Ð²ÐµÑ\x82", "Привет"),
        # These texts are correct:
        ("« la cité » et l’été”", "« la cité » et l’été”"),
        ("A “MAÇÔ do Minho", "A “MAÇÔ do Minho"),
        ("crème brûlée, Ã la carte", "crème brûlée, Ã la carte"),
    ],
)
def test_doubly_encoded_text_is_repaired_and_other_text_is_unchanged(
    damaged: str, meant: str
) -> None:
    assert lines_and_texts(damaged)[0][1] == meant


def test_a_doubly_encoded_page_is_repaired(samples: Path) -> None:
    texts = [block.text for block in read_sample(samples, "norwich-city.txt").blocks]
    assert "1986–1990 Watford 63 (9)" in texts
    assert not any("â" in text for text in texts)
    assert len(texts) < 330
    (sentence,) = (text for text in texts if text.startswith("In the semi-final"))
    assert sentence.endswith("41 goals in 100 league games for Leicester.[19]")


@pytest.mark.perf
@pytest.mark.parametrize("piece", ["â€“ ", "Ã", "Ã© é ", "Â\xa0", "ÐŸ", "ä\n"])
def test_hostile_text_is_repaired_in_linear_time(piece: str) -> None:
    assert growth_ratio(lambda size: repair_double_encoding(piece * size), 20_000) < LINEAR
