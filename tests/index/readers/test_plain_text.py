import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wherein.index.documents.model import Document, Kind
from wherein.index.errors import Unreadable
from wherein.index.readers.double_encoding import repair_double_encoding
from wherein.index.readers.plain_text import decode, read

SAMPLES = os.environ.get("WHEREIN_SAMPLES")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="WHEREIN_SAMPLES is not set")

TEXT = "Grüße aus Köln\n\nDer Fluß führt Hochwasser, und die Brücken sind gesperrt.\n"
GREEK = "Η βάρκα έφυγε\n\nΤο λιμάνι ήταν άδειο όταν φτάσαμε το πρωί.\n"


def sample(name: str) -> Document:
    return read(name, (Path(SAMPLES or "") / "documents" / name).read_bytes())


def placed(text: str) -> list[tuple[tuple[int, int], str]]:
    return [(block.lines, block.text) for block in read("a.txt", text.encode()).blocks]


@pytest.mark.parametrize("text", [TEXT, GREEK])
@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
    ],
)
def test_unicode_is_read_with_and_without_a_mark(text: str, encoding: str) -> None:
    first, second = read("a.txt", text.encode(encoding)).blocks
    assert [first.text, second.text] == text.strip().split("\n\n")
    assert [first.lines, second.lines] == [(1, 1), (3, 3)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "cp1252"),
        ("Das Café in der Straße schließt.\n", "cp1252"),
        ("Müller\n", "cp1252"),
        ("Переговоры прошли в понедельник. Стороны договорились о встрече.\n", "cp1251"),
        ("Переговоры прошли в понедельник. Стороны договорились о встрече.\n" * 900, "cp1251"),
        ("日本語の文章です。今日は天気がいい。\n" * 20, "shift_jis"),
        ("今天天气很好，我们去公园散步。\n" * 20, "gbk"),
        ("Jednání proběhla v pondělí a další budou v květnu.\n" * 5, "cp1250"),
        ("Rozmowy odbyły się w poniedziałek, a następne będą w maju.\n" * 5, "cp1250"),
    ],
    ids=["German", "short", "word", "Russian", "long", "Japanese", "Chinese", "Czech", "Polish"],
)
def test_older_encodings_are_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


OLDER = {
    "Danish": ("Han rejste til København i går.", "og så vi på øen, hvor færgen lå"),
    "English": ("The fee – “£5” – isn’t much…", "the wall—which is old—won’t hold, he said"),
    "French": (
        "Le café a fermé l’été dernier.",
        "où les élèves étaient à l’école, garçons compris",
    ),
    "German": ("Die Brücke ist gesperrt.", "größere Schiffe dürfen nicht über die Fähre hinaus"),
    "Spanish": ("El año pasado llegó la sequía.", "¿quién pagó después el daño de la montaña?"),
    "Polish": ("Rozmowy odbyły się w maju.", "następne będą później, powiedział prezes spółki"),
    "Czech": ("Jednání proběhla v pondělí.", "příští týden začne další kolo, řekl ředitel"),
    "Hungarian": ("A tárgyalások hétfőn folytak.", "a következő ülés időpontját később közlik"),
    "Russian": ("Переговоры прошли в понедельник.", "стороны договорились о новой встрече"),
    "Greek": ("Το λιμάνι ήταν άδειο το πρωί.", "η βάρκα έφυγε όταν φτάσαμε στην πόλη"),
    "Japanese": ("会議は月曜日に開かれました。", "港の壁は春に直され、船が戻ってきた"),
    "Chinese": ("会议在星期一举行。", "今天天气很好，我们去公园散步，然后回家吃饭"),
}
# One or two letters that mean as much in a commoner code page.
TOO_SHORT = {
    *(("Danish", "mac_roman"), ("German", "mac_roman"), ("Spanish", "mac_roman")),
    *(("Hungarian", "cp1250"), ("Hungarian", "iso8859_2")),
}
WRITTEN_IN = {
    "cp1252": "Danish English French German Spanish",
    "mac_roman": "Danish French German Spanish English",
    "iso8859_15": "Danish French German Spanish",
    "cp1250": "Polish Czech Hungarian",
    "iso8859_2": "Polish Czech Hungarian",
    "cp1251": "Russian",
    "koi8_r": "Russian",
    "cp1253": "Greek",
    "shift_jis": "Japanese",
    "euc_jp": "Japanese",
    "gb18030": "Chinese",
}


