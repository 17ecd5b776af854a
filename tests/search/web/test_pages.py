"""The HTML side, as a browser without JavaScript gets it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.conftest import SEEDS, FolderMaker, client_of
from wherein.index.build import Model, build
from wherein.search.ranking.verdict import FEATURES, REFITTED, Calibration, write_calibration
from wherein.search.settings import Settings
from wherein.search.web import pages as pages_module
from wherein.search.web.app import create_app
from wherein.search.web.snapshot_watcher import EXTENSION, LiveSearcher

HOSTILE = '<script>alert(1)</script> & "China\'s" trade grew by half in one year, they said.'


REMOVES = r'href="([^"]+)"><span aria-hidden="true">×</span>'


def text_of(html: str) -> str:
    main = re.sub(r"</?(?:time|b)\b[^>]*>", "", html.partition("<main")[2])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def plain(html: str) -> str:
    """Without what sets off the words of the question."""
    return re.sub(r"</?b>", "", html)


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
        ("weak", "1 passage It may not answer this. Putin says"),
        ("none", "Nothing in the documents answers this The closest: 1 passage Putin says"),
    ],
)
def test_the_page_says_whether_the_documents_answer(
    verdict: str, says: str, make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": "Putin says\n\nThe tea was late this year, and it was dear.\n"})
    build(folder, compiled_instance, loaded_model, lambda items, _doing: items)
    thresholds = {"answered": (0.1, 0.1), "weak": (0.9, 0.1), "none": (0.9, 0.9)}[verdict]
    # Confidence 1/2 whatever the evidence.
    calibration = Calibration(0, dict.fromkeys(FEATURES, 0.0), *thresholds)
    write_calibration(compiled_instance / REFITTED, loaded_model.name, calibration)
    with client_of(compiled_instance) as client:
        answer = client.get("/api/search?q=when+was+the+tea+late").get_json()
        assert (answer["verdict"], answer["confidence"]) == (verdict, 0.5)
        assert says in text_of(client.get("/?q=when+was+the+tea+late").text)


def test_a_date_says_what_it_means_and_no_year_that_is_not_known(
    seed_client: FlaskClient,
) -> None:
    html = plain(seed_client.get("/?q=when+did+Putin+visit+China&limit=100").text)
    assert 'title="16–17 May, the year is not stated">May 16-17</time></a> to hold talks' in html
    assert '<time class="date" title="October 2023">October 2023</time>' in html
    assert "inferred from Thursday = 16 May and the latest year named, 2023" in html


def test_a_result_leads_into_the_document_at_its_line_and_back(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=who+did+Lavrov+meet").text
    address = re.search(r'href="(/documents/002[^"]*)#L19"', html)
    assert address
    page = seed_client.get(unescape(address[1])).text
    assert re.search(r'id="L19">.{0,200}Xi Jinping had met with Russian', page, re.DOTALL)
    assert 'href="/?q=who+did+Lavrov+meet"' in page


def test_a_date_leads_to_its_characters_in_the_document(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China&limit=100").text
    links = re.findall(r'href="(/documents/[^"]*)#(c\d+)"><time[^>]*>([^<]*)<', html)
    assert len(links) > 30
    for address, anchor, text in links:
        page = seed_client.get(unescape(address)).text
        assert page.count(f'id="{anchor}"') == 1
        assert re.search(rf'<time id="{anchor}" title="[^"]+">{re.escape(text)}</time>', page)


def test_the_timeline_is_drawn_and_listed_and_leads_to_the_hits(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China").text
    assert re.search(r"<svg .*<title>October 2023, in 1 file</title></rect>", html, re.DOTALL)
    assert re.search(r"16–17 May 2024 in 1 file · only then", text_of(html))
    assert "The year is not stated: March in 2 files 19 March in 1 file" in text_of(html)
    assert "and 5 dates more" in text_of(html)
    for rank in re.findall(r'href="#hit-(\d+)"', html):
        assert f'value="{rank}" id="hit-{rank}"' in html
    further = re.findall(r'href="(/\?q=[^"]*)#hit-(\d+)"', html)
    assert further
    for address, rank in further:
        assert f'id="hit-{rank}"' in seed_client.get(unescape(address)).text
    assert 'class="timeline"' in seed_client.get("/?q=Putin+in+China").text
    assert 'class="timeline"' not in seed_client.get("/?q=asdf+qwerty").text


def test_a_date_of_the_timeline_narrows_the_results_to_it(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China&source=003*").text
    address = re.search(r'href="([^"]+)">only then <span class="unseen">16–17 May 2024', html)
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


def test_each_filter_is_shown_with_a_link_that_removes_it_and_kept_on_the_way(
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


def test_conditions_that_nothing_meets_are_told_apart(seed_client: FlaskClient) -> None:
    page = text_of(seed_client.get("/?q=Putin&source=nope/*").text)
    assert "No document meets these conditions" in page
    page = text_of(seed_client.get("/?q=Putin&date_to=1500").text)
    assert "Nothing that meets these conditions comes close to this" in page
    page = text_of(seed_client.get('/?q="Putin+China+tea"').text)
    assert "No passage meets these conditions" in page


def test_a_document_shows_every_block_and_why_some_are_furniture(seed_client: FlaskClient) -> None:
    shown = text_of(seed_client.get("/documents/001_1a1cf563412dea37.txt").text)
    source = SEEDS / "001_1a1cf563412dea37.txt"
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
        ("q=a&date_to=31.2.2024", "date_to is '31.2.2024'. Wherein takes a day such as 2024-05-16"),
        (
            "q=a&source=../a",
            "source is '../a'. Wherein takes a path, folder or glob below the fold",
        ),
        ("q=a&date_from=2025&date_to=2024", "date_from is after date_to. Wherein takes a day no l"),
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
        assert html.count("<script") == 1
        assert re.search(r'<script type="module" src="/static/wherein\.js\?\w+"></script>', html)
        assert "<i>" not in html
    assert HOSTILE in text_of(asked)
    assert HOSTILE in text_of(document)
    assert 'a "b" <i>&#.txt' in text_of(home)


def test_a_repeat_is_not_said_to_be_word_for_word_the_same(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=Belt+and+Road+Forum+last+October").text
    assert "told in the same or nearly the same words in 1 other place<" in html


def test_the_words_of_the_question_are_set_off_also_in_other_forms(
    seed_client: FlaskClient,
) -> None:
    html = seed_client.get("/?q=visiting+Beijing+in+the+Forum").text
    assert "<b>visited</b>" in html
    assert "<b>Forum</b>" in html
    assert "<b>in</b>" not in html


def test_why_a_passage_is_found_is_told_and_adds_up(seed_client: FlaskClient) -> None:
    html = seed_client.get("/?q=when+did+Putin+visit+China").text
    bars = re.findall(
        r"Of a score of ([\d.]+): meaning ([\d.]+), words ([\d.]+), dates ([\d.]+)", html
    )
    assert len(bars) == 10
    for score, *parts in bars:
        assert abs(float(score) - sum(map(float, parts))) < 0.2
    shown = text_of(html)
    assert re.search(r"Words [\d.]+: (?:(?:Putin|visit|China) [\d.]+,? )+", shown)
    assert re.search(r"as the marked sentence is 0\.\d\d like the question \(cosine\)", shown)


def test_narrowing_says_how_many_it_leaves_on_every_page_and_leads_there(
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
        # One passage of the seeds is told in two files, and counts in the first.
        told_twice = "source=001" in address
        assert int(narrowed[1]) == int(count) + told_twice, address


def test_a_document_marks_what_was_found_in_it_and_steps_through(seed_client: FlaskClient) -> None:
    source = "/documents/002_3fc8f732380e3445.txt"
    asked = seed_client.get(f"{source}?q=Putin+last+visit+to+Beijing").text
    shown = text_of(asked)
    found = re.search(r"(\d+) passages found here, from the first", shown)
    assert found
    count = int(found[1])
    lines = [int(line) for line in re.findall(r'<p class="step">.*?id="L(\d+)"', asked, re.DOTALL)]
    assert lines == sorted(lines)
    for at in range(1, count + 1):
        assert f"{at} of {count}" in shown
    assert asked.count("<mark>") == count
    assert asked.count('rel="next"') == asked.count('rel="prev"') == count - 1
    assert "<mark>" not in seed_client.get(source).text


def test_the_folder_page_lists_every_document_and_what_was_skipped(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({f"{i}.txt": f"The tea was late in {1900 + i}.\n" for i in range(3)})
    make_folder({"b.pdf": b"%PDF"})
    build(folder, compiled_instance, loaded_model, lambda items, _doing: items)
    with client_of(compiled_instance) as client:
        html = client.get("/documents").text
        assert "and 1 file skipped" in text_of(client.get("/").text)
    shown = text_of(html)
    assert "Documents 3 Passages 3 Not searched 0 of 3 blocks, 0%" in shown
    assert "b.pdf no reader for .pdf files" in shown
    assert [f"/documents/{i}.txt" in html for i in range(3)] == [True] * 3


def test_many_documents_are_paged_through(
    seed_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "DOCUMENTS_A_PAGE", 2)
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


def test_conditions_are_shown_as_they_are_understood_with_links_that_take_them_away(
    seed_client: FlaskClient,
) -> None:
    query = {"q": 'visit "Vladimir Putin" -Kyodo -file:"a b" file:00', "source": "00*", "limit": 5}
    html = seed_client.get("/", query_string=query).text
    shown = text_of(html)
    for said in (
        "exact words “Vladimir Putin” ×",
        "without “Kyodo” ×",
        "not in file a b ×",
        "in file 00 ×",
        "only in 00* ×",
        "The next question is asked of these too. Ask all documents",
    ):
        assert said in shown
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


def test_exact_words_alone_are_found_and_not_said_to_answer_nothing(
    seed_client: FlaskClient,
) -> None:
    assert "may not answer this" in text_of(seed_client.get("/?q=news+agency").text)
    shown = text_of(seed_client.get('/?q="news+agency"').text)
    assert "exact words “news agency”" in shown
    assert "2 passages" in shown
    assert "answer this" not in shown


def test_conditions_alone_ask_for_words_and_keep_what_was_typed(seed_client: FlaskClient) -> None:
    response = seed_client.get("/?q=-Putin")
    assert response.status_code == 400
    assert "The question has conditions and no words to look for." in text_of(response.text)
    assert 'value="-Putin"' in response.text


def test_dates_are_in_the_background_where_the_question_is_not_about_them(
    seed_client: FlaskClient,
) -> None:
    quiet = '<details class="quiet">'
    assert quiet in seed_client.get("/?q=Putin+in+China").text
    assert quiet not in seed_client.get("/?q=when+did+Putin+visit+China").text
    assert quiet not in seed_client.get("/?q=Putin+in+China+in+2023").text


def test_of_many_dates_those_of_the_best_hits_are_listed_and_all_are_counted(
    seed_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "?q=when+did+Putin+visit+China"
    total = len(seed_client.get(f"/api/search{query}").get_json()["timeline"])
    monkeypatch.setattr(pages_module, "MOST_ENTRIES", 2)
    monkeypatch.setattr(pages_module, "MOST_LISTED", 5)
    html = seed_client.get(f"/{query}").text.partition("<details>")[2]
    listed = html.partition('<ol class="hits"')[0]
    assert len(re.findall(r'<li(?: class="inner")?><a href="[^"]*#hit-', listed)) == 5
    assert f"and {total - 2} dates more" in text_of("<main" + listed)
    assert f"and {total - 5} dates that only passages further down name" in text_of(
        "<main" + listed
    )


def test_how_long_a_search_took_is_told_to_the_browser(seed_client: FlaskClient) -> None:
    timing = seed_client.get("/?q=Putin+in+China").headers["Server-Timing"]
    assert re.fullmatch(r"search;dur=\d+\.\d", timing)


def test_the_folder_page_tells_of_the_last_run(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> None:
    def page() -> str:
        build(make_folder({}), compiled_instance, loaded_model, lambda items, _doing: items)
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
    # A run that finds nothing to do leaves what is told of the one before.
    assert page() == html


@pytest.fixture
def long_client(
    make_folder: FolderMaker, compiled_instance: Path, loaded_model: Model
) -> Iterator[FlaskClient]:
    """A client over a document of 700 lines, each of which is a passage."""
    lines = (f"Bale {number} of the tea came on {1 + number % 28} May." for number in range(1, 701))
    folder = make_folder({"long.txt": "The weighing of the tea\n\n" + "\n".join(lines) + "\n"})
    build(folder, compiled_instance, loaded_model, lambda items, _doing: items)
    with client_of(compiled_instance) as client:
        yield client


def test_a_long_document_is_shown_in_parts_that_lead_to_one_another(
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


def test_a_passage_deep_in_a_long_document_is_found_there(long_client: FlaskClient) -> None:
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
def test_a_place_that_is_none_is_the_beginning(long_client: FlaskClient, place: str) -> None:
    assert 'id="L1"' in long_client.get("/documents/long.txt", query_string={"at": place}).text


def test_one_steps_from_part_to_part(long_client: FlaskClient) -> None:
    found = '"Bale 650"'
    html = long_client.get("/documents/long.txt", query_string={"q": f"{found} "}).text
    assert "1 passage found here" in text_of(html)
    first = re.search(r'href="(/documents/long\.txt\?q=[^"]+at=c\d+)#L652">from the first', html)
    assert first
    assert "1 of 1" in text_of(long_client.get(unescape(first[1])).text)
