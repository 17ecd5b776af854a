"""Everything that the page of a document shows, as one value for its template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from wherein.index.catalog.reader import Catalog
from wherein.index.catalog.stored import StoredPassage
from wherein.index.documents.model import Document
from wherein.search.ranking.hits import Hit
from wherein.search.results import find_results
from wherein.search.searcher import Searcher
from wherein.search.web.document_parts import Part, Piece, part_at
from wherein.search.web.highlighting import highlight_pieces
from wherein.search.web.links import passage_url, results_query
from wherein.search.web.parameters import SearchRequest


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document, or the part of a long one that is shown.

    Attributes:
        document: The document.
        part: The part that is shown.
        texts: Each piece of the part with its text as HTML.
        found: The hits in the document as passages, by the line that they begin on.
        back_query: The query string of the results that the page leads back to, or "".
    """

    document: Document
    part: Part
    texts: tuple[tuple[Piece, Markup], ...]
    found: dict[int, StoredPassage]
    back_query: str

    @property
    def back_url(self) -> str | None:
        """Return the URL of the results, None if the page was not reached from results."""
        return f"/?{self.back_query}" if self.back_query else None

    def found_url(self, passage: StoredPassage) -> str:
        """Return the URL of a passage that was found in this document."""
        if self.part.contains(passage.start):
            return f"#L{passage.lines[0]}"
        return passage_url(passage, self.back_query)


def make_document_view(
    document: Document, place: str, searcher: Searcher, request: SearchRequest | None
) -> DocumentView:
    """Make the values that the page of a document shows.

    Args:
        document: The document.
        place: The place to show, as the parameter `at` names it: see `part_at`.
        searcher: The searcher of the snapshot.
        request: The search that the page was reached from. None if there was none.

    Returns:
        The value for the template `document.html`.
    """
    hits = _hits_in(document.source, request, searcher) if request else []
    part = part_at(document, place)
    return DocumentView(
        document,
        part,
        _texts(document, part, searcher.snapshot.catalog, hits),
        _first_by_line(hits),
        results_query(request.query.typed, request.page, request.query.filters) if request else "",
    )


def _texts(
    document: Document, part: Part, catalog: Catalog, hits: Sequence[Hit]
) -> tuple[tuple[Piece, Markup], ...]:
    answers = [
        (hit.passage.start + start, hit.passage.start + end)
        for hit in hits
        for start, end in hit.highlights
    ]
    dates = catalog.dates_of(document.source, part.span)
    texts = highlight_pieces(document, part.pieces, dates, answers)
    return tuple(zip(part.pieces, texts, strict=True))


def _first_by_line(hits: Sequence[Hit]) -> dict[int, StoredPassage]:
    """Return the first hit that begins on each line, in the order of the text."""
    found: dict[int, StoredPassage] = {}
    for hit in hits:
        found.setdefault(hit.passage.lines[0], hit.passage)
    return found


def _hits_in(source: str, request: SearchRequest, searcher: Searcher) -> list[Hit]:
    """Return the best hits of a question in one document, in the order of its text."""
    within = replace(request.query.filters, source=source)
    hits = find_results(searcher, request.query.filtered(within)).hits
    # If the source looks like a glob, it may match other documents.
    here = [hit for hit in hits if hit.passage.source == source]
    return sorted(here, key=lambda hit: hit.passage.start)
