"""Fits a calibration to an encoder, and checks it on articles that were held out.

A question is answerable in a folder that has its article, and absent in a folder that does not. So
folders of many sizes are drawn from a question set, and the same questions are asked in each.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.calibration.asker import Asker
from scripts.calibration.regression import calibrate
from scripts.calibration.split import ArticleSplit
from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.evaluate import Answer
from wherein.search.evaluation.question_sets import Question, QuestionSet, Unanswerable
from wherein.search.ranking.verdict import Calibration

SHARES = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32)
"""The share of all articles in a folder: from half of a set down to a few articles."""

_FOLDERS_PER_SHARE = 3
_MAX_QUESTIONS = 150
"""The number of questions of each kind that are asked in a folder."""

_SEED = 20


@dataclass(frozen=True, slots=True)
class Fitted:
    """The result of a fit.

    Attributes:
        calibration: The fitted model.
        articles: The number of training articles of each set.
        checks: The answers about held-out articles, by set.
    """

    calibration: Calibration
    articles: Mapping[str, int]
    checks: Mapping[str, Sequence[Answer]]


def draw_folders(split: ArticleSplit) -> Iterator[tuple[frozenset[str], list[Question]]]:
    """Draw folders at random, always the same ones.

    Args:
        split: The articles.

    Yields:
        The articles of a folder, none of them held out, and the questions to ask.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    free = sorted(set(split.articles.values()) - split.held_out)
    for share in SHARES:
        for _ in range(_FOLDERS_PER_SHARE):
            # A training article is always in, so that a question is answerable.
            sure = chance.choice(sorted(split.training))
            folder = frozenset([sure, *chance.sample(free, round(share * len(free)))])
            asked = split.questions_in(folder, split.training)
            kinds = [[q for q in asked if (q.wanted is None) == absent] for absent in (False, True)]
            if all(kinds):
                some = [chance.sample(kind, min(_MAX_QUESTIONS, len(kind))) for kind in kinds]
                yield folder, [*some[0], *some[1]]


def fit(sets: Sequence[QuestionSet], others: Sequence[QuestionSet], asker: Asker) -> Fitted:
    """Fit on half of the articles of each set, and check on all others.

    Args:
        sets: The sets to fit on; their held-out articles are checked on.
        others: Sets to check on only.
        asker: Indexes the sets and asks the questions.

    Returns:
        The calibration and the answers of the check.

    Raises:
        QuestionSetError: The sets have too few articles.
    """
    splits = [ArticleSplit.of(questions, asker.index_all(questions)) for questions in sets]
    folders: list[Sequence[Answer]] = []
    near: list[Answer] = []
    for split in splits:
        folders += [
            asker.ask(split.questions, asked, split.sources(folder))
            for folder, asked in draw_folders(split)
        ]
        near += _near(split, asker, None, split.training)
    if not folders:
        raise QuestionSetError(
            "There is too little to fit on. The questions must be about four articles or more."
        )
    calibration = calibrate(folders, near)
    unseen = [ArticleSplit.of(other, asker.index_all(other)).all_held_out() for other in others]
    return Fitted(
        calibration,
        articles={split.questions.name: len(split.training) for split in splits},
        checks={
            split.questions.name: _check(split, asker, calibration) for split in [*splits, *unseen]
        },
    )


def _check(split: ArticleSplit, asker: Asker, calibration: Calibration) -> tuple[Answer, ...]:
    """Ask the questions about the held-out articles.

    If the set has no absent questions, half of those articles are left out of the folder.
    """
    questions, folder = split.questions, frozenset(split.articles.values())
    absent = split.of_kind(Unanswerable.ABSENT)
    if not absent:
        folder -= frozenset(sorted(split.held_out)[::2])
    asked = [*split.questions_in(folder, split.held_out), *absent]
    sources = None if absent else split.sources(folder)
    near = _near(split, asker, calibration, split.held_out)
    return (*asker.ask(questions, asked, sources, calibration), *near)


def _near(
    split: ArticleSplit, asker: Asker, calibration: Calibration | None, articles: frozenset[str]
) -> list[Answer]:
    """Return the answers to the near questions whose first hit is in one of the articles."""
    asked = split.of_kind(Unanswerable.NEAR)
    answers = asker.ask(split.questions, asked, None, calibration) if asked else ()
    return [a for a in answers if a.top and split.articles[a.top.source] in articles]
