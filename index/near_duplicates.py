"""Which passages tell the same news: the same words in other writing, and the same days.

Two passages are the same where they are equal once each is brought to one form: case, accents,
punctuation within a sentence but for asides, articles, contractions, hyphens, spellings, numbers in
words, an agency's mark, and the place of "…, he said" aside. Every other word must be the same and
stand in the same order, so none says more than the other, and none says it of another. A date
counts by the days that it means, however it is written.

Equality of a form is found by hashing, in linear time, and makes no chains of passages each a
little off the one before. A threshold of similarity would not do: of passages that differ in a word
or two most tell of another name or number.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count

from index.dates import DateMention, find
from index.wordings import (
    AFTER_VERBS,
    AGENCIES,
    CURRENCIES,
    FREE,
    NOT_ARTICLES,
    NUMBERS,
    PAIRS,
    SCALES,
    WORDS,
    spelled,
)

_DATE = "\0"
_MARK = re.compile(rf"{_DATE}(\d+)")
_STOP = "."
_QUOTES = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')


def normalised(text: str) -> str:
    """Case, white space and kinds of quotes aside."""
    return " ".join(text.casefold().translate(_QUOTES).split())


@dataclass(frozen=True, slots=True)
class _Telling:
    """A passage as far as repeats need it. `days` is a digest of its form and days."""

    number: int
    text: str
    days: bytes


class NearDuplicates:
    """Passages as they come, in the order of their documents, each set against all before it.

    What it answers depends on what it has been shown, and in which order, alone. It keeps a
    reference to the text of each passage.
    """

    def __init__(self) -> None:
        self._alone: dict[bytes, _Telling] = {}
        self._groups: dict[bytes, _SameWords] = {}

    def first(self, number: int, text: str, mentions: Sequence[DateMention]) -> int:
        """The number of the passage that this one repeats, its own where it repeats none."""
        form = canonical(text, mentions)
        words = _digest(_MARK.sub(_DATE, form)) if mentions else _digest(form)
        days = _digest(_dated(form, mentions)) if mentions else words
        telling = _Telling(number, text, days)
        group = self._groups.get(words)
        if group is None:
            before = self._alone.pop(words, None)
            if before is None:
                self._alone[words] = telling
                return number
            group = self._groups[words] = _SameWords()
            group.first(before)
        return group.first(telling)


@dataclass(slots=True)
class _SameWords:
    """Passages of one form but for their days.

    Where a document does not say when it was published, the year of a day may stay open, or the
    week of a Friday. Such a date is that of the first passage that writes it in the same way; but
    once one of these has told the days, no others are the same.
    """

    _of_days: dict[bytes, int] = field(default_factory=dict)
    _as_written: dict[bytes, int] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)

    def first(self, telling: _Telling) -> int:
        known = self._of_days.get(telling.days)
        if known is None:
            known = self._of_days[telling.days] = self._joined(telling)
        return known

    def _joined(self, telling: _Telling) -> int:
        """The first passage of the group that one of days not met before belongs to."""
        mentions = find(telling.text)
        written = _digest(_dated(canonical(telling.text, mentions), mentions))
        first = self._as_written.setdefault(written, telling.number)
        if written == telling.days:
            if first == telling.number:
                self._open.add(first)
            return first
        if first in self._open:
            self._open.remove(first)
            return first
        return telling.number


def _digest(form: str) -> bytes:
    return hashlib.blake2b(form.encode(), digest_size=16).digest()


def _dated(form: str, mentions: Sequence[DateMention]) -> str:
    """With the days that each date means, or how it is written where they cannot be had."""
    days = [mention.edtf or normalised(mention.text) for mention in mentions]
    return _MARK.sub(lambda mark: f"{_DATE}{days[int(mark[1])]}{_DATE}", form)


def canonical(text: str, mentions: Sequence[DateMention]) -> str:
    """What all texts that differ in their writing alone have in common.

    It has no spaces, for "cease-fire" is "ceasefire". A figure stands between bars; a date is a NUL
    and its number among the mentions.
    """
    end, parts = 0, []
    for mention in mentions:
        parts.append(text[end : mention.start].replace(_DATE, " "))
        end = mention.end
    plain = _DATE.join([*parts, text[end:].replace(_DATE, " ")])
    plain = _DASH.sub(", ", _AMERICA.sub("usa", plain)).casefold()
    english = plain.isascii() or _ENGLISH.search(plain) is not None
    dates = count()
    words = list(chain.from_iterable(map(_words if english else _foreign_words, plain.split())))
    if mentions:
        words = [f"{_DATE}{next(dates)}" if word == _DATE else word for word in words]
    if not PAIRS.keys().isdisjoint(words):
        words = _without_pairs(words)
    form: list[str] = []
    for sentence in _sentences(words):
        form += _telling_words(_speaker_first(sentence))
        form.append(_STOP)
    return "".join(form) or normalised(plain)


# ---- words

_ENGLISH = re.compile(r"\b(?:the|and|said|with|from|than|were|that)\b")
_ACCENTED = re.compile(r"([a-z])[\u0300-\u036f]+")
_AGENCY = re.compile(rf"\((?:{'|'.join(AGENCIES)})\)[.,:]?")
_DOTTED = re.compile(r"\b(?:[a-z]\.)+[a-z]\b\.?")
_AMERICA = re.compile(r"\bU(?:\.S\.(?:A\.)?|SA?\b)")  # told by its capitals from "us"
_DASH = re.compile(r" [-–—] |(?<=\D)—(?=\D)")
_RANGE = re.compile(r"(?<=\d)[-–—](?=\d)")
_MINUS = re.compile(r"(?:^|(?<=\())[-–−](?=[$€£¥]?\d)")
_MONEY = re.compile(rf"(?<![a-z])([{''.join(CURRENCIES)}])(\d[\d.,]*\d|\d)")
_KEPT_HYPHEN = re.compile(r"\bre[-‐‑](?!e)(?=[a-z])")  # to re-sign is not to resign
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑\u00ad](?=[^\W\d_])")
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.:]\d+)*)"
    r"|(?P<stop>[.;!…](?=[\"')\]]|$)|\?)"
    r"|(?P<other>[^\s\"'()\[\]{}:.;!…‐‑–—−*_|•·\u00ad\u200b\u2060\ufeff-])"
)
_ARTICLES = ("a", "an")
_ABBREVIATED = frozenset(
    ["mr", "mrs", "ms", "dr", "st", "gen", "sen", "gov", "rep", "lt", "col", "capt", "no", "vs"]
)


@lru_cache(maxsize=1 << 18)
def _words(piece: str) -> tuple[str, ...]:
    """The words, numbers and signs of what stands between two spaces of an English text.

    Accents of Latin letters go, since in English they tell no words apart.
    """
    if not piece.isascii():
        piece = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", piece))
    return _read(piece)


@lru_cache(maxsize=1 << 16)
def _foreign_words(piece: str) -> tuple[str, ...]:
    """The same with its accents, where a text does not look English."""
    return _read(piece)


def _read(piece: str) -> tuple[str, ...]:
    if piece.isascii():
        if piece.isalpha():
            return _forms(piece)
        if piece[:-1].isalpha() and piece[-1] == ",":
            return (*_forms(piece[:-1]), ",")
    piece = piece.translate(_QUOTES)
    if _AGENCY.fullmatch(piece):
        return ()
    piece = _DOTTED.sub(lambda match: match.group().replace(".", ""), piece)
    piece = _MINUS.sub("minus ", _RANGE.sub(" to ", piece))
    piece = _MONEY.sub(lambda match: f"{match[2]} {CURRENCIES[match[1]]} ", piece)
    piece = _HYPHEN.sub(" ", _KEPT_HYPHEN.sub("re=", piece))
    words: list[str] = []
    for match in _TOKEN.finditer(piece):
        found = match.group()
        if match.lastgroup == "word":
            words += _forms(found)
        elif match.lastgroup == "number":
            words.append(f"|{found.replace(',', '')}|")
        elif match.lastgroup == "other":
            words.append(WORDS.get(found, found))
        elif found == "?":
            words.append(found)
        elif not words or words[-1] not in _ABBREVIATED:
            words.append(_STOP)
    if len(words) > 1:  # "A$5" and "An-124" have no article
        words = [f"{word}=" if word in _ARTICLES else word for word in words]
    return tuple(words)


def _forms(word: str) -> tuple[str, ...]:
    """A word as one or, where it is a contraction, as two."""
    if word in NUMBERS:
        return NUMBERS[word]
    if word in WORDS:
        return tuple(WORDS[word].split())
    cut = len(word) - 3 if word.endswith("n't") else word.rfind("'")
    if cut == -1:
        return (_form(word),)
    return _form(word[:cut]), WORDS.get(word[cut:], word[cut:])


def _form(word: str) -> str:
    word = spelled(word)
    return WORDS.get(word, word)


def _without_pairs(words: list[str]) -> list[str]:
    """With one word for two: "per cent", "United Nations"; "$2 billion" as "2 billion dollars"."""
    kept: list[str] = []
    for word in words:
        if kept and (one := PAIRS.get(word, {}).get(kept[-1])):
            kept[-1] = one
        elif word in SCALES and kept and kept[-1] in CURRENCIES.values():
            kept.insert(-1, word)
        else:
            kept.append(word)
    return kept


# ---- sentences


def _sentences(words: list[str]) -> Iterator[list[str]]:
    """Apart at their ends, those without words left out."""
    start = 0
    for end in [*(i for i, word in enumerate(words) if word == _STOP), len(words)]:
        if end > start:
            yield words[start:end]
        start = end + 1


_LONGEST_SPEAKER = 12
_RELATIVE = frozenset(["who", "which", "whose", "where"])
_NO_SPEAKER = _RELATIVE.union(
    ["and", "but", "or", "what", "when", "if", "because", "while", "as", "how", "why", "|not|"],
    ["than", "has", "have", "had"],
)


def _speaker_first(sentence: list[str]) -> list[str]:
    """With "…, the mayor said" or "…, said the mayor" at its end as "the mayor said …"."""
    if "said" not in sentence or "," not in sentence:
        return sentence
    comma = len(sentence) - 1 - sentence[::-1].index(",")
    speaker = sentence[comma + 1 :]
    if not 2 <= len(speaker) <= _LONGEST_SPEAKER or not _NO_SPEAKER.isdisjoint(speaker):
        return sentence
    if speaker[0] == "said":
        speaker = [*speaker[1:], "said"]
    elif "said" not in speaker or not _is_when(speaker[speaker.index("said") + 1 :]):
        return sentence
    return speaker + sentence[:comma]


def _is_when(words: list[str]) -> bool:
    """Whether these are nothing or one date: "the mayor said on Friday"."""
    return not words or (len(words) <= 2 and words[-1].startswith(_DATE))


_MAY_BE_FREE = FREE.union(["a", ",", "which", "on", "in", "has", "have"])


def _telling_words(sentence: list[str]) -> list[str]:
    """Without what tells nothing, and "on Friday said" as "said on Friday"."""
    kept = [
        word
        for i, word in enumerate(sentence)
        if word not in _MAY_BE_FREE or not _tells_nothing(sentence, i)
    ]
    for i, word in enumerate(kept[1:]) if "said" in kept else ():
        if word == "said" and kept[i].startswith(_DATE):
            kept[i], kept[i + 1] = word, kept[i]
    return kept


def _tells_nothing(sentence: list[str], i: int) -> bool:
    """Of one of _MAY_BE_FREE, by what stands beside it."""
    following, after = [*sentence[i + 1 : i + 3], "", ""][:2]
    match sentence[i]:
        case "a":
            return following != "" and following not in NOT_ARTICLES
        case ",":
            return not _tells(sentence, i)
        case "which":
            return i > 0 and sentence[i - 1] != ","
        case "on" | "in":
            return following.startswith(_DATE)
        case "has" | "have":
            return following.endswith("ed") and after in AFTER_VERBS
    return True


_ASIDE = 7
_LAST_OF_LIST = ("and", "or", "but")


def _tells(sentence: list[str], comma: int) -> bool:
    """Whether a comma begins or ends an aside, or what is said of all.

    "The West, argued Orlov, has lost" and "the ministers, who resigned" need theirs. Those before
    the last of a list and after a first phrase are a matter of taste.
    """
    following = sentence[comma + 1] if comma + 1 < len(sentence) else ""
    if following in _RELATIVE:
        return True
    if sentence.count(",") == 1:
        return False
    near = range(max(comma - _ASIDE, 0), min(comma + _ASIDE + 1, len(sentence) - 1))
    return following not in _LAST_OF_LIST and any(
        sentence[i] == "," and sentence[i + 1] not in _LAST_OF_LIST for i in near if i != comma
    )
