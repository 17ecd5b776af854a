"""Own lines of an article are never lost; furniture is found by rules that know no site."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SEEDS
from wherein.index.documents.model import Document, Kind
from wherein.index.furniture.marker import mark
from wherein.index.furniture.reasons import MAIL_END, MAIL_HEADER, NO_WORDS, SIGN_UP
from wherein.index.furniture.repeated_lines import repeated
from wherein.index.readers.plain_text import read

EVAL = os.environ.get("WHEREIN_EVAL")
SAMPLES = os.environ.get("WHEREIN_SAMPLES")

# Labelled by eye: the lines that are the article's own, with its title, deck, captions, dateline,
# headings and credits. Every other line with text in it is furniture.
OWN_LINES = {
    "000_a3e307c3718755e1.txt": {4, *range(7, 22, 2)},
    "001_1a1cf563412dea37.txt": {2, 5, 7, 9, 11, 16, 18, 20, 22},
    "002_3fc8f732380e3445.txt": {2, *range(5, 28, 2)},
    "003_026798df369138aa.txt": {3, 5, 7, 8, *range(11, 16, 2), *range(21, 30, 2), 32}
    | {*range(34, 47, 2), 49},
    "004_0d623141c635248b.txt": {3, 24, 27, 29, 31, 33, 35, 38, 40, 42, 44, 47, 49},
}

# Pages made up for these tests. A line that begins with ~ is furniture, every other is own.
LOCAL_NEWS = """\
~Skip to main content
~Home
~News
~Sport
~What's On
~Subscribe
~Sign in

Library to close on Mondays after budget vote
By Sarah Fenn
Published 3 May 2024
~Share this article
~Facebook
~WhatsApp
~Copy link

The reading room at Harling library, which opened in 1931. (Picture: Tom Hallet)

Harling library will shut on Mondays from September after a vote to cut its budget by a fifth.

The decision was taken at a meeting on Thursday evening that lasted more than four hours.

~Advertisement

"Nobody wanted this," said the council's leader, Ruth Amis. "But the money is not there…"

~READ MORE: Market traders fear for their future as rents rise

What happens next

A consultation on the opening hours of six smaller branches will begin in June.

Readers can return books at any branch until then.

~Most read
~Man rescued from river after dog falls through ice
~Plans for 90 homes on former airfield turned down
~Fire crews called to blaze at recycling centre

~Comments
~Log in to leave a comment
~© 2024 Wensum Media Ltd. All rights reserved.
~Privacy policy
"""

BLOG = """\
~Skip to content
~Menu

A week without a phone

12 February 2023
~5 min read

I left the phone in a drawer on Monday morning and did not take it out until Sunday night.

The first day was easy. The second was not…

On the third day I walked to the market and, for once, nobody could reach me.

What I learned

It turns out that most messages can wait.

~Share this:
~Twitter
~Facebook

~Related

~Why I stopped reading the news in bed
~Making bread on a narrowboat

~Leave a comment
~Your email address will not be published. Required fields are marked *
~Previous Post
~Winter swimming for beginners
~About the author
~Ana Ruiz is a writer and teacher who lives in Leeds with two cats.
"""

PROMO_IN_THE_MIDDLE = """\
~We use cookies to improve your experience. By continuing you agree to our use of cookies.
~Accept all

Ferry service to the outer islands resumes

Updated 9 January 2022
Published 8 January 2022

Ferries to the outer islands sailed again on Saturday after nine days of gales.

~Storm damage to harbour walls worse than feared, engineers say
~The harbour walls at three ports need months of repairs, says a survey that divers made after the…

The first boat carried fuel, post and 40 passengers.

~Sign up for our newsletter
~The island week in five minutes

Fares will not rise this year, the operator said.

Why it matters

The islands have no airport and depend on the boats for food.

~Related stories

~Bridge to the mainland would cost too much, report finds
~A bridge would cost more than the islands earn in twenty years, the...

~Whale stranded on northern beach returned to sea
~Volunteers worked through the night to keep the animal...

Winter timetables will apply until the end of March.

~Jo Baird

~Jo Baird is the islands correspondent and has written about the sea since 2009.
~Back to top
"""

SCRAPED_RECIPE = """\
~Jump to recipe
~Print recipe
~Pin it
~Skip to content

