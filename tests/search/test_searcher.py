"""Ranking with a fake encoder whose arithmetic a reader can do, so that scores are exact."""

from math import log, sqrt
from pathlib import Path

import pytest

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, SearcherOpener, quiet
from wherein.index.build import build
from wherein.index.errors import ForeignSnapshot
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.query.query import plain_query
from wherein.search.ranking.config import CandidateLimits, RankingConfig, ScoreWeights
from wherein.search.ranking.explanation import explain
from wherein.search.results import Results
from wherein.search.searcher import Searcher

WEIGHTS = ScoreWeights()

ROUNDED = 2.0**-11  # the rounding error of a number near 1 that is stored in 16 bits


def texts(results: Results) -> list[str]:
    return [hit.passage.text for hit in results.hits]


def test_a_score_is_the_weighted_sum_of_cosine_coverage_and_bm25(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            "a.txt": "Putin flew to China and saw the wide river there.\n",
            "b.txt": "Rain fell on the harbour all through the grey day.\n",
        }
    )
    build_index()
    (hit,) = ask(open_searcher(), "China, Harbin").hits
    # One passage has "China" and none has "Harbin". Both passages have ten words, so the length
    # norm is k1.
    idf = log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    of_none = log(1 + (2 - 0 + 0.5) / (0 + 0.5))
    assert hit.scores.cosine == pytest.approx(1 / 2, abs=ROUNDED)
    assert hit.scores.bm25 == pytest.approx(idf * 1 / (1 + 0.9))
    covered = idf / (idf + of_none)
    score = WEIGHTS.cosine * hit.scores.cosine + WEIGHTS.coverage * covered + hit.scores.bm25
    assert hit.scores.total == pytest.approx(score)


