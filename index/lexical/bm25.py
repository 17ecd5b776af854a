"""BM25 and word coverage, computed from postings.

BM25 as in Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond",
with the idf of Lucene, which is never negative. Tantivy computes BM25 too, but its k1 and b are
fixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Numbers, Scores
from wherein.index.lexical.analyzer import term_id
from wherein.index.lexical.config import Bm25
from wherein.index.lexical.postings import LAST_BIT, Postings


@dataclass(frozen=True, slots=True)
class TermScores:
    """The scores of some passages for the terms of a question.

    Attributes:
        bm25: The BM25 score of each passage: (passages,).
        weights: The idf of each term, divided by the sum over all terms: (terms,).
        sentence_masks: Which sentences of each passage contain each term, as in
            `postings.TermCounts`: (terms, passages).
    """

    bm25: Scores
    weights: Scores
    sentence_masks: npt.NDArray[np.uint32]

    def coverage(self, owners: Numbers, sentences: Numbers) -> Scores:
        """Compute the share of the question's words that each sentence and its title contain.

        Args:
            owners: The position, among the scored passages, of each sentence's passage: (n,).
            sentences: The number of each sentence within its passage: (n,).

        Returns:
            Shares weighted by idf, 0 to 1: (n,).
        """
        bits = np.minimum(sentences, LAST_BIT).astype(np.uint32)
        covered = np.zeros(len(owners))
        for weight, masks in zip(self.weights.tolist(), self.sentence_masks, strict=True):
            if masks.any():
                covered += weight * (masks[owners] >> bits & np.uint32(1))
        return covered


@dataclass(frozen=True, slots=True)
class TermGain:
    """What one term adds to the BM25 score of one passage: idf × count / (count + norm).

    Attributes:
        term: The term, as the analyzer gives it.
        count: How often the passage contains the term. Title words are weighted.
        passages: How many passages contain the term.
        idf: The inverse document frequency of the term.
        norm: The length norm of the passage: k1 × (1 - b + b × length / mean length).
        gain: The part of the score that comes from this term.
    """

    term: str
    count: int
    passages: int
    idf: float
    norm: float
    gain: float


def idf(frequencies: Sequence[int], passages: int) -> Scores:
    """Compute the inverse document frequency of terms, as Lucene does.

    Args:
        frequencies: How many passages contain each term: (terms,).
        passages: How many passages there are.

    Returns:
        One weight a term, never negative, the rarer the term the higher: (terms,).
    """
    having = np.array(frequencies, np.float64)
    return np.log1p((passages - having + 0.5) / (having + 0.5))


def length_norms(postings: Postings, passages: Numbers, bm25: Bm25) -> Scores:
    """Compute the denominator's length norm: k1 × (1 - b + b × length / mean length).

    Args:
        postings: The index, with the length of each passage.
        passages: The numbers of the passages: (passages,).
        bm25: The parameters k1 and b.

    Returns:
        One norm a passage: (passages,).
    """
    relative = bm25.b * postings.lengths[passages] / postings.mean_length
    norms: Scores = bm25.k1 * (1 - bm25.b + relative)
    return norms


def score(postings: Postings, idfs: dict[str, float], passages: Numbers, bm25: Bm25) -> TermScores:
    """Score passages for the terms of a question.

    Args:
        postings: The index.
        idfs: The terms and the idf of each.
        passages: The numbers of the passages to score: (passages,).
        bm25: The parameters k1 and b.

    Returns:
        BM25 and the sentence masks of each passage, in the order of `passages`.
    """
    # A fixed order of the terms makes the floating-point sums independent of the question's order.
    terms = sorted(idfs, key=lambda term: (term_id(term), idfs[term]))
    scores = np.zeros(len(passages))
    masks = np.zeros((len(terms), len(passages)), np.uint32)
    norms = length_norms(postings, passages, bm25)
    for row, term in enumerate(terms):
        having = postings.of(term)
        found, places = having.locate(passages)
        counts = having.counts[places].astype(np.float64)
        scores[found] += idfs[term] * counts / (counts + norms[found])
        masks[row, found] = having.sentence_masks[places]
    weights = np.array([idfs[term] for term in terms])
    return TermScores(scores, weights / (weights.sum() or 1), masks)


def term_gains(
    postings: Postings,
    idfs: dict[str, float],
    frequencies: dict[str, int],
    passage: int,
    bm25: Bm25,
) -> list[TermGain]:
    """Compute what each term adds to the BM25 score of one passage.

    Args:
        postings: The index.
        idfs: The terms and the idf of each.
        frequencies: How many passages contain each term.
        passage: The number of the passage.
        bm25: The parameters k1 and b.

    Returns:
        One entry for each term that the passage contains, in the order of `idfs`.
    """
    numbers = np.array([passage])
    norm = float(length_norms(postings, numbers, bm25)[0])
    gains = []
    for term, weight in idfs.items():
        having = postings.of(term)
        _, places = having.locate(numbers)
        for count in having.counts[places].tolist():
            gain = weight * count / (count + norm)
            gains.append(TermGain(term, count, frequencies[term], weight, norm, gain))
    return gains
