"""Which other passages tell the same as a hit does?"""

import numpy as np

from wherein.index.arrays import Numbers, rows_of


class Repeats:
    """Of `same_as`, which has for each passage the first one that tells the same."""

    def __init__(self, same_as: Numbers) -> None:
        self._same_as = same_as
        repeats = np.flatnonzero(same_as != np.arange(len(same_as)))
        self._repeats = repeats[np.argsort(same_as[repeats], kind="stable")]
        self._firsts = same_as[self._repeats]

    def others(self, passages: Numbers) -> tuple[Numbers, Numbers]:
        """The other passages that tell what one of these does, and the place of that among them.

        Those of each in their order, one after the other. No two of `passages` tell the same.
        """
        firsts = self._same_as[passages]
        begins = np.searchsorted(self._firsts, firsts)
        rows, owners = rows_of(begins, np.searchsorted(self._firsts, firsts, side="right") - begins)
        later = np.flatnonzero(firsts != passages)  # whose first is another passage too
        others = np.concatenate((firsts[later], self._repeats[rows]))
        owners = np.concatenate((later, owners))
        order = np.lexsort((others, owners))
        order = order[others[order] != passages[owners[order]]]
        return others[order], owners[order]
