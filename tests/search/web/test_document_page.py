"""The page of a document."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.conftest import SEEDS, FolderMaker, client_of, quiet
from tests.search.web.html import text_of
from wherein.index.build import Model, build


def test_a_hit_links_to_its_line_in_the_document_and_back(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=who+did+Lavrov+meet").text
    address = re.search(r'href="(/documents/002[^"]*)#L19"', html)
    assert address
    page = seed_client.get(unescape(address[1])).text
    assert re.search(r'id="L19">.{0,200}Xi Jinping had met with Russian', page, re.DOTALL)
    assert 'href="/?q=who+did+Lavrov+meet"' in page


def test_a_date_links_to_its_characters_in_the_document(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China&limit=100").text
    links = re.findall(r'href="(/documents/[^"]*)#(c\d+)"><time[^>]*>([^<]*)<', html)
    assert len(links) > 30
    for address, anchor, text in links:
        page = seed_client.get(unescape(address)).text
        assert page.count(f'id="{anchor}"') == 1
        assert re.search(rf'<time id="{anchor}" title="[^"]+">{re.escape(text)}</time>', page)


def test_a_document_shows_every_block_and_the_reason_for_furniture(
    seed_client: FlaskClient,
) -> None:
    shown = text_of(seed_client.get("/documents/001_1a1cf563412dea37.txt").text)
    source = SEEDS / "001_1a1cf563412dea37.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        assert " ".join(line.split()) in shown
    assert "Skip to content navigation" in shown


def test_a_document_marks_its_hits_and_links_them_in_order(seed_client: FlaskClient) -> None:
    source = "/documents/002_3fc8f732380e3445.txt"
    asked = seed_client.get(f"{source}?q=Putin+last+visit+to+Beijing").text
    shown = text_of(asked)
    found = re.search(r"(\d+) passages found here, go to the first", shown)
    assert found
    count = int(found[1])
    lines = [int(line) for line in re.findall(r'<p class="step">.*?id="L(\d+)"', asked, re.DOTALL)]
    assert lines == sorted(lines)
    for at in range(1, count + 1):
        assert f"{at} of {count}" in shown
    assert asked.count("<mark>") == count
    assert asked.count('rel="next"') == asked.count('rel="prev"') == count - 1
    assert "<mark>" not in seed_client.get(source).text


@pytest.fixture
def long_client(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> Iterator[FlaskClient]:
    """A client over a document of 700 lines, each of which is a passage."""
    lines = (f"Bale {number} of the tea came on {1 + number % 28} May." for number in range(1, 701))
    folder = make_folder({"long.txt": "The weighing of the tea\n\n" + "\n".join(lines) + "\n"})
    build(folder, compiled_instance, loaded_model, quiet)
    with client_of(compiled_instance) as client:
        yield client


def test_a_long_document_is_shown_in_linked_parts(
    long_client: FlaskClient,
) -> None:
    address, seen, shown = "/documents/long.txt", [], []
    while address:
        html = long_client.get(address).text
        assert len(html) < 200_000
        assert "The weighing of the tea</h1>" in re.sub(r"\s+<", "<", html)
        lines = [int(line) for line in re.findall(r' id="L(\d+)"', html)]
        assert len(lines) == len(set(lines))
        seen += lines
        shown.append(re.findall(r"lines [\d–]+ of 702", text_of(html))[0])
        later = re.search(r'rel="next" href="([^"]+)"', html)
        address = unescape(later[1]) if later else ""
    assert sorted(set(seen)) == [1, *range(3, 703)]
    assert shown == ["lines 1–303 of 702", "lines 300–603 of 702", "lines 600–702 of 702"]
    assert re.search(r'rel="prev" href="/documents/long\.txt\?at=c\d+"', html)


def test_a_hit_deep_in_a_long_document_opens_its_part(long_client: FlaskClient) -> None:
    query = urlencode({"q": '"Bale 650"', "limit": 5})
    (hit,) = long_client.get(f"/api/search?{query}").get_json()["hits"]
    assert hit["source"]["lines"] == [652, 652]
    for address in (hit["source"]["url"], hit["dates"][0]["url"]):
        path, _, place = address.partition("#")
        assert re.fullmatch(r"/documents/long\.txt\?at=c\d+", path)
        assert f'id="{place}"' in long_client.get(path).text
    asked = long_client.get("/", query_string=query).text
    address = re.search(r'<h2 dir="auto"><a href="([^"#]+)#L652"', asked)
    assert address
    page = long_client.get(unescape(address[1])).text
    assert re.search(r'id="L652">.*?<mark>Bale 650 of the tea', page, re.DOTALL)
    assert 'href="/?q=%22Bale+650%22&amp;limit=5">← back' in page
    assert "at=L652" not in page
    by_line = long_client.get("/documents/long.txt?at=L652").text
    assert 'id="L652"' in by_line


@pytest.mark.parametrize("place", ["", "x", "L0", "c0", "L", "c-5", "9" * 40])
def test_an_invalid_place_shows_the_first_part(long_client: FlaskClient, place: str) -> None:
    assert 'id="L1"' in long_client.get("/documents/long.txt", query_string={"at": place}).text


def test_hits_are_linked_across_parts(long_client: FlaskClient) -> None:
    found = '"Bale 650"'
    html = long_client.get("/documents/long.txt", query_string={"q": f"{found} "}).text
    assert "1 passage found here" in text_of(html)
    first = re.search(r'href="(/documents/long\.txt\?q=[^"]+at=c\d+)#L652">go to the first', html)
    assert first
    assert "1 of 1" in text_of(long_client.get(unescape(first[1])).text)
