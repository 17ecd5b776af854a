"""Hard-wrapped lines are joined into paragraphs, and other lines stay separate."""

from pathlib import Path

import pytest

from tests.growth import LINEAR, growth_ratio
from tests.index.readers.reading import lines_and_texts, read_sample
from wherein.index.readers.plain_text import read

HOSTILE = [" ", "a ", "(", "-\n", "a-\n", "1. ", "\u2028"]


def test_hard_wrapped_lines_are_joined() -> None:
    text = """\
CHAPTER I

"Well, Prince, so Genoa and Lucca are now just family estates of the
Buonapartes. But I warn you, if you don't tell me that this means war,
and if you defend it, I will have nothing more to do with you."

It was in July, and the speaker was the well-known Anna Pavlovna
Scherer.
"""
    chapter, speech, rest = lines_and_texts(text)
    assert chapter == ((1, 1), "CHAPTER I")
    assert speech[0] == (3, 5)
    assert "estates of the Buonapartes. But" in speech[1]
    assert rest == (
        (7, 8),
        "It was in July, and the speaker was the well-known Anna Pavlovna Scherer.",
    )


WRAPPED = """\
The committee met on Monday to talk about the harbour and about the
ferries, which have been late since the storm of last November, and
agreed on three points that are set out here for all who could not
come to the hall:

- the harbour wall is to be mended before the winter, at a cost that
  must not be higher than the sum named in the report
- the ferries sail every hour
1. A first point that has been numbered, and that is so long that it
   needs two lines
2. A second
    An indented line begins a paragraph of its own, as it does in many
books, and goes on at the margin.
The end of this paragraph fills its line but for a very few letters.
What comes next
The ferry company will answer in May, when the figures for the first
half of the year are known.
"""


def test_items_indented_lines_and_headings_begin_new_paragraphs() -> None:
    assert [lines for lines, _ in lines_and_texts(WRAPPED)] == [
        (1, 4),
        (6, 7),
        (8, 8),
        (9, 10),
        (11, 11),
        (12, 13),
        (14, 14),
        (15, 15),
        (16, 17),
    ]


def test_quoted_text_of_an_email_is_unwrapped_for_each_quote_level() -> None:
    email = (
        "From: Mark\nSent: Friday, March 1, 2024\nSubject: The van\n\n"
        f"Mine is not wrapped{', and goes on' * 30}.\n\n"
        "> The mobile library van will be replaced. The old one failed its test in May\n"
        "> and the garage wants 3,400 pounds to weld the chassis, which is more than the\n"
        "> van is worth.\n"
        ">\n"
        ">> Who has decided that, and when will the new one come? We have promised it to\n"
        ">> the villages for June.\n"
    )
    *_, statement, question = lines_and_texts(email)
    assert [statement[0], question[0]] == [(7, 9), (11, 12)]
    assert statement[1] == (
        "> The mobile library van will be replaced. The old one failed its test in May and the "
        "garage wants 3,400 pounds to weld the chassis, which is more than the van is worth."
    )
    assert question[1] == (
        ">> Who has decided that, and when will the new one come? We have promised it to the "
        "villages for June."
    )
    # Without an email header, the lines may be the items of a list.
    assert len(lines_and_texts(email.partition("\n\n")[2])) == 7


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    text = "The players were known in all of the county for their long-\nstanding feud.\n\n" * 3
    assert lines_and_texts(text)[0][1].endswith("their long-standing feud.")
    hanging = "The letters that were sent in those days went by first-\nand second-class post.\n\n"
    assert lines_and_texts(hanging * 3)[0][1].endswith("by first- and second-class post.")


RAGGED = """\
Iwan Roberts scored for the club in the last minute of the game, which was played at home
on a wet evening, and was carried from the pitch by a crowd that had waited for this for
[3] nine years.
[4] He said later that he had seen nothing of the
Stadium but mud, and that the cup was lighter than it
looked.
Career
He moved to the town in the summer of that year, and lived above the shop of a butcher who
(so he wrote) never watched a game.
"""


def test_ragged_lines_of_a_printed_page_are_joined() -> None:
    """If widths prove nothing, words do: a line in lower case, or one that ends in "the"."""
    even = """\
The club was founded in the year of the flood by the men who mended the harbour wall with
stone.

"""
    first, heading, last = lines_and_texts(even * 6 + RAGGED)[6:]
    assert first[0] == (19, 24)
    assert first[1].endswith("the cup was lighter than it looked.")
    assert heading == ((25, 25), "Career")
    assert last[0] == (26, 27)


def test_the_lines_of_footnotes_and_of_a_table_of_contents_stay_separate() -> None:
    wrapped = (
        "The committee met on Monday to talk about the harbour and about the\nferries.\n\n" * 3
    )
    listed = "[1] Annual report, p. 44.\n[2] Minutes of the harbour board, 1912.\n"
    contents = (
        "1 Summary ............................ 1\n2 Harbours ........................... 2\n"
    )
    for lines in (listed, contents):
        assert [text for _, text in lines_and_texts(wrapped + lines)][3:] == lines.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe\n* indicates required\nSubscribe\n* indicates required",
        "when the wind came over the hill\nwe ran\nto the boats\nand sang of the long way home",
        "and under a moon\nas thin as a nail in the sky of the north\nwe slept\nby the sea",
        "Jane Abbott\nMark Bell\nSusan Clarke\nPeter Dunn",
        "A line that goes on for more than any screen is wide, " * 4 + "as of a page.\nmore of it",
    ],
)
def test_lines_that_are_not_wrapped_stay_separate(text: str) -> None:
    assert len(lines_and_texts(text)) == len(text.splitlines())


def test_a_book_is_read_as_paragraphs(samples: Path) -> None:
    book = read_sample(samples, "book-war-and-peace-1225p.txt")
    second = book.blocks[1]
    assert second.lines == (3, 9)
    assert second.text.endswith('tell me all the news."')
    assert max(len(block.text) for block in book.blocks) < 10_000


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_keeps_its_characters(piece: str) -> None:
    text = "x\n" + piece * 500
    read_text = "".join(block.text for block in read("a.txt", text.encode()).blocks)
    assert "".join(read_text.split()) == "".join(text.split())


@pytest.mark.perf
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    assert (
        growth_ratio(lambda size: read("a.txt", ("x\n" + piece * size).encode()), 20_000) < LINEAR
    )
