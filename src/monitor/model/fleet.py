"""The fleet, as configured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.model.deadline import NoticeSettings
from monitor.model.duty import Duty, Waiver
from monitor.model.limit import ColumnClass, Limit, Span
from monitor.model.rule import RulePack


class Render(StrEnum):
    """Whether a column is read with a browser."""

    AUTO = "auto"
    """Where a script fills its page, or nothing can be read there without one."""
    ALWAYS = "always"
    NEVER = "never"


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
    within: str = ""
    """The id of the unit that it lies within, as a department in a county; "" for none."""

    def upwards(self, units: Mapping[str, Unit]) -> Iterator[Unit]:
        """It and those that it lies within, from below; `units` by their ids. Ends also where they go in a circle."""
        seen: set[str] = set()
        tier: Unit | None = self
        while tier is not None and tier.id not in seen:
            seen.add(tier.id)
            yield tier
            tier = units.get(tier.within)


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
class Downtime:
    """A time off line that was registered and approved beforehand (临时关停申请); nothing else excuses a site."""

    start: datetime
    end: datetime
    """The first moment at which the site must be open again; both with their time zone."""
    reason: str
    by: str
    """Who registered it."""
    reference: str = ""
    """Its number in the reporting system, "" when unknown."""


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
    duties: tuple[Duty, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    portal: bool = False
    """Whether it is the portal of a government: only portals are scored by the census."""
    limits: Mapping[ColumnClass, Limit] = field(default_factory=dict)
    """How long columns of a class may stay silent, as the rules set it."""
    downtimes: tuple[Downtime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How politely and how far the fleet is crawled."""

    delay: float = 1.0
    """Seconds between the starts of two looks at one host."""
    concurrency: int = 2
    """Looks at one host at once."""
    sites_at_once: int = 50
    workers: int = 1
    """Processes that share the sites."""
    recheck_days: int = 30
    """No address that was found alive goes longer without a look, in days; 1: every one is looked at every day."""
    cluster: str = ""
    """Address of the Dask scheduler whose workers look at the sites; "" for this machine."""
    second_look: float = 10.0
    """Seconds before bad news is looked at again."""
    contact: str = ""
    """Whom a webmaster may ask; sent in the User-Agent."""
    allow_private: tuple[str, ...] = ()
    """Private networks that may be crawled, as CIDR."""
    canaries: tuple[str, ...] = ()
    """Addresses that always answer: where none of them does, it is the monitor's own network."""
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
    """Who gets the office's own mail."""
    operators: tuple[str, ...] = ()
    """Who is told what is wrong with the monitor and its mail; empty: the recipients."""

    @property
    def answer_to(self) -> str:
        """Where answers and objections go."""
        return self.reply_to or self.sender


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTarget:
    """A chat group's robot, or a webhook, that is told of each daily run. Its secrets come from the environment."""

    name: str
    kind: str
    """"wecom", "dingtalk", "feishu" or "webhook"."""
    url: str = ""
    """Where a webhook listens; "" for a robot."""
    key_env: str = ""
    """The environment variable that holds a robot's address or key; "" for a webhook."""
    secret_env: str = ""
    """The environment variable that holds the secret with which messages are signed; "": they are not."""
    quiet: bool = False
    """Whether it is told nothing on a day when all is well."""


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
    rules: RulePack | None = None
    """By which the sites are judged as a whole; None: by none."""
    store: str = ""
    """Address of the PostgreSQL database that holds the history instead; "" for a file in `data`."""
    store_password_env: str = ""
    """The environment variable that holds the database's password."""
    forms: str = ""
    """Folder of the office's own forms for papers, absolute; it need not be there. "": none."""
    templates: str = ""
    """Folder of the office's own templates and phrases, the same way."""
    probes: int = 0
    """Looks a day at each home page; 0: none."""
    notices: NoticeSettings | None = None
    """How notices are issued; None: none are."""
    chat: tuple[ChatTarget, ...] = ()
    """Who is told of each daily run by message."""
