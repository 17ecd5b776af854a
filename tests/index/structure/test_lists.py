"""The lead-in of a list is part of the context of each item."""

from textwrap import wrap

import pytest

from tests.conftest import FakeModel
from tests.growth import LINEAR, growth_ratio
from tests.index.structure.outlining import outline_text
from wherein.index.documents.model import Document
from wherein.index.furniture import known_lines
from wherein.index.passages.splitter import cut
from wherein.index.readers.plain_text import read
from wherein.index.structure.lists import LONGEST_LEAD_IN
from wherein.index.structure.outline import outline

TITLE = "Report on the harbour wall"
PROSE = "The Commission sat for three weeks and heard forty who had seen the wall break."
AFTER = "Nobody objected to any of this, and the county has paid a half of the cost."
LEAD_IN = "The Commission recommends:"


def outline_report(*lines: str) -> Document:
    return outline_text("\n".join((TITLE, "", PROSE, "", *lines)))


def sections(document: Document) -> dict[str, tuple[str, ...]]:
    return {block.text: block.section for block in document.blocks}


def passages(document: Document) -> dict[str, str | None]:
    return {passage.text: passage.title for passage in cut(document, FakeModel())}


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("above", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "items",
    [
        *(["- a new wall", "- a light on it", "- and a bell"],),
        *(["• A new wall.", "• A light on it."], ["* a new wall", "* a light on it"]),
        *(["– a new wall", "– a light on it"], ["  - a new wall", "  - a light on it"]),
        *(["1. A new wall.", "2. A light on it."], ["9) a new wall", "10) a light on it"]),
        *(["(1) a new wall", "(2) a light on it"], [" 9. a new wall", "10. a light on it"]),
        *(["a) a new wall", "b) a light on it"], ["(a) a new wall", "(b) a light on it"]),
        *(["a. a new wall", "b. a light on it"], ["A) A new wall", "B) A light on it"]),
        *(["i) a new wall", "ii) a light on it"], ["(iv) a wall", "(v) a light", "(vi) a bell"]),
        *(["(h) a new wall", "(i) a light on it", "(j) and a bell"],),
    ],
)
def test_the_items_of_a_list_have_its_lead_in_as_context(
    items: list[str], above: str, gap: str
) -> None:
    document = outline_report(LEAD_IN + above + gap.join(items), "", AFTER)
    shown = [item.strip() for item in items]
    assert [block.text for block in document.blocks] == [TITLE, PROSE, LEAD_IN, *shown, AFTER]
    assert passages(document) == {
        PROSE: TITLE,
        LEAD_IN: TITLE,
        **dict.fromkeys(shown, f"{TITLE}. {LEAD_IN}"),
        AFTER: TITLE,
    }
    assert all(sections(document)[item] == (LEAD_IN,) for item in shown)
    assert sections(document)[AFTER] == ()


@pytest.mark.parametrize(
    "lines",
    [
        [LEAD_IN],
        [LEAD_IN, AFTER],
        [LEAD_IN, "- a new wall", AFTER],
        [LEAD_IN, AFTER, "- a new wall", "- a light on it"],
        ["The Commission recommends a wall.", "- a new wall", "- a light on it"],
        ["The mayor closed the meeting and said:", "“Enough has been heard. Let us build it.”"],
        ["The mayor closed the meeting and said:", "— It is enough.", "— Let us build it."],
        ["On Monday the mayor wrote:", "> It is enough.", "> Let us build it."],
        ["Those who had come were:", "A. Smith of Ostwick", "B. Jones of Port Ellery"],
        ["The wall was built in the years:", "1998. It fell.", "1999. It fell again."],
        ["- a new wall:", "- a light on it", "- and a bell"],
    ],
)
def test_other_lines_with_a_colon_at_the_end_are_no_lead_ins(lines: list[str]) -> None:
    for gap in ("\n", "\n\n"):
        document = outline_report(gap.join(lines))
        assert passages(document) == dict.fromkeys([PROSE, *lines], TITLE)
        assert set(sections(document).values()) == {()}


