"""Which paths match a path, a folder or a glob?"""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import translate
from itertools import pairwise

import numpy as np

from wherein.index.arrays import Mask

MAX_GLOB_NAMES = 30
MAX_STARS = 10


def match_sources(sources: Sequence[str], wanted: str) -> Mask:
    """Return which sources are the path `wanted`, lie in that folder, or match that glob.

    In a glob `*`, `?` and `[…]` mean what they mean in a shell and stay within one name. `**`
    stands for any number of folders, also none. A glob may match a file or a folder above it. A
    glob without a slash may begin in any folder. Case counts. Composed and decomposed accents are
    the same (Unicode NFC), because file names from a Mac are decomposed.

    Args:
        sources: Paths with "/" between their names.
        wanted: A path, a folder or a glob.

    Returns:
        Whether each source matches: shape (sources,), dtype bool.
    """
    sources, wanted = [_composed(source) for source in sources], _composed(wanted.rstrip("/"))
    below = wanted + "/"
    matches = [source == wanted or source.startswith(below) for source in sources]
    if is_glob(wanted):
        glob = _Glob(wanted)
        matches = [
            is_match or glob.matches(source)
            for is_match, source in zip(matches, sources, strict=True)
        ]
    return np.array(matches, np.bool_)


def match_names(sources: Sequence[str], wanted: str) -> Mask:
    """Return which sources have `wanted` anywhere in their path, or match it as a glob.

    Case does not count. Each path is read with a slash before it, so that "/a" finds a.txt and
    not data.txt.

    Args:
        sources: Paths with "/" between their names.
        wanted: A part of a path, or a glob.

    Returns:
        Whether each source matches: shape (sources,), dtype bool.
    """
    wanted = wanted.lower()
    lower = [source.lower() for source in sources]
    part = _composed(wanted)
    inside = np.array([part in _composed(f"/{source}") for source in lower], np.bool_)
    return inside | match_sources(lower, wanted) if is_glob(wanted) else inside


def glob_fault(wanted: str) -> str | None:
    """Return why a glob is too large to be matched, or None if it is not."""
    names = wanted.rstrip("/").split("/")
    stars = max(name.count("*") for name in names)
    if is_glob(wanted) and len(names) > MAX_GLOB_NAMES:
        return f"has {len(names)} names"
    return f"has {stars} stars in a name" if stars > MAX_STARS else None


def is_glob(wanted: str) -> bool:
    """Return whether `wanted` has a wildcard, so that it may match more than one path."""
    return any(wildcard in wanted for wildcard in "*?[")


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


class _Glob:
    """A glob as a sequence of regular expressions, one a name; None stands for `**`.

    The matcher follows all readings of a `**` at the same time, and keeps the state of each folder
    for all files in it. So the time is bounded for every glob.
    """

    def __init__(self, glob: str) -> None:
        names = glob.split("/") if "/" in glob else ["**", glob]
        distinct = [name for last, name in pairwise(["", *names]) if not name == last == "**"]
        self._names = [None if name == "**" else re.compile(translate(name)) for name in distinct]
        self._states_of_folder: dict[str, set[int]] = {}

    def matches(self, source: str) -> bool:
        """Return whether the source or a folder above it matches the glob."""
        folder, _, name = source.rpartition("/")
        if folder not in self._states_of_folder:
            states = {0}
            for above in folder.split("/") if folder else ():
                states = self._after(states, above)
            self._states_of_folder[folder] = states
        return len(self._names) in self._after(self._states_of_folder[folder], name)

    def _after(self, states: set[int], name: str) -> set[int]:
        """Return the states after one more name of a path.

        A state is the number of names of the glob that are matched. The last state stays: what is
        below a matching folder matches too.
        """
        after = set()
        for state in states:
            number = state
            if number < len(self._names) and self._names[number] is None:
                after.add(number)
                number += 1
            if number == len(self._names):
                return {number}
            pattern = self._names[number]
            if pattern and pattern.match(name):
                after.add(number + 1)
        return after
