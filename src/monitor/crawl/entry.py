"""The way into a site: its home page, whether we may come in, and what it says for pages that do not exist."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from monitor import links, page, text, urls
from monitor.fetch import Aim, Permission
from monitor.model import Cause, Fetch, LinkState, PageKind, Reach

_KNOCKS = 3
_PATIENCE = 30
"""Seconds after which two looks at a silent home page are enough."""
_PROBES = 2
_HOPS = 3
"""So many home pages in a row may pass their readers on."""
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|txt|csv|zip|rar|7z|gz|tar|jpe?g|png|gif|bmp|svg|ico|webp|mp3|mp4|avi|wmv"
    r"|flv|mov|swf|apk|exe|css|js|json|xml|ceb|caj)$",
    re.IGNORECASE,
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the walk of a site has come."""

    site_id: str
    pages: int
    waiting: int
    links: int


class Looks(Protocol):
    """What the walk needs of a fetcher."""

    async def look(self, url: str, *, aim: Aim = Aim.PAGE, validators: tuple[str, str] = ("", "")) -> Fetch:
        """One guarded look, at most for what changed; never raises for what the web does."""

    async def permits(self, url: str) -> Permission:
        """What the host's robots.txt says of an address."""

    def has_ipv6(self, url: str) -> bool | None:
        """Whether the host has an IPv6 address, as far as that is known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the first looks at a site brought."""

    first: Fetch
    """The last look at the home page."""
    looks: int
    reach: Reach
    reason: str
    """Why it is not open; "" when it is."""
    missing: links.MissingPage | None
    """What the site answers for pages that cannot exist; None when that was not found out."""


async def enter(home: str, fetcher: Looks, gap: float, today: date, neighbours: frozenset[str] = frozenset()) -> Entry:
    """Ask for the home page, up to three times before the site is called unreachable, `gap` seconds apart.

    `neighbours`: the hosts of the fleet's sites; one that leads to another of them is judged there, not here.
    """
    permission = await fetcher.permits(home)
    if not permission.allowed and permission.good:
        nothing = Fetch(asked=home, url=home, status=None)
        return Entry(first=nothing, looks=0, reach=Reach.WALLED, reason=permission.reason, missing=None)
    clock = asyncio.get_running_loop().time
    begun = clock()
    fetch, looks = await fetcher.look(home), 1
    while looks < _KNOCKS and _is_worth_knocking(fetch) and (looks < 2 or clock() - begun < _PATIENCE):
        await asyncio.sleep(gap)
        fetch = await fetcher.look(home)
        looks += 1
    fetch = await _sent_on(fetch, fetcher, today)
    if urls.bare(urls.authority(fetch.url)) in neighbours - urls.scope_of(home):
        return Entry(first=fetch, looks=looks, reach=Reach.MOVED, reason=f"leads to {fetch.url}", missing=None)
    reach, reason = await _reach(fetch, fetcher)
    missing = await _probe(fetch, fetcher) if reach is Reach.OPEN else None
    return Entry(first=fetch, looks=looks, reach=reach, reason=reason, missing=missing)


def _is_worth_knocking(fetch: Fetch) -> bool:
    """A name that is not known may be our own resolver's fault: a whole site is not accused after one look."""
    unknown = fetch.failure is not None and fetch.failure.cause is Cause.NO_SUCH_HOST
    return unknown or links.worth_second_look(fetch)


async def _sent_on(home: Fetch, fetcher: Looks, today: date) -> Fetch:
    """The page a reader ends on whom the home page, by meta or script, sends to another host, as after a redirect."""
    for _ in range(_HOPS):
        if home.status != 200 or not is_markup(home):
            break
        kind = home.headers.get("content-type", "")
        goal = page.read(home.body, home.url, today, content_type=kind, kind=PageKind.HOME).forwards_to
        if goal is None or urls.in_scope(goal, urls.scope_of(home.url)):
            break
        home = replace(await fetcher.look(goal), asked=home.asked)
    return home


async def _reach(home: Fetch, fetcher: Looks) -> tuple[Reach, str]:
    markup = markup_of(home)
    verdict = links.verdict(home, text=markup, home=home.url, official=True)
    if verdict.state in (LinkState.DEAD, LinkState.FAILING):
        return Reach.UNREACHABLE, verdict.reason
    if verdict.state is LinkState.SUSPICIOUS:
        return Reach.SUSPICIOUS, verdict.reason
    if verdict.state is not LinkState.ALIVE:
        return Reach.WALLED, verdict.reason
    if links.is_maintenance(markup):
        return Reach.MAINTENANCE, verdict.reason
    permission = await fetcher.permits(home.url)
    return (Reach.OPEN, "") if permission.allowed else (Reach.WALLED, permission.reason)


async def _probe(home: Fetch, fetcher: Looks) -> links.MissingPage | None:
    addresses = (urls.resolve(home.url, links.probe_path(f"{home.url} {i}")) for i in range(_PROBES))
    probes = [await fetcher.look(address[0]) for address in addresses if address]
    missing = links.missing_page(probes, [markup_of(probe) for probe in probes], home.url)
    return links.with_home(missing, home, markup_of(home)) if missing else None


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Sleep some seconds, but wake up when the run is stopped."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def unless_stopped(work: Coroutine[Any, Any, _T], stop: asyncio.Event) -> _T | None:
    """What the work gives; None when the run is stopped before that, with the work broken off."""
    doing, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((doing, stopped), return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        doing.cancel()
        stopped.cancel()
        await asyncio.gather(doing, stopped, return_exceptions=True)


def is_markup(fetch: Fetch) -> bool:
    """Whether what came is a web page, by its type or its first letters."""
    kind = fetch.headers.get("content-type", "").lower()
    if any(word in kind for word in ("html", "xml")):
        return True
    start = fetch.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<meta", b"<script", b"<div", b"<!--"))


def markup_of(fetch: Fetch) -> str:
    """The decoded markup of a page; "" when it is none."""
    if not fetch.body or not is_markup(fetch):
        return ""
    return text.decode(fetch.body, fetch.headers.get("content-type", "")).text


def is_file(url: str) -> bool:
    """Whether the address names a file that is looked at and not read."""
    return bool(_FILE.search(url.partition("?")[0]))
