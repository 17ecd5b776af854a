"""The furniture of an email: its headers, and its closing with the signature."""

from tests.index.furniture.pages import ORDINARY, reasons_by_text
from wherein.index.furniture.reasons import EMAIL_ENDING, EMAIL_HEADER, NO_WORDS

REPLY = """\
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


def test_the_header_and_the_closing_of_an_email_are_furniture_and_nothing_between() -> None:
    email = ORDINARY["mail"]
    header, _, body = email.partition("\n\n")
    closing = dict.fromkeys(("Best,", "Dana"), EMAIL_ENDING)
    assert reasons_by_text(email) == dict.fromkeys(header.split("\n"), EMAIL_HEADER) | closing
    assert reasons_by_text(f"{header}\n{body}") == reasons_by_text(email)


def test_a_text_that_quotes_an_email_below_its_title_is_no_email() -> None:
    assert reasons_by_text(f"Minutes of the board\n\n{ORDINARY['mail']}") == {}


def test_the_closings_of_an_email_and_of_the_quoted_emails_are_furniture() -> None:
    found = reasons_by_text(REPLY)
    assert {text for text, reason in found.items() if reason == EMAIL_ENDING} == {
        *("Many thanks,", "Gwen", "Head of Services", "> Regards", "> Mark"),
        *("--", "Ann Lee", "This message is confidential."),
    }


def test_the_headers_of_an_email_and_of_the_quoted_emails_are_furniture() -> None:
    found = reasons_by_text(REPLY)
    header, _, _ = REPLY.partition("\n\n")
    assert {text for text, reason in found.items() if reason == EMAIL_HEADER} == {
        *header.split("\n"),
        "On Fri, 1 Mar 2024 at 10:02, Mark Hill <mark@example.org> wrote:",
        "-----Original Message-----",
        *("From: Ann Lee", "Sent: Thursday, February 29, 2024 8:00 AM", "To: Mark Hill"),
        "Subject: Budget",
    }
    assert len(found) == 8 + 4 + 5  # "To: Mark Hill" stands in two headers


def test_a_sentence_that_resembles_an_announced_email_is_kept() -> None:
    header, _, _ = REPLY.partition("\n\n")
    assert len(reasons_by_text(f"{header}\n\nOn reflection I wrote:\n\nNo.\n")) == 4


def test_without_a_header_a_text_is_no_email_and_keeps_its_closings() -> None:
    _, _, body = REPLY.partition("\n\n")
    assert reasons_by_text(body).keys() == {"--"}


def test_two_dashes_above_a_long_text_of_an_email_are_no_signature() -> None:
    rules = "".join(f"The harbour has rule number {number}.\n\n" for number in range(20))
    header, _, _ = REPLY.partition("\n\n")
    found = reasons_by_text(f"{header}\n\nThe rules are below.\n--\n{rules}")
    assert set(found.values()) == {EMAIL_HEADER, NO_WORDS}
