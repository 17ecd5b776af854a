"""The conditions of a question on the page of results, and the links that narrow it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from tests.search.web.html import text_of

REMOVES = r'href="([^"]+)"><span aria-hidden="true">×</span>'


def test_each_filter_is_shown_with_a_link_that_removes_it_and_kept_in_all_links(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=Putin&source=00*.txt&date_to=2030&limit=5&published_from=").text
    without = re.findall(REMOVES, html)
    assert [unescape(address) for address in without] == [
        "/?q=Putin&date_to=2030-12-31&limit=5",
        "/?q=Putin&source=00%2A.txt&limit=5",
    ]
    assert '<input type="hidden" name="source" value="00*.txt">' in html
    later = re.search(r'rel="next" href="([^"]+)"', html)
    assert later
    assert unescape(later[1]) == "/?q=Putin&source=00%2A.txt&date_to=2030-12-31&offset=5&limit=5"
    address = re.search(r'<h2 dir="auto"><a href="([^"#]+)', html)
    assert address
    document = seed_client.get(unescape(address[1])).text
    back = "/?q=Putin&amp;source=00%2A.txt&amp;date_to=2030-12-31&amp;limit=5"
    assert f'href="{back}">← back' in document


def test_the_page_says_which_conditions_leave_nothing(seed_client: FlaskClient) -> None:
    page = text_of(seed_client.get("/?q=Putin&source=nope/*").text)
    assert "No document meets these conditions" in page
    page = text_of(seed_client.get("/?q=Putin&date_to=1500").text)
    assert "Nothing that meets these conditions matches this question" in page
    page = text_of(seed_client.get('/?q="Putin+China+tea"').text)
    assert "No passage meets these conditions" in page


def test_conditions_are_shown_as_understood_with_links_that_remove_them(
    seed_client: FlaskClient,
) -> None:
    query = {"q": 'visit "Vladimir Putin" -Kyodo -file:"a b" file:00', "source": "00*", "limit": 5}
    html = seed_client.get("/", query_string=query).text
    shown = text_of(html)
    for text in (
        "exact words “Vladimir Putin” ×",
        "without “Kyodo” ×",
        "not in file a b ×",
        "in file 00 ×",
        "only in 00* ×",
        "These conditions stay for your next question. Ask all documents",
    ):
        assert text in shown
    left = [unescape(address) for address in re.findall(REMOVES, html)]
    assert [parse_qs(urlsplit(address).query)["q"][0] for address in left] == [
        'visit Vladimir Putin -Kyodo -file:"a b" file:00',
        'visit "Vladimir Putin" -file:"a b" file:00',
        'visit "Vladimir Putin" -Kyodo file:00',
        'visit "Vladimir Putin" -Kyodo -file:"a b"',
        query["q"],
    ]
    assert ["source=00%2A" in address for address in left] == [True] * 4 + [False]
    assert all(address.endswith("&limit=5") for address in left)


def test_narrowing_links_leave_as_many_hits_as_they_say(
    seed_client: FlaskClient,
) -> None:
    def aside(address: str) -> str:
        return seed_client.get(address).text.partition("<aside")[2].partition("</aside>")[0]

    first = aside("/?q=Putin+in+China")
    assert first == aside("/?q=Putin+in+China&offset=20")
    choices = re.findall(r'href="([^"]+)" dir="auto">[^<]+</a> <span class="number">(\d+)<', first)
    assert len(choices) > 6
    for address, count in choices:
        narrowed = re.search(r"(\d+) passages?", text_of(seed_client.get(unescape(address)).text))
        assert narrowed
        # One passage of the seeds is in two files and counts in the first of them.
        has_duplicate = "source=001" in address
        assert int(narrowed[1]) == int(count) + has_duplicate, address
