"""The HTML side: a question's results, and documents as they were read."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from wherein.index.catalog.reader import Catalog, StoredPassage
from wherein.index.documents.model import shown_title
from wherein.index.passages.splitter import Span
from wherein.search.query.filters import documents_within
from wherein.search.query.intent import asks_when, times_named
from wherein.search.ranking.timeline import Entry
from wherein.search.searcher import Hit, Searcher
from wherein.search.server.request_queue import RETRY_AFTER, TooBusy, in_turn
from wherein.search.web.date_format import in_words
from wherein.search.web.document_parts import part_at
from wherein.search.web.example_questions import newest_first
from wherein.search.web.highlighting import marked_hit, marked_pieces, spoken
from wherein.search.web.links import document_url, filter_texts, passage_url, results_url
from wherein.search.web.narrowing import narrowing
from wherein.search.web.parameters import LONGEST_QUESTION, BadParameter, SearchParameters, parse
from wherein.search.web.snapshot_watcher import NotReady, live_searcher
from wherein.search.web.timeline_chart import Chart, chart

pages = Blueprint("pages", __name__)

Page = str | tuple[str, int] | tuple[str, dict[str, str]]

MOST_ENTRIES = 12
"""So many dates of the timeline are listed at once, those of the best hits; the others folded."""

MOST_LISTED = 60
"""Of more dates, those that the best hits do not name are only counted."""

MOST_REPEATS_SHOWN = 20

MOST_DOCUMENTS_AT_HOME = 6
DOCUMENTS_A_PAGE = 500

_FILTER_LABELS = {
    "source": "only in",
    "published_from": "published from",
    "published_to": "published until",
    "date_from": "with a date from",
    "date_to": "with a date until",
}


@pages.get("/")
@in_turn
def home() -> Page:
    if "q" not in request.args:
        return _empty_page(live_searcher().searcher().snapshot.catalog)
    parameters = parse(request.query_string, ignore_unknown=True)
    asked, filters = parameters.asked, parameters.filters
    question = asked.question
    searcher = live_searcher().searcher()
    results = searcher.search(
        question,
        limit=parameters.limit,
        offset=parameters.offset,
        explain=True,
        facets=True,
        filters=filters,
    )
    assert results.facets is not None
    lexical = searcher.snapshot.lexical
    listed = _best(results.timeline, MOST_LISTED)
    first = _best(listed, MOST_ENTRIES)
    page = _render(
        "results.html",
        question=asked.typed,
        results=results,
        verdict=results.judgement.verdict
        if results.judgement and not asked.is_exact_alone
        else None,
        query=_address(parameters).partition("?")[2],
        start=results_url(asked.typed, limit=parameters.limit, filters=filters),
        everywhere=results_url(asked.typed, limit=parameters.limit),
        asks_when=asks_when(question),
        about_dates=asks_when(question) or len(times_named(question)) > 0,
        terms=spoken(question, lexical.terms(question), lexical.words),
        words=cache(lexical.words),
        narrowing=narrowing(results.facets, parameters, searcher.snapshot.catalog),
        drawing=_drawing(results.timeline, parameters),
        filters=filter_texts(filters),
        understood=_understood(parameters),
        narrowed=_narrowed(parameters),
        filtered=bool(filters),
        exact=filters.exact,
        most_repeats=MOST_REPEATS_SHOWN,
        no_document=not (
            results.total or documents_within(filters, searcher.snapshot.catalog).any()
        ),
        first_entries=[_shown(entry, parameters) for entry in first],
        other_entries=[_shown(entry, parameters) for entry in listed if entry not in first],
        unlisted=len(results.timeline) - len(listed),
        earlier=_page_url(parameters, min(parameters.offset, results.total) - parameters.limit),
        later=_page_url(parameters, parameters.offset + parameters.limit, results.total),
    )
    return page, {"Server-Timing": f"search;dur={results.took_ms:.1f}"}


def _empty_page(catalog: Catalog) -> Page:
    documents = catalog.documents()
    newest = newest_first(documents)
    return _render(
        "home.html",
        documents=newest[:MOST_DOCUMENTS_AT_HOME],
        total=len(documents),
        skipped=len(catalog.skipped()),
        examples=live_searcher().examples,
    )


@pages.get("/documents")
def folder() -> Page:
    snapshot = live_searcher().searcher().snapshot
    catalog = snapshot.catalog
    documents = catalog.documents()
    offset = max(request.args.get("offset", 0, type=int), 0)
    return _render(
        "folder.html",
        documents=documents,
        shown=documents[offset:][:DOCUMENTS_A_PAGE],
        offset=offset,
        later=offset + DOCUMENTS_A_PAGE if offset + DOCUMENTS_A_PAGE < len(documents) else None,
        earlier=max(offset - DOCUMENTS_A_PAGE, 0) if offset > 0 else None,
        skipped=catalog.skipped(),
        indexed=datetime.fromisoformat(snapshot.manifest.created),
        run=live_searcher().run_of(snapshot.manifest.id),
    )


@pages.get("/documents/<path:source>")
@in_turn
def document(source: str) -> Page:
    searcher = live_searcher().searcher()
    catalog = searcher.snapshot.catalog
    found = catalog.document(source)
    if found is None:
        reasons = {skip.source: skip.reason for skip in catalog.skipped()}
        detail = (
            f"{source} was skipped: {reasons[source]}."
            if source in reasons
            else f"There is no document {source} in the index."
        )
        return _render("message.html", title="No such document", detail=detail), 404
    parameters = _asked_before()
    hits = _hits_in(source, parameters, searcher) if parameters else []
    answers = [
        (hit.passage.start + start, hit.passage.start + end)
        for hit in hits
        for start, end in hit.highlights
    ]
    query = _address(parameters).partition("?")[2] if parameters else ""
    part = part_at(found, request.args.get("at", ""))
    texts = marked_pieces(found, part.pieces, catalog.dates_of(source, part.span), answers)
    return _render(
        "document.html",
        document=found,
        part=part,
        texts=zip(part.pieces, texts, strict=True),
        steps=_steps(hits),
        step_url=lambda passage: (
            f"#L{passage.lines[0]}" if part.has(passage.start) else passage_url(passage, query)
        ),
        query=query,
        back=_address(parameters) if parameters else None,
        question=request.args.get("q", "")[:LONGEST_QUESTION],
        filters=filter_texts(parameters.filters) if parameters else None,
    )


def _address(parameters: SearchParameters) -> str:
    """Where this page of results is."""
    return results_url(parameters.q, parameters.offset, parameters.limit, parameters.filters)


def _steps(hits: Iterable[Hit]) -> dict[int, StoredPassage]:
    """Of each line on which a hit begins the first that does, in the order of the text."""
    steps: dict[int, StoredPassage] = {}
    for hit in hits:
        steps.setdefault(hit.passage.lines[0], hit.passage)
    return steps


def _asked_before() -> SearchParameters | None:
    """The question whose results a document was reached from, where its address has one."""
    try:
        return parse(request.query_string, ignore_unknown=True)
    except BadParameter:
        return None


def _hits_in(source: str, asked_for: SearchParameters, searcher: Searcher) -> list[Hit]:
    """The best hits of a question in one document, in the order of its text."""
    within = replace(asked_for.filters, source=source)
    hits = searcher.search(asked_for.asked.question, filters=within).hits
    # As a glob the source may meet others.
    here = [hit for hit in hits if hit.passage.source == source]
    return sorted(here, key=lambda hit: hit.passage.start)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A condition in words, and the address of the same question without it."""

    label: str
    value: str
    without: str


