"""Texts in encodings that are older than Unicode."""

import pytest

from tests.growth import LINEAR, growth_ratio
from wherein.index.readers.plain_text import decode

TEXT = "Grüße aus Köln\n\nDer Fluß führt Hochwasser, und die Brücken sind gesperrt.\n"


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
def test_the_encoding_of_a_text_is_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


LEGACY = {
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


# One or two letters that mean as much in a more common code page.
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
def test_the_encoding_of_a_sentence_and_of_a_paragraph_is_detected(
    language: str, encoding: str, length: str
) -> None:
    sentence, more = LEGACY[language]
    text = sentence if length == "sentence" else f"{sentence} {more}. {sentence} {more.upper()}"
    text = text.replace("’", "'") if encoding == "iso8859_15" else text
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["København", "Ærø", "CAFÉ", "5 µm at 20 °C", "20 €", "“No”"])
def test_a_word_or_two_are_in_the_most_common_code_page(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def _long_text(lines: int) -> str:
    return "a" * (15 * lines) + "\n" + "Grüße aus Köln\n" * lines


def test_a_text_with_a_very_long_line_is_decoded() -> None:
    text = _long_text(2_000)
    assert decode(text.encode("cp1252")) == text


@pytest.mark.perf
def test_a_long_text_in_an_older_encoding_is_decoded_in_linear_time() -> None:
    data = {lines: _long_text(lines).encode("cp1252") for lines in (50_000, 200_000)}
    assert growth_ratio(lambda lines: decode(data[lines]), 50_000) < LINEAR
