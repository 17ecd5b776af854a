"""The tables of date expressions, and of what only looks like one, in English text.

A row is tried where a number or one of a few words begins. Every repetition in it is bounded, so
trying it takes constant time.
"""

import re
from collections.abc import Callable

from index.date_values import (
    Point,
    Precision,
    Relative,
    Value,
    Weekdays,
    When,
    centuries,
    season,
    single,
    years,
)
from index.date_relatives import (
    MOVES,
    beside,
    month_of_year,
    recurring_month,
    recurring_season,
    recurring_weekday,
)

_Meaning = Callable[[re.Match[str]], Value | None] | None
CompiledRow = tuple[re.Pattern[str], _Meaning]
Row = tuple[str, Callable[[re.Match[str]], Value | None] | None]
"""A pattern and what its match means. A meaning of None leaves the match to the next row; a row
without meanings is no date, and its text is passed over."""

# ---- words

_MONTH_NAMES = (
    "January February March April May June July August September October November December"
).split()
_WEEKDAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NTHS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
).split()
_COUNTS = "a one two three four five six seven eight nine ten".split()
_HOLIDAYS = {
    "New Year's Day": (1, 1),
    "Valentine's Day": (2, 14),
    "Halloween": (10, 31),
    "Christmas Eve": (12, 24),
    "Christmas Day": (12, 25),
    "Christmas": (12, 25),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
}
_UNITS = "[kcm]?m|km²|ft|feet|foot|met(?:re|er)s?|miles?|yards?|kg|tons?|tonnes?|hp|cc|rpm|percent"
_COUNTED = (
    "dollars|pounds|euros|rupees|acres|hectares|people|men|women|children|soldiers|troops|"
    "inhabitants|residents|persons|members|students|pupils|employees|workers|copies|votes|seats|"
    "points|runs|goals|words|pages|calories|years?|days?|weeks?|months?|hours?|minutes?|seconds?|"
    "times|homes|houses|species|ships|prisoners|casualties|spectators|others"
)


def _either(words: list[str]) -> str:
    """Any of the words, as written or in capitals."""
    spellings = {form for word in words for form in (word, word.upper())}
    return "(?:" + "|".join(sorted(spellings, key=lambda word: (-len(word), word))) + ")"


# ---- what patterns are made of

_FULL_MONTH = _either(_MONTH_NAMES) + r"\b"
_SHORT_MONTH = _either([name[:3] for name in _MONTH_NAMES if name != "May"] + ["Sept"]) + r"\b\.?"
_MONTH = rf"(?P<month>{_FULL_MONTH}|{_SHORT_MONTH})"
_WEEKDAY = rf"(?P<weekday>{_either(_WEEKDAY_NAMES)})\b"
_SHORT_WEEKDAY = _either("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun".split()) + r"\b\.?"
_SEASON = r"(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"
_NTH = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{_either([*_NTHS, *(n.title() for n in _NTHS)])})"
_ERA = r"(?P<era>BCE?|B\.C\.(?:E\.)?|AD|A\.D\.|CE|C\.E\.)(?!\w)"
_WHICH = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext)"

_NO_MORE = r"\b(?![.:/][0-9]|,[0-9]{3}\b|%|°|-[0-9])"  # not the head of a longer number
_SUFFIX = r"(?:st|nd|rd|th)?\b(?![.:][0-9]|,[0-9]{3}\b|%|°)"
_DASH = r" {0,2}[-–—] {0,2}"
_DAY = rf"(?P<day>[0-9]{{1,2}}){_SUFFIX}"
_TO_DAY = rf"(?P<to>{_DASH}|/| (?:to|and|&|through|until) )(?P<last>[0-9]{{1,2}}){_SUFFIX}"
_YEAR = r"(?P<year>(?!0000)[0-9]{4})"
_CENTURY = rf"(?: |- ?)(?:centur(?:y|ies)\b|Century\b(?! [A-Z]))(?: {_ERA})?"
_OF_YEAR = (
    rf"(?:,? {{1,2}}(?:of )?(?:(?P<old>[1-9][0-9]{{0,3}}) ?{_ERA}|{_YEAR}{_NO_MORE})"
    r"|,? (?P<early>[1-9][0-9]{2})(?=[),;.]|$))"
)
_TO_YEAR = rf"(?:{_DASH}|/)(?P<last>[0-9]{{4}}|[0-9]{{2}}){_NO_MORE}"

# ---- what matches mean


def _numbered(words: list[str], start: int) -> dict[str, int]:
    return {word.lower(): number for number, word in enumerate(words, start)}


