"""Asks questions of a whole question set or of some of its documents."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from wherein.index.build import Track, build, build_passages
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.evaluate import Answer, evaluate_questions
from wherein.search.evaluation.question_cache import CACHE
from wherein.search.evaluation.question_sets import Question, QuestionSet
from wherein.search.ranking.verdict import Calibration

_ENCODINGS = "encodings.sqlite"


class Asker:
    """Asks questions. Its indexes are kept below an instance folder."""

    def __init__(self, model: LoadedModel, instance: Path, track: Track) -> None:
        self._model = model
        self._instance = instance
        self._track = track

    def index_all(self, questions: QuestionSet) -> Snapshot:
        """Index all of a set. Every part of it reuses these encodings."""
        own = questions.instance(self._instance)
        self._build(questions, own, None)
        return Snapshot.open(Store(own).current_folder())

    def ask(
        self,
        questions: QuestionSet,
        asked: Sequence[Question],
        sources: frozenset[str] | None = None,
        calibration: Calibration | None = None,
    ) -> tuple[Answer, ...]:
        """Ask questions of the whole set, which is indexed already, or of some of its documents.

        Args:
            questions: The set.
            asked: The questions.
            sources: The documents to ask; None asks all.
            calibration: The model of the verdict, if any.

        Returns:
            An answer for each question.
        """
        own = questions.instance(self._instance)
        with tempfile.TemporaryDirectory(dir=own) as scratch:
            part = Path(scratch)
            if sources is not None:
                shutil.copy(own / _ENCODINGS, part)
                self._build(questions, part, sources)
            snapshot = Snapshot.open(Store(own if sources is None else part).current_folder())
            cache = self._instance / CACHE
            return evaluate_questions(
                questions.name, snapshot, self._model.encoder, asked, cache, calibration
            ).answers

    def _build(
        self, questions: QuestionSet, instance: Path, sources: frozenset[str] | None
    ) -> None:
        corpus = questions.corpus
        if corpus is None:
            raise QuestionSetError(
                f"{questions.path} has no documents to draw folders from. Name a folder with "
                "documents/ and questions.jsonl, or a BEIR set."
            )
        if isinstance(corpus, tuple):
            entries = [e for e in corpus if sources is None or e.document.source in sources]
            build_passages(entries, instance, self._model, self._track)
            return
        if sources is not None:
            for source in sources:
                copy = instance / "documents" / source
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(corpus / source, copy)
            corpus = instance / "documents"
        build(corpus, instance, self._model, self._track)
