"""Rendering templates, with the functions and filters that all of them use."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template

from wherein.index.documents.model import shown_title
from wherein.index.passages.sentences import Span
from wherein.search.web.date_format import in_words
from wherein.search.web.links import document_url, passage_url, results_url
from wherein.search.web.snapshot_watcher import current_watcher


def render(template: str, **values: object) -> str:
    """Render a template with `values` and the functions that all templates use."""
    return render_template(
        template,
        document_url=document_url,
        passage_url=passage_url,
        static_url=static_url,
        results_url=results_url,
        shown_title=shown_title,
        in_words=in_words,
        problem=current_watcher().problem,
        **values,
    )


@cache
def static_url(name: str) -> str:
    """Return the URL of a static file. It changes with the file, so that browsers cache it."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"


def add_filters(pages: Blueprint) -> None:
    """Add the template filters `day` and `place` to the application of a blueprint."""
    pages.add_app_template_filter(_day, "day")
    pages.add_app_template_filter(_place, "place")


def _day(published: date) -> str:
    """Return a date as people write it: 26 April 2024."""
    return f"{published.day} {published:%B %Y}"


def _place(lines: Span, page: int | None = None) -> str:
    """Return the place of a passage in words: line 3, lines 3–5 or page 2."""
    if page is not None:
        return f"page {page}"
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}–{last}"
