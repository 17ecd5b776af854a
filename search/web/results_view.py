"""Everything that the page of results shows, as one value for its template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from markupsafe import Markup

from wherein.search.query.filters import documents_within
from wherein.search.ranking.explanation import Explanation, explain
from wherein.search.ranking.facets import count_facets
from wherein.search.ranking.hits import Hit
from wherein.search.ranking.timeline import Entry
from wherein.search.ranking.verdict import Verdict
from wherein.search.results import PageRange, Results, find_results
from wherein.search.searcher import Searcher
from wherein.search.web.date_format import in_words
from wherein.search.web.highlighting import highlight_hit, typed_words
from wherein.search.web.links import filter_texts, results_query, results_url
from wherein.search.web.narrowing import ChoiceGroup, narrowing_choices
from wherein.search.web.parameters import SearchRequest
from wherein.search.web.timeline_chart import Chart, make_chart

_FILTER_LABELS = {
    "source": "only in",
    "published_from": "published from",
    "published_to": "published until",
    "date_from": "with a date from",
    "date_to": "with a date until",
}


@dataclass(frozen=True, slots=True)
class TimelineLimits:
    """How many dates the timeline lists.

    Attributes:
        first: The number of dates that are listed at once: those of the best hits.
        listed: The number of dates that are listed at all. The others are only counted.
    """

    first: int = 12
    listed: int = 60


_LIMITS = TimelineLimits()


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit with its text as HTML and the explanation of its score."""

    hit: Hit
    text: Markup
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition in words, with the URL of the same question without it."""

    label: str
    value: str
    url_without: str


@dataclass(frozen=True, slots=True)
class ConditionsView:
    """All conditions of a question.

    Attributes:
        in_question: Those that are written in the question.
        in_url: The filters of the URL, which the next question keeps.
        match_any_document: Whether at least one document meets them.
    """

    in_question: tuple[ConditionView, ...]
    in_url: tuple[ConditionView, ...]
    match_any_document: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of the timeline with its links.

    Attributes:
        entry: The interval and the hits that name it.
        hit_url: The URL of the best of these hits.
        only_url: The URL of the question restricted to these days. None if the days are not
            known, or if the question is restricted to them already.
    """

    entry: Entry
    hit_url: str
    only_url: str | None


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The dates of the answers: a chart and a list.

    Attributes:
        chart: The chart. None if fewer than two dates can be drawn.
        marks: The entry of each mark of the chart, in order.
        first: The entries that are listed at once.
        others: The entries that are folded away.
        unlisted: The number of entries that are only counted.
        is_asked_for: Whether the question is about time, so that the dates are not folded away.
    """

    chart: Chart | None
    marks: tuple[EntryView, ...]
    first: tuple[EntryView, ...]
    others: tuple[EntryView, ...]
    unlisted: int
    is_asked_for: bool

    @property
    def total(self) -> int:
        """Return the number of all entries."""
        return len(self.first) + len(self.others) + self.unlisted


@dataclass(frozen=True, slots=True)
class ResultsView:
    """One page of results.

    Attributes:
        request: What was asked for.
        results: The answers.
        hits: The hits as they are shown.
        conditions: The conditions of the question.
        timeline: The dates of the answers. None if they name none.
        narrowing: The links to a part of the folder.
    """

    request: SearchRequest
    results: Results
    hits: tuple[HitView, ...]
    conditions: ConditionsView
    timeline: TimelineView | None
    narrowing: tuple[ChoiceGroup, ...]

    @property
    def question(self) -> str:
        """Return the question as it was typed."""
        return self.request.query.typed

    @property
    def verdict(self) -> Verdict | None:
        """Return the verdict. A question of exact words alone gets none: they are there or not."""
        judgement = self.results.judgement
        return judgement.verdict if judgement and not self._is_exact_alone else None

    @property
    def _is_exact_alone(self) -> bool:
        return self.request.query.parsed.is_exact_alone

    @property
    def is_filtered(self) -> bool:
        """Return whether the question has any condition."""
        return bool(self.request.query.filters)

    @property
    def asks_exact_words(self) -> bool:
        """Return whether passages must have exact words."""
        return self.request.query.filters.asks_exact_words

    @property
    def typed_words(self) -> dict[str, str]:
        """Return the typed word of each term of the question."""
        request = self.results.ranking.request
        return typed_words(request.query.text, request.terms, request.snapshot.lexical.analyze)

    @property
    def back_query(self) -> str:
        """Return the query string that leads back to this page."""
        return _query_string(self.request, self.request.page)

    @property
    def first_page_url(self) -> str:
        """Return the URL of the first page of these results."""
        return _url(self.request, PageRange(limit=self.request.page.limit))

    @property
    def unfiltered_url(self) -> str:
        """Return the URL of the same question without the filters of the URL."""
        return results_url(self.question, PageRange(limit=self.request.page.limit))

    @property
    def previous_url(self) -> str | None:
        """Return the URL of the page before this one, None on the first page."""
        page = self.request.page
        if not page.offset:
            return None
        offset = min(page.offset, self.results.total) - page.limit
        return (
            _url(self.request, replace(page, offset=max(offset, 0)))
            if offset > -page.limit
            else None
        )

    @property
    def next_url(self) -> str | None:
        """Return the URL of the page after this one, None on the last page."""
        page = self.request.page
        following = page.offset + page.limit
        is_last = following >= self.results.total
        return None if is_last else _url(self.request, replace(page, offset=following))


def make_results_view(
    searcher: Searcher, request: SearchRequest, limits: TimelineLimits = _LIMITS
) -> ResultsView:
    """Answer a question, and make the values that the page of results shows.

    Args:
        searcher: The searcher of the current snapshot.
        request: What was asked for.
        limits: How many dates the timeline lists.

    Returns:
        The value for the template `results.html`.
    """
    results = find_results(searcher, request.query, request.page)
    facets = count_facets(searcher.snapshot.catalog, results.ranking.counted.passages)
    return ResultsView(
        request=request,
        results=results,
        hits=_hit_views(results, request),
        conditions=_conditions_view(searcher, request, has_hits=results.total > 0),
        timeline=_timeline_view(results.timeline, request, limits) if results.timeline else None,
        narrowing=narrowing_choices(facets, request, searcher.snapshot.catalog),
    )


def _hit_views(results: Results, request: SearchRequest) -> tuple[HitView, ...]:
    ranking, page = results.ranking, request.page
    words = cache(ranking.request.snapshot.lexical.analyze)
    terms = frozenset(ranking.request.terms)
    back = _query_string(request, page)
    explanations = explain(ranking, page.offset, page.limit)
    return tuple(
        HitView(
            hit,
            highlight_hit(hit, back, terms, words, asks_when=request.query.asks_when),
            explanation,
        )
        for hit, explanation in zip(results.hits, explanations, strict=True)
    )


def _conditions_view(
    searcher: Searcher, request: SearchRequest, *, has_hits: bool
) -> ConditionsView:
    query = request.query
    first_page = PageRange(limit=request.page.limit)
    in_question = tuple(
        ConditionView(
            condition.label,
            condition.shown,
            results_url(query.parsed.without(condition), first_page, query.filters),
        )
        for condition in query.parsed.conditions
    )
    in_url = tuple(
        ConditionView(
            _FILTER_LABELS[name],
            text if name == "source" else in_words(text),
            results_url(query.typed, first_page, replace(query.filters, **{name: None})),  # type: ignore[arg-type]
        )
        for name, text in filter_texts(query.filters).items()
    )
    catalog = searcher.snapshot.catalog
    match_any = has_hits or bool(documents_within(query.filters, catalog).any())
    return ConditionsView(in_question, in_url, match_any)


def _timeline_view(
    entries: Sequence[Entry], request: SearchRequest, limits: TimelineLimits
) -> TimelineView:
    listed = _of_best_hits(entries, limits.listed)
    first = _of_best_hits(listed, limits.first)
    chart = make_chart(entries)
    marks = (mark.entry for mark in chart.marks) if chart else ()
    return TimelineView(
        chart=chart,
        marks=_entry_views(marks, request),
        first=_entry_views(first, request),
        others=_entry_views((entry for entry in listed if entry not in first), request),
        unlisted=len(entries) - len(listed),
        is_asked_for=request.query.is_about_time,
    )


def _of_best_hits(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return the entries of the best hits, at most `most`, in their order."""
    best = set(sorted(entries, key=lambda entry: entry.ranks[0])[:most])
    return [entry for entry in entries if entry in best]


def _entry_views(entries: Iterable[Entry], request: SearchRequest) -> tuple[EntryView, ...]:
    return tuple(_entry_view(entry, request) for entry in entries)


def _entry_view(entry: Entry, request: SearchRequest) -> EntryView:
    page, filters, rank = request.page, request.query.filters, entry.ranks[0]
    first, last = entry.interval.first, entry.interval.last
    narrower = replace(filters, date_from=first, date_to=last)
    has_days = first is not None and narrower != filters
    return EntryView(
        entry,
        hit_url=f"{_page_of_rank(request, rank)}#hit-{rank}",
        only_url=results_url(request.query.typed, PageRange(limit=page.limit), narrower)
        if has_days
        else None,
    )


def _page_of_rank(request: SearchRequest, rank: int) -> str:
    """Return the URL of the page with the hit of this rank; empty if it is this page."""
    page = request.page
    if page.offset < rank <= page.offset + page.limit:
        return ""
    return _url(request, replace(page, offset=(rank - 1) // page.limit * page.limit))


def _url(request: SearchRequest, page: PageRange) -> str:
    return results_url(request.query.typed, page, request.query.filters)


def _query_string(request: SearchRequest, page: PageRange) -> str:
    return results_query(request.query.typed, page, request.query.filters)
