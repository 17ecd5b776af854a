"""Different ways of writing the same words in English: the table that repeats are told by.

Only what can hardly change what a passage says is here. Where two words are not always the same
("cheque" and "check", "story" and "storey"), they are left apart.
"""

import re


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FREE = frozenset(_words("an the that also however meanwhile"))
"""Words that a passage says no less without, whatever stands beside them."""

_FEW = "few little lot"
_NO_NOUNS = (
    "is was were are be has had have will would can could may might must and or of in on at to for"
    " from with by than as who which"
)
NOT_ARTICLES = frozenset(_words(f"{_FEW} {_NO_NOUNS}"))
"""Before these "a" is a letter, as in "hepatitis A is", or it changes the word, as in "a few"."""

AFTER_VERBS = frozenset(
    _words("a an the its his her their this that these those it him them")
    + _words("to of in on at for from with by into over")
)
"""Before these a word in -ed is a verb: "has fined the bank", but not "has wounded soldiers"."""

_SAME = {
    "|not|": "not n't",
    "will": "'ll",
    "are": "'re",
    "have": "'ve",
    "am": "'m",
    "and": "&",
    "percent": "%",
    "billion": "bn",
    "km": "kilometre kilometres kilometer kilometers",
    "kg": "kilogram kilograms kilogramme kilogrammes",
    "said": "says",
    "begin": "start",
    "begins": "starts",
    "began": "started",
    "beginning": "starting",
    "reporter": "journalist",
    "reporters": "journalists",
    "about": "approximately roughly",
    "nearly": "almost",
    "until": "till",
    "while": "whilst",
    "among": "amongst",
    "amid": "amidst",
    "toward": "towards",
    "afterward": "afterwards",
    "burned": "burnt",
    "learned": "learnt",
    "spelled": "spelt",
    "dreamed": "dreamt",
    "adviser": "advisor",
    "advisers": "advisors",
    "aging": "ageing",
    "airplane": "aeroplane",
    "airplanes": "aeroplanes",
    "aluminum": "aluminium",
    "catalog": "catalogue",
    "dialog": "dialogue",
    "focused": "focussed",
    "fulfill": "fulfil",
    "gray": "grey",
    "judgment": "judgement",
    "license": "licence",
    "defense": "defence",
    "offense": "offence",
    "pretense": "pretence",
    "mold": "mould",
    "plow": "plough",
    "program": "programme",
    "programs": "programmes",
    "skeptic": "sceptic",
    "skeptical": "sceptical",
    "skepticism": "scepticism",
    "skillful": "skilful",
    "center": "centre",
    "centers": "centres",
    "centered": "centred",
    "fiber": "fibre",
    "fibers": "fibres",
    "liter": "litre",
    "liters": "litres",
    "meter": "metre",
    "meters": "metres",
    "theater": "theatre",
    "theaters": "theatres",
}
_CARDINALS = _words(
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}

NUMBERS = (
    {word: (f"|{number}|",) for number, word in zip((0, *range(2, 21)), _CARDINALS, strict=True)}
    | {word: (f"|{number}|",) for word, number in (_TENS | {"ninety": 90}).items()}
    | {word: (f"|{i}|", _ENDINGS.get(i, "th")) for i, word in enumerate(_ORDINALS, 1)}
)
"""Numbers in words, as they are in figures, between bars. Not one: "no one" is not "No. 1"."""

_CONTRACTED = {
    "won't": "will |not|",
    "can't": "can |not|",
    "cannot": "can |not|",
    "shan't": "shall |not|",
    "let's": "let us",
    **{f"{word}'s": f"{word} is" for word in _words("it that there here what who he she")},
}

WORDS = {other: word for word, others in _SAME.items() for other in others.split()} | _CONTRACTED
"""Of each word or end of a word that has another form, that form. Bars keep a word from its
neighbours: "not able" is not "notable"."""

CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}

SCALES = frozenset(_words("hundred thousand million billion trillion"))

PAIRS = {
    "states": {"united": "usa"},
    "nations": {"united": "un"},
    "kingdom": {"united": "uk"},
    "union": {"european": "eu"},
    "cent": {"per": "percent"},
    "journalists": {"told": "said"},
    "reporters": {"told": "said"},
} | {scale: {} for scale in SCALES}
"""One word for two, by the second of them and the first; the scales too, which change places."""

AGENCIES = _words("reuters ap afp upi dpa efe ansa pti tass interfax xinhua kyodo yonhap bloomberg")

_SPELLINGS = (
    # organise, analysing, but not prised and prized
    (re.compile(r"(?<=\w{4})is(?=(?:e[ds]?|ing|ations?|ers?)$)"), "iz"),
    (re.compile(r"(?<=\w{2}ly)s(?=(?:e[ds]?|ing|ers?)$)"), "z"),
    (
        re.compile(
            r"^((?:un|dis|mis|re)?(?:col|lab|fav|hon|neighb|harb|rum|behavi|arm|hum|flav|vap|tum"
            r"|endeav|vig|od|savi))our"
        ),
        r"\1or",
    ),
    (
        re.compile(
            r"^((?:trav|canc|lab|mod|fu|couns|chann|funn|tunn|lev|du|unrav)e|(?:sign|riv|equ|tot)a)"
            r"ll(?=(?:ed|ing|ers?|ors?)$)"
        ),
        r"\1l",
    ),
)
_MAY_DIFFER = re.compile("is|ys|our|ll")


def spelled(word: str) -> str:
    """A word in the spelling that stands for all of its spellings."""
    if len(word) > 5 and _MAY_DIFFER.search(word):
        for pattern, instead in _SPELLINGS:
            word = pattern.sub(instead, word)
    return word
