"""The questions of an interview are the headings of its answers."""

import pytest

from tests.index.structure.outlining import outline_text
from wherein.index.documents.model import Kind

INTERVIEW = """\
The cartographer of smells

Inge Verhoeven has mapped the smells of fourteen cities since 2008.

When did you first think of smell as something that could be mapped?

In 2006, in Palermo. I was lost, and I found my way back by the fish market.

I drew it the same night.

MQ: And what was the first map like?

IV: Terrible. It was of Antwerp, and everything was diesel.

You have been asked for maps of cities that are gone. Is that possible?

We did one of Lisbon before the earthquake, from letters to the magistrates.
"""
ESSAY = """\
The harbour

The wall was mended in the spring of that year.

Why did it break?

Nobody knows to this day, and the engineers gave eleven answers.

It had stood for ninety years.

It was built of the same stone as the church.

The winter was not a hard one.

Who was to pay?

The town paid a half of it in the end, and the county the rest.

The ferries sailed again in May.

The fish had not gone.

The inn was full.

Was it worth it?

The council says that it was.
"""
NOVEL = """\
Chapter I

"Can one be calm in times like these?"

"You must stay the whole evening," said Anna.

"And the fete at the ambassador's?"

"I thought that it had been put off," said the prince.

"What can one say about it?"

He spoke in a cold tone and looked at the floor.
"""


def test_the_questions_of_an_interview_are_headings_of_their_answers() -> None:
    document = outline_text(INTERVIEW)
    sections = {block.text: block.section for block in document.blocks}
    first = "When did you first think of smell as something that could be mapped?"
    assert sections["I drew it the same night."] == (first,)
    assert sections["IV: Terrible. It was of Antwerp, and everything was diesel."] == (
        "MQ: And what was the first map like?",
    )
    asked = [block.text for block in document.blocks if block.kind is Kind.HEADING]
    assert len(asked) == 3


@pytest.mark.parametrize("text", [ESSAY, NOVEL, INTERVIEW.partition("You have")[0]])
def test_questions_of_an_essay_a_novel_or_a_short_interview_are_paragraphs(text: str) -> None:
    assert not any(block.kind is Kind.HEADING for block in outline_text(text).blocks)


def test_of_two_questions_in_a_row_only_the_second_is_a_heading() -> None:
    text = INTERVIEW.replace("MQ: And", "Was it good?\n\nMQ: And")
    kinds = {block.text: block.kind for block in outline_text(text).blocks}
    assert kinds["Was it good?"] is Kind.PARAGRAPH
    assert kinds["MQ: And what was the first map like?"] is Kind.HEADING
