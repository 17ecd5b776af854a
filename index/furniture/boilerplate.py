"""Sentences in which a page speaks of itself, not of its story: to subscribers, of its terms."""

import re

LONGEST = 800

_PAGE = re.compile(
    r"\b(?:unsubscribe|(?:your|the) inbox|newsletters?|cookies|javascript|(?:your|web) browser"
    r"|privacy (?:policy|notice|statement)|terms (?:of (?:use|service)|and conditions|& conditions)"
    r"|all rights reserved|new (?:window|tab)|sign(?:ed|ing)? (?:up|in)\b|log(?:ged|ging)? in\b"
    r"|subscri(?:be|bers?|bing|ption)|external (?:web)?sites|e-?mails? (?:address|updates|alerts)"
    r"|registered (?:charity|office|trademarks?)|tax[- ]deductible|push notifications"
    r"|news alerts|streaming app|free trial|this (?:web)?site|our (?:web)?site|our stories"
    r"|our (?:archive|app|latest|daily|weekly|journalism|membership)|t&cs|begambleaware"
    r"|credit card|national insurance|feedback|comments)\b",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:please |to )?(?:sign up|subscribe|register|get|follow|click|enter|download|join|donate"
    r"|keep|log in|register|support|see|read|by (?:signing|subscribing|clicking))\b",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\b(?:views (?:expressed|represented)|not necessarily (?:reflect|represent)"
    r"|may not be (?:published|reproduced|copied)|all rights reserved|rights (?:are )?controlled"
    r"|without (?:the )?(?:prior|written|express) (?:written )?(?:permission|consent)"
    r"|forward-looking statements that|actual results (?:may|could) differ"
    r"|delayed (?:at least |a minimum of )?\d+ minutes|edited for (?:style|length) (?:and|or)"
    r"|not responsible for the content|responsible for the content of external"
    r"|under the open government licence|institutional positions"
    r"|press standards organi[sz]ation|registered trademarks?|tax[- ]deductible)\b",
    re.IGNORECASE,
)


def is_boilerplate(text: str) -> bool:
    """Whether a line speaks to the page's reader of the page, or disclaims.

    No proof by itself: an article may tell of cookies, and a blog speak to its readers.
    """
    if len(text) > LONGEST or text[:1] in "\"“'‘":
        return False
    if _DISCLAIMER.search(text):
        return True
    named = {found.lower() for found in _PAGE.findall(text)}
    if not named:
        return False
    speaks = len(named) + bool(_YOU.search(text)) + 2 * bool(_WE.search(text) or _ORDER.match(text))
    return speaks > 2
