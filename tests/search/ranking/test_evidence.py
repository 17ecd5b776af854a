"""What speaks for the first hit, and against it."""

from collections.abc import Callable
from math import log

import pytest

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener
from wherein.search.ranking.config import RankingConfig
from wherein.search.ranking.evidence import Evidence

WEIGHTS = RankingConfig().weights


@pytest.fixture
def collect(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> Callable[..., Evidence]:
    """Collects the evidence for the first hit of a question in a folder of files."""

    def run(question: str, *texts: str) -> Evidence:
        make_folder({f"{number}.txt": text + "\n" for number, text in enumerate(texts)})
        build_index()
        evidence = ask(open_searcher(), question).evidence
        assert evidence
        return evidence

    return run


def test_a_word_counts_by_its_idf(collect: Callable[..., Evidence]) -> None:
    # Three passages: "tea" is in two of them, "cup" in one, "saucer" in none.
    tea, cup, saucer = (log(1 + (3 - n + 0.5) / (n + 0.5)) for n in (2, 1, 0))
    evidence = collect(
        "tea in a cup and saucer",
        "The tea was late this year. It was in a cup, as ever, on the hills.",
        "Much tea came from the hills in all of these years.",
        "Nothing came by rail.",
    )
    assert evidence.match.words == pytest.approx((tea + cup) / (tea + cup + saucer))
    assert evidence.match.sentence_words == pytest.approx(tea / (tea + cup + saucer))
    assert evidence.match.cosine == pytest.approx(1)


def test_the_words_of_the_title_count(collect: Callable[..., Evidence]) -> None:
    evidence = collect(
        "tea in Harbin",
        "Prices rise in Harbin again\n\nThe tea was late this year, and so it was dear to them.",
    )
    assert evidence.match.words == 1
    assert evidence.match.sentence_words == pytest.approx(0.5)
    assert evidence.gaps.lacks_name == 0


def test_a_single_hit_is_compared_with_the_floor(collect: Callable[..., Evidence]) -> None:
    evidence = collect("tea", "The tea was late this year.")
    score = WEIGHTS.cosine + WEIGHTS.coverage + log(1 + 0.5 / 1.5) / 1.9
    assert evidence.lead.over_second == pytest.approx(score - RankingConfig().floor)
    assert evidence.lead.over_tenth == evidence.lead.over_second


def test_the_lead_is_the_distance_to_the_second_and_the_tenth_score(
    collect: Callable[..., Evidence],
) -> None:
    # The texts have equal lengths, so their words count alike; "rain" makes the cosines differ.
    texts = ["The tea was late" + " rain" * n + " and so on" * (4 - n) for n in range(4)]
    evidence = collect(
        "tea", *texts, *(f"Tea, tea and {n} cups of rain and rain" for n in range(7))
    )
    assert evidence.lead.over_second == pytest.approx(WEIGHTS.cosine * (1 - 1 / 2**0.5), abs=0.3)
    assert evidence.lead.over_tenth == pytest.approx(WEIGHTS.cosine * (1 - 1 / 5**0.5), abs=0.6)


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("When did Putin drink tea?", 0),
        ("When did Lavrov drink tea?", 1),
        ("when did lavrov drink tea?", 0),  # without a capital letter it is an ordinary word
        ("Lavrov drank tea", 0),  # the first word always has a capital letter
        ("Where did I drink tea?", 0),
    ],
)
def test_a_missing_name_is_a_gap(
    question: str, lacks: int, collect: Callable[..., Evidence]
) -> None:
    assert collect(question, "Mr Putin had his tea late this year.").gaps.lacks_name == lacks


@pytest.mark.parametrize(
    ("question", "lacks"),
    [("who did not drink tea", 1), ("who didn’t drink tea", 1), ("who drank tea", 0)],
)
def test_a_missing_negation_is_a_gap(
    question: str, lacks: int, collect: Callable[..., Evidence]
) -> None:
    assert collect(question, "Mr Putin had his tea late this year.").gaps.lacks_negation == lacks


def test_another_form_of_negation_fills_the_gap(collect: Callable[..., Evidence]) -> None:
    assert collect("who did not drink tea", "Mr Putin never had his tea.").gaps.lacks_negation == 0


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("when was the tea late", "The tea was late on 7 May 2024.", 0),
        ("when was the tea late", "The tea was late again.", 1),
        ("when was the tea late", "The tea was late again. It rained on 7 May 2024.", 1),
        ("why was the tea late", "The tea was late again.", 0),
    ],
)
def test_a_missing_date_is_a_gap_if_the_question_asks_when(
    question: str, text: str, lacks: int, collect: Callable[..., Evidence]
) -> None:
    assert collect(question, text).gaps.lacks_date == lacks


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("who drank tea in 2023", 0),
        ("who drank tea in May 2023", 0),
        ("who drank tea in 2022", 1),
        ("who drank tea", 0),
    ],
)
def test_a_missing_time_of_the_question_is_a_gap(
    question: str, lacks: int, collect: Callable[..., Evidence]
) -> None:
    evidence = collect(question, "They drank their tea on 7 May 2023, and it was cold.")
    assert evidence.gaps.lacks_time == lacks
