"""Text as HTML: escaped, what answers in <mark>, its dates in <time>."""

import re
from collections.abc import Callable, Container, Iterable, Sequence

from markupsafe import Markup, escape

from wherein.index.catalog.reader import StoredDate
from wherein.index.documents.model import Document
from wherein.index.passages.sentences import Span
from wherein.search.ranking.hits import Hit
from wherein.search.web.date_format import in_words
from wherein.search.web.document_parts import Piece
from wherein.search.web.links import date_url

Words = Callable[[str], list[str]]
"""The words of a text as the index has them: see LexicalIndex.words."""

_WORD = re.compile(r"[^\W_]+")


def typed_words(question: str, terms: Iterable[str], words: Words) -> dict[str, str]:
    """For each of the question's terms the word of it that was typed."""
    typed = {term: word for word in _WORD.findall(question)[::-1] for term in words(word)}
    return {term: typed.get(term, term) for term in terms}


def highlight_hit(
    hit: Hit, query: str, terms: Container[str], words: Words, *, asks_when: bool
) -> Markup:
    """A hit's text, the question's terms set off. Each date leads to its place in its document.

    Where the question asks when, the date that answers it best is told apart, if there is one in
    what is highlighted that tells more than a day relative to another.
    """
    passage, html, done = hit.passage, Markup(""), 0
    best = next((date for date in hit.dates if asks_when and _answers(date, hit)), None)

    def plain(text: str) -> Markup:
        return _set_off(text, terms, words)

    def linked(date: StoredDate, text: str) -> Markup:
        return Markup('<a href="{}"><time class="{}" title="{}">{}</time></a>').format(
            date_url(passage, date.start, query),
            "best" if date is best else "date",
            meaning(date),
            plain(text),
        )

    for start, end in hit.highlights:
        html += _dated(passage.text, done, start, passage.dates, linked, plain)
        answer = _dated(passage.text, start, end, passage.dates, linked, plain)
        html += Markup("<mark>{}</mark>").format(answer)
        done = end
    return html + _dated(passage.text, done, len(passage.text), passage.dates, linked, plain)


def _answers(date: StoredDate, hit: Hit) -> bool:
    inside = any(start <= date.start < end for start, end in hit.highlights)
    return inside and date.interval.edtf is not None


def highlight_pieces(
    document: Document,
    pieces: Iterable[Piece],
    dates: Iterable[StoredDate],
    answers: Sequence[Span] = (),
) -> list[Markup]:
    """The text of each piece, its dates with their offsets in the document as ids.

    `answers` are spans of the document that are marked; all are in order and do not overlap.
    """
    text = "\n".join(block.text for block in document.blocks)

    def anchored(date: StoredDate, text: str) -> Markup:
        return Markup('<time id="c{}" title="{}">{}</time>').format(date.start, meaning(date), text)

    html, coming = [], iter([*dates, None])
    date = next(coming)
    for piece in pieces:
        own = []
        while date is not None and date.start < piece.end:
            if date.start >= piece.start:
                own.append(date)
            date = next(coming)
        html.append(_answering(text, piece.start, piece.end, own, anchored, answers))
    return html


def _answering(
    text: str,
    start: int,
    end: int,
    dates: Sequence[StoredDate],
    show: Callable[[StoredDate, str], Markup],
    answers: Sequence[Span],
) -> Markup:
    """From `start` to `end` of a text, with those answers marked that stand there."""
    html, done = Markup(""), start
    for first, last in answers:
        first, last = max(first, start), min(last, end)
        if first < last:
            html += _dated(text, done, first, dates, show)
            html += Markup("<mark>{}</mark>").format(_dated(text, first, last, dates, show))
            done = last
    return html + _dated(text, done, end, dates, show)


def _dated(
    text: str,
    start: int,
    end: int,
    dates: Iterable[StoredDate],
    show: Callable[[StoredDate, str], Markup],
    plain: Callable[[str], Markup] = escape,
) -> Markup:
    """From `start` to `end` of a text; a date that only partly stands there is shown in part."""
    html, done = Markup(""), start
    for date in dates:
        first, last = max(date.start, done), min(date.end, end)
        if first < last:
            html += plain(text[done:first]) + show(date, text[first:last])
            done = last
    return html + plain(text[done:end])


def _set_off(text: str, terms: Container[str], words: Words) -> Markup:
    """A text with each word in <b> that is one of the terms."""
    html, done = Markup(""), 0
    for word in _WORD.finditer(text):
        if any(term in terms for term in words(word[0])):
            html += escape(text[done : word.start()]) + Markup("<b>{}</b>").format(word[0])
            done = word.end()
    return html + escape(text[done:])


def meaning(date: StoredDate) -> str:
    """What a date means, as far as it is known."""
    edtf = date.interval.edtf
    if edtf is None:
        return "relative to a day that is not stated"
    if date.interval.is_open:
        return f"{in_words(edtf)}, the year is not stated"
    return in_words(edtf) + (f", inferred from {date.inferred}" if date.inferred else "")
