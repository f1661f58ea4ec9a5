"""The shape of sites.yaml, key by key: the types, the limits, and what each key is for. Door for pydantic."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor import days, urls

_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_SECRET = re.compile(r"^[^:]*:(?!//)[^@]*@|://[^@/]*:[^@]*@")
_DATABASE = re.compile(r"^postgres(?:ql)?://[^/\s]*/[^/?\s]+(?:\?\S*)?$")
_CLUSTER = re.compile(r"^(?:tcp|tls)://[^\s/@]+:\d{1,5}$")
_MAIL = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$")


def _is_span(text: str) -> str:
    if days.span(text) is None:
        raise ValueError('a length of time is meant, such as "14 days", "6 months" or "1 year"')
    return text


def _is_web_address(text: str) -> str:
    if urls.normalise(text) is None:
        raise ValueError("an address is meant, such as http://www.example.gov.cn/")
    if "@" in text.split("://", 1)[-1].split("/", 1)[0]:
        raise ValueError("an address without user name and password is meant; secrets do not belong in this file")
    return text


def _is_mail_address(text: str) -> str:
    if not _MAIL.match(text):
        raise ValueError("a mail address is meant, such as clerk@example.gov.cn")
    return text


def _is_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("a time zone is meant, such as Asia/Shanghai") from error
    return text


def is_network(text: str) -> bool:
    """Whether the text is a network as CIDR, such as 10.0.0.0/8."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> str:
    if not is_network(text):
        raise ValueError("a network is meant, such as 10.0.0.0/8")
    return text


def _is_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("a day is meant, such as 2026-12-31") from error
    return text


def _is_day_of_year(text: str) -> str:
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError as error:
        raise ValueError('month and day are meant, in quotes, such as "03-31"') from error
    return text


def moment(text: str) -> datetime | None:
    """A day or a moment, such as 2026-12-31 or "2026-12-31 18:00"; the office's own time where no zone stands."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _is_moment(text: str) -> str:
    if moment(text) is None:
        raise ValueError('a day or a moment is meant, such as 2026-12-31 or "2026-12-31 18:00"')
    return text


def _is_proxy(text: str) -> str:
    return _is_web_address(text) if text else text


def _is_store(text: str) -> str:
    if "password" in text.lower() or _SECRET.search(text):
        raise ValueError("an address without password is meant; a secret does not belong in this file")
    if text and not _DATABASE.match(text):
        raise ValueError("the address of a database is meant, such as postgresql://monitor@db.example.gov.cn/monitor")
    return text


def is_cluster(text: str) -> bool:
    """Whether the text is the address of a Dask scheduler, such as tcp://10.1.2.3:8786."""
    return bool(_CLUSTER.match(text))


def _is_cluster(text: str) -> str:
    if text and not is_cluster(text):
        raise ValueError("the address of a Dask scheduler is meant, such as tcp://10.1.2.3:8786")
    return text


def _is_host(text: str) -> str:
    if urls.normalise(f"http://{text}/") is None or "/" in text:
        raise ValueError("a host is meant, such as www.example.gov.cn or 10.1.2.3:8080")
    return text


def _is_rendering(given: object) -> object:
    if not (isinstance(given, bool) or given == "auto"):
        raise ValueError("true, false or auto is meant")
    return given


