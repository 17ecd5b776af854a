"""The rule that marks pull quotes: sentences of the article that the page shows twice."""

import re

from wherein.index.furniture.folding import fold_line
from wherein.index.furniture.page import Marks, Page
from wherein.index.furniture.reasons import REPEATED_SENTENCE
from wherein.index.structure.line_shapes import has_words

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]* ")
_QUOTES = "\"'“”‘’ "
_SHORTEST_QUOTE = 6  # in words


def find_pull_quotes(page: Page) -> Marks:
    """Find blocks of the article that only repeat a sentence of a longer paragraph."""
    sentences_of = {
        number: [
            fold_line(sentence.strip(_QUOTES))
            for sentence in _SENTENCE_END.split(page.texts[number])
        ]
        for number in page.body
    }
    in_paragraphs = {
        sentence
        for sentences in sentences_of.values()
        if len(sentences) > 1
        for sentence in sentences
    }
    for number, sentences in sentences_of.items():
        is_repeated = len(sentences) == 1 and sentences[0] in in_paragraphs
        if is_repeated and has_words(sentences[0], _SHORTEST_QUOTE) and number not in page.reasons:
            yield number, REPEATED_SENTENCE
