"""Which passages tell the same news: the same words in the same order, and the same days.

Two passages are the same where they are equal once each is brought to one form: case, quotes,
hyphens, contractions, most commas, and "the" and "that" aside. So none says more than the other or
says it of another, and a negation or a number counts. A date counts by how it reads and, where both
know it, by the day that it means.

Equality of a form is found by hashing, in linear time, and makes no chains of passages each a
little off the one before. A threshold of similarity would not do: of passages that differ in a word
or two most tell of another name or number.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from wherein.index.dates.scanner import DateMention, find

_QUOTES = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')

_Days = tuple[str | None, ...]
"""Of each date in a passage the days that it means, in EDTF, None where they are not known."""


def normalised(text: str) -> str:
    """Case, white space and kinds of quotes aside."""
    return " ".join(text.casefold().translate(_QUOTES).split())


class NearDuplicates:
    """Passages as they come, in the order of their documents, each set against all before it.

    What it answers depends on what it has been shown, and in which order, alone.
    """

    def __init__(self) -> None:
        self._first: dict[bytes, tuple[int, _Days]] = {}
        self._others: dict[tuple[bytes, _Days], int] = {}

    def first(self, number: int, form: bytes, days: Iterable[str | None]) -> int:
        """The number of the passage that this one repeats, its own where it repeats none.

        That is the first of its form, if no day that both know differs, or else the first of that
        form with just its days. A day that the first leaves open is thereafter that of the first
        to tell it, so that two days are never one because a third passage leaves its day open.

        `form` is that of `form_of`; `days` are those that the passage's dates mean, in EDTF.
        """
        days = tuple(days)
        first, known = self._first.setdefault(form, (number, days))
        if known == days:
            return first
        if any(a != b and a and b for a, b in zip(known, days, strict=True)):
            return self._others.setdefault((form, days), number)
        both = tuple(a or b for a, b in zip(known, days, strict=True))
        self._first[form] = first, both
        return first


def form_of(text: str, mentions: Sequence[DateMention]) -> bytes:
    """A digest of what all texts that differ in their writing alone have in common: 16 bytes."""
    return hashlib.blake2b(_form(text, mentions).encode(), digest_size=16).digest()


# ---- the form

_DATE = "\0"
_DROPPED = frozenset(["the", "that"])
_SAME = (
    *(("’", "'"), ("‘", "'"), ("…", "."), ("!", "."), (";", "."), ("\u00ad", "")),
    *(("–", "-"), ("−", "-"), (" - ", ", "), ("—", ", "), ("&", " and ")),
    *(("won't", "will not"), ("can't", "can not"), ("cannot", "can not"), ("n't", " not")),
)
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
_AMERICA = re.compile(r"US(?<!\wUS)(?!\w)")  # told by its capitals from "us"
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_ENGLISH = re.compile(r"\b(?:the|and|said|with|from|than|were|that)\b")
_ACCENTED = re.compile(r"([a-z])[\u0300-\u036f]+")
# An aside begins at the first of two commas that are near each other and not before the last of a
# list, or where a relative clause does: "The West, argued Orlov, has lost" needs its commas.
_NOT_LAST = r"(?! (?:and|or|but)\b)"
_QUOTED = "\"'“”„‟‚‛«»"
_TOKEN = re.compile(
    rf"[^\s{_DATE}{_QUOTED}()\[\]{{}}.,:?$€£¥%*_|•·‐‑-]+(?:[.:]\d+)*"
    rf"|[{_DATE}?$€£¥%]"
    rf"|,(?= (?:who|whose|which|where)\b|{_NOT_LAST}[^,.?]{{1,40}},{_NOT_LAST})"
    rf"|\.\d+|\.(?=[{_QUOTED})\]]*(?:\s|$))"  # a decimal, the end of a sentence
    r"|(?<![\w)])-(?=[$€£¥]?\d)"
    r"|\((?=[$€£¥]?\d[\d.]*%?\))|(?<=\d)(?:['\"]|\*+(?=\d))"  # a loss of (5), 5', 5", 2*3
)


def _form(text: str, mentions: Sequence[DateMention]) -> str:
    """What all texts that differ in their writing alone have in common."""
    end, parts = 0, []
    for mention in mentions:
        parts.append(text[end : mention.start].replace(_DATE, " "))
        end = mention.end
    plain = _plain(_DATE.join([*parts, text[end:].replace(_DATE, " ")]))
    words = [word for word in _TOKEN.findall(plain) if word not in _DROPPED]
    form = f" {' '.join(words)}".rstrip(" .")
    if mentions:
        form = form.replace(f" on {_DATE}", f" {_DATE}").replace(f" in {_DATE}", f" {_DATE}")
        written = (_as_written(mention.text) for mention in mentions)
        form = re.sub(_DATE, lambda _: next(written), form)
    return form or normalised(text)


def _plain(text: str) -> str:
    """In small letters, with one way of writing each sign, contraction and initialism.

    Accents of Latin letters go where the text looks English, since there they tell no words apart.
    """
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    text = _THOUSANDS.sub("", _AMERICA.sub("USA", text)).casefold()
    for other, same in _SAME:
        text = text.replace(other, same)
    if not text.isascii() and _ENGLISH.search(text):
        text = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", text))
    return text


@lru_cache(maxsize=1 << 16)
def _as_written(date: str) -> str:
    """How it reads without what stands around it: "May 16-17" as "16–17 May" does."""
    found = find(date)
    if len(found) == 1 and found[0].text == date and found[0].edtf is not None:
        return f"{_DATE}{found[0].edtf} {found[0].weekdays or ''}"
    return _DATE + normalised(date)