@pytest.mark.parametrize(
    ("language", "encoding", "length"),
    [
        pytest.param(
            *(language, encoding, length),
            marks=[pytest.mark.xfail(strict=True, reason="too short to tell")]
            if length == "sentence" and (language, encoding) in TOO_SHORT
            else [],
        )
        for encoding, languages in WRITTEN_IN.items()
        for language in languages.split()
        for length in ("sentence", "paragraph")
    ],
)
def test_a_sentence_and_a_paragraph_tell_their_encoding(
    language: str, encoding: str, length: str
) -> None:
    sentence, more = OLDER[language]
    text = sentence if length == "sentence" else f"{sentence} {more}. {sentence} {more.upper()}"
    text = text.replace("’", "'") if encoding == "iso8859_15" else text
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["København", "Ærø", "CAFÉ", "5 µm at 20 °C", "20 €", "“No”"])
def test_a_word_or_two_are_of_the_commonest_code_page(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_a_long_file_in_an_older_encoding_takes_linear_time() -> None:
    before = time.perf_counter()
    text = "a" * 3_000_000 + "\n" + "Grüße aus Köln\n" * 200_000
    assert decode(text.encode("cp1252")) == text
    assert time.perf_counter() - before < 10


def test_an_encoding_that_cannot_be_told_is_said_so() -> None:
    with pytest.raises(Unreadable, match="encoding"):
        read("a.txt", bytes(range(129, 255)) * 20)


def test_a_few_bad_bytes_do_not_spoil_utf8() -> None:
    data = TEXT.encode().replace(b"gesperrt", b"gesp\xffrt")
    assert decode(data).startswith("Grüße aus Köln")


@pytest.mark.parametrize(
    "data",
    [b"", b" \r\n\t ", b"\xef\xbb\xbf", "\n\n".encode("utf-16"), "\u200b\n".encode(), b"\0\0\0\0"],
)
def test_nothing_to_read_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read("a.txt", data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00",
        b"PK\x03\x04\x14\x00\x08\x00\x08\x00\xd1\x9aRX\x00\x00\x00\x00\x00\x00\x00\x00word/",
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00>\x00",
        bytes(range(256)) * 4,
        b"text, then \x00\x01\x02\x03 and more of the same kind of data\x00\x00\x07\x01",
    ],
)
def test_binary_data_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="binary"):
        read("a.txt", data)


@needs_samples
def test_random_bytes_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="binary"):
        sample("random.bin")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_does(end: str) -> None:
    text = end.join(["One.", "", "Two.\u2028Three.", "Four\x0bfive", "six\x85seven"])
    assert placed(text) == [
        ((1, 1), "One."),
        ((3, 3), "Two."),
        ((3, 3), "Three."),
        ((4, 4), "Four"),
        ((4, 4), "five"),
        ((5, 5), "six seven"),
    ]


def test_controls_and_hidden_marks_are_left_out_and_white_space_is_one_space() -> None:
    text = "A\x07 line\t with\u00a0 \ufeffmarks and co\u00adlour, to be read by anybody."
    assert placed(text) == [((1, 1), "A line with marks and colour, to be read by anybody.")]


def test_hard_wrapped_lines_are_joined() -> None:
    text = """\
CHAPTER I

"Well, Prince, so Genoa and Lucca are now just family estates of the
Buonapartes. But I warn you, if you don't tell me that this means war,
and if you defend it, I will have nothing more to do with you."

It was in July, and the speaker was the well-known Anna Pavlovna
Scherer.
"""
    chapter, speech, rest = placed(text)
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


def test_what_a_mail_quotes_is_joined_and_marked_once() -> None:
    mail = (
        "From: Mark\nSent: Friday, March 1, 2024\nSubject: The van\n\n"
        f"Mine is not wrapped{', and goes on' * 30}.\n\n"
        "> The mobile library van will be replaced. The old one failed its test in May\n"
        "> and the garage wants 3,400 pounds to weld the chassis, which is more than the\n"
        "> van is worth.\n"
        ">\n"
        ">> Who has decided that, and when will the new one come? We have promised it to\n"
        ">> the villages for June.\n"
    )
    *_, told, asked = placed(mail)
    assert [told[0], asked[0]] == [(7, 9), (11, 12)]
    assert told[1] == (
        "> The mobile library van will be replaced. The old one failed its test in May and the "
        "garage wants 3,400 pounds to weld the chassis, which is more than the van is worth."
    )
    assert asked[1] == (
        ">> Who has decided that, and when will the new one come? We have promised it to the "
        "villages for June."
    )
    # Without a mail's header it may be a list, whose items stay apart.
    assert len(placed(mail.partition("\n\n")[2])) == 7


