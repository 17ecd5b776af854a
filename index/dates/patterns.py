"""The grammar: tables of date expressions, and of text that only looks like one.

English expressions are read, and German, French and Spanish days and months beside their year. A
row is tried at a number or at one of a few words. Every repetition in a row is bounded, so it takes
constant time.
"""

import re
from collections.abc import Callable

from wherein.index.dates import interpretation as read
from wherein.index.dates import standalone
from wherein.index.dates.values import Value
from wherein.index.dates.vocabulary import (
    COUNTED,
    COUNTS,
    FULL_MONTH,
    HOLIDAYS,
    MONTH_NAMES,
    MONTHS_ABROAD,
    NAMES_TOO,
    NTHS,
    WEEKDAY_NAMES,
    WORDS_TOO,
    either,
)

Reading = Callable[[re.Match[str]], Value | None] | None
"""A function that reads a match, or None if matching text is no date and is skipped.

If the function returns None, the next row is tried."""

Row = tuple[re.Pattern[str], Reading]

# ---- parts of patterns

_SHORT_MONTH = either([name[:3] for name in MONTH_NAMES if name != "May"] + ["Sept"]) + r"\b\.?"
_A_MONTH = rf"(?:{FULL_MONTH}|{_SHORT_MONTH})"
_MONTH = rf"(?P<month>{_A_MONTH})"
_A_WEEKDAY = either(WEEKDAY_NAMES) + r"\b"
_SHORT_DAYS = either([name[:3] for name in WEEKDAY_NAMES] + ["Tues", "Thur", "Thurs"]) + r"\b\.?"
_SEASON = r"(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"
_SPELLED_NTH = either([*NTHS, *(nth.capitalize() for nth in NTHS), "Twenty-First"])
_NTH = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{_SPELLED_NTH})"
_UNIT = r"(?P<unit>day|week|month|year)"
_WHICH = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext)"
_PERIOD = r"(?P<unit>week(?:end)?|month|quarter|year)"
_EARLIER = r"(?:[Ee]arlier|[Ll]ater)"
_MEASURES = "[kcm]?m|km²|ft|feet|met(?:re|er)s?|miles?|yards?|kg|tons?|tonnes?|hp|cc|rpm|percent"

_DASH = r" {0,2}[-–—] {0,2}"
_WHOLE = r"\b(?![.:/][0-9]|,[0-9]{3}\b|%|°|-[0-9])"  # not the beginning of a longer number
_WHOLE_DAY = r"(?:st|nd|rd|th)?\b(?![.:][0-9]|,[0-9]{3}\b|%|°)"
_DAY = rf"(?P<day>[0-9]{{1,2}}){_WHOLE_DAY}"
_TO_DAY = rf"(?P<to>{_DASH}|/| (?:to|and|&|through|until) )(?P<last>[0-9]{{1,2}}){_WHOLE_DAY}"
_YEAR = r"(?P<year>(?!0000)[0-9]{4})"
_LIKELY_YEAR = r"(?P<year>1[0-9]{3}|20[0-9]{2})"
_OLD_YEAR = r"[1-9][0-9]{0,3}"
_ERA = r"(?P<era>BCE?|B\.C\.(?:E\.)?|AD|A\.D\.|CE|C\.E\.)(?!\w)"
_OF_YEAR = (
    rf"(?:,? {{1,2}}(?:of )?(?:(?P<old>{_OLD_YEAR}) ?{_ERA}|{_YEAR}{_WHOLE})"
    r"|,? (?P<early>[1-9][0-9]{2})(?=[),;.]|$))"
)
_UNTIL_OLD = rf"(?:(?:{_DASH}|/| (?:to|and|until) )(?P<last>{_OLD_YEAR}))?"
_OLD_TENS = r"[1-9][0-9]{0,2}"
_UNTIL_OLD_TENS = rf"(?:(?:{_DASH}| and | to )(?:the )?(?P<last>{_OLD_TENS})0s)?"
_UNTIL_NTH = rf"(?:(?:{_DASH}|/| (?:and|to|or|through) (?:the )?)(?P<last>{_NTH}))?"
_UNTIL_YEAR = rf"(?:{_DASH}|/)(?P<last>[0-9]{{4}}|[0-9]{{1,2}}){_WHOLE}"
_UNTIL_TENS = rf"(?:{_DASH}| and | to )(?:the )?['’]?(?P<last>[1-9])0s\b"
_CENTURY = rf"(?: |- ?)(?:centur(?:y|ies)\b|Century\b(?! [A-Z]))(?: {_ERA})?"
_IN_YEAR = rf"(?: of| in)?,? (?:the year )?{_YEAR}"
_ITS_DAY = rf"(?=,? (?:the )?(?:[0-9]{{1,2}}{_WHOLE_DAY} (?:of )?{_A_MONTH}|{_A_MONTH} [0-9]))"

