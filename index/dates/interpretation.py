"""What the match of a date pattern means. The words of the match and those around it decide."""

import re

from wherein.index.dates import relative as relatives
from wherein.index.dates import values
from wherein.index.dates.standalone import NUMBERED_BEFORE, text_before
from wherein.index.dates.values import Point, Precision, Relative, When, single, years
from wherein.index.dates.vocabulary import (
    BEFORE_DAYS,
    COUNTS,
    HOLIDAYS,
    MONTHS,
    MONTHS_ABROAD,
    NTHS,
    WEEKDAYS,
    WORDS_TOO,
    numbered,
)

_SPELLED = numbered(NTHS, 1) | numbered(COUNTS, 1) | {"a": 1, "an": 1}


def _month(match: re.Match[str]) -> int:
    return MONTHS[match["month"][:3].lower()]


def _count(word: str) -> int:
    digits = word.rstrip("stndrh")
    return int(digits) if digits.isdecimal() else _SPELLED[word.lower()]


def _year(match: re.Match[str]) -> int | None:
    """Return the year of the pattern `_OF_YEAR`, if there is one."""
    year = match["old"] or match["year"] or match["early"]
    if year is None:
        return None
    return 1 - int(year) if (match["era"] or "").startswith("B") else int(year)


def day(match: re.Match[str]) -> When | None:
    """Parse a day such as "26 April 2024"."""
    return single(_year(match), _month(match), int(match["day"]))


def days(match: re.Match[str]) -> When | None:
    """Parse days such as "16–17 May 2024"."""
    year, month, first, last = _year(match), _month(match), int(match["day"]), int(match["last"])
    apart = "and" in match["to"] or "&" in match["to"]
    if last <= first or (apart and last != first + 1 and not _between(match)):
        return None
    if not (single(year, month, first) and single(year, month, last)):
        return None
    return When(Point(year, month, first), Point(year, month, last), Precision.DAY)


def iso_day(match: re.Match[str]) -> When | None:
    """Parse a day such as "2024-05-16"."""
    return single(int(match["year"]), int(match["m"]), int(match["d"]))


