"""Text to terms: tokens in lower case, without accents, stemmed."""

import zlib

import tantivy

from wherein.index.lexical.config import LexicalConfig


def make_analyzer(config: LexicalConfig) -> tantivy.TextAnalyzer:
    """Build the analyzer of passages and questions.

    Args:
        config: Which filters the analyzer applies.

    Returns:
        An analyzer whose `analyze(text)` gives the terms of a text, in order.
    """
    builder = _unstemmed(config)
    if config.stem:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def make_phrase_analyzer(config: LexicalConfig) -> tantivy.TextAnalyzer:
    """Build the analyzer of exact phrases, which does not stem."""
    return _unstemmed(config).build()


def term_id(term: str) -> int:
    """Compute the 32-bit CRC of a term, by which the postings store the term."""
    return zlib.crc32(term.encode())


def _unstemmed(config: LexicalConfig) -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.lowercase())
    if config.fold_accents:
        builder = builder.filter(tantivy.Filter.ascii_fold())
    return builder
