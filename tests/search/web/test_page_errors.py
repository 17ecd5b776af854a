"""Errors and hostile text on the pages."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import FolderMaker, client_of, quiet
from tests.search.web.html import text_of
from wherein.index.build import Model, build
from wherein.search.settings import Settings
from wherein.search.web.app import create_app
from wherein.search.web.snapshot_watcher import EXTENSION, SnapshotWatcher

HOSTILE = '<script>alert(1)</script> & "China\'s" trade grew by half in one year, they said.'


@pytest.fixture
def hostile_client(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> Iterator[FlaskClient]:
    folder = make_folder({'a "b" <i>&#.txt': HOSTILE + "\n"})
    build(folder, compiled_instance, loaded_model, quiet)
    with client_of(compiled_instance) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=", "The question is empty. Wherein takes a question of at most 1,000 characters."),
        ("q=" + "a" * 10_000, "The question has 10,000 characters. Wherein takes a question of"),
        ("q=%FF%FE", "The question has bytes that are not UTF-8. Wherein takes text in UTF-8."),
        ("q=a&limit=0", "limit is '0'. Wherein takes a whole number from 1 to 100."),
        ("q=a&limit=abc", "limit is 'abc'. Wherein takes a whole number from 1 to 100."),
        ("q=a&date_to=31.2.2024", "date_to is '31.2.2024'. Wherein takes a day such as 2024-05-16"),
        (
            "q=a&source=../a",
            "source is '../a'. Wherein takes a path, folder or glob below the fold",
        ),
        ("q=a&date_from=2025&date_to=2024", "date_from is after date_to. Wherein takes a day no l"),
    ],
)
def test_a_bad_parameter_is_explained_on_a_page(
    seed_client: FlaskClient, query: str, says: str
) -> None:
    response = seed_client.get(f"/?{query}")
    assert response.status_code == 400
    assert says in text_of(response.text)


def test_a_question_of_conditions_alone_is_refused_and_kept(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=-Putin")
    assert response.status_code == 400
    assert "The question has conditions but no words to search for." in text_of(response.text)
    assert 'value="-Putin"' in response.text


def test_the_page_ignores_unknown_parameters(seed_client: FlaskClient) -> None:
    assert seed_client.get("/?q=Putin&utm_source=mail").status_code == 200


def test_an_unknown_address_gets_a_page(seed_client: FlaskClient) -> None:
    response = seed_client.get("/documents/nope.txt")
    assert response.status_code == 404
    assert "There is no document nope.txt in the index" in text_of(response.text)
    assert seed_client.get("/nope").status_code == 404


def test_the_page_of_a_skipped_file_gives_the_reason(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": HOSTILE + "\n", "b.pdf": b"%PDF"})
    build(folder, compiled_instance, loaded_model, quiet)
    with client_of(compiled_instance) as client:
        response = client.get("/documents/b.pdf")
    assert response.status_code == 404
    assert "b.pdf was skipped: .pdf files are not supported" in text_of(response.text)


def test_without_a_snapshot_the_page_names_the_remedy(instance: Path) -> None:
    app = create_app(Settings(instance=instance))
    watcher: SnapshotWatcher = app.extensions[EXTENSION]
    watcher.stop()
    watcher.refresh()
    response = app.test_client().get("/")
    assert response.status_code == 503
    assert "Run `wherein reindex FOLDER`" in text_of(response.text)


def test_markup_in_documents_names_and_questions_is_shown_as_text(
    hostile_client: FlaskClient,
) -> None:
    home = hostile_client.get("/").text
    address = re.search(r'href="(/documents/[^"]+)"', home)
    assert address
    asked = hostile_client.get(
        "/", query_string={"q": 'China trade "><script>alert(2)</script>'}
    ).text
    document = hostile_client.get(unescape(address[1])).text
    for html in (home, asked, document):
        assert html.count("<script") == 1
        assert re.search(r'<script type="module" src="/static/wherein\.js\?\w+"></script>', html)
        assert "<i>" not in html
    assert HOSTILE in text_of(asked)
    assert HOSTILE in text_of(document)
    assert 'a "b" <i>&#.txt' in text_of(home)
