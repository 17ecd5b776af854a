"""A question is parsed once, and every later step reads the same value."""

from collections.abc import Callable

import pytest

from tests.asking import ask
from tests.conftest import FolderMaker, IndexBuilder, SearcherOpener
from wherein.index.dates.mention import DateMention
from wherein.index.dates.scanner import find_dates
from wherein.search.query import query as query_module
from wherein.search.query.filters import Condition, ConditionKind, Filters
from wherein.search.query.query import parse_query, plain_query


def test_a_typed_question_has_words_conditions_and_times() -> None:
    query = parse_query('when in 1962 did "Vladimir Putin" speak file:2024', Filters(source="a"))
    words = Condition(ConditionKind.WORDS, "Vladimir Putin")
    file = Condition(ConditionKind.FILE, "2024")
    assert query.text == "when in 1962 did Vladimir Putin speak"
    assert query.filters == Filters(source="a", conditions=(words, file))
    assert query.asks_when
    assert query.dates_named == {"1962"}
    assert [interval.ordinals for interval in query.times] == [(716241, 716605)]


def test_a_plain_question_has_no_syntax() -> None:
    query = plain_query('who said "yes" -no file:a')
    assert query.text == query.typed == 'who said "yes" -no file:a'
    assert not query.filters


def test_other_filters_keep_the_conditions_of_the_text() -> None:
    query = parse_query("treaty -Moscow", Filters(source="a"))
    other = query.filtered(Filters(source="b"))
    assert other.filters == Filters(source="b", conditions=query.parsed.conditions)
    assert other.text == query.text


@pytest.mark.parametrize("limit", [1, 10])
def test_the_dates_of_a_question_are_read_once_however_many_hits_there_are(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
) -> None:
    text = "China sold tea in 1903, and so it did again in the year 19{:02} as they say.\n"
    make_folder({f"{i}.txt": text.format(20 + i) for i in range(10)})
    build_index()
    read: list[str] = []
    monkeypatch.setattr(query_module, "find_dates", _noting(read, find_dates))
    results = ask(open_searcher(), "when in 1903 did China sell tea", limit=limit)
    assert len(results.hits) == limit
    assert read == ["when in 1903 did China sell tea"]


def _noting(
    read: list[str], find_dates: Callable[[str], tuple[DateMention, ...]]
) -> Callable[[str], tuple[DateMention, ...]]:
    def find_and_note(text: str) -> tuple[DateMention, ...]:
        read.append(text)
        return find_dates(text)

    return find_and_note