def test_items_indents_and_headings_break_hard_wrapped_text() -> None:
    assert [lines for lines, _ in placed(WRAPPED)] == [
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


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    text = "The players were known in all of the county for their long-\nstanding feud.\n\n" * 3
    assert placed(text)[0][1].endswith("their long-standing feud.")
    hanging = "The letters that were sent in those days went by first-\nand second-class post.\n\n"
    assert placed(hanging * 3)[0][1].endswith("by first- and second-class post.")


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
    """Where the lines' widths tell nothing, words do: what goes on small, ends in "the"."""
    even = """\
The club was founded in the year of the flood by the men who mended the harbour wall with
stone.

"""
    first, heading, last = placed(even * 6 + RAGGED)[6:]
    assert first[0] == (19, 24)
    assert first[1].endswith("the cup was lighter than it looked.")
    assert heading == ((25, 25), "Career")
    assert last[0] == (26, 27)


def test_notes_and_a_table_of_contents_stay_lines() -> None:
    wrapped = (
        "The committee met on Monday to talk about the harbour and about the\nferries.\n\n" * 3
    )
    listed = "[1] Annual report, p. 44.\n[2] Minutes of the harbour board, 1912.\n"
    contents = (
        "1 Summary ............................ 1\n2 Harbours ........................... 2\n"
    )
    for lines in (listed, contents):
        assert [text for _, text in placed(wrapped + lines)][3:] == lines.splitlines()


@pytest.mark.parametrize(
    ("mangled", "meant"),
    [
        ("the seasons of 1986â\x80\x93 90", "the seasons of 1986– 90"),
        ("for Â£300, at â\x80\x9cThe Ploughâ\x80\x9d", "for £300, at “The Plough”"),
        ("1986â€“1990, and itâ€™s MÃ¼nchen", "1986–1990, and it’s München"),
        ("Ð\x9fÑ\x80Ð¸Ð²ÐµÑ\x82", "Привет"),
        # As it should be:
        ("« la cité » et l’été”", "« la cité » et l’été”"),
        ("A “MAÇÔ do Minho", "A “MAÇÔ do Minho"),
        ("crème brûlée, Ã la carte", "crème brûlée, Ã la carte"),
    ],
)
def test_text_saved_twice_as_utf8_is_mended(mangled: str, meant: str) -> None:
    assert placed(mangled)[0][1] == meant


@needs_samples
def test_a_printed_page_that_was_saved_twice_is_read() -> None:
    texts = [block.text for block in sample("norwich-city.txt").blocks]
    assert "1986–1990 Watford 63 (9)" in texts
    assert not any("â" in text for text in texts)
    assert len(texts) < 330
    (whole,) = (text for text in texts if text.startswith("In the semi-final"))
    assert whole.endswith("41 goals in 100 league games for Leicester.[19]")


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
def test_ragged_and_long_lines_are_blocks_of_their_own(text: str) -> None:
    assert len(placed(text)) == len(text.splitlines())


@needs_samples
def test_a_book_is_read_as_paragraphs_in_seconds() -> None:
    before = time.perf_counter()
    book = sample("book-war-and-peace-1225p.txt")
    assert time.perf_counter() - before < 10
    second = book.blocks[1]
    assert second.lines == (3, 9)
    assert second.text.endswith('tell me all the news."')
    assert max(len(block.text) for block in book.blocks) < 10_000


@pytest.mark.parametrize("piece", [" ", "a ", "(", "-\n", "a-\n", "1. ", "\u2028"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    before = time.perf_counter()
    read("a.txt", ("x\n" + piece * 200_000).encode())
    assert time.perf_counter() - before < 10


def squeezed(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff\u200b\xad]", "", text)


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    | st.text("aB. \n\r-\t\u2028", max_size=300).map(str.encode)
)
def test_any_bytes_are_read_or_unreadable_and_blocks_stand_in_their_lines(data: bytes) -> None:
    try:
        document = read("a.txt", data)
    except Unreadable:
        return
    lines = re.split(r"\r\n|\r|\n", repair_double_encoding(decode(data)))
    reached = 1
    for block in document.blocks:
        first, last = block.lines
        assert reached <= first <= last <= len(lines)
        assert squeezed(block.text) in squeezed("".join(lines[first - 1 : last]))
        assert block.text == " ".join(block.text.split()) != ""
        assert block.kind is Kind.PARAGRAPH
        reached = last
    assert squeezed("".join(block.text for block in document.blocks)) == squeezed("".join(lines))
