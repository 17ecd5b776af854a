"""Detects legacy encodings: in the right encoding, the letters are those of one language."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

# The letters of each language beyond ASCII. The most common ones stand before the slash, if there
# is one: where one code page of a script has a common letter, another has a rare one.
_WESTERN = (
    *("", "äöüß", "àâæçèéêëîïôœùûüÿ", "áéíñóúü", "àáâãçéêíóôõúü", "àèéìíîòóù", "åæøé"),
    *("åäöéšž", "àáâäèéêëïóôöüú", "áðéíóúýþæö", "àçèéíïòóúü"),
)
_CENTRAL = (
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž"),
    *("ăâîşţ", "äöüß"),
)
_RUSSIAN = "оеаинтсрвлкм/бгдёжзйпуфхцчшщъыьэюя"
_UKRAINIAN = "оаниівтреслк/бґгдєжзїймпуфхцчшщьюя"
_BULGARIAN = "аиоентрсвлкд/бгжзймпуфхцчшщъьюя"
_GREEK = "αοιετσνηυρπκςάίόέήύώ/βγδζθλμξφχψωϊϋΐΰ"
_HEBREW = "יוהלאמרתבשםנ/גדזחטךכןסעףפץצק"
_ARABIC = "اليمنورتبسعد/ءآأؤإئةثجحخذزشصضطظغفقكهىپچژگ"
_TURKISH = "çğıiöşüâî"
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")

# The most common encoding first: it wins a tie.
_ALPHABETS = {
    "cp1252": _WESTERN,
    "cp1251": (_RUSSIAN, _UKRAINIAN, _BULGARIAN),
    "iso8859_15": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": (_TURKISH,),
    "cp1257": _BALTIC,
    "cp1253": (_GREEK,),
    "iso8859_7": (_GREEK,),
    "cp1255": (_HEBREW,),
    "cp1256": (_ARABIC,),
    "koi8_r": (_RUSSIAN,),
    "koi8_u": (_UKRAINIAN,),
    "iso8859_5": (_RUSSIAN, _BULGARIAN),
    "mac_roman": _WESTERN,
}
# For each East Asian encoding: the character set of its common characters, and the range of their
# lead bytes there, which is the first level of the standard.
_COMMON_LEADS = {
    "cp932": ("euc_jp", 0xB0, 0xCF),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "cp949": ("euc_kr", 0xB0, 0xC8),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
}
SAMPLE = 20_000
"""In bytes: how much of the lines beyond ASCII is examined."""

MAX_UNLIKELY = 0.25
"""The largest share of unlikely characters beyond ASCII in a possible encoding."""

_RARE = 0.35  # the cost of a rare letter of the language; that of a foreign letter is 1
_SYMBOLS = frozenset("‘’“”‚„‹›«»–—…•·€£©®™°§¡¿ªº¹²³½¼¾×±µ\xa0")
_INSIDE_WORDS = frozenset("‘’·–—")  # the symbols that may stand between two letters
_AFTER_LATIN = "\u0370"  # the first Greek character; other scripts follow
_PRIORS = {"cp1252": 0.0, "mac_roman": 1.0}  # in characters; files from an old Macintosh are rare
_PRIOR = 0.01


# The previous character and the rest of the line. No character contains a line end.
_BEYOND_ASCII = re.compile(rb"[^\r\n]?[\x80-\xff][^\r\n]{0,%d}[\r\n]?" % SAMPLE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    encoding: str
    cost: float  # the share of unlikely characters


def likely_encodings(data: bytes) -> list[str]:
    """Find the encodings that a text is probably in.

    Args:
        data: The bytes of a text that is not UTF-8, UTF-16 or UTF-32.

    Returns:
        The encodings, the most probable first. Empty if the text fits no known language.
    """
    sample = _sample(data)
    found = [_rate_alphabetic(sample, name) for name in _ALPHABETS]
    found += [_rate_east_asian(sample, name) for name in _COMMON_LEADS]
    possible = [each for each in found if each is not None and each.cost <= MAX_UNLIKELY]
    return [each.encoding for each in sorted(possible, key=lambda each: each.cost)]


def _sample(data: bytes) -> bytes:
    lines: list[bytes] = []
    size = 0
    for found in _BEYOND_ASCII.finditer(data):
        lines.append(found.group()[: SAMPLE - size])
        size += len(lines[-1])
        if size >= SAMPLE:
            break
    return b"".join(lines)


def _decode(sample: bytes, encoding: str) -> str | None:
    try:
        # The decoder is incremental because the sample may end within a character.
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None


def _rate_alphabetic(sample: bytes, encoding: str) -> _Candidate | None:
    text = _decode(sample, encoding)
    if text is None:
        return None
    beyond = Counter(c.lower() for c in text if c > "\x7f" and c not in _SYMBOLS)
    total = sum(c > "\x7f" for c in text) or 1
    letters = min(_cost_of_letters(beyond, alphabet) for alphabet in _ALPHABETS[encoding])
    prior = _PRIORS.get(encoding, _PRIOR)
    return _Candidate(encoding, (letters + _count_misplaced(text) + prior) / total)


def _cost_of_letters(beyond: Counter[str], alphabet: str) -> float:
    """Return the cost of the letters that are rare in a language or foreign to it."""
    common, _, rare = alphabet.partition("/")
    known = {**dict.fromkeys(rare, _RARE), **dict.fromkeys(common, 0.0)}
    return sum(number * known.get(letter, 1.0) for letter, number in beyond.items())


def _count_misplaced(text: str) -> int:
    """Count where a word mixes scripts, has a capital inside, or contains a symbol."""
    odd = sum(
        (a.islower() and b.isupper())
        or (a.isalpha() and b.isalpha() and (a >= _AFTER_LATIN) != (b >= _AFTER_LATIN))
        for a, b in pairwise(text)
        if a > "\x7f" or b > "\x7f"
    )
    symbols = sum(
        b in _SYMBOLS and b not in _INSIDE_WORDS and a.isalpha() and c.isalpha()
        for a, b, c in zip(text, text[1:], text[2:], strict=False)
    )
    return odd + symbols


def _rate_east_asian(sample: bytes, encoding: str) -> _Candidate | None:
    text = _decode(sample, encoding)
    if text is None:
        return None
    beyond = Counter(c for c in text if c > "\x7f")
    japanese = encoding in ("cp932", "euc_jp")
    cost = sum(
        number * _rarity(character, *_COMMON_LEADS[encoding], japanese=japanese)
        for character, number in beyond.items()
    )
    return _Candidate(encoding, (cost + _PRIOR) / (beyond.total() or 1))


def _rarity(character: str, codec: str, first: int, last: int, *, japanese: bool) -> float:
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e":
        return 0.0  # punctuation in all East Asian languages
    if "\u3040" <= character <= "\u30ff":
        return 0.0 if japanese else 1.0
    try:
        lead = character.encode(codec)[0]
    except UnicodeEncodeError:
        return 1.0
    if not first <= lead <= last or not character.isalpha():
        return 0.0 if character in _SYMBOLS else 1.0
    return _RARE if japanese else 0.0  # a text without kana is more likely Chinese
