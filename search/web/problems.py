"""Errors of the API as problem details (RFC 9457)."""

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException, MethodNotAllowed


def problem(status: int, title: str, detail: str, **more: str) -> tuple[Response, int]:
    """Create a problem document.

    Args:
        status: The HTTP status.
        title: The kind of the problem.
        detail: What is wrong and what to do, for the user.
        **more: Further members of the document.

    Returns:
        The response and its status.
    """
    response = jsonify(type="about:blank", title=title, status=status, detail=detail, **more)
    response.content_type = "application/problem+json"
    return response, status


def http_problem(error: HTTPException) -> tuple[Response, int]:
    """Return the problem document of an error that Flask raised, such as 404 and 405."""
    response, status = problem(error.code or 500, error.name, error.description or error.name)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response, status
