"""The ablation: each ranking against the program with just that part changed, and the bootstrap."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from scripts.ablation import measure as ablation
from scripts.ablation.measure import BEGIN, CHANGED, END, SHIPPED, Difference, Row, compare, verdict
from scripts.ablation.variants import Collection, Encodings, Ranking, _reciprocal
from tests.conftest import ROOT, FakeModel, LoadedModel, quiet
from wherein.index.arrays import Scores, Vectors
from wherein.index.build import build
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.dense import vector_index as vectors
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.encoding.cache import EncodingCache
from wherein.index.encoding.encoder import Encoder, PooledEncoder
from wherein.index.lexical import lexical_index as lexical
from wherein.index.lexical.config import Bm25, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.lexical.postings import LAST_BIT
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation import evaluate as evaluation
from wherein.search.evaluation.question_sets import Entries, Question, QuestionSet, Quote
from wherein.search.ranking.scoring import fuse, sentence_scores
from wherein.search.searcher import CANDIDATES, ENOUGH, Searcher

QUALITY = ROOT / "docs" / "quality.md"

FOLDER = {
    "tea.txt": """The tea trade of Assam

Tea was first sold in the market of Guwahati in 1838. Planters had cleared the hills by then. The \
crop travelled by river.

Prices at the auctions fell from 1866 to 1869, and many gardens were abandoned. They recovered.

The crop was carried by river.
""",
    "rail.txt": """Railways in the hills

A railway to the hills opened on 4 July 1881. Trains climbed through the tea gardens.

The Café Société at the terminus was opened in 1902. Visitors drank tea and watched the trains.

The crop was carried by river.
""",
    "rain.txt": """The monsoon

Rain falls from June to September. When the rains fail, the harvest of tea fails too.

In 1867 the rains failed and prices of tea rose. Merchants sent their ships home empty that year.

A planter wrote of the weather in his diary. It was the driest year that he had seen.
""",
    "ports.txt": """Ports

