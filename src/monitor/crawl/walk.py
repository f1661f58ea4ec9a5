"""The walk of one site: breadth first from the home page and the columns, politely, inside its budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor import urls
from monitor.crawl.columns import Outcome, Seen, columns, idle_pages
from monitor.crawl.crew import Crew
from monitor.crawl.entry import Entry, Looks, Progress, enter, unless_stopped, wait
from monitor.crawl.filled import Aid, Ways, fill
from monitor.crawl.frontier import Frontier
from monitor.crawl.ledger import Ledger
from monitor.crawl.memory import Memory
from monitor.crawl.queue import Wish
from monitor.crawl.scope import scope_of
from monitor.crawl.state import Walk
from monitor.crawl.visit import check_host, read, take_in
from monitor.model import (
    Crawl,
    LinkState,
    Reach,
    Reading,
    Site,
    Verdict,
)
from monitor.taxonomy import fold

_CHECKS_AT_ONCE = 12
"""Foreign hosts that are asked at the same time."""
_UNREAD = frozenset((LinkState.FAILING, LinkState.UNVERIFIED))
_FAR = 3
"""Clicks from the home page to one that was not due: those near it always are."""
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
    memory: Memory | None = None,
) -> Crawl:
    """Look at one site whole: every page in scope, every link on them, every column.

    `gap`: seconds between a look that brought bad news and the next one that confirms it.
    `neighbours`: the hosts of the fleet's sites, as `urls.bare` gives them.
    `stop`: once set, the walk ends soon and the result says that it is not complete.
    `aid`: what reads the columns that a script fills. `memory`: what earlier days know of the site's pages.
    Never raises for what the web does.
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
        columns={urls.same_page(column.url): column for column in reversed(site.columns)},
        memory=memory,
        missing=entry.missing if entry else None,
        first=entry.first if entry else None,
    )
    if entry is not None:  # of what would be kept for the whole walk the largest
        entry = replace(entry, first=replace(entry.first, body=b""))
    with closing(walk.frontier):
        title = await _look_around(walk, entry, now=now, concurrency=concurrency, gap=gap, aid=aid)
        return _crawl(walk, entry, title, started=started, finished=now(), begun=begun)


async def _look_around(
    walk: Walk, entry: Entry | None, *, now: Callable[[], datetime], concurrency: int, gap: float, aid: Aid
) -> str:
    """Read the site, confirm what looks bad, and fill the columns that a script fills; gives the site's own title."""
    first, walk.first = walk.first, None
    if entry is None or first is None or entry.reach is not Reach.OPEN:
        return ""
    walk.frontier.note(walk.site.url)
    title = await take_in(walk, Wish(walk.site.url, 0), first)
    del first
    await _read_all(walk, concurrency)
    await _confirm(walk, gap, concurrency)
    await unless_stopped(_look_for_places(walk), walk.stop)
    seen = _seen(walk, title, Reach.OPEN, "")
    if walk.memory is not None:
        for key in idle_pages(seen) & walk.listings.keys() - walk.columns.keys():
            walk.memory.is_no_column(walk.listings[key].url)
    ways = Ways(fetcher=walk.fetcher, today=walk.today, now=now, owns=walk.owns, is_over=walk.is_over)
    filled = await unless_stopped(fill(walk.site, seen, aid, ways), walk.stop)
    if filled is not None:
        walk.listings.update(filled.listings)
        walk.unfilled = filled.said
    return title


def _crawl(
    walk: Walk, entry: Entry | None, title: str, *, started: datetime, finished: datetime, begun: float
) -> Crawl:
    """All that was gathered, as one value."""
    reach, reason = (entry.reach, entry.reason) if entry else (Reach.NOT_LOOKED, "the run was stopped")
    left = len(walk.frontier) or walk.frontier.cut or walk.again or walk.cut or walk.ledger.unchecked()
    return Crawl(
        site=walk.site,
        reach=reach,
        reason=reason,
        complete=not walk.stop.is_set(),
        whole=reach is Reach.OPEN and not walk.is_over() and not left,
        pages=walk.pages,
        recalled=len(walk.recalled),
        links_checked=walk.ledger.checked(),
        links=walk.ledger.not_alive(),
        alive=walk.ledger.alive(),
        heard_of=walk.ledger.heard_of(),
        unread=frozenset(url for url in walk.depths if walk.ledger.state_of(url) in _UNREAD) | walk.disallowed,
        home=walk.home_look,
        columns=columns(walk.site, _seen(walk, title, reach, reason)),
        service=walk.services.facts(),
        seconds=asyncio.get_running_loop().time() - begun,
        looks=entry.looks if entry else 0,
        not_judged=_not_judged(walk),
        tls_fault=entry.first.tls_fault if entry else None,
        certificate_ends=entry.first.certificate_ends if entry else None,
        identity=walk.identity and replace(walk.identity, lists=walk.tags.lists, articles=walk.tags.articles),
        started_at=started,
        finished_at=finished,
    )


async def _read_all(walk: Walk, concurrency: int) -> None:
    """Read every page and look at every link, until nothing is left or the budget is spent."""
    for column in walk.site.columns:
        walk.frontier.add(Wish(column.url, 1))
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
    if walk.again:
        return read(walk, walk.again.popleft(), anew=True)
    wish = walk.frontier.take()
    if wish is not None and wish.parent is not None:
        walk.ledger.from_memory = wish.parent.url in walk.recalled
        walk.ledger.stands(wish.url, wish.parent)
        walk.ledger.from_memory = False
    return read(walk, wish) if wish is not None else None


def _next_host(walk: Walk) -> Coroutine[Any, Any, None] | None:
    if not walk.checks:
        return None
    authority = next(iter(walk.checks))
    return check_host(walk, walk.checks.pop(authority))


async def _confirm(walk: Walk, gap: float, concurrency: int) -> None:
    """A second look before anything is called dead or failing; what gets none is not called so."""
    for _ in range(_ROUNDS):
        doubts = [*walk.ledger.in_doubt(), *(url for url, looks in walk.cut.items() if not looks)]
        hearsay = walk.ledger.hearsay()
        if not (doubts or hearsay) or walk.is_over():
            break
        walk.again.extend(Wish(url, _FAR) for url in hearsay)
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
    if walk.missing is not None and walk.missing.shows_home and not walk.tells_apart:
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
    async for url, parent, said in walk.places.missing(walk.fetcher, walk.today, walk.may_live):
        walk.ledger.stands(url, parent)
        walk.ledger.settle(url, Verdict(state=LinkState.UNVERIFIED, reason=said))
        if walk.is_over():
            return


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
