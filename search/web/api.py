"""The JSON side: search, documents, health. Errors are problem details (RFC 9457)."""

from collections.abc import Iterable
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from wherein.index.catalog.reader import StoredDate, StoredPassage
from wherein.index.documents.model import shown_title
from wherein.search.query.syntax import Asked
from wherein.search.ranking.timeline import Entry
from wherein.search.searcher import Hit, Results
from wherein.search.server.request_queue import RETRY_AFTER, TooBusy, in_turn
from wherein.search.web.links import date_url, document_url, passage_url
from wherein.search.web.parameters import BadParameter, parse
from wherein.search.web.snapshot_watcher import NotReady, live_searcher

api = Blueprint("api", __name__)


@api.get("/api/search")
@in_turn
def search() -> Response:
    parameters = parse(request.query_string)
    results = (
        live_searcher()
        .searcher()
        .search(
            parameters.asked.question,
            limit=parameters.limit,
            offset=parameters.offset,
            explain=parameters.explain,
            filters=parameters.filters,
        )
    )
    return jsonify(results_json(results, parameters.asked))


@api.get("/api/documents")
def documents() -> Response:
    catalog = live_searcher().searcher().snapshot.catalog
    read = [
        {
            "source": document.source,
            "title": shown_title(document),
            "published": document.published,
            "counts": {
                "blocks": document.blocks,
                "passages": document.passages,
                "furniture": document.furniture,
            },
            "skipped": None,
            "url": document_url(document.source),
        }
        for document in catalog.documents()
    ]
    skipped = [{"source": skip.source, "skipped": skip.reason} for skip in catalog.skipped()]
    return jsonify(documents=read + skipped)


@api.get("/api/documents/<path:source>")
def document(source: str) -> tuple[Response, int] | Response:
    found = live_searcher().searcher().snapshot.catalog.document(source)
    if found is None:
        return problem(404, "No such document", f"There is no document {source!r} in the index.")
    return jsonify(
        source=found.source,
        title=shown_title(found),
        published=found.published,
        blocks=[
            {
                "kind": block.kind,
                "reason": block.reason,
                "lines": block.lines,
                "page": block.page,
                "section": block.section,
                "start": start,
                "text": block.text,
            }
            for block, start in zip(found.blocks, found.starts, strict=True)
        ],
    )


@api.get("/healthz")
def healthz() -> Response:
    return jsonify(status="alive")


@api.get("/readyz")
def readyz() -> tuple[Response, int] | Response:
    live = live_searcher()
    return jsonify(
        status="ready", snapshot=live.searcher().snapshot.manifest.id, problem=live.problem
    )


@api.errorhandler(BadParameter)
def bad_parameter(error: BadParameter) -> tuple[Response, int]:
    return problem(400, "Bad parameter", str(error), parameter=error.name)


@api.errorhandler(NotReady)
def not_ready(error: NotReady) -> tuple[Response, int]:
    response, status = problem(503, "Not ready", str(error))
    response.headers["Retry-After"] = "2"
    return response, status


@api.errorhandler(TooBusy)
def too_busy(error: TooBusy) -> tuple[Response, int]:
    response, status = problem(503, "Too busy", str(error))
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response, status


def problem(status: int, title: str, detail: str, **more: str) -> tuple[Response, int]:
    """A problem document. `detail` is for the user: what is wrong and what to do."""
    response = jsonify(type="about:blank", title=title, status=status, detail=detail, **more)
    response.content_type = "application/problem+json"
    return response, status


def http_problem(error: HTTPException) -> tuple[Response, int]:
    """The problem document of an error that Flask raised, such as 404 and 405."""
    response, status = problem(error.code or 500, error.name, error.description or error.name)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response, status


def results_json(results: Results, asked: Asked) -> dict[str, object]:
    """The answer of /api/search to what was asked; orjson writes its dates as JSON."""
    judgement = results.judgement
    return {
        "query": asked.typed,
        "conditions": [
            {"of": condition.of, "text": condition.text, "wanted": condition.wanted}
            for condition in asked.conditions
        ],
        "verdict": judgement.verdict if judgement else None,
        "confidence": round(judgement.confidence, 4) if judgement else None,
        "total": results.total,
        "total_capped": results.total_capped,
        "snapshot": results.snapshot,
        "took_ms": round(results.took_ms, 1),
        "hits": [_hit_json(hit) for hit in results.hits],
        "timeline": [_entry_json(entry) for entry in results.timeline],
    }


def _hit_json(hit: Hit) -> dict[str, object]:
    passage = hit.passage
    answer: dict[str, object] = {
        "rank": hit.rank,
        "score": round(hit.score, 4),
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
                "path": other.source,
                "lines": other.lines,
                "url": passage_url(other),
                "text": other.text,
                "dates": _dates_json(other, other.dates),
            }
            for other in hit.also_in
        ],
        "also_in_total": hit.repeats,
        "scores": {"dense": round(hit.dense, 4), "lexical": round(hit.lexical, 4)},
    }
    if hit.explanation:
        answer["explanation"] = asdict(hit.explanation)
    return answer


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "edtf": entry.edtf,
        "from": entry.first,
        "to": entry.last,
        "within": entry.within,
        "ranks": entry.ranks,
        "files": entry.files,
    }


def _dates_json(passage: StoredPassage, dates: Iterable[StoredDate]) -> list[dict[str, object]]:
    return [
        {
            "text": passage.text[day.start : day.end],
            "start": day.start,
            "end": day.end,
            "edtf": day.edtf,
            "from": day.first,
            "to": day.last,
            "inferred": day.inferred,
            "url": date_url(passage, day.start),
        }
        for day in dates
    ]
