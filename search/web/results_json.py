"""The answer of /api/search as JSON values. orjson writes dates as text."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from wherein.index.catalog.stored import StoredDate, StoredPassage
from wherein.index.documents.model import shown_title
from wherein.search.ranking.explanation import Explanation
from wherein.search.ranking.hits import Hit
from wherein.search.ranking.timeline import Entry
from wherein.search.results import Results
from wherein.search.web.links import date_url, passage_url


def results_json(results: Results, explanations: Sequence[Explanation] = ()) -> dict[str, object]:
    """Return one page of answers as the API gives it.

    Args:
        results: The page of answers.
        explanations: The explanation of each hit, or none.

    Returns:
        The members of the answer by their names.
    """
    judgement = results.judgement
    return {
        "query": results.query.typed,
        "conditions": [
            {"of": condition.kind, "text": condition.text, "wanted": condition.wanted}
            for condition in results.query.parsed.conditions
        ],
        "verdict": judgement.verdict if judgement else None,
        "confidence": round(judgement.confidence, 4) if judgement else None,
        "total": results.total,
        "total_capped": results.total_capped,
        "snapshot": results.snapshot,
        "took_ms": round(results.took_ms, 1),
        "hits": [
            _hit_json(hit, explanation)
            for hit, explanation in zip_longest(results.hits, explanations)
        ],
        "timeline": [_entry_json(entry) for entry in results.timeline],
    }


def _hit_json(hit: Hit, explanation: Explanation | None) -> dict[str, object]:
    passage = hit.passage
    answer: dict[str, object] = {
        "rank": hit.rank,
        "score": round(hit.scores.total, 4),
        "text": passage.text,
        "highlights": [{"start": start, "end": end} for start, end in hit.highlights],
        "source": {
            "path": passage.source,
            "title": shown_title(passage),
            "published": passage.published,
            "lines": passage.lines,
            "page": passage.page,
            "section": passage.section,
            "url": passage_url(passage),
        },
        "dates": _dates_json(passage, hit.dates),
        "also_in": [
            {
                "path": copy.source,
                "lines": copy.lines,
                "url": passage_url(copy),
                "text": copy.text,
                "dates": _dates_json(copy, copy.dates),
            }
            for copy in hit.copies.passages
        ],
        "also_in_total": hit.copies.total,
        "scores": {"dense": round(hit.scores.cosine, 4), "lexical": round(hit.scores.bm25, 4)},
    }
    if explanation:
        answer["explanation"] = _explanation_json(explanation)
    return answer


def _explanation_json(explanation: Explanation) -> dict[str, object]:
    return {
        "score": explanation.score,
        "cosine_weight": explanation.weights.cosine,
        "cosine": explanation.cosine,
        "coverage_weight": explanation.weights.coverage,
        "coverage": explanation.coverage,
        "terms": [
            {
                "term": term.term,
                "count": term.count,
                "passages": term.passages,
                "idf": term.idf,
                "norm": term.norm,
                "gain": term.gain,
            }
            for term in explanation.terms
        ],
        "dates": explanation.dates,
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "edtf": entry.interval.edtf,
        "from": entry.interval.first,
        "to": entry.interval.last,
        "within": entry.within,
        "ranks": entry.ranks,
        "files": entry.files,
    }


def _dates_json(passage: StoredPassage, dates: Iterable[StoredDate]) -> list[dict[str, object]]:
    return [
        {
            "text": passage.text[date.start : date.end],
            "start": date.start,
            "end": date.end,
            "edtf": date.interval.edtf,
            "from": date.interval.first,
            "to": date.interval.last,
            "inferred": date.inferred,
            "url": date_url(passage, date.start),
        }
        for date in dates
    ]
