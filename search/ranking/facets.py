"""How many hits are in which file, year of publication and year in the text?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from wherein.index.arrays import Numbers, expand_ranges
from wherein.index.catalog.reader import Catalog

MAX_SHOWN = 10
"""The number of entries of each kind. The other entries are counted together."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a folder with all files in it.

    Attributes:
        path: The path of the file or folder.
        count: The number of hits in it.
        passage: The number of the best of these passages if the place is a file, else None.
    """

    path: str
    count: int
    passage: int | None


@dataclass(frozen=True, slots=True)
class Years:
    """The years from `first` to `last`, both included, and the number of their hits."""

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts over all hits, whatever the page.

    A hit counts in one place: the place where it is shown. So `places` and `elsewhere` add up to
    all hits, and so do `published`, `published_earlier` and `published_unknown`. If a question is
    narrowed to one place, it also finds passages there that are duplicates of passages elsewhere.
    In `dates` a hit counts once for each year or decade that its passage names.

    Attributes:
        places: The places with the most hits.
        elsewhere: The number of hits in all other places.
        published: The latest years of publication.
        published_earlier: The number of hits of earlier years.
        published_unknown: The number of hits whose date of publication is not known.
        dates: The latest years or decades that the passages name.
    """

    places: tuple[Place, ...]
    elsewhere: int
    published: tuple[Years, ...]
    published_earlier: int
    published_unknown: int
    dates: tuple[Years, ...]


def count_facets(catalog: Catalog, passages: Numbers, max_shown: int = MAX_SHOWN) -> Facets:
    """Count the facets of hits.

    Args:
        catalog: The catalog.
        passages: The numbers of the hits' passages, best first.
        max_shown: The number of entries of each kind.

    Returns:
        The counts over all these hits.
    """
    documents = catalog.document_of_passage[passages]
    places = _places(catalog, documents, passages)
    days = catalog.published[documents]
    published = _by_year(_year(days[days > 0]))
    return Facets(
        places=places[:max_shown],
        elsewhere=sum(place.count for place in places[max_shown:]),
        published=published[:max_shown],
        published_earlier=sum(years.count for years in published[max_shown:]),
        published_unknown=int(np.count_nonzero(days == 0)),
        dates=_dates(catalog, passages, max_shown),
    )


def _places(catalog: Catalog, documents: Numbers, passages: Numbers) -> tuple[Place, ...]:
    """Return the entries of the deepest folder with all the hits: most hits first, then by path."""
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
    """Return the number of folders that all the sources share from the top."""
    levels = zip(*(source.split("/")[:-1] for source in sources), strict=False)
    depth = 0
    for names in levels:
        if len(set(names)) > 1:
            break
        depth += 1
    return depth


def _dates(catalog: Catalog, passages: Numbers, max_shown: int) -> tuple[Years, ...]:
    """Return the years that the hits name, or their decades if there are too many years.

    A longer time, such as a century, counts in each of its years that a hit names by itself.
    """
    dates = catalog.dates
    rows, owners = dates.of(passages)
    has_days = dates.firsts[rows] > 0
    rows, owners = rows[has_days], owners[has_days]
    begins, ends = _year(dates.firsts[rows]), _year(dates.lasts[rows])
    for length in (1, 10, 100, 1000):
        first, last = begins // length, ends // length
        named = _spread(owners, first, last)
        years = _by_year(named[np.isin(named, first[first == last])] * length, length)
        if len(years) <= max_shown:
            break
    return years


def _spread(owners: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    """Return each number from a begin to its end, once for each owner: shape (n,).

    All numbers must be below 10,000.
    """
    found, positions = expand_ranges(begins, ends - begins + 1)
    numbers: Numbers = np.unique(10_000 * owners[positions] + found) % 10_000
    return numbers


def _by_year(years: Numbers, length: int = 1) -> tuple[Years, ...]:
    """Count equal years, each the first of `length` years, the latest first."""
    found, counts = np.unique(years, return_counts=True)
    return tuple(
        Years(max(first, date.min.year), min(first + length - 1, date.max.year), hits)
        for first, hits in zip(found[::-1].tolist(), counts[::-1].tolist(), strict=True)
    )


def _year(ordinals: Numbers) -> Numbers:
    """Return the years of days, which are ordinals."""
    epoch = date(1970, 1, 1).toordinal()
    years: Numbers = (ordinals - epoch).astype("datetime64[D]").astype("datetime64[Y]").astype(
        np.int64
    ) + 1970
    return years
