"""Facets as links: the same question, asked of a part of the folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from wherein.index.catalog.reader import Catalog
from wherein.index.documents.model import shown_title
from wherein.search.query.filters import Filters
from wherein.search.ranking.facets import Facets, Place, Years
from wherein.search.results import PageRange
from wherein.search.web.links import results_url
from wherein.search.web.parameters import SearchRequest


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a question.

    Attributes:
        label: What the choice is called.
        count: The number of hits that it leaves.
        url: Its URL. None if it has none.
    """

    label: str
    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices of one kind under a name."""

    name: str
    choices: tuple[Choice, ...]


def narrowing_choices(
    facets: Facets, request: SearchRequest, catalog: Catalog
) -> tuple[ChoiceGroup, ...]:
    """Turn facets into groups of links. A group that does not divide the hits is left out.

    Args:
        facets: The counts over all hits.
        request: The search that the links narrow.
        catalog: The catalog, for the titles of files.

    Returns:
        The groups in the order of the page.
    """
    titles = _titles(facets.places, catalog)
    places = [
        _choice(
            request,
            titles.get(place.path, place.path + "/"),
            place.count,
            replace(request.query.filters, source=place.path),
        )
        for place in facets.places
    ]
    published = [_years_choice(request, years, "published") for years in facets.published]
    dates = [_years_choice(request, years, "date") for years in facets.dates]
    groups = (
        ChoiceGroup("Where", (*places, *_rest("elsewhere", facets.elsewhere))),
        ChoiceGroup(
            "Published",
            (
                *published,
                *_rest("earlier", facets.published_earlier),
                *_rest("date not known", facets.published_unknown),
            ),
        ),
        ChoiceGroup("Mentions a date in", tuple(dates)),
    )
    return tuple(group for group in groups if _divides(group))


def _choice(request: SearchRequest, label: str, count: int, filters: Filters) -> Choice:
    return Choice(label, count, _narrowed_url(request, filters))


def _years_choice(request: SearchRequest, years: Years, kind: str) -> Choice:
    """Return the choice of years; `kind` is "published" or "date"."""
    days = {f"{kind}_from": date(years.first, 1, 1), f"{kind}_to": date(years.last, 12, 31)}
    filters = replace(request.query.filters, **days)  # type: ignore[arg-type]
    return _choice(request, _years_label(years), years.count, filters)


def _divides(group: ChoiceGroup) -> bool:
    return len(group.choices) > 1 and any(choice.url for choice in group.choices)


def _narrowed_url(request: SearchRequest, filters: Filters) -> str | None:
    if filters == request.query.filters:
        return None
    return results_url(request.query.typed, PageRange(limit=request.page.limit), filters)


def _rest(label: str, count: int) -> Iterable[Choice]:
    return [Choice(label, count, None)] if count else []


def _titles(places: Iterable[Place], catalog: Catalog) -> dict[str, str]:
    """Return the titles of the places that are files, by their paths."""
    numbers = {place.path: place.passage for place in places if place.passage is not None}
    found = catalog.passages(list(numbers.values()))
    return {path: shown_title(passage) for path, passage in zip(numbers, found, strict=True)}


def _years_label(years: Years) -> str:
    return str(years.first) if years.first == years.last else f"{years.first}–{years.last}"
