"""Our nouns: every value that crosses a file border. Frozen, without behaviour beyond what a field implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

# --- reading a page -------------------------------------------------------------------------


class Trust(IntEnum):
    """How far a date read from a page may be relied upon; higher is better."""

    DOUBTFUL = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day together with the evidence it was read from."""

    day: date
    text: str
    """The characters it was read from, as they stood on the page (at most 80)."""
    where: str
    """Where they stood, for people: "list row 3", "label 发布时间", "meta PubDate", "url"."""
    rule: str
    """The rule that read it: one short word, such as "iso", "month-day", "relative", "minguo"."""
    trust: Trust = Trust.SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of a list: what was published, and when."""

    title: str
    url: str
    """Absolute address; "" when the row links nowhere."""
    published: Dated | None = None
    pinned: bool = False


class Place(StrEnum):
    """The part of a page in which a link stands."""

    NAV = "nav"
    BODY = "body"
    FOOTER = "footer"
    HEAD = "head"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlink:
    """A link as it stands on a page, resolved to an absolute address."""

    url: str
    """Absolute and normalised, without its fragment."""
    text: str
    """What a reader sees of it: text, alt or title; "" when nothing."""
    tag: str = "a"
    """The element it came from: a, area, img, script, link, iframe, source, video, object, form, meta, css."""
    place: Place = Place.BODY
    fragment: str = ""


class PageKind(StrEnum):
    """What sort of page it is."""

    HOME = "home"
    LIST = "list"
    ARTICLE = "article"
    OTHER = "other"


class Filling(StrEnum):
    """What stands where the rows of a list belong."""

    ROWS = "rows"
    """Rows were read."""
    EMPTY = "empty"
    """The list stands and holds nothing, or says so (暂无内容)."""
    SCRIPT = "script"
    """A script fills it in a browser; nothing can be read without one."""
    UNCLEAR = "unclear"
    """No list was recognised: neither rows nor an empty list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read from one HTML page."""

    url: str
    encoding: str
    kind: PageKind
    title: str
    published: Dated | None
    """An article's own date."""
    newest: Dated | None
    """The newest credible date of the rows (lists, home pages) or of the article; None when there is none."""
    items: tuple[Item, ...]
    outlinks: tuple[Outlink, ...]
    filling: Filling
    next_page: str | None = None
    """The second page of a paginated list."""
    forwards_to: str | None = None
    """Where a meta refresh or a plain script redirect leads."""
    breadcrumb: tuple[str, ...] = ()
    """The path to this page as it is shown on it, from the outside in, without 首页/Home."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The census page tags found in <meta>, by canonical name: SiteName, ColumnName, PubDate …"""
    anchors: frozenset[str] = frozenset()
    """Every id and name that a fragment may point to."""
    bad_links: tuple[tuple[str, str], ...] = ()
    """Links that lead nowhere by themselves, as (href, text): malformed, "#", "javascript:void(0)"."""
    sorted_newest_first: bool = True
    """Whether the dated rows (pinned ones apart) descend."""
    text_length: int = 0
    """Characters of visible text."""
    language: str = ""
    """The page's language where it can be told: "zh", "en", "ru"; else ""."""
    notes: tuple[str, ...] = ()
    """What a doubter should know: dates refused and why, years inferred, rows found in scripts."""


# --- looking at an address ------------------------------------------------------------------


class Cause(StrEnum):
    """Why a look brought no answer."""

    NO_SUCH_HOST = "no such host"
    DNS = "name lookup failed"
    REFUSED = "connection refused"
    UNREACHABLE = "network unreachable"
    RESET = "connection reset"
    CLOSED = "closed without an answer"
    TIMEOUT = "timed out"
    TLS = "TLS handshake failed"
    CERTIFICATE = "certificate not trusted"
    BAD_ANSWER = "answer not understood"
    BAD_ADDRESS = "malformed address"
    BLOCKED_ADDRESS = "address not allowed"
    BAD_REDIRECT = "bad redirect"
    REDIRECT_LOOP = "endless redirect"
    TOO_LARGE = "headers too large"
    ROBOTS = "disallowed by robots.txt"
    PROXY = "proxy failed"
    OURS = "the monitor's own fault"


