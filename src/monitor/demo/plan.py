"""The demo city's nouns: what a portal is made of, what is planted in it, and what may be said of it."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published item: a row of its column's list and, unless it links elsewhere, an article."""

    title: str = ""
    """"" until it is pressed: then it gets one that fits its column and its office."""
    day: date | None
    """None: neither list nor article shows a date."""
    mark: str = ""
    """What stands in front of the title in the list, such as "[置顶]"."""
    extra: str = ""
    """HTML at the end of the article."""
    number: int = -1
    """Its own in its column, in its address and its words; given by its place in the column as it was built."""
    first: date | None = None
    """The day that it bore before somebody re-dated it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A column (栏目) as it is built, with the verdict that it deserves."""

    path: str
    name: str
    klass: str
    """The census class that follows from its name."""
    verdict: str
    """"fresh", "due soon", "stale", "blank" or "unknown"."""
    why: str
    newest: date | None = None
    entries: tuple[Entry, ...] = ()
    per_page: int = 20
    main: str = ""
    """HTML in place of a list, for a column that is a plain page."""
    empty: str = ""
    """What the list shows when it has no rows."""
    judged: bool = True
    """False: whatever is said of it, it must not be called stale or blank."""
    limit: str = ""
    """A limit of its own in sites.yaml, such as "10 days"; "" for the class's."""
    warn: str = ""
    undated: str = ""
    make: Make | None = None
    """Built otherwise than the rest of its portal."""
    step: int = 0
    """Days between two items, for as long as it lives."""
    lead: int = 0
    """So many rows stay above those that are published later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page that is no column: put into the portal's frame as it stands."""

    path: str
    title: str
    main: str
    make: Make | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A broken or walled link, as it stands on pages."""

    href: str
    states: tuple[str, ...]
    """The link states that are right for it, the best first."""
    reason: str
    since: date | None = None
    """The day on which it broke; None: it was so when the city was built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Innocent:
    """A tempting look-alike that must not be accused, and why not."""

    href: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one request target."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    head_status: int | None = None
    """The status for a HEAD, where it differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A portal as it is written down, before its pages are pressed."""

    id: str
    name: str
    make: Make
    today: date
    code: str = ""
    unit: str = ""
    sections: tuple[Section, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    plants: tuple[Plant, ...] = ()
    innocents: tuple[Innocent, ...] = ()
    footer: str = ""
    """HTML in the footer of every page; `shell.CLOCK` stands for the day of today."""
    aside: str = ""
    """HTML on the home page, beside the lists."""
    top: str = ""
    """HTML in the bar above every page."""
    color: str = "#1f5fa8"
    listed: bool = False
    """True: its columns are listed in sites.yaml; False: `columns: auto`."""
    watched: bool = True
    """False: a host that belongs to nobody in the city."""
    listening: bool = True
    reach: str = "open"
    """"open", "unreachable" or "maintenance"."""
    delay: float = 0.0
    """Seconds before every answer."""
    missing: Answer | None = None
    """What unknown addresses get; None for an honest 404."""
    touched: bool = False
    """Its server says of every page that it changed today."""
    exclusions: tuple[tuple[str, str], ...] = ()
    """Starts of addresses that sites.yaml excludes, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """How a portal's pages look and where they stand: what differs between the makes of the field."""

    name: str
    listing: Callable[[Section, tuple[Row, ...], int, int], str]
    """Main part of one page of a list: section, its rows, page number from 0, number of pages."""
    page: Callable[[Section, int], str]
    """Address of the n-th page of a list, from 0."""
    place: Callable[[Section, int, Entry], str]
    """Address of the article of the n-th entry."""
    shell: Callable[[Draft, str, tuple[tuple[str, str], ...], str, str], str]
    """A whole document: draft, title, breadcrumb of (words, address), main part, further head lines."""
    article: Callable[[Draft, Section, Entry, int], str]
    """Main part of an article: draft, section, entry, its number."""
    head: Callable[[Draft, Section | None, Entry | None], str]
    """Further head lines of a page."""
    charset: str = "utf-8"
    kind: str = "text/html; charset=utf-8"
    """The Content-Type of its pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry as it stands in a list."""

    title: str
    href: str
    day: date | None
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A plant and the pages on which its link really stands; addresses are absolute."""

    plant: Plant
    url: str
    inside: bool
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """A pressed portal: every answer that it can give, and the truth about it."""

    draft: Draft
    answers: Mapping[str, Answer]
    """By request target, percent-encoded, path and query."""
    missing: Answer
    columns: tuple[tuple[Section, str], ...]
    """With their absolute addresses."""
    planted: tuple[Planted, ...]
    innocents: tuple[tuple[Innocent, str], ...]
    redated: tuple[str, ...]
    """Addresses of items that bear another day than they once did."""
    pages: int
    """HTML pages of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The whole made-up city on one day. Addresses are written http://ID.test/ until it is served."""

    name: str
    today: date
    built: date
    """The day on which it was built: from then on it lives."""
    portals: tuple[Portal, ...]


def base(portal_id: str) -> str:
    """Where a portal stands as long as no port is known."""
    return f"http://{portal_id}.test"


def back(today: date, days: int) -> date:
    """The day so many days ago."""
    return today - timedelta(days=days)


def months_back(today: date, months: int) -> date:
    """The day so many calendar months ago, the month's last where it lacks that day.

    The city does its own arithmetic: a truth that borrows the monitor's would share its faults.
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
