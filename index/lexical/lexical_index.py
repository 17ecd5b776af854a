"""The lexical index of a snapshot: Tantivy finds candidates and phrases, the postings score them.

`write` and `LexicalIndex` must get the same `LexicalConfig`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np
import tantivy

from wherein.index.arrays import Mask, Numbers, Scores
from wherein.index.errors import DamagedSnapshot
from wherein.index.lexical import bm25 as scoring
from wherein.index.lexical import postings
from wherein.index.lexical.analyzer import make_analyzer, make_phrase_analyzer
from wherein.index.lexical.bm25 import TermGain, TermScores
from wherein.index.lexical.config import DEFAULT_BM25, DEFAULT_LEXICAL, Bm25, LexicalConfig
from wherein.index.lexical.postings import Postings, TermCounts
from wherein.index.passages.splitter import Passage

_WORDS, _EXACT, _EXACT_TITLE, _PASSAGE = "words", "exact", "exact_title", "passage"
_STEMMED_TOKENIZER, _EXACT_TOKENIZER = "words", "exact"

_HEAP_BYTES = 4_000_000_000
"""An upper limit, not an allocation. Below this limit Tantivy writes a single segment in which the
passages keep their order. So ties among candidates are broken alike in every build."""


def write(
    folder: Path,
    passages: Iterable[Passage],
    term_counts: Iterable[TermCounts | None] | None = None,
    config: LexicalConfig = DEFAULT_LEXICAL,
) -> int:
    """Index passages in the order of their numbers. The caller flushes the files to disk.

    Args:
        folder: An existing, empty folder.
        passages: The passages.
        term_counts: What is already known of each passage. None for a passage, or for all, means
            that this function counts the terms.
        config: How text becomes terms.

    Returns:
        The number of passages.
    """
    analyzer = make_analyzer(config)
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer(_STEMMED_TOKENIZER, analyzer)
    index.register_tokenizer(_EXACT_TOKENIZER, make_phrase_analyzer(config))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    counts: list[TermCounts] = []
    known = repeat(None) if term_counts is None else term_counts
    for number, (passage, counted) in enumerate(zip(passages, known, strict=False)):
        writer.add_document(_tantivy_document(number, passage, config))
        counts.append(counted or TermCounts.of(passage, analyzer, config))
    writer.commit()
    writer.wait_merging_threads()
    postings.write(folder, counts)
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return len(counts)


def _schema() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_text_field(_WORDS, tokenizer_name=_STEMMED_TOKENIZER, index_option="freq")
        .add_text_field(_EXACT, tokenizer_name=_EXACT_TOKENIZER, index_option="position")
        .add_text_field(_EXACT_TITLE, tokenizer_name=_EXACT_TOKENIZER, index_option="position")
        .add_unsigned_field(_PASSAGE, fast=True)
        .build()
    )


def _tantivy_document(number: int, passage: Passage, config: LexicalConfig) -> tantivy.Document:
    title = passage.title or ""
    document = tantivy.Document()
    for text in [title] * config.title_weight + [passage.text]:
        document.add_text(_WORDS, text)
    document.add_text(_EXACT, passage.text)
    document.add_text(_EXACT_TITLE, title)
    document.add_unsigned(_PASSAGE, number)
    return document


class LexicalIndex:
    """Finds and scores passages by their words. Several threads may use an index at once.

    Args:
        folder: A folder that `write` filled.
        config: The value that `write` got.

    Raises:
        DamagedSnapshot: Tantivy cannot open the folder.
    """

    def __init__(self, folder: Path, config: LexicalConfig = DEFAULT_LEXICAL) -> None:
        self._analyzer = make_analyzer(config)
        self._phrase_analyzer = make_phrase_analyzer(config)
        self._stop_words = frozenset(self._analyzer.analyze(config.stop_words))
        self._schema = _schema()
        try:
            index = tantivy.Index.open(str(folder))
        except ValueError as error:
            raise DamagedSnapshot(
                f"The word index in {folder} cannot be opened: {error}. "
                "Run `wherein reindex FOLDER` to build a new index."
            ) from error
        index.register_tokenizer(_STEMMED_TOKENIZER, self._analyzer)
        index.register_tokenizer(_EXACT_TOKENIZER, self._phrase_analyzer)
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()
        self._postings = Postings(folder)

    def __len__(self) -> int:
        return len(self._postings)

    def term_counts(self) -> Callable[[int], TermCounts]:
        """Sort the stored term counts by passage, for use in the next build.

        Returns:
            A function from the number of a passage to its term counts.
        """
        return self._postings.by_passage()

    def analyze(self, text: str) -> list[str]:
        """Analyze a text into its terms, in order and with repetitions."""
        terms: list[str] = self._analyzer.analyze(text)
        return terms

    def terms(self, question: str) -> list[str]:
        """Analyze a question into distinct terms, in order, without stop words.

        A question of nothing but stop words ("who is it") keeps them.
        """
        terms = list(dict.fromkeys(self.analyze(question)))
        return [term for term in terms if term not in self._stop_words] or terms

    def candidates(self, terms: Sequence[str], limit: int, within: Mask | None = None) -> Numbers:
        """Find the passages that Tantivy's own BM25 ranks first for any of the terms.

        Under a filter, the search is repeated with a higher limit until enough passages remain.

        Args:
            terms: The terms of a question.
            limit: The maximum number of passages.
            within: Which passages the filters admit: (passages,). None admits all.

        Returns:
            The numbers of at most `limit` passages, best first.
        """
        if within is None:
            return self._ranked(terms, limit)
        wanted = limit * len(within) // max(1, int(within.sum()))
        while True:
            found = self._ranked(terms, wanted)
            kept = found[within[found]][:limit]
            if len(kept) == limit or len(found) < wanted:
                return kept
            wanted *= 4

    def has_phrase(self, phrase: str) -> Mask:
        """Find the passages that contain a phrase word for word, in their text or in their title.

        Words are not stemmed. Case, accents and the characters between words do not matter.

        Args:
            phrase: One or more words. A phrase without words is found in every passage.

        Returns:
            For each passage, whether it contains the phrase: (passages,).
        """
        found = np.zeros(len(self), np.bool_)
        words: list[str | tuple[int, str]] = [*self._phrase_analyzer.analyze(phrase)]
        if not (words and len(self)):
            return ~found
        for field in (_EXACT, _EXACT_TITLE):
            query = (
                tantivy.Query.term_query(self._schema, field, words[0], "basic")
                if len(words) == 1
                else tantivy.Query.phrase_query(self._schema, field, words)
            )
            found[self._search(tantivy.Query.const_score_query(query, 1.0), len(self))] = True
        return found

    def scores(
        self, terms: Sequence[str], passages: Numbers, bm25: Bm25 = DEFAULT_BM25
    ) -> TermScores:
        """Score passages for the terms of a question.

        Args:
            terms: The distinct terms of a question.
            passages: The numbers of the passages to score: (n,).
            bm25: The parameters of BM25.

        Returns:
            BM25 and, for word coverage, the sentences that contain each term.
        """
        return scoring.score(self._postings, self._idf_by_term(terms), passages, bm25)

    def gains(
        self, terms: Sequence[str], passage: int, bm25: Bm25 = DEFAULT_BM25
    ) -> list[TermGain]:
        """Explain the BM25 score of one passage.

        Args:
            terms: The distinct terms of a question.
            passage: The number of the passage.
            bm25: The parameters of BM25.

        Returns:
            What each term adds, for the terms that the passage contains, in the order of `terms`.
        """
        frequencies = dict(zip(terms, self._frequencies(terms), strict=True))
        idfs = self._idf_by_term(terms)
        return scoring.term_gains(self._postings, idfs, frequencies, passage, bm25)

    def idf(self, terms: Sequence[str]) -> Scores:
        """Compute the inverse document frequency of each term: (terms,)."""
        return scoring.idf(self._frequencies(terms), len(self))

    def _idf_by_term(self, terms: Sequence[str]) -> dict[str, float]:
        return dict(zip(terms, self.idf(terms).tolist(), strict=True))

    def _frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self._searcher.doc_freq(_WORDS, term) for term in terms]

    def _ranked(self, terms: Sequence[str], limit: int) -> Numbers:
        if not terms:
            return np.empty(0, np.int64)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _WORDS, term, "freq"))
            for term in terms
        ]
        return self._search(tantivy.Query.boolean_query(clauses), limit)

    def _search(self, query: tantivy.Query, limit: int) -> Numbers:
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values(_PASSAGE, [address for _, address in hits])
        return np.array(numbers, np.int64)