Plum cake with almonds

~You may also like
~Lemon drizzle cake for a crowd
~How to store soft fruit

Ingredients
200 g plain flour
150 g butter, softened
3 eggs
a pinch of salt

Method

Heat the oven to 180 degrees and line a tin.

Beat the butter and sugar, then add the eggs one at a time.

Serves eight

~Leave a reply
~Save my name, email, and website in this browser for the next time I comment.
"""

SCRAPED_LIVE_PAGE = """\
~Skip to content
~Share

Election night as it happened

10:35 PM

First exit poll points to a hung parliament

The poll gives no party a majority, with turnout at its lowest since 1997.

11:02 PM

Prime minister arrives at her count

She did not speak to reporters, but waved from the steps.

The winners so far:

Anna Beck, North Harbour
Li Wen, South Harbour
Tom Oduya, Riverside

~Subscribe to our newsletter
~Enter your email address
"""

SCRAPED_PROFILE = """\
~Type to search
~Share this article

Mara Quist

Mara Quist is a Danish journalist who reported from eleven wars and lost an eye in one of them.

She was born in Aarhus in 1951 and left school at fifteen.

Quist retired in 2016, and lives on a farm near Ribe…

Archive

Her papers were given to the university, which has begun to put them in order.

For access, write to papers@aarhus.example

~Next article
~Museum buys forgotten sketches at auction
"""

NO_BLANK_LINES = """\
~Skip to content
~Sign up
Drought order extended to the whole county
14 August 2022
A hosepipe ban will cover the whole county from Friday.
Who is affected
The ban applies to 1.2 million homes and most businesses…
Farmers may still water crops at night.
Read the rules before you fill a pool.
~Related articles
~Reservoirs at lowest level in thirty years
~Why leaks are so hard to find
~Please enter your comment!
~Please enter your name here
"""

MINUTES = """\
Minutes of the parish council

Held on 4 March 2019 in the village hall

Present
Mrs A. Gray (chair)
Mr B. Holt
Ms C. Irwin

1. Apologies
None were received.

2. Matters arising
See also: minutes of 5 February, item 7
The clerk reported that the bench had been mended.

3. Comments
Read more: the surveyor's letter of 2 March
It was agreed to reply by the end of the month.

Latest news
The school has appointed a new head.

Next meeting
1 April 2019, 7:30 pm
"""

RECIPE = """\
Leek and potato soup

Share this with someone hungry

3 leeks
2 potatoes
1 litre of stock

Soften the leeks in butter, add the rest and simmer for twenty minutes.

More
Try it with cream.
"""

POEM = """\
The Ferry

We stood upon the stair…
the water came and went,
and what the gulls were screaming there
was more than what they meant

Search
for me where the river bends
Home
"""

MAIL = """\
From: Dana Cole <dana@example.org>
To: Ivo Marsh <ivo@example.org>
Subject: Budget for the spring issue
Date: Tue, 3 Mar 2020 10:15:00 +0000

Dear Ivo,

thank you for the figures. I have read them twice and think that we can
print sixteen pages more than last year, if the paper does not rise
again before May.

Could you ask the printer for an offer by Friday?

Best,
Dana

Share your files with me at any time
"""

PRESS_RELEASE = """\
FOR IMMEDIATE RELEASE

Northmoor Rail orders twelve battery trains

LEEDS, 12 June 2021 – Northmoor Rail has ordered twelve battery trains for its rural lines.

"This is the end of diesel on the moor," said Pat Lunn, the company's director.

About Northmoor Rail
Northmoor Rail runs 340 services a day in the north of England.

Contact
Kim Roe
press@northmoor.example
© 2021 Northmoor Rail
"""

NAMES = """\
Jane Abbott
Mark Bell
Susan Clarke
Related families
Home
Peter Dunn
"""

REPORT = """\
Flood defences, annual report {year}

Introduction

The year {year} was wetter than the one before.

Related articles

The committee has published two articles on tides.

Conclusion

The walls held in {year}, as they should.
"""

BIOGRAPHY = """\
Jim Pollard

Jim Pollard is an Australian journalist based in Thailand since 1999.