def _understood(parameters: SearchParameters) -> list[_Shown]:
    """The conditions that are written in the question."""
    asked = parameters.asked
    return [
        _Shown(
            condition.label,
            condition.shown,
            results_url(
                asked.without(condition), limit=parameters.limit, filters=parameters.filters
            ),
        )
        for condition in asked.conditions
    ]


def _narrowed(parameters: SearchParameters) -> list[_Shown]:
    """The filters of the address, which a new question keeps."""
    filters, shown = parameters.filters, []
    for name, text in filter_texts(filters).items():
        without = results_url(
            parameters.q,
            limit=parameters.limit,
            filters=replace(filters, **{name: None}),  # type: ignore[arg-type]
        )
        value = text if name == "source" else in_words(text)
        shown.append(_Shown(_FILTER_LABELS[name], value, without))
    return shown


@dataclass(frozen=True, slots=True)
class _ShownEntry:
    """An entry of the timeline with its addresses: its best hit, and the question asked of it.

    `only` is None where the year is open or the question is asked of no other time already.
    """

    entry: Entry
    hit: str
    only: str | None


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The timeline as a drawing, and of each of its marks where it leads."""

    chart: Chart
    shown: list[_ShownEntry]


def _shown(entry: Entry, parameters: SearchParameters) -> _ShownEntry:
    question, limit, filters = parameters.q, parameters.limit, parameters.filters
    rank, offset = entry.ranks[0], parameters.offset
    here = offset < rank <= offset + limit
    page = (rank - 1) // limit * limit
    narrower = replace(filters, date_from=entry.first, date_to=entry.last)
    return _ShownEntry(
        entry=entry,
        hit=f"#hit-{rank}" if here else results_url(question, page, limit, filters, rank),
        only=results_url(question, limit=limit, filters=narrower)
        if entry.first and narrower != filters
        else None,
    )


def _drawing(entries: Sequence[Entry], parameters: SearchParameters) -> _Drawing | None:
    drawn = chart(entries)
    if drawn is None:
        return None
    return _Drawing(drawn, [_shown(mark.entry, parameters) for mark in drawn.marks])


def _best(entries: Sequence[Entry], most: int) -> list[Entry]:
    """At most so many, those of the best hits, in their order."""
    best = set(sorted(entries, key=lambda entry: entry.ranks[0])[:most])
    return [entry for entry in entries if entry in best]


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
    question = request.args.get("q", "")[:LONGEST_QUESTION]
    title = "This address is not quite right"
    if error.name == "q":
        title = "This cannot be asked" if question.strip() else "Ask a question"
    return _render("message.html", title=title, detail=_in_words(error), question=question), 400


@pages.errorhandler(NotReady)
def not_ready(error: NotReady) -> Page:
    question = request.args.get("q", "")
    return _render("message.html", title="Not ready", detail=str(error), question=question), 503


@pages.errorhandler(TooBusy)
def too_busy(error: TooBusy) -> ResponseReturnValue:
    question = request.args.get("q", "")[:LONGEST_QUESTION]
    page = _render("message.html", title="Too busy", detail=str(error), question=question)
    return page, 503, {"Retry-After": str(RETRY_AFTER)}


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
    return results_url(parameters.q, max(offset, 0), parameters.limit, parameters.filters)


@cache
def _static_url(name: str) -> str:
    """The address of a file of our own. It changes with the file, so that a browser may keep it."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        document_url=document_url,
        passage_url=passage_url,
        static_url=_static_url,
        results_url=results_url,
        shown_title=shown_title,
        marked_hit=marked_hit,
        in_words=in_words,
        problem=live_searcher().problem,
        **values,
    )
