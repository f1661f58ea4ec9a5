"""sites.yaml -> Fleet; what is wrong is refused with its place and what was meant. Door for pydantic."""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from monitor import days, urls, yamlfile
from monitor.model import (
    Budget,
    Column,
    ColumnClass,
    CrawlSettings,
    Exclusion,
    Exemption,
    Fleet,
    MailSettings,
    Render,
    Site,
    Span,
    Undated,
    Unit,
)
from monitor.taxonomy import Sort, class_limit, sort_of
from monitor.yamlfile import ConfigError, Problem

_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_SECRET = re.compile(r"^(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key)$", re.IGNORECASE)
_MAIL = re.compile(r"^[^@\s<>\"',;\x00-\x1f]+@[^@\s<>\"',;\x00-\x1f]+$")
_ANY_DAY = date(2026, 1, 1)


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


def _is_host(text: str) -> str:
    if urls.normalise(f"http://{text}/") is None or "/" in text:
        raise ValueError("a host is meant, such as www.example.gov.cn or 10.1.2.3:8080")
    return text


_FIRST = """\
# The sites that are watched, who answers for them, and how. `monitor validate` checks this file.

office: the office that issues the report      # fill in
language: zh-CN                                # zh-CN or en
timezone: Asia/Shanghai

schedule:
  at: "02:30"

crawl:
  delay: 1.0            # seconds between two looks at one host
  concurrency: 2        # looks at one host at the same time
  contact: ""           # a mail address that a webmaster may write to

# mail:
#   host: smtp.example.gov.cn
#   port: 587
#   security: starttls
#   user: monitor
#   password_env: MONITOR_SMTP_PASSWORD   # the NAME of the variable; never the password itself
#   sender: monitor@example.gov.cn
#   recipients: [clerk@example.gov.cn]

units:
  - {{id: unit-1, name: the responsible unit, contacts: []}}   # fill in

sites:
  - id: {id}
    name: {host}        # fill in
    url: {url}
    unit: unit-1
    columns: auto       # the crawler finds them; or list them:
    # columns:
    #   - {{name: 通知公告, url: /tzgg/}}
    #   - {{name: 工作动态, url: /gzdt/, limit: 10 days, warn: 8 days}}
"""

