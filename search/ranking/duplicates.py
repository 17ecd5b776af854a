"""Which other passages say the same as a hit?"""

import numpy as np

from wherein.index.arrays import Mask, Numbers, expand_ranges


class Duplicates:
    """Finds the duplicates of passages.

    Args:
        same_as: For each passage the first passage with the same content, itself if it is the
            first: shape (passages,), int64.
    """

    def __init__(self, same_as: Numbers) -> None:
        self._same_as = same_as
        later_copies = np.flatnonzero(same_as != np.arange(len(same_as)))
        self._later_copies = later_copies[np.argsort(same_as[later_copies], kind="stable")]
        self._first_copies = same_as[self._later_copies]

    def of(self, passages: Numbers, within: Mask | None = None) -> tuple[Numbers, Numbers]:
        """Find the duplicates of passages, none of which are duplicates of each other.

        Args:
            passages: The passages' numbers.
            within: Which passages may be found: shape (all passages,), bool; None lets all.

        Returns:
            The duplicates' numbers, and for each the place of its original in `passages`: two
            arrays of one length, ordered by place and then by number.
        """
        firsts = self._same_as[passages]
        begins = np.searchsorted(self._first_copies, firsts)
        ends = np.searchsorted(self._first_copies, firsts, side="right")
        rows, owners = expand_ranges(begins, ends - begins)
        not_first = np.flatnonzero(firsts != passages)
        others = np.concatenate((firsts[not_first], self._later_copies[rows]))
        owners = np.concatenate((not_first, owners))
        order = np.lexsort((others, owners))
        order = order[others[order] != passages[owners[order]]]
        others, owners = others[order], owners[order]
        if within is None:
            return others, owners
        chosen = within[others]
        return others[chosen], owners[chosen]
