"""Text as HTML: escaped, what answers in <mark>, its dates in <time>."""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from index.catalog import StoredDate
from index.documents import Document
from search.edtf import in_words
from search.links import document_url
from search.searcher import Hit


def marked_hit(hit: Hit, query: str, *, asks_when: bool) -> Markup:
    """A hit's text. Each date leads to where it stands in its document.

    Where the question asks when, the date that answers it best is told apart, if there is one in
    what is highlighted that tells more than a day relative to another.
    """
    passage, html, done = hit.passage, Markup(""), 0
    best = next((date for date in hit.dates if asks_when and _answers(date, hit)), None)

    def linked(date: StoredDate, text: str) -> Markup:
        return Markup('<a href="{}"><time class="{}" title="{}">{}</time></a>').format(
            document_url(passage.source, character=passage.start + date.start, query=query),
            "best" if date is best else "date",
            meaning(date),
            text,
        )

    for start, end in hit.highlights:
        html += _dated(passage.text, done, start, passage.dates, linked)
        answer = _dated(passage.text, start, end, passage.dates, linked)
        html += Markup("<mark>{}</mark>").format(answer)
        done = end
    return html + _dated(passage.text, done, len(passage.text), passage.dates, linked)


def _answers(date: StoredDate, hit: Hit) -> bool:
    inside = any(start <= date.start < end for start, end in hit.highlights)
    return inside and date.edtf is not None


def marked_blocks(document: Document, dates: list[StoredDate]) -> list[Markup]:
    """The text of each block. The dates are at offsets in the document, which are their ids."""
    text = "\n".join(block.text for block in document.blocks)

    def anchored(date: StoredDate, text: str) -> Markup:
        return Markup('<time id="c{}" title="{}">{}</time>').format(date.start, meaning(date), text)

    html, coming = [], iter([*dates, None])
    date = next(coming)
    for block, start in zip(document.blocks, document.starts, strict=True):
        end, own = start + len(block.text), []
        while date is not None and date.start < end:
            own.append(date)
            date = next(coming)
        html.append(_dated(text, start, end, own, anchored))
    return html


def _dated(
    text: str,
    start: int,
    end: int,
    dates: Iterable[StoredDate],
    show: Callable[[StoredDate, str], Markup],
) -> Markup:
    """From `start` to `end` of a text; a date that only partly stands there is shown in part."""
    html, done = Markup(""), start
    for date in dates:
        first, last = max(date.start, done), min(date.end, end)
        if first < last:
            html += escape(text[done:first]) + show(date, text[first:last])
            done = last
    return html + escape(text[done:end])


def meaning(date: StoredDate) -> str:
    """What a date means, as far as it is known."""
    if date.edtf is None:
        return "relative to a day that is not stated"
    if date.edtf.startswith("XXXX"):
        return f"{in_words(date.edtf)}, the year is not stated"
    return in_words(date.edtf) + (f", inferred from {date.inferred}" if date.inferred else "")
