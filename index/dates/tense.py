"""The tense of what a text says of a date. It tells whether "on Thursday" is past or future."""

import re
from enum import StrEnum


class Tense(StrEnum):
    """The tense of what a text says of a date."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


_FUTURE = (
    r"will|shall|won't|plans?|planning|intends?|hopes?|upcoming|ahead of|set (?:to|for)|"
    r"(?:is|are) (?:to|due|going|likely)|due to|likely to|approach(?:es|ing)|"
    r"(?<!was )(?<!were )(?<!been )(?:scheduled|expected|slated|planned)"
)
_PAST = (
    r"was|were|had|did|been|said|told|met|held|took|made|went|came|began|became|won|lost|left|sent|"
    r"spoke|gave|saw|fell|rose|grew|broke|struck|hit|shot|got|led|ran|brought|bought|built|paid|"
    r"wrote|flew|drove|sold|kept|found|stood|born|[a-z]{2,}[^\We]ed"
)
_UNDECIDED = (  # modal verbs, and the present: it tells of the future or, in headlines, of the past
    r"would|could|should|might|is|are|(?<!to )begin|begins|starts|opens|ends|closes|arrives|leaves|"
    r"departs|returns|meets|visits|goes|comes|falls|runs|takes place|premieres"
)
_VERBS = re.compile(
    rf"\b(?:(?P<future>{_FUTURE})|(?<! be )(?P<past>{_PAST})|(?P<unknown>{_UNDECIDED}))\b"
)
# "Stayed until Friday": the end may lie in the future.
_LIMIT = re.compile(r"\b(?:until|till|by|before|through) $")
_INFINITIVE = re.compile(r"\bto [a-z]{2,} ")  # in headlines, the future
_END = re.compile(r"[a-z0-9”\")]{2}[.!?;]\s+(?=[A-Z“\"])")
_CLAUSE_LENGTH = 140  # characters


def find_tense(text: str, start: int, end: int) -> Tense:
    """Find the tense of what a text says of a date.

    The last verb before the date decides. Without one, the first verb after it decides.

    Args:
        text: The text.
        start: The offset of the date.
        end: The offset after the date.

    Returns:
        The tense. UNKNOWN if no verb decides.
    """
    before = _END.split(text[max(start - _CLAUSE_LENGTH, 0) : start])[-1]
    after = _END.split(text[end : end + _CLAUSE_LENGTH], maxsplit=1)[0]
    verbs = list(_VERBS.finditer(before))
    verb = verbs[-1] if verbs else None
    if verb is None and _INFINITIVE.search(before):
        return Tense.FUTURE
    verb = verb or _VERBS.search(after)
    if verb is None or (verb.lastgroup == Tense.PAST and _LIMIT.search(before)):
        return Tense.UNKNOWN
    return Tense(verb.lastgroup or Tense.UNKNOWN)
