"""Which encoding an old text is in: the one in which its letters are those of one language."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

# Letters beyond ASCII, by language. Those before the stroke, where there is one, are the commonest:
# among a script's letters, what one code page reads as "о" another reads as "щ".
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

# The commonest first: of equals it is taken.
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
# What re-encodes the characters that each East Asian code page is mostly used for, with the lead
# bytes of the common ones: the first level of its standard.
_COMMON_LEADS = {
    "cp932": ("euc_jp", 0xB0, 0xCF),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "cp949": ("euc_kr", 0xB0, 0xC8),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
}
SAMPLE = 20_000  # bytes of lines beyond ASCII: more tell nothing new
WORST = 0.25  # of the characters beyond ASCII may be unlikely

_RARE = 0.35  # what a letter of the language costs that is not among its commonest
_SYMBOLS = frozenset("‘’“”‚„‹›«»–—…•·€£©®™°§¡¿ªº¹²³½¼¾×±µ\xa0")
_INSIDE = frozenset("‘’·–—")  # those that may stand between two letters
_NOT_LATIN = "\u0370"  # here Greek begins, and all other scripts after it
_PRIORS = {"cp1252": 0.0, "mac_roman": 1.0}  # in characters; only few files are the Macintosh's
_PRIOR = 0.01


# The rest of a line from the character before; a line's end is part of no character.
_BEYOND_ASCII = re.compile(rb"[^\r\n]?[\x80-\xff][^\r\n]{0,%d}[\r\n]?" % SAMPLE)


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    cost: float  # unlikely characters, as a share


def likely_encodings(data: bytes) -> list[str]:
    """Encodings in which a text is likely to be, the likeliest first; none for what fits none."""
    sample = _sample(data)
    found = [_of_alphabet(sample, name) for name in _ALPHABETS]
    found += [_of_east_asia(sample, name) for name in _COMMON_LEADS]
    fitting = [reading for reading in found if reading is not None and reading.cost <= WORST]
    return [reading.encoding for reading in sorted(fitting, key=lambda reading: reading.cost)]


def _sample(data: bytes) -> bytes:
    lines: list[bytes] = []
    size = 0
    for found in _BEYOND_ASCII.finditer(data):
        lines.append(found.group()[: SAMPLE - size])
        size += len(lines[-1])
        if size >= SAMPLE:
            break
    return b"".join(lines)


def _read(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)  # it may end in a character
    except UnicodeDecodeError:
        return None


def _of_alphabet(sample: bytes, encoding: str) -> _Reading | None:
    text = _read(sample, encoding)
    if text is None:
        return None
    beyond = Counter(c.lower() for c in text if c > "\x7f" and c not in _SYMBOLS)
    total = sum(c > "\x7f" for c in text) or 1
    letters = min(_foreign(beyond, alphabet) for alphabet in _ALPHABETS[encoding])
    prior = _PRIORS.get(encoding, _PRIOR)
    return _Reading(encoding, (letters + _misplaced(text) + prior) / total)


def _foreign(beyond: Counter[str], alphabet: str) -> float:
    """What the letters cost that are seldom in a language, or never."""
    common, _, rare = alphabet.partition("/")
    known = {**dict.fromkeys(rare, _RARE), **dict.fromkeys(common, 0.0)}
    return sum(number * known.get(letter, 1.0) for letter, number in beyond.items())


def _misplaced(text: str) -> int:
    """Where a word is of two scripts, goes on with a capital, or has a symbol in it."""
    odd = sum(
        (a.islower() and b.isupper())
        or (a.isalpha() and b.isalpha() and (a >= _NOT_LATIN) != (b >= _NOT_LATIN))
        for a, b in pairwise(text)
        if a > "\x7f" or b > "\x7f"
    )
    symbols = sum(
        b in _SYMBOLS and b not in _INSIDE and a.isalpha() and c.isalpha()
        for a, b, c in zip(text, text[1:], text[2:], strict=False)
    )
    return odd + symbols


def _of_east_asia(sample: bytes, encoding: str) -> _Reading | None:
    text = _read(sample, encoding)
    if text is None:
        return None
    beyond = Counter(c for c in text if c > "\x7f")
    japanese = encoding in ("cp932", "euc_jp")
    cost = sum(
        number * _rarity(character, *_COMMON_LEADS[encoding], japanese=japanese)
        for character, number in beyond.items()
    )
    return _Reading(encoding, (cost + _PRIOR) / (beyond.total() or 1))


def _rarity(character: str, codec: str, first: int, last: int, *, japanese: bool) -> float:
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e":
        return 0.0  # punctuation of all of them
    if "\u3040" <= character <= "\u30ff":
        return 0.0 if japanese else 1.0
    try:
        lead = character.encode(codec)[0]
    except UnicodeEncodeError:
        return 1.0
    if not first <= lead <= last or not character.isalpha():
        return 0.0 if character in _SYMBOLS else 1.0
    return _RARE if japanese else 0.0  # where there is no kana it is rather Chinese
