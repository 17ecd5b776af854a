"""The HTML side: a question's results, and documents as they were read."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from index.catalog import StoredDate, StoredPassage
from index.documents import shown_title
from index.passages import Span
from search.links import document_url, results_url
from search.live import NotReady, live_searcher
from search.parameters import LONGEST_QUESTION, BadParameter, SearchParameters, parse
from search.searcher import Hit

pages = Blueprint("pages", __name__)

Page = str | tuple[str, int]


@pages.get("/")
def home() -> Page:
    if "q" not in request.args:
        catalog = live_searcher().searcher().snapshot.catalog
        return _render("home.html", documents=catalog.documents(), skipped=catalog.skipped())
    parameters = parse(request.query_string, ignore_unknown=True)
    results = (
        live_searcher()
        .searcher()
        .search(parameters.q, limit=parameters.limit, offset=parameters.offset)
    )
    return _render(
        "results.html",
        question=parameters.q,
        results=results,
        earlier=_page_url(parameters, min(parameters.offset, results.total) - parameters.limit),
        later=_page_url(parameters, parameters.offset + parameters.limit, results.total),
    )


@pages.get("/documents/<path:source>")
def document(source: str) -> Page:
    catalog = live_searcher().searcher().snapshot.catalog
    found = catalog.document(source)
    if found is None:
        reasons = {skip.source: skip.reason for skip in catalog.skipped()}
        detail = (
            f"{source} was skipped: {reasons[source]}."
            if source in reasons
            else f"There is no document {source} in the index."
        )
        return _render("message.html", title="No such document", detail=detail), 404
    return _render("document.html", document=found, question=request.args.get("q", ""))


@pages.app_template_filter("marked")
def marked(hit: Hit) -> Markup:
    """A hit's text, escaped, its highlights in <mark> and its dates in <time>."""
    text, html, done = hit.passage.text, Markup(""), 0
    for start, end in hit.highlights:
        html += _dated(hit.passage, done, start)
        html += Markup("<mark>{}</mark>").format(_dated(hit.passage, start, end))
        done = end
    return html + _dated(hit.passage, done, len(text))


def _dated(passage: StoredPassage, start: int, end: int) -> Markup:
    html, done = Markup(""), start
    for date_ in passage.dates:
        first, last = max(date_.start, done), min(date_.end, end)
        if first < last:
            html += escape(passage.text[done:first])
            html += Markup('<time title="{}">{}</time>').format(
                _in_full(date_), passage.text[first:last]
            )
            done = last
    return html + escape(passage.text[done:end])


def _in_full(stored: StoredDate) -> str:
    """What a date means, as far as it is known."""
    if stored.first is None or stored.last is None:
        return "the year is not stated" if stored.edtf else "relative to a day that is not stated"
    days = day(stored.first)
    if stored.last != stored.first:
        days += f" to {day(stored.last)}"
    return days + (f", inferred from {stored.inferred}" if stored.inferred else "")


@pages.app_template_filter("day")
def day(published: date) -> str:
    """A date as people write it: 26 April 2024."""
    return f"{published.day} {published:%B %Y}"


@pages.app_template_filter("place")
def place(lines: Span, page: int | None = None) -> str:
    """Where a passage stands, in words."""
    if page is not None:
        return f"page {page}"
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}–{last}"


@pages.errorhandler(BadParameter)
def bad_parameter(error: BadParameter) -> Page:
    title = "Ask a question" if error.name == "q" else "This address is not quite right"
    question = request.args.get("q", "")[:LONGEST_QUESTION]
    return _render("message.html", title=title, detail=_in_words(error), question=question), 400


@pages.errorhandler(NotReady)
def not_ready(error: NotReady) -> Page:
    question = request.args.get("q", "")
    return _render("message.html", title="Not ready", detail=str(error), question=question), 503


def http_page(error: HTTPException) -> ResponseReturnValue:
    """The page of an error that Flask raised, such as 404."""
    page = _render("message.html", title=error.name, detail=error.description)
    allowed = isinstance(error, MethodNotAllowed) and error.valid_methods
    return page, error.code or 500, {"Allow": ", ".join(allowed)} if allowed else {}


def _in_words(error: BadParameter) -> str:
    name = "The question" if error.name == "q" else error.name
    return f"{name} {error.wrong}. Wherein takes {error.takes}."


def _page_url(parameters: SearchParameters, offset: int, total: int | None = None) -> str | None:
    """The address of the page that begins at `offset`, None where there is none."""
    before_the_start = offset <= -parameters.limit
    past_the_end = total is not None and offset >= total
    if before_the_start or past_the_end:
        return None
    return results_url(parameters.q, max(offset, 0), parameters.limit)


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        document_url=document_url,
        results_url=results_url,
        shown_title=shown_title,
        problem=live_searcher().problem,
        **values,
    )
