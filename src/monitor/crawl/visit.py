"""One page of a site, from its look to what is kept of it; and the links that are only looked at."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import attrgetter

from monitor import links, page, urls
from monitor.crawl.columns import Outcome, listing, may_be_column
from monitor.crawl.entry import Progress, is_markup, markup_of
from monitor.crawl.follow import PAGE_TAGS, follow, follow_part, note_bad_link
from monitor.crawl.queue import Wish
from monitor.crawl.rows import Rows
from monitor.crawl.service import names_of
from monitor.crawl.state import Walk
from monitor.fetch import Aim
from monitor.model import Column, Fetch, HomeLook, LinkState, Page, PageKind, Trust, Verdict
from monitor.page import Glance
from monitor.recall import Facts, Known

_SHELL = 60
"""Letters of a home page that leads nowhere, below which a script must be meant to fill it."""
_LARGE = 300_000
"""Bytes of a page beyond which it is read beside the loop: a hostile one takes a second."""
_MOST_REMEMBERED = 3_000
"""Links of a page that is remembered."""
_MOST_DATES = 60
_AS_IT_WAS = Verdict(state=LinkState.ALIVE, reason="as at its last look")


async def read(walk: Walk, wish: Wish, *, anew: bool = False) -> None:
    """Look at a page and keep what it says; one that is known and not due is taken as it was, unless `anew`."""
    permission = await walk.fetcher.permits(wish.url)
    if not permission.allowed:
        walk.disallowed.add(wish.url)
        verdict = Verdict(state=LinkState.UNVERIFIED, reason=permission.reason)
        walk.ledger.settle(wish.url, verdict)
        walk.outcomes[urls.same_page(wish.url)] = Outcome(verdict=verdict, final_url=wish.url)
        return
    memory = walk.memory if urls.same_page(wish.url) not in walk.columns else None
    known = memory.page(wish.url) if memory else None
    if memory is None or known is None or walk.services.reads_anew(wish.url):
        await take_in(walk, wish, await walk.fetcher.look(wish.url))
        return
    told = known.facts.told if known.facts else ""
    if not anew and not memory.is_due(wish.url, known, wish.depth) and not walk.services.must_see(wish.url, told):
        walk.ledger.settle(wish.url, _AS_IT_WAS)
        _as_it_was(walk, wish, known, seen_today=memory.was_seen_today(known))
        walk.recalled.put(wish.url)
        return
    fetch = await walk.fetcher.look(wish.url, validators=memory.validators(known))
    if memory.is_same(known, fetch):
        memory.keep_same(wish.url, fetch, known)
        walk.ledger.answered(wish.url, fetch, _AS_IT_WAS)
        _as_it_was(walk, wish, known, seen_today=True)
    else:
        await take_in(walk, wish, fetch, known)


def _as_it_was(walk: Walk, wish: Wish, known: Known, *, seen_today: bool) -> None:
    """Follow the links of a page that is as it was at its last look."""
    assert known.facts is not None
    _count(walk, wish)
    _lives(walk, wish)
    _tell(walk)
    walk.services.recall(wish.url, known.facts.told, known.facts.parts, wish.depth)
    walk.ledger.from_memory = not seen_today
    try:
        _lead_on(walk, wish, wish.url, known.facts)
    finally:
        walk.ledger.from_memory = False


def _lead_on(walk: Walk, wish: Wish, page_url: str, facts: Facts) -> None:
    for part in facts.parts:
        follow_part(walk, wish, page_url, part)
    for href, words in facts.bad_links:
        note_bad_link(walk, page_url, href, words)
    if facts.next_page and walk.may_read(facts.next_page):
        walk.frontier.add(Wish(facts.next_page, wish.depth))  # where a script writes the pager, no link leads on
        if facts.ordered:
            walk.later.put(urls.same_page(facts.next_page))


def _count(walk: Walk, wish: Wish) -> None:
    if wish.url not in walk.depths:
        walk.depths[wish.url] = wish.depth
        walk.pages += wish.url not in walk.recalled


def _lives(walk: Walk, wish: Wish) -> None:
    """A page was found alive: of most of what was kept to judge it there is no more need."""
    walk.frontier.lives(wish.url)
    walk.depths.pop(wish.url, None)
    walk.tells_apart = walk.tells_apart or wish.depth > 0


async def check_host(walk: Walk, addresses: deque[str]) -> None:
    """Look at the links to one host, one after the other."""
    for url in addresses:
        permission = await walk.fetcher.permits(url) if walk.owns(url) else None
        if permission is not None and permission.good and not permission.allowed:
            walk.disallowed.add(url)
            walk.ledger.settle(url, Verdict(state=LinkState.UNVERIFIED, reason=permission.reason))
            continue
        await _check(walk, url)
        _tell(walk)


async def _check(walk: Walk, url: str) -> None:
    """Look at one link, unless it is known and not due; what stands on the home page always is."""
    memory = walk.memory
    known = memory.link(url) if memory else None
    if memory and known and not _is_on(walk, url, walk.home) and not memory.is_due(url, known):
        walk.ledger.settle(url, _AS_IT_WAS)
        return
    if memory and known:
        fetch = await walk.fetcher.look(url, aim=Aim.LINK, validators=memory.validators(known))
    else:
        fetch = await walk.fetcher.look(url, aim=Aim.LINK)
    verdict = _judge(walk, fetch)
    walk.ledger.answered(url, fetch, verdict)
    if memory and verdict.state is LinkState.ALIVE:
        memory.keep_link(url, fetch, known)
    elif memory and known:
        memory.forget(url)


def _is_on(walk: Walk, url: str, page_url: str) -> bool:
    target = walk.ledger.target(url)
    return target is not None and any(parent.url == page_url for parent in target.parents[:1])


def _judge(walk: Walk, fetch: Fetch) -> Verdict:
    official = walk.owns(fetch.asked) or urls.host(fetch.asked).endswith(".gov.cn")
    return links.verdict(fetch, text=markup_of(fetch), missing=walk.missing, home=walk.home, official=official)


async def take_in(walk: Walk, wish: Wish, fetch: Fetch, known: Known | None = None) -> str:
    """Keep what a page said: its verdict, its links, and what it is as a column. Gives its title.

    `known`: what is known of it from an earlier day.
    """
    _count(walk, wish)
    is_part = _came_in_part(fetch)
    if is_part and wish.depth and walk.cut.setdefault(wish.url, 0) == 0:
        return ""  # judged by the next look at it
    walk.cut.pop(wish.url, None)
    key = urls.same_page(wish.url)
    column = walk.columns.get(key)
    glance = _glance(walk, fetch) if wish.depth and column is None else None
    verdict = (glance and _at_a_glance(walk, fetch, glance)) or _judge(walk, fetch)
    walk.ledger.answered(wish.url, fetch, verdict)
    foreign = not walk.owns(fetch.url)
    if verdict.state is not LinkState.ALIVE or foreign:
        walk.outcomes[key] = Outcome(verdict=verdict, final_url=fetch.url, foreign=foreign)
    else:
        walk.outcomes.pop(key, None)
    if verdict.state is LinkState.ALIVE:
        _lives(walk, wish)
    elif walk.memory and known:
        walk.memory.forget(wish.url)
    _tell(walk)
    if verdict.state is not LinkState.ALIVE or foreign or not is_markup(fetch):
        return ""
    if glance is not None:
        walk.tags.glanced(glance.url, fetch.body)
        told = walk.services.read(wish.url, fetch, glance.parts, wish.depth)
        facts = Facts(parts=glance.parts, bad_links=glance.bad_links, told=told)
        _lead_on(walk, wish, glance.url, facts)
        _remember(walk, wish, fetch, facts, known)
        return glance.title
    return await _take_in_whole(walk, wish, fetch, column, verdict, known)


async def _take_in_whole(
    walk: Walk, wish: Wish, fetch: Fetch, column: Column | None, verdict: Verdict, known: Known | None
) -> str:
    """As `take_in`, for a living page that may be more than an article."""
    key, landed = urls.same_page(wish.url), urls.same_page(fetch.url)
    if landed != key:
        walk.aliases[key] = landed
        if walk.frontier.known(fetch.url):
            return ""
        walk.frontier.note(fetch.url)
        walk.ledger.settle(fetch.url, verdict)
    found = await _read_whole(walk, wish, fetch, column)
    if wish.depth == 0:
        leads_on = found.forwards_to or any(link.tag in PAGE_TAGS for link in found.outlinks)
        walk.shell = found.text_length < _SHELL and not leads_on
        walk.home_look = _home_look(found)
        if found.forwards_to is None:
            await _identify(walk, fetch)
    else:
        walk.tags.read(found, column=column is not None)
    is_later = landed in walk.later and column is None
    if column is not None or may_be_column(found):
        under_work = links.is_maintenance(markup_of(fetch), found.title)
        seen = listing(found, looked_at=fetch.started_at, maintenance=under_work, cut=_came_in_part(fetch))
        walk.listings[landed] = replace(seen, rows=Rows()) if is_later else seen
    for outlink in found.outlinks:
        follow(walk, wish, found.url, outlink)
    names = (column.name if column else "", *names_of(found, walk.menu.get(key, "")))
    told = walk.services.read_whole(names, found, fetch, wish.depth, is_column=column is not None or key in walk.menu)
    facts = Facts(
        parts=(),
        bad_links=found.bad_links,
        next_page=found.next_page or "",
        ordered=found.sorted_newest_first,
        lists=landed in walk.listings and not is_later,
        told=told,
    )
    _lead_on(walk, wish, found.url, facts)
    if found.forwards_to and walk.may_read(found.forwards_to):
        walk.frontier.add(Wish(found.forwards_to, wish.depth))
    elif found.forwards_to and not walk.owns(found.forwards_to):
        walk.outcomes[key] = Outcome(verdict=verdict, final_url=found.forwards_to, foreign=True)
        walk.listings.pop(landed, None)
    if found.forwards_to is None and column is None and wish.depth:
        parts = tuple(tuple(part) for _, part in groupby(found.outlinks, attrgetter("place")))
        _remember(walk, wish, fetch, replace(facts, parts=parts), known)
    return found.title


def _home_look(home: Page) -> HomeLook:
    """What a home page shows of news; a date that is only guessed is none."""
    sure = [item.published for item in home.items if item.published and item.published.trust > Trust.DOUBTFUL]
    return HomeLook(
        dated=tuple(sorted(sure, key=attrgetter("day"), reverse=True)[:_MOST_DATES]),
        undated=len(home.items) - len(sure),
        leads_to=frozenset(urls.same_page(link.url) for link in home.outlinks if link.tag == "a"),
    )


async def _identify(walk: Walk, fetch: Fetch) -> None:
    """Keep what the home page shows of its site."""
    reading = partial(page.identify, fetch.body, fetch.url, content_type=fetch.headers.get("content-type", ""))
    shown = reading() if len(fetch.body) <= _LARGE else await asyncio.to_thread(reading)
    walk.identity = replace(
        shown,
        in_part=shown.in_part or fetch.truncated,
        seconds=fetch.seconds if fetch.tries == 1 and fetch.seconds > 0 else None,
        ipv6=walk.fetcher.has_ipv6(fetch.url),
    )


async def _read_whole(walk: Walk, wish: Wish, fetch: Fetch, column: Column | None) -> Page:
    read_ = partial(
        page.read,
        fetch.body,
        fetch.url,
        walk.today,
        content_type=fetch.headers.get("content-type", ""),
        kind=PageKind.HOME if wish.depth == 0 else None,
        item_selector=column.item_selector if column else "",
        date_selector=column.date_selector if column else "",
    )
    return read_() if len(fetch.body) <= _LARGE else await asyncio.to_thread(read_)


def _remember(walk: Walk, wish: Wish, fetch: Fetch, facts: Facts, known: Known | None) -> None:
    """Keep a living page for the days to come, where the next look at it can be compared with this one."""
    plain = fetch.status == 200 and not (fetch.hops or fetch.truncated or fetch.failure)
    if walk.memory and plain and sum(map(len, facts.parts)) <= _MOST_REMEMBERED:
        walk.memory.keep(wish.url, fetch, facts, known)


def _came_in_part(fetch: Fetch) -> bool:
    return fetch.status == 200 and (not fetch.body or (fetch.truncated and is_markup(fetch)))


def _glance(walk: Walk, fetch: Fetch) -> Glance | None:
    """The page at a glance, where it came whole and is an article for sure."""
    if fetch.status != 200 or fetch.failure or fetch.truncated or fetch.hops or not is_markup(fetch):
        return None
    return walk.glances.at(fetch.body, fetch.url, fetch.headers.get("content-type", ""))


def _at_a_glance(walk: Walk, fetch: Fetch, glance: Glance) -> Verdict | None:
    if glance.doubtful:
        return None
    return links.plainly_alive(fetch, title=glance.title, letters=glance.letters, missing=walk.missing)


def _tell(walk: Walk) -> None:
    walk.watch(
        Progress(site_id=walk.site.id, pages=walk.pages, waiting=len(walk.frontier), links=walk.ledger.checked())
    )
