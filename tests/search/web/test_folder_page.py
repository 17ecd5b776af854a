"""The start page and the list of documents."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import SEEDS, FolderMaker, client_of, quiet
from tests.search.web.html import text_of
from wherein.index.build import Model, build
from wherein.search.web.pages import DOCUMENTS_PER_PAGE


def test_the_start_page_has_a_question_box_and_the_documents(seed_client: FlaskClient) -> None:
    response = seed_client.get("/")
    assert response.status_code == 200
    assert 'name="q"' in response.text
    assert "5 documents" in text_of(response.text)
    assert "Putin says plans to visit China next month" in text_of(response.text)


def test_the_folder_page_lists_documents_and_skipped_files(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({f"{i}.txt": f"The tea was late in {1900 + i}.\n" for i in range(3)})
    make_folder({"b.pdf": b"%PDF"})
    build(folder, compiled_instance, loaded_model, quiet)
    with client_of(compiled_instance) as client:
        html = client.get("/documents").text
        assert "1 skipped file" in text_of(client.get("/").text)
    shown = text_of(html)
    assert "Documents 3 Passages 3 Not searched 0 of 3 blocks, 0%" in shown
    assert "b.pdf .pdf files are not supported" in shown
    assert [f"/documents/{i}.txt" in html for i in range(3)] == [True] * 3


def test_a_long_list_of_documents_has_pages(
    seed_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(seed_client.application.config, DOCUMENTS_PER_PAGE, 2)
    address, seen = "/documents", []
    while address:
        html = seed_client.get(address).text
        seen += re.findall(r'<li><a href="/documents/([^"]+)"', html)
        later = re.search(r'rel="next" href="([^"]+)"', html)
        address = unescape(later[1]) if later else ""
    assert seen == sorted(path.name for path in SEEDS.iterdir())
    assert 'rel="prev" href="/documents?offset=2"' in html
    for offset in ("-5", "x", "9" * 5000, "1000000"):
        assert seed_client.get(f"/documents?offset={offset}").status_code == 200


def test_the_folder_page_describes_the_last_run(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    def page() -> str:
        build(make_folder({}), compiled_instance, loaded_model, quiet)
        with client_of(compiled_instance) as client:
            return client.get("/documents").text

    folder = make_folder({f"{i}.txt": f"The tea was late in {1900 + i}.\n" for i in range(3)})
    assert "3 added, 0 changed, 0 removed, 0 unchanged, 0 skipped" in text_of(page())
    make_folder({"0.txt": "The tea was early.\n", "b.pdf": b"%PDF", "<i>.txt": "Tea for two.\n"})
    (folder / "2.txt").unlink()
    html = page()
    assert "1 added, 1 changed, 1 removed, 1 unchanged, 1 skipped" in text_of(html)
    assert "3 passages: 2 encoded, 1 reused" in text_of(html)
    assert '<a href="/documents/%3Ci%3E.txt">&lt;i&gt;.txt</a>' in html
    assert ">2.txt</li>" in html
    # A run without changes keeps the report of the previous run.
    assert page() == html
