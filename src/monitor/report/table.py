"""violations.csv: the table that an official expects, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from monitor.model import Report, Unit
from monitor.report.check import command
from monitor.report.sentence import sentence
from monitor.report.totals import COLUMN_KINDS
from monitor.report.view import Row, View, view
from monitor.report.words import Words
from monitor.text import printable

# A cell that begins so is a formula to some spreadsheet; the wide forms are to those of East Asia.
_FORMULA = frozenset("=+-@|%＝＋－＠｜％'")
_HEADINGS = (
    *("number", "unit", "site", "code", "home", "column", "class", "address", "newest", "days", "over", "kind"),
    *("description", "basis", "checked", "proof", "remedy", "deadline", "reply", "recheck"),
    *("change", "first_seen", "reach", "notice"),
)


def table(report: Report, unit: Unit | None = None) -> bytes:
    """All violations, or one unit's, as CSV: UTF-8 with a mark so that spreadsheets read it as such, CRLF."""
    shown = view(report, unit)
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([shown.words.say(f"table.{heading}") for heading in _HEADINGS])
    writer.writerows(_cells(row, shown) for row in shown.rows)
    return b"\xef\xbb\xbf" + sink.getvalue().encode("utf-8", "replace")


def cell(text: str) -> str:
    """Text that stays text in a spreadsheet: printable, and no formula."""
    line = printable(text, 2000)
    return f"'{line}" if line[:1] in _FORMULA else line


def _cells(row: Row, shown: View) -> list[str | int | None]:
    v, say = row.violation, shown.words.say
    return [
        v.rank,
        cell(v.unit.name),
        cell(v.site_name),
        cell(v.site_code),
        cell(v.site_url),
        cell(v.subject),
        _class(row, shown),
        cell(v.url),
        None if v.newest is None else v.newest.isoformat(),
        v.days_since_update,
        v.days_over,
        say(f"kind.{v.kind}"),
        cell(sentence(v, row.limit, shown.words)),
        say(f"basis.{v.kind}"),
        shown.report.run.finished_at.isoformat(sep=" ", timespec="minutes"),
        cell(_proof(row, shown.words)),
        say(f"remedy.{v.kind}"),
        None,
        None,
        None,
        say(f"change_word.{v.change}"),
        v.first_seen.isoformat(),
        v.reach,
        None if v.notice is None else cell(v.notice),
    ]


def _class(row: Row, shown: View) -> str:
    v = row.violation
    if v.klass is None or v.kind not in COLUMN_KINDS:
        return ""
    name = shown.words.say(f"class.{v.klass}")
    return shown.words.say("table.class_limit", **{"class": name, "span": row.limit}) if row.limit else name


def _proof(row: Row, words: Words) -> str:
    v = row.violation
    proof = [printable(words.clause(v.evidence), 400)]
    if row.column:
        proof.append(printable(row.column.newest_url, 500))
    proof += [f"{printable(p.url, 500)} [{printable(p.text, 60)}]" for p in v.found_on[:5]]
    proof.append(command(v))
    return " ; ".join(filter(None, proof))
