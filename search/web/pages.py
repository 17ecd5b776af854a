"""The HTML pages: a question's results, documents, and the list of documents."""

from datetime import datetime

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from wherein.index.catalog.reader import Catalog
from wherein.search.web.admission import RETRY_AFTER, TooBusy, refused_when_busy
from wherein.search.web.document_view import make_document_view
from wherein.search.web.example_questions import newest_first
from wherein.search.web.links import filter_texts
from wherein.search.web.parameters import (
    MAX_QUESTION_LENGTH,
    BadParameter,
    SearchRequest,
    parse_request,
)
from wherein.search.web.rendering import add_filters, render
from wherein.search.web.results_view import make_results_view
from wherein.search.web.snapshot_watcher import NotReady, current_watcher

Page = str | tuple[str, int] | tuple[str, dict[str, str]]

MAX_DUPLICATES_SHOWN = 20
MAX_DOCUMENTS_AT_HOME = 6
DOCUMENTS_PER_PAGE = "DOCUMENTS_PER_PAGE"
"""The key of the application's configuration for the length of the list of documents."""

pages = Blueprint("pages", __name__)
add_filters(pages)


@pages.get("/")
@refused_when_busy
def home() -> Page:
    """Show the results of a question, or the start page without a question."""
    if "q" not in request.args:
        return _start_page(current_watcher().searcher().snapshot.catalog)
    search_request = parse_request(request.query_string, ignore_unknown=True)
    view = make_results_view(current_watcher().searcher(), search_request)
    page = render(
        "results.html",
        view=view,
        question=view.question,
        filters=filter_texts(search_request.query.filters),
        max_duplicates_shown=MAX_DUPLICATES_SHOWN,
    )
    return page, {"Server-Timing": f"search;dur={view.results.took_ms:.1f}"}


def _start_page(catalog: Catalog) -> Page:
    documents = catalog.documents()
    return render(
        "home.html",
        documents=newest_first(documents)[:MAX_DOCUMENTS_AT_HOME],
        total=len(documents),
        skipped=len(catalog.skipped()),
        examples=current_watcher().examples,
    )


@pages.get("/documents")
def folder() -> Page:
    """List all documents, what was skipped, and what the last run did."""
    snapshot = current_watcher().searcher().snapshot
    documents = snapshot.catalog.documents()
    offset = max(request.args.get("offset", 0, type=int), 0)
    page_size: int = current_app.config[DOCUMENTS_PER_PAGE]
    following = offset + page_size
    return render(
        "folder.html",
        documents=documents,
        shown=documents[offset:following],
        offset=offset,
        later=following if following < len(documents) else None,
        earlier=max(offset - page_size, 0) if offset > 0 else None,
        skipped=snapshot.catalog.skipped(),
        indexed=datetime.fromisoformat(snapshot.manifest.created),
        run=current_watcher().run_of(snapshot.manifest.id),
    )


@pages.get("/documents/<path:source>")
@refused_when_busy
def document(source: str) -> Page:
    """Show a document, with the hits of the question that it was reached from."""
    searcher = current_watcher().searcher()
    found = searcher.snapshot.catalog.document(source)
    if found is None:
        detail = _why_missing(source, searcher.snapshot.catalog)
        return render("message.html", title="No such document", detail=detail), 404
    search_request = _request_of_results()
    view = make_document_view(found, request.args.get("at", ""), searcher, search_request)
    return render(
        "document.html",
        view=view,
        question=_typed_question(),
        filters=filter_texts(search_request.query.filters) if search_request else None,
    )


def _why_missing(source: str, catalog: Catalog) -> str:
    reasons = {skip.source: skip.reason for skip in catalog.skipped()}
    if source in reasons:
        return f"{source} was skipped: {reasons[source]}."
    return f"There is no document {source} in the index."


def _request_of_results() -> SearchRequest | None:
    """Return the search that a document was reached from, None if its URL has none."""
    try:
        return parse_request(request.query_string, ignore_unknown=True)
    except BadParameter:
        return None


def _typed_question() -> str:
    return request.args.get("q", "")[:MAX_QUESTION_LENGTH]


@pages.errorhandler(BadParameter)
def bad_parameter(error: BadParameter) -> Page:
    """Say what is wrong with a URL."""
    title = "This address is not valid"
    if error.name == "q":
        title = (
            "This question cannot be searched" if _typed_question().strip() else "Ask a question"
        )
    name = "The question" if error.name == "q" else error.name
    detail = f"{name} {error.fault}. Wherein takes {error.accepted}."
    return render("message.html", title=title, detail=detail, question=_typed_question()), 400


@pages.errorhandler(NotReady)
def not_ready(error: NotReady) -> Page:
    """Say that there is nothing to search yet."""
    page = render("message.html", title="Not ready", detail=str(error), question=_typed_question())
    return page, 503


@pages.errorhandler(TooBusy)
def too_busy(error: TooBusy) -> ResponseReturnValue:
    """Say that too many questions are waiting."""
    page = render("message.html", title="Too busy", detail=str(error), question=_typed_question())
    return page, 503, {"Retry-After": str(RETRY_AFTER)}


def http_page(error: HTTPException) -> ResponseReturnValue:
    """Return the page of an error that Flask raised, such as 404."""
    page = render("message.html", title=error.name, detail=error.description)
    allowed = isinstance(error, MethodNotAllowed) and error.valid_methods
    return page, error.code or 500, {"Allow": ", ".join(allowed)} if allowed else {}
