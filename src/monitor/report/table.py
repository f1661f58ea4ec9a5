"""violations.csv: the table that an official expects, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from monitor.model import LedgerRow, Report, Unit
from monitor.report.ledger import HEADINGS, LONGEST, Cell, cells, ledger_rows
from monitor.report.style import PACKAGE, Style
from monitor.report.view import view
from monitor.report.words import Words
from monitor.text import printable

# A cell that begins so is a formula to some spreadsheet; the wide forms are to those of East Asia.
_FORMULA = frozenset("=+-@|%＝＋－＠｜％'")


def table(report: Report, unit: Unit | None = None, style: Style = PACKAGE) -> bytes:
    """All violations, or one unit's, as CSV: UTF-8 with a mark so that spreadsheets read it as such, CRLF."""
    shown = view(report, unit, style)
    return ledger_table(ledger_rows(shown), shown.words)


def ledger_table(rows: Iterable[LedgerRow], words: Words) -> bytes:
    """A ledger as CSV, in the order given: UTF-8 with a mark, CRLF, days in ISO form, no cell a formula."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([words.say(f"table.{heading}") for heading in HEADINGS])
    for row in rows:
        line = dict(cells(row, words))
        line["proof"] = " ; ".join(str(part) for part in (line["proof"], line["check"]) if part)
        writer.writerow([_plain(line[heading]) for heading in HEADINGS])
    return b"\xef\xbb\xbf" + sink.getvalue().encode("utf-8", "replace")


def cell(text: str) -> str:
    """Text that stays text in a spreadsheet: printable, and no formula."""
    line = printable(text, LONGEST)
    return f"'{line}" if line[:1] in _FORMULA else line


def _plain(value: Cell) -> str | int | None:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return cell(value) if isinstance(value, str) else value
