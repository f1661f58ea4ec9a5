"""The ledger (整改台账) as typed cells: what the CSV and the workbook write, each in its way. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from monitor.model import COLUMN_KINDS, LedgerRow, Parent, PointState, Stage
from monitor.report.check import command
from monitor.report.dossier import point_row
from monitor.report.sentence import sentence
from monitor.report.view import View
from monitor.report.words import Words
from monitor.text import printable

HEADINGS = (
    *("number", "unit", "site", "code", "home", "column", "class", "address", "newest", "days", "over", "kind"),
    *("description", "basis", "checked", "proof", "remedy", "deadline", "reply", "recheck"),
    *("change", "first_seen", "reach", "notice"),
)
LONGEST = 2000
"""The longest text of a cell."""

Cell = str | int | date | datetime | None
Cells = Mapping[str, Cell]
"""A line of the ledger by its headings."""


def ledger_rows(shown: View) -> Iterator[LedgerRow]:
    """What stands open in a report as lines of a ledger, in its order, with what its notices say of it."""
    held, run = shown.dossier, shown.report.run
    for row in shown.rows:
        v, column = row.violation, row.column
        today = LedgerRow(
            violation=v,
            checked=run.finished_at,
            limit=column.limit if column else None,
            newest_url=column.newest_url if column else "",
            opens=shown.opens(v.url) is not None,
        )
        if held is None:
            yield today
        elif (case := held.cases.get(v.key)) and (case.is_open or case.stage is Stage.WITHDRAWN):
            yield point_row(held, case, shown.words, today=today, trusted=not run.held)
        else:
            yield replace(today, state=PointState.UNTOLD)


def whole_ledger(shown: View) -> Iterator[LedgerRow]:
    """The day's violations, then open points that it does not show, then what was settled within a year, newest first.

    Only the first of these where no notices are issued.
    """
    told = set()
    for row in ledger_rows(shown):
        if row.state is not PointState.WITHDRAWN:
            told.add(row.violation.key)
            yield row
    if shown.dossier is None:
        return
    held = shown.dossier
    kept = [case for case in held.docket.cases if held.is_recent(case) and not (case.is_open and case.key in told)]
    waiting = sorted((case for case in kept if case.is_open), key=lambda case: (case.due or held.day, case.key))
    settled = sorted((case for case in kept if not case.is_open), key=lambda case: (case.notice, case.point))
    settled.sort(key=lambda case: case.closed_on or date.min, reverse=True)
    for case in (*waiting, *settled):
        row = point_row(held, case, shown.words)
        yield replace(row, opens=case.is_open and shown.opens(case.url) is not None and case.kind in COLUMN_KINDS)


def cells(row: LedgerRow, words: Words) -> Cells:
    """One line of the ledger; its texts are printable and of bounded length, and guarded against nothing else."""
    v, say = row.violation, words.say
    limit = words.limit(row.limit, v.limit_days)
    return {
        "number": v.rank,
        "unit": printable(v.unit.name, LONGEST),
        "site": printable(v.site_name, LONGEST),
        "code": printable(v.site_code, LONGEST),
        "home": printable(v.site_url, LONGEST),
        "column": printable(v.subject, LONGEST),
        "class": _class(row, limit, words),
        "address": printable(v.url, LONGEST),
        "newest": v.newest,
        "days": v.days_since_update,
        "over": v.days_over,
        "kind": say(f"kind.{v.kind}"),
        "description": sentence(v, limit, words),
        "basis": say(f"basis.{v.kind}"),
        "checked": row.checked,
        "proof": _proof(row, words),
        "check": command(v),
        "remedy": say(f"remedy.{v.kind}"),
        "deadline": row.deadline,
        "reply": printable(row.reply, LONGEST) or None,
        "recheck": printable(row.recheck, LONGEST) or None,
        "change": say(f"change_word.{v.change}"),
        "first_seen": v.first_seen,
        "reach": v.reach,
        "notice": None if v.notice is None else printable(v.notice, LONGEST),
        "state": say(f"point.{row.state}") if row.state else None,
        "issued": row.issued,
        "late": row.late or None,
        "closed": row.closed,
    }


def place(parent: Parent, words: Words) -> str:
    """Where a link stands: the page's address and the link's words, if any."""
    text = printable(parent.text, 60)
    shown = words.say("report.bracket", text=words.say("letter.link_text", text=text)) if text else ""
    return printable(parent.url, 500) + shown


def _class(row: LedgerRow, limit: str, words: Words) -> str:
    v = row.violation
    if v.klass is None or v.kind not in COLUMN_KINDS:
        return ""
    name = words.say(f"class.{v.klass}")
    return words.say("table.class_limit", **{"class": name, "span": limit}) if limit else name


def _proof(row: LedgerRow, words: Words) -> str:
    v = row.violation
    proof = [printable(words.clause(v.evidence), 400), printable(row.newest_url, 500)]
    proof += [place(parent, words) for parent in v.found_on[:5]]
    return printable(words.say("report.semicolon").join(filter(None, proof)), LONGEST)
