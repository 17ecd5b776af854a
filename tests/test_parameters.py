"""What a question may be asked with."""

from urllib.parse import quote

import pytest

from search.parameters import BadParameter, SearchParameters, parse, parse_limit


def test_a_question_alone_takes_the_defaults() -> None:
    assert parse(b"q=who+won") == SearchParameters(q="who won", limit=10, offset=0)


def test_a_question_is_stripped_and_decoded() -> None:
    assert parse(f"q=%20{quote('où est Xi')}%0A".encode()).q == "où est Xi"


def test_the_smallest_and_largest_values_are_taken() -> None:
    assert parse(b"q=a&limit=1&offset=0").limit == 1
    assert parse(b"q=a&limit=100&offset=1000000").offset == 1_000_000
    assert len(parse(b"q=" + b"a" * 1_000).q) == 1_000


@pytest.mark.parametrize(
    ("query", "name", "says"),
    [
        (b"", "q", "q is missing; it takes a question of at most 1,000 characters."),
        (b"q=", "q", "q is empty; it takes a question of at most 1,000 characters."),
        (b"q=+%09", "q", "q is empty; it takes a question of at most 1,000 characters."),
        (b"q=" + b"a" * 10_000, "q", "q has 10,000 characters; it takes a question of at most 1,0"),
        (b"q=a&limit=0", "limit", "limit is '0'; it takes a whole number from 1 to 100."),
        (b"q=a&limit=101", "limit", "limit is '101'; it takes a whole number from 1 to 100."),
        (b"q=a&limit=abc", "limit", "limit is 'abc'; it takes a whole number from 1 to 100."),
        (b"q=a&limit=", "limit", "limit is ''; it takes a whole number from 1 to 100."),
        (b"q=a&limit=1.5", "limit", "limit is '1.5'; it takes"),
        (b"q=a&limit=%D9%A3", "limit", "limit is '٣'; it takes"),
        (
            b"q=a&offset=-1",
            "offset",
            "offset is '-1'; it takes a whole number from 0 to 1,000,000.",
        ),
        (b"q=a&offset=" + b"9" * 10_000, "offset", "offset is '99999999999999999999…'; it takes"),
        (b"q=%FF%FE", "q", "q has bytes that are no UTF-8; it takes text in UTF-8."),
        (b"q=\xff", "q", "q has bytes that are no UTF-8; it takes text in UTF-8."),
        (b"q=%ED%A0%80", "q", "q has bytes that are no UTF-8; it takes text in UTF-8."),
        (b"q=a&%FF=1", "?", "? has bytes that are no UTF-8; it takes text in UTF-8."),
        (b"q=a&q=b", "q", "q is given more than once; it takes one value."),
        (
            b"q=a&lmit=3",
            "lmit",
            "lmit is no parameter, and limit is the nearest that there is. The parameters are q, ",
        ),
        (b"q=a&zzzz=3", "zzzz", "zzzz is no parameter, and "),
    ],
)
def test_a_bad_parameter_is_named_with_what_it_takes(query: bytes, name: str, says: str) -> None:
    with pytest.raises(BadParameter) as caught:
        parse(query)
    assert caught.value.name == name
    assert str(caught.value).startswith(says)


def test_an_unknown_parameter_may_be_ignored() -> None:
    assert parse(b"utm_source=mail&q=a", ignore_unknown=True) == SearchParameters(q="a")


def test_a_limit_by_itself_is_checked_alike() -> None:
    assert parse_limit("7") == 7
    with pytest.raises(BadParameter, match="limit is '0'"):
        parse_limit("0")
