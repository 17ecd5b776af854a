"""How many of a question's hits stand where, and of when they are: what narrowing would leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from wherein.index.arrays import Numbers
from wherein.index.catalog.reader import Catalog

MOST_SHOWN = 10
"""Of each kind so many are listed, those with the most hits; the others are counted together."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a folder with all in it, and how many of the hits stand there.

    `passage` is the best of them, by its number, where the place is one file; else None.
    """

    path: str
    count: int
    passage: int | None


@dataclass(frozen=True, slots=True)
class Years:
    """The years from `first` to `last`, both included, and how many of the hits are of them."""

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts over all hits, whatever the page.

    A hit counts in one place, that where it is shown, so `places` with `elsewhere` add up to all
    hits, and so do `published` with `published_earlier` and `published_unknown`. Asked of one place
    alone, a question is also answered by what only repeats other places. In `dates` a hit counts
    once for each year or decade that its passage names, so they need not add up.
    """

    places: tuple[Place, ...]
    elsewhere: int
    published: tuple[Years, ...]
    published_earlier: int
    published_unknown: int
    dates: tuple[Years, ...]


def count_facets(catalog: Catalog, passages: Numbers) -> Facets:
    """The facets of hits, by their passages, best first."""
    documents = catalog.document_of_passage[passages]
    places = _places(catalog, documents, passages)
    days = catalog.published[documents]
    published = _by_year(_year(days[days > 0]))
    return Facets(
        places=places[:MOST_SHOWN],
        elsewhere=sum(place.count for place in places[MOST_SHOWN:]),
        published=published[:MOST_SHOWN],
        published_earlier=sum(years.count for years in published[MOST_SHOWN:]),
        published_unknown=int(np.count_nonzero(days == 0)),
        dates=_dates(catalog, passages),
    )


def _places(catalog: Catalog, documents: Numbers, passages: Numbers) -> tuple[Place, ...]:
    """What lies in the deepest folder that has all the hits: most hits first, then by path."""
    found, firsts, counts = np.unique(documents, return_index=True, return_counts=True)
    sources = [catalog.sources[document] for document in found]
    depth = _shared_folders(sources)
    gathered: dict[str, list[int]] = {}
    best: dict[str, int | None] = {}
    for source, first, hits in zip(sources, firsts, counts.tolist(), strict=True):
        path = "/".join(source.split("/")[: depth + 1])
        gathered.setdefault(path, []).append(hits)
        best[path] = int(passages[first]) if path == source else None
    return tuple(
        Place(path, sum(gathered[path]), best[path])
        for path in sorted(gathered, key=lambda path: (-sum(gathered[path]), path))
    )


def _shared_folders(sources: Iterable[str]) -> int:
    """In how many folders, from the first, all the sources lie."""
    levels = zip(*(source.split("/")[:-1] for source in sources), strict=False)
    depth = 0
    for names in levels:
        if len(set(names)) > 1:
            break
        depth += 1
    return depth


def _dates(catalog: Catalog, passages: Numbers) -> tuple[Years, ...]:
    """Of the years that the hits name, or of their decades where the years are too many.

    A longer time, such as a century, counts in each of its years that is named by itself.
    """
    dates = catalog.dates
    rows, owners = dates.of(passages)
    told = dates.firsts[rows] > 0
    rows, owners = rows[told], owners[told]
    begins, ends = _year(dates.firsts[rows]), _year(dates.lasts[rows])
    for length in (1, 10, 100, 1000):
        first, last = begins // length, ends // length
        named = _spread(owners, first, last)
        years = _by_year(named[np.isin(named, first[first == last])] * length, length)
        if len(years) <= MOST_SHOWN:
            break
    return years


def _spread(owners: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    """Each number from a begin to its end, once for each owner: (n,). All are below 10,000."""
    counts = ends - begins + 1
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    pairs = 10_000 * np.repeat(owners, counts) + np.repeat(begins, counts) + steps
    numbers: Numbers = np.unique(pairs) % 10_000
    return numbers


def _by_year(years: Numbers, length: int = 1) -> tuple[Years, ...]:
    """Counts of equal years, each the first of `length`, the latest first."""
    found, counts = np.unique(years, return_counts=True)
    return tuple(
        Years(max(first, date.min.year), min(first + length - 1, date.max.year), hits)
        for first, hits in zip(found[::-1].tolist(), counts[::-1].tolist(), strict=True)
    )


def _year(ordinals: Numbers) -> Numbers:
    """The years of days that are given as ordinals."""
    epoch = date(1970, 1, 1).toordinal()
    years: Numbers = (ordinals - epoch).astype("datetime64[D]").astype("datetime64[Y]").astype(
        np.int64
    ) + 1970
    return years
