"""The phrases that furniture is known by: tables of whole short lines, by what they prove.

They belong to kinds of pages, not to sites.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wherein.index.furniture.phrases_other_languages import ABROAD
from wherein.index.furniture.reasons import (
    ACTION,
    ADVERT,
    AUDIO,
    BIOGRAPHY,
    CITING,
    COMMENTS,
    COOKIES,
    FEEDBACK,
    LEGAL,
    MAIL_ARCHIVE,
    NAVIGATION,
    PLAYER,
    SHARING,
    SIGN_UP,
    TAGS,
    TEASER,
    Trust,
)

LONGEST_PHRASE = 160  # also what keeps every pattern below linear


# One pattern a line, for the whole of a short line, folded: lower case, straight quotes, no
# punctuation at its edges.
_PATTERNS = {
    (Trust.SURE, NAVIGATION): r"""
        (skip|jump)( directly)? to (the )?(main )?(content|navigation|recipe)
        toggle (the )?(\w+ ){0,3}(menu|contents|navigation|search)
        type to search
        (back|go|scroll|return) ?to ?(the )?top
        (close|open|main) (menu|modal|navigation)
        accessibility (help|links|statement)
        .{2,100}?(\.{5,}|( \.){5,}) ?\d{1,4}""",
    (Trust.SURE, SIGN_UP): r"""
        (indicates|denotes) (a )?required( fields?)?
        (sign up|subscribe) (for|to) (our|the) ([\w-]+ ){0,3}newsletters?
        (sign up|subscribe) (for|to) our ([\w-]+ ){0,3}newsletters?,? (to|and|for) .*
        (you have |you've )?suc+es+ful+y (subscribed|signed up)
        by (signing up|subscribing|registering),? you (agree|consent|accept|confirm)\b.{0,200}""",
    (Trust.SURE, AUDIO): r"""
        this audio (is|was) (created|generated|read|narrated) (with|by|using) (ai|an automated)\b.*
        listen to this (article|story)( \W.*| \d.*)?""",
    (Trust.SURE, PLAYER): r"""
        (this|the) video (can ?not|can't) be played\b.*
        to (play|watch|view) this (video|content)\b.*javascript.*""",
    (Trust.SURE, SHARING): r"""
        share this (article|story|post|page)( (on|via) \w+)?
        click to share\b.*
        share( this)?( on| via| by)? [\w/]+ \(opens in (a )?new (window|tab)\)""",
    (Trust.SURE, COMMENTS): r"""
        please enter your (comment|name)( here)?
        your e-?mail address will not be published\b.*
        save my name, e-?mail\b.*
        notify me of (new|follow-up) (posts|comments) by e-?mail
        (you must be )?log(ged)? in to (leave|post) a comment
        you must be (logged|signed) in to (leave|post) a comment
        leave a (reply|comment)( cancel reply)?
        cancel reply""",
    (Trust.SURE, "reading time"): r"(reading time:? ?)?\d{1,3}[ -]?min(ute)?s?[ -]read",
    (Trust.SURE, LEGAL): r"""
        (©|\(c\)|copyright)\W.*\b(19|20)\d\d\b.*\ball rights reserved\b.*
        (proudly )?powered by (wordpress|drupal|ghost|squarespace|shopify|joomla|medium)
        .*\|.*powered by (wordpress|drupal|ghost|squarespace|shopify|joomla|medium)
        do not sell( or share)? my personal information""",
    (Trust.SURE, MAIL_ARCHIVE): r"""
        \[?(date|thread) prev(ious)?\].{0,80}
        (prev|previous|next) by (date|thread): ?.*
        \[? ?(date|thread|subject|author) index ?\].{0,80}""",
    (Trust.TELLING, MAIL_ARCHIVE): r"""
        (message-id|in-reply-to|list-archive|list-id|x-mailer|user-agent|content-type): .*
        follow-ups|index\(es\)""",
    (Trust.TELLING, NAVIGATION): r"""
        (show|read|view|see|load|continue) (more|less|all|reading)
        (view|see|read|browse) (all|more)( \w+){1,4}
        (← ?|« ?)?(older|newer|previous|next) (posts?|entries|page|article|story|post\b.*)
        post navigation
        text size:? ?.{0,20}
        (expand|collapse)( all)?
        (home|start|news) ?[>»›/].*|you are here.{0,80}
        text[ -]only( version)?|search (this|the|our) (web)?site|site ?map
        \d{1,3} items?( [-–:]? ?[£$€][\d.,]+)?|(basket|cart|bag):? ?\(?\d{1,3}\)?.{0,12}
        .{1,40}(, )?opens in (a )?new (tab|window)\)?""",
    (Trust.TELLING, SIGN_UP): r"""
        (please,? )?enter (your|a|correct|valid)( [\w-]+)? e-?mail( .*)?
        (thank you|thanks) for (signing up|subscribing)\b.*
        (subscribe|sign up|register|join)( now| today| here| free| for free| for (our )?\w+)?
        (subscribe|sign up) (for|to) [\w' -]{3,60}
        (already a (member|subscriber)|not a (member|subscriber))\b.*
        register now for free\b.*|sign me up
        (get|join) (the|our) .{0,40}\b(newsletter|mailing list|e-?mails?)
        (get|have) (the |our )?[\w' ]{2,40} (delivered|sent|straight|in) (to )?your (\w+ )?\w+
        (your )?(first|last|full|given|family) name
        (your )?(name|comment|e-?mail|e-?mail address|phone|message|subject) ?(\*|\(required\))
        (e-?mail|your e-?mail) address|keep (me )?up to date( .{0,60})?
        stay (informed|up[ -]to[ -]date|connected|in touch)( with us)?
        yes, i('d| would) like to\b.*""",
    (Trust.TELLING, ADVERT): r"""
        advertisement( \d+)?|advertising
        remove ads
        (story|article) continues (below|after)\b.*
        (sponsored|promoted|paid)( content| headlines| stories| links| post)?
        (ads )?by (taboola|outbrain|google)
        .*\b(18\+|t&cs apply|begambleaware\S*)""",
    (
        Trust.TELLING,
        COOKIES,
    ): r"""
        (this (web)?site|we)( \w+)? (uses?|like to set)\b( \w+)* cookies\b.*
        (accept|reject|view|manage)( all| additional| necessary| optional)? cookies
        cookies on .{2,40}
        (manage|your) (cookie |privacy )?(settings|preferences|choices)""",
    (Trust.TELLING, PLAYER): r"""
        media caption\b.*|video caption\b.*
        \d{1,2}:\d\d( ?/ ?\d{1,2}:\d\d)?
        (play|watch) (video|the video)|video player is loading|unmute|fullscreen""",
    (Trust.TELLING, SHARING): r"""
        (share|tweet|pin|like|print|e-?mail|save|bookmark) (this|it|page|article|story)
        (e-?mail|print|share|save|bookmark) this (page|article|story)\b.{0,20}
        notify me when this page changes|about sharing|share( this)?:.*|like this|like loading
        follow( us)? on \w+|follow:.*
        ((facebook|twitter|x|linkedin|pinterest|e-?mail|whatsapp|reddit)([ |,·]+|$)){2,7}
        [♥❤👍] ?\d{1,6}""",
    (Trust.TELLING, "day of the visit"): r"today:? (\w+, )?(\d{1,2} \w+|\w+ \d{1,2}),? \d{4}",
    (
        Trust.TELLING,
        TEASER,
    ): r"((also (read|see))|((read|see) (also|more|next))|related|more) ?[:–—-] ?.+",
    (Trust.TELLING, COMMENTS): r"""
        comment(ing|s)? (guidelines|policy|rules|are (now )?closed)
        comments? \(\d{1,6}\)|(please note, )?comments (must|need to|will) be approved.{0,40}
        (post|submit|add|write) (a |your )?comment|join the (conversation|discussion)
        reply( to)?""",
    (Trust.TELLING, TAGS): r"""
        (filed under|posted in|tagged( with| as)?|tags|categories|category|keywords)\b ?:? ?\S.*""",
    (Trust.TELLING, FEEDBACK): r"""
        (is|was|did) this (page|article) (useful|helpful|help).*|feedback
        did you find what you .{0,40}
        report (a|an) (typo|error|problem|correction|issue)\b.*
        (suggest|request|submit) a correction|have any feedback.*|give (us )?feedback
        help us improve .{2,40}|send( feedback)?|submit( form)?""",
    (Trust.TELLING, LEGAL): r"""
        (©|\(c\)|copyright)\W.*\b(19|20)\d\d\b.*
        ©.{2,80}
        all (rights reserved|content is available under)\b.*
        (purchase|acquire|buy) (licensing|reprint) rights.*
        (terms|conditions) (of|and|&) (use|service|conditions|privacy)( .{0,30})?
        privacy (policy|notice|statement|settings)( .{0,30})?
        cookies? (policy|settings|notice|preferences)
        copyright( and \w+)?|freedom of information
        modern slavery (statement|act)|(editorial|corrections) (complaints|policy|standards)
        (the )?[\w ]{2,40} is not responsible for the content of external (web)?sites.*""",
    (Trust.TELLING, ACTION): r"""
        (watch|listen|read|download|donate|join|buy|book|apply)( it)? (now|today|here|online)
        (learn|find out) more|download (the |as )?(a )?(pdf|report|full report|app|brief)( .{0,30})?
        (give|donate) (now|once|monthly|today)|(make|set up) a (gift|donation)
        (print|download) (this|article|recipe|page|pdf)
        place your (ad|notice|advert)|advertise with us|become a (member|subscriber|supporter)
        got a (story|tip|news tip)\b.*|follow us|get involved|contact the newsroom""",
    (Trust.OPENING, TEASER): r"""
        (previous|next|related|latest|more|top|recent|popular) (story|stories|articles?|posts?|news)
        (related|latest|more|top|recent|other|all|further|featured) (story|stories|articles?)
        (related|latest|more|top|recent|all|further) (headlines|content|reading|coverage|reports?)
        (related|latest|more|recent|all|featured) (publications?|videos?|events?|jobs?|posts?|news)
        more (on|from|in) .{2,40}
        explore (more|further|the topic)
        news ?feed
        related( \w+){0,2}
        in case you missed it
        don't miss|must[ -]reads?
        (latest|elsewhere|trending|around|also) (from|on|at|in)\b.{0,40}
        you ((may|might|could|will) )?(also )?(like|love|enjoy|be interested in)
        recommended( for you)?|read next|up next|what to read next
        most (read|popular|viewed|shared|commented|watched)( .{0,40})?
        (our |the )?editors?'?s? (picks?|choice)|staff picks
        (trending|popular|featured|top stories|features|highlights)( now| this week| today)?""",
    (Trust.OPENING, COMMENTS): r"""
        \d{1,6} (responses?|comments?|replies|thoughts? on\b.*)""",
    (Trust.OPENING, BIOGRAPHY): r"""
        (about|meet) (the|our|this) (authors?|writers?|contributors?|reporters?|editors?)
        (related|our) (experts?|people|authors?)
        (published|written|posted) by \w+""",
    (Trust.OPENING, CITING): r"""
        (cite|how to cite)( this)?( \w+)?( as)?|(story|journal) (source|references?)
        materials provided by .*""",
    (Trust.OPENING, TAGS): r"""
        (related )?(topics|terms|tags|keywords)|topics in this (article|story)""",
    (Trust.OPENING, NAVIGATION): r"""
        blogroll|quick links|useful links|related (pages|links)
        (related )?internet links|external links and resources""",
    (Trust.LOOSE, NAVIGATION): r"""
        menu|close|search( for)?
        (table of )?contents|(in|on) this (article|page|story)|jump to( section)?
        home( ?[>»›/|] ?.*)?
        [\w ]{2,20} home ?page
        (view|see|load) more
        (log|sign) ?(in|out)|(my|your) account|contact us|about us|basket( \(\d+\))?
        (← ?|« ?)?(previous|next|prev)( ?→| ?»)?
        \d{1,3}°[cf]?( .{0,20})?|us edition|uk edition|international edition
        [a-z]{2}( ?[|/·] ?[a-z]{2}){1,6}
        (archives?|categories|languages?|settings|help|support)( hub| centre| center| us)?""",
    (Trust.LOOSE, SHARING): r"""
        share|share (this|on \w+)|tweet|print|follow us( on \w+)?|e-?mail|copy link|pin it|save
        facebook|twitter|x|whatsapp|linkedin|telegram|reddit|pinterest|instagram|youtube|bluesky|rss
        mastodon|threads|tiktok|flipboard|x/twitter|messenger""",
    (Trust.LOOSE, COMMENTS): r"(\d{1,6} |no |post a |add a )?comments?|\w{1,20} says",
    (Trust.LOOSE, COOKIES): r"(accept|reject|allow) all|manage preferences|cookies?( policy)?",
    (Trust.LOOSE, LEGAL): r"""
        ©.*|all rights reserved
        privacy|legal|disclaimer|imprint|terms|terms (of|and|&) \w+|accessibility""",
    (Trust.LOOSE, ADVERT): r"ad|ads|advert",
}
_MENU_WORDS = """
news, local, local news, world, uk, us, u.s, national, international, politics, business, economy,
markets, money, finance, tech, technology, science, health, environment, climate, sustainability,
energy, education, opinion, editorial, comment, columnists, analysis, features, essays, interviews,
reviews, culture, arts, books, film, tv, radio, music, entertainment, celebrity, showbiz, style,
lifestyle, fashion, beauty, food, travel, property, cars, motoring, jobs, careers, obituaries,
classifieds, events, what's on, weather, traffic, games, puzzles, crosswords, horoscopes,
sport, sports, football, soccer, cricket, rugby, tennis, golf, boxing, racing, nfl, nba, mlb,
nhl, f1, scores, fixtures, results, tables, teams, standings, stats, fantasy, betting, odds, africa,
asia, americas, europe, middle east, australia, latin america, asia pacific, latest, live, watch,
watch live, live tv, video, videos, audio, podcast, podcasts, photos, pictures, gallery, galleries,
media, media centre, press, press releases, press office, newsroom, investors, investor relations,
products, services, solutions, industries, customers, pricing, resources, company, about, about the
site, our work, our people, who we are, what we do, where we work, get involved, contact, team,
staff, leadership, governance, people, experts, programs, programmes, projects, regions, topics,
issues, research, reports, publications, briefings, data, library, longform, archive, blog, forum,
community, magazine, newsletters, subscriptions, subscribe, membership, donate, support us, shop,
store, cart, checkout, wishlist, directory, careers at, advertise, partners, sponsors, faq, faqs,
sitemap, rss feeds, feeds, mobile apps, epaper, e-paper, digital edition, e-edition, syndication,
masthead, submissions, stockists, permissions, legal, more, all, home, english, deutsch, français,
español, italiano, português, nederlands, polski, türkçe, русский, українська, العربية, فارسی, 中文,
日本語, 한국어, हिन्दी, summary, commentary, line-ups, lineups, overview, share, like, listen,
browse, accounts, dashboard, annual reports, trending, popular, tags
"""


def _compiled() -> Iterator[tuple[Trust, str, re.Pattern[str]]]:
    """The patterns, those that prove the most first."""
    for wanted in Trust:
        for (trust, reason), lines in (*_PATTERNS.items(), *ABROAD.items()):
            if trust is wanted:
                pattern = "|".join(line.strip() for line in lines.strip().splitlines())
                yield trust, reason, re.compile(pattern)


_TABLE = tuple(_compiled())
_MENU = frozenset(word.strip() for word in _MENU_WORDS.replace("\n", " ").split(","))
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_LINK = re.compile(r"\[([^][]{0,80})\]\([^()\s]{0,300}\)")  # as Markdown writes it
_BULLETS = "*# "
_WAY = re.compile(r" ?[/|>›»·] ?")  # "News > Transport"
LONGEST_WAY = 6  # in words, with the signs between
_EDGES = " .!:…»›>→←•·|+×✕☰▼▾▸–—-"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of the table, found."""

    trust: Trust
    reason: str


def folded(text: str) -> str:
    """Lines that are equal in this are the same line: case, quotes, spaces and edges aside."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    bare = text.translate(_STRAIGHT).casefold().strip(_EDGES).lstrip(_BULLETS)
    return " ".join(bare.split())


def phrase_of(text: str) -> Phrase | None:
    """What the table says of a line, None where it says nothing."""
    if len(text) > LONGEST_PHRASE:
        return None
    line = folded(text)
    for trust, reason, pattern in _TABLE:
        if pattern.fullmatch(line):
            return Phrase(trust, reason)
    first = _WAY.split(line, maxsplit=1)[0]
    known = first in _MENU and (first == line or len(line.split()) <= LONGEST_WAY)
    return Phrase(Trust.MENU, NAVIGATION) if known else None
