"""The web application, made from settings."""

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from index.snapshot import Store
from search.api import api, http_problem
from search.live import EXTENSION, LiveSearcher
from search.pages import http_page, pages
from search.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(settings: Settings) -> Flask:
    """The application, its searcher already loading in the background."""
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.host in _LOOPBACK:
        # A web site that has its name point to this machine must not be able to read the answers.
        app.config["TRUSTED_HOSTS"] = list(_LOOPBACK)
    live = LiveSearcher(Store(settings.instance), settings.model)
    app.extensions[EXTENSION] = live
    app.register_blueprint(api)
    app.register_blueprint(pages)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        return http_problem(error) if request.path.startswith("/api/") else http_page(error)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    live.start()
    return app