_MONTHS = _numbered([name[:3] for name in _MONTH_NAMES], 1)
_WEEKDAYS = _numbered([name[:3] for name in _WEEKDAY_NAMES], 0)
_SPELLED = _numbered(_NTHS, 1) | _numbered(_COUNTS, 0) | {"a": 1, "an": 1}


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["month"][:3].lower()]


def _count(word: str) -> int:
    digits = word.rstrip("stndrh")
    return int(digits) if digits.isdecimal() else _SPELLED[word.lower()]


def _year(match: re.Match[str]) -> int | None:
    """The year of _OF_YEAR, where it is there."""
    year = match["old"] or match["year"] or match["early"]
    if year is None:
        return None
    return 1 - int(year) if (match["era"] or "").startswith("B") else int(year)


def _day(match: re.Match[str]) -> When | None:
    return single(_year(match), _month(match), int(match["day"]))


def _days(match: re.Match[str]) -> When | None:
    year, month, day, last = _year(match), _month(match), int(match["day"]), int(match["last"])
    apart = "and" in match["to"] or "&" in match["to"]
    if last <= day or (apart and last != day + 1):
        return None
    if not (single(year, month, day) and single(year, month, last)):
        return None
    return When(Point(year, month, day), Point(year, month, last), Precision.DAY)


def _iso_day(match: re.Match[str]) -> When | None:
    return single(int(match["year"]), int(match["m"]), int(match["d"]))


