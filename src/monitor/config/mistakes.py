"""What is wrong with a sites.yaml, in a clerk's words and at its place."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from monitor import days, urls, yamlfile
from monitor.config.fleet import downtime_of, limit_of
from monitor.config.paper import notices_checks
from monitor.config.shape import (
    ChatFile,
    ColumnFile,
    CrawlFile,
    DowntimeFile,
    DutyFile,
    ExclusionFile,
    ExemptionFile,
    FleetFile,
    MailFile,
    NoticesFile,
    ScheduleFile,
    SiteFile,
    UnitFile,
    WaiverFile,
    YearFile,
)
from monitor.model import RulePack
from monitor.yamlfile import Problem

_SECRET = re.compile(r"^(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key)$", re.IGNORECASE)
_BOUNDS = {
    "greater_than_equal": "at least {} is meant",
    "greater_than": "more than {} is meant",
    "less_than_equal": "at most {} is meant",
    "string_too_long": "at most {} letters are meant",
}
_RUN_TOGETHER = re.compile(r"[A-Za-z_]+[:：]")
_ENV = ("password_env", "store_password_env", "key_env", "secret_env")
_ANY_DAY = date(2026, 1, 1)


def problem(document: yamlfile.Document, error: dict[str, Any]) -> Problem:
    """One of pydantic's errors in a clerk's words, at its place in the file."""
    loc = tuple(part for part in error["loc"] if not _is_union_tag(part))
    kind, given = error["type"], error.get("input")
    key = str(loc[-1]) if loc else "file"
    if kind == "extra_forbidden":
        return document.problem(loc, _unknown_key(key, loc), at_key=True)
    if kind == "missing":
        return document.problem(loc[:-1], f"{key} is missing", key=key)
    if key in ("limit", "warn") and isinstance(given, int) and not isinstance(given, bool):
        return document.problem(loc, f'a length of time is meant, such as "{given} days"')
    if kind == "string_type" and isinstance(given, bool | int | float):
        raw = document.raw(loc)
        return document.problem(loc, f'{raw} is not read as text by YAML; write it in quotes: "{raw}"')
    message = _plain(kind, error.get("ctx", {}), key) or str(error["msg"]).removeprefix("Value error, ")
    if "secret" in message or "password" in message:
        return document.problem(loc, message)  # whatever stands there is not repeated
    if isinstance(given, str) and any(sign in given for sign in yamlfile.FULL_WIDTH):
        message += ", without full-width signs"
    said = document.raw(loc) if isinstance(given, bool) else json.dumps(given, ensure_ascii=False, default=str)
    return document.problem(loc, f"{message} (found {said[:80]})")


def is_other_branch(error: Any) -> bool:
    """Whether an error only says that a list is not the word "auto", or the word not a list."""
    is_list, last = isinstance(error.get("input"), list), str(error["loc"][-1:])
    return (error["type"] == "literal_error" and "literal[" in last and is_list) or (
        error["type"] == "list_type" and "list[" in last and not is_list
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
    if kind == "string_pattern_mismatch" and key in _ENV:
        return "the NAME of an environment variable is meant, such as MONITOR_PASSWORD, not the password itself"
    if kind == "literal_error" and key == "columns":
        return "auto or a list of columns is meant"
    if kind in ("model_type", "dict_type"):
        return "a group of keys is meant, such as {name: …, url: …}"
    if kind == "too_short":
        return "at least one is meant"
    if kind in ("string_type", "string_too_short"):
        return "a text is meant"
    if kind in ("int_type", "int_from_float", "float_type", "float_parsing"):
        return "a number without quotes is meant"
    if kind == "list_type":
        return "a list is meant, such as [one, another]"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(*context.values())
    if kind == "literal_error" and key == "class":
        return f"one of {context.get('expected', '')} is meant (A news, B notices and policies, C others, …)"
    if kind == "literal_error":
        return f"one of {context.get('expected', '')} is meant"
    return ""


def _unknown_key(key: str, loc: tuple[object, ...]) -> str:
    if _SECRET.match(key):
        return "a secret does not belong in this file; put it in the environment and name the variable in password_env"
    if _RUN_TOGETHER.match(key):
        return "a plain colon and a space are meant after the key"
    near = difflib.get_close_matches(key, _known_keys(loc[:-1]), n=1)
    return "unknown key" + (f"; was {near[0]} meant?" if near else "")


def _known_keys(loc: tuple[object, ...]) -> list[str]:
    names = [part for part in loc if isinstance(part, str)]
    parts: dict[str, type[BaseModel]] = {
        "schedule": ScheduleFile,
        "crawl": CrawlFile,
        "mail": MailFile,
        "notices": NoticesFile,
        "chat": ChatFile,
        "years": YearFile,
        "units": UnitFile,
        "sites": SiteFile,
        "columns": ColumnFile,
        "exclusions": ExclusionFile,
        "exempt": ExemptionFile,
        "duties": DutyFile,
        "waivers": WaiverFile,
        "downtimes": DowntimeFile,
    }
    model = parts.get(names[-1], FleetFile) if names else FleetFile
    return [info.alias or name for name, info in model.model_fields.items()]


def cross_checks(document: yamlfile.Document, parsed: FleetFile) -> list[Problem]:
    """What no single key can show: ids given twice, units that nobody defined, warnings that come after the limit."""
    found: list[Problem] = []
    zone = ZoneInfo(parsed.timezone)
    unit_ids = [unit.id for unit in parsed.units]
    for section, ids in (("units", unit_ids), ("sites", [site.id for site in parsed.sites])):
        found += [
            document.problem((section, i, "id"), f"the id {name} is given twice; each needs its own")
            for i, name in enumerate(ids)
            if name in ids[:i]
        ]
    found += _tree_checks(document, parsed.units)
    found += _chat_checks(document, parsed.chat)
    if parsed.notices is not None:
        found += notices_checks(document, parsed.notices)
    homes = [urls.normalise(site.url) for site in parsed.sites]
    found += [
        document.problem(("sites", i, "url"), f"the site {parsed.sites[homes.index(home)].id} has this address already")
        for i, home in enumerate(homes)
        if home in homes[:i]
    ]
    for i, site in enumerate(parsed.sites):
        if site.unit not in unit_ids:
            found.append(document.problem(("sites", i, "unit"), _no_unit(site.unit, unit_ids)))
        found += _columns_checks(document, i, site)
        for j, given in enumerate(site.downtimes):
            downtime = downtime_of(given, zone)
            if downtime.end <= downtime.start:
                said = f"the end must come after the beginning (found {given.until}, from {given.begin})"
                found.append(document.problem(("sites", i, "downtimes", j, "until"), said))
        for j, duty in enumerate(site.duties):
            ways = [name for name in ("every", "by", "after", "at_least") if getattr(duty, name) is not None]
            if len(ways) != 1:
                said = f"one of every, by, after and at_least is meant (found {', '.join(ways) or 'none'})"
                found.append(document.problem(("sites", i, "duties", j), said))
    return found


def waiver_checks(document: yamlfile.Document, parsed: FleetFile, rules: RulePack) -> list[Problem]:
    """That every waiver names a rule or a duty that there is."""
    found: list[Problem] = []
    for i, site in enumerate(parsed.sites):
        known = [*(rule.id for rule in rules.rules), *(duty.name for duty in site.duties)]
        for j, waiver in enumerate(site.waivers):
            if waiver.rule not in known:
                near = difflib.get_close_matches(waiver.rule, known, n=1)
                hint = f"; was {near[0]} meant?" if near else "; `monitor rules` lists them"
                said = f"no rule or duty is called {waiver.rule}{hint}"
                found.append(document.problem(("sites", i, "waivers", j, "rule"), said))
    return found


def _no_unit(wanted: str, unit_ids: list[str]) -> str:
    near = difflib.get_close_matches(wanted, unit_ids, n=1)
    hint = f"; was {near[0]} meant?" if near else "; add it under units"
    return f"no unit has the id {wanted}{hint}"


def _tree_checks(document: yamlfile.Document, units: list[UnitFile]) -> list[Problem]:
    """That units lie within units that there are, and none within itself by way of others."""
    above = {unit.id: unit.within for unit in units}
    found: list[Problem] = []
    for i, unit in enumerate(units):
        if unit.within is None:
            continue
        if unit.within not in above:
            found.append(document.problem(("units", i, "within"), _no_unit(unit.within, list(above))))
        elif circle := _circle(unit.id, above):
            said = f"units lie within each other in a circle: {' in '.join(circle)}"
            found.append(document.problem(("units", i, "within"), said))
    return found


def _chat_checks(document: yamlfile.Document, targets: list[ChatFile]) -> list[Problem]:
    """That each target is named once and has just what its kind needs."""
    found: list[Problem] = []
    names = [target.name for target in targets]
    for i, target in enumerate(targets):
        robot = target.kind != "webhook"
        needed, other = ("key_env", "url") if robot else ("url", "key_env")
        if target.name in names[:i]:
            found.append(document.problem(("chat", i, "name"), f"the name {target.name} is given twice"))
        if getattr(target, needed) is None:
            found.append(document.problem(("chat", i), f"{needed} is missing: {target.kind} needs it", key=needed))
        if getattr(target, other) is not None:
            said = "a robot's address belongs into the environment" if robot else "a webhook has a url instead"
            found.append(document.problem(("chat", i, other), said))
        if target.kind == "wecom" and target.secret_env is not None:
            found.append(document.problem(("chat", i, "secret_env"), "robots of wecom know no signing"))
    return found


def _circle(unit: str, above: Mapping[str, str | None]) -> list[str]:
    """The way from a unit up to itself again; empty when it leads to a top, or into a circle of others."""
    way, step = [unit], above.get(unit)
    while step is not None and step not in way:
        way.append(step)
        step = above.get(step)
    return [*way, unit] if step == unit else []


def _columns_checks(document: yamlfile.Document, i: int, site: SiteFile) -> list[Problem]:
    """Each column of a site by itself, and that none is listed twice: it would be accused twice."""
    columns = site.columns if isinstance(site.columns, list) else []
    places = [(urls.resolve(site.url, column.url), column.items) for column in columns]
    found: list[Problem] = []
    for j, column in enumerate(columns):
        loc = ("sites", i, "columns", j)
        found += _column_checks(document, loc, column, site.url)
        first = places.index(places[j])
        if first < j:
            found.append(document.problem((*loc, "url"), f"the column {columns[first].name} has this address too"))
    return found


def _column_checks(
    document: yamlfile.Document, loc: tuple[object, ...], column: ColumnFile, home: str
) -> list[Problem]:
    found: list[Problem] = []
    joined = urls.resolve(home, column.url)
    if joined is None or not urls.is_web(joined[0]):
        found.append(document.problem((*loc, "url"), f"an address is meant, such as /tzgg/ (found {column.url!r})"))
    limit, warn = limit_of(column), days.span(column.warn or "")
    if warn is None:
        return found
    if limit is None:
        found.append(document.problem((*loc, "warn"), "this class has no limit to warn of; give a limit too"))
    elif days.length_in_days(warn, _ANY_DAY) >= days.length_in_days(limit, _ANY_DAY):
        found.append(document.problem((*loc, "warn"), f"the warning must come before the limit of {days.words(limit)}"))
    return found
