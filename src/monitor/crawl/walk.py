"""The walk of one site: breadth first from the home page and the columns, politely, inside its budget."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from monitor import links, page, urls
from monitor.crawl.columns import Listing, Outcome, Seen, columns, is_menu_word, listing, may_be_column
from monitor.crawl.crew import Crew
from monitor.crawl.entry import Entry, Looks, Progress, enter, is_file, is_markup, markup_of, unless_stopped, wait
from monitor.crawl.filled import Aid, Ways, fill
from monitor.crawl.frontier import Frontier, Wish
from monitor.crawl.ledger import Ledger, Target
from monitor.crawl.places import Places
from monitor.crawl.scope import Scope, scope_of
from monitor.fetch import Aim
from monitor.model import (
    Crawl,
    Fetch,
    LinkState,
    Outlink,
    PageKind,
    Parent,
    Place,
    Reach,
    Reading,
    Site,
    Verdict,
)
from monitor.page import Glance, Glances
from monitor.taxonomy import fold

_CHECKS_AT_ONCE = 12
"""Foreign hosts that are asked at the same time."""
_PAGE_TAGS = frozenset(("a", "area", "iframe", "frame"))
_MENU_DEPTH = 2
_SHELL = 60
"""Letters of a home page that leads nowhere, below which a script must be meant to fill it."""
_LARGE = 300_000
"""Bytes of a page beyond which it is read beside the loop: a hostile one takes a second."""
_UNREAD = frozenset((LinkState.FAILING, LinkState.UNVERIFIED))
_MOST_FOLLOWED = 20_000
_ROUNDS = 2
"""A page that comes back at its second look may show new bad news, which wants a second look too."""


@dataclass(slots=True, kw_only=True)
class _Walk:
    """What a walk has gathered so far."""

    site: Site
    fetcher: Looks
    today: date
    frontier: Frontier
    ledger: Ledger
    scope: Scope
    home: str
    stop: asyncio.Event
    ends: float
    watch: Callable[[Progress], None]
    missing: links.MissingPage | None = None
    depths: dict[str, int] = field(default_factory=dict)
    """Every page that was asked for, and how many clicks it lies from the home page."""
    again: deque[Wish] = field(default_factory=deque)
    """Pages that brought bad news, to be read anew."""
    checks: dict[str, deque[str]] = field(default_factory=dict)
    """Addresses that are only looked at, by host."""
    listings: dict[str, Listing] = field(default_factory=dict)
    menu: dict[str, str] = field(default_factory=dict)
    from_home: set[str] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    disallowed: set[str] = field(default_factory=set)
    """Pages that robots.txt keeps from us."""
    cut: dict[str, int] = field(default_factory=dict)
    """Pages that came in part or empty, and how often: asked again before they are read."""
    glances: Glances = field(default_factory=lambda: Glances(links.DOUBTS))
    followed: dict[int, tuple[Outlink, Target]] = field(default_factory=dict)
    """Where links stand that were followed before, by the link's identity; it is kept to stay itself."""
    settled: dict[int, tuple[Outlink, ...]] = field(default_factory=dict)
    """Stretches of links of which nothing is left to learn, by identity."""
    places: Places = field(default_factory=Places)
    shell: bool = False
    """Whether a script fills the home page: nothing leads on from what it shows without a browser."""
    unfilled: tuple[str, ...] = ()

    def is_over(self) -> bool:
        return self.stop.is_set() or asyncio.get_running_loop().time() >= self.ends

    def owns(self, url: str) -> bool:
        return self.scope.holds(url)

    def check(self, *addresses: str) -> None:
        """Put addresses down to be looked at."""
        for url in addresses:
            self.checks.setdefault(urls.authority(url), deque()).append(url)

    def may_read(self, url: str) -> bool:
        return self.owns(url) and not self.ledger.excludes(url)


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
    walk = _Walk(
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
    walk: _Walk, entry: Entry | None, title: str, *, started: datetime, finished: datetime, begun: float
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


async def _read_all(walk: _Walk, concurrency: int) -> None:
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


def _let_in(walk: _Walk) -> bool:
    """With nothing left to read, let in what was postponed; whether that brought anything."""
    by_now = walk.frontier.admit()
    walk.check(*by_now)
    return bool(by_now) or walk.frontier.is_ready()


def _next_page(walk: _Walk) -> Coroutine[Any, Any, None] | None:
    wish = walk.again.popleft() if walk.again else walk.frontier.take()
    return _read(walk, wish) if wish else None


def _next_host(walk: _Walk) -> Coroutine[Any, Any, None] | None:
    if not walk.checks:
        return None
    authority = next(iter(walk.checks))
    return _check_host(walk, walk.checks.pop(authority))


async def _read(walk: _Walk, wish: Wish) -> None:
    permission = await walk.fetcher.permits(wish.url)
    if not permission.allowed:
        walk.disallowed.add(wish.url)
        verdict = Verdict(state=LinkState.UNVERIFIED, reason=permission.reason)
        walk.ledger.settle(wish.url, verdict)
        walk.outcomes[urls.same_page(wish.url)] = Outcome(verdict=verdict, final_url=wish.url)
        return
    await _take_in(walk, wish, await walk.fetcher.look(wish.url))


async def _check_host(walk: _Walk, addresses: deque[str]) -> None:
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


def _judge(walk: _Walk, fetch: Fetch) -> Verdict:
    official = walk.owns(fetch.asked) or urls.host(fetch.asked).endswith(".gov.cn")
    return links.verdict(fetch, text=markup_of(fetch), missing=walk.missing, home=walk.home, official=official)


async def _take_in(walk: _Walk, wish: Wish, fetch: Fetch) -> str:
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
            _follow_part(walk, wish, glance.url, part)
        for href, words in glance.bad_links:
            _note_bad_link(walk, glance.url, href, words)
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
        leads_on = found.forwards_to or any(link.tag in _PAGE_TAGS for link in found.outlinks)
        walk.shell = found.text_length < _SHELL and not leads_on
    if column is not None or may_be_column(found):
        under_work = links.is_maintenance(markup_of(fetch), found.title)
        walk.listings[landed] = listing(found, looked_at=fetch.started_at, maintenance=under_work, cut=is_part)
    for outlink in found.outlinks:
        _follow(walk, wish, found.url, outlink)
    for href, words in found.bad_links:
        _note_bad_link(walk, found.url, href, words)
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


def _glance(walk: _Walk, fetch: Fetch) -> Glance | None:
    """The page at a glance, where it came whole and is an article for sure."""
    if fetch.status != 200 or fetch.failure or fetch.truncated or fetch.hops or not is_markup(fetch):
        return None
    return walk.glances.at(fetch.body, fetch.url, fetch.headers.get("content-type", ""))


def _at_a_glance(walk: _Walk, fetch: Fetch, glance: Glance) -> Verdict | None:
    if glance.doubtful:
        return None
    return links.plainly_alive(fetch, title=glance.title, letters=glance.letters, missing=walk.missing)


def _follow_part(walk: _Walk, wish: Wish, page_url: str, part: tuple[Outlink, ...]) -> None:
    """Follow the links of a stretch of a page; one that the portal repeats costs nothing once nothing is left to learn.

    So it is when all its targets live and have parents enough: how many more pages lead to them, nobody asks.
    """
    if id(part) in walk.settled and wish.depth > _MENU_DEPTH:
        return
    learnt = False
    for outlink in part:
        learnt = _follow_again(walk, wish, page_url, outlink) or learnt
    if not learnt and len(part) > 1:
        if len(walk.settled) >= _MOST_FOLLOWED:
            walk.settled.clear()
        walk.settled[id(part)] = part


def _follow_again(walk: _Walk, wish: Wish, page_url: str, outlink: Outlink) -> bool:
    """As `_follow`, at once for a link that stands on page after page; whether there was anything to learn."""
    known = walk.followed.get(id(outlink))
    if known is None:
        _follow(walk, wish, page_url, outlink)
        target = walk.ledger.target(walk.frontier.first_name(outlink.url)) or walk.ledger.target(outlink.url)
        if target is not None:
            if len(walk.followed) >= _MOST_FOLLOWED:
                walk.followed.clear()
            walk.followed[id(outlink)] = outlink, target
        return True
    if wish.depth <= _MENU_DEPTH and outlink.place is Place.NAV:
        _note_menu(walk, wish, outlink)
    return walk.ledger.stands_again(known[1], page_url, outlink)


def _follow(walk: _Walk, wish: Wish, page_url: str, outlink: Outlink) -> None:
    """Put one link where it belongs: to be read, or only to be looked at."""
    if walk.ledger.excludes(outlink.url):
        walk.ledger.leave_out(outlink.url)
        return
    if outlink.tag == "form":
        return  # its bare address, without what a reader would type, proves nothing
    own = walk.owns(outlink.url)
    is_page = own and outlink.tag in _PAGE_TAGS and not is_file(outlink.url)
    url = walk.frontier.first_name(outlink.url) if is_page else outlink.url
    if is_page and _origin(url) != _origin(outlink.url):
        url = outlink.url  # one name of the page may answer where the other does not
    is_new = walk.ledger.stands(url, Parent(url=page_url, text=outlink.text, place=outlink.place))
    if is_page:
        _note_menu(walk, wish, outlink)
        if outlink.fragment:
            walk.places.note(url, outlink.fragment, Parent(url=page_url, text=outlink.text, place=outlink.place))
        if is_new and walk.frontier.first_name(url) != url:
            walk.check(url)
        elif is_new and _is_other_name(url, walk.home):
            walk.frontier.postpone(url, wish.depth + 1)
        elif not _is_other_name(url, walk.home):
            walk.frontier.add(url, wish.depth + 1)
    elif is_new and not own and outlink.place is Place.HIDDEN and not urls.host(url).endswith(".gov.cn"):
        walk.ledger.settle(url, Verdict(state=LinkState.SUSPICIOUS, reason="hidden link to a foreign site, not opened"))
    elif is_new:
        walk.check(url)


def _origin(url: str) -> tuple[str, str]:
    return url.partition("://")[0], urls.authority(url)


def _is_other_name(url: str, home: str) -> bool:
    """Whether the address names the home page's host in another way: without www., by https."""
    return _origin(url) != _origin(home) and urls.bare(urls.authority(url)) == urls.bare(urls.authority(home))


def _note_menu(walk: _Walk, wish: Wish, outlink: Outlink) -> None:
    key = urls.same_page(outlink.url)
    if wish.depth == 0:
        walk.from_home.add(key)
    if outlink.place is Place.NAV and wish.depth <= _MENU_DEPTH and is_menu_word(outlink.text):
        walk.menu.setdefault(key, outlink.text)


def _note_bad_link(walk: _Walk, page_url: str, href: str, words: str) -> None:
    """A malformed address leads nowhere in any browser; "#", scripts and data may do something there."""
    if not href.strip() or urls.resolve(page_url, href) is not None:
        return
    if walk.ledger.stands(href, Parent(url=page_url, text=words)):
        walk.ledger.settle(href, Verdict(state=LinkState.DEAD, reason="malformed address"))


async def _confirm(walk: _Walk, gap: float, concurrency: int) -> None:
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


async def _look_for_places(walk: _Walk) -> None:
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


def _tells_pages_apart(walk: _Walk) -> bool:
    """Whether any page but the home page was found alive."""
    return any(depth and walk.ledger.state_of(url) is LinkState.ALIVE for url, depth in walk.depths.items())


def _tell(walk: _Walk) -> None:
    walk.watch(
        Progress(site_id=walk.site.id, pages=len(walk.depths), waiting=len(walk.frontier), links=walk.ledger.checked())
    )


def _seen(walk: _Walk, title: str, reach: Reach, reason: str) -> Seen:
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


def _not_judged(walk: _Walk) -> tuple[str, ...]:
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
