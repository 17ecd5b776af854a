"""The page of results: hits, verdict, paging and explanations."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import FolderMaker, client_of, quiet
from tests.search.web.html import plain, text_of
from wherein.index.build import Model, build
from wherein.search.ranking.calibration import FITTED, write_calibration
from wherein.search.ranking.evidence import FEATURES
from wherein.search.ranking.verdict import Calibration


def test_a_hit_shows_its_passage_place_and_marked_sentence(seed_client: FlaskClient) -> None:
    html = plain(seed_client.get("/?q=when+does+his+fifth+term+begin").text)
    assert "002_3fc8f732380e3445.txt · line 11 · 26 April 2024" in text_of(html)
    assert re.search(
        "<mark>This would mark the first overseas trip of Putin after his fifth term in office "
        r'begins <a href="/documents/002_3fc8f732380e3445\.txt\?q=when[a-z+]*#c\d+">'
        '<time class="best" title="7 May 2024">May 7</time></a>\\.</mark>',
        html,
    )
    assert 'value="when does his fifth term begin"' in html


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("answered", "1 passage Putin says"),
        ("weak", "1 passage This passage may not answer the question. Putin says"),
        ("none", "Nothing in the documents answers this question Closest: 1 passage Putin says"),
    ],
)
def test_the_page_shows_the_verdict(
    verdict: str, says: str, make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": "Putin says\n\nThe tea was late this year, and it was dear.\n"})
    build(folder, compiled_instance, loaded_model, quiet)
    thresholds = {"answered": (0.1, 0.1), "weak": (0.9, 0.1), "none": (0.9, 0.9)}[verdict]
    # The confidence is 1/2 whatever the evidence is.
    calibration = Calibration(0, dict.fromkeys(FEATURES, 0.0), *thresholds)
    write_calibration(compiled_instance / FITTED, loaded_model.name, calibration)
    with client_of(compiled_instance) as client:
        answer = client.get("/api/search?q=when+was+the+tea+late").get_json()
        assert (answer["verdict"], answer["confidence"]) == (verdict, 0.5)
        assert says in text_of(client.get("/?q=when+was+the+tea+late").text)


def test_a_date_explains_its_meaning_without_inventing_a_year(
    seed_client: FlaskClient,
) -> None:
    html = plain(seed_client.get("/?q=when+did+Putin+visit+China&limit=100").text)
    assert 'title="16–17 May, the year is not stated">May 16-17</time></a> to hold talks' in html
    assert '<time class="date" title="October 2023">October 2023</time>' in html
    assert "inferred from Thursday = 16 May and the latest year named, 2023" in html


def test_paging_links_lead_to_the_next_and_previous_page(seed_client: FlaskClient) -> None:
    first = seed_client.get("/?q=Putin+in+China").text
    assert 'rel="prev"' not in first
    later = re.search(r'rel="next" href="([^"]+)"', first)
    assert later
    assert unescape(later[1]) == "/?q=Putin+in+China&offset=10"
    second = seed_client.get(unescape(later[1])).text
    assert 'rel="prev" href="/?q=Putin+in+China"' in second
    assert 'value="11"' in second


def test_an_offset_past_the_end_is_reported(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=Putin&offset=5000")
    assert response.status_code == 200
    assert "There are not that many passages" in text_of(response.text)


def test_a_question_without_hits_is_reported(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=asdf+qwerty")
    assert response.status_code == 200
    assert "Nothing in the documents matches this question" in text_of(response.text)


def test_a_question_of_exact_words_alone_gets_no_verdict(
    seed_client: FlaskClient,
) -> None:
    assert "may not answer the question" in text_of(seed_client.get("/?q=news+agency").text)
    shown = text_of(seed_client.get('/?q="news+agency"').text)
    assert "exact words “news agency”" in shown
    assert "2 passages" in shown
    assert "answer" not in shown


def test_near_duplicates_are_not_called_identical(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=Belt+and+Road+Forum+last+October").text
    assert "also in 1 other place, in the same or nearly the same words<" in html


def test_other_forms_of_the_questions_words_are_emphasised(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=visiting+Beijing+in+the+Forum").text
    assert "<b>visited</b>" in html
    assert "<b>Forum</b>" in html
    assert "<b>in</b>" not in html


def test_the_parts_of_an_explained_score_add_up(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China").text
    bars = re.findall(r"Score ([\d.]+): meaning ([\d.]+), words ([\d.]+), dates ([\d.]+)", html)
    assert len(bars) == 10
    for score, *parts in bars:
        assert abs(float(score) - sum(map(float, parts))) < 0.2
    shown = text_of(html)
    assert re.search(r"Words [\d.]+: (?:(?:Putin|visit|China) [\d.]+,? )+", shown)
    assert re.search(r"the marked sentence is similar to the question \(cosine 0\.\d\d\)", shown)


def test_the_search_time_is_sent_to_the_browser(seed_client: FlaskClient) -> None:
    timing = seed_client.get("/?q=Putin+in+China").headers["Server-Timing"]
    assert re.fullmatch(r"search;dur=\d+\.\d", timing)