class Phase(StrEnum):
    """How far a look had come when it failed."""

    GUARD = "guard"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    HEADERS = "headers"
    BODY = "body"
    REDIRECT = "redirect"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An expected failure of a look, as a value."""

    cause: Cause
    phase: Phase
    detail: str = ""
    """The library's or system's own words, made printable."""


class TlsFault(StrEnum):
    """What is wrong with a certificate; the page behind it is still read."""

    EXPIRED = "certificate expired"
    NOT_YET_VALID = "certificate not yet valid"
    WRONG_HOST = "certificate for another host"
    SELF_SIGNED = "self-signed certificate"
    UNKNOWN_ISSUER = "certificate chain incomplete or issuer unknown"
    OLD_PROTOCOL = "TLS version too old"
    OTHER = "certificate not trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect on the way: the address that answered, its status and where it pointed."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What one guarded look at an address brought."""

    asked: str
    url: str
    """The address that gave the answer, after redirects."""
    status: int | None
    """None when no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; of several equal ones, the first that counts."""
    body: bytes = b""
    """Inflated; empty for a HEAD, a 304 or a failure."""
    truncated: bool = False
    """Cut at a cap, or ended early."""
    hops: tuple[Hop, ...] = ()
    failure: Failure | None = None
    tls_fault: TlsFault | None = None
    certificate_ends: date | None = None
    address: str = ""
    """The network address that answered."""
    started_at: datetime | None = None
    seconds: float = 0.0
    tries: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAnswer:
    """An answer that a page's own script asked for while it was filled."""

    url: str
    content_type: str
    body: bytes
    """At most 2 MB; longer ones are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What a browser made of one address."""

    asked: str
    url: str
    """Where the browser ended."""
    html: str = ""
    """The page as it stood when it was read; "" on a failure."""
    answers: tuple[DataAnswer, ...] = ()
    """What the page fetched by GET, in the order it came."""
    failure: str = ""
    """Why nothing was read, in one plain clause; "" when the page was."""
    quiet: bool = True
    """Whether the page had come to rest; False when it was read at the time limit while still loading."""
    troubles: tuple[str, ...] = ()
    """Requests of the page that were refused or failed, so that something may be missing from it."""
    seconds: float = 0.0


# --- the fleet, as configured ---------------------------------------------------------------


class Render(StrEnum):
    """Whether a column is read with a browser."""

    AUTO = "auto"
    """Where a script fills its page, or nothing can be read there without one."""
    ALWAYS = "always"
    NEVER = "never"


