"""What the pages and the API answer while the server is too busy."""

import pytest
from flask.testing import FlaskClient

from wherein.search.web.admission import REFUSED

QUESTION = "?q=when+did+Putin+visit+China"
REFUSE = {REFUSED: True}


def test_the_api_says_503_and_when_to_try_again(seed_client: FlaskClient) -> None:
    response = seed_client.get(f"/api/search{QUESTION}", environ_overrides=REFUSE)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert (problem["status"], problem["title"]) == (503, "Too busy")
    assert "Try again in a moment." in problem["detail"]
    assert seed_client.get(f"/api/search{QUESTION}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/documents/002_3fc8f732380e3445.txt"])
def test_a_page_says_so_in_words_and_keeps_the_question(
    path: str, seed_client: FlaskClient
) -> None:
    response = seed_client.get(path + QUESTION, environ_overrides=REFUSE)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.content_type.startswith("text/html")
    assert "Too many questions are being asked at once. Try again in a moment." in response.text
    assert "when did Putin visit China" in response.text
