"""Formats results for the terminal."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from wherein.index.documents.model import shown_title

if TYPE_CHECKING:
    from wherein.index.catalog.stored import StoredPassage
    from wherein.index.snapshot.run_report import BuildReport
    from wherein.search.ranking.explanation import Explanation
    from wherein.search.ranking.hits import Hit
    from wherein.search.results import Results

_BOLD, _PLAIN = "\033[1m", "\033[0m"


def format_build(report: "BuildReport") -> str:
    """Format what a build has changed: a line for each file, then the totals."""
    changes = report.changes
    lines = [
        *(f"  added    {source}" for source in changes.added),
        *(f"  changed  {source}" for source in changes.changed),
        *(f"  removed  {source}" for source in changes.removed),
        *(f"  skipped  {skip.source}: {skip.reason}" for skip in changes.skipped),
    ]
    lines.append(
        f"{len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.unchanged)} unchanged, {len(changes.removed)} removed, "
        f"{len(changes.skipped)} skipped."
    )
    if report.published:
        reused = report.passages - report.encoded
        lines.append(
            f"{report.passages:,} passages: {report.encoded:,} encoded, {reused:,} reused, "
            f"in {report.seconds:.1f} s. Snapshot {report.snapshot} is current."
        )
    else:
        lines.append(
            f"Nothing to do: snapshot {report.snapshot} is up to date "
            f"({report.passages:,} passages, {report.seconds:.1f} s)."
        )
    return "\n".join(lines)


def format_results(
    results: "Results", explanations: Sequence["Explanation"] = (), *, bold: bool = False
) -> str:
    """Format a page of hits, with the conditions of the question and the verdict before them.

    Args:
        results: The results of a question.
        explanations: What the score of each hit is made of; empty to leave this out.
        bold: Whether to print the answering sentences in bold.

    Returns:
        The text to print.
    """
    parts = [*_conditions(results), *_verdict(results)]
    for hit, explanation in zip_longest(results.hits, explanations):
        text = _hit(hit, bold=bold)
        parts.append(f"{text}\n{format_explanation(explanation)}" if explanation else text)
    return "\n\n".join([*parts, *_more(results)])


def format_explanation(explanation: "Explanation") -> str:
    """Format the parts of a score, a line for the sum and one for each word of the question."""
    weights = explanation.weights
    score = (
        f"score {explanation.score:.2f} "
        f"= meaning {weights.cosine * explanation.cosine:.2f} "
        f"({weights.cosine:g} × cosine {explanation.cosine:.3f}) "
        f"+ its words {weights.coverage * explanation.coverage:.2f} "
        f"({explanation.coverage:.0%} of the question's) "
        f"+ words {weights.bm25 * sum(term.gain for term in explanation.terms):.2f} "
        f"+ dates {explanation.dates:.2f}"
    )
    terms = (
        f"  {term.term}: {term.gain:.2f} ({term.count} × here, in {term.passages:,} passages)"
        for term in explanation.terms
    )
    return "\n".join(f"   {line}" for line in (score, *terms))


def _conditions(results: "Results") -> Iterator[str]:
    conditions = results.query.parsed.conditions
    if conditions:
        listed = ", ".join(f"{condition.label} {condition.shown}" for condition in conditions)
        yield f"Understood: {listed}."


def _verdict(results: "Results") -> Iterator[str]:
    filters = results.query.filters
    where = "that meets these conditions" if filters else "in the documents"
    if results.total and not results.hits:
        yield f"The offset is too large: there are {results.total:,} passages in all."
    elif not results.hits:
        no_exact_words = "No passage meets these conditions."
        yield (
            no_exact_words if filters.asks_exact_words else f"Nothing {where} comes close to this."
        )
    elif results.judgement and not results.query.parsed.is_exact_alone:
        if results.judgement.verdict == "weak":
            yield "These passages may not answer this:"
        elif results.judgement.verdict == "none":
            yield f"Nothing {where} answers this. The closest passages:"


def _more(results: "Results") -> Iterator[str]:
    """Say how to see the next passages, if there are more."""
    last = results.hits[-1].rank if results.hits else results.total
    if last < results.total:
        least = "at least " if results.total_capped else ""
        yield f"{last:,} of {least}{results.total:,} passages; to see more, add --offset {last}"


def _hit(hit: "Hit", *, bold: bool) -> str:
    lines = [f"{hit.rank}. {_title(hit.passage)}", *_places(hit), _text(hit, bold=bold)]
    return "\n   ".join(lines)


def _title(passage: "StoredPassage") -> str:
    day = passage.published
    return shown_title(passage) + (f", {day.day} {day:%B %Y}" if day else "")


def _places(hit: "Hit") -> Iterator[str]:
    for place in (hit.passage, *hit.copies.passages):
        yield f"{place.source}:{place.lines[0]}"
    if hit.copies.total > len(hit.copies.passages):
        yield f"and {hit.copies.total - len(hit.copies.passages):,} more places"
    if hit.passage.section:
        yield " › ".join(hit.passage.section)


def _text(hit: "Hit", *, bold: bool) -> str:
    text, done = "", 0
    for start, end in hit.highlights:
        marked = hit.passage.text[start:end]
        text += hit.passage.text[done:start] + (f"{_BOLD}{marked}{_PLAIN}" if bold else marked)
        done = end
    return text + hit.passage.text[done:]
