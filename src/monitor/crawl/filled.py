"""Columns that a script fills: read from the address where their rows come from, or with a browser."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor import days, page, urls
from monitor.crawl.columns import Listing, Seen, listing, unfilled
from monitor.crawl.entry import Looks
from monitor.crawl.rows import Rows
from monitor.model import Column, Dated, Filling, Item, Page, PageKind, Render, Rendered, Site, Trust
from monitor.taxonomy import fold

_MOST = 200
"""Columns of one site that are read so in one run."""
_SOME_DAY = re.compile(
    r"20\d\d-?[01]\d-?[0-3]\d|[?&](?!_=|t=|v=|r=|ts=|time_?stamp=)[^=&]*=1[5-9]\d{8}(?:\d{3})?(?:&|$)"
)


class Renders(Protocol):
    """What is needed of a browser."""

    @property
    def absent(self) -> str:
        """Why there is none, in one plain clause; "" while one can be used."""

    async def render(self, url: str, allowed: Callable[[str], Awaitable[bool]] | None = None) -> Rendered:
        """One page as its scripts fill it; never raises for what the page does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid:
    """What helps to read the columns that a script fills."""

    browser: Renders | None = None
    data_addresses: Mapping[str, str] = field(default_factory=dict)
    """Where the rows of a column came from when it was last read in a browser, by the column's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What came of it: the pages that could be read, by `urls.same_page` key, and what was not, one clause each."""

    listings: Mapping[str, Listing] = field(default_factory=dict)
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How this run looks at things."""

    fetcher: Looks
    today: date
    now: Callable[[], datetime]
    owns: Callable[[str], bool]
    is_over: Callable[[], bool]

    @property
    def zone(self) -> tzinfo | None:
        """Where the office's day begins; None when only the machine's own clock is known."""
        zone = self.now().tzinfo
        return zone if isinstance(zone, ZoneInfo) else None


async def fill(site: Site, seen: Seen, aid: Aid, ways: Ways) -> Filled:
    """Read every column of a site that its plain page does not show, one after the other.

    A remembered data address is asked first. What it shows is taken as it is while the column is in time; a column
    is called overdue only on what a browser shows, for an address may serve an old state for ever.
    """
    wanted = [(c, there) for c, there in unfilled(site, seen) if c.render is not Render.NEVER]
    read: dict[str, Listing] = {}
    left = needing = 0
    for number, (column, there) in enumerate(wanted):
        key = urls.same_page(there.url)
        if key in read:
            continue
        if number >= _MOST or ways.is_over():
            left += 1
            continue
        found = await _one(column, there, aid, ways)
        if found is not None:
            read[key] = found
            needing += found.filling is Filling.SCRIPT and bool(aid.browser and aid.browser.absent)
    said: list[str] = []
    if aid.browser is not None and needing:
        said.append(f"{needing} columns not read: only a browser can read them, and {aid.browser.absent}")
    if left:
        said.append(f"{left} columns not read with a browser: the time for this site is spent")
    return Filled(listings=read, said=tuple(said))


async def _one(column: Column, there: Listing, aid: Aid, ways: Ways) -> Listing | None:
    """One column's page anew; None where the plain page says all that can be known."""
    must = there.filling is Filling.SCRIPT or column.render is Render.ALWAYS
    address = aid.data_addresses.get(column.url, "")
    direct = await _directly(column, there, address, ways) if address and must else None
    if direct is not None and not _is_overdue(column, direct.newest, ways.today):
        return direct
    if aid.browser is None or aid.browser.absent:
        return _without_browser(there, direct, aid) if must else None
    rendered = await aid.browser.render(there.url, lambda url: _permitted(url, ways))
    found = _from_browser(column, there, rendered, ways)
    return found if must or (isinstance(found, Listing) and found.filling is Filling.ROWS) else None


def _without_browser(there: Listing, direct: Listing | None, aid: Aid) -> Listing | None:
    if direct is not None and direct.newest is not None:
        newest = f"{direct.newest.text} ({direct.newest.where})"
        return _unread(there, f"its data address shows {newest}, which only a browser can confirm", direct.data_url)
    if aid.browser is None:
        return None if there.filling is Filling.SCRIPT else _unread(there, "a script fills the list")
    return _unread(there, f"a script fills the list; {aid.browser.absent}")


async def _permitted(url: str, ways: Ways) -> bool:
    """Whether robots.txt lets us have what a page asks for of its own site; other hosts are the page's affair."""
    return not ways.owns(url) or (await ways.fetcher.permits(url)).allowed


