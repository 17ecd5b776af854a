"""The web application, made from settings."""

import gzip
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException

from wherein.index.snapshot.store import Store
from wherein.search.settings import Settings
from wherein.search.web.api import api
from wherein.search.web.pages import http_page, pages
from wherein.search.web.problems import http_problem
from wherein.search.web.snapshot_watcher import EXTENSION, SnapshotWatcher

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_COMPRESSION = 4
"""Half a millisecond for a page, which is then a fifth of its size."""


class _Json(JSONProvider):
    """JSON by orjson: an answer with hundreds of dates takes a tenth of the time."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs)) + b"\n"
        return Response(body, mimetype="application/json")


def is_loopback(host: str | None) -> bool:
    """Whether a name or address, without a port, is this machine's own and no other's."""
    try:
        return host is not None and (host.lower() == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


def create_app(settings: Settings) -> Flask:
    """The application, its searcher already loading in the background."""
    app = Flask(__name__)
    app.json = _Json(app)
    # The addresses of static files change with them.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    live = SnapshotWatcher(Store(settings.instance), settings.model)
    app.extensions[EXTENSION] = live
    app.register_blueprint(api)
    app.register_blueprint(pages)

    @app.before_request
    def refuse_other_names() -> None:
        # A web site that has its name point to this machine must not be able to read the answers.
        if is_loopback(settings.server.host) and not is_loopback(
            urlsplit(f"//{request.host}").hostname
        ):
            raise BadRequest("This address is not one of this machine's own.")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        return http_problem(error) if request.path.startswith("/api/") else http_page(error)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    @app.after_request
    def compress(response: Response) -> Response:
        # A page repeats itself: each link has the question. Files are small and kept by browsers.
        if request.accept_encodings["gzip"] and not response.direct_passthrough:
            response.set_data(gzip.compress(response.get_data(), _COMPRESSION, mtime=0))
            response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        return response

    live.start()
    return app
