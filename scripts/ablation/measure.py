"""What each part of the ranking is worth: changes one at a time and measures the answers.

    python scripts/ablation.py squad_paragraphs nq timeqa [--write docs/quality.md]

prints a table in Markdown, or writes it between its markers in a file. Sets are found as by
`wherein evaluate`; what was encoded is kept below the instance folder.
"""

import argparse
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scripts.ablation.variants import WHOLE, Collection, Encodings, Ranking
from wherein.index.arrays import Scores
from wherein.index.build import build
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.encoding.cache import EncodingCache
from wherein.index.encoding.encoder import Encoder, PooledEncoder
from wherein.index.errors import ModelError
from wherein.index.lexical.config import DEFAULT_BM25, DEFAULT_CONFIG
from wherein.index.passages.splitter import cut
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.cli.main import loaded_model, run, track
from wherein.search.evaluation.evaluate import Answer, LoadedModel, judge, rank_figures
from wherein.search.evaluation.question_sets import (
    Entries,
    Question,
    QuestionSet,
    QuestionSetError,
    read_set,
)
from wherein.search.ranking.scoring import (
    COSINE_WEIGHT,
    COVERAGE_WEIGHT,
    FLOOR,
    TIME_BONUS,
    WHEN_BONUS,
)
from wherein.search.searcher import CANDIDATES, Hit
from wherein.search.settings import Settings, SettingsError

METRIC = "nDCG@10"
RESAMPLES = 10_000
_AT_ONCE = 500
SEED = 0
_NAME = re.compile(r"\w+")
_FEW = 10
"""A name that more entries have would find some of them anyway."""