He worked for papers in Sydney, Perth, London and Melbourne before travelling.

Latest from the archive

His letters were sold in 2020.
"""

SOCIAL = """\
~Skip to content
~Menu
~Search
~Sign in
~Press freedom

How newsrooms use social networks

By Ada Brook | 7 July 2020

Every second newsroom in the survey posts to four networks or more.

Facebook

It brings readers, but fewer each year, and those who come leave within a minute.

X

Editors say that they stay for the sources, not for the readers.

Copyright law is no help.

Read-only access was given to forty researchers.

Latest from the archive

The first survey, of 2009, did not name a single network.

Why did they stay?

Nobody knows, and the editors themselves gave eleven different answers.

~Share this article
~Tweet
~Share on LinkedIn

The survey was paid for by the Brook Foundation.

Ada Brook

~Next article
~Small papers find new owners
~Cookie policy
~All rights reserved
"""
COUNCIL = """\
~Home > News > Council
~Listen to this article (4 minutes)

Council approves £2m flood wall

Councillor Jo Hay speaks at the meeting on Tuesday. Photograph: Lin Marsh/The Echo

The council has approved a flood wall of 400 metres along the Wen.

The vote was 14 to 9.

~READ MORE
~Why the Wen floods every spring

Who voted against:

Bill Orme
Kath Dunn
Steve Royle

Two members were absent.

~More stories

~Bus fares to rise by ten per cent in April
~3 hours ago
~School closed after boiler fails
~5 hours ago
~You might also like
~The best walks in the valley this spring
~Ten pubs with a view of the river
~Get our daily email
~Enter your email address
~By signing up you agree to our terms and privacy policy.
~Follow us
~Facebook
~Twitter
~© The Wen Echo 2021
"""
ROUNDUP = """\
~Skip to content
Morning briefing

~Share this story

1. Floods

Rain closed twelve roads in the north and a school in the south.

2. Trade

~ALSO READ: Farmers fear for exports

Exports of barley rose for the third month

3. Sport

Harling beat Wymond by three goals to nil.

Contact the editor: editor@example.org

~Leave a comment
"""
EMPTYISH = """\
~Subscribe
~* indicates required
~Please enter your name here
A single line of the page's own
"""
SCRAPED = {
    "local news": (LOCAL_NEWS, 21),
    "blog": (BLOG, 15),
    "promotion in the middle": (PROMO_IN_THE_MIDDLE, 14),
    "recipe page": (SCRAPED_RECIPE, 8),
    "live page": (SCRAPED_LIVE_PAGE, 4),
    "profile": (SCRAPED_PROFILE, 4),
    "no blank lines": (NO_BLANK_LINES, 7),
    "headings that name networks": (SOCIAL, 12),
    "council": (COUNCIL, 19),
    "roundup": (ROUNDUP, 4),
    "one line": (EMPTYISH, 3),
}
ORDINARY = {
    "minutes": MINUTES,
    "recipe": RECIPE,
    "poem": POEM,
    "mail": MAIL,
    "press release": PRESS_RELEASE,
    "names": NAMES,
    "biography": BIOGRAPHY,
}


def furniture_lines(document: Document) -> set[int]:
    return {
        line
        for block in document.blocks
        if block.kind is Kind.FURNITURE
        for line in range(block.lines[0], block.lines[1] + 1)
    }


def written_lines(text: str) -> set[int]:
    return {number for number, line in enumerate(text.split("\n"), start=1) if line.strip()}


def marked(text: str) -> Document:
    return mark(read("a.txt", text.encode()))


def reasons(text: str) -> dict[str, str]:
    return {block.text: block.reason for block in marked(text).blocks if block.reason}


def seeds() -> dict[str, Document]:
    return {name: read(name, (SEEDS / name).read_bytes()) for name in OWN_LINES}


@pytest.mark.parametrize("name", OWN_LINES)
@pytest.mark.parametrize("together", [True, False])
def test_no_line_of_a_seed_article_is_lost_and_its_furniture_is_found(
    name: str, together: bool
) -> None:
    documents = seeds()
    repeats = repeated(documents.values() if together else [])
    found = furniture_lines(mark(documents[name], repeats))
    furniture = written_lines((SEEDS / name).read_text(encoding="utf-8")) - OWN_LINES[name]
    assert found & OWN_LINES[name] == set()
    assert furniture - found == set()


@pytest.mark.parametrize("name", SCRAPED)
def test_scraped_pages_keep_their_own_lines_and_lose_their_furniture(name: str) -> None:
    page, expected = SCRAPED[name]
    lines = page.split("\n")
    furniture = {number for number, line in enumerate(lines, start=1) if line.startswith("~")}
    found = furniture_lines(marked("\n".join(line.removeprefix("~") for line in lines)))
    assert [lines[number - 1] for number in sorted(found - furniture) if lines[number - 1]] == []
    assert len(found & furniture) == expected


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_texts_lose_nothing(name: str) -> None:
    found = reasons(ORDINARY[name])
    assert [line for line, its in found.items() if its not in (MAIL_HEADER, MAIL_END)] == []


def test_the_header_and_the_end_of_a_mail_are_furniture_and_nothing_between() -> None:
    header, _, body = MAIL.partition("\n\n")
    ends = dict.fromkeys(("Best,", "Dana"), MAIL_END)
    assert reasons(MAIL) == dict.fromkeys(header.split("\n"), MAIL_HEADER) | ends
    assert reasons(f"Minutes of the board\n\n{MAIL}") == {}
    assert reasons(f"{header}\n{body}") == reasons(MAIL)


ANSWERED = """\
From: Gwen Pugh <gwen@example.org>
To: Mark Hill
Date: Mon, 4 Mar 2024 09:12:00 +0000
Subject: The library van

