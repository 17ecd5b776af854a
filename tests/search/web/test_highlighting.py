"""Text as HTML: what is escaped, and which date is emphasised."""

from datetime import date

import pytest

from wherein.index.catalog.stored import DocumentInfo, PassageBlock, StoredDate, StoredPassage
from wherein.index.dates.scanner import find_dates
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.search.ranking.hits import Copies, Hit, HitScores
from wherein.search.web.document_parts import part_at
from wherein.search.web.highlighting import highlight_hit, highlight_pieces

HOSTILE = "<script>alert(1)</script> & <i>trade</i> began on 16 May 2024 </mark><b>they</b> said."
ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;i&gt;trade&lt;/i&gt; began on ",
    " &lt;/mark&gt;&lt;b&gt;they&lt;/b&gt; said.",
)


def dates(text: str, published: date | None = None) -> tuple[StoredDate, ...]:
    return tuple(
        StoredDate(mention.start, mention.end, mention.interval, mention.inferred)
        for mention in find_dates(text, published)
    )


def hit(text: str, highlight: str) -> Hit:
    start = text.index(highlight)
    passage = StoredPassage(
        number=0,
        document=DocumentInfo("a.txt", title=None, published=None),
        block=PassageBlock(0, Kind.PARAGRAPH, Place((1, 1)), ()),
        start=0,
        text=text,
        dates=dates(text),
    )
    return Hit(
        rank=1,
        passage=passage,
        scores=HitScores(total=20.0, cosine=0.5, bm25=9.0),
        highlights=((start, start + len(highlight)),),
        dates=passage.dates,
        copies=Copies((), 0),
    )


@pytest.mark.parametrize("highlight", [HOSTILE, "16 May 2024", "said."])
def test_the_text_around_a_date_in_a_hit_is_escaped(highlight: str) -> None:
    html = highlight_hit(hit(HOSTILE, highlight), "q=tea", (), str.split, asks_when=True)
    plain = html.replace("<mark>", "").replace("</mark>", "")
    before, _, after = plain.partition("<a href=")
    assert (before, after.partition("</a>")[2]) == ESCAPED


def test_the_text_around_a_date_in_a_document_is_escaped() -> None:
    document = Document("a.txt", (Block(HOSTILE, Place((1, 1))), Block("<b>", Place((2, 2)))))
    first, second = highlight_pieces(document, part_at(document, "").pieces, dates(HOSTILE))
    before, _, after = first.partition("<time id=")
    assert (before, after.partition("</time>")[2], second) == (*ESCAPED, "&lt;b&gt;")


TEXT = "It was last Friday, or on May 16. They began it in 1902, and it went on."


@pytest.mark.parametrize(
    ("highlight", "asks_when", "best"),
    [
        ("They began it in 1902", True, "1902"),
        ("They began it in 1902", False, None),
        ("It was last Friday, or on May 16.", True, "May 16"),
        ("It was last Friday", True, None),
        ("and it went on.", True, None),
    ],
)
def test_only_a_known_date_in_the_highlighted_sentence_is_emphasised(
    highlight: str, asks_when: bool, best: str | None
) -> None:
    html = highlight_hit(hit(TEXT, highlight), "q=tea", (), str.split, asks_when=asks_when)
    _, found, after = html.partition('<time class="best"')
    assert (after.partition(">")[2].partition("<")[0] if found else None) == best
