"""Fits the verdict's calibration for an encoder, and checks it on articles it was not fitted on.

A question is answerable in a folder that has its article, and absent in one that has not. So
folders of many sizes are drawn from a set of questions, and the same questions asked in each.
"""

import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from wherein.index.build import Track, build, build_passages
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation.evaluate import Answer, LoadedModel, evaluate
from wherein.search.evaluation.question_sets import (
    Question,
    QuestionSet,
    QuestionSetError,
    Unanswerable,
)
from wherein.search.ranking.verdict import FEATURES, Calibration, Evidence

SHARES = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32)
"""How many of the articles a folder gets: from half of a set down to a few."""

DRAWS = 3
"""Folders of each size."""

MOST_ASKED = 150
"""Questions of each kind that are asked in a folder."""

NEAR_WEIGHT = 0.02
"""What all near questions weigh, where the answerable and the absent ones of a folder weigh 1
each. To these features they look as the answerable ones do, and would drag those down."""

ANSWERED = 0.955
"""How many of the answerable questions the upper threshold lets be answered."""

NOT_NONE = 0.99
"""How many of them the lower one keeps from being told that nothing answers."""

SEED = 20


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, how many articles of each set it saw, and answers about those it did not."""

    calibration: Calibration
    articles: Mapping[str, int]
    checks: Mapping[str, Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Halves:
    """A set, the article of each of its documents by source, and who is fitted and checked on."""

    questions: QuestionSet
    articles: dict[str, str]
    fitted: frozenset[str]
    checked: frozenset[str]

    @classmethod
    def of(cls, questions: QuestionSet, snapshot: Snapshot) -> "Halves":
        """Every second of the articles that are asked about, in the order of their names.

        Passages of a corpus are of one article where they have one title.
        """
        apart = isinstance(questions.corpus, tuple)
        articles = {
            document.source: (apart and document.title) or document.source
            for document in snapshot.catalog.documents()
        }
        asked = sorted(
            {
                articles[source]
                for question in questions.questions
                if question.wanted
                for source in question.wanted.sources & articles.keys()
            }
        )
        return cls(questions, articles, frozenset(asked[::2]), frozenset(asked[1::2]))

    def all_checked(self) -> "Halves":
        """The same with nothing to fit on."""
        return replace(self, fitted=frozenset(), checked=self.fitted | self.checked)

    def wanted(self, question: Question) -> frozenset[str]:
        """The articles that answer a question."""
        sources = question.wanted.sources if question.wanted else ()
        return frozenset(self.articles[source] for source in sources if source in self.articles)

    def sources(self, articles: Iterable[str]) -> frozenset[str]:
        """The documents of some of the articles."""
        chosen = frozenset(articles)
        return frozenset(source for source, article in self.articles.items() if article in chosen)

    def asked_in(self, folder: frozenset[str], about: frozenset[str]) -> list[Question]:
        """The questions about these articles, as they stand in a folder that has some of them."""
        asked = []
        for question in self.questions.questions:
            wanted = self.wanted(question)
            if wanted and wanted <= about:
                if wanted <= folder:
                    asked.append(question)
                elif not wanted & folder:
                    absent = replace(question, wanted=None, unanswerable=Unanswerable.ABSENT)
                    asked.append(absent)
        return asked

    def of_kind(self, kind: Unanswerable) -> list[Question]:
        """The questions that the set itself has as unanswerable."""
        return [question for question in self.questions.questions if question.unanswerable is kind]


class Asker:
    """Asks questions of the whole of a set or of a part; keeps its files below the instance."""

    def __init__(self, model: LoadedModel, instance: Path, track: Track) -> None:
        self._model = model
        self._instance = instance
        self._track = track

    def whole(self, questions: QuestionSet) -> Snapshot:
        """The index of all of a set, which every part takes its encodings from."""
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
        """The answers out of these documents alone, by default out of all."""
        own = questions.instance(self._instance)
        with tempfile.TemporaryDirectory(dir=own) as scratch:
            part = Path(scratch)
            if sources is not None:
                shutil.copy(own / "encodings.sqlite", part)
                self._build(questions, part, sources)
            snapshot = Snapshot.open(Store(own if sources is None else part).current_folder())
            memory = self._instance / "evaluation" / "questions.sqlite"
            return evaluate(
                questions.name, snapshot, self._model.encoder, asked, memory, calibration
            ).answers

    def _build(
        self, questions: QuestionSet, instance: Path, sources: frozenset[str] | None
    ) -> None:
        corpus = questions.corpus
        if corpus is None:
            raise QuestionSetError(
                f"{questions.path} has no documents of its own to draw folders from. Name a folder "
                "with documents/ and questions.jsonl, or a BEIR set."
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


def draw(halves: Halves) -> Iterator[tuple[frozenset[str], list[Question]]]:
    """Folders, as articles, without those that are checked on; what is asked in each."""
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    free = sorted(set(halves.articles.values()) - halves.checked)
    for share in SHARES:
        for _ in range(DRAWS):
            # At least one of those that are asked about, so that something is answerable.
            sure = chance.choice(sorted(halves.fitted))
            folder = frozenset([sure, *chance.sample(free, round(share * len(free)))])
            asked = halves.asked_in(folder, halves.fitted)
            kinds = [[q for q in asked if (q.wanted is None) == absent] for absent in (False, True)]
            if all(kinds):
                some = [chance.sample(kind, min(MOST_ASKED, len(kind))) for kind in kinds]
                yield folder, [*some[0], *some[1]]


def fit(sets: Sequence[QuestionSet], others: Sequence[QuestionSet], asker: Asker) -> Fitted:
    """Fit on half of the articles of each set; check on the other half, and on all of others."""
    halves = [Halves.of(questions, asker.whole(questions)) for questions in sets]
    folders: list[Sequence[Answer]] = []
    near: list[Answer] = []
    for half in halves:
        folders += [
            asker.ask(half.questions, asked, half.sources(folder)) for folder, asked in draw(half)
        ]
        near += _near(half, asker, None, half.fitted)
    if not folders:
        raise QuestionSetError(
            "There is nothing to fit on: the questions must be about four articles at least."
        )
    calibration = calibrate(folders, near)
    unseen = [Halves.of(questions, asker.whole(questions)).all_checked() for questions in others]
    return Fitted(
        calibration,
        articles={half.questions.name: len(half.fitted) for half in halves},
        checks={
            half.questions.name: _check(half, asker, calibration) for half in [*halves, *unseen]
        },
    )


def _check(halves: Halves, asker: Asker, calibration: Calibration) -> tuple[Answer, ...]:
    """Answers to questions about the articles that were not fitted on.

    Where the set has no absent questions, half of those articles are left out of the folder.
    """
    questions, folder = halves.questions, frozenset(halves.articles.values())
    absent = halves.of_kind(Unanswerable.ABSENT)
    if not absent:
        folder -= frozenset(sorted(halves.checked)[::2])
    asked = [*halves.asked_in(folder, halves.checked), *absent]
    sources = None if absent else halves.sources(folder)
    near = _near(halves, asker, calibration, halves.checked)
    return (*asker.ask(questions, asked, sources, calibration), *near)


def _near(
    halves: Halves, asker: Asker, calibration: Calibration | None, articles: frozenset[str]
) -> list[Answer]:
    """Answers to the near questions that come nearest to these articles."""
    asked = halves.of_kind(Unanswerable.NEAR)
    answers = asker.ask(halves.questions, asked, None, calibration) if asked else ()
    return [a for a in answers if a.top and halves.articles[a.top.source] in articles]


def calibrate(folders: Sequence[Sequence[Answer]], near: Sequence[Answer]) -> Calibration:
    """Logistic regression over the answers of each folder, its two kinds weighing equally."""
    rows: list[Evidence] = []
    truth: list[bool] = []
    weights: list[float] = []
    for answers in folders:
        for answerable in (True, False):
            kind = [a for a in answers if (a.question.wanted is not None) == answerable]
            found = [a.evidence for a in kind if a.evidence]
            rows += found
            truth += [answerable] * len(found)
            weights += [1 / len(kind)] * len(found)
    rows += [a.evidence for a in near if a.evidence]
    truth += [False] * (len(rows) - len(truth))
    weights += [NEAR_WEIGHT * len(folders) / max(1, len(near))] * (len(rows) - len(weights))

    features = np.array([astuple(row) for row in rows])
    means = np.average(features, axis=0, weights=weights)
    spreads = np.sqrt(np.average((features - means) ** 2, axis=0, weights=weights))
    spreads[spreads == 0] = 1  # a feature that is the same everywhere gets no weight anyway
    # A folder weighs 2 however many questions it was asked, so the penalty is made light.
    model = LogisticRegression(C=10, max_iter=1000)
    model.fit((features - means) / spreads, truth, weights)
    scaled = model.coef_[0] / spreads
    fitted = Calibration(
        intercept=round(float(model.intercept_[0] - scaled @ means), 4),
        weights={name: round(float(w), 4) for name, w in zip(FEATURES, scaled, strict=True)},
        answered=0.5,
        weak=0.5,
    )
    confidences = np.array([fitted.judge(row).confidence for row in rows])
    answerable_ones = np.array(truth)
    thresholds = np.quantile(
        confidences[answerable_ones],
        [1 - ANSWERED, 1 - NOT_NONE],
        method="inverted_cdf",
        weights=np.array(weights)[answerable_ones],
    )
    # Downwards, so that the question that sets a threshold reaches it.
    answered, weak = np.floor(thresholds * 10_000) / 10_000
    return replace(fitted, answered=float(answered), weak=float(weak))