Thanks for the figures.

The van failed its test, and welding it costs 3,400 pounds.
Best before the spring, said the garage

Many thanks,

Gwen
Head of Services

PS bring the keys

On Fri, 1 Mar 2024 at 10:02, Mark Hill <mark@example.org> wrote:
> What is the budget for the van?
> Regards
> Mark

-----Original Message-----
From: Ann Lee
Sent: Thursday, February 29, 2024 8:00 AM
To: Mark Hill
Subject: Budget

Please ask Gwen what the van costs.
--
Ann Lee
This message is confidential.
"""


def test_what_a_mail_answers_stays_and_the_headers_within_and_the_ends_are_furniture() -> None:
    found = reasons(ANSWERED)
    ends = {line for line, reason in found.items() if reason == MAIL_END}
    assert ends == {
        *("Many thanks,", "Gwen", "Head of Services", "> Regards", "> Mark"),
        *("--", "Ann Lee", "This message is confidential."),
    }
    head, _, _ = ANSWERED.partition("\n\n")
    assert {line for line, reason in found.items() if reason == MAIL_HEADER} == {
        *head.split("\n"),
        "On Fri, 1 Mar 2024 at 10:02, Mark Hill <mark@example.org> wrote:",
        "-----Original Message-----",
        *("From: Ann Lee", "Sent: Thursday, February 29, 2024 8:00 AM", "To: Mark Hill"),
        "Subject: Budget",
    }
    assert len(found) == 8 + 4 + 5  # "To: Mark Hill" stands in two headers
    assert len(reasons(f"{head}\n\nOn reflection I wrote:\n\nNo.\n")) == 4
    # It is no mail, and so nothing in it ends one.
    assert reasons(ANSWERED.partition("\n\n")[2]).keys() == {"--"}


def test_what_one_agrees_to_by_signing_up_is_furniture_wherever_it_stands() -> None:
    line = "By signing up you agree to our terms and conditions."
    text = f"Bridge closed\n\nThe bridge was closed on Monday after a crack was found.\n\n{line}\n"
    assert reasons(text) == {line: SIGN_UP}
    assert reasons(text.replace(line, "By signing up he agreed to four years at sea.")) == {}


def test_two_dashes_over_a_long_text_are_a_rule_across_a_mail() -> None:
    told = "".join(f"The harbour has rule number {n}.\n\n" for n in range(20))
    head, _, _ = ANSWERED.partition("\n\n")
    found = reasons(f"{head}\n\nThe rules are below.\n--\n{told}")
    assert set(found.values()) == {MAIL_HEADER, NO_WORDS}


def test_lines_without_words_are_furniture_and_headings_may_be_underlined_with_them() -> None:
    text = "Manual\n======\n\nInstalling\n----------\n\nPress the red button.\n\n* * *\n\n42\n"
    assert reasons(text) == dict.fromkeys(("======", "----------", "* * *"), NO_WORDS)


def test_headings_that_stand_in_every_report_of_a_folder_stay() -> None:
    reports = [read(f"{year}.txt", REPORT.format(year=year).encode()) for year in range(2001, 2009)]
    repeats = repeated(reports)
    assert repeats.files("Introduction") == 8
    for report in reports:
        assert mark(report, repeats) == report


def test_a_sentence_that_stands_in_two_articles_is_news_in_both() -> None:
    documents = seeds()
    repeats = repeated(documents.values())
    for name, line in (("000_a3e307c3718755e1.txt", 21), ("001_1a1cf563412dea37.txt", 18)):
        assert line not in furniture_lines(mark(documents[name], repeats))


def test_a_page_scraped_twice_keeps_its_title() -> None:
    text = (
        "Skip to content\n\nHarbour wall mended\n\nShare this article\n\nIt took the town a year."
    )
    copies = [read(f"{number}.txt", text.encode()) for number in range(3)]
    kept = [block.text for block in mark(copies[0], repeated(copies)).blocks if not block.reason]
    assert kept == ["Harbour wall mended", "It took the town a year."]


def test_a_title_right_under_a_menu_stays() -> None:
    text = "Skip to content\nHome\nNews\nMenu\nSearch\nBlack Death\n\nIt reached the town in 1349."
    assert "Black Death" not in reasons(text + "\n\nLeave a comment")


def test_each_piece_of_furniture_has_its_reason() -> None:
    found = reasons(LOCAL_NEWS.replace("~", ""))
    assert found["Skip to main content"] == "navigation"
    assert found["Share this article"] == "share links"
    assert found["Log in to leave a comment"] == "comment form"
    assert found["Plans for 90 homes on former airfield turned down"] == "teaser of another story"


def test_marking_changes_nothing_but_kinds_and_reasons() -> None:
    document = read("a.txt", BLOG.replace("~", "").encode())
    after = mark(document)
    assert [(b.text, b.lines) for b in after.blocks] == [(b.text, b.lines) for b in document.blocks]
    assert mark(document) == after


@pytest.mark.skipif(not EVAL, reason="WHEREIN_EVAL is not set")
def test_no_paragraph_of_an_encyclopedia_is_furniture() -> None:
    files = sorted((Path(EVAL or "") / "squad_articles" / "documents").glob("*.txt"))
    documents = [read(file.name, file.read_bytes()) for file in files]
    repeats = repeated(documents)
    assert len(documents) > 0
    for document in documents:
        assert furniture_lines(mark(document, repeats)) == set()
    for file in files:
        scraped = "Skip to content\nType to search\n\n" + file.read_text(encoding="utf-8")
        assert furniture_lines(marked(scraped)) == {1, 2}


@pytest.mark.skipif(not SAMPLES, reason="WHEREIN_SAMPLES is not set")
@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("book-war-and-peace-1p.txt", set()),
        ("book-war-and-peace-1225p.txt", set()),
        ("norwich-city.txt", {"Toggle the table of contents"}),
    ],
)
def test_no_line_of_a_book_is_furniture(name: str, allowed: set[str]) -> None:
    document = read(name, (Path(SAMPLES or "") / "documents" / name).read_bytes())
    assert {block.text for block in mark(document).blocks if block.reason} <= allowed


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "a ",
        "(",
        "Related\n",
        "A b c\n",
        "Home\n",
        "10:15\n",
        "See also: ",
        "10:15\n\nA new b c\n\nIt is a day of rain.\n\n",
        "Subscribe\n\nA word of it\n\n",
        "Meet The Author\n",
        "Draft # 7\n\nit went on and\n\n",
    ],
)
def test_hostile_pages_take_linear_time(piece: str) -> None:
    page = "Skip to content\nType to search\nRelated\n" + piece * 20_000
    before = time.process_time()
    marked(page)
    assert time.process_time() - before < 10


LINES = st.sampled_from(
    [line for page, _ in SCRAPED.values() for line in page.replace("~", "").split("\n")]
)

ANY_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)


def test_heads_of_pages_that_differ_in_their_signs_are_compared_without_error() -> None:
    text = "and so the long account of it went on without an end"
    heads = ["Draft # 9", "Draft 2 8", "Draft # 7", "Draft 3 6"]
    body = "".join(f"{text}\n\n" * 6 + f"{head}\n\n" for head in heads) + f"{text}\n"
    assert marked(f"{text}\n\n{body}")


@given(st.lists(LINES | ANY_LINE, min_size=1, max_size=30))
def test_any_page_is_marked_without_error(lines: list[str]) -> None:
    document = read("a.txt", ("A line.\n" + "\n".join(lines)).encode())
    after = mark(document, repeated([document, document]))
    assert [block.text for block in after.blocks] == [block.text for block in document.blocks]
    assert not any("A line." in block.text for block in after.blocks if block.reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Sign up for our newsletter to get the best of the Courier every week.", "sign-up form"),
        ("Copyright 2023 The Ellery Courier. All rights reserved.", "legal notice"),
        ("© The Ellery Courier 2023. All rights reserved", "legal notice"),
        ("Copyright law of 1998 changed what papers may print.", None),
        ("Sign up for the course by 3 May.", None),
    ],
)
def test_some_lines_are_furniture_on_any_page(line: str, reason: str | None) -> None:
    text = f"Harbour wall mended\n\nThe wall was mended in the spring of that year.\n\n{line}\n"
    assert mark(read("a.txt", text.encode())).blocks[-1].reason == reason


RUNNING = """\
The owners of small reservoirs cannot be found, or say that they have

