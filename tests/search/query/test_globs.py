"""Globs over the paths of documents."""

from typing import Literal
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import LINEAR, growth_ratio
from wherein.search.query.globs import match_sources

SOURCES = ("a.txt", "2023/a.txt", "2023/may/a.txt", "2023/may/b.md", "2024/b [1].txt", "2024.txt")


@pytest.mark.parametrize(
    ("wanted", "matching"),
    [
        ("a.txt", "a.txt"),
        ("A.txt", ""),
        ("2023", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("2023/", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("202", ""),
        ("2023/may", "2023/may/a.txt 2023/may/b.md"),
        ("may", ""),
        ("nope/a.txt", ""),
        ("*.md", "2023/may/b.md"),
        ("a.*", "a.txt 2023/a.txt 2023/may/a.txt"),
        ("2023/*.txt", "2023/a.txt"),
        ("2023/*", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("2023/**/*.txt", "2023/a.txt 2023/may/a.txt"),
        ("**/may", "2023/may/a.txt 2023/may/b.md"),
        ("**/**/**/may/**/**", "2023/may/a.txt 2023/may/b.md"),
        ("**/2023/**/a.txt", "2023/a.txt 2023/may/a.txt"),
        ("**", " ".join(SOURCES)),
        ("202?/a.txt", "2023/a.txt"),
        ("202[0-3]/**", "2023/a.txt 2023/may/a.txt 2023/may/b.md"),
        ("[!a]*/a.txt", "2023/a.txt"),
        ("2024/b [1].txt", "2024/b [1].txt"),
        ("[", ""),
        ("[z-a]*", ""),
        ("a.txt/**", ""),
    ],
)
def test_a_source_is_a_path_a_folder_or_a_glob(wanted: str, matching: str) -> None:
    matches = match_sources(SOURCES, wanted)
    found = [source for source, is_match in zip(SOURCES, matches, strict=True) if is_match]
    assert " ".join(found) == matching


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("wanted", ["é/ü.txt", "é", "?/ü.*", "[é]/**", "ü.*"])
def test_composed_and_decomposed_accents_match_each_other(
    form: Literal["NFC", "NFD"], wanted: str
) -> None:
    sources = [normalize(form, "é/ü.txt"), "e/u.txt"]
    for written in (normalize("NFC", wanted), normalize("NFD", wanted)):
        assert match_sources(sources, written).tolist() == [True, False]


@given(st.text(alphabet="*?[]!-^/a.&|~\\é ", max_size=30))
def test_every_text_is_a_valid_glob(wanted: str) -> None:
    assert match_sources(SOURCES, wanted).dtype == np.bool_


HOSTILE = ("*a" * 200 + "b", "**/a/" * 150 + "b", "**/*/" * 150 + "b", "[!b]*" * 100 + "b")


@pytest.mark.parametrize("wanted", HOSTILE)
def test_a_hostile_glob_ends_without_a_match(wanted: str) -> None:
    deep = ["a/" * 40 + "a" * 200] * 20
    assert not match_sources(deep, wanted).any()


@pytest.mark.perf
@pytest.mark.parametrize(
    "wanted", ["**/" * 200 + "*a*a*a*a*a*a*b", "**/*/" * 10 + "*a*b", "*a*/**/" * 14 + "*a*b"]
)
def test_a_hostile_glob_takes_linear_time(wanted: str) -> None:
    def match(size: int) -> None:
        sources = [f"{i % 20}/{'a' * 30}/{i}{'a' * 20}.txt" for i in range(size)]
        assert not match_sources(sources, wanted).any()

    assert growth_ratio(match, 5_000) < LINEAR
