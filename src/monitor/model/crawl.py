"""What a crawl brings."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.model.fleet import Column, Site
from monitor.model.identity import Identity
from monitor.model.look import TlsFault
from monitor.model.page import Dated, Item, Place
from monitor.model.service import Service


class LinkState(StrEnum):
    """What a reader gets who follows a link."""

    ALIVE = "alive"
    DEAD = "dead"
    FAILING = "failing"
    UNVERIFIED = "unverified"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state of a link and the reason in one plain clause."""

    state: LinkState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A page on which a link stands, and the words it carries there."""

    url: str
    text: str
    place: Place = Place.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One target, judged, with the pages that lead to it."""

    url: str
    state: LinkState
    reason: str
    status: int | None
    final_url: str
    found_on: tuple[Parent, ...]
    """The first parents met (capped); `reach` counts them all."""
    reach: int = 1
    looks: int = 1
    looked_at: datetime | None = None
    host_silent: bool = False
    """Whether no link to its host was answered at all."""


class Reading(StrEnum):
    """What could be made of a column's page."""

    READ = "read"
    BLANK = "blank"
    SCRIPT = "needs a browser"
    NO_LIST = "no list recognised"
    NO_DATES = "no date found"
    WALL = "the site turned the monitor away"
    UNREACHABLE = "page not reachable"
    DEAD = "page is dead"
    FOREIGN = "leads to another host"
    ROBOTS = "disallowed by robots.txt"
    NOT_REACHED = "not looked at in this run"
    MAINTENANCE = "maintenance page"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """What was seen of one column in one run; rules judge it later."""

    column: Column
    reading: Reading
    newest: Dated | None = None
    newest_title: str = ""
    newest_url: str = ""
    items: tuple[Item, ...] = ()
    pages: int = 1
    """How many pages of the list were read."""
    whole: bool = False
    """Whether `items` are all that the list holds: it leads on to no further page."""
    detail: str = ""
    looked_at: datetime | None = None
    data_url: str = ""
    """Where the script that fills the list gets its rows; "" when there is none or it was not found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLook:
    """What the home page shows of news."""

    dated: tuple[Dated, ...] = ()
    """The days of its rows that carry one, newest first (at most 60)."""
    undated: int = 0
    """Rows that carry none."""
    leads_to: frozenset[str] = frozenset()
    """The pages that it links to, by `urls.same_page` key."""


class Reach(StrEnum):
    """Whether a site could be reached at all."""

    OPEN = "open"
    UNREACHABLE = "unreachable"
    WALLED = "walled"
    MAINTENANCE = "maintenance"
    SUSPICIOUS = "suspicious"
    """Its address shows something else: parked, hijacked, an expired domain."""
    MOVED = "moved"
    """Its address leads to another site of the fleet, which is judged there."""
    NOT_LOOKED = "not looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """All that one run saw of one site."""

    site: Site
    reach: Reach
    reason: str
    """Why it is not open; "" when it is."""
    complete: bool
    """False when the run was stopped before the site's budget or end was reached."""
    whole: bool = False
    """Whether every known page and link was looked at: only then is what is not seen any more put right."""
    pages: int = 0
    recalled: int = 0
    """So many of the pages were not due, and are taken as they were at their last look."""
    links_checked: int = 0
    links: tuple[Link, ...] = ()
    """Every link that is not alive."""
    alive: Container[str] = frozenset()
    """What was looked at and found alive, by address and by `urls.same_page` key: the faults of these are put right."""
    heard_of: frozenset[str] = frozenset()
    """Dead addresses of which only pages that were not due may still hold a link: neither told nor put right."""
    unread: frozenset[str] = frozenset()
    """Pages of the site that failed or turned us away: what stands on them was not seen."""
    columns: tuple[ColumnLook, ...] = ()
    home: HomeLook | None = None
    """None when the home page was not read."""
    service: Service = field(default_factory=Service)
    seconds: float = 0.0
    looks: int = 1
    """Spaced looks at the home page in this run."""
    not_judged: tuple[str, ...] = ()
    """What was cut or left out, and why, one clause each."""
    tls_fault: TlsFault | None = None
    certificate_ends: date | None = None
    identity: Identity | None = None
    """What the home page shows of the site, and the census tags of its pages; None when it was not read."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
