"""Shows how far a long operation has come."""

import sys
import time
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_SECONDS_BETWEEN_LINES = 5


def track(items: Sequence[T], doing: str, /) -> Iterable[T]:
    """Yield the items and show the progress on standard error.

    On a terminal this is a progress bar, elsewhere a line every five seconds.

    Args:
        items: The items of work.
        doing: What is done with them, such as "Encoding".

    Yields:
        The items, in order.
    """
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, desc=doing, leave=False, dynamic_ncols=True)
        return
    last_line = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - last_line >= _SECONDS_BETWEEN_LINES:
            last_line = time.monotonic()
            print(f"{doing}: {done:,} of {len(items):,}", file=sys.stderr, flush=True)
        yield item
