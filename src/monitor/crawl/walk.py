"""The walk of one site: breadth first from the home page and the columns, politely, inside its budget."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from monitor import links, page, urls
from monitor.crawl.columns import Outcome, Seen, columns, listing, may_be_column
from monitor.crawl.crew import Crew
from monitor.crawl.entry import Entry, Looks, Progress, enter, is_markup, markup_of, unless_stopped, wait
from monitor.crawl.filled import Aid, Ways, fill
from monitor.crawl.follow import PAGE_TAGS, follow, follow_part, note_bad_link
from monitor.crawl.frontier import Frontier, Wish
from monitor.crawl.ledger import Ledger
from monitor.crawl.scope import scope_of
from monitor.crawl.state import Walk
from monitor.fetch import Aim
from monitor.model import (
    Crawl,
    Fetch,
    LinkState,
    PageKind,
    Reach,
    Reading,
    Site,
    Verdict,
)
from monitor.page import Glance
from monitor.taxonomy import fold

_CHECKS_AT_ONCE = 12
"""Foreign hosts that are asked at the same time."""
_SHELL = 60
"""Letters of a home page that leads nowhere, below which a script must be meant to fill it."""
_LARGE = 300_000
"""Bytes of a page beyond which it is read beside the loop: a hostile one takes a second."""
_UNREAD = frozenset((LinkState.FAILING, LinkState.UNVERIFIED))
_ROUNDS = 2
"""A page that comes back at its second look may show new bad news, which wants a second look too."""


async def crawl_site(
    site: Site,
    fetcher: Looks,
    *,
    today: date,
    now: Callable[[], datetime],
    concurrency: int = 2,
    gap: float = 20.0,
    neighbours: frozenset[str] = frozenset(),
    stop: asyncio.Event | None = None,
    watch: Callable[[Progress], None] = lambda _: None,
    aid: Aid = Aid(),  # noqa: B008 - frozen
) -> Crawl:
    """Look at one site whole: every page in scope, every link on them, every column.

    `gap`: seconds between a look that brought bad news and the next one that confirms it.
    `neighbours`: the hosts of the fleet's sites, as `urls.bare` gives them.
    `stop`: once set, the walk ends soon and the result says that it is not complete.
    `aid`: what reads the columns that a script fills. Never raises for what the web does.
    """
    started, begun = now(), asyncio.get_running_loop().time()
    stop = stop or asyncio.Event()
    entry = await unless_stopped(enter(site.url, fetcher, gap, today, neighbours), stop)
    home = entry.first.url if entry else site.url
    walk = Walk(
        site=site,
        fetcher=fetcher,
        today=today,
        frontier=Frontier(site.budget),
        ledger=Ledger(e for e in site.exclusions if e.until is None or today <= e.until),
        scope=scope_of(site, home),
        home=home,
        stop=stop,
        ends=begun + site.budget.seconds,
        watch=watch,
        missing=entry.missing if entry else None,
    )
    title = ""
    if entry and entry.reach is Reach.OPEN:
        walk.frontier.note(site.url)
        title = await _take_in(walk, Wish(site.url, 0), entry.first)
        entry = replace(entry, first=replace(entry.first, body=b""))  # of what is kept for the whole walk the largest
        await _read_all(walk, concurrency)
        await _confirm(walk, gap, concurrency)
        await unless_stopped(_look_for_places(walk), stop)
        ways = Ways(fetcher=fetcher, today=today, now=now, owns=walk.owns, is_over=walk.is_over)
        filled = await unless_stopped(fill(site, _seen(walk, title, Reach.OPEN, ""), aid, ways), stop)
        if filled is not None:
            walk.listings.update(filled.listings)
            walk.unfilled = filled.said
    return _crawl(walk, entry, title, started=started, finished=now(), begun=begun)


def _crawl(
    walk: Walk, entry: Entry | None, title: str, *, started: datetime, finished: datetime, begun: float
) -> Crawl:
    """All that was gathered, as one value."""
    reach, reason = (entry.reach, entry.reason) if entry else (Reach.NOT_LOOKED, "the run was stopped")
    known = not len(walk.frontier) and not walk.again and not walk.cut and not walk.ledger.unchecked()
    return Crawl(
        site=walk.site,
        reach=reach,
        reason=reason,
        complete=not walk.stop.is_set(),
        whole=reach is Reach.OPEN and not walk.is_over() and known,
        pages=len(walk.depths),
        links_checked=walk.ledger.checked(),
        links=walk.ledger.not_alive(),
        alive=walk.ledger.alive(),
        unread=frozenset(url for url in walk.depths if walk.ledger.state_of(url) in _UNREAD) | walk.disallowed,
        columns=columns(walk.site, _seen(walk, title, reach, reason)),
        seconds=asyncio.get_running_loop().time() - begun,
        looks=entry.looks if entry else 0,
        not_judged=_not_judged(walk),
        tls_fault=entry.first.tls_fault if entry else None,
        certificate_ends=entry.first.certificate_ends if entry else None,
        started_at=started,
        finished_at=finished,
    )


async def _read_all(walk: Walk, concurrency: int) -> None:
    """Read every page and look at every link, until nothing is left or the budget is spent."""
    for column in walk.site.columns:
        walk.frontier.add(column.url, 1)
    walk.check(*walk.frontier.admit())
    crew = Crew(
        {
            "read": (concurrency, lambda: _next_page(walk), lambda: len(walk.frontier) + len(walk.again)),
            "check": (_CHECKS_AT_ONCE, lambda: _next_host(walk), lambda: len(walk.checks)),
        },
        idle=lambda kind: kind == "read" and _let_in(walk),
        is_over=walk.is_over,
    )
    await crew.work(walk.stop, max(0.0, walk.ends - asyncio.get_running_loop().time()))


def _let_in(walk: Walk) -> bool:
    """With nothing left to read, let in what was postponed; whether that brought anything."""
    by_now = walk.frontier.admit()
    walk.check(*by_now)
    return bool(by_now) or walk.frontier.is_ready()


def _next_page(walk: Walk) -> Coroutine[Any, Any, None] | None:
    wish = walk.again.popleft() if walk.again else walk.frontier.take()
    return _read(walk, wish) if wish else None


def _next_host(walk: Walk) -> Coroutine[Any, Any, None] | None:
    if not walk.checks:
        return None
    authority = next(iter(walk.checks))
    return _check_host(walk, walk.checks.pop(authority))


async def _read(walk: Walk, wish: Wish) -> None:
    permission = await walk.fetcher.permits(wish.url)
    if not permission.allowed:
        walk.disallowed.add(wish.url)
        verdict = Verdict(state=LinkState.UNVERIFIED, reason=permission.reason)
        walk.ledger.settle(wish.url, verdict)
        walk.outcomes[urls.same_page(wish.url)] = Outcome(verdict=verdict, final_url=wish.url)
        return
    await _take_in(walk, wish, await walk.fetcher.look(wish.url))


async def _check_host(walk: Walk, addresses: deque[str]) -> None:
    """Look at the links to one host, one after the other."""
    for url in addresses:
        permission = await walk.fetcher.permits(url) if walk.owns(url) else None
        if permission is not None and permission.good and not permission.allowed:
            walk.disallowed.add(url)
            walk.ledger.settle(url, Verdict(state=LinkState.UNVERIFIED, reason=permission.reason))
            continue
        fetch = await walk.fetcher.look(url, aim=Aim.LINK)
        walk.ledger.answered(url, fetch, _judge(walk, fetch))
        _tell(walk)


def _judge(walk: Walk, fetch: Fetch) -> Verdict:
    official = walk.owns(fetch.asked) or urls.host(fetch.asked).endswith(".gov.cn")
    return links.verdict(fetch, text=markup_of(fetch), missing=walk.missing, home=walk.home, official=official)


async def _take_in(walk: Walk, wish: Wish, fetch: Fetch) -> str:
    """Keep what a page said: its verdict, its links, and what it is as a column. Gives its title."""
    walk.depths.setdefault(wish.url, wish.depth)
    is_part = _came_in_part(fetch)
    if is_part and wish.depth and walk.cut.setdefault(wish.url, 0) == 0:
        return ""  # judged by the next look at it
    walk.cut.pop(wish.url, None)
    column = next((c for c in walk.site.columns if urls.same_page(c.url) == urls.same_page(wish.url)), None)
    glance = _glance(walk, fetch) if wish.depth and column is None else None
    verdict = (glance and _at_a_glance(walk, fetch, glance)) or _judge(walk, fetch)
    walk.ledger.answered(wish.url, fetch, verdict)
    key, landed = urls.same_page(wish.url), urls.same_page(fetch.url)
    foreign = not walk.owns(fetch.url)
    if verdict.state is not LinkState.ALIVE or foreign:
        walk.outcomes[key] = Outcome(verdict=verdict, final_url=fetch.url, foreign=foreign)
    else:
        walk.outcomes.pop(key, None)
    _tell(walk)
    if verdict.state is not LinkState.ALIVE or foreign or not is_markup(fetch):
        return ""
    if glance is not None:
        for part in glance.parts:
            follow_part(walk, wish, glance.url, part)
        for href, words in glance.bad_links:
            note_bad_link(walk, glance.url, href, words)
        return glance.title
    if landed != key:
        walk.aliases[key] = landed
        if walk.frontier.known(fetch.url):
            return ""
        walk.frontier.note(fetch.url)
        walk.ledger.settle(fetch.url, verdict)
    kind = PageKind.HOME if wish.depth == 0 else None
    read = partial(
        page.read,
        fetch.body,
        fetch.url,
        walk.today,
        content_type=fetch.headers.get("content-type", ""),
        kind=kind,
        item_selector=column.item_selector if column else "",
        date_selector=column.date_selector if column else "",
    )
    found = read() if len(fetch.body) <= _LARGE else await asyncio.to_thread(read)
    if wish.depth == 0:
        leads_on = found.forwards_to or any(link.tag in PAGE_TAGS for link in found.outlinks)
        walk.shell = found.text_length < _SHELL and not leads_on
    if column is not None or may_be_column(found):
        under_work = links.is_maintenance(markup_of(fetch), found.title)
        walk.listings[landed] = listing(found, looked_at=fetch.started_at, maintenance=under_work, cut=is_part)
    for outlink in found.outlinks:
        follow(walk, wish, found.url, outlink)
    for href, words in found.bad_links:
        note_bad_link(walk, found.url, href, words)
    if found.next_page and walk.may_read(found.next_page):
        walk.frontier.add(found.next_page, wish.depth)  # where a script writes the pager, no link leads on
    if found.forwards_to and walk.may_read(found.forwards_to):
        walk.frontier.add(found.forwards_to, wish.depth)
    elif found.forwards_to and not walk.owns(found.forwards_to):
        walk.outcomes[key] = Outcome(verdict=verdict, final_url=found.forwards_to, foreign=True)
        walk.listings.pop(landed, None)
    return found.title


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


async def _confirm(walk: Walk, gap: float, concurrency: int) -> None:
    """A second look before anything is called dead or failing; what gets none is not called so."""
    for _ in range(_ROUNDS):
        doubts = [*walk.ledger.in_doubt(), *(url for url, looks in walk.cut.items() if not looks)]
        if not doubts or walk.is_over():
            break
        await wait(walk.stop, min(gap, max(0.0, walk.ends - asyncio.get_running_loop().time())))
        for url in doubts:
            if url in walk.cut:
                walk.cut[url] += 1
            if url in walk.depths:
                walk.again.append(Wish(url, walk.depths[url]))
            else:
                walk.check(url)
        await _read_all(walk, concurrency)
    for url in walk.ledger.in_doubt():
        verdict = walk.ledger.verdict_of(url)
        if verdict is not None:
            said = f"{verdict.reason}, looked at once only"
            walk.ledger.settle(url, Verdict(state=LinkState.UNVERIFIED, reason=said))
    if walk.missing is not None and walk.missing.shows_home and not _tells_pages_apart(walk):
        for url in walk.depths:
            if walk.ledger.state_of(url) is LinkState.DEAD:
                said = "shows the home page, as this site does for every address"
                verdict = Verdict(state=LinkState.UNVERIFIED, reason=said)
                walk.ledger.settle(url, verdict)
                walk.outcomes[urls.same_page(url)] = Outcome(verdict=verdict, final_url=url)


async def _look_for_places(walk: Walk) -> None:
    """Say of which links the page lives and the place on it does not."""
    if walk.is_over():
        return
    alive = LinkState.ALIVE
    async for url, parent, said in walk.places.missing(
        walk.fetcher, walk.today, lambda page_url: walk.ledger.state_of(page_url) is alive
    ):
        walk.ledger.stands(url, parent)
        walk.ledger.settle(url, Verdict(state=LinkState.UNVERIFIED, reason=said))
        if walk.is_over():
            return


def _tells_pages_apart(walk: Walk) -> bool:
    """Whether any page but the home page was found alive."""
    return any(depth and walk.ledger.state_of(url) is LinkState.ALIVE for url, depth in walk.depths.items())


def _tell(walk: Walk) -> None:
    walk.watch(
        Progress(site_id=walk.site.id, pages=len(walk.depths), waiting=len(walk.frontier), links=walk.ledger.checked())
    )


def _seen(walk: Walk, title: str, reach: Reach, reason: str) -> Seen:
    outcomes = walk.outcomes
    if reach is not Reach.OPEN:
        state = LinkState.FAILING if reach is Reach.UNREACHABLE else LinkState.UNVERIFIED
        verdict = Verdict(state=state, reason=reason or reach.value)
        reading = Reading.MAINTENANCE if reach is Reach.MAINTENANCE else None
        outcomes = {
            urls.same_page(column.url): Outcome(verdict=verdict, final_url=column.url, reading=reading)
            for column in walk.site.columns
            if reach is not Reach.NOT_LOOKED
        }
    return Seen(
        home=walk.home,
        names=frozenset(map(fold, (walk.site.name, title))),
        listings=walk.listings,
        menu=walk.menu,
        from_home=frozenset(walk.from_home),
        outcomes=outcomes,
        aliases=walk.aliases,
    )


def _not_judged(walk: Walk) -> tuple[str, ...]:
    """What was cut or left out, and why, one clause each."""
    said = [*walk.frontier.left(), *walk.unfilled]
    if walk.shell:
        said.insert(0, "a script fills the home page: its columns and links cannot be seen without a browser")
    if walk.disallowed:
        said.append(f"{len(walk.disallowed)} pages not read: disallowed by robots.txt")
    if walk.ledger.left_out:
        said.append(f"{walk.ledger.left_out} links not looked at: excluded in sites.yaml")
    if walk.stop.is_set():
        said.append("the run was stopped before the end of this site")
    elif walk.is_over():
        said.append(
            f"the time budget of {walk.site.budget.seconds:g} seconds is spent: {len(walk.frontier)} pages left"
        )
    return tuple(said)