_ABROAD = sorted({*MONTHS_ABROAD} - {name.lower() for name in MONTH_NAMES}, reverse=True)
_ABROAD_ALONE = either(
    [*_ABROAD, *(name.capitalize() for name in _ABROAD if name not in NAMES_TOO)]
)
_ABROAD_OR_NAME = either([*_ABROAD, *(name.capitalize() for name in _ABROAD)])
_NO_WORDS = [name for name in _ABROAD if name not in WORDS_TOO]
_AFTER_NUMBER = "|".join(
    [*WORDS_TOO, either([*_NO_WORDS, *(name.capitalize() for name in _NO_WORDS)])]
)
_SHARED = either([name for name in MONTH_NAMES if name.lower() in MONTHS_ABROAD])
_OF_YEAR_ABROAD = rf",? (?:del? )?{_LIKELY_YEAR}{_WHOLE}"
_DAY_ABROAD = rf"(?P<day>[0-9]{{1,2}})\.? (?P<month>{_AFTER_NUMBER}){_OF_YEAR_ABROAD}"
_SURE_DAY_ABROAD = (
    r"(?P<day>[0-9]{1,2})(?:(?:er|\.?[º°]) (?:de )?|\.? de )"
    rf"(?P<month>{_ABROAD_OR_NAME}){_OF_YEAR_ABROAD}"
)
_DOTTED_DAY = (
    r"(?P<a>[0-9]{1,2})\.(?P<gap> ?)(?P<b>[0-9]{1,2})\.(?P=gap)"
    rf"{_LIKELY_YEAR}\b(?![.:/-]?[a-z_]|[.:/][0-9]|%|°)"
)

# ---- the tables; earlier rows are tried first and read more of the text


def _table(*rows: tuple[str, Reading]) -> tuple[Row, ...]:
    return tuple((re.compile(pattern), reading) for pattern, reading in rows)