Ships sail with the tide. Captains who wait for cargo pay the harbour for every day that they wait.
""",
}
QUESTIONS = (
    "when was tea first sold in the market",
    "what happened to the prices of tea in 1867",
    "in what year did a railway open in the hills",
    "which crop was carried on the river of Assam",
    "who visited the cafe societe",
    "who is it",
    "planters and their gardens",
    "quarterly earnings of semiconductor makers",
)


@pytest.fixture(scope="module")
def encoder(real_encoder: Encoder) -> PooledEncoder:
    assert isinstance(real_encoder, PooledEncoder)
    return real_encoder


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, loaded_model: LoadedModel) -> Path:
    """An instance with FOLDER, by the bundled model."""
    top = tmp_path_factory.mktemp("ablation")
    (top / "documents").mkdir()
    for source, text in FOLDER.items():
        (top / "documents" / source).write_text(text, encoding="utf-8")
    build(top / "documents", top / "instance", loaded_model, quiet)
    return top / "instance"


@pytest.fixture(scope="module")
def entries(indexed: Path, encoder: PooledEncoder) -> tuple[CatalogEntry, ...]:
    questions = QuestionSet(indexed, (), None, ())
    return tuple(ablation.entries_of(questions, indexed, "", encoder))


@pytest.fixture(scope="module")
def collection(
    tmp_path_factory: pytest.TempPathFactory,
    entries: tuple[CatalogEntry, ...],
    encoder: PooledEncoder,
) -> Collection:
    wanted = Quote("tea.txt", None, ())
    questions = [Question(text, text, wanted) for text in QUESTIONS]
    folder = tmp_path_factory.mktemp("collection")
    cache = EncodingCache(folder / "encodings.sqlite")
    return Collection(questions, entries, Encodings(encoder, cache, quiet), folder)


def windows_of(passage: Passage, window: int) -> list[tuple[int, int]]:
    """For each sentence the first and last of the window that it begins, within the passage."""
    total = len(passage.sentences)
    begins = [min(i, max(total - window, 0)) for i in range(total)]
    return [(begin, min(begin + window, total) - 1) for begin in begins]


def vectors_of(passage: Passage, ranking: Ranking, encoder: PooledEncoder) -> Vectors:
    """For each sentence what the encoder itself makes of its window."""
    if not ranking.titled:
        passage = replace(passage, title=None)
    spans = passage.sentences
    if ranking.alone:
        texts = [passage.text[start:end] for start, end in spans]
        parts = [Passage(passage.title, 0, 0, text, ((0, len(text)),)) for text in texts]
    else:
        pooled = [(spans[a][0], spans[b][1]) for a, b in windows_of(passage, ranking.window)]
        parts = [replace(passage, sentences=(span,)) for span in pooled]
    return np.concatenate([encoder.encode_passage(part) for part in parts])


ProgramWith = Callable[[Ranking], Searcher]


@pytest.fixture
def program_with(
    indexed: Path,
    entries: tuple[CatalogEntry, ...],
    encoder: PooledEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ProgramWith:
    """The program's own searcher, its constants, words and vectors changed to a ranking's."""
    passages = [passage for entry in entries for passage in entry.passages]

    def change(ranking: Ranking) -> Searcher:
        def weigh(dense: Scores, coverage: Scores, words: Scores, dates: Scores) -> Scores:
            return sentence_scores(dense, coverage, dates) + ranking.bm25_weight * words

        for name, value in {
            "wherein.search.searcher.WHEN_BONUS": float(ranking.when_bonus),
            "wherein.search.searcher.TIME_BONUS": ranking.time_bonus,
            "wherein.search.searcher.FLOOR": -inf if ranking.floor is None else ranking.floor,
            "wherein.search.searcher.CANDIDATES": ranking.candidates or CANDIDATES,
            "wherein.search.searcher.ENOUGH": 0 if ranking.candidates else ENOUGH,
            "wherein.search.searcher.fuse": weigh if ranking.bm25_weight != 1 else fuse,
            "wherein.search.ranking.scoring.COSINE_WEIGHT": ranking.cosine_weight,
            "wherein.search.ranking.scoring.COVERAGE_WEIGHT": ranking.coverage_weight,
        }.items():
            monkeypatch.setattr(name, value)
        snapshot = Snapshot.open(Store(indexed).current_folder())
        (tmp_path / "lexical").mkdir()
        config = LexicalConfig(
            title_weight=ranking.title_counts,
            fold_accents=ranking.folded,
            stem=ranking.stemmed,
            stop_words=ranking.stop_words,
            title_covers_sentences=ranking.title_covers,
        )
        lexical.write(tmp_path / "lexical", passages, config=config)
        where = np.load(tmp_path / "lexical" / "where.npy")
        together = [where >> n for n in range(min(ranking.window, LAST_BIT + 1))]
        np.save(tmp_path / "lexical" / "where.npy", np.bitwise_or.reduce(together))
        words = LexicalIndex(tmp_path / "lexical", config, Bm25(ranking.k1, ranking.b))
        snapshot = replace(snapshot, lexical=words)
        if (ranking.titled, ranking.window, ranking.alone) != (True, 1, False):
            encoded = (vectors_of(passage, ranking, encoder) for passage in passages)
            (tmp_path / "vectors").mkdir()
            vectors.write(tmp_path / "vectors", encoded, encoder.dimension)
            dated, first = snapshot.catalog.has_date, snapshot.catalog.first_sentence
            windows = dated.copy()
            for number, passage in enumerate(passages):
                for i, (a, b) in enumerate(windows_of(passage, ranking.window)):
                    start = first[number]
                    has_date = dated[start + a : start + b + 1].any()
                    windows[start + i] = has_date
            snapshot.catalog.has_date = windows
            snapshot = replace(snapshot, vectors=VectorIndex(tmp_path / "vectors"))
        return Searcher(snapshot, encoder)

    return change


SUMS = [row for row in (SHIPPED, *CHANGED) if not row.ranking.reciprocal]
FEW = Row("every passage scored", "3", Ranking(candidates=3))


@pytest.mark.parametrize("row", [*SUMS, FEW], ids=lambda row: f"{row.part}: {row.instead}")
def test_a_ranking_is_the_programs_own_with_just_that_part_changed(
    row: Row, collection: Collection, program_with: ProgramWith
) -> None:
    searcher = program_with(row.ranking)
    for question, (ranked, scores) in zip(QUESTIONS, collection.rank(row.ranking), strict=True):
        hits = searcher.search(question, limit=100).hits
        assert ranked.tolist() == [hit.passage.number for hit in hits], question
        # The program keeps its vectors in 16 bits.
        assert scores.tolist() == pytest.approx([hit.score for hit in hits], abs=5e-3), question


@pytest.mark.parametrize("row", CHANGED, ids=lambda row: f"{row.part}: {row.instead}")
def test_a_row_changes_one_part_and_with_it_some_score(row: Row, collection: Collection) -> None:
    changed = {
        field.name
        for field in fields(Ranking)
        if getattr(row.ranking, field.name) != getattr(SHIPPED.ranking, field.name)
    }
    # The floor is one of the sum's score, so it goes where that does; and where the words or the
    # vectors are left out, what joins the two goes too.
    parts = changed - {"floor", "coverage_weight"} if "floor" in changed else changed
    assert len(parts or changed) == 1 or changed <= {"k1", "b"}
    if row.ranking.candidates is None:
        shipped = [scores.tolist() for _, scores in collection.rank(SHIPPED.ranking)]
        assert [scores.tolist() for _, scores in collection.rank(row.ranking)] != shipped


def test_ranks_are_fused_by_their_reciprocals() -> None:
    scores = np.array([3.0, 1.0, 0.0, 2.0])
    assert _reciprocal(scores).tolist() == pytest.approx([1 / 61, 1 / 63, 0, 1 / 62])


def test_fewer_candidates_leave_out_what_neither_side_puts_forward(
    collection: Collection,
) -> None:
    few = [len(ranked) for ranked, _ in collection.rank(FEW.ranking)]
    everything = [len(ranked) for ranked, _ in collection.rank(SHIPPED.ranking)]
    assert sum(few) < sum(everything)
    assert max(few) <= 2 * 3


def test_equal_rankings_differ_by_nothing() -> None:
    shipped = np.array([0.0, 0.5, 1.0, 0.3])
    (one,) = compare(shipped, shipped[np.newaxis])
    assert one == Difference(mean=0.45, difference=0, low=0, high=0)
    assert (one.better, one.worse) == (False, False)


def test_a_constant_difference_is_sure_however_much_the_questions_differ() -> None:
    shipped = np.random.default_rng(1).random(200)
    better, worse = compare(shipped, np.stack([shipped + 0.25, shipped - 0.25]))
    for one, by in (better, 0.25), (worse, -0.25):
        assert (one.difference, one.low, one.high) == pytest.approx((by, by, by))
    assert (better.better, better.worse, worse.better, worse.worse) == (True, False, False, True)


def test_the_interval_is_that_of_resampled_questions() -> None:
    # One of 20 questions is lost. It is drawn k times with the odds of Binomial(20, 1/20):
    # 0 times in 36 of 100 resamples, up to 2 in 92.5 and up to 3 in 98.4.
    changed = np.ones((1, 20))
    changed[0, 7] = 0
    (one,) = compare(np.ones(20), changed)
    assert (one.mean, one.difference) == pytest.approx((0.95, -0.05))
    assert (one.low, one.high) == pytest.approx((-3 / 20, 0))
    assert not one.worse


BETTER, WORSE, SAME = (Difference(0.5, by, by - 0.01, by + 0.01) for by in (0.1, -0.1, 0.0))


@pytest.mark.parametrize(
    ("differences", "left_out", "another_value"),
    [
        ((WORSE, SAME), "keep", "no better"),
        ((WORSE, BETTER), "drop", "no better"),
        ((SAME, SAME), "drop", "no better"),
        ((WORSE, None), "–", "–"),
        ((SAME, BETTER), "drop", "better"),
    ],
)
def test_a_part_stays_that_helps_a_set_and_hurts_none(
    differences: tuple[Difference | None, ...], left_out: str, another_value: str
) -> None:
    assert verdict(Row("", "", Ranking(), left_out=True), differences) == left_out
    assert verdict(Row("", "", Ranking()), differences) == another_value


@pytest.fixture
def command(
    instance: Path, tmp_path: Path, loaded_model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The command over the set `hills`, its model loaded already; a file with its markers."""
    folder = tmp_path / "sets" / "hills"
    (folder / "documents").mkdir(parents=True)
    for source, text in FOLDER.items():
        (folder / "documents" / source).write_text(text, encoding="utf-8")
    questions = [
        {"question": QUESTIONS[0], "source": "tea.txt", "answers": ["1838"]},
        {"question": QUESTIONS[2], "source": "rail.txt", "answers": ["1881"]},
        {"question": "who wrote in Latin", "unanswerable": "absent"},
    ]
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    (folder / "questions.jsonl").write_text(lines)
    monkeypatch.setenv("WHEREIN_INSTANCE", str(instance))
    monkeypatch.setenv("WHEREIN_EVAL", str(tmp_path / "sets"))
    model = evaluation.LoadedModel(loaded_model.name, loaded_model.load())
    monkeypatch.setattr(ablation, "loaded_model", lambda _: model)
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{BEGIN}old\n{END}\nafter é\n", encoding="utf-8")
    return page


