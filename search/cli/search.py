"""The command `wherein search`."""

import argparse
import sys
from typing import TYPE_CHECKING

from wherein.search.cli.output import format_results
from wherein.search.cli.parser import add_command as add
from wherein.search.settings import Settings, SettingsError

if TYPE_CHECKING:
    from wherein.search.cli.parser import Commands
    from wherein.search.query.query import Query
    from wherein.search.results import PageRange
    from wherein.search.searcher import Searcher

_DEFAULT_LIMIT = "5"


def add_command(commands: "Commands") -> None:
    """Add `search` with its flags."""
    command = add(commands, "search", search, ["instance", "model"])
    command.add_argument(
        "question",
        nargs="+",
        metavar="QUESTION",
        help='put quotes around a question with -word or "exact words"',
    )
    command.add_argument(
        "--limit",
        default=_DEFAULT_LIMIT,
        metavar="N",
        help=f"show N hits; default: {_DEFAULT_LIMIT}",
    )
    command.add_argument("--offset", default="0", metavar="N", help="skip N hits; default: 0")
    command.add_argument("--explain", action="store_true", help="show what each score is made of")
    command.add_argument("--json", action="store_true", help="print JSON, like /api/search")
    command.add_argument("--source", metavar="PATH", help="search in a file, folder or glob")
    for name, what in (("published", "published"), ("date", "with a date in the text")):
        command.add_argument(f"--{name}-from", metavar="DAY", help=f"{what} on this day or later")
        command.add_argument(f"--{name}-to", metavar="DAY", help=f"{what} on this day or earlier")


def search(settings: Settings, flags: argparse.Namespace) -> int:
    """Print the passages that answer a question."""
    from wherein.search.query.filters import documents_within
    from wherein.search.ranking.explanation import explain
    from wherein.search.results import find_results

    query, page = _parse(flags)
    searcher = _open_searcher(settings)
    results = find_results(searcher, query, page)
    explanations = explain(results.ranking, page.offset, page.limit) if flags.explain else ()
    if flags.json:
        import orjson

        from wherein.search.web.results_json import results_json

        encoded = results_json(results, explanations)
        print(orjson.dumps(encoded, option=orjson.OPT_INDENT_2).decode())
    elif not (results.total or documents_within(query.filters, searcher.snapshot.catalog).any()):
        print("No document meets these conditions.")
    else:
        print(format_results(results, explanations, bold=sys.stdout.isatty()))
    return 0


def _parse(flags: argparse.Namespace) -> tuple["Query", "PageRange"]:
    from wherein.search.query.query import parse_query
    from wherein.search.results import PageRange
    from wherein.search.web import parameters

    try:
        typed = parameters.parse_question("QUESTION", " ".join(flags.question))
        page = PageRange(
            offset=parameters.parse_offset(flags.offset), limit=parameters.parse_limit(flags.limit)
        )
        values = {name: getattr(flags, name) for name in parameters.FILTERS}
        given = {name: value for name, value in values.items() if value is not None}
        filters = parameters.parse_filters(given, lambda name: f"--{name.replace('_', '-')}")
        query = parameters.require_words("QUESTION", parse_query(typed, filters))
    except parameters.BadParameter as error:
        raise SettingsError(str(error)) from error
    return query, page


def _open_searcher(settings: Settings) -> "Searcher":
    """Open the current snapshot with the encoder of questions, without PyTorch."""
    from wherein.index.encoding.model_files import find_model
    from wherein.index.encoding.onnx_model import MODELS, load_question_encoder
    from wherein.index.snapshot.store import Snapshot, Store
    from wherein.search.ranking.calibration import find_calibration
    from wherein.search.searcher import Searcher

    folder = Store(settings.instance).current_folder()
    model = find_model(settings.model)
    encoder = load_question_encoder(model, settings.instance / MODELS)
    calibration = find_calibration(model.name, settings.instance)
    return Searcher(Snapshot.open(folder), encoder, calibration)
