"""What a chat group or a webhook is told of a run: few words for people, JSON for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.model import Change, Docket, Kind, Report, Violation
from monitor.report.document import dump
from monitor.report.view import View, view
from monitor.text import printable

TEXT_BYTES = 2000
"""A robot of WeCom cuts a text at 2,048 bytes, the others later."""
_SILENCES = 3
_WORST = 10
_HARMLESS = str.maketrans("@<>[]*`~|", "＠＜＞［］＊｀～｜")
"""What mentions, tags, links and marks are made of, and how it looks to a reader all the same."""
_ADDRESS = re.compile(r"(?<=\w)\.(?=[A-Za-z])|:(?=//)")
_NO_ADDRESS = {".": "．", ":": "："}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How many notices wait for a unit."""

    open: int
    overdue: int


def is_well(report: Report) -> bool:
    """Whether there is nothing to tell: all was looked at, nothing is wrong, nothing changed, no notice is overdue."""
    run, notices = report.run, _standing(report)
    whole = run.complete and not run.held and view(report).seen == run.sites_total
    return whole and not (report.violations or report.fixed or (notices and notices.overdue))


def chat_text(report: Report, place: str) -> str:
    """The run in a few lines of plain text, at most 2,000 bytes; `place`: where the report is.

    A run that is held says so and names nobody. Nothing in it mentions, links or marks up anything in a chat.
    """
    shown = view(report)
    for silences in range(_SILENCES, -1, -1):
        text = "\n".join(_lines(shown, printable(place, 150), silences))
        if len(text.encode()) <= TEXT_BYTES:
            break
    return text


def chat_json(report: Report) -> bytes:
    """The run as JSON for programs, described in docs/chat.md. A run that is held counts and names nothing."""
    run, held = report.run, bool(report.run.held)
    standing = _standing(report)
    told = {
        "schema": 1,
        "event": "run",
        "office": printable(report.office, 200),
        "run": {
            "id": printable(run.id),
            "today": run.today.isoformat(),
            "started_at": run.started_at.isoformat(),
            "finished_at": run.finished_at.isoformat(),
            "complete": run.complete,
            "held": printable(run.held, 500),
            "sites_checked": view(report).seen,
            "sites_total": run.sites_total,
        },
        "counts": None if held else _counts(report),
        "notices": None if held or standing is None else {"open": standing.open, "overdue": standing.overdue},
        "worst": [] if held else [_fault(one) for one in _silences(report)[:_WORST]],
    }
    return dump(told).encode()


def _lines(shown: View, place: str, silences: int) -> list[str]:
    run, say = shown.report.run, shown.words.say
    day = shown.words.short_day(run.today)
    lines = [say("chat.heading", office=_plain(shown.report.office, 40), day=day)]
    if run.held:
        reason = _plain(shown.words.clause(run.held), 150)
        lines.append(say("chat.trust", head=say("trust.held"), line=say("trust.held_line", reason=reason)))
    else:
        line = "trust.good_line" if run.complete else "trust.incomplete_line"
        said = say(line, total=run.sites_total, checked=shown.seen)
        lines.append(say("chat.trust", head=say(f"trust.{shown.trust}"), line=said))
        lines += _findings(shown, silences)
    return [*lines, say("chat.place", place=place)]


def _findings(shown: View, silences: int) -> list[str]:
    say, notices = shown.words.say, _standing(shown.report)
    lines = []
    if shown.rows or shown.fixed:
        counted = {"new": shown.count(Change.NEW), "still": shown.count(Change.STILL), "fixed": len(shown.fixed)}
        lines.append(say("chat.changes", **counted))
    elif shown.seen:
        lines.append(say("lead.all_well") + say("report.stop") + say("lead.all_well_line").strip())
    else:
        lines.append(say("lead.nothing_seen_line").strip())
    if notices and notices.open:
        lines.append(say("chat.notices", open=notices.open, overdue=notices.overdue))
    limits = {row.violation.key: row.limit for row in shown.rows}
    for number, one in enumerate(_silences(shown.report)[:silences], 1):
        age = shown.words.age(one.days_since_update or 0, limits[one.key], one.days_over)
        site, column = _plain(one.site_name, 30), _plain(one.subject, 40)
        lines.append(f"{number}. " + say("lead.worst_line", site=site, column=column, age=age).strip())
    return lines


def _silences(report: Report) -> list[Violation]:
    """The overdue columns, those that nobody has updated for longest first."""
    dated = (one for one in report.violations if one.days_since_update is not None)
    return sorted(dated, key=lambda one: one.rank)


def _standing(report: Report) -> _Standing | None:
    """None where no notices are issued."""
    docket: Docket | None = report.docket
    if docket is None:
        return None
    waiting = {one.notice for one in docket.cases if one.is_open}
    overdue = {one.notice for one in docket.cases if one.is_overdue(report.run.today)}
    return _Standing(open=len(waiting), overdue=len(overdue))


def _counts(report: Report) -> dict[str, int]:
    """Changes against the last run, and what stands now by kind; every kind is there, also with 0."""
    changes = [one.change for one in report.violations]
    kinds = [one.kind for one in report.violations]
    return {
        "violations": len(kinds),
        "new": changes.count(Change.NEW),
        "still": changes.count(Change.STILL),
        "fixed": len(report.fixed),
        **{kind.value.replace(" ", "_").replace("-", "_"): kinds.count(kind) for kind in Kind},
    }


def _fault(one: Violation) -> dict[str, object]:
    return {
        "site": printable(one.site_id),
        "site_name": printable(one.site_name),
        "unit": printable(one.unit.id),
        "unit_name": printable(one.unit.name),
        "kind": one.kind.value,
        "subject": printable(one.subject),
        "url": printable(one.url, 2000),
        "newest": one.newest and one.newest.isoformat(),
        "days_since_update": one.days_since_update,
        "limit_days": one.limit_days,
        "days_over": one.days_over,
        "first_seen": one.first_seen.isoformat(),
        "notice": one.notice and printable(one.notice),
    }


def _plain(text: str, limit: int) -> str:
    """Strangers' text in one line in which a chat sees no mention, tag, link or mark."""
    line = printable(text, limit).translate(_HARMLESS)
    return _ADDRESS.sub(lambda found: _NO_ADDRESS[found[0]], line)