NUMBERS = _table(
    (rf"{_YEAR}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?![0-9-])", read.iso_day),  # 2017-12-10
    (r"[0-9]{4}-[0-9]{2}-[0-9]", None),
    (rf"(?P<a>[0-9]{{1,2}})([/-])(?P<b>[0-9]{{1,2}})\2{_YEAR}\b", read.numeric_day),  # 18/10/2023
    (_DOTTED_DAY, read.dotted_day),  # 4.6.1971, 4. 6. 1971
    (r"[0-9]{1,2}(?::[0-9]{2}){1,2}(?: ?[ap]\.?m\b\.?)?", None),  # 10:35 AM
    (r"[0-9]{1,2}(?:\.[0-9]{2})? ?[ap]\.?m\b\.?", None),
    (rf"{_DAY}{_TO_DAY} (?:of )?{_MONTH}{_OF_YEAR}?", read.days),  # 16–17 May 2024
    (rf"{_DAY} (?:of )?{_MONTH},? {_WHICH} year\b", read.day_of_relative_year),  # 9 April last year
    (rf"{_DAY} (?:(?:day )?of )?{_MONTH}{_OF_YEAR}?", read.day),  # 26th of April, 2024
    (rf"[0-9]{{1,2}}{_WHOLE_DAY} (?:of )?{_MONTH}(?:,? [0-9]{{1,4}}\b)?", None),  # 31 February 2023
    (_DAY_ABROAD, read.day_abroad),  # 12. Juni 2025, 12 mars 2020
    (_DAY_ABROAD, None),  # 31 juin 2025
    (_SURE_DAY_ABROAD, read.day_abroad),  # 1er mai 1848, 12 de junio de 2025
    (_SURE_DAY_ABROAD, None),  # 31 de junio de 2025
    (rf"(?P<day>[0-9]{{1,2}})\. (?P<month>{_SHARED}) {_LIKELY_YEAR}{_WHOLE}", read.german_day),
    (rf"(?P<nth>{_NTH}){_UNTIL_NTH}{_CENTURY}", read.centuries),  # 16th to 18th centuries
    (rf"(?P<year>{_OLD_YEAR}){_UNTIL_OLD} ?{_ERA}", read.old_years),  # 336–323 BC
    (rf"(?P<year>{_OLD_TENS})0s{_UNTIL_OLD_TENS} ?{_ERA}", read.old_decades),  # the 440s BC
    (rf"(?P<year>[12][0-9]{{2}})0s{_UNTIL_TENS}", read.decades),  # 1840s and 50s
    (r"(?P<year>[12][0-9]{2})0['’]?s\b", read.decade),  # 1980s
    (r"(?P<year>[1-9][0-9])0s\b", read.early_decade),  # the 790s
    (r"(?P<tens>[3-9])0['’]?s\b", read.short_decade),  # the 90s
    (rf"(?P<count>[0-9]{{1,2}}) {_UNIT}s? ago\b", read.ago),
    (rf"(?P<year>[12][0-9]{{3}}){_UNTIL_YEAR}", read.year_range),  # 1912–1972, 2006–07
    (
        rf"(?P<year>[1-9][0-9]{{2}}){_DASH}(?P<last>1[0-4][0-9]{{2}}){_WHOLE}",
        read.year_range,
    ),  # 981–1037
    (rf"(?P<year>[1-9][0-9]{{2}}) (?:to|until) (?P<last>[1-9][0-9]{{2,3}}){_WHOLE}", read.reign),
    (rf"[0-9]{{4}} ?(?:{_MEASURES})\b", None),  # 1500 metres
    (rf"[0-9]{{4}}-(?:{COUNTED}|{_MEASURES}|strong|man|seat|page|word|point)\b", None),
    (rf"{_LIKELY_YEAR}{_WHOLE}", standalone.lone_year),
)
WORDS = _table(
    (rf"{_MONTH} (?:the )?{_DAY}{_TO_DAY}{_OF_YEAR}?", read.days),  # May 16-17, 2024
    (rf"{_MONTH} (?:the )?{_DAY},? {_WHICH} year\b", read.day_of_relative_year),
    (rf"{_MONTH} (?:the )?{_DAY}{_OF_YEAR}?", read.day),  # Oct. 18, 2023
    (rf"(?:{_WHICH} )?{_MONTH}(?: in)?{_OF_YEAR}", read.month_of_year),  # May of 2023
    (rf"{_MONTH} [0-9]{{1,2}}{_WHOLE_DAY}(?:,? [0-9]{{4}}\b)?", None),  # February 31, 2023
    (rf"{_MONTH}(?: of)? {_WHICH} year\b", read.month_of_relative_year),  # February this year
    (rf"{_WHICH} (?P<unit>{FULL_MONTH}|{_A_WEEKDAY})(?! [0-9])", read.recurring),  # last October
    (rf"{_WHICH} (?P<unit>spring|summer|autumn|fall|winter)\b", read.recurring),
    (rf"(?:{_EARLIER} )?{_WHICH} {_PERIOD}\b(?! of\b)", read.shifted_unit),  # earlier this year
    (rf"{_EARLIER} (?P<name>today)\b", read.shifted_day),
    (r"day (?P<name>before yesterday|after tomorrow)\b(?!['’]s)", read.shifted_day),
    (r"(?P<name>yesterday|tomorrow)\b(?!['’]s)", read.shifted_day),
    (rf"(?P<count>an?|{'|'.join(COUNTS)}) {_UNIT}s? ago\b", read.ago),
    (rf"{_SEASON}{_IN_YEAR}(?:{_DASH}|/)(?P<last>[0-9]{{4}}|[0-9]{{2}})\b", read.season_of_years),
    (rf"{_SEASON}{_IN_YEAR}\b", read.season_of_year),  # the summer of 1867
    (rf"(?P<nth>{_NTH}){_UNTIL_NTH}{_CENTURY}", read.centuries),
    (rf"(?P<era>AD|A\.D\.) ?(?P<year>{_OLD_YEAR}){_UNTIL_OLD}\b", read.old_years),  # AD 14–37
    (rf"(?P<era>AD|A\.D\.) ?(?P<year>{_OLD_YEAR})(?P<last>)\b", read.old_years),
    (rf"Q(?P<quarter>[1-4]) (?:of )?{_YEAR}\b", read.quarter),
    (rf"(?P<name>{'|'.join(HOLIDAYS)}),? {_YEAR}\b".replace("'", "['’]"), read.holiday),
    (r"['’](?P<tens>[3-9])0s\b", read.short_decade),
    (rf"(?P<weekday>{_A_WEEKDAY}|{_SHORT_DAYS}){_ITS_DAY}", standalone.weekday),
    (rf"(?P<month>{_ABROAD_ALONE}){_OF_YEAR_ABROAD}", read.month_abroad),  # im Mai 1933
    (_MONTH, standalone.lone_month),
    (rf"(?P<weekday>{_A_WEEKDAY})", standalone.lone_weekday),
)

_FIRST_WORDS = "|".join(
    [
        either([name[:3] for name in MONTH_NAMES + WEEKDAY_NAMES]),
        r"(?:[Ll]ast|[Tt]his|[Nn]ext|[Ee]arlier|[Ll]ater)\b",
        r"day (?=before yesterday|after tomorrow)",
        rf"(?:yesterday|tomorrow|an?|{'|'.join(COUNTS)}|{_SPELLED_NTH}|AD|Q[1-4])\b",
        rf"{_ABROAD_ALONE}(?=,? (?:del? )?[12][0-9]{{3}}\b)",
        rf"{_SEASON}\b|A\.D\.|New|Valentine|Halloween|Christmas|Boxing|['’][3-9]0s",
    ]
)
STARTS = re.compile(rf"(?<![\w$€£₹#/])(?<![0-9][.,:])(?:[0-9]+|{_FIRST_WORDS})")
"""Where a row may match: rows of NUMBERS at a number, rows of WORDS elsewhere."""

MODIFIERS = re.compile(
    r"\b(?:the )?(?:(?P<third>early|mid|late)[- ](?:in )?(?:the )?"
    r"|(?P<nth>first|second|third|fourth|latter|last) (?P<unit>half|quarter) of (?:the )?"
    r"|(?P<edge>first|last) (?P<months>two|three|four|six) months of (?:the )?"
    r"|(?P<end>first|last) day of (?:the (?:month|year) of )?)$",
    re.IGNORECASE,
)
"""Words before an expression that take a part of it."""