Annual review {first}

no money to pay an engineer.

The Office has used its power in three cases.

It asked the owners for the cost.

Annual review {second}

The level was drawn down by two metres.

A culvert was found and mended in June.

Nobody was hurt.

Annual review {third}

The walls are sound.
"""


def test_the_head_of_each_printed_page_is_furniture_and_a_chapters_is_not() -> None:
    found = reasons(RUNNING.format(first=2, second=3, third=4))
    assert found == {f"Annual review {n}": "repeated on each printed page" for n in (2, 3, 4)}
    assert reasons(RUNNING.format(first=2, second=2, third=1)) == {}
    chapters = RUNNING.replace("that they have", "that they have none.").replace(
        "no money", "No money"
    )
    assert reasons(chapters.format(first=2, second=3, third=4)) == {}


def test_a_line_that_leads_to_a_page_is_furniture() -> None:
    text = "Review\n\n1 Summary ........... 1\n\nThe year was wet. . . . And then it was dry."
    assert list(reasons(text)) == ["1 Summary ........... 1"]


def test_a_quote_set_apart_that_repeats_a_sentence_is_furniture() -> None:
    quote = "“People complain about smells far more than about noise.”"
    page = f"""\
Skip to content
Subscribe

The map of smells

She walks the city. People complain about smells far more than about noise. It is so everywhere.

{quote}

A song has a refrain that comes again.

A song has a refrain that comes again.

Leave a comment
"""
    assert [text for text in reasons(page) if "smells" in text] == [quote]
    assert not any("refrain" in text for text in reasons(page))


def test_an_article_about_cookies_and_terms_keeps_its_sentences() -> None:
    page = """\
Skip to content
Subscribe

Court fines the network over its terms

The network must tell you in plain words what it does with cookies, the court ruled on Monday.

Its privacy policy, said the judge, was one that you could sign up to but never read.

An appeal is to be heard in May, and until then the cookies stay as they are.

Leave a comment
We use cookies on this site to help us understand what our readers like.
"""
    found = reasons(page)
    assert [text for text in found if "ookies" in text] == [page.splitlines()[-1]]
    assert len(found) == 4


def test_two_articles_in_one_file_keep_their_lists() -> None:
    article = "\n\n".join(
        [
            "The harbour wall",
            *["The wall was mended in the spring of that year, and it cost more than was planned."]
            * 4,
            "Those who voted",
            "Bill Orme",
            "Kath Dunn",
        ]
    )
    page = f"Skip to content\n\n{article}\n\nShare this article\n\n{article}\n\nLeave a comment"
    assert len(reasons(page)) == 3