def test_numbered_headings_are_no_items() -> None:
    heads = ["1. Water", "2. Wind"]
    lead_in = "The report has two parts:"
    wind = "It blew from the north on each day of that month."
    document = outline_report(lead_in, "", heads[0], "", AFTER, "", heads[1], "", wind)
    assert passages(document) == dict.fromkeys([PROSE, lead_in, AFTER, wind], TITLE)
    assert sections(document)[AFTER] == (heads[0],)


def test_the_section_of_an_item_has_the_heading_and_the_lead_in() -> None:
    document = outline_report("The cost", "", AFTER, "", LEAD_IN, "- a new wall", "- a light on it")
    assert sections(document)["- a light on it"] == ("The cost", LEAD_IN)
    assert passages(document)["- a light on it"] == f"{TITLE}. {LEAD_IN}"


@pytest.mark.parametrize("heading", ["Recommendations", "3. Recommendations"])
def test_a_line_above_a_lead_in_is_a_heading(heading: str) -> None:
    items = ["- a new wall", "- a light on it"]
    found = outline_report(heading, "", LEAD_IN, *items)
    assert passages(found) == {
        **dict.fromkeys([PROSE, LEAD_IN], TITLE),
        **dict.fromkeys(items, f"{TITLE}. {LEAD_IN}"),
    }
    assert sections(found)[items[0]] == (heading, LEAD_IN)
    assert heading in passages(outline_report(heading, "", LEAD_IN, "a new wall", "a light on it"))


def test_a_line_above_a_list_is_a_heading_and_above_a_single_item_it_is_none() -> None:
    items = ["* a levy on paper", "* the price of power"]
    for gap in ("\n", "\n\n"):
        found = outline_report("Outlook", "", PROSE, "", "Risks", "", gap.join(items))
        assert sections(found)[items[1]] == ("Risks",)
        assert "Risks" not in passages(found)
    assert "Risks" in passages(outline_report("Risks", "", items[0]))


def test_the_last_sentence_of_a_paragraph_is_the_lead_in_and_the_paragraph_stays_whole() -> None:
    paragraph = f"Dr. Beck was heard on Monday. {LEAD_IN}"
    document = outline_report(paragraph, "- a new wall", "- a light on it")
    under = f"{TITLE}. {LEAD_IN}"
    assert passages(document) == {
        PROSE: TITLE,
        paragraph: TITLE,
        "- a new wall": under,
        "- a light on it": under,
    }


@pytest.mark.parametrize(
    ("length", "is_lead_in"), [(LONGEST_LEAD_IN, True), (LONGEST_LEAD_IN + 1, False)]
)
def test_a_very_long_sentence_is_no_lead_in(length: int, is_lead_in: bool) -> None:
    lead_in = "The Commission of the".ljust(length - 11, "x") + " asks that:"
    assert len(lead_in) == length
    document = outline_report(lead_in, "- a new wall", "- a light on it")
    assert lead_in in passages(document)
    assert (sections(document)["- a new wall"] == (lead_in,)) == is_lead_in


NESTED = {
    "indented": ["- On land:", "  - a new wall", "  - a bell", "- a light at sea"],
    "by markers": ["(a) On land:", "(i) a new wall", "(ii) a bell", "(b) a light at sea"],
    "both": ["1. On land:", "   • a new wall", "   • a bell", "2. a light at sea"],
}


@pytest.mark.parametrize("items", NESTED.values(), ids=NESTED)
def test_an_item_may_lead_to_a_nested_list(items: list[str]) -> None:
    document = outline_report(LEAD_IN, *items, AFTER)
    outer, *inner, last = (item.strip() for item in items)
    both = f"{TITLE}. {LEAD_IN} {outer}"
    assert passages(document) == {
        PROSE: TITLE,
        LEAD_IN: TITLE,
        outer: f"{TITLE}. {LEAD_IN}",
        **dict.fromkeys(inner, both),
        last: f"{TITLE}. {LEAD_IN}",
        AFTER: TITLE,
    }
    assert [sections(document)[item] for item in (outer, inner[0], last)] == [
        (LEAD_IN,),
        (LEAD_IN, outer),
        (LEAD_IN,),
    ]


