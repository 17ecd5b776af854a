"""Questions to begin with, from what stands in the folder: each finds something."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from index.catalog import Catalog, DocumentSummary
from search.edtf import in_words

MOST_TITLES = 3
LONGEST_TITLE = 80
LONGEST_MONTH = 31


def examples(documents: Iterable[DocumentSummary], catalog: Catalog) -> list[str]:
    """The first titles of the documents, and the month that most passages name."""
    titles = (one.title for one in documents if one.passages and one.title)
    distinct = dict.fromkeys(title for title in titles if len(title) <= LONGEST_TITLE)
    month = _most_named_month(catalog)
    asked = [f"What happened in {in_words(month)}?"] if month else []
    return [*list(distinct)[:MOST_TITLES], *asked]


def _most_named_month(catalog: Catalog) -> str | None:
    """In EDTF; of equals the latest. None where no passage names a month or a day of one."""
    told = catalog.dates.firsts > 0
    firsts, lasts = catalog.dates.firsts[told], catalog.dates.lasts[told]
    epoch = date(1970, 1, 1).toordinal()
    days = (firsts[lasts - firsts < LONGEST_MONTH] - epoch).astype("datetime64[D]")
    months, counts = np.unique(days.astype("datetime64[M]"), return_counts=True)
    return str(months[::-1][counts[::-1].argmax()]) if len(months) else None
