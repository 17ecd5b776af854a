"""Makes searchers of variants over the passages of a question set."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from scripts.ablation.variants import (
    EVERY_PASSAGE,
    SHIPPED_ENCODING,
    Encoding,
    Variant,
)
from wherein.index.arrays import Scores
from wherein.index.build import Track, build_passages
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.lexical import lexical_index
from wherein.index.lexical.config import LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import cut
from wherein.index.snapshot.store import LEXICAL, Snapshot, Store
from wherein.search.evaluation.corpus import index_corpus
from wherein.search.evaluation.question_sets import QuestionSet
from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.query.query import Query, plain_query
from wherein.search.ranking.ranking import Ranking
from wherein.search.searcher import Searcher

_ALL_SOURCES = Filters(source="**")
_RANK_CONSTANT = 60
"""k of reciprocal rank fusion (Cormack et al. 2009)."""


class RankFusion(Searcher):
    """A searcher that fuses the ranks by meaning and by words, instead of adding the scores.

    Dates count on both sides.
    """

    def rank(self, query: Query) -> Ranking:
        """Rank all relevant passages for a query."""
        ranking = super().rank(query)
        scored = ranking.relevant.take(np.argsort(ranking.relevant.passages))
        time_bonus = scored.date_bonus - scored.sentences.date_bonus
        by_meaning = scored.scores - self.config.weights.bm25 * scored.bm25
        by_words = scored.bm25 + time_bonus
        fused = replace(scored, scores=reciprocal_ranks(by_meaning) + reciprocal_ranks(by_words))
        order = np.argsort(-fused.scores, kind="stable")
        return replace(ranking, relevant=fused.take(order[fused.scores[order] > 0]))


def reciprocal_ranks(scores: Scores) -> Scores:
    """Return 1 / (k + rank) for each score; 0 for a score of 0, by which nothing was found."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    gains: Scores = np.where(scores > 0, 1 / (_RANK_CONSTANT + ranks), 0)
    return gains


def query_for(variant: Variant, text: str) -> Query:
    """Return a question for a variant.

    A filter that lets every document through makes the searcher score every passage, if the limit
    of the variant allows it.
    """
    scores_all = variant.ranking.candidates == EVERY_PASSAGE
    return plain_query(text, _ALL_SOURCES if scores_all else NO_FILTERS)


class VariantSearchers:
    """The searchers of a question set. Each index is built when a variant first needs it.

    Args:
        questions: The question set.
        model: The product's model.
        instance: The instance folder. Indexes with another encoding are kept below it.
        scratch: An empty folder for lexical indexes, which lives as long as the searchers.
        track: Shows the progress.
    """

    def __init__(
        self,
        questions: QuestionSet,
        model: LoadedModel,
        instance: Path,
        scratch: Path,
        track: Track,
    ) -> None:
        self._model = model
        self._folder = instance / "ablation" / questions.instance(instance).name
        self._scratch = scratch
        self._track = track
        shipped, _ = index_corpus(questions, instance, model, track)
        self._snapshots = {SHIPPED_ENCODING: shipped}
        self._lexical_folders: dict[LexicalConfig, Path] = {}
        self._shipped_lexical = Store(questions.instance(instance)).current_folder() / LEXICAL
        self.entries = _entries(questions, shipped, model)
        """The documents with their passages, in the order of the snapshot."""

    def searcher(self, variant: Variant, encoder: QuestionEncoder) -> Searcher:
        """Make the searcher of a variant.

        Args:
            variant: The ranking.
            encoder: The encoder of questions.

        Returns:
            A searcher over a snapshot with the variant's encoding and lexical index.
        """
        snapshot = self._snapshot(variant.encoding)
        if variant.encoding == SHIPPED_ENCODING:
            folder = self._lexical_folder(variant.lexical)
            lexical = LexicalIndex(folder, variant.lexical)
            snapshot = replace(snapshot, lexical=lexical)
        searcher = RankFusion if variant.fuse_ranks else Searcher
        return searcher(snapshot, encoder, config=variant.ranking)

    def _snapshot(self, encoding: Encoding) -> Snapshot:
        if encoding not in self._snapshots:
            instance = self._folder / encoding.name
            model = LoadedModel(self._model.name, encoding.encoder(self._model.encoder))
            entries = [encoding.entry(entry) for entry in self.entries]
            build_passages(entries, instance, model, self._track)
            self._snapshots[encoding] = Snapshot.open(Store(instance).current_folder())
        return self._snapshots[encoding]

    def _lexical_folder(self, config: LexicalConfig) -> Path:
        if config == LexicalConfig():
            return self._shipped_lexical
        if config not in self._lexical_folders:
            folder = self._scratch / str(len(self._lexical_folders))
            folder.mkdir()
            passages = (passage for entry in self.entries for passage in entry.passages)
            lexical_index.write(folder, passages, config=config)
            self._lexical_folders[config] = folder
        return self._lexical_folders[config]


def _entries(
    questions: QuestionSet, snapshot: Snapshot, model: LoadedModel
) -> Sequence[CatalogEntry]:
    """Return the documents of a snapshot with their passages, in its order."""
    catalog = snapshot.catalog
    digests = catalog.checksums()
    if isinstance(questions.corpus, tuple):
        by_source = {entry.document.source: entry for entry in questions.corpus}
        return [by_source[source] for source in catalog.sources]
    documents = (catalog.document(source) for source in catalog.sources)
    return [
        CatalogEntry(document, digests[document.source], tuple(cut(document, model.encoder)))
        for document in documents
        if document
    ]