BEGIN, END = "<!-- scripts/ablation.py -->\n", "<!-- /scripts/ablation.py -->\n"


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the ranking, and what stands in its place.

    With `left_out` that is nothing, or the plain thing; else it is another value of the part.
    """

    part: str
    instead: str
    ranking: Ranking
    left_out: bool = False


SHIPPED = Row("as shipped", "", Ranking())
FOLDING = Row("ASCII folding", "left out", Ranking(folded=False), left_out=True)
_TITLE = f"the title's words count {DEFAULT_CONFIG.title_weight} times"
_BM25 = f"k1 {DEFAULT_BM25.k1}, b {DEFAULT_BM25.b}"
_WEIGHT = f"cosine weight {COSINE_WEIGHT:g}"
_COVERAGE = f"{COVERAGE_WEIGHT:g} for the question's words in a sentence"
_WHEN = f"{WHEN_BONUS:g} for a date, asked when"
_TIME = f"{TIME_BONUS:g} for a date at the time named"
_CANDIDATES = "every passage scored"
CHANGED = (
    Row("vectors under the title", "left out", Ranking(titled=False), left_out=True),
    Row("a vector a sentence", "one a passage", Ranking(window=WHOLE), left_out=True),
    Row("a vector a sentence", "one for two neighbours", Ranking(window=2)),
    Row("a vector a sentence", "each by itself, out of its context", Ranking(alone=True)),
    Row(_TITLE, "0", Ranking(title_counts=0), left_out=True),
    Row(_TITLE, "1", Ranking(title_counts=1)),
    Row(_TITLE, "3", Ranking(title_counts=3)),
    Row("stemming", "left out", Ranking(stemmed=False), left_out=True),
    FOLDING,
    Row("stop words dropped", "kept", Ranking(stop_words=""), left_out=True),
    Row(_BM25, "1.2, 0.75", Ranking(k1=1.2, b=0.75), left_out=True),
    Row(_BM25, "0.6, 0.4", Ranking(k1=0.6)),
    Row(_BM25, "1.2, 0.4", Ranking(k1=1.2)),
    Row(_BM25, "0.9, 0.3", Ranking(b=0.3)),
    Row(_BM25, "0.9, 0.5", Ranking(b=0.5)),
    Row(
        "BM25", "cosine alone", Ranking(bm25_weight=0, coverage_weight=0, floor=None), left_out=True
    ),
    Row(
        "cosine",
        "BM25 alone",
        Ranking(cosine_weight=0, coverage_weight=0, floor=None),
        left_out=True,
    ),
    Row("weighted sum", "ranks fused", Ranking(reciprocal=True, floor=None), left_out=True),
    Row(_WEIGHT, "24", Ranking(cosine_weight=24)),
    Row(_WEIGHT, "26", Ranking(cosine_weight=26)),
    Row(_WEIGHT, "30", Ranking(cosine_weight=30)),
    Row(_WEIGHT, "32", Ranking(cosine_weight=32)),
    Row(_COVERAGE, "left out", Ranking(coverage_weight=0), left_out=True),
    Row(_COVERAGE, "6", Ranking(coverage_weight=6)),
    Row(_COVERAGE, "10", Ranking(coverage_weight=10)),
    Row(_COVERAGE, "without those of its title", Ranking(title_covers=False)),
    Row(_WHEN, "left out", Ranking(when_bonus=0), left_out=True),
    Row(_WHEN, "1", Ranking(when_bonus=1)),
    Row(_WHEN, "3", Ranking(when_bonus=3)),
    Row(_TIME, "left out", Ranking(time_bonus=0), left_out=True),
    Row(_TIME, "4", Ranking(time_bonus=4)),
    Row(_TIME, "6", Ranking(time_bonus=6)),
    Row(f"floor {FLOOR:g}", "left out", Ranking(floor=None)),
    Row(_CANDIDATES, "100 put forward", Ranking(candidates=100)),
    Row(_CANDIDATES, f"{CANDIDATES:,}, as the searcher", Ranking(candidates=CANDIDATES)),
    Row(_CANDIDATES, "500", Ranking(candidates=500)),
)


@dataclass(frozen=True, slots=True)
class Column:
    """nDCG@10 of each question of a set, by the ranking shipped and by changed ones.

    With `partial` its questions are about those parts alone: no other is judged by it.
    """

    shipped: Scores
    changed: Mapping[Row, Scores]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean over questions, and the 95% interval of what it is less that of the ranking shipped.

    It is told from none where zero is outside.
    """

    mean: float
    difference: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        return self.low > 0

    @property
    def worse(self) -> bool:
        return self.high < 0


def per_question(collection: Collection, ranking: Ranking) -> Scores:
    """nDCG@10 of each question, judged and measured as by `wherein evaluate`: (questions,)."""
    answers = []
    for question, (ranked, scores) in zip(
        collection.questions, collection.rank(ranking), strict=True
    ):
        hits: list[Hit] = []
        for number, score in zip(ranked.tolist(), scores.tolist(), strict=True):
            passage, also_in = collection.places[number]
            # The judge goes by rank and place, so nobody asks what the score is made of.
            hits.append(Hit(len(hits) + 1, score, nan, nan, passage, (), (), also_in, len(also_in)))
        wanted, found = judge(question, hits)
        answers.append(Answer(question, wanted, found, len(hits), None, None, None))
    figures = rank_figures(answers)
    return np.array([figures[question.id][METRIC] for question in collection.questions])


