"""Pull quotes: sentences that an article repeats, set apart from its paragraphs."""

from tests.index.furniture.pages import reasons_by_text

QUOTE = "“People complain about smells far more than about noise.”"
PAGE = f"""\
Skip to content
Subscribe

The map of smells

She walks the city. People complain about smells far more than about noise. It is so everywhere.

{QUOTE}

A song has a refrain that comes again.

A song has a refrain that comes again.

Leave a comment
"""


def test_a_quote_that_repeats_a_sentence_of_a_paragraph_is_furniture() -> None:
    found = reasons_by_text(PAGE)
    assert [text for text in found if "smells" in text] == [QUOTE]
    assert found[QUOTE] == "repeats a sentence of the text"


def test_a_line_that_repeats_another_short_line_is_kept() -> None:
    assert not any("refrain" in text for text in reasons_by_text(PAGE))
