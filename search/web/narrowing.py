"""The facets of a question as links: the same question, asked of a part of the folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from wherein.index.catalog.reader import Catalog
from wherein.index.documents.model import shown_title
from wherein.search.query.filters import Filters
from wherein.search.ranking.facets import Facets, Place, Years
from wherein.search.web.links import results_url
from wherein.search.web.parameters import SearchParameters


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow, and how many hits it has; `url` is None where there is none."""

    label: str
    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """Ways to narrow of one kind."""

    name: str
    choices: tuple[Choice, ...]


def narrowing(facets: Facets, parameters: SearchParameters, catalog: Catalog) -> tuple[Kind, ...]:
    """The kinds that tell hits apart, in the order of the page."""

    def url(narrower: Filters) -> str | None:
        if narrower == parameters.filters:
            return None
        return results_url(parameters.q, limit=parameters.limit, filters=narrower)

    def by_file(place: Place) -> Choice:
        return Choice(
            titles.get(place.path, place.path + "/"),
            place.count,
            url(replace(parameters.filters, source=place.path)),
        )

    def published(years: Years) -> Choice:
        first, last = date(years.first, 1, 1), date(years.last, 12, 31)
        narrower = replace(parameters.filters, published_from=first, published_to=last)
        return Choice(_in_words(years), years.count, url(narrower))

    def dated(years: Years) -> Choice:
        first, last = date(years.first, 1, 1), date(years.last, 12, 31)
        narrower = replace(parameters.filters, date_from=first, date_to=last)
        return Choice(_in_words(years), years.count, url(narrower))

    titles = _titles(facets.places, catalog)
    return tuple(
        kind
        for kind in (
            Kind(
                "Where",
                (
                    *map(by_file, facets.places),
                    *_rest("elsewhere", facets.elsewhere),
                ),
            ),
            Kind(
                "Published",
                (
                    *map(published, facets.published),
                    *_rest("earlier", facets.published_earlier),
                    *_rest("day not known", facets.published_unknown),
                ),
            ),
            Kind("Names a date in", tuple(map(dated, facets.dates))),
        )
        if any(choice.url for choice in kind.choices) and len(kind.choices) > 1
    )


def _rest(label: str, count: int) -> Iterable[Choice]:
    return [Choice(label, count, None)] if count else []


def _titles(places: Iterable[Place], catalog: Catalog) -> dict[str, str]:
    """What the places that are files are called."""
    numbers = {place.path: place.passage for place in places if place.passage is not None}
    found = catalog.passages(list(numbers.values()))
    return {path: shown_title(passage) for path, passage in zip(numbers, found, strict=True)}


def _in_words(years: Years) -> str:
    return str(years.first) if years.first == years.last else f"{years.first}–{years.last}"