def compare(shipped: Scores, changed: Scores) -> list[Difference]:
    """Each changed ranking, a row of (rankings, questions), against the one shipped: (questions,).

    A paired bootstrap with percentile intervals (Efron and Tibshirani 1993, chapter 13): questions
    are drawn with replacement, the same ones for both rankings.
    """
    differences = changed - shipped
    total = len(shipped)
    random = np.random.default_rng(SEED)
    drawn = (
        random.multinomial(total, np.full(total, 1 / total), size=_AT_ONCE)
        for _ in range(RESAMPLES // _AT_ONCE)
    )
    means = np.concatenate([differences @ times.T / total for times in drawn], axis=1)
    lows, highs = np.percentile(means, (2.5, 97.5), axis=1)
    columns = (changed.mean(axis=1), differences.mean(axis=1), lows, highs)
    return [Difference(*map(float, values)) for values in zip(*columns, strict=True)]


def verdict(row: Row, differences: Sequence[Difference | None]) -> str:
    """A part is kept where leaving it out is worse on a set and better on none.

    Another value is better where it is that on a set and worse on none. While a set has not been
    measured, nothing is said.
    """
    measured = [one for one in differences if one]
    if len(measured) < len(differences):
        return "–"
    better = any(one.better for one in measured)
    worse = any(one.worse for one in measured)
    if row.left_out:
        return "keep" if worse and not better else "drop"
    return "better" if better and not worse else "no better"


def table(columns: Mapping[str, Column]) -> str:
    """The table in Markdown: a column for each set, a row for each of CHANGED."""
    compared = [
        dict(zip(column.changed, compare(column.shipped, changed), strict=True))
        for column in columns.values()
        for changed in [np.stack([*column.changed.values()])]
    ]
    shipped = (f"{column.shipped.mean():.4f}" for column in columns.values())
    rows = [
        ("part", "instead", *columns, "verdict"),
        ("---",) * (len(columns) + 3),
        (SHIPPED.part, SHIPPED.instead, *shipped, ""),
    ]
    for row in CHANGED:
        judged = [
            (of_set.get(row), not column.partial or row in column.changed)
            for of_set, column in zip(compared, columns.values(), strict=True)
        ]
        cells = (_cell(one) if one else "–" if asked else "" for one, asked in judged)
        differences = [one for one, asked in judged if asked]
        rows.append((row.part, row.instead, *cells, verdict(row, differences)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(one: Difference) -> str:
    mark = "**" if one.better or one.worse else ""
    low, high = _signed(one.low), _signed(one.high)
    return f"{one.mean:.4f} {mark}{_signed(one.difference)}{mark} ({low}, {high})"


def _signed(value: float) -> str:
    rounded = round(value, 4)
    return f"{rounded:+.4f}".replace("-", "−") if rounded else "0"


def ablate(settings: Settings, flags: argparse.Namespace) -> int:
    """Rank each set by each ranking, and print or write the table."""
    sets = [read_set(name, settings.eval) for name in flags.sets]
    names = {one.name for one in sets}
    if unknown := {*flags.names, *flags.together} - names:
        raise SettingsError(f"{min(unknown)} is none of the sets that are measured.")
    if flags.write:
        _between_markers(flags.write)
    # The parts of the ranking are what is measured, and the sums that they need are a passage's
    # as the compiled model encodes it.
    model = loaded_model(replace(settings, device="cpu"))
    encoder = model.encoder
    if not isinstance(encoder, PooledEncoder):
        raise ModelError(
            f"{model.name} does not mean-pool its tokens, which leaving out parts needs. Leave "
            "WHEREIN_MODEL unset for the bundled model."
        )
    columns: dict[str, Column] = {}
    store = Store(settings.instance / "ablation")
    with store.writing(), EncodingCache(store.instance / "encodings.sqlite") as cache:
        encodings = Encodings(encoder, cache, track)
        for one in sets:
            entries = entries_of(one, settings.instance, model.name, encoder)
            questions = [question for question in one.questions if question.wanted]
            if not (questions and any(entry.passages for entry in entries)):
                raise QuestionSetError(f"{one.path} has no question that a passage could answer.")
            rows = [
                row
                for row in CHANGED
                if not row.ranking.alone or flags.alone is None or one.name in flags.alone
            ]
            columns[one.name] = _column(one.name, questions, entries, encodings, rows)
            if one.name in flags.names:
                asked = names_without_accents(entries)
                name = f"{len(asked):,} names of {one.name}, typed without accents"
                columns[name] = _column(name, asked, entries, encodings, [FOLDING], partial=True)
    if flags.together:
        columns["together"] = _together([columns[name] for name in flags.together])
    _give(table(columns), flags.write)
    return 0


def _column(
    name: str,
    questions: Sequence[Question],
    entries: Sequence[CatalogEntry],
    encodings: Encodings,
    rows: Sequence[Row],
    *,
    partial: bool = False,
) -> Column:
    """What the questions of a set come to by the ranking shipped, and by each row's."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        collection = Collection(questions, entries, encodings, Path(scratch))
        shipped, *changed = [
            per_question(collection, row.ranking)
            for row in track((SHIPPED, *rows), f"Ranking {name}")
        ]
    return Column(shipped, dict(zip(rows, changed, strict=True)), partial)


def _together(columns: Sequence[Column]) -> Column:
    """The questions of several sets as one, by the rows that all of them have."""
    rows = [row for row in CHANGED if all(row in column.changed for column in columns)]
    return Column(
        np.concatenate([column.shipped for column in columns]),
        {row: np.concatenate([column.changed[row] for column in columns]) for row in rows},
    )


def names_without_accents(entries: Iterable[CatalogEntry]) -> list[Question]:
    """Each word with a capital and accents that few entries have, typed without the accents.

    Wanted are the entries that have it. An entry has one passage.
    """
    having = defaultdict[str, set[str]](set)
    for entry in entries:
        for passage in entry.passages:
            for name in set(_NAME.findall(f"{passage.title or ''} {passage.text}")):
                typed = _unaccented(name)
                if name[0].isupper() and typed != name and typed.isascii():
                    having[typed].add(entry.document.source)
    return [
        Question(typed, typed, Entries(dict.fromkeys(sorted(sources), 1)))
        for typed, sources in sorted(having.items())
        if len(sources) <= _FEW
    ]


def _unaccented(text: str) -> str:
    """A text as it is typed on a keyboard without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def entries_of(
    questions: QuestionSet, instance: Path, name: str, encoder: Encoder
) -> Sequence[CatalogEntry]:
    """What a set is asked of: passages that are ready or, from its index, a folder's."""
    if isinstance(questions.corpus, tuple):
        return questions.corpus
    own = questions.instance(instance)
    if questions.corpus is not None:
        build(questions.corpus, own, LoadedModel(name, encoder), track)
    catalog = Snapshot.open(Store(own).current_folder()).catalog
    digests = catalog.digests()
    return [
        CatalogEntry(document, digests[document.source], tuple(cut(document, encoder)))
        for document in map(catalog.document, digests)
        if document
    ]


def _give(text: str, file: Path | None) -> None:
    if file is None:
        print(text, end="")
        return
    before, after = _between_markers(file)
    file.write_text(before + text + after, encoding="utf-8")


def _between_markers(file: Path) -> tuple[str, str]:
    """What stands before the table in a file and what after it, the markers included."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SettingsError(
            f"{file} has no place for the table: put {BEGIN.strip()} and {END.strip()} into it, "
            "each on a line of its own."
        )
    return before + begin, end + after


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description=ablate.__doc__)
    parser.set_defaults(run=ablate)
    parser.add_argument("sets", nargs="+", metavar="SET", help="a path, or below WHEREIN_EVAL")
    parser.add_argument(
        "--alone",
        nargs="*",
        metavar="SET",
        help="sets to encode each sentence of by itself, as long again as the rest; default: all",
    )
    parser.add_argument(
        "--names",
        nargs="*",
        default=[],
        metavar="SET",
        help="sets whose names with accents are looked for as well, typed without",
    )
    parser.add_argument(
        "--together", nargs="*", default=[], metavar="SET", help="sets to measure as one as well"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between markers")
    parser.add_argument("--instance", metavar="DIR", help="the index's own folder: instance")
    parser.add_argument("--model", help="a folder, or a name in the local cache")
    return run(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