@pytest.mark.parametrize("items", NESTED.values(), ids=NESTED)
def test_an_item_outside_of_any_list_may_lead_to_a_list(items: list[str]) -> None:
    document = outline_report(*items)
    outer, *inner, last = (item.strip() for item in items)
    assert [sections(document)[item] for item in (*inner, last)] == [(outer,), (outer,), ()]


def test_a_list_may_be_nested_twice_and_its_items_have_two_lead_ins() -> None:
    deep = ["- On land:", "  - walls:", "    - one", "    - two", "  - a bell", "- a light"]
    found = sections(outline_report(LEAD_IN, *deep))
    assert found["- one"] == found["- a bell"] == (LEAD_IN, "- On land:")
    assert found["- a light"] == (LEAD_IN,)


def test_a_list_with_other_markers_below_a_list_does_not_belong_to_it() -> None:
    found = sections(
        outline_report(LEAD_IN, "- a new wall", "- a light on it", "1. Costs", "2. Thanks")
    )
    assert [found["- a light on it"], found["1. Costs"]] == [(LEAD_IN,), ()]


def test_an_indented_paragraph_below_an_item_continues_the_item() -> None:
    more = "That of 1998 had fallen."
    found = sections(
        outline_report(LEAD_IN, "- a new wall", "", f"  {more}", "", "- a light on it")
    )
    assert found[more] == found["- a light on it"] == (LEAD_IN,)
    # If all paragraphs are indented, the paragraph belongs to no item.
    found = sections(outline_report(f"  {LEAD_IN}", "- a new wall", "- a light", f"  {more}"))
    assert [found["- a light"], found[more]] == [(LEAD_IN,), ()]


def test_wrapped_items_are_joined_and_roman_numbers_begin_new_items() -> None:
    prose = f"{PROSE} {AFTER} {PROSE} {AFTER} {LEAD_IN}"
    items = [
        "(i) to build a wall of the same stone as the church, on the ground of the old one;",
        "(ii) to put a light at its end, which is to be lit on all nights of the winter;",
        "(iii) to pay.",
    ]
    lines = [wrapped for text in (prose, *items) for wrapped in wrap(text, 66)]
    found = sections(outline(read("a.txt", "\n".join(lines).encode()), known_lines))
    assert found == {prose: (), **dict.fromkeys(items, (LEAD_IN,))}


def test_the_items_of_an_answer_have_the_question_and_the_lead_in_as_context() -> None:
    questions = ["What broke?", "What was it made of?", "What is to be done?"]
    turns = [line for asked in questions for line in (asked, "", f"{asked[:-1]} was told.", "")]
    document = outline_report(*turns[:-2], LEAD_IN, "- a new wall", "- a light on it")
    assert passages(document)["- a new wall"] == f"{TITLE}. {questions[2]} {LEAD_IN}"


HOSTILE = ["- a:", "1. b:\n- a:\n(c) d:", "(i) a:\n(a) b:", "a:", "- a"]


@pytest.mark.parametrize("line", HOSTILE)
def test_an_item_of_a_hostile_list_has_at_most_two_lead_ins(line: str) -> None:
    document = outline_report(LEAD_IN, *[line] * 200)
    assert len(document.blocks) == 3 + 200 * (1 + line.count("\n"))
    assert max(len(block.section) for block in document.blocks) <= 2


@pytest.mark.perf
@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_lists_take_linear_time(line: str) -> None:
    assert growth_ratio(lambda size: outline_report(LEAD_IN, *[line] * size), 2_000) < LINEAR
