"""A report as report.json and back, without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.model import (
    Change,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Fixed,
    Kind,
    Link,
    LinkFinding,
    LinkState,
    Parent,
    Place,
    Reading,
    Report,
    RulePack,
    RunInfo,
    SiteFinding,
    Span,
    Unit,
    Violation,
)
from monitor.report.check import command
from monitor.report.docket import all_lines
from monitor.report.dossier import dossier
from monitor.report.sheets import period_json, rules_json, sheet_json, to_period, to_rules, to_sheet

SCHEMA = 1
# Legal in JSON, but able to steer a terminal or to break UTF-8: written as \uXXXX.
_RISKY = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)

Json = dict[str, Any]


def document(report: Report) -> dict[str, object]:
    """The report as report.json holds it: plain objects, lists, strings and numbers; days as ISO text."""
    return {
        "schema": SCHEMA,
        "run": _run(report.run),
        "office": report.office,
        "violations": [_violation(v) for v in report.violations],
        "fixed": [_fixed(f) for f in report.fixed],
        "columns": [_column(c) for c in report.columns],
        "links": [_link(f) for f in report.links],
        "sites": [_site(s) for s in report.sites],
        "units": [{"id": u.id, "name": u.name, "within": u.within, "contacts": list(u.contacts)} for u in report.units],
        "rules": rules_json(report.rules),
        "sheets": [sheet_json(sheet) for sheet in report.sheets],
        "before": period_json(report.before),
        "notices": _notices(report),
    }


def restore(document: Mapping[str, object], rules: RulePack | None = None) -> Report:
    """The report that `document` was made from. KeyError, TypeError or ValueError when it is not one.

    `rules`: those in force, for a document that does not hold its own. The docket stays in the history: None.
    """
    whole: Mapping[str, Any] = document
    if whole["schema"] != SCHEMA:
        raise ValueError(f"report.json of schema {whole['schema']!r}; this program reads {SCHEMA}")
    run = whole["run"]
    own = to_rules(whole.get("rules"))  # reports of earlier versions have neither rules nor sheets
    return Report(
        run=RunInfo(
            id=run["id"],
            started_at=datetime.fromisoformat(run["started_at"]),
            finished_at=datetime.fromisoformat(run["finished_at"]),
            today=date.fromisoformat(run["today"]),
            complete=run["complete"],
            sites_checked=run["sites_checked"],
            sites_total=run["sites_total"],
            held=run["held"],
            language=run["language"],
        ),
        office=whole["office"],
        violations=tuple(_to_violation(v) for v in whole["violations"]),
        fixed=tuple(_to_fixed(f) for f in whole["fixed"]),
        columns=tuple(_to_column(c) for c in whole["columns"]),
        links=tuple(_to_link(f) for f in whole["links"]),
        sites=tuple(_to_site(s) for s in whole["sites"]),
        rules=own,
        sheets=tuple(to_sheet(s, own or rules) for s in whole.get("sheets", ())),
        units=tuple(
            Unit(id=u["id"], name=u["name"], within=u["within"], contacts=tuple(u["contacts"]))
            for u in whole.get("units", ())
        ),
        before=to_period(whole.get("before")),
    )


def lines(report: Report) -> Iterator[str]:
    """report.json as text, one finding a line, so that two days can be compared line by line."""
    whole = document(report)
    opening = "{"
    for key, value in whole.items():
        yield f"{opening}{json.dumps(key)}: "
        opening = ",\n"
        if isinstance(value, list):
            yield from _list(value)
        else:
            yield dump(value)
    yield "}\n"


def _list(values: Sequence[object]) -> Iterator[str]:
    yield "["
    for number, value in enumerate(values):
        yield (",\n " if number else "\n ") + dump(value)
    yield "]"


def dump(value: object) -> str:
    """One value as one line of JSON that can neither steer a terminal nor break UTF-8."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _run(run: RunInfo) -> Json:
    return {
        "id": run.id,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        "today": run.today.isoformat(),
        "complete": run.complete,
        "sites_checked": run.sites_checked,
        "sites_total": run.sites_total,
        "held": run.held,
        "language": run.language,
    }


def _violation(v: Violation) -> Json:
    return {
        "rank": v.rank,
        "site": v.site_id,
        "unit": v.unit.name,
        "kind": v.kind.value,
        "subject": v.subject,
        "url": v.url,
        "days_since_update": v.days_since_update,
        "limit_days": v.limit_days,
        "days_over": v.days_over,
        "newest": _iso(v.newest),
        "evidence": v.evidence,
        "first_seen": v.first_seen.isoformat(),
        "notice": v.notice,
        "class": v.klass and v.klass.value,
        "change": v.change.value,
        "reach": v.reach,
        "found_on": [_parent(p) for p in v.found_on],
        "check": command(v),
        "site_name": v.site_name,
        "site_url": v.site_url,
        "site_code": v.site_code,
        **_unit(v.unit),
    }


def _to_violation(v: Json) -> Violation:
    return Violation(
        rank=v["rank"],
        site_id=v["site"],
        site_name=v["site_name"],
        site_url=v["site_url"],
        site_code=v["site_code"],
        unit=_to_unit(v),
        kind=Kind(v["kind"]),
        subject=v["subject"],
        url=v["url"],
        days_since_update=v["days_since_update"],
        limit_days=v["limit_days"],
        days_over=v["days_over"],
        newest=_day(v["newest"]),
        klass=None if v["class"] is None else ColumnClass(v["class"]),
        evidence=v["evidence"],
        first_seen=date.fromisoformat(v["first_seen"]),
        change=Change(v["change"]),
        reach=v["reach"],
        found_on=tuple(_to_parent(p) for p in v["found_on"]),
        notice=v["notice"],
    )