def test_the_table_takes_its_place_and_a_second_run_encodes_nothing(
    command: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ablation.main(["hills", "--write", str(command)]) == 0
    written = command.read_text(encoding="utf-8")
    monkeypatch.setattr(PooledEncoder, "sum_tokens", None)
    monkeypatch.setattr(PooledEncoder, "encode_question", None)
    assert ablation.main(["hills"]) == 0
    out, _ = capsys.readouterr()
    assert written == f"# Before\n\n{BEGIN}{out}{END}\nafter é\n"
    head, _, shipped, *rows = out.splitlines()
    assert head == "| part | instead | hills | verdict |"
    assert shipped == "| as shipped |  | 1.0000 |  |"
    assert [row.split(" | ")[:2] for row in rows] == [
        [f"| {row.part}", row.instead] for row in CHANGED
    ]


def test_sentences_by_themselves_are_encoded_for_the_sets_that_are_named(
    command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "| a vector a sentence | each by itself, out of its context |"
    assert ablation.main(["hills", "--alone", "--write", str(command)]) == 0
    assert f"{row} – | – |" in command.read_text()
    assert ablation.main(["hills", "--alone", "hills"]) == 0
    assert f"{row} 1.0000 0 (0, 0) | no better |" in capsys.readouterr().out


@pytest.mark.usefixtures("command")
def test_names_are_looked_for_without_accents_and_judge_folding_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ablation.main(["hills", "--names", "hills", "--together", "hills"]) == 0
    head, _, shipped, *rows = capsys.readouterr().out.splitlines()
    names = "2 names of hills, typed without accents"
    assert head == f"| part | instead | hills | {names} | together | verdict |"
    assert shipped == "| as shipped |  | 1.0000 | 1.0000 | 1.0000 |  |"
    assert f"| cosine | BM25 alone | 1.0000 0 (0, 0) |  | {'1.0000 0 (0, 0) |'} drop |" in rows
    (folding,) = (row for row in rows if row.startswith("| ASCII folding"))
    assert folding.split(" | ")[3].startswith("1.0000")

    assert ablation.main(["hills", "--together", "hill"]) == 2
    assert "hill is none of the sets that are measured" in capsys.readouterr().err


def test_a_name_is_a_word_with_a_capital_and_accents_that_few_entries_have(
    entries: tuple[CatalogEntry, ...],
) -> None:
    asked = ablation.names_without_accents(entries)
    assert [(question.text, question.wanted) for question in asked] == [
        ("Cafe", Entries({"rail.txt": 1})),
        ("Societe", Entries({"rail.txt": 1})),
    ]
    copies = [
        replace(entry, document=replace(entry.document, source=f"{n}/{entry.document.source}"))
        for n in range(11)
        for entry in entries
    ]
    assert ablation.names_without_accents(copies) == []


def test_a_text_without_accents_keeps_its_letters() -> None:
    assert ablation._unaccented("Zé Pedro, Brühl, Ἀθῆναι, Łódź") == "Ze Pedro, Bruhl, Αθηναι, Łodz"


def test_sets_together_have_the_questions_of_each_and_the_rows_of_all() -> None:
    one, other = CHANGED[:2]
    first = ablation.Column(np.array([1.0]), {one: np.array([0.5]), other: np.array([0.25])})
    second = ablation.Column(np.array([0.0, 1.0]), {one: np.array([0.75, 1.0])})
    together = ablation._together([first, second])
    assert together.shipped.tolist() == [1.0, 0.0, 1.0]
    assert [(row, scores.tolist()) for row, scores in together.changed.items()] == [
        (one, [0.5, 0.75, 1.0])
    ]


def test_a_page_without_a_place_for_the_table_is_refused_before_anything_is_encoded(
    command: Path, capsys: pytest.CaptureFixture[str], instance: Path
) -> None:
    command.write_text("# Nothing here\n")
    assert ablation.main(["hills", "--write", str(command)]) == 2
    assert "page.md has no place for the table" in capsys.readouterr().err
    assert not instance.exists()
    command.unlink()
    assert ablation.main(["hills", "--write", str(command)]) == 2
    assert "page.md cannot be read" in capsys.readouterr().err


def test_a_set_that_nothing_answers_is_refused(
    command: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "sets" / "hills" / "questions.jsonl"
    questions.write_text('{"question": "who wrote in Latin", "unanswerable": "absent"}')
    assert ablation.main(["hills", "--write", str(command)]) == 2
    assert "hills has no question that a passage could answer" in capsys.readouterr().err


def test_a_model_that_does_not_pool_is_refused(
    command: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command
    model = evaluation.LoadedModel("fake", FakeModel())
    monkeypatch.setattr(ablation, "loaded_model", lambda _: model)
    assert ablation.main(["hills"]) == 1
    assert "fake does not mean-pool its tokens" in capsys.readouterr().err


def test_the_page_has_a_row_for_each_part() -> None:
    text = QUALITY.read_text(encoding="utf-8")
    rows = text.partition(BEGIN)[2].partition(END)[0].splitlines()[2:]
    assert [tuple(row.strip("| ").split(" | ")[:2]) for row in rows[1:]] == [
        (row.part, row.instead) for row in CHANGED
    ]
