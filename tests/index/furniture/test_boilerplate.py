"""Sentences in which a page speaks of itself, and articles that only report on such matters."""

import pytest

from tests.index.furniture.pages import reasons_by_text
from wherein.index.furniture.boilerplate import LONGEST_BOILERPLATE, is_boilerplate


@pytest.mark.parametrize(
    "text",
    [
        "Sign up to our newsletter.",
        "We use cookies to improve the site.",
        "You can unsubscribe from the newsletter at any time.",
        "The views expressed here are those of the author.",
    ],
)
def test_a_sentence_to_the_reader_about_the_page_is_boilerplate(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The court has ruled on cookies.",
        "We walked for a week and you would not believe the rain.",
        "“We use cookies to improve the site,” said the owner.",
        "We use cookies to improve the site. " + "a" * LONGEST_BOILERPLATE,
    ],
)
def test_an_article_about_cookies_is_no_boilerplate(text: str) -> None:
    assert not is_boilerplate(text)


def test_an_article_about_cookies_and_terms_keeps_its_sentences() -> None:
    page = """\
Skip to content
Subscribe

Court fines the network over its terms

The network must tell you in plain words what it does with cookies, the court ruled on Monday.

Its privacy policy, said the judge, was one that you could sign up to but never read.

An appeal is to be heard in May, and until then the cookies stay as they are.

Leave a comment
We use cookies on this site to help us understand what our readers like.
"""
    found = reasons_by_text(page)
    assert [text for text in found if "ookies" in text] == [page.splitlines()[-1]]
    assert len(found) == 4