def test_of_equally_similar_sentences_the_one_with_the_questions_words_is_marked(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    text = "China, so they said today. Envoys from China arrived there. The road to China is long."
    make_folder({"a.txt": text + "\n"})
    build_index()
    (hit,) = ask(open_searcher(), "which envoys of China").hits
    ((start, end),) = hit.highlights
    assert text[start:end] == "Envoys from China arrived there."


def test_a_passage_gets_the_score_of_its_best_sentence_which_is_marked(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    text = "Rain fell on the quiet town. Trade with China grew in spring. Tea was had by all."
    make_folder({"a.txt": text + "\n"})
    build_index()
    (hit,) = ask(open_searcher(), "trade china").hits
    assert hit.scores.cosine == pytest.approx(1, abs=ROUNDED)
    ((start, end),) = hit.highlights
    assert text[start:end] == "Trade with China grew in spring."


def test_a_candidate_of_one_source_is_scored_by_both(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    one_each = RankingConfig(candidates=CandidateLimits(per_source=1))
    make_folder(
        {
            # The vectors put a.txt first, because it has one word of the vocabulary; the words put
            # b.txt first.
            "a.txt": "China is the one word of the list here, and the passage goes on for long.\n",
            "b.txt": "China tea, tea of China: China China China tea tea tea.\n",
        }
    )
    build_index()
    hits = ask(open_searcher(one_each), "China").hits
    by_file = {hit.passage.source: hit for hit in hits}
    assert by_file["a.txt"].scores.cosine == pytest.approx(1, abs=ROUNDED)
    assert by_file["b.txt"].scores.cosine == pytest.approx(5 / sqrt(25 + 25), abs=ROUNDED)
    assert by_file["b.txt"].scores.bm25 > by_file["a.txt"].scores.bm25 > 0


def test_the_same_text_in_two_files_is_one_hit_that_lists_the_other_file(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            "a.txt": "“Putin visited China last October,” he said.\n",
            "b.txt": '"PUTIN visited  China last October," he said.\n',
            "c.txt": "“Putin visited China last September,” he said.\n",
        }
    )
    build_index()
    results = ask(open_searcher(), "Putin China")
    assert results.total == 2
    first, second = results.hits
    assert first.passage.source == "a.txt"
    assert [other.source for other in first.copies.passages] == ["b.txt"]
    assert (second.passage.source, second.copies.passages) == ("c.txt", ())


LONG = "The trade with China, which isn't new, will grow in May, the minister said on 16 May 2024."
SHORT = "Trade with China, which is not new, will grow in May, minister said May 16, 2024"
NEXT = "The trade with China, which isn't new, will grow in May, the minister said on 17 May 2024."


def test_near_duplicates_are_one_hit_and_keep_their_own_texts_and_dates(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": f"{LONG}\n", "b.txt": f"{SHORT}\n", "c.txt": f"{NEXT}\n"})
    build_index()
    results = ask(open_searcher(), "trade with China")
    assert (results.total, len(results.hits)) == (2, 2)
    best, other = results.hits
    # The shorter text scores higher, although the longer one comes first in the folder.
    assert (best.passage.source, best.passage.text) == ("b.txt", SHORT)
    (also,) = best.copies.passages
    assert (also.source, also.text, also.lines) == ("a.txt", LONG, (1, 1))
    for passage in (best.passage, also):
        assert "2024-05-16" in {day.interval.edtf for day in passage.dates}
    assert (other.passage.source, other.copies.passages) == ("c.txt", ())


def test_near_duplicates_do_not_change_ranks_or_pages(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    ways = (
        "The trade in China wasn't of {} kinds of tea.",
        "Trade in China was not of {} kinds of tea!",
        "The trade in China was not of the {} kinds of tea",
    )
    make_folder({f"{i:02}.txt": ways[i % 3].format(i // 3) + "\n" for i in range(60)})
    build_index()
    searcher = open_searcher()
    whole = ask(searcher, "trade China tea", limit=100)
    assert (whole.total, len(whole.hits), whole.total_capped) == (20, 20, False)
    assert sorted(p.source for hit in whole.hits for p in (hit.passage, *hit.copies.passages)) == [
        f"{i:02}.txt" for i in range(60)
    ]
    for size in (1, 7, 10, 20):
        paged = [
            hit
            for offset in range(0, whole.total, size)
            for hit in ask(searcher, "trade China tea", limit=size, offset=offset).hits
        ]
        assert paged == list(whole.hits)
    assert ask(searcher, "trade China tea", offset=10).hits[0] == whole.hits[10]


def test_after_the_first_copy_is_deleted_the_index_equals_a_fresh_one(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    fake_model: FakeModel,
    tmp_path: Path,
) -> None:
    folder = make_folder({"a.txt": f"{LONG}\n", "b.txt": f"{SHORT}\n", "c.txt": f"{LONG}!\n"})
    build_index()
    (folder / "a.txt").unlink()
    build_index()
    (hit,) = ask(open_searcher(), "trade with China").hits
    assert hit.passage.source == "b.txt"
    assert [other.source for other in hit.copies.passages] == ["c.txt"]
    build(folder, tmp_path / "fresh", fake_model, quiet)
    fresh = Searcher(Snapshot.open(Store(tmp_path / "fresh").current_folder()), fake_model)
    assert ask(fresh, "trade with China").hits == (hit,)


def test_equal_scores_rank_in_the_order_of_the_documents(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({f"{i:02}.txt": f"China grew by {i:02} points in all.\n" for i in range(30)})
    build_index()
    hits = ask(open_searcher(), "China", limit=30).hits
    assert [hit.passage.source for hit in hits] == [f"{i:02}.txt" for i in range(30)]


def test_totals_and_ranks_do_not_depend_on_the_page_size(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {f"{i:02}.txt": f"China in year {i % 9} had {'tea ' * (i % 4)}.\n" for i in range(40)}
    )
    build_index()
    searcher = open_searcher()
    whole = ask(searcher, "China tea", limit=100)
    assert whole.total == len(whole.hits) < 40
    for size in (1, 3, 10):
        paged = [
            hit
            for offset in range(0, whole.total, size)
            for hit in ask(searcher, "China tea", limit=size, offset=offset).hits
        ]
        assert paged == list(whole.hits)


def test_a_question_that_asks_when_prefers_a_sentence_with_a_date(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    text = "China sells tea to all who want it. China began to sell tea in 1683, they say."
    make_folder({"a.txt": "China sells tea to all who want it.\n", "b.txt": text + "\n"})
    build_index()
    searcher = open_searcher()
    first, second = ask(searcher, "when did China sell tea").hits
    assert (first.passage.source, second.passage.source) == ("b.txt", "a.txt")
    ((start, end),) = first.highlights
    assert text[start:end] == "China began to sell tea in 1683, they say."
    ranking = searcher.rank(plain_query("when did China sell tea"))
    assert [explanation.dates for explanation in explain(ranking, 0, 2)] == [2, 0]
    assert [day.interval.edtf for day in first.passage.dates] == ["1683"]
    ((start, end),) = ask(searcher, "who sells tea in China").hits[0].highlights
    assert start == 0


def test_a_date_that_overlaps_the_time_in_the_question_is_preferred(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            "a.txt": "Trade with China fell from 1950 to 1953, in all of the ports.\n",
            "b.txt": "Trade with China fell from 1961 to 1963, in all of the ports.\n",
            "c.txt": "Trade with China fell on May 16, in all of the ports.\n",
        }
    )
    build_index()
    results = ask(open_searcher(), "trade with China in 1962")
    hits, explanations = results.hits, explain(results.ranking, 0, 3)
    gained = {
        hit.passage.source: explanation.dates
        for hit, explanation in zip(hits, explanations, strict=True)
    }
    assert hits[0].passage.source == "b.txt"
    assert gained == {"a.txt": 0, "b.txt": 5, "c.txt": 0}


def test_a_passage_below_the_floor_is_not_a_hit(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": "China is large, and the people there are many.\n"})
    build_index()
    searcher = open_searcher()
    assert texts(ask(searcher, "rain in Harbin")) == []
    assert ask(searcher, "rain in Harbin").total == 0
    assert len(ask(searcher, "China").hits) == 1


def test_the_total_stops_at_max_hits_and_is_marked_as_capped(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({f"{i}.txt": f"China and its tea, part {i} of them.\n" for i in range(12)})
    build_index()
    searcher = open_searcher()
    assert (ask(searcher, "tea").total, ask(searcher, "tea").total_capped) == (12, False)
    searcher = open_searcher(RankingConfig(max_hits=10))
    capped = ask(searcher, "tea", limit=100)
    assert (capped.total, capped.total_capped, len(capped.hits)) == (10, True, 10)
    assert ask(searcher, "tea", offset=10).hits == ()


def test_an_index_without_passages_gives_no_hits(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": "26 April 2024\n"})
    build_index()
    assert ask(open_searcher(), "China").total == 0


def test_a_snapshot_of_another_encoder_is_refused_with_both_names(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": "China is large, and the people there are many.\n"})
    build_index(FakeModel("other"))
    with pytest.raises(ForeignSnapshot, match=r"(?s)other\|.*fake\|.*wherein reindex"):
        open_searcher()


def test_a_score_can_be_recomputed_from_its_explanation(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder(
        {
            "a.txt": "Tea and trade\n\nChina sells tea, much tea. Rain is rare in the hills.\n",
            "b.txt": "Trade with China grew, and so did the ports along the coast.\n",
            "c.txt": "Rain fell on the harbour all through the grey day.\n",
        }
    )
    build_index()
    results = ask(open_searcher(), "when did China sell tea")
    [explanation] = explain(results.ranking, 0, 1)
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
    weights = explanation.weights
    score = weights.cosine * explanation.cosine + weights.coverage
    score += sum(by_hand.values())
    assert results.hits[0].scores.total == explanation.score == pytest.approx(score, abs=1e-5)


def test_many_copies_of_one_text_do_not_crowd_out_other_texts(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    few = RankingConfig(candidates=CandidateLimits(per_source=5, distinct_texts=2))
    same = {f"{i:02}.txt": "China tea is here for all of them.\n" for i in range(30)}
    make_folder(same | {"zz.txt": "China tea is here for all of us, and the rain as well.\n"})
    build_index()
    results = ask(open_searcher(few), "China tea")
    assert [hit.passage.source for hit in results.hits] == ["00.txt", "zz.txt"]
    assert len(results.hits[0].copies.passages) == 29


def test_the_total_is_capped_if_there_may_be_passages_beyond_the_candidates(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({f"{i:02}.txt": f"China tea is here for {i} of them.\n" for i in range(30)})
    build_index()
    assert not ask(open_searcher(), "China tea").total_capped
    few = RankingConfig(candidates=CandidateLimits(per_source=10, distinct_texts=5))
    assert ask(open_searcher(few), "China tea").total_capped
