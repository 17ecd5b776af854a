"""Which passages report the same: the same words in the same order, and the same days.

Two passages are duplicates if their canonical forms are equal. The canonical form ignores case,
kinds of quotes and hyphens, contractions, most commas, and the words "the" and "that". So neither
passage says more than the other. Negations and numbers count. A date counts by how it reads and,
where both passages know it, by the day that it means.

Forms are compared by their hashes, in linear time. A threshold of similarity would link chains of
passages, each a little different from the previous one. It would also be wrong: most passages that
differ in a word or two report another name or number.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from wherein.index.dates.mention import DateMention
from wherein.index.dates.scanner import find_dates

_Days = tuple[str | None, ...]
"""The days that each date in a passage means, in EDTF. None stands for days that are not known."""

_QUOTES = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')
_DATE = "\0"  # stands for a date while the rest of the text is canonicalized
_IGNORED_WORDS = frozenset(["the", "that"])
_REPLACEMENTS = (
    *(("’", "'"), ("‘", "'"), ("…", "."), ("!", "."), (";", "."), ("\u00ad", "")),
    *(("–", "-"), ("−", "-"), (" - ", ", "), ("—", ", "), ("&", " and ")),
    *(("won't", "will not"), ("can't", "can not"), ("cannot", "can not"), ("n't", " not")),
)
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
_UNITED_STATES = re.compile(r"US(?<!\wUS)(?!\w)")  # only the capitals distinguish it from "us"
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_ENGLISH = re.compile(r"\b(?:the|and|said|with|from|than|were|that)\b")
_ACCENTED = re.compile(r"([a-z])[\u0300-\u036f]+")
# A comma counts where it opens a relative clause or an aside. An aside stands between two commas
# that are near each other ("The West, argued Orlov, has lost"). The commas of a list, which "and",
# "or" or "but" ends, do not count.
_NOT_A_LIST = r"(?! (?:and|or|but)\b)"
_QUOTED = "\"'“”„‟‚‛«»"
_TOKEN = re.compile(
    rf"[^\s{_DATE}{_QUOTED}()\[\]{{}}.,:?$€£¥%*_|•·‐‑-]+(?:[.:]\d+)*"
    rf"|[{_DATE}?$€£¥%]"
    rf"|,(?= (?:who|whose|which|where)\b|{_NOT_A_LIST}[^,.?]{{1,40}},{_NOT_A_LIST})"
    rf"|\.\d+|\.(?=[{_QUOTED})\]]*(?:\s|$))"  # a decimal, the end of a sentence
    r"|(?<![\w)])-(?=[$€£¥]?\d)"
    r"|\((?=[$€£¥]?\d[\d.]*%?\))|(?<=\d)(?:['\"]|\*+(?=\d))"  # a loss of (5), 5', 5", 2*3
)


class NearDuplicates:
    """Finds the original of each passage. Passages must be given in the order of their documents.

    The results depend only on the passages that were given, and on their order.
    """

    def __init__(self) -> None:
        self._originals: dict[bytes, tuple[int, _Days]] = {}
        self._on_other_days: dict[tuple[bytes, _Days], int] = {}

    def find_original(self, number: int, key: bytes, days: Iterable[str | None]) -> int:
        """Find the first passage that reports the same as this one.

        The original is the first passage with the same key, if no day that both passages know
        differs. Otherwise the original is the first passage with the same key and just these days.
        A day that the first passage leaves open becomes the day of the first duplicate that knows
        the day. So two different days are never joined through a passage that leaves its day open.

        Args:
            number: The number of the passage.
            key: The key of the passage: see `duplicate_key`.
            days: The days that each date in the passage means, in EDTF, or None.

        Returns:
            The number of the original, which is `number` itself where there is none.
        """
        days = tuple(days)
        first, known = self._originals.setdefault(key, (number, days))
        if known == days:
            return first
        if any(a != b and a and b for a, b in zip(known, days, strict=True)):
            return self._on_other_days.setdefault((key, days), number)
        merged = tuple(a or b for a, b in zip(known, days, strict=True))
        self._originals[key] = first, merged
        return first


def duplicate_key(text: str, mentions: Sequence[DateMention]) -> bytes:
    """Compute a key that texts share if they differ in their writing only.

    Args:
        text: The text of a passage.
        mentions: The dates in the text, in order.

    Returns:
        The BLAKE2b digest of the canonical form: 16 bytes.
    """
    return hashlib.blake2b(_canonical_form(text, mentions).encode(), digest_size=16).digest()


def normalize(text: str) -> str:
    """Replace typographic quotes by plain ones, fold case, and collapse white space."""
    return " ".join(text.casefold().translate(_QUOTES).split())


def _canonical_form(text: str, mentions: Sequence[DateMention]) -> str:
    """Rewrite a text so that it equals all texts that differ in their writing only."""
    end, parts = 0, []
    for mention in mentions:
        parts.append(text[end : mention.start].replace(_DATE, " "))
        end = mention.end
    plain = _canonicalize_signs(_DATE.join([*parts, text[end:].replace(_DATE, " ")]))
    tokens = [token for token in _TOKEN.findall(plain) if token not in _IGNORED_WORDS]
    form = f" {' '.join(tokens)}".rstrip(" .")
    if mentions:
        form = form.replace(f" on {_DATE}", f" {_DATE}").replace(f" in {_DATE}", f" {_DATE}")
        dates = (_canonical_date(mention.text) for mention in mentions)
        form = re.sub(_DATE, lambda _: next(dates), form)
    return form or normalize(text)


def _canonicalize_signs(text: str) -> str:
    """Fold case and write each sign, contraction and initialism in one way.

    Accents of Latin letters are removed where the text seems to be English, because English words
    do not differ by accents alone.
    """
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    text = _THOUSANDS.sub("", _UNITED_STATES.sub("USA", text)).casefold()
    for variant, canonical in _REPLACEMENTS:
        text = text.replace(variant, canonical)
    if not text.isascii() and _ENGLISH.search(text):
        text = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", text))
    return text


@lru_cache(maxsize=1 << 16)
def _canonical_date(date: str) -> str:
    """Write a date as it reads without its context, so "May 16-17" equals "16–17 May"."""
    found = find_dates(date)
    if len(found) == 1 and found[0].text == date and found[0].interval.edtf is not None:
        return f"{_DATE}{found[0].interval.edtf} {found[0].meaning.weekdays or ''}"
    return _DATE + normalize(date)
