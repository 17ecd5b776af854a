"""The HTTP parameters of a search: what is allowed, and how the rest is refused."""

from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.search.query.filters import Filters
from wherein.search.query.query import parse_query
from wherein.search.results import PageRange
from wherein.search.web.parameters import (
    FILTERS,
    BadParameter,
    SearchRequest,
    parse_filters,
    parse_limit,
    parse_request,
)


def test_a_question_alone_takes_the_defaults() -> None:
    request = parse_request(b"q=who+won")
    assert request == SearchRequest(parse_query("who won"))
    assert (request.page, request.explain) == (PageRange(0, 10), False)


def test_a_question_is_stripped_and_decoded() -> None:
    assert parse_request(f"q=%20{quote('où est Xi')}%0A".encode()).query.typed == "où est Xi"


def test_the_smallest_and_largest_values_are_accepted() -> None:
    assert parse_request(b"q=a&limit=1&offset=0").page.limit == 1
    assert parse_request(b"q=a&limit=100&offset=1000000").page.offset == 1_000_000
    assert len(parse_request(b"q=" + b"a" * 1_000).query.typed) == 1_000


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
        (b"q=%FF%FE", "q", "q has bytes that are not UTF-8; it takes text in UTF-8."),
        (b"q=\xff", "q", "q has bytes that are not UTF-8; it takes text in UTF-8."),
        (b"q=%ED%A0%80", "q", "q has bytes that are not UTF-8; it takes text in UTF-8."),
        (b"q=a&%FF=1", "?", "? has bytes that are not UTF-8; it takes text in UTF-8."),
        (b"q=a&q=b", "q", "q is given more than once; it takes one value."),
        (
            b"q=a&lmit=3",
            "lmit",
            "The parameter lmit is unknown. Did you mean limit? The parameters are q, limit, ",
        ),
        (b"q=a&zzzz=3", "zzzz", "The parameter zzzz is unknown. Did you mean "),
        (
            b"q=a&date_form=2024",
            "date_form",
            "The parameter date_form is unknown. Did you mean date_from?",
        ),
        (b"q=a&date_from=2024-02-31", "date_from", "date_from is '2024-02-31'; it takes a day su"),
        (b"q=a&date_to=0000-01-01", "date_to", "date_to is '0000-01-01'; it takes a day such"),
        (b"q=a&date_to=0000", "date_to", "date_to is '0000'; it takes a day such as 2024-05-1"),
        (b"q=a&published_to=99/99/9999", "published_to", "published_to is '99/99/9999'; it takes"),
        (b"q=a&published_from=" + b"9" * 10_000, "published_from", "published_from is '999999999"),
        (b"q=a&date_from=2024-5-1", "date_from", "date_from is '2024-5-1'; it takes a day"),
        (b"q=a&date_from=2024-13", "date_from", "date_from is '2024-13'; it takes a day"),
        (b"q=a&date_from=%D9%A2%D9%A0%D9%A2%D9%A4", "date_from", "date_from is '٢٠٢٤'; it takes"),
        (b"q=a&date_from=", "date_from", "date_from is ''; it takes a day such as 2024-05-16, a"),
        (
            b"q=a&date_from=2024-05-17&date_to=2024-05-16",
            "date_from",
            "date_from is after date_to; it takes a day no later than date_to.",
        ),
        (
            b"q=a&published_to=2023&published_from=2024",
            "published_from",
            "published_from is after published_to; it takes a day no later than published_to.",
        ),
        (
            b"q=a&source=",
            "source",
            "source is ''; it takes a path, folder or glob below the folder",
        ),
        (b"q=a&source=../a.txt", "source", "source is '../a.txt'; it takes a path, folder or gl"),
        (b"q=a&source=a/%2E%2E/b", "source", "source is 'a/../b'; it takes"),
        (b"q=a&source=/etc/passwd", "source", "source is '/etc/passwd'; it takes"),
        (b"q=a&source=a//b", "source", "source is 'a//b'; it takes"),
        (b"q=a&source=a%00", "source", "source is 'a\\x00'; it takes"),
        (b"q=a&source=" + b"*" * 10_000, "source", "source has 10,000 characters; it takes a pat"),
        (
            *(b"q=a&source=" + b"**/" * 30 + b"a", "source"),
            "source has 31 names; it takes a glob of at most 30 names, each with at most 10 stars.",
        ),
        (
            *(b"q=a&source=b/" + b"*a" * 11, "source"),
            "source has 11 stars in a name; it takes a glob of at most 30 names, each with",
        ),
        (b"q=a&source=a&source=b", "source", "source is given more than once; it takes one val"),
    ],
)
def test_a_bad_parameter_is_named_with_the_values_that_it_takes(
    query: bytes, name: str, says: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        parse_request(query)
    assert caught.value.name == name
    assert str(caught.value).startswith(says)


def test_a_year_or_month_means_its_first_or_last_day() -> None:
    query = b"q=a&source=2024/*.txt&published_from=2024-05-16&published_to=2024-05-16"
    assert parse_request(query + b"&date_from=2023&date_to=2024-02").query.filters == Filters(
        source="2024/*.txt",
        published_from=date(2024, 5, 16),
        published_to=date(2024, 5, 16),
        date_from=date(2023, 1, 1),
        date_to=date(2024, 2, 29),
    )
    assert parse_request(b"q=a&date_from=2023-02").query.filters == Filters(
        date_from=date(2023, 2, 1)
    )
    assert parse_request(b"q=a&date_to=9999").query.filters == Filters(date_to=date(9999, 12, 31))
    assert parse_request(b"q=a").query.filters == Filters()


def test_a_path_without_wildcards_may_have_any_depth() -> None:
    assert (
        parse_request(b"q=a&source=" + b"a/" * 100 + b"b").query.filters.source == "a/" * 100 + "b"
    )


def test_empty_form_fields_filter_nothing() -> None:
    query = b"q=a&source=&published_from=&date_from=+&date_to=2024-05-16"
    assert parse_request(query, ignore_unknown=True).query.filters == Filters(
        date_to=date(2024, 5, 16)
    )


@given(st.dictionaries(st.sampled_from(FILTERS), st.text(max_size=30)))
def test_every_bad_filter_is_reported_by_its_name(values: dict[str, str]) -> None:
    try:
        parse_filters(values)
    except BadParameter as error:
        assert error.name in values  # noqa: PT017


def test_the_page_ignores_unknown_parameters() -> None:
    request = parse_request(b"utm_source=mail&q=a", ignore_unknown=True)
    assert request == SearchRequest(parse_query("a"))


def test_a_limit_of_the_command_line_is_checked_alike() -> None:
    assert parse_limit("7") == 7
    with pytest.raises(BadParameter, match="limit is '0'"):
        parse_limit("0")