def _notices(report: Report) -> list[Json]:
    """The notices that have an open point or were issued within a year, newest first."""
    if report.docket is None:
        return []
    held = dossier(report.docket, report.run.today, report.run.finished_at.tzinfo)
    return [
        {
            "number": line.notice.number,
            "unit": line.notice.unit_name,
            "unit_id": line.notice.unit,
            "issued": line.notice.issued_on.isoformat(),
            "due": (line.due or line.notice.due).isoformat(),
            "points": line.notice.points,
            "open": line.open,
            "overdue": line.overdue,
            "days_left": line.left,
            "state": line.state,
            "states": {state.value: number for state, number in line.states},
        }
        for line in all_lines(held)
    ]


def _fixed(f: Fixed) -> Json:
    return {
        "site": f.site_id,
        "site_name": f.site_name,
        "kind": f.kind.value,
        "subject": f.subject,
        "url": f.url,
        "first_seen": f.first_seen.isoformat(),
    }


def _to_fixed(f: Json) -> Fixed:
    return Fixed(
        site_id=f["site"],
        site_name=f["site_name"],
        kind=Kind(f["kind"]),
        subject=f["subject"],
        url=f["url"],
        first_seen=date.fromisoformat(f["first_seen"]),
    )


def _column(c: ColumnFinding) -> Json:
    return {
        "site": c.site_id,
        "name": c.name,
        "url": c.url,
        "class": c.klass.value,
        "limit_days": c.limit_days,
        "newest": _iso(c.newest),
        "age_days": c.age_days,
        "verdict": c.verdict.value,
        "evidence": c.evidence,
        "limit": c.limit and {"days": c.limit.days, "months": c.limit.months, "years": c.limit.years},
        "newest_title": c.newest_title,
        "newest_url": c.newest_url,
        "reading": c.reading and c.reading.value,
    }


def _to_column(c: Json) -> ColumnFinding:
    return ColumnFinding(
        site_id=c["site"],
        name=c["name"],
        url=c["url"],
        klass=ColumnClass(c["class"]),
        limit=None if c["limit"] is None else Span(**c["limit"]),
        limit_days=c["limit_days"],
        newest=_day(c["newest"]),
        age_days=c["age_days"],
        verdict=ColumnVerdict(c["verdict"]),
        evidence=c["evidence"],
        newest_title=c["newest_title"],
        newest_url=c["newest_url"],
        reading=None if c["reading"] is None else Reading(c["reading"]),
    )


def _link(f: LinkFinding) -> Json:
    return {
        "url": f.link.url,
        "state": f.link.state.value,
        "reason": f.link.reason,
        "status": f.link.status,
        "final_url": f.link.final_url,
        "found_on": [_parent(p) for p in f.link.found_on],
        "first_seen": f.first_seen.isoformat(),
        "site": f.site_id,
        "reach": f.link.reach,
        "looks": f.link.looks,
        "looked_at": f.link.looked_at and f.link.looked_at.isoformat(),
        "host_silent": f.link.host_silent,
    }


def _to_link(f: Json) -> LinkFinding:
    return LinkFinding(
        site_id=f["site"],
        link=Link(
            url=f["url"],
            state=LinkState(f["state"]),
            reason=f["reason"],
            status=f["status"],
            final_url=f["final_url"],
            found_on=tuple(_to_parent(p) for p in f["found_on"]),
            reach=f["reach"],
            looks=f["looks"],
            looked_at=None if f["looked_at"] is None else datetime.fromisoformat(f["looked_at"]),
            host_silent=f["host_silent"],
        ),
        first_seen=date.fromisoformat(f["first_seen"]),
    )


_COUNTS = ("pages", "links", "seconds", "fresh", "due_soon", "stale", "blank", "unknown", "reason")


def _site(s: SiteFinding) -> Json:
    return {
        "id": s.id,
        "name": s.name,
        "unit": s.unit.name,
        "url": s.url,
        "verdict": s.verdict,
        **{name: getattr(s, name) for name in _COUNTS},
        "not_judged": list(s.not_judged),
        "certificate_ends": _iso(s.certificate_ends),
        "recalled": s.recalled,
        "code": s.code,
        **_unit(s.unit),
    }


def _to_site(s: Json) -> SiteFinding:
    return SiteFinding(
        id=s["id"],
        name=s["name"],
        unit=_to_unit(s),
        url=s["url"],
        verdict=s["verdict"],
        not_judged=tuple(s["not_judged"]),
        certificate_ends=_day(s.get("certificate_ends")),  # sites kept by earlier versions have none
        recalled=s.get("recalled", 0),
        code=s.get("code", ""),
        **{name: s[name] for name in _COUNTS},
    )


def _unit(unit: Unit) -> Json:
    return {"unit_id": unit.id, "unit_contacts": list(unit.contacts), "unit_within": unit.within}


def _to_unit(holder: Json) -> Unit:
    within = holder.get("unit_within", "")  # sites kept by earlier versions have none
    return Unit(id=holder["unit_id"], name=holder["unit"], contacts=tuple(holder["unit_contacts"]), within=within)


def _parent(parent: Parent) -> Json:
    return {"url": parent.url, "text": parent.text, "place": parent.place.value}


def _to_parent(parent: Json) -> Parent:
    return Parent(url=parent["url"], text=parent["text"], place=Place(parent["place"]))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
