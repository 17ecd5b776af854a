"""The tuned values of the lexical index. Experiments pass other values in.

`scripts/ablation` measures what each value is worth.
"""

from dataclasses import dataclass

STOP_WORDS = (
    "a an the and or of in on at to for from by with as it its this that s "
    "is are was were be been do does did what which who whom whose when where why how "
    "happen"
)
"""Words that form a question and do not describe its subject, separated by spaces."""


@dataclass(frozen=True, slots=True)
class LexicalConfig:
    """How text becomes terms. The writer and the reader of an index must use the same value.

    Attributes:
        title_weight: How many times the words of a title count among the words of its passage.
        fold_accents: Whether accented letters become ASCII letters ("Zürich" becomes "zurich").
        stem: Whether words are reduced to their English stems ("visited" becomes "visit").
        stop_words: Words that a question ignores, separated by spaces. Passages keep them.
        title_covers_sentences: Whether each sentence of a passage also contains the title's words.
    """

    title_weight: int = 2
    fold_accents: bool = True
    stem: bool = True
    stop_words: str = STOP_WORDS
    title_covers_sentences: bool = True


@dataclass(frozen=True, slots=True)
class Bm25:
    """The parameters of BM25, applied when a question is scored.

    Attributes:
        k1: How slowly the score saturates as a term repeats in a passage.
        b: How strongly a long passage is penalised, 0 (not at all) to 1.
    """

    k1: float = 0.9
    b: float = 0.4


DEFAULT_LEXICAL = LexicalConfig()
DEFAULT_BM25 = Bm25()
