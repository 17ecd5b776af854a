"""What speaks for the first hit of a ranking, and against it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from wherein.index.catalog.stored import StoredPassage
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.sentences import Span
from wherein.search.ranking.hits import Hit
from wherein.search.ranking.ranking import Ranking

_WORD = re.compile(r"\w+")
_NEGATION = re.compile(
    r"\b(?:no|not|nor|never|none|neither|cannot|without)\b|n[’']t\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Match:
    """How well the first hit matches the question.

    Attributes:
        cosine: The cosine of its best sentence.
        words: The share of the question's words, by idf, that the passage and its title have.
        sentence_words: The share that the best sentence has.
    """

    cosine: float
    words: float
    sentence_words: float


@dataclass(frozen=True, slots=True)
class Lead:
    """How far the score of the first hit is above others; above the floor if there are none.

    Attributes:
        over_second: The difference to the score of the second hit.
        over_tenth: The difference to the score of the tenth hit.
    """

    over_second: float
    over_tenth: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the question has and the first hit lacks: 1.0 if it lacks that, else 0.0.

    Attributes:
        lacks_name: A word of the question with a capital letter.
        lacks_negation: A negation in the best sentence, where the question has one.
        lacks_date: A date in the best sentence, where the question asks when.
        lacks_time: A date that overlaps a time in the question.
    """

    lacks_name: float
    lacks_negation: float
    lacks_date: float
    lacks_time: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of the verdict's model."""

    match: Match
    lead: Lead
    gaps: Gaps

    def features(self) -> dict[str, float]:
        """Return the features by their names in a calibration."""
        parts = (asdict(self.match), asdict(self.lead), asdict(self.gaps))
        return dict(chain.from_iterable(part.items() for part in parts))


FEATURES = tuple(Evidence(Match(0, 0, 0), Lead(0, 0), Gaps(0, 0, 0, 0)).features())
"""The names of the features, in order."""


@dataclass(frozen=True, slots=True)
class _FirstHit:
    """The first hit with its best sentence, as text and as the words of the lexical index."""

    passage: StoredPassage
    sentence: Span
    words: set[str]
    sentence_words: set[str]

    @property
    def answer(self) -> str:
        return self.passage.text[slice(*self.sentence)]


def collect_evidence(ranking: Ranking, hits: Sequence[Hit] = ()) -> Evidence | None:
    """Collect the evidence for the first hit of a ranking.

    Args:
        ranking: The ranking.
        hits: A page of its hits. If the first hit is among them, it is not read again.

    Returns:
        The evidence, or None if nothing is relevant.
    """
    if not ranking.total:
        return None
    first = _first_hit(ranking, hits)
    return Evidence(_match(ranking, first), _lead(ranking), _gaps(ranking, first))


def _first_hit(ranking: Ranking, hits: Sequence[Hit]) -> _FirstHit:
    catalog, lexical = ranking.request.snapshot.catalog, ranking.request.snapshot.lexical
    if hits and hits[0].rank == 1:
        passage, sentence = hits[0].passage, hits[0].highlights[0]
    else:
        [passage] = catalog.passages([int(ranking.relevant.passages[0])])
        [sentence] = catalog.sentences([int(ranking.relevant.sentences.rows[0])])
    return _FirstHit(
        passage,
        sentence,
        words=set(lexical.analyze(f"{passage.title or ''}\n{passage.text}")),
        sentence_words=set(lexical.analyze(passage.text[slice(*sentence)])),
    )


def _match(ranking: Ranking, first: _FirstHit) -> Match:
    lexical, terms = ranking.request.snapshot.lexical, ranking.request.terms
    weights = dict(zip(terms, lexical.idf(terms).tolist(), strict=True))
    return Match(
        cosine=float(ranking.relevant.sentences.cosines[0]),
        words=_share(weights, first.words),
        sentence_words=_share(weights, first.sentence_words),
    )


def _lead(ranking: Ranking) -> Lead:
    scores, floor = ranking.relevant.scores[:10].tolist(), ranking.request.config.floor
    return Lead(
        over_second=scores[0] - (scores[1] if len(scores) > 1 else floor),
        over_tenth=scores[0] - (scores[9] if len(scores) > 9 else floor),
    )


def _gaps(ranking: Ranking, first: _FirstHit) -> Gaps:
    query, dates = ranking.request.query, first.passage.dates
    start, end = first.sentence
    has_names = first.words.issuperset(_names(query.text, ranking.request.snapshot.lexical))
    has_date = any(start <= date.start < end for date in dates)
    has_time = any(date.interval.overlaps(time) for date in dates for time in query.times)
    return Gaps(
        lacks_name=float(not has_names),
        lacks_negation=float(_negates(query.text) and not _negates(first.answer)),
        lacks_date=float(query.asks_when and not has_date),
        lacks_time=float(bool(query.times) and not has_time),
    )


def _share(weights: Mapping[str, float], words: set[str]) -> float:
    total = sum(weights.values())
    return sum(weights[word] for word in weights if word in words) / total if total else 0.0


def _names(question: str, lexical: LexicalIndex) -> set[str]:
    """Return the terms of the words with a capital letter, without the first word and "I"."""
    words = _WORD.findall(question)[1:]
    names = [word for word in words if word[0].isupper() and len(word) > 1]
    return set(lexical.terms(" ".join(names)))


def _negates(text: str) -> bool:
    return _NEGATION.search(text) is not None
