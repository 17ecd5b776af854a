"""Scripts in documents, names, questions and addresses are shown as text: see `open_page`."""

from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.actions import ask
from tests.browser.conftest import HOSTILE_NAME, OpenPage

SCRIPT = "\"><script>alert(4)</script><img src=x onerror='alert(5)'>"


def test_a_script_in_a_document_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page("/?q=what+did+the+gardener+write+on+the+gate")
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("wrote <script>alert(2)</script> on the gate")
    expect(page.locator("main img, main script")).to_have_count(0)
    hit.locator("h2 a").click()
    expect(page.locator(":target")).to_contain_text('<img src=x onerror="alert(3)"> below')
    expect(page.locator("main img, main script")).to_have_count(0)


def test_a_script_in_a_file_name_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page(f"/documents/{quote('odd/' + HOSTILE_NAME)}")
    expect(page.get_by_text(f"odd/{HOSTILE_NAME}").first).to_be_visible()
    expect(page.locator("main img")).to_have_count(0)


def test_a_script_in_a_question_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page("/")
    ask(page, SCRIPT)
    expect(page.get_by_role("searchbox")).to_have_value(SCRIPT)
    expect(page).to_have_title(f"{SCRIPT} · Wherein")
    expect(page.locator("main img, main script")).to_have_count(0)


def test_a_script_in_an_address_is_shown_as_text(open_page: OpenPage) -> None:
    hostile = quote(SCRIPT)
    for address in (
        f"/documents/{hostile}",
        f"/{hostile}",
        f"/?q=Putin&source={hostile}",
        f"/?q=Putin&limit={hostile}",
        f"/?{hostile}={hostile}",
        f"/?q=Putin#{hostile}",
    ):
        page = open_page(address)
        expect(page.locator("main img, main script")).to_have_count(0)
    expect(page.get_by_role("searchbox")).to_have_value("Putin")


def test_a_page_has_no_inline_styles_and_scripts(open_page: OpenPage) -> None:
    page = open_page("/?q=when+did+Putin+visit+China")
    assert page.locator("[style], style, script:not([src])").count() == 0
    inline_handlers = page.evaluate(
        """[...document.querySelectorAll("*")].flatMap(element => element.getAttributeNames())
           .filter(name => name.startsWith("on"))"""
    )
    assert inline_handlers == []
