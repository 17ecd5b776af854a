"""The timeline on the page of results."""

import re
from html import unescape

from flask.testing import FlaskClient

from tests.search.web.html import text_of
from wherein.search.web.parameters import parse_request
from wherein.search.web.results_view import TimelineLimits, make_results_view
from wherein.search.web.snapshot_watcher import EXTENSION, SnapshotWatcher


def test_the_timeline_is_drawn_and_listed_with_links_to_the_hits(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China").text
    assert re.search(r"<svg .*<title>October 2023, in 1 file</title></rect>", html, re.DOTALL)
    assert re.search(r"16–17 May 2024 in 1 file · only this date", text_of(html))
    assert "The year is not stated: March in 2 files 19 March in 1 file" in text_of(html)
    assert "5 more dates" in text_of(html)
    for rank in re.findall(r'href="#hit-(\d+)"', html):
        assert f'value="{rank}" id="hit-{rank}"' in html
    further = re.findall(r'href="(/\?q=[^"]*)#hit-(\d+)"', html)
    assert further
    for address, rank in further:
        assert f'id="hit-{rank}"' in seed_client.get(unescape(address)).text
    assert 'class="timeline"' in seed_client.get("/?q=Putin+in+China").text
    assert 'class="timeline"' not in seed_client.get("/?q=asdf+qwerty").text


def test_a_date_of_the_timeline_narrows_the_results(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China&source=003*").text
    address = re.search(
        r'href="([^"]+)">only this date<span class="visually-hidden"> 16–17 May 2024', html
    )
    assert address
    assert unescape(address[1]) == (
        "/?q=when+did+Putin+visit+China&source=003%2A&date_from=2024-05-16&date_to=2024-05-17"
    )
    narrowed = seed_client.get(unescape(address[1])).text
    shown = text_of(narrowed)
    assert "only in 003* × remove" in shown
    assert "with a date from 16 May 2024 × remove" in shown
    assert "with a date until 17 May 2024 × remove" in shown
    assert "2 passages" in shown


def test_dates_are_folded_if_the_question_is_not_about_time(
    seed_client: FlaskClient,
) -> None:
    quiet = '<details class="quiet">'
    assert quiet in seed_client.get("/?q=Putin+in+China").text
    assert quiet not in seed_client.get("/?q=when+did+Putin+visit+China").text
    assert quiet not in seed_client.get("/?q=Putin+in+China+in+2023").text


def test_only_the_dates_of_the_best_hits_are_listed_and_all_are_counted(
    seed_client: FlaskClient,
) -> None:
    watcher: SnapshotWatcher = seed_client.application.extensions[EXTENSION]
    request = parse_request(b"q=when+did+Putin+visit+China")
    view = make_results_view(watcher.searcher(), request, TimelineLimits(first=2, listed=5))
    assert view.timeline
    total = len(view.results.timeline)
    assert (len(view.timeline.first), len(view.timeline.others)) == (2, 3)
    assert (view.timeline.unlisted, view.timeline.total) == (total - 5, total)
    best = sorted(view.results.timeline, key=lambda entry: entry.ranks[0])[:2]
    assert {shown.entry for shown in view.timeline.first} == set(best)
