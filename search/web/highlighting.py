"""Write text as HTML: escaped, with <mark> for answers and <time> for dates."""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from wherein.index.catalog.stored import StoredDate
from wherein.index.documents.model import Document
from wherein.index.passages.sentences import Span
from wherein.search.ranking.hits import Hit
from wherein.search.web.date_format import in_words
from wherein.search.web.document_parts import Piece
from wherein.search.web.links import date_url

Analyzer = Callable[[str], list[str]]
"""Returns the terms of a text: see `LexicalIndex.analyze`."""

_WORD = re.compile(r"[^\W_]+")


def typed_words(question: str, terms: Iterable[str], analyze: Analyzer) -> dict[str, str]:
    """Return the word of the question that each term comes from.

    Args:
        question: The question as it was typed.
        terms: The terms of the question.
        analyze: Returns the terms of a word.

    Returns:
        The word by its term. A term that comes from no single word stands for itself.
    """
    typed = {term: word for word in _WORD.findall(question)[::-1] for term in analyze(word)}
    return {term: typed.get(term, term) for term in terms}


def highlight_hit(
    hit: Hit, query: str, terms: Container[str], analyze: Analyzer, *, asks_when: bool
) -> Markup:
    """Write the text of a hit as HTML.

    Each date links to its place in the document. If the question asks when, the likeliest date in
    the highlighted sentence is emphasised, unless its days are not known.

    Args:
        hit: The hit.
        query: The query string of the results, which the page of the document leads back to.
        terms: The terms of the question, whose words are emphasised.
        analyze: Returns the terms of a word.
        asks_when: Whether the question asks when.

    Returns:
        The text as HTML.
    """
    passage = hit.passage
    best = next((date for date in hit.dates if asks_when and _is_answer(date, hit)), None)

    def emphasised(text: str) -> Markup:
        return _emphasise(text, terms, analyze)

    def linked(date: StoredDate, text: str) -> Markup:
        return Markup('<a href="{}"><time class="{}" title="{}">{}</time></a>').format(
            date_url(passage, date.start, query),
            "best" if date is best else "date",
            describe_date(date),
            emphasised(text),
        )

    writer = _Writer(passage.text, passage.dates, linked, emphasised)
    return writer.write((0, len(passage.text)), hit.highlights)


def _is_answer(date: StoredDate, hit: Hit) -> bool:
    is_inside = any(start <= date.start < end for start, end in hit.highlights)
    return is_inside and date.interval.edtf is not None


def highlight_pieces(
    document: Document,
    pieces: Iterable[Piece],
    dates: Iterable[StoredDate],
    answers: Sequence[Span] = (),
) -> list[Markup]:
    """Write the pieces of a document as HTML. The id of each date is "c" and its offset.

    Args:
        document: The document.
        pieces: The pieces, in order.
        dates: The dates of the pieces, in order.
        answers: The spans of the document to mark, in order and without overlap.

    Returns:
        The HTML of each piece.
    """
    text = "\n".join(block.text for block in document.blocks)

    def anchored(date: StoredDate, text: str) -> Markup:
        anchor = Markup('<time id="c{}" title="{}">{}</time>')
        return anchor.format(date.start, describe_date(date), text)

    html, coming = [], iter([*dates, None])
    date = next(coming)
    for piece in pieces:
        in_piece = []
        while date is not None and date.start < piece.end:
            if date.start >= piece.start:
                in_piece.append(date)
            date = next(coming)
        html.append(_Writer(text, in_piece, anchored).write((piece.start, piece.end), answers))
    return html


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes spans of a text as HTML.

    Attributes:
        text: The text.
        dates: The dates in the spans, in order.
        write_date: Writes a date, or the part of it that is in a span.
        write_plain: Writes text without dates.
    """

    text: str
    dates: Sequence[StoredDate]
    write_date: Callable[[StoredDate, str], Markup]
    write_plain: Callable[[str], Markup] = escape

    def write(self, span: Span, answers: Iterable[Span]) -> Markup:
        """Write a span, with <mark> around the answers in it."""
        html, (done, end) = Markup(""), span
        for answer in answers:
            first, last = max(answer[0], done), min(answer[1], end)
            if first < last:
                html += self._write_dates(done, first)
                html += Markup("<mark>{}</mark>").format(self._write_dates(first, last))
                done = last
        return html + self._write_dates(done, end)

    def _write_dates(self, start: int, end: int) -> Markup:
        """Write a span. A date that is partly inside is written in part."""
        html, done = Markup(""), start
        for date in self.dates:
            first, last = max(date.start, done), min(date.end, end)
            if first < last:
                html += self.write_plain(self.text[done:first])
                html += self.write_date(date, self.text[first:last])
                done = last
        return html + self.write_plain(self.text[done:end])


def _emphasise(text: str, terms: Container[str], analyze: Analyzer) -> Markup:
    """Write a text with <b> around each word that has one of the terms."""
    html, done = Markup(""), 0
    for word in _WORD.finditer(text):
        if any(term in terms for term in analyze(word[0])):
            html += escape(text[done : word.start()]) + Markup("<b>{}</b>").format(word[0])
            done = word.end()
    return html + escape(text[done:])


def describe_date(date: StoredDate) -> str:
    """Say in words which days a date means, as far as this is known."""
    edtf = date.interval.edtf
    if edtf is None:
        return "relative to a day that is not stated"
    if date.interval.is_open:
        return f"{in_words(edtf)}, the year is not stated"
    return in_words(edtf) + (f", inferred from {date.inferred}" if date.inferred else "")