class ColumnClass(StrEnum):
    """How often a column must be updated: the census classes."""

    A = "A"
    A24 = "A24"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    L = "L"
    R = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time by the calendar: "6 months" is not 180 days."""

    days: int = 0
    months: int = 0
    years: int = 0


class Undated(StrEnum):
    """How a list without dates is judged."""

    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A subject that is not judged, why, by whose word and until when."""

    reason: str
    by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column (栏目) to be judged: configured, or found by the crawler."""

    name: str
    """By path where known: "政务公开 > 通知公告"."""
    url: str
    klass: ColumnClass
    limit: Span | None
    """None: not judged by age."""
    warn: Span | None = None
    """From this age on it is due soon."""
    undated: Undated = Undated.UNKNOWN
    item_selector: str = ""
    date_selector: str = ""
    exemption: Exemption | None = None
    render: Render = Render.AUTO
    found: bool = False
    """True when the crawler found it; False when it is configured."""
    basis: str = ""
    """Why it has this class: "configured", or the table row whose name matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The body responsible for a site, and whom its notices go to."""

    id: str
    name: str
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where the crawl of one site ends."""

    pages: int = 2000
    depth: int = 12
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Links that are not judged, by the start of their address, and why."""

    prefix: str
    reason: str
    by: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One portal to be watched."""

    id: str
    name: str
    url: str
    """The home page."""
    unit: Unit
    code: str = ""
    """The site's ten-digit identification code, "" when unknown."""
    hosts: tuple[str, ...] = ()
    """Further hosts that belong to the site, as host or host:port."""
    columns: tuple[Column, ...] = ()
    discover: bool = True
    """Whether the crawler looks for columns by itself."""
    render: Render = Render.AUTO
    """Whether the columns that the crawler finds are read with a browser."""
    budget: Budget = Budget()
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How politely and how far the fleet is crawled."""

    delay: float = 1.0
    """Seconds between the starts of two looks at one host."""
    concurrency: int = 2
    """Looks at one host at once."""
    sites_at_once: int = 50
    second_look: float = 10.0
    """Seconds before bad news is looked at again."""
    contact: str = ""
    """Whom a webmaster may ask; sent in the User-Agent."""
    allow_private: tuple[str, ...] = ()
    """Private networks that may be crawled, as CIDR."""
    proxy: str = ""
    browser: str = ""
    """The program that reads what scripts fill; "" looks for an installed Chromium."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How the report is mailed. The password comes from the environment, never from a file."""

    host: str
    port: int
    security: str
    """"none", "starttls" or "tls"."""
    user: str
    password_env: str
    sender: str
    reply_to: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Everything sites.yaml says: the sites, who answers for them, and how the work is done."""

    office: str
    language: str
    timezone: str
    at: str
    """Time of day of the daily run, "HH:MM"."""
    crawl: CrawlSettings
    reports: str
    """Folder of the reports, absolute."""
    data: str
    """Folder of the history, absolute."""
    mail: MailSettings | None
    units: tuple[Unit, ...]
    sites: tuple[Site, ...]


# --- what a crawl brought -------------------------------------------------------------------


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
    detail: str = ""
    looked_at: datetime | None = None
    data_url: str = ""
    """Where the script that fills the list gets its rows; "" when there is none or it was not found out."""


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
    home_title: str = ""
    pages: int = 0
    links_checked: int = 0
    links: tuple[Link, ...] = ()
    """Every link that is not alive."""
    alive: frozenset[str] = frozenset()
    """The addresses that were looked at and found alive: their faults are put right."""
    unread: frozenset[str] = frozenset()
    """Pages of the site that failed or turned us away: what stands on them was not seen."""
    columns: tuple[ColumnLook, ...] = ()
    seconds: float = 0.0
    looks: int = 1
    """Spaced looks at the home page in this run."""
    not_judged: tuple[str, ...] = ()
    """What was cut or left out, and why, one clause each."""
    tls_fault: TlsFault | None = None
    certificate_ends: date | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


# --- what is said of it ---------------------------------------------------------------------


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
class Report:
    """Everything that a report shows; templates and writers only lay it out."""

    run: RunInfo
    office: str
    violations: tuple[Violation, ...]
    fixed: tuple[Fixed, ...]
    columns: tuple[ColumnFinding, ...]
    links: tuple[LinkFinding, ...]
    sites: tuple[SiteFinding, ...]


# --- mail -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    type: str
    """Its media type, such as "text/csv"."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's content, rendered once; neither addressed nor sent."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row of the outbox: the bytes of a mail and the one address it goes to."""

    id: str
    sender: str
    """The envelope's sender, where bounces go."""
    recipient: str
    content: bytes


class Posted(StrEnum):
    """What became of a mail handed to the server."""

    SENT = "sent"
    """The server took it."""
    RETRY = "retry"
    """It did not, and may later."""
    REFUSED = "refused"
    """It will not take this mail for this recipient."""
    UNCERTAIN = "uncertain"
    """The connection broke after the mail was on its way; it may have been taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to one outgoing row."""

    id: str
    state: Posted
    reason: str
    """The server's own words, or ours when it said none; printable, one line."""