def _day_in_numbers(match: re.Match[str]) -> When | None:
    """18/10/2023 and 10/18/2023 have one reading, 5/6/2023 has two and so none."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    readings = {single(year, second, first), single(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _month_of_year(match: re.Match[str]) -> When | None:
    return single(_year(match), _month(match))


def _month_of_relative_year(match: re.Match[str]) -> Value:
    return month_of_year(_month(match), match["which"].lower())


def _year_range(match: re.Match[str]) -> When | None:
    """1912–1927, 2006–07, 1999–00; 2005-03 can only be a month."""
    first, last = int(match["year"]), int(match["last"])
    if len(match["last"]) == 2:
        last += first // 100 * 100
        if first % 100 == 99 and last % 100 == 0:
            last += 100
        elif last <= first:
            return single(first, last % 100) if "-" in match.group() else None
    return years(first, last) if first < last else None


def _decade(match: re.Match[str]) -> When:
    """The 1800s are a century; what the 2000s are is told by use."""
    first = int(match["year"]) * 10
    if first % 100 == 0 and first < 2000:
        return years(first, first + 99, Precision.CENTURY)
    return years(first, first + 9, Precision.DECADE)


def _short_decade(match: re.Match[str]) -> When | None:
    if not (match.group()[0] in "'’" or _THE_BEFORE.search(_text_before(match))):
        return None
    first = 1900 + int(match["tens"]) * 10
    return years(first, first + 9, Precision.DECADE)


def _early_decade(match: re.Match[str]) -> When | None:
    first = int(match["year"]) * 10
    the = _THE_BEFORE.search(_text_before(match))
    return years(first, first + 9, Precision.DECADE) if the else None


def _centuries(match: re.Match[str]) -> When | None:
    first, last = _count(match["nth"]), _count(match["last"] or match["nth"])
    bc = (match["era"] or "").startswith("B")
    ordered = first >= last if bc else first <= last
    return centuries(first, last, bc=bc) if ordered and 0 < min(first, last) <= 30 else None


def _old_years(match: re.Match[str]) -> When | None:
    first, last = int(match["year"]), int(match["last"] or match["year"])
    if match["era"].startswith("B"):
        first, last = 1 - first, 1 - last
    return years(first, last) if first <= last else None


def _season_of_year(match: re.Match[str]) -> When | None:
    return season(match["season"].lower(), int(match["year"]))


def _season_of_years(match: re.Match[str]) -> When | None:
    """Winter has two years; what a summer of two years is depends on the hemisphere."""
    both = _year_range(match)
    return _season_of_year(match) if both and match["season"].lower() == "winter" else both


def _holiday(match: re.Match[str]) -> When | None:
    return single(int(match["year"]), *_HOLIDAYS[match["name"].replace("’", "'")])


def _quarter(match: re.Match[str]) -> When:
    year, month = int(match["year"]), 3 * int(match["quarter"])
    return When(Point(year, month - 2), Point(year, month), Precision.SEASON)


def _recurring(match: re.Match[str]) -> Relative:
    unit, which = match["unit"].lower(), match["which"].lower()
    if unit[:3] in _WEEKDAYS:
        return recurring_weekday(_WEEKDAYS[unit[:3]], which)
    if unit[:3] in _MONTHS:
        return recurring_month(_MONTHS[unit[:3]], which)
    return recurring_season(unit, which)


def _beside(match: re.Match[str]) -> Relative | None:
    """A unit of time beside that of publication; "the last year" is of something else."""
    if _SOMETHING_ELSES.search(_text_before(match)):
        return None
    return beside(match["unit"].lower(), MOVES[match["which"].lower()])


def _ago(match: re.Match[str]) -> Relative:
    return beside(match["unit"], -_count(match["count"]))


def _day_beside(match: re.Match[str]) -> Relative:
    return beside("day", MOVES[match["name"]])


# ---- a year, month or weekday alone, and what stands around it

_NEAR = 32  # characters before and after a match that are looked at


def _text_before(match: re.Match[str]) -> str:
    return match.string[max(match.start() - _NEAR, 0) : match.start()]


def _text_after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + _NEAR]


_THE_BEFORE = re.compile(r"\bthe (?:(?:early|mid|late)[- ])?$", re.IGNORECASE)
_SOMETHING_ELSES = re.compile(
    r"\b(?:the|his|her|its|their|my|our|your|every|each|a|very|[a-z]+['’]s) $", re.IGNORECASE
)
_COUNTS_BEFORE = re.compile(
    r"(?:[$€£₹#]|\b(?:No|Nos|pp?|pages?|vol|route|flight|nearly|over|(?<!er )than|(?<!since at )(?<!from at )(?<!until at )least|most|some|almost|"
    r"only|another|worth|number(?:ed)?|"
    r"(?:total|population|elevation|altitude|capacity|height|distance|up|close) (?:of|to))\b\.?) ?$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|until|till|by|from|to|before|after|during|of|years?|circa|ca?\.|between|and|or|"
    r"through(?:out)?|late|early|mid|around|about|born|died|the|as)[ -]|[.,;:(–—] ?)$",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\b(?:in|since|until|by|from|during|before|after) $", re.IGNORECASE)
_TIED = re.compile(r"[^\s(\[\"“‘'/][-–—]$")
_TIED_DATE = re.compile(r"(?:\b(?:mid|pre|post|early|late)|\b[0-9]{4})[-–—]$", re.IGNORECASE)


def _lone_year(match: re.Match[str]) -> When | None:
    """A round number is a year only where something says so."""
    before, year = _text_before(match), int(match["year"])
    if _COUNTS_BEFORE.search(before) or (_TIED.search(before) and not _TIED_DATE.search(before)):
        return None
    if year % 100 == 0 and before and not _YEAR_BEFORE.search(before):
        return None
    counted = _COUNTED_AFTER.match(_text_after(match))
    if counted and (year % 100 == 0 or not _IN_BEFORE.search(before)):
        return None
    return single(year)


_COUNTED_AFTER = re.compile(rf" (?:{_COUNTED})\b")
_CLEAR_BEFORE = re.compile(
    r"\b(?:in|since|until|till|during|early|late|mid|last|next|this|through(?:out)?)[ -]$",
    re.IGNORECASE,
)
_SOME_BEFORE = re.compile(
    rf"(?:\b(?:from|of|by|before|after|between|to|for|around|the)|{_FULL_MONTH}"
    r"(?:,| and| or| to|[-–—/]| [-–—])) ?$",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r"(?: [A-Z]|['’]s? [A-Z]| (?:of|on|to|from|for|against)\b)")
_ALSO_NAMES = {"March", "April", "May", "June", "August"}


def _lone_month(match: re.Match[str]) -> When | None:
    """Those that are also names or verbs, or are cut short, need more to be months."""
    before, after, name = _text_before(match), _text_after(match), match["month"].title()
    clear, named = _CLEAR_BEFORE.search(before), _NAME_AFTER.match(after)
    if name not in _MONTH_NAMES:
        is_month = bool(clear) and (name.endswith(".") or not _WORD_AFTER.match(after))
    elif clear or _MONTH_AFTER.match(after):
        is_month = True
    elif _EVERY_BEFORE.search(before):
        is_month = False
    else:
        told = _SOME_BEFORE.search(before) is not None
        is_month = told if named or name in _ALSO_NAMES else True
        is_month = is_month and not (named and name in _ALSO_NAMES)
    return single(None, _month(match)) if is_month else None


_WORD_AFTER = re.compile(r" \w")
_MONTH_AFTER = re.compile(rf"(?: ?[-–—/] ?| (?:and|or|to|through|until) ){_FULL_MONTH}")
_EVERY_BEFORE = re.compile(r"\b(?:every|each) $", re.IGNORECASE)
_ON_BEFORE = re.compile(
    r"\b(?:on|by|until|till|since|before|after|from|through|between|late|early|to) $",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"\b(?!(?:one|a|the|every|each|any|some|that)\b)[a-z]{2,} $|[a-z], $")
_CAPITAL_AFTER = re.compile(r" [A-Z]| the [0-9]| (?:morning|afternoon|evening|night)s\b")


def _lone_weekday(match: re.Match[str]) -> Weekdays | None:
    before, after = _text_before(match), _text_after(match)
    on_it = _ON_BEFORE.search(before) and not after.startswith(" the ")
    if on_it or (_WORD_BEFORE.search(before) and not _CAPITAL_AFTER.match(after)):
        weekday = _WEEKDAYS[match["weekday"][:3].lower()]
        return Weekdays(weekday, weekday)
    return None


def _weekday_of_day(match: re.Match[str]) -> Weekdays:
    weekday = _WEEKDAYS[match["weekday"][:3].lower()]
    return Weekdays(weekday, weekday)


# ---- the tables

_NUMBERS: tuple[Row, ...] = (
    (rf"{_YEAR}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?![0-9-])", _iso_day),  # 2017-12-10
    (r"[0-9]{4}-[0-9]{2}-[0-9]", None),
    (rf"(?P<a>[0-9]{{1,2}})([/.-])(?P<b>[0-9]{{1,2}})\2{_YEAR}\b", _day_in_numbers),  # 18/10/2023
    (r"[0-9]{1,2}(?::[0-9]{2}){1,2}(?: ?[ap]\.?m\b\.?)?", None),  # 10:35 AM
    (r"[0-9]{1,2}(?:\.[0-9]{2})? ?[ap]\.?m\b\.?", None),
    (rf"{_DAY}{_TO_DAY} (?:of )?{_MONTH}{_OF_YEAR}?", _days),  # 16–17 May 2024
    (rf"{_DAY} (?:of )?{_MONTH}{_OF_YEAR}?", _day),  # 26th of April, 2024
    (rf"[0-9]{{1,2}}{_SUFFIX} (?:of )?{_MONTH}(?:,? [0-9]{{1,4}}\b)?", None),  # 31 February 2023
    (
        rf"(?P<nth>{_NTH})(?:(?:{_DASH}|/| (?:and|to|or|through) (?:the )?)(?P<last>{_NTH}))?"
        rf"{_CENTURY}",
        _centuries,
    ),  # 16th to 18th centuries
    (
        rf"(?P<year>[1-9][0-9]{{0,3}})(?:(?:{_DASH}|/| (?:to|and|until) )(?P<last>[1-9][0-9]{{0,3}}))?"
        rf" ?{_ERA}",
        _old_years,
    ),  # 336–323 BC
    (r"(?P<year>[12][0-9]{2})0['’]?s\b", _decade),  # 1980s
    (r"(?P<year>[1-9][0-9])0s\b", _early_decade),
    (r"(?P<tens>[3-9])0['’]?s\b", _short_decade),
    (r"(?P<count>[0-9]{1,2}) (?P<unit>day|week|month|year)s? ago\b", _ago),
    (rf"(?P<year>[12][0-9]{{3}}){_TO_YEAR}", _year_range),  # 1912–1972, 2006–07
    (rf"(?P<year>[1-9][0-9]{{2}}){_DASH}(?P<last>1[0-9]{{3}}){_NO_MORE}", _year_range),  # 981–1037
    (rf"[0-9]{{4}} ?(?:{_UNITS})\b", None),  # 1500 metres
    (rf"[0-9]{{4}}-(?:{_COUNTED}|{_UNITS}|strong|man|seat|page|word|point)\b", None),
    (rf"(?P<year>1[0-9]{{3}}|20[0-9]{{2}}){_NO_MORE}", _lone_year),
)
_WORDS: tuple[Row, ...] = (
    (rf"{_MONTH} (?:the )?{_DAY}{_TO_DAY}{_OF_YEAR}?", _days),  # May 16-17, 2024
    (rf"{_MONTH} (?:the )?{_DAY}{_OF_YEAR}?", _day),  # Oct. 18, 2023
    (rf"(?:[Ll]ast |[Tt]his |[Nn]ext )?{_MONTH}(?: in)?{_OF_YEAR}", _month_of_year),  # May of 2023
    (rf"{_MONTH} [0-9]{{1,2}}{_SUFFIX}(?:,? [0-9]{{4}}\b)?", None),  # February 31, 2023
    (rf"{_MONTH}(?: of)? {_WHICH} year\b", _month_of_relative_year),  # February this year
    (rf"{_WHICH} (?P<unit>{_FULL_MONTH}|{_either(_WEEKDAY_NAMES)}\b)(?! [0-9])", _recurring),
    (rf"{_WHICH} (?P<unit>spring|summer|autumn|fall|winter)\b", _recurring),
    (
        r"(?:(?:[Ee]arlier|[Ll]ater) )?"
        rf"{_WHICH} (?P<unit>week|weekend|month|quarter|year)\b(?! (?:of|in)\b)",
        _beside,
    ),  # earlier this year
    (r"(?:[Ee]arlier|[Ll]ater) (?P<name>today)\b", _day_beside),
    (r"(?P<name>yesterday|tomorrow)\b(?!['’]s)", _day_beside),
    (
        rf"(?P<count>{'|'.join(_COUNTS)}|an) (?P<unit>day|week|month|year)s? ago\b",
        _ago,
    ),
    (
        rf"{_SEASON}(?: of| in)?,? (?:the year )?{_YEAR}(?:{_DASH}|/)(?P<last>[0-9]{{4}}|[0-9]{{2}})\b",
        _season_of_years,
    ),  # winter of 1942–43
    (rf"{_SEASON}(?: of| in)?,? (?:the year )?{_YEAR}\b", _season_of_year),
    (
        rf"(?P<nth>{_NTH})(?:(?: (?:and|to|or|through) (?:the )?)(?P<last>{_NTH}))?"
        rf"{_CENTURY}",
        _centuries,
    ),
    (
        rf"(?P<era>AD|A\.D\.) ?(?P<year>[1-9][0-9]{{0,3}})(?:{_DASH}(?P<last>[1-9][0-9]{{0,3}}))?\b",
        _old_years,
    ),
    (rf"Q(?P<quarter>[1-4]) (?:of )?{_YEAR}\b", _quarter),
    (rf"(?P<name>{'|'.join(_HOLIDAYS).replace(chr(39), '[’' + chr(39) + ']')}),? {_YEAR}\b", _holiday),
    (r"['’](?P<tens>[3-9])0s\b", _short_decade),
    (
        rf"(?P<weekday>{_either(_WEEKDAY_NAMES)}\b|{_SHORT_WEEKDAY})"
        rf"(?=,? (?:the )?(?:[0-9]{{1,2}}{_SUFFIX} (?:of )?(?:{_FULL_MONTH}|{_SHORT_MONTH})"
        rf"|(?:{_FULL_MONTH}|{_SHORT_MONTH}) [0-9]|[0-9]+[-/.][0-9]))",
        _weekday_of_day,
    ),
    (_MONTH, _lone_month),
    (_WEEKDAY, _lone_weekday),
)


def _compiled(rows: tuple[Row, ...]) -> tuple[CompiledRow, ...]:
    return tuple((re.compile(pattern), meaning) for pattern, meaning in rows)


NUMBERS, WORDS = _compiled(_NUMBERS), _compiled(_WORDS)
"""To be tried in this order: where two rows match, the earlier reads more of the text."""

STARTS = re.compile(
    r"(?<![\w$€£₹#/])(?<![0-9][.,:])(?:[0-9]+|"
    + _either([name[:3] for name in _MONTH_NAMES + _WEEKDAY_NAMES])
    + r"|(?:[Ll]ast|[Tt]his|[Nn]ext|[Ee]arlier|[Ll]ater|yesterday|tomorrow|"
    + "|".join([*_COUNTS, "an", *_NTHS, *(nth.title() for nth in _NTHS)])
    + rf")\b|{_SEASON}\b|AD\b|A\.D\.|Q[1-4]\b|{'|'.join(sorted({n.split(' ')[0].split(chr(39))[0] for n in _HOLIDAYS}))}"
    r"|['’][3-9]0s)"
)
"""Where a row may match: the tables of NUMBERS at a number, of WORDS elsewhere."""

MODIFIERS = re.compile(
    r"\b(?:the )?(?:(?P<third>early|mid|late)[- ](?:in )?(?:the )?"
    r"|(?P<nth>first|second|third|fourth|latter|last) (?P<unit>half|quarter) of (?:the )?)$",
    re.IGNORECASE,
)
"""What stands before an expression and takes a part of it."""


def modified_part(match: re.Match[str]) -> tuple[int, int] | None:
    """Which of how many parts a match of MODIFIERS takes."""
    if match["third"]:
        return "early mid late".split().index(match["third"].lower()), 3
    of = 2 if match["unit"].lower() == "half" else 4
    nth = match["nth"].lower()
    number = of - 1 if nth in ("last", "latter") else _SPELLED[nth] - 1
    return (number, of) if number < of else None