async def _directly(column: Column, there: Listing, address: str, ways: Ways) -> Listing | None:
    """The rows from the address where they came from last time; None when that no longer works."""
    if not (await ways.fetcher.permits(address)).allowed:
        return None
    fetch = await ways.fetcher.look(address)
    if fetch.failure is not None or fetch.status != 200 or fetch.truncated:
        return None
    found = _data(fetch.body, fetch.url, there, ways, fetch.headers.get("content-type", ""))
    if found is None or found.newest is None or found.newest.trust is Trust.DOUBTFUL:
        return None
    kept = _kept(there, found, fetch.started_at)
    return replace(kept, newest=_by(found.newest, "from its data address"), data_url=address)


def _data(body: bytes, url: str, there: Listing, ways: Ways, content_type: str) -> Page | None:
    zone = ways.zone
    if zone is None:
        return page.read_data(body, url, ways.today, page_url=there.url, content_type=content_type)
    return page.read_data(body, url, ways.today, page_url=there.url, content_type=content_type, zone=zone)


def _from_browser(column: Column, there: Listing, rendered: Rendered, ways: Ways) -> Listing:
    """What the browser showed, held against the data that the page fetched."""
    if rendered.failure or not ways.owns(rendered.url):
        return _unread(there, rendered.failure or "in a browser it leads to another host")
    shown = page.read(
        rendered.html.encode("utf-8", "replace"),
        there.url,
        ways.today,
        content_type="text/html; charset=utf-8",
        kind=PageKind.LIST,
        item_selector=column.item_selector,
        date_selector=column.date_selector,
    )
    whole = rendered.quiet and not rendered.troubles
    source, address = _source(shown, rendered, there, ways)
    newest = shown.newest or (source.newest if source else None)
    if newest is None:
        return _nothing_new(there, shown, whole=whole, trouble=next(iter(rendered.troubles), ""), ways=ways)
    if not whole and _is_overdue(column, newest, ways.today):
        trouble = next(iter(rendered.troubles), "it had not come to rest at the time limit")
        return _unread(there, f"in a browser its newest is {newest.text}, but the page may not be whole: {trouble}")
    from_data = shown.newest is None and source is not None
    kept = _kept(there, source if from_data and source else shown, ways.now())
    return replace(kept, newest=_by(newest, "in a browser"), data_url=address)


def _nothing_new(there: Listing, shown: Page, *, whole: bool, trouble: str, ways: Ways) -> Listing:
    """A page that shows no date even in a browser: empty or undated only where nothing was missing from it."""
    if whole and (shown.filling is Filling.EMPTY or shown.items):
        how = "the list stands and holds nothing, also in a browser" if not shown.items else "in a browser"
        return replace(_kept(there, shown, ways.now()), how=how)
    return _unread(there, f"also in a browser no list with dates was recognised{': ' if trouble else ''}{trouble}")


def _source(shown: Page, rendered: Rendered, there: Listing, ways: Ways) -> tuple[Page | None, str]:
    """The data answer whose rows the page shows, and its address where it may be asked directly next time.

    It counts only where most of its titles stand as rows on the page and, when the page shows dates, where both
    agree on the newest: a menu or a field of another meaning is not taken for the list.
    """
    titles = {fold(item.title) for item in shown.items if item.title}
    best: Page | None = None
    most = 0
    for answer in rendered.answers:
        found = _data(answer.body, answer.url, there, ways, answer.content_type)
        if found is None or found.newest is None:
            continue
        met = sum(_is_among(item, titles) for item in found.items)
        if met > most and met * 2 > min(len(titles), len(found.items)):
            best, most = found, met
    if best is None or best.newest is None or (shown.newest is not None and shown.newest.day != best.newest.day):
        return None, ""
    if best.newest.trust is Trust.DOUBTFUL or _SOME_DAY.search(best.url) or not urls.is_web(best.url):
        return best, ""  # an address with a day in it would show the same for ever
    return best, best.url


def _is_among(item: Item, titles: set[str]) -> bool:
    name = fold(item.title)
    return name in titles or (len(name) > 12 and any(t[:12] == name[:12] for t in titles))


def _is_overdue(column: Column, newest: Dated | None, today: date) -> bool:
    """Whether a column would be blamed for this date, or warned."""
    span = column.warn or column.limit
    return newest is not None and span is not None and (today - newest.day).days >= days.length_in_days(span, today)


def _by(dated: Dated, how: str) -> Dated:
    return replace(dated, where=f"{dated.where}, {how}")


def _kept(there: Listing, found: Page, looked_at: datetime | None) -> Listing:
    """The page's own facts with the rows that were found."""
    fresh = listing(found, looked_at=looked_at, maintenance=there.maintenance)
    return replace(
        there,
        kind=PageKind.LIST,
        filling=fresh.filling,
        newest=fresh.newest,
        rows=fresh.rows,
        sorted_newest_first=fresh.sorted_newest_first,
        next_page=fresh.next_page,
        looked_at=looked_at or there.looked_at,
    )


def _unread(there: Listing, how: str, data_url: str = "") -> Listing:
    return replace(there, filling=Filling.SCRIPT, newest=None, rows=Rows(), how=how, data_url=data_url)
