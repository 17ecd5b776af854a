"""The words of English date expressions, and the months of three other languages."""

_MONTH_NAMES = (
    "January February March April May June July August September October November December"
)
_WEEKDAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
MONTH_NAMES, WEEKDAY_NAMES = _MONTH_NAMES.split(), _WEEKDAY_NAMES.split()
_NTHS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
)
_COUNTS = "one two three four five six seven eight nine ten"
NTHS, COUNTS = _NTHS.split(), _COUNTS.split()
HOLIDAYS = {
    "New Year's Day": (1, 1),
    "Valentine's Day": (2, 14),
    "Halloween": (10, 31),
    "Christmas Eve": (12, 24),
    "Christmas Day": (12, 25),
    "Christmas": (12, 25),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
}
COUNTED = (
    "dollars|pounds|euros|rupees|acres|hectares|people|men|women|children|soldiers|troops|"
    "inhabitants|residents|persons|members|students|pupils|employees|workers|copies|votes|seats|"
    "points|runs|goals|words|pages|calories|years?|days?|weeks?|months?|hours?|minutes?|seconds?|"
    "times|homes|houses|species|ships|prisoners|casualties|spectators|others|signatures|tickets|jobs|"
    "units|patients|users|customers|visitors|passengers|vehicles|trees|books|beds|staff|fans|viewers|"
    "subscribers|shares|barrels|litres|gallons|bottles|square|cubic"
)


def either(words: list[str]) -> str:
    """Return a pattern for any of the words, as written or in capitals."""
    spellings = {form for word in words for form in (word, word.upper())}
    return "(?:" + "|".join(sorted(spellings, key=lambda word: (-len(word), word))) + ")"


FULL_MONTH = either(MONTH_NAMES) + r"\b"


def numbered(words: list[str], start: int) -> dict[str, int]:
    """Map each word in small letters to its place, counted from `start`."""
    return {word.lower(): number for number, word in enumerate(words, start)}


MONTHS = numbered([name[:3] for name in MONTH_NAMES], 1)
WEEKDAYS = numbered([name[:3] for name in WEEKDAY_NAMES], 0)

_GERMAN = (
    "Januar|Jänner Februar|Feber März|Maerz April Mai Juni Juli August September Oktober November "
    "Dezember"
)
_FRENCH = (
    "janvier février|fevrier mars avril mai juin juillet août|aout septembre octobre novembre "
    "décembre|decembre"
)
_SPANISH = (
    "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre "
    "diciembre"
)
MONTHS_ABROAD = {
    name.lower(): number
    for language in (_GERMAN, _FRENCH, _SPANISH)
    for number, names in enumerate(language.split(), 1)
    for name in names.split("|")
}
"""Months by their names in small letters. Some names are English words too."""
NAMES_TOO = ("mars", "avril", "abril", "mayo", "julio")
"""Months whose capitalised form is more often a planet, a place or a person."""
WORDS_TOO = ("mars", "mayo")
"""Months that are English words in small letters too: "mars the view", "with mayo"."""
_BEFORE_DAYS = (
    "on by in of to at as the from since until till before after between and or about around circa "
    "date born died sent due valid effective mon tue tues wed thu thur thurs fri sat sun "
    "am vom zum bis seit ab im der die das den dem des nach vor und oder zwischen stand datum "
    "geboren gestorben erstellt geändert aktualisiert veröffentlicht mittwoch sonnabend "
    "mo di mi do fr sa so le du au né née dès depuis avant après "
    "lundi mardi mercredi jeudi vendredi samedi dimanche el del al desde hasta nacido nacida "
    "lunes martes miércoles jueves viernes sábado domingo"
)
BEFORE_DAYS = frozenset(_BEFORE_DAYS.split())
"""Words in small letters that may come before 4.6.1971, capitalised, and name no product."""
