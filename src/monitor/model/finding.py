"""What is said of a crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.crawl import Link, Parent, Reading
from monitor.model.fleet import Unit
from monitor.model.limit import ColumnClass, Span
from monitor.model.notice import Docket
from monitor.model.rule import Result, RulePack, Sheet


class ColumnVerdict(StrEnum):
    """How a column stands against its limit."""

    FRESH = "fresh"
    DUE_SOON = "due soon"
    STALE = "stale"
    BLANK = "blank"
    UNKNOWN = "unknown"
    EXEMPT = "exempt"


class Kind(StrEnum):
    """What a violation is about."""

    STALE_COLUMN = "stale column"
    BLANK_COLUMN = "blank column"
    DEAD_LINK = "dead link"
    UNREACHABLE_SITE = "unreachable site"
    SUSPICIOUS_LINK = "suspicious link"
    TLS_FAULT = "certificate fault"
    REDATED_ITEM = "re-dated item"


COLUMN_KINDS = frozenset((Kind.STALE_COLUMN, Kind.BLANK_COLUMN))
LINK_KINDS = frozenset((Kind.DEAD_LINK, Kind.SUSPICIOUS_LINK))


class Change(StrEnum):
    """Against the last complete look at the same site."""

    NEW = "new"
    STILL = "still"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFinding:
    """A column judged on a day."""

    site_id: str
    name: str
    url: str
    klass: ColumnClass
    limit: Span | None
    limit_days: int | None
    """The limit in days as it falls on this day's calendar."""
    newest: date | None
    age_days: int | None
    verdict: ColumnVerdict
    evidence: str
    newest_title: str = ""
    newest_url: str = ""
    reading: Reading | None = None
    """What could be made of its page, by which unknown columns are grouped; None when not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing to be put right, ranked by days since last update."""

    rank: int
    site_id: str
    site_name: str
    site_url: str
    site_code: str
    unit: Unit
    kind: Kind
    subject: str
    """The column's name, or the dead link's words."""
    url: str
    days_since_update: int | None
    limit_days: int | None
    days_over: int | None
    newest: date | None
    klass: ColumnClass | None
    evidence: str
    """One sentence that a reader can check."""
    first_seen: date
    change: Change
    reach: int = 1
    """How many pages show it."""
    found_on: tuple[Parent, ...] = ()
    notice: str | None = None
    """The number of the notice that is open for it; None before one is issued."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same violation tomorrow: site, kind, address."""
        return (self.site_id, self.kind, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A violation of an earlier run that a healthy look no longer finds."""

    site_id: str
    site_name: str
    kind: Kind
    subject: str
    url: str
    first_seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong that stands in the history, open or put right."""

    site: str
    kind: str
    url: str
    subject: str
    first_seen: date
    last_seen: date
    days: int
    """On how many days it was seen since `first_seen`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """An item of a column as the history knows it."""

    key: str
    title: str
    url: str
    published: date | None
    """The date it carried when it was first seen."""
    whole: bool
    """Whether that date was read in full and for sure: only then may a later one be held against it."""
    first_seen: date
    last_seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFinding:
    """A link that is not alive, as reported."""

    site_id: str
    link: Link
    first_seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFinding:
    """One site's line in the report."""

    id: str
    name: str
    unit: Unit
    url: str
    verdict: str
    """"ok", "violations", "unreachable", "walled", "maintenance", "suspicious", "moved" or "not looked at"."""
    pages: int
    links: int
    seconds: float
    fresh: int
    due_soon: int
    stale: int
    blank: int
    unknown: int
    not_judged: tuple[str, ...]
    reason: str = ""
    """Why it was not checked, or not in full; "" when it was."""
    certificate_ends: date | None = None
    """The last day of its certificate; None without one."""
    recalled: int = 0
    """So many of its pages had not changed for long, were not due, and are taken as at their last look."""
    code: str = ""
    """The site's identification code, "" when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """One run, as a reader must know it to trust the rest."""

    id: str
    started_at: datetime
    finished_at: datetime
    today: date
    complete: bool
    sites_checked: int
    sites_total: int
    held: str = ""
    """Why nothing may be sent (canary, mass flip); "" when all is well."""
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one site stood on an earlier day."""

    site_id: str
    result: Result
    """Under rules that know duties only, one that was not kept is a failing."""
    score: float | None
    violations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The last whole run before a day, to compare with."""

    day: date
    pack_id: str
    """The rules by which it was judged; sites judged by other rules cannot be compared."""
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a report shows; templates and writers only lay it out."""

    run: RunInfo
    office: str
    violations: tuple[Violation, ...]
    fixed: tuple[Fixed, ...]
    columns: tuple[ColumnFinding, ...]
    links: tuple[LinkFinding, ...]
    sites: tuple[SiteFinding, ...]
    rules: RulePack | None = None
    """The rules in force."""
    sheets: tuple[Sheet, ...] = ()
    """The self-check of each site under them."""
    units: tuple[Unit, ...] = ()
    """Every unit of the office, also those that have no site of their own but units within them."""
    before: Period | None = None
    """The period before this one; None on the first."""
    docket: Docket | None = None
    """How the notices stand; None where none are issued."""
