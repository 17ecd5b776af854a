"""The command `wherein`."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from wherein.index.documents.model import shown_title
from wherein.index.errors import FolderError, WhereinError
from wherein.search.cli.parser import Parser, ShowVersion
from wherein.search.settings import DEVICES, Settings, SettingsError

if TYPE_CHECKING:
    from wherein.index.build import BuildReport, Model
    from wherein.index.snapshot.store import Snapshot
    from wherein.search.evaluation.evaluate import LoadedModel
    from wherein.search.evaluation.question_sets import QuestionSet
    from wherein.search.query.filters import Filters
    from wherein.search.query.syntax import Asked
    from wherein.search.searcher import Explanation, Hit, Results

T = TypeVar("T")

_LINE_EVERY_SECONDS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command of `wherein`; its exit code."""
    return run(_parser(), arguments)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run what the parser's `run` names; its exit code. Messages for the user go to standard error.

    `run` takes the settings and the flags, like the commands below.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    flags = parser.parse_args(arguments)
    try:
        settings = Settings.read(os.environ, vars(flags))
        code: int = flags.run(settings, flags)
    except (FolderError, SettingsError) as error:
        print(f"wherein: {error}", file=sys.stderr)
        return 2
    except WhereinError as error:
        print(f"wherein: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("wherein: stopped; what was encoded is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader, `head` say, has enough. Python would complain once more as it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def reindex(settings: Settings, _flags: argparse.Namespace) -> int:
    """Bring the index up to date with the folder."""
    from wherein.index.build import build, documents_of

    folder = settings.documents or documents_of(settings.instance) or Path("seeds")
    report = build(folder, settings.instance, model_for_indexing(settings), track)
    print(_report(report))
    return 0


def serve(settings: Settings, _flags: argparse.Namespace) -> int:
    """Serve the page and the JSON until interrupted."""
    from wherein.search.server.prefork import serve

    serve(settings, lambda address: print(f"Wherein is at {address}", flush=True))
    return 0


def search(settings: Settings, flags: argparse.Namespace) -> int:
    """Print the passages wherein the answer stands."""
    from wherein.index.encoding.model_files import find_model
    from wherein.index.encoding.onnx_model import MODELS, load_compiled
    from wherein.index.snapshot.store import Snapshot, Store
    from wherein.search.query.filters import documents_within
    from wherein.search.query.syntax import understand
    from wherein.search.ranking.verdict import find_calibration
    from wherein.search.searcher import Searcher
    from wherein.search.web.parameters import (
        FILTERS,
        BadParameter,
        check_asked,
        parse_filters,
        parse_limit,
        parse_offset,
        parse_question,
    )

    try:
        typed = parse_question("QUESTION", " ".join(flags.question))
        limit, offset = parse_limit(flags.limit), parse_offset(flags.offset)
        asked = check_asked("QUESTION", understand(typed))
        given = {name: text for name in FILTERS if (text := getattr(flags, name)) is not None}
        filters = parse_filters(given, lambda name: f"--{name.replace('_', '-')}")
        filters = replace(filters, conditions=asked.conditions)
    except BadParameter as error:
        raise SettingsError(str(error)) from error
    folder = Store(settings.instance).current_folder()
    model = find_model(settings.model)
    encoder = load_compiled(model, settings.instance / MODELS)
    calibration = find_calibration(model.name, settings.instance)
    searcher = Searcher(Snapshot.open(folder), encoder, calibration)
    results = searcher.search(
        asked.question, limit=limit, offset=offset, explain=flags.explain, filters=filters
    )
    if flags.json:
        import orjson

        from wherein.search.web.api import results_json

        print(orjson.dumps(results_json(results, asked), option=orjson.OPT_INDENT_2).decode())
    elif not (results.total or documents_within(filters, searcher.snapshot.catalog).any()):
        print("No document meets these conditions.")
    else:
        print(_answer(results, asked, filters, bold=sys.stdout.isatty()))
    return 0


def check(settings: Settings, _flags: argparse.Namespace) -> int:
    """Verify each file of the current snapshot."""
    from wherein.index.snapshot.store import Snapshot, Store, verify

    folder = Store(settings.instance).current_folder()
    manifest = verify(folder)
    Snapshot.open(folder)
    counts, near = manifest.counts, manifest.neighbours
    print(
        f"Snapshot {manifest.id} is whole: {counts.documents:,} documents, "
        f"{counts.passages:,} passages, {counts.sentences:,} sentences, "
        f"its {len(manifest.files)} files as they were written."
    )
    if near:
        print(
            f"A search finds {near.recall:.1%} of the ten sentences nearest to a question, as "
            f"{near.samples} samples show; it goes through {near.probes:,} of {near.lists:,} lists."
        )
    if manifest.passages_by.agreement is not None:
        print(
            f"Passages were encoded by {manifest.passages_by.fingerprint}, and questions are by "
            f"{manifest.encoder}: of the same texts their vectors have a cosine of "
            f"{manifest.passages_by.agreement:.4f} at least."
        )
    return 0


def evaluate(settings: Settings, flags: argparse.Namespace) -> int:
    """Measure the answers to sets of questions whose answers are known."""
    from wherein.search.evaluation.evaluate import answers_json, report, report_json, report_tables
    from wherein.search.evaluation.evaluate import evaluate as ask
    from wherein.search.evaluation.question_sets import read_set
    from wherein.search.ranking.verdict import find_calibration

    sets = [read_set(name, settings.eval).sample(flags.limit) for name in flags.sets]
    model = loaded_model(settings)
    memory = settings.instance / "evaluation" / "questions.sqlite"
    calibration = find_calibration(model.name, settings.instance)
    reports = []
    with _opened(flags.per_query) as lines:
        for questions in sets:
            snapshot = _snapshot_of(questions, settings.instance, model)
            asked = track(questions.questions, f"Asking {questions.name}")
            evaluation = ask(questions.name, snapshot, model.encoder, asked, memory, calibration)
            rows = (json.dumps(row, ensure_ascii=False) for row in answers_json(evaluation))
            lines.writelines(row + "\n" for row in rows)
            reports.append(report(evaluation))
    if flags.json:
        print(json.dumps([report_json(one) for one in reports], ensure_ascii=False, indent=2))
    else:
        print(report_tables(reports))
    return 0


def model_for_indexing(settings: Settings) -> "Model":
    """The model in use, which is compiled when it is first loaded, and where it runs."""
    from wherein.index.encoding.gpu import with_device
    from wherein.index.encoding.model_files import find_model
    from wherein.index.encoding.onnx_export import Compiler
    from wherein.index.encoding.onnx_model import MODELS

    def tell(what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    compiler = Compiler(find_model(settings.model), settings.instance / MODELS, tell)
    return with_device(compiler, settings.device)


def loaded_model(settings: Settings) -> "LoadedModel":
    """The model in use with its encoder, for measuring."""
    from wherein.search.evaluation.evaluate import LoadedModel

    model = model_for_indexing(settings)
    model.prepare()
    return LoadedModel(model.name, model.load())


def _snapshot_of(questions: "QuestionSet", instance: Path, model: "LoadedModel") -> "Snapshot":
    """The snapshot that a set asks, brought up to date unless it is the current index itself."""
    from wherein.index.build import build, build_passages
    from wherein.index.snapshot.store import Snapshot, Store

    notes, own = list(questions.notes), questions.instance(instance)
    if isinstance(questions.corpus, Path):
        built = build(questions.corpus, own, model, track)
        notes += (f"{skip.source} is not indexed: {skip.reason}" for skip in built.skipped)
    elif questions.corpus is not None:
        build_passages(questions.corpus, own, model, track)
    snapshot = Snapshot.open(Store(own).current_folder())
    if unknown := questions.unknown(snapshot.catalog.digests()):
        some = ", ".join(unknown[:5])
        notes.append(f"{len(unknown):,} sources that are wanted are not in the index: {some}")
    for note in notes:
        print(f"{questions.path}: {note}", file=sys.stderr)
    return snapshot


def _opened(file: str) -> TextIO:
    try:
        return Path(file).open("w", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 9 and int(text)):
        raise argparse.ArgumentTypeError(f"is {text!r}; it takes a whole number from 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="wherein",
        description="Answers a question with the passages of your own documents.",
    )
    parser.add_argument(
        "--version", action=ShowVersion, nargs=0, help="show the program's version and exit"
    )
    # Not required, or a mistyped flag in its place would only be told that it is missing.
    commands = parser.add_subparsers(metavar="COMMAND")
    parser.set_defaults(run=lambda *_: parser.error("a COMMAND is missing"))
    everywhere = Parser(add_help=False)
    everywhere.add_argument("--instance", metavar="DIR", help="the index's own folder: instance")
    everywhere.add_argument("--model", help="a folder, or a name in the local cache")
    indexing = Parser(add_help=False)
    indexing.add_argument(
        "--device", metavar="|".join(DEVICES), help="what encodes passages: auto, a GPU if any"
    )

    def add(
        name: str,
        run: Callable[[Settings, argparse.Namespace], int],
        *parents: Parser,
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=run.__doc__, parents=[everywhere, *parents])
        command.set_defaults(run=run)
        return command

    command = add("reindex", reindex, indexing)
    command.add_argument(
        "documents",
        nargs="?",
        metavar="FOLDER",
        help="default: the folder that was indexed last, at first seeds",
    )
    command = add("serve", serve)
    command.add_argument("--host", help="default: 127.0.0.1")
    command.add_argument("--port", help="default: 8000")
    command.add_argument("--processes", metavar="N", help="default: 2 on Linux, else 1")
    command = add("search", search)
    command.add_argument(
        "question",
        nargs="+",
        metavar="QUESTION",
        help='in quotes, where it has -without or "exact words"',
    )
    command.add_argument("--limit", default="5", metavar="N", help="default: 5")
    command.add_argument(
        "--offset", default="0", metavar="N", help="leave out the first N; default: 0"
    )
    command.add_argument("--explain", action="store_true", help="what each score is made of")
    command.add_argument("--json", action="store_true", help="as /api/search answers")
    command.add_argument("--source", metavar="PATH", help="a file, folder or glob to search in")
    for name, what in (("published", "published"), ("date", "with a date in the text")):
        command.add_argument(f"--{name}-from", metavar="DAY", help=f"{what} on that day or later")
        command.add_argument(f"--{name}-to", metavar="DAY", help=f"{what} on that day or earlier")
    add("check", check)
    command = add("evaluate", evaluate, indexing)
    command.add_argument("sets", nargs="+", metavar="SET", help="a path, or below WHEREIN_EVAL")
    command.add_argument("--limit", type=_count, metavar="N", help="ask N questions, evenly spaced")
    command.add_argument("--per-query", metavar="FILE", default=os.devnull, help="a line for each")
    command.add_argument("--json", action="store_true", help="the figures, as JSON")
    return parser


def track(items: Sequence[T], doing: str, /) -> Iterable[T]:
    """A progress bar on a terminal; elsewhere a line now and then."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, desc=doing, leave=False, dynamic_ncols=True)
        return
    said = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - said >= _LINE_EVERY_SECONDS:
            said = time.monotonic()
            print(f"{doing}: {done:,} of {len(items):,}", file=sys.stderr, flush=True)
        yield item


def _report(report: "BuildReport") -> str:
    changes = report.changes
    lines = [
        *(f"  added    {source}" for source in changes.added),
        *(f"  changed  {source}" for source in changes.changed),
        *(f"  removed  {source}" for source in changes.removed),
        *(f"  skipped  {skip.source}: {skip.reason}" for skip in report.skipped),
    ]
    lines.append(
        f"{len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.unchanged)} unchanged, {len(changes.removed)} removed, "
        f"{len(report.skipped)} skipped."
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


def _answer(results: "Results", asked: "Asked", filters: "Filters", *, bold: bool) -> str:
    where = "that meets these conditions" if filters else "in the documents"
    conditions = ", ".join(f"{one.label} {one.shown}" for one in asked.conditions)
    said = [f"Understood: {conditions}."] if conditions else []
    if results.total and not results.hits:
        far = f"There are no passages that far down; {results.total:,} in all."
        return "\n\n".join([*said, far])
    if not results.hits:
        nothing = f"Nothing {where} comes close to this."
        return "\n\n".join([*said, "No passage meets these." if filters.exact else nothing])
    if results.judgement and not asked.is_exact_alone:
        said += {
            "weak": ["These passages may not answer this:"],
            "none": [f"Nothing {where} answers this. The closest passages:"],
        }.get(results.judgement.verdict, [])
    return "\n\n".join([*said, *(_hit(hit, bold=bold) for hit in results.hits), *_more(results)])


def _more(results: "Results") -> Iterator[str]:
    """How many passages there are, where not all are shown."""
    last = results.hits[-1].rank
    if last < results.total:
        least = "at least " if results.total_capped else ""
        yield f"{last:,} of {least}{results.total:,} passages; go on with --offset {last}"


def _hit(hit: "Hit", *, bold: bool) -> str:
    passage = hit.passage
    text, done = "", 0
    for start, end in hit.highlights:
        marked = passage.text[start:end]
        text += passage.text[done:start] + (f"\033[1m{marked}\033[0m" if bold else marked)
        done = end
    places = [passage, *hit.also_in]
    where = "\n   ".join(f"{place.source}:{place.lines[0]}" for place in places)
    if hit.repeats > len(hit.also_in):
        where += f"\n   and {hit.repeats - len(hit.also_in):,} more places"
    if passage.section:
        where += f"\n   {' › '.join(passage.section)}"
    day = passage.published
    title = shown_title(passage) + (f", {day.day} {day:%B %Y}" if day else "")
    answer = f"{hit.rank}. {title}\n   {where}\n   {text}{passage.text[done:]}"
    return answer + (f"\n{_explanation(hit.explanation)}" if hit.explanation else "")


def _explanation(explanation: "Explanation") -> str:
    dense = explanation.cosine_weight * explanation.cosine
    score = (
        f"score {explanation.score:.2f} = meaning {dense:.2f} "
        f"({explanation.cosine_weight:g} × cosine {explanation.cosine:.3f}) "
        f"+ its words {explanation.coverage_weight * explanation.coverage:.2f} "
        f"({explanation.coverage:.0%} of the question's) "
        f"+ words {sum(term.gain for term in explanation.terms):.2f} "
        f"+ dates {explanation.dates:.2f}"
    )
    terms = (
        f"  {term.term}: {term.gain:.2f} ({term.count} × here, in {term.passages:,} passages)"
        for term in explanation.terms
    )
    return "\n".join(f"   {line}" for line in (score, *terms))


if __name__ == "__main__":
    sys.exit(main())