Id = Annotated[str, Field(pattern=_ID)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Length = Annotated[str, AfterValidator(_is_span)]
WebAddress = Annotated[str, AfterValidator(_is_web_address)]
MailAddress = Annotated[str, AfterValidator(_is_mail_address)]
Day = Annotated[str, AfterValidator(_is_day)]
Rendering = Literal[True, False, "auto"]
_RENDER = {True: Render.ALWAYS, False: Render.NEVER, "auto": Render.AUTO}
TimeOfDay = Annotated[str, Field(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScheduleFile(_Part):
    """When the daily run starts."""

    at: TimeOfDay = Field(default="02:30", description='Time of day, in quotes: "02:30".')


class CrawlFile(_Part):
    """How far and how politely the sites are crawled."""

    delay: float = Field(default=1.0, ge=0, le=300, description="Seconds between two looks at one host.", strict=False)
    concurrency: int = Field(default=2, ge=1, le=64, description="Looks at one host at the same time.")
    sites_at_once: int = Field(default=50, ge=1, le=2000, description="Sites crawled at the same time.")
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
    proxy: str = Field(default="", description="HTTP proxy, such as http://proxy.example.gov.cn:3128.")
    browser: str = Field(default="", description="Path of the Chromium that reads what scripts fill; empty: find it.")


class MailFile(_Part):
    """How the report is mailed. The password is read from the environment."""

    host: Text = Field(description="The mail server.")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = Field(default="", description="Login name; empty for a server that asks for none.")
    password_env: str = Field(
        default="MONITOR_SMTP_PASSWORD",
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="NAME of the environment variable that holds the password.",
    )
    sender: MailAddress
    reply_to: MailAddress | None = None
    recipients: list[MailAddress] = Field(min_length=1)


class UnitFile(_Part):
    """A body that is responsible for sites."""

    id: Id
    name: Text
    contacts: list[MailAddress] = []


class ExemptionFile(_Part):
    """Why something is not judged, by whose word, and until when."""

    reason: Text
    by: Text
    until: Day


class ExclusionFile(ExemptionFile):
    """Links that are not judged, by the start of their address."""

    prefix: WebAddress


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


class SiteFile(_Part):
    """One portal."""

    id: Id
    name: Text
    url: WebAddress
    unit: Id
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


class FleetFile(_Part):
    """The whole of sites.yaml."""

    model_config = ConfigDict(extra="forbid", strict=True, title="sites.yaml of the freshness monitor")

    office: Text = Field(description="The office that issues the report.")
    language: Literal["zh-CN", "en"] = "zh-CN"
    timezone: Annotated[str, AfterValidator(_is_zone)] = "Asia/Shanghai"
    schedule: ScheduleFile = ScheduleFile()
    crawl: CrawlFile = CrawlFile()
    reports: Text = "reports"
    data: Text = "monitor-data"
    mail: MailFile | None = None
    units: list[UnitFile] = Field(min_length=1)
    sites: list[SiteFile] = Field(min_length=1)


def schema() -> str:
    """The JSON Schema of sites.yaml, for editors, as text."""
    return json.dumps(FleetFile.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def first_file(url: str) -> str:
    """A first sites.yaml for one site, with the places to fill in."""
    return _FIRST.format(
        url=url, host=urls.host(url), id=re.sub(r"[^a-z0-9]+", "-", urls.host(url)).strip("-") or "site"
    )


def load(path: Path) -> Fleet:
    """The fleet that a sites.yaml describes. Raises ConfigError with every problem found."""
    document = yamlfile.read(path)
    try:
        parsed = FleetFile.model_validate(document.value)
    except ValidationError as error:
        raise ConfigError([_problem(document, dict(e)) for e in error.errors() if not _is_other_branch(e)]) from None
    problems = [*_cross_checks(document, parsed)]
    if problems:
        raise ConfigError(problems)
    return _fleet(parsed, path.resolve().parent)


def _problem(document: yamlfile.Document, error: dict[str, Any]) -> Problem:
    """One of pydantic's errors in a clerk's words, at its place in the file."""
    loc = tuple(part for part in error["loc"] if not _is_union_tag(part))
    kind, given = error["type"], error.get("input")
    key = str(loc[-1]) if loc else "file"
    if kind == "extra_forbidden":
        return document.problem(loc, _unknown_key(key, loc), at_key=True)
    if kind == "missing":
        return document.problem(loc[:-1], f"{key} is missing", key=key)
    if isinstance(given, bool) or (isinstance(given, int) and kind == "string_type"):
        raw = document.raw(loc)
        return document.problem(loc, f'{raw} is not read as text by YAML; write it in quotes: "{raw}"')
    message = _plain(kind, error.get("ctx", {}), key) or str(error["msg"]).removeprefix("Value error, ")
    if "secret" in message or "password" in message:
        return document.problem(loc, message)  # whatever stands there is not repeated
    return document.problem(loc, f"{message} (found {json.dumps(given, ensure_ascii=False, default=str)[:80]})")


def _is_other_branch(error: Any) -> bool:
    """Whether an error only says that a list is not the word "auto", or the word not a list."""
    given = error.get("input")
    return bool(
        (error["type"] == "literal_error" and isinstance(given, list))
        or (error["type"] == "list_type" and "list[" in str(error["loc"][-1]) and isinstance(given, str))
    )


def _is_union_tag(part: object) -> bool:
    return isinstance(part, str) and part.startswith(("literal[", "list["))


def _plain(kind: str, context: dict[str, Any], key: str) -> str:
    if kind == "string_pattern_mismatch" and key == "id":
        return "an id of small letters, digits, - and _ is meant, such as water-bureau"
    if kind == "string_pattern_mismatch" and key == "at":
        return 'a time of day in quotes is meant, such as "02:30"'
    if kind == "string_pattern_mismatch" and key == "code":
        return "the ten digits of the identification code are meant, in quotes"
    if kind == "string_pattern_mismatch" and key == "password_env":
        return "the NAME of an environment variable is meant, such as MONITOR_SMTP_PASSWORD, not the password itself"
    if kind == "literal_error" and key == "render":
        return "true, false or auto is meant"
    if kind == "literal_error":
        return f"one of {context.get('expected', '')} is meant"
    return ""


def _unknown_key(key: str, loc: tuple[object, ...]) -> str:
    if _SECRET.match(key):
        return "a secret does not belong in this file; put it in the environment and name the variable in password_env"
    near = difflib.get_close_matches(key, _known_keys(loc[:-1]), n=1)
    return "unknown key" + (f"; was {near[0]} meant?" if near else "")


def _known_keys(loc: tuple[object, ...]) -> list[str]:
    names = [part for part in loc if isinstance(part, str)]
    parts: dict[str, type[BaseModel]] = {
        "schedule": ScheduleFile,
        "crawl": CrawlFile,
        "mail": MailFile,
        "units": UnitFile,
        "sites": SiteFile,
        "columns": ColumnFile,
        "exclusions": ExclusionFile,
        "exempt": ExemptionFile,
    }
    model = parts.get(names[-1], FleetFile) if names else FleetFile
    return [info.alias or name for name, info in model.model_fields.items()]


def _cross_checks(document: yamlfile.Document, parsed: FleetFile) -> list[Problem]:
    """What no single key can show: ids given twice, units that nobody defined, warnings that come after the limit."""
    found: list[Problem] = []
    unit_ids = [unit.id for unit in parsed.units]
    for section, ids in (("units", unit_ids), ("sites", [site.id for site in parsed.sites])):
        found += [
            document.problem((section, i, "id"), f"the id {name} is given twice; each needs its own")
            for i, name in enumerate(ids)
            if name in ids[:i]
        ]
    for i, site in enumerate(parsed.sites):
        if site.unit not in unit_ids:
            near = difflib.get_close_matches(site.unit, unit_ids, n=1)
            hint = f"; was {near[0]} meant?" if near else "; add it under units"
            found.append(document.problem(("sites", i, "unit"), f"no unit has the id {site.unit}{hint}"))
        for j, column in enumerate(site.columns if isinstance(site.columns, list) else []):
            found += _column_checks(document, ("sites", i, "columns", j), column, site.url)
    return found


def _column_checks(
    document: yamlfile.Document, loc: tuple[object, ...], column: ColumnFile, home: str
) -> list[Problem]:
    found: list[Problem] = []
    joined = urls.resolve(home, column.url)
    if joined is None or not urls.is_web(joined[0]):
        found.append(document.problem((*loc, "url"), f"an address is meant, such as /tzgg/ (found {column.url!r})"))
    limit, warn = _limit_of(column), days.span(column.warn or "")
    if warn is None:
        return found
    if limit is None:
        found.append(document.problem((*loc, "warn"), "this class has no limit to warn of; give a limit too"))
    elif days.length_in_days(warn, _ANY_DAY) >= days.length_in_days(limit, _ANY_DAY):
        found.append(document.problem((*loc, "warn"), f"the warning must come before the limit of {days.words(limit)}"))
    return found


def _sort_of(column: ColumnFile) -> Sort:
    if column.klass is None:
        return sort_of(column.name)
    klass = ColumnClass(column.klass)
    named = sort_of(column.name)
    limit = named.limit if named.klass is klass else class_limit(klass)
    return Sort(klass=klass, limit=limit, basis="configured")


def _limit_of(column: ColumnFile) -> Span | None:
    return days.span(column.limit) if column.limit else _sort_of(column).limit


def _column(column: ColumnFile, home: str, render: Render) -> Column:
    sort = _sort_of(column)
    joined = urls.resolve(home, column.url)
    return Column(
        name=column.name,
        url=joined[0] if joined else column.url,
        klass=sort.klass,
        limit=_limit_of(column),
        warn=days.span(column.warn or ""),
        undated=Undated(column.undated),
        item_selector=column.items,
        date_selector=column.date,
        exemption=_exemption(column.exempt),
        render=render if column.render is None else _RENDER[column.render],
        basis="limit configured" if column.limit else sort.basis,
    )


def _exemption(given: ExemptionFile | None) -> Exemption | None:
    if given is None:
        return None
    return Exemption(reason=given.reason, by=given.by, until=date.fromisoformat(given.until))


def _site(site: SiteFile, crawl: CrawlFile, units: dict[str, Unit]) -> Site:
    home = urls.normalise(site.url) or site.url
    columns = site.columns if isinstance(site.columns, list) else []
    return Site(
        id=site.id,
        name=site.name,
        url=home,
        unit=units[site.unit],
        code=site.code,
        hosts=tuple(site.hosts),
        columns=tuple(_column(column, home, _RENDER[site.render]) for column in columns),
        render=_RENDER[site.render],
        discover=not isinstance(site.columns, list) if site.discover is None else site.discover,
        budget=Budget(
            pages=site.pages or crawl.pages,
            depth=crawl.depth if site.depth is None else site.depth,
            seconds=60 * (site.minutes or crawl.minutes),
        ),
        exclusions=tuple(
            Exclusion(prefix=e.prefix, reason=e.reason, by=e.by, until=date.fromisoformat(e.until))
            for e in site.exclusions
        ),
    )


def _fleet(parsed: FleetFile, folder: Path) -> Fleet:
    units = {u.id: Unit(id=u.id, name=u.name, contacts=tuple(u.contacts)) for u in parsed.units}
    crawl, mail = parsed.crawl, parsed.mail
    return Fleet(
        office=parsed.office,
        language=parsed.language,
        timezone=parsed.timezone,
        at=parsed.schedule.at,
        crawl=CrawlSettings(
            delay=crawl.delay,
            concurrency=crawl.concurrency,
            sites_at_once=crawl.sites_at_once,
            second_look=10 * crawl.delay if crawl.second_look is None else crawl.second_look,
            contact=crawl.contact,
            allow_private=tuple(crawl.allow_private),
            proxy=crawl.proxy,
            browser=crawl.browser,
        ),
        reports=str(folder / parsed.reports),
        data=str(folder / parsed.data),
        mail=None
        if mail is None
        else MailSettings(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            user=mail.user,
            password_env=mail.password_env,
            sender=mail.sender,
            reply_to=mail.reply_to or "",
            recipients=tuple(mail.recipients),
        ),
        units=tuple(units.values()),
        sites=tuple(_site(site, crawl, units) for site in parsed.sites),
    )