Id = Annotated[str, Field(pattern=_ID)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Length = Annotated[str, AfterValidator(_is_span)]
WebAddress = Annotated[str, AfterValidator(_is_web_address)]
MailAddress = Annotated[str, AfterValidator(_is_mail_address)]
Day = Annotated[str, AfterValidator(_is_day)]
Moment = Annotated[str, AfterValidator(_is_moment)]
Rendering = Annotated[Literal[True, False, "auto"], BeforeValidator(_is_rendering)]
TimeOfDay = Annotated[str, Field(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$")]


VariableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScheduleFile(_Part):
    """When the daily run starts, and how often the home pages are looked at."""

    at: TimeOfDay = Field(default="02:30", description='Time of day, in quotes: "02:30".')
    probes: int = Field(
        default=24,
        ge=0,
        le=288,
        description="Looks a day at each home page, by `monitor run`; the census asks for 20 at least; 0: none.",
    )


class CrawlFile(_Part):
    """How far and how politely the sites are crawled."""

    delay: float = Field(default=1.0, ge=0, le=300, description="Seconds between two looks at one host.", strict=False)
    concurrency: int = Field(default=2, ge=1, le=64, description="Looks at one host at the same time.")
    sites_at_once: int = Field(default=50, ge=1, le=5000, description="Sites crawled at the same time.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that share the sites of a run.")
    recheck_days: int = Field(
        default=30,
        ge=1,
        le=30,
        description="Most days between two looks at a page that did not change; 1: every page every day.",
    )
    cluster: Annotated[str, AfterValidator(_is_cluster)] = Field(
        default="", description="Dask scheduler whose workers crawl, such as tcp://10.1.2.3:8786; empty: this machine."
    )
    second_look: float | None = Field(
        default=None, ge=0, le=3600, strict=False, description="Seconds before bad news is looked at again."
    )
    pages: int = Field(default=2000, ge=1, description="Most pages read of one site.")
    depth: int = Field(default=12, ge=0, le=100, description="Most clicks away from the home page.")
    minutes: float = Field(default=60, gt=0, description="Most minutes spent on one site.", strict=False)
    contact: str = Field(default="", max_length=200, description="Mail address a webmaster may write to.")
    allow_private: list[Annotated[str, AfterValidator(_is_network)]] = Field(
        default=[], description="Private networks that may be crawled, such as 10.0.0.0/8."
    )
    canaries: list[WebAddress] = Field(
        default=[], max_length=5, description="Addresses that always answer; if none does, our own network is at fault."
    )
    proxy: Annotated[str, AfterValidator(_is_proxy)] = Field(
        default="", description="HTTP proxy, such as http://proxy.example.gov.cn:3128."
    )
    browser: str = Field(default="", description="Path of the Chromium that reads what scripts fill; empty: find it.")


class MailFile(_Part):
    """How the report is mailed. The password is read from the environment."""

    host: Text = Field(description="The mail server.")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = Field(default="", description="Login name; empty for a server that asks for none.")
    password_env: VariableName = Field(
        default="MONITOR_SMTP_PASSWORD",
        description="NAME of the environment variable that holds the password.",
    )
    sender: MailAddress
    reply_to: MailAddress | None = None
    recipients: list[MailAddress] = Field(min_length=1, description="Who gets the office's own daily mail.")
    operators: list[MailAddress] = Field(
        default=[], description="Who is told what is wrong with the monitor and its mail; the recipients otherwise."
    )


class UnitFile(_Part):
    """A body that is responsible for sites."""

    id: Id
    name: Text
    contacts: list[MailAddress] = []
    within: Id | None = Field(
        default=None, description="The id of the unit that this one lies within, for the roll-up by county and city."
    )


class ExemptionFile(_Part):
    """Why something is not judged, by whose word, and until when."""

    reason: Text
    by: Text
    until: Day


class ExclusionFile(ExemptionFile):
    """Links that are not judged, by the start of their address."""

    prefix: WebAddress


class DowntimeFile(_Part):
    """A time off line that was registered and approved beforehand; no other excuses a site that does not open."""

    begin: Moment = Field(alias="from", description='First day, or moment such as "2026-12-31 18:00".')
    until: Moment = Field(description="Last day, or the moment at which the site must be open again.")
    reason: Text
    by: Text = Field(description="Who registered it.")
    reference: str = Field(default="", max_length=200, description="Its number in the reporting system.")


class ColumnFile(_Part):
    """A column to be judged."""

    name: Text
    url: Annotated[str, Field(min_length=1)]
    klass: Literal["A", "A24", "B", "C", "D", "E", "F", "G", "H", "L", "R"] | None = Field(default=None, alias="class")
    limit: Length | None = Field(default=None, description='Longest silence, such as "14 days" or "6 months".')
    warn: Length | None = Field(default=None, description="From this age on the column is due soon.")
    undated: Literal["stale", "unknown"] = "unknown"
    items: str = Field(default="", description="CSS selector of the rows, where they are not found by themselves.")
    date: str = Field(default="", description="CSS selector of the date within a row.")
    render: Rendering | None = Field(default=None, description="Read with a browser; the site's own when not given.")
    exempt: ExemptionFile | None = None


class DutyFile(_Part):
    """Something that a column must bring in time: one of every, by, after and at_least says when."""

    name: Text
    column: Annotated[str, Field(min_length=1, max_length=500)]
    every: Literal["month", "quarter", "year"] | None = Field(default=None, description="Something for each of these.")
    grace: Length = Field(default="30 days", description="How long after its end that may be published.")
    by: Annotated[str, AfterValidator(_is_day_of_year)] | None = Field(default=None, description="Month-day: 03-31.")
    after: Day | None = Field(default=None, description="The day of an event, such as an approval.")
    at_least: int | None = Field(default=None, ge=1, le=1000, description="So many items within the span.")
    within: Length = Field(default="1 year", description="The span after the event, or that is looked back.")
    basis: str = Field(default="", max_length=500, description="The words that set the duty.")


class WaiverFile(ExemptionFile):
    """A rule or duty by which a site is not judged."""

    rule: Text = Field(description="The rule's id, or the duty's name.")


class SiteFile(_Part):
    """One portal."""

    id: Id
    name: Text
    url: WebAddress
    unit: Id
    portal: bool = Field(default=False, description="The portal of a government; only portals are scored.")
    code: str = Field(default="", pattern=r"^(?:|\d{10}|bm\d{8}|N\d{9})$", description="Identification code.")
    hosts: list[Annotated[str, AfterValidator(_is_host)]] = []
    columns: Literal["auto"] | list[ColumnFile] = "auto"
    discover: bool | None = Field(default=None, description="Look for further columns beside those listed here.")
    render: Rendering = Field(
        default="auto", description="Read columns with a browser: true, false, or auto (where a script fills them)."
    )
    pages: int | None = Field(default=None, ge=1)
    depth: int | None = Field(default=None, ge=0, le=100)
    minutes: float | None = Field(default=None, gt=0, strict=False)
    exclusions: list[ExclusionFile] = []
    duties: list[DutyFile] = []
    waivers: list[WaiverFile] = []
    downtimes: list[DowntimeFile] = Field(default=[], description="Times off line that were registered and approved.")


def _is_number(text: str) -> str:
    """A template that gives each notice another number: the year and the counter must stand in it, and nothing else."""
    message = "a template with {year} and {number} is meant, such as 〔{year}〕{number}号 or JC-{year}-{number:04d}"
    try:
        numbers = {text.format(year=year, number=number) for year in (2026, 2027) for number in (1, 11, 111, 1111)}
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(message) from error
    if len(numbers) < 8:
        raise ValueError(message)
    return text


class YearFile(_Part):
    """The days of one year that are not as their weekday says."""

    year: int = Field(ge=2000, le=2200)
    off: list[Day] = Field(default=[], description="Days off; Saturdays and Sundays need not be listed.")
    on: list[Day] = Field(default=[], description="Saturdays and Sundays that are worked.")


class NoticesFile(_Part):
    """When notices are issued, reminded of and escalated, in working days; without this section none are."""

    deadline: int = Field(default=5, ge=1, le=250, description="Working days to put things right.")
    reminders: list[Annotated[int, Field(ge=-250, le=250)]] = Field(
        default=[-2, 0, 5], description="Working days after the deadline, less than 0 before it; in order."
    )
    repeat: int = Field(
        default=5, ge=0, le=250, description="Working days between further reminders; 0: no further ones."
    )
    escalation: int = Field(default=10, ge=1, le=250, description="Working days after the deadline.")
    confirm_hours: int = Field(
        default=6, ge=1, le=720, description="Hours between the two looks that confirm a violation, or close it."
    )
    reopen_days: int = Field(
        default=30, ge=0, le=365, description="Days after its closing within which a relapse opens the same number."
    )
    waiver_warning: int = Field(default=7, ge=0, le=90, description="Days before the end of a waiver to hear of it.")
    number: Annotated[str, Field(max_length=60), AfterValidator(_is_number)] = Field(
        default="〔{year}〕{number}号", description="How notices are numbered; counted anew in each year."
    )
    calendar: Literal["china", "weekends"] = Field(
        default="china", description="Whose holidays are kept; weekends: Saturdays and Sundays only."
    )
    years: list[YearFile] = Field(
        default=[], description="Years listed here are as listed, whatever the calendar says of them."
    )


class ChatFile(_Part):
    """A chat group's robot, or a webhook, that is told of each daily run. Keys and secrets stand in the environment."""

    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="What you call it; each its own.")
    kind: Literal["wecom", "dingtalk", "feishu", "webhook"] = Field(
        description="企业微信, 钉钉 or 飞书; or a program of yours that takes JSON."
    )
    key_env: VariableName | None = Field(
        default=None, description="NAME of the environment variable that holds the robot's address or key."
    )
    url: WebAddress | None = Field(default=None, description="Where a webhook listens; not for robots.")
    secret_env: VariableName | None = Field(
        default=None,
        description="NAME of the environment variable that holds the secret for signing (加签); not for wecom.",
    )
    quiet: bool = Field(default=False, description="true: say nothing on days when all is well.")


class FleetFile(_Part):
    """The whole of sites.yaml."""

    model_config = ConfigDict(extra="forbid", strict=True, title="sites.yaml of the freshness monitor")

    office: Text = Field(description="The office that issues the report.")
    rules: Text = Field(
        default="census-2019",
        description="The rules: census-2019, census-2015, freshness, or a file of the office's own (.yaml).",
    )
    language: Literal["zh-CN", "en"] = "zh-CN"
    timezone: Annotated[str, AfterValidator(_is_zone)] = "Asia/Shanghai"
    schedule: ScheduleFile = ScheduleFile()
    crawl: CrawlFile = CrawlFile()
    reports: Text = "reports"
    data: Text = "monitor-data"
    forms: Text = Field(
        default="forms",
        description="Folder of the office's own forms for papers: notice.docx and circular.docx, with its letterhead.",
    )
    templates: Text = Field(
        default="templates",
        description="Folder of the office's own templates for pages and mails, and of its own phrases (words.yaml).",
    )
    store: Annotated[str, AfterValidator(_is_store)] = Field(
        default="",
        description="PostgreSQL database for the history, such as postgresql://monitor@db.example.gov.cn/monitor;"
        " empty: a file in data.",
    )
    store_password_env: VariableName = Field(
        default="MONITOR_STORE_PASSWORD",
        description="NAME of the environment variable that holds the database's password.",
    )
    mail: MailFile | None = None
    notices: NoticesFile | None = None
    chat: list[ChatFile] = Field(
        default=[], max_length=20, description="Chat robots and webhooks that are told of each daily run."
    )
    units: list[UnitFile] = Field(min_length=1)
    sites: list[SiteFile] = Field(min_length=1)
