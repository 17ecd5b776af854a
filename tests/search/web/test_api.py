"""The JSON API: the answers to a search and the documents, over the index of the seeds."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import FolderMaker, client_of, quiet
from wherein.index.build import Model, build
from wherein.search.query.syntax import parse_text
from wherein.search.ranking.config import RankingConfig


def test_an_answer_has_the_fields_of_the_contract(seed_client: FlaskClient) -> None:
    answer = seed_client.get("/api/search?q=who+did+Lavrov+meet&limit=1").get_json()
    assert list(answer) == [
        "query",
        "conditions",
        "verdict",
        "confidence",
        "total",
        "total_capped",
        "snapshot",
        "took_ms",
        "hits",
        "timeline",
    ]
    (hit,) = answer["hits"]
    assert hit["rank"] == 1
    assert hit["source"] == {
        "path": "002_3fc8f732380e3445.txt",
        "title": "Putin says plans to visit China next month",
        "published": "2024-04-26",
        "lines": [19, 19],
        "page": None,
        "section": [],
        "url": "/documents/002_3fc8f732380e3445.txt#L19",
    }
    (span,) = hit["highlights"]
    marked = hit["text"][span["start"] : span["end"]]
    assert marked.startswith("Xi Jinping had met with Russian Foreign Minister")
    assert marked.endswith("in six years.")
    # The sentence has "Lavrov", which is rarer than "meet", but not "meet".
    covered = hit["score"] - 28 * hit["scores"]["dense"] - hit["scores"]["lexical"]
    assert 8 / 2 < covered < 8


def test_dates_have_their_places_and_no_invented_years(
    seed_client: FlaskClient,
) -> None:
    answer = seed_client.get("/api/search?q=when+did+Putin+visit+China&limit=100").get_json()
    by_place = {
        (hit["source"]["path"][:3], hit["source"]["lines"][0]): hit for hit in answer["hits"]
    }
    planned, forum = by_place["001", 5], by_place["002", 27]
    assert planned["dates"][0] == {
        "text": "May 16-17",
        "start": 53,
        "end": 62,
        "edtf": "XXXX-05-16/XXXX-05-17",
        "from": None,
        "to": None,
        "inferred": None,
        "url": "/documents/001_1a1cf563412dea37.txt#c289",
    }
    spans = {day["edtf"]: (day["from"], day["to"]) for day in forum["dates"]}
    assert spans["2023-10"] == ("2023-10-01", "2023-10-31")
    for hit in answer["hits"]:
        for place in (
            {"text": hit["text"], "dates": hit["dates"]} | hit["source"],
            *hit["also_in"],
        ):
            blocks = seed_client.get(f"/api/documents/{place['path']}").get_json()["blocks"]
            document = "\n".join(block["text"] for block in blocks)
            for day in place["dates"]:
                assert place["text"][day["start"] : day["end"]] == day["text"]
                address, _, character = day["url"].partition("#c")
                assert address == f"/documents/{place['path']}"
                assert document.startswith(day["text"], int(character))


def test_all_filters_must_match_and_may_leave_no_hits(
    seed_client: FlaskClient,
) -> None:
    query = "q=Putin+China&limit=100&source=00[0-3]*.txt&date_from=2023-10&date_to=2023-10"
    answer = seed_client.get(f"/api/search?{query}").get_json()
    assert {hit["source"]["path"][:3] for hit in answer["hits"]} == {"001", "002", "003"}
    for hit in answer["hits"]:
        spans = [(day["from"], day["to"]) for day in hit["dates"] if day["from"]]
        assert any(first <= "2023-10-31" and last >= "2023-10-01" for first, last in spans)
    response = seed_client.get(f"/api/search?{query}&published_from=2025")
    assert response.status_code == 200
    nothing = response.get_json()
    assert (nothing["hits"], nothing["total"], nothing["timeline"]) == ([], 0, [])
    assert nothing["total_capped"] is False


def test_the_timeline_lists_the_hits_and_files_of_each_date(seed_client: FlaskClient) -> None:
    answer = seed_client.get("/api/search?q=when+did+Putin+visit+China&limit=100").get_json()
    by_rank = {hit["rank"]: hit for hit in answer["hits"]}
    entry = next(entry for entry in answer["timeline"] if entry["edtf"] == "2023-10")
    assert list(entry) == ["edtf", "from", "to", "within", "ranks", "files"]
    assert (entry["from"], entry["to"], entry["within"]) == ("2023-10-01", "2023-10-31", None)
    for entry in answer["timeline"]:
        places = set()
        for rank in entry["ranks"]:
            hit = by_rank[rank]
            assert entry["edtf"] in [
                day["edtf"]
                for day in [*hit["dates"], *(d for other in hit["also_in"] for d in other["dates"])]
            ]
            places |= {hit["source"]["path"], *(other["path"] for other in hit["also_in"])}
        assert set(entry["files"]) <= places
    days = [entry["from"] for entry in answer["timeline"] if entry["from"]]
    assert days == sorted(days)
    assert [entry["from"] for entry in answer["timeline"]][: len(days)] == days


def test_an_explained_score_is_the_sum_of_its_parts(seed_client: FlaskClient) -> None:
    answer = seed_client.get("/api/search?q=who+did+Lavrov+meet&explain=true").get_json()
    for hit in answer["hits"]:
        explanation = hit["explanation"]
        for term in explanation["terms"]:
            gain = term["idf"] * term["count"] / (term["count"] + term["norm"])
            assert term["gain"] == pytest.approx(gain)
        words = sum(term["gain"] for term in explanation["terms"])
        meaning = explanation["cosine_weight"] * explanation["cosine"]
        covered = explanation["coverage_weight"] * explanation["coverage"]
        score = meaning + covered + words + explanation["dates"]
        assert explanation["score"] == pytest.approx(score, abs=1e-9)
        assert hit["score"] == pytest.approx(score, abs=1e-4)
    assert [term["term"] for term in answer["hits"][0]["explanation"]["terms"]] == [
        "lavrov",
        "meet",
    ]


def test_consecutive_pages_have_every_hit_once(seed_client: FlaskClient) -> None:
    whole = seed_client.get("/api/search?q=Putin+in+China&limit=100").get_json()
    assert whole["total"] == len(whole["hits"]) > 20
    paged = []
    for offset in range(0, whole["total"], 7):
        page = seed_client.get(f"/api/search?q=Putin+in+China&limit=7&offset={offset}").get_json()
        assert page["total"] == whole["total"]
        paged += page["hits"]
    assert paged == whole["hits"]
    assert [hit["rank"] for hit in paged] == list(range(1, whole["total"] + 1))


def test_an_offset_past_the_end_gives_no_hits(seed_client: FlaskClient) -> None:
    response = seed_client.get("/api/search?q=Putin&offset=1000000")
    assert response.status_code == 200
    assert response.get_json()["hits"] == []
    assert response.get_json()["total"] > 0


@pytest.mark.parametrize(
    ("query", "parameter", "accepted"),
    [
        ("", "q", "a question of at most 1,000 characters"),
        ("q=", "q", "a question of at most 1,000 characters"),
        ("q=" + "a" * 10_000, "q", "a question of at most 1,000 characters"),
        ("q=a&limit=0", "limit", "a whole number from 1 to 100"),
        ("q=a&limit=abc", "limit", "a whole number from 1 to 100"),
        ("q=a&colour=red", "colour", "The parameters are q, limit, offset, explain"),
        ("q=a&explain=yes", "explain", "true or false"),
        ("q=%FF%FE", "q", "text in UTF-8"),
        ("q=a&date_from=2024-02-31", "date_from", "a day such as 2024-05-16"),
        ("q=a&date_from=2025&date_to=2024", "date_from", "a day no later than date_to"),
        ("q=a&source=../..", "source", "a path, folder or glob"),
    ],
)
def test_a_bad_request_gets_a_problem_that_names_the_parameter(
    seed_client: FlaskClient, query: str, parameter: str, accepted: str
) -> None:
    response = seed_client.get(f"/api/search?{query}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == 400
    assert response.get_json()["parameter"] == parameter
    assert accepted in response.get_json()["detail"]


def test_a_document_is_returned_as_blocks(seed_client: FlaskClient) -> None:
    document = seed_client.get("/api/documents/004_0d623141c635248b.txt").get_json()
    assert document["title"] == "Xi Jinping meets Vladimir Putin in Moscow"
    by_line = {block["lines"][0]: block for block in document["blocks"]}
    assert by_line[3]["kind"] == "title"
    assert by_line[27] | {"start": 0} == {
        "kind": "heading",
        "reason": None,
        "lines": [27, 27],
        "page": None,
        "section": [],
        "start": 0,
        "text": "A “constructive role” in Ukraine",
    }
    assert by_line[29]["section"] == ["A “constructive role” in Ukraine"]
    assert by_line[6]["kind"] == "furniture"
    assert by_line[6]["reason"] == "teaser of another story"
    joined = "\n".join(block["text"] for block in document["blocks"])
    assert all(joined.startswith(block["text"], block["start"]) for block in document["blocks"])


@pytest.mark.parametrize("path", ["/api/documents/nope.txt", "/api/documents/..%2f..%2fetc/passwd"])
def test_a_document_that_is_not_indexed_gets_a_404_problem(
    seed_client: FlaskClient, path: str
) -> None:
    response = seed_client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_conditions_in_a_question_are_applied_and_returned(seed_client: FlaskClient) -> None:
    query = urlencode({"q": 'visit "Vladimir Putin" -Kyodo file:00', "limit": 100})
    answer = seed_client.get(f"/api/search?{query}").get_json()
    assert answer["query"] == 'visit "Vladimir Putin" -Kyodo file:00'
    assert answer["conditions"] == [
        {"of": "words", "text": "Vladimir Putin", "wanted": True},
        {"of": "words", "text": "Kyodo", "wanted": False},
        {"of": "file", "text": "00", "wanted": True},
    ]
    assert answer["total"] == len(answer["hits"]) > 3
    for hit in answer["hits"]:
        shown = f"{hit['source']['title']}\n{hit['text']}"
        assert "Vladimir Putin" in shown
        assert "Kyodo" not in shown


@pytest.mark.parametrize("typed", ["-Putin", "file:003 -Putin"])
def test_a_question_of_conditions_alone_is_refused(seed_client: FlaskClient, typed: str) -> None:
    response = seed_client.get("/api/search", query_string={"q": typed})
    assert response.status_code == 400
    assert "has conditions but no words to search for" in response.get_json()["detail"]


SYNTAX_CHARACTERS = st.text(alphabet='ab- "“”:?.*[]/fileXI09(,', min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(min_size=1, max_size=40), SYNTAX_CHARACTERS))
def test_any_typed_text_is_answered_or_refused(seed_client: FlaskClient, typed: str) -> None:
    for address in ("/api/search", "/"):
        response = seed_client.get(f"{address}?{urlencode({'q': typed}, errors='replace')}")
        assert response.status_code in (200, 400)
        if response.status_code == 400:
            assert not parse_text(typed.strip()).question.strip()


def test_the_first_duplicates_are_listed_and_all_are_counted(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    max_duplicates = RankingConfig().max_duplicates
    text = "The tea was late this year, and it was dear.\n"
    make_folder({f"{i:03}.txt": text for i in range(max_duplicates + 20)})
    build(make_folder({}), compiled_instance, loaded_model, quiet)
    with client_of(compiled_instance) as client:
        (hit,) = client.get("/api/search?q=when+was+the+tea+late").get_json()["hits"]
        page = client.get("/?q=when+was+the+tea+late").text
    assert [other["path"] for other in hit["also_in"]] == [
        f"{i:03}.txt" for i in range(1, max_duplicates + 1)
    ]
    assert hit["also_in_total"] == max_duplicates + 19
    assert "in 119 other places" in page
    assert "and 99 more places" in page
    assert len(page) < 50_000