def numeric_day(match: re.Match[str]) -> When | None:
    """Parse 18/10/2023 and 10/18/2023. 5/6/2023 has two readings, so it has no day."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    both = (single(year, second, first), single(year, first, second))
    readings = {reading for reading in both if reading is not None}
    return readings.pop() if len(readings) == 1 else None


def dotted_day(match: re.Match[str]) -> When | None:
    """Parse 4.6.1971. With dots the day comes first, if possible. 1.2.2021 may be a version."""
    before = text_before(match)
    if _VERSION_BEFORE.search(before) or (_may_be_version(match) and _is_called(before)):
        return None
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    return single(year, second, first) or single(year, first, second)


def day_abroad(match: re.Match[str]) -> When | None:
    """Parse a German, French or Spanish day."""
    return single(int(match["year"]), MONTHS_ABROAD[match["month"].lower()], int(match["day"]))


def german_day(match: re.Match[str]) -> When | None:
    """Parse "12. April 2025", unless a sentence ends with "12."."""
    return day_abroad(match) if _GERMAN_BEFORE.search(text_before(match)) else None


def month_abroad(match: re.Match[str]) -> When | None:
    """Parse a foreign month. If it is an English word too, a foreign word must precede."""
    month = match["month"].lower()
    sure = month not in WORDS_TOO or " de" in match.group()
    if not (sure or _FOREIGN_BEFORE.search(text_before(match))):
        return None
    return single(int(match["year"]), MONTHS_ABROAD[month])


def month_of_year(match: re.Match[str]) -> When | None:
    """Parse a month with its year."""
    return single(_year(match), _month(match))


def month_of_relative_year(match: re.Match[str]) -> Relative:
    """Parse "February this year"."""
    return relatives.month_of_year(_month(match), match["which"].lower())


def day_of_relative_year(match: re.Match[str]) -> Relative:
    """Parse "9 April last year"."""
    return relatives.day_of_year(_month(match), int(match["day"]), match["which"].lower())


def year_range(match: re.Match[str]) -> When | None:
    """Parse 1912–1927, 2006–07, 1947-8 and 1999–00. 2005-03 can only be a month."""
    if NUMBERED_BEFORE.search(text_before(match)):
        return None
    first, last = int(match["year"]), int(match["last"])
    if len(match["last"]) < 4:
        cut = 10 ** len(match["last"])
        last += first // cut * cut + cut * (first % 100 == 99 and last == 0)
        if last <= first and cut == 100 and "-" in match.group():
            return single(first, last % 100)
    if "/" in match.group() and last != first + 1:
        return None  # the number of a law: 1907/2006, 2004/38/EC
    return years(first, last) if first < last else None


def reign(match: re.Match[str]) -> When | None:
    """Parse "from 768 to 814" if the text tells of a reign or a life."""
    first, last = int(match["year"]), int(match["last"])
    introduced = _REIGN_BEFORE.search(text_before(match))
    return years(first, last) if introduced and first < last else None


def decade(match: re.Match[str]) -> When:
    """Parse a decade. The 1800s are a century; the 2000s are a decade by usage."""
    first = int(match["year"]) * 10
    if first % 100 == 0 and first < 2000:
        return years(first, first + 99, Precision.CENTURY)
    return years(first, first + 9, Precision.DECADE)


def decades(match: re.Match[str]) -> When | None:
    """Parse "the 1840s and 50s"."""
    first, last = int(match["year"]), int(match["last"])
    last += first // 10 * 10
    return years(first * 10, last * 10 + 9, Precision.DECADE) if first < last else None


def old_decades(match: re.Match[str]) -> When:
    """Parse "the 440s BC", which are 449 to 440 BC. The 1200s BC are a century."""
    begins = [int(match["year"]) * 10, int(match["last"] or match["year"]) * 10]
    is_century = begins[0] == begins[1] >= 1000 and begins[0] % 100 == 0
    first, last = min(begins), max(begins) + (99 if is_century else 9)
    if match["era"].startswith("B"):
        first, last = 1 - last, 1 - first
    return years(first, last, Precision.CENTURY if is_century else Precision.DECADE)


def short_decade(match: re.Match[str]) -> When | None:
    """Parse "the '90s"."""
    if not (match.group()[0] in "'’" or _THE_BEFORE.search(text_before(match))):
        return None
    first = 1900 + int(match["tens"]) * 10
    return years(first, first + 9, Precision.DECADE)


def early_decade(match: re.Match[str]) -> When | None:
    """Parse "the 790s"."""
    first = int(match["year"]) * 10
    the = _THE_BEFORE.search(text_before(match))
    return years(first, first + 9, Precision.DECADE) if the else None


def centuries(match: re.Match[str]) -> When | None:
    """Parse "the 16th to 18th centuries"."""
    first, last = _count(match["nth"]), _count(match["last"] or match["nth"])
    bc = (match["era"] or "").startswith("B")
    ordered = first >= last if bc else first <= last
    return values.centuries(first, last, bc=bc) if ordered and 0 < min(first, last) <= 30 else None


def old_years(match: re.Match[str]) -> When | None:
    """Parse "AD 14–37" and "406/5 BC". "44 and 12 BC" is no range."""
    written, end = match["year"], match["last"] or match["year"]
    if " and " in match.group() and not _between(match):
        return None
    if "/" in match.group():
        end = written[: -len(end)] + end
    first, last = int(written), int(end)
    if match["era"].startswith("B"):
        first, last = 1 - first, 1 - last
    return years(first, last) if first <= last else None


def season_of_year(match: re.Match[str]) -> When | None:
    """Parse "the summer of 1867"."""
    return values.season(match["season"].lower(), int(match["year"]))


def season_of_years(match: re.Match[str]) -> When | None:
    """Parse "winter 1941/42". For another season with two years only the years are known."""
    both = year_range(match)
    return season_of_year(match) if both and match["season"].lower() == "winter" else both


def holiday(match: re.Match[str]) -> When | None:
    """Parse a holiday with its year."""
    return single(int(match["year"]), *HOLIDAYS[match["name"].replace("’", "'")])


def quarter(match: re.Match[str]) -> When:
    """Parse "Q3 2023"."""
    year, month = int(match["year"]), 3 * int(match["quarter"])
    return When(Point(year, month - 2), Point(year, month), Precision.SEASON)


def recurring(match: re.Match[str]) -> Relative:
    """Parse "last October", "next Friday" and "this winter"."""
    unit, which = match["unit"].lower(), match["which"].lower()
    if unit[:3] in WEEKDAYS:
        return relatives.recurring_weekday(WEEKDAYS[unit[:3]], which)
    if unit[:3] in MONTHS:
        return relatives.recurring_month(MONTHS[unit[:3]], which)
    return relatives.recurring_season(unit, which)


def shifted_unit(match: re.Match[str]) -> Relative | None:
    """Parse "next month". "The last year" belongs to something else."""
    if _SOMETHING_ELSES.search(text_before(match)):
        return None
    return relatives.shifted_unit(match["unit"].lower(), relatives.SHIFTS[match["which"].lower()])


def ago(match: re.Match[str]) -> Relative:
    """Parse "two weeks ago"."""
    return relatives.shifted_unit(match["unit"], -_count(match["count"]))


def shifted_day(match: re.Match[str]) -> Relative:
    """Parse "yesterday" and "tomorrow"."""
    return relatives.shifted_unit("day", relatives.SHIFTS[match["name"]])


_THIRDS = {"early": 0, "mid": 1, "late": 2}


def modified_part(match: re.Match[str]) -> tuple[int, int] | None:
    """Return which part a modifier takes, and of how many parts. None if it takes none."""
    if match["months"]:
        of, rest = divmod(12, _count(match["months"]))
        return None if rest else (0 if match["edge"].lower() == "first" else of - 1, of)
    if match["third"]:
        return _THIRDS[match["third"].lower()], 3
    of = {"half": 2, "quarter": 4}[match["unit"].lower()]
    nth = match["nth"].lower()
    number = of - 1 if nth in ("last", "latter") else _SPELLED[nth] - 1
    return (number, of) if number < of else None


def _may_be_version(match: re.Match[str]) -> bool:
    """Return whether a dotted date may be a version: no leading zero and no space."""
    return not (match["gap"] or match["a"].startswith("0") or match["b"].startswith("0"))


# ---- what stands before


def _is_called(before: str) -> bool:
    """Return whether the text before ends in a capitalised word that is no word before dates."""
    name = _NAME_BEFORE.search(before)
    word = name["word"].lower() if name else ""
    return bool(word) and word not in BEFORE_DAYS and not word.endswith(("day", "tag", "ed"))


def _between(match: re.Match[str]) -> bool:
    return _BETWEEN_BEFORE.search(text_before(match)) is not None


_BETWEEN_BEFORE = re.compile(r"\bbetween (?:about |around |c\. ?)?$", re.IGNORECASE)
_REIGN_BEFORE = re.compile(
    r"\b(?:reign(?:ed|s)?|rul(?:ed|es)|governed|lived|king|queen|emperor|pope|bishop|abbot|caliph)\b"
    r"[^.;0-9]{0,16}\bfrom (?:about |around |c\. ?)?$",
    re.IGNORECASE,
)
_THE_BEFORE = re.compile(r"\bthe (?:(?:early|mid|late)[- ])?$", re.IGNORECASE)
_SOMETHING_ELSES = re.compile(
    r"\b(?:the|his|her|its|their|my|our|your|every|each|a|very|[a-z]+['’]s) $", re.IGNORECASE
)
_VERSION_BEFORE = re.compile(  # "v. 4.6.1971" is German for "of 4.6.1971"
    r"(?:\bv[ .]|[^\W\d]-|[=~^@]|§ ?|\b(?:ver\.?|versions?|release(?: notes)?|build|model|firmware|"
    r"kernel|linux|windows|macos|ios|android|chrome|firefox|python|java|node|php|ruby|see|sections?|"
    r"clause|article|paragraph|chapter|table|figure|rule|item|annex|appendix|nos?\.?|numbers?) ?)$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(r"(?<![\w.])(?P<word>[A-ZÀ-Þ](?:[\w.+-]*\w)?) $")
_GERMAN_BEFORE = re.compile(
    r"(?:^|[(–—] ?|[^\W\d][,:] |\b(?:[Aa]m|[Vv]om|[Zz]um|[Bb]is|[Ss]eit|[Aa]b|[Dd]e[mnr]|[Nn]ach|"
    r"[Vv]or|[Uu]nd|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend) (?:dem |den )?)$"
)
_FOREIGN_BEFORE = re.compile(
    r"\b(?:(?:en|de|du|le|el|et|y|au|à|dès|depuis|avant|après|jusqu['’](?:à|en)|fin|début|courant|"
    r"desde|hasta|para|entre) |mi-)$",
    re.IGNORECASE,
)
