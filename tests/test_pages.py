"""The HTML side, as a browser without JavaScript gets it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from conftest import FolderMaker, client_of
from flask.testing import FlaskClient

from index.build import Model, build
from search.app import create_app
from search.live import EXTENSION, LiveSearcher
from search.settings import Settings

HOSTILE = '<script>alert(1)</script> & "China\'s" trade grew by half in one year, they said.'


def text_of(html: str) -> str:
    main = html.partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


@pytest.fixture
def hostile_client(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> Iterator[FlaskClient]:
    folder = make_folder({'a "b" <i>&#.txt': HOSTILE + "\n"})
    build(folder, compiled_instance, loaded_model, lambda items, _doing: items)
    with client_of(compiled_instance) as client:
        yield client


def test_the_empty_page_asks_and_lists_the_documents(seed_client: FlaskClient) -> None:
    response = seed_client.get("/")
    assert response.status_code == 200
    assert 'name="q"' in response.text
    assert "5 documents" in text_of(response.text)
    assert "Putin says plans to visit China next month" in text_of(response.text)


def test_results_show_passage_place_and_the_marked_sentence(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+does+his+fifth+term+begin").text
    assert "002_3fc8f732380e3445.txt · line 11 · 26 April 2024" in text_of(html)
    assert (
        "<mark>This would mark the first overseas trip of Putin after his fifth term in office "
        'begins <time title="7 May 2024">May 7</time>.</mark>'
    ) in html
    assert 'value="when does his fifth term begin"' in html


def test_a_date_says_what_it_means_and_no_year_that_is_not_known(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China&limit=100").text
    assert 'on <time title="the year is not stated">May 16-17</time> to hold talks' in html
    assert '<time title="1 October 2023 to 31 October 2023">October 2023</time>' in html
    assert "inferred from Thursday = 16 May and the latest year named, 2023" in html


def test_a_result_leads_into_the_document_at_its_line_and_back(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=who+did+Lavrov+meet").text
    address = re.search(r'href="(/documents/002[^"]*)#L19"', html)
    assert address
    page = seed_client.get(unescape(address[1])).text
    assert re.search(r'id="L19">.{0,200}Xi Jinping had met with Russian', page, re.DOTALL)
    assert 'href="/?q=who+did+Lavrov+meet"' in page


def test_a_document_shows_every_block_and_why_some_are_furniture(seed_client: FlaskClient) -> None:
    shown = text_of(seed_client.get("/documents/001_1a1cf563412dea37.txt").text)
    source = Path(__file__).parent.parent / "seeds" / "001_1a1cf563412dea37.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        assert " ".join(line.split()) in shown
    assert "Skip to content navigation" in shown


def test_paging_leads_on_and_back(seed_client: FlaskClient) -> None:
    first = seed_client.get("/?q=Putin+in+China").text
    assert 'rel="prev"' not in first
    later = re.search(r'rel="next" href="([^"]+)"', first)
    assert later
    assert unescape(later[1]) == "/?q=Putin+in+China&offset=10"
    second = seed_client.get(unescape(later[1])).text
    assert 'rel="prev" href="/?q=Putin+in+China"' in second
    assert 'value="11"' in second


def test_an_offset_past_the_end_says_so_and_leads_back(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=Putin&offset=5000")
    assert response.status_code == 200
    assert "There are no passages that far down" in text_of(response.text)


def test_nothing_found_is_said_in_words(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=asdf+qwerty")
    assert response.status_code == 200
    assert "Nothing in the documents comes close to this" in text_of(response.text)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=", "The question is empty. Wherein takes a question of at most 1,000 characters."),
        ("q=" + "a" * 10_000, "The question has 10,000 characters. Wherein takes a question of"),
        ("q=%FF%FE", "The question has bytes that are no UTF-8. Wherein takes text in UTF-8."),
        ("q=a&limit=0", "limit is '0'. Wherein takes a whole number from 1 to 100."),
        ("q=a&limit=abc", "limit is 'abc'. Wherein takes a whole number from 1 to 100."),
    ],
)
def test_a_bad_question_is_answered_in_words(
    seed_client: FlaskClient, query: str, says: str
) -> None:
    response = seed_client.get(f"/?{query}")
    assert response.status_code == 400
    assert says in text_of(response.text)


def test_an_unknown_parameter_is_ignored(seed_client: FlaskClient) -> None:
    assert seed_client.get("/?q=Putin&utm_source=mail").status_code == 200


def test_an_unknown_document_or_address_is_a_page(seed_client: FlaskClient) -> None:
    response = seed_client.get("/documents/nope.txt")
    assert response.status_code == 404
    assert "There is no document nope.txt in the index" in text_of(response.text)
    assert seed_client.get("/nope").status_code == 404


def test_a_skipped_files_address_says_why_it_was_skipped(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": HOSTILE + "\n", "b.pdf": b"%PDF"})
    build(folder, compiled_instance, loaded_model, lambda items, _doing: items)
    with client_of(compiled_instance) as client:
        response = client.get("/documents/b.pdf")
    assert response.status_code == 404
    assert "b.pdf was skipped: no reader for .pdf files" in text_of(response.text)


def test_without_a_snapshot_the_page_says_how_to_index(instance: Path) -> None:
    app = create_app(Settings(instance=instance))
    live: LiveSearcher = app.extensions[EXTENSION]
    live.stop()
    live.refresh()
    response = app.test_client().get("/")
    assert response.status_code == 503
    assert "Run `wherein reindex FOLDER`" in text_of(response.text)


def test_markup_in_a_document_its_name_and_a_question_is_shown_as_text(
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
        assert "<script" not in html
        assert "<i>" not in html
    assert HOSTILE in text_of(asked)
    assert HOSTILE in text_of(document)
    assert 'a "b" <i>&#.txt' in text_of(home)
