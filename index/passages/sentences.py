"""Sentence boundaries, found by nupunkt and corrected where nupunkt splits a date."""

import re
from functools import cache

from nupunkt import PunktSentenceTokenizer
from nupunkt.models import load_default_model

from wherein.index.dates.scanner import find_dates

Span = tuple[int, int]
"""Start and end of a part of a text, as offsets of characters. The end is exclusive."""

# Titles before names. nupunkt 0.8 ends a sentence after each of them.
_ABBREVIATIONS = "cllr cllrs lt lieut cmdr cdr mme mlle sra dra ing dipl msgr dott"

# A full stop after a day ("12. Juni") may or may not end a sentence.
_ENDS_IN_DAY = re.compile(r"\b\d{1,2}\.\s*$")


def split_sentences(text: str) -> list[Span]:
    """Split one paragraph into sentences.

    Args:
        text: A paragraph, without line breaks.

    Returns:
        The spans of the sentences, in order, without the white space around them.
    """
    spans = [span for _, span in _tokenizer().tokenize_with_spans(text)]
    if any(_ENDS_IN_DAY.search(text, max(start, end - 6), end) for start, end in spans[:-1]):
        spans = _join_split_dates(text, spans)
    return [span for start, end in spans if (span := strip_span(text, start, end))]


def strip_span(text: str, start: int, end: int) -> Span | None:
    """Shrink a span by the white space at both its ends.

    Args:
        text: The text that the span belongs to.
        start: The start of the span.
        end: The end of the span, exclusive.

    Returns:
        The smaller span, or None where nothing but white space was inside.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _join_split_dates(text: str, spans: list[Span]) -> list[Span]:
    """Join neighbouring spans where the boundary between them lies inside a date."""
    dates = find_dates(text)
    joined = spans[:1]
    for start, end in spans[1:]:
        if any(date.start < start < date.end for date in dates):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@cache
def _tokenizer() -> PunktSentenceTokenizer:
    """Load a tokenizer of our own. The one inside nupunkt's functions is shared by all callers."""
    tokenizer = load_default_model()
    tokenizer.add_abbreviations(_ABBREVIATIONS.split())
    return tokenizer
