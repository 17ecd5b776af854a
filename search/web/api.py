"""The JSON API: search, documents and health. Errors are problem details: see `problems`."""

from flask import Blueprint, Response, jsonify, request

from wherein.index.catalog.stored import DocumentSummary
from wherein.index.documents.model import shown_title
from wherein.search.ranking.explanation import explain
from wherein.search.results import find_results
from wherein.search.web.admission import RETRY_AFTER, TooBusy, refused_when_busy
from wherein.search.web.links import document_url
from wherein.search.web.parameters import BadParameter, parse_request
from wherein.search.web.problems import problem
from wherein.search.web.results_json import results_json
from wherein.search.web.snapshot_watcher import NotReady, current_watcher

NOT_READY_RETRY_AFTER = 2
"""The number of seconds after which a client may ask again while the model is loaded."""

api = Blueprint("api", __name__)


@api.get("/api/search")
@refused_when_busy
def search() -> Response:
    """Answer a question."""
    asked = parse_request(request.query_string)
    results = find_results(current_watcher().searcher(), asked.query, asked.page)
    page = asked.page
    explanations = explain(results.ranking, page.offset, page.limit) if asked.explain else ()
    return jsonify(results_json(results, explanations))


@api.get("/api/documents")
def documents() -> Response:
    """List all files: those that are indexed, and those that were skipped with the reason."""
    catalog = current_watcher().searcher().snapshot.catalog
    skipped = [{"source": skip.source, "skipped": skip.reason} for skip in catalog.skipped()]
    return jsonify(documents=[*map(_summary_json, catalog.documents()), *skipped])


def _summary_json(document: DocumentSummary) -> dict[str, object]:
    return {
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


@api.get("/api/documents/<path:source>")
def document(source: str) -> tuple[Response, int] | Response:
    """Return the blocks of a document in order, with the reason for each that is not searched."""
    found = current_watcher().searcher().snapshot.catalog.document(source)
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
    """Say that the process is alive."""
    return jsonify(status="alive")


@api.get("/readyz")
def readyz() -> tuple[Response, int] | Response:
    """Say that an index is open, and what is wrong with a newer one."""
    watcher = current_watcher()
    return jsonify(
        status="ready", snapshot=watcher.searcher().snapshot.manifest.id, problem=watcher.problem
    )


@api.errorhandler(BadParameter)
def bad_parameter(error: BadParameter) -> tuple[Response, int]:
    """Say which parameter is wrong and what it takes."""
    return problem(400, "Bad parameter", str(error), parameter=error.name)


@api.errorhandler(NotReady)
def not_ready(error: NotReady) -> tuple[Response, int]:
    """Say that there is nothing to search yet, and when to ask again."""
    response, status = problem(503, "Not ready", str(error))
    response.headers["Retry-After"] = str(NOT_READY_RETRY_AFTER)
    return response, status


@api.errorhandler(TooBusy)
def too_busy(error: TooBusy) -> tuple[Response, int]:
    """Say that too many questions wait, and when to ask again."""
    response, status = problem(503, "Too busy", str(error))
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response, status
