"""Ranking, asserted to the last digit on an encoder whose arithmetic a reader can do."""

from collections.abc import Callable
from math import log, sqrt
from pathlib import Path

import pytest

from tests.conftest import FakeModel, FolderMaker, IndexBuilder, quiet
from wherein.index.build import build
from wherein.index.errors import ForeignSnapshot
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search import searcher as searcher_module
from wherein.search.ranking.scoring import COSINE_WEIGHT, COVERAGE_WEIGHT
from wherein.search.searcher import Searcher

OpenSearcher = Callable[[], Searcher]

ROUNDED = 2.0**-11  # what 16 bits may make of a number of about 1


def texts(results: searcher_module.Results) -> list[str]:
    return [hit.passage.text for hit in results.hits]


def test_a_score_is_the_weighted_sum_of_cosine_coverage_and_bm25(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder(
        {
            "a.txt": "Putin flew to China and saw the wide river there.\n",
            "b.txt": "Rain fell on the harbour all through the grey day.\n",
        }
    )
    build_index()
    (hit,) = open_searcher().search("China, Harbin").hits
    # One of the two passages has the first word, none the second, and both have ten words, so
    # that the length norm is k1.
    idf = log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    of_none = log(1 + (2 - 0 + 0.5) / (0 + 0.5))
    assert hit.dense == pytest.approx(1 / 2, abs=ROUNDED)
    assert hit.lexical == pytest.approx(idf * 1 / (1 + 0.9))
    covered = idf / (idf + of_none)
    score = COSINE_WEIGHT * hit.dense + COVERAGE_WEIGHT * covered + hit.lexical
    assert hit.score == pytest.approx(score)


def test_of_sentences_alike_in_meaning_the_one_with_the_questions_words_is_marked(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    text = "China, so they said today. Envoys from China arrived there. The road to China is long."
    make_folder({"a.txt": text + "\n"})
    build_index()
    (hit,) = open_searcher().search("which envoys of China").hits
    ((start, end),) = hit.highlights
    assert text[start:end] == "Envoys from China arrived there."


def test_a_passage_scores_as_its_best_sentence_and_that_is_marked(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    text = "Rain fell on the quiet town. Trade with China grew in spring. Tea was had by all."
    make_folder({"a.txt": text + "\n"})
    build_index()
    (hit,) = open_searcher().search("trade china").hits
    assert hit.dense == pytest.approx(1, abs=ROUNDED)
    ((start, end),) = hit.highlights
    assert text[start:end] == "Trade with China grew in spring."


def test_a_passage_that_only_the_words_find_gets_its_true_cosine_and_the_other_way_round(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searcher_module, "CANDIDATES", 1)
    make_folder(
        {
            # Nearest by meaning, for the vocabulary's sake; the words put the second first.
            "a.txt": "China is the one word of the list here, and the passage goes on for long.\n",
            "b.txt": "China tea, tea of China: China China China tea tea tea.\n",
        }
    )
    build_index()
    hits = open_searcher().search("China").hits
    by_file = {hit.passage.source: hit for hit in hits}
    assert by_file["a.txt"].dense == pytest.approx(1, abs=ROUNDED)
    assert by_file["b.txt"].dense == pytest.approx(5 / sqrt(25 + 25), abs=ROUNDED)
    assert by_file["b.txt"].lexical > by_file["a.txt"].lexical > 0


def test_the_same_text_in_two_files_is_one_hit_that_lists_the_other(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder(
        {
            "a.txt": "“Putin visited China last October,” he said.\n",
            "b.txt": '"PUTIN visited  China last October," he said.\n',
            "c.txt": "“Putin visited China last September,” he said.\n",
        }
    )
    build_index()
    results = open_searcher().search("Putin China")
    assert results.total == 2
    first, second = results.hits
    assert first.passage.source == "a.txt"
    assert [other.source for other in first.also_in] == ["b.txt"]
    assert (second.passage.source, second.also_in) == ("c.txt", ())


LONG = "The trade with China, which isn't new, will grow in May, the minister said on 16 May 2024."
SHORT = "Trade with China, which is not new, will grow in May, minister said May 16, 2024"
NEXT = "The trade with China, which isn't new, will grow in May, the minister said on 17 May 2024."


def test_the_same_news_in_other_writing_is_one_hit_and_each_keeps_its_own(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder({"a.txt": f"{LONG}\n", "b.txt": f"{SHORT}\n", "c.txt": f"{NEXT}\n"})
    build_index()
    results = open_searcher().search("trade with China")
    assert (results.total, len(results.hits)) == (2, 2)
    best, other = results.hits
    # The shorter one scores higher, though the longer one comes first in the folder.
    assert (best.passage.source, best.passage.text) == ("b.txt", SHORT)
    (also,) = best.also_in
    assert (also.source, also.text, also.lines) == ("a.txt", LONG, (1, 1))
    for passage in (best.passage, also):
        assert "2024-05-16" in {day.edtf for day in passage.dates}
    assert (other.passage.source, other.also_in) == ("c.txt", ())


def test_near_repeats_leave_hit_and_page_where_they_are(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    ways = (
        "The trade in China wasn't of {} kinds of tea.",
        "Trade in China was not of {} kinds of tea!",
        "The trade in China was not of the {} kinds of tea",
    )
    make_folder({f"{i:02}.txt": ways[i % 3].format(i // 3) + "\n" for i in range(60)})
    build_index()
    searcher = open_searcher()
    whole = searcher.search("trade China tea", limit=100)
    assert (whole.total, len(whole.hits), whole.total_capped) == (20, 20, False)
    assert sorted(p.source for hit in whole.hits for p in (hit.passage, *hit.also_in)) == [
        f"{i:02}.txt" for i in range(60)
    ]
    for size in (1, 7, 10, 20):
        paged = [
            hit
            for offset in range(0, whole.total, size)
            for hit in searcher.search("trade China tea", limit=size, offset=offset).hits
        ]
        assert paged == list(whole.hits)
    assert searcher.search("trade China tea", offset=10).hits[0] == whole.hits[10]


def test_without_the_first_file_the_others_are_found_as_if_it_had_never_been(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    fake_model: FakeModel,
    tmp_path: Path,
) -> None:
    folder = make_folder({"a.txt": f"{LONG}\n", "b.txt": f"{SHORT}\n", "c.txt": f"{LONG}!\n"})
    build_index()
    (folder / "a.txt").unlink()
    build_index()
    (hit,) = open_searcher().search("trade with China").hits
    assert hit.passage.source == "b.txt"
    assert [other.source for other in hit.also_in] == ["c.txt"]
    build(folder, tmp_path / "fresh", fake_model, quiet)
    fresh = Searcher(Snapshot.open(Store(tmp_path / "fresh").current_folder()), fake_model)
    assert fresh.search("trade with China").hits == (hit,)


def test_equal_scores_rank_in_the_order_of_the_documents(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder({f"{i:02}.txt": f"China grew by {i:02} points in all.\n" for i in range(30)})
    build_index()
    hits = open_searcher().search("China", limit=30).hits
    assert [hit.passage.source for hit in hits] == [f"{i:02}.txt" for i in range(30)]


def test_totals_and_ranks_are_the_same_however_the_hits_are_paged(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder(
        {f"{i:02}.txt": f"China in year {i % 9} had {'tea ' * (i % 4)}.\n" for i in range(40)}
    )
    build_index()
    searcher = open_searcher()
    whole = searcher.search("China tea", limit=100)
    assert whole.total == len(whole.hits) < 40
    for size in (1, 3, 10):
        paged = [
            hit
            for offset in range(0, whole.total, size)
            for hit in searcher.search("China tea", limit=size, offset=offset).hits
        ]
        assert paged == list(whole.hits)


def test_where_the_question_asks_when_a_sentence_with_a_date_goes_first(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    text = "China sells tea to all who want it. China began to sell tea in 1683, they say."
    make_folder({"a.txt": "China sells tea to all who want it.\n", "b.txt": text + "\n"})
    build_index()
    searcher = open_searcher()
    first, second = searcher.search("when did China sell tea", explain=True).hits
    assert (first.passage.source, second.passage.source) == ("b.txt", "a.txt")
    ((start, end),) = first.highlights
    assert text[start:end] == "China began to sell tea in 1683, they say."
    assert [hit.explanation and hit.explanation.dates for hit in (first, second)] == [2, 0]
    assert [day.edtf for day in first.passage.dates] == ["1683"]
    ((start, end),) = searcher.search("who sells tea in China").hits[0].highlights
    assert start == 0


def test_a_date_that_overlaps_the_questions_own_goes_first(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder(
        {
            "a.txt": "Trade with China fell from 1950 to 1953, in all of the ports.\n",
            "b.txt": "Trade with China fell from 1961 to 1963, in all of the ports.\n",
            "c.txt": "Trade with China fell on May 16, in all of the ports.\n",
        }
    )
    build_index()
    hits = open_searcher().search("trade with China in 1962", explain=True).hits
    gained = {hit.passage.source: hit.explanation and hit.explanation.dates for hit in hits}
    assert hits[0].passage.source == "b.txt"
    assert gained == {"a.txt": 0, "b.txt": 5, "c.txt": 0}


def test_what_scores_below_the_floor_is_no_hit(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder({"a.txt": "China is large, and the people there are many.\n"})
    build_index()
    searcher = open_searcher()
    assert texts(searcher.search("rain in Harbin")) == []
    assert searcher.search("rain in Harbin").total == 0
    assert len(searcher.search("China").hits) == 1


def test_the_count_stops_at_its_cap_and_says_so(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_folder({f"{i}.txt": f"China and its tea, part {i} of them.\n" for i in range(12)})
    build_index()
    searcher = open_searcher()
    assert (searcher.search("tea").total, searcher.search("tea").total_capped) == (12, False)
    monkeypatch.setattr(searcher_module, "MOST_COUNTED", 10)
    capped = searcher.search("tea", limit=100)
    assert (capped.total, capped.total_capped, len(capped.hits)) == (10, True, 10)
    assert searcher.search("tea", offset=10).hits == ()


def test_an_index_without_passages_answers_with_nothing(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder({"a.txt": "26 April 2024\n"})
    build_index()
    assert open_searcher().search("China").total == 0


def test_a_snapshot_of_another_encoder_is_refused_by_name(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder({"a.txt": "China is large, and the people there are many.\n"})
    build_index(FakeModel("other"))
    with pytest.raises(ForeignSnapshot, match=r"(?s)other\|.*fake\|.*wherein reindex"):
        open_searcher()


def test_an_explanation_is_enough_to_recompute_the_score(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: OpenSearcher
) -> None:
    make_folder(
        {
            "a.txt": "Tea and trade\n\nChina sells tea, much tea. Rain is rare in the hills.\n",
            "b.txt": "Trade with China grew, and so did the ports along the coast.\n",
            "c.txt": "Rain fell on the harbour all through the grey day.\n",
        }
    )
    build_index()
    first, *_ = open_searcher().search("when did China sell tea", explain=True).hits
    explanation = first.explanation
    assert explanation
    # "China sells tea, much tea" is (china 1, tea 2), the question (china 1, tea 1).
    assert explanation.cosine == pytest.approx(3 / sqrt(5 * 2), abs=ROUNDED)
    # tea: 2 in the text and 1 in the title, which counts twice; "Tea and trade" is 3 words long.
    length, lengths = 2 * 3 + 11, (2 * 3 + 11) + 12 + 10
    norm = 0.9 * (1 - 0.4 + 0.4 * length / (lengths / 3))
    by_hand = {
        "china": log(1 + (3 - 2 + 0.5) / (2 + 0.5)) * 1 / (1 + norm),
        "sell": log(1 + (3 - 1 + 0.5) / (1 + 0.5)) * 1 / (1 + norm),
        "tea": log(1 + (3 - 1 + 0.5) / (1 + 0.5)) * 4 / (4 + norm),
    }
    gains = {term.term: term.gain for term in explanation.terms}
    assert gains == pytest.approx(by_hand)
    assert explanation.dates == 0
    assert explanation.coverage == 1
    score = explanation.cosine_weight * explanation.cosine + explanation.coverage_weight
    score += sum(by_hand.values())
    assert first.score == explanation.score == pytest.approx(score, abs=1e-5)
    assert open_searcher().search("China").hits[0].explanation is None


def test_a_text_that_stands_in_many_files_keeps_no_other_out(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searcher_module, "CANDIDATES", 5)
    monkeypatch.setattr(searcher_module, "ENOUGH", 2)
    same = {f"{i:02}.txt": "China tea is here for all of them.\n" for i in range(30)}
    make_folder(same | {"zz.txt": "China tea is here for all of us, and the rain as well.\n"})
    build_index()
    results = open_searcher().search("China tea")
    assert [hit.passage.source for hit in results.hits] == ["00.txt", "zz.txt"]
    assert len(results.hits[0].also_in) == 29


def test_what_lies_beyond_the_candidates_is_said_not_to_be_counted(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: OpenSearcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_folder({f"{i:02}.txt": f"China tea is here for {i} of them.\n" for i in range(30)})
    build_index()
    assert not open_searcher().search("China tea").total_capped
    monkeypatch.setattr(searcher_module, "CANDIDATES", 10)
    monkeypatch.setattr(searcher_module, "ENOUGH", 5)
    assert open_searcher().search("China tea").total_capped
