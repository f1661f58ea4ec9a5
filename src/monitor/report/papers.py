"""The papers that lie beside a report: ledgers, the day's notices and the circular, with the office's forms or ours."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from monitor.model import Case, PointState
from monitor.report.dossier import SETTLED, notice_name, printed_notice
from monitor.report.ledger import cells, whole_ledger
from monitor.report.paper import circular_of, circular_paper, notice_paper
from monitor.report.style import PACKAGE, Style
from monitor.report.view import View
from monitor.report.wordform import FormError
from monitor.report.words import clock
from monitor.report.workbook import Line, workbook
from monitor.text import printable

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(kw_only=True)
class Stationery:
    """What goes into papers and no report says: the office's forms, and whom a unit is to answer."""

    forms: Path | None = None
    contact: str = ""
    style: Style = PACKAGE
    """The office's own phrases."""
    told: set[str] = field(default_factory=set)
    """What was wrong with the forms: said once, however many papers need them."""

    def printed(self, paper: Callable[[_T, Path | None, Style], bytes], value: _T) -> bytes:
        """A paper with the office's own form; with the package's, and a warning in the log, where that is wrong."""
        try:
            return paper(value, self.forms, self.style)
        except FormError as error:
            if str(error) not in self.told:
                self.told.add(str(error))
                _log.warning("%s; until then the form of the package is taken", error)
            return paper(value, None, self.style)


def notices_of(whole: View, stationery: Stationery) -> Iterator[tuple[str, bytes]]:
    """The paper of every notice that was issued, or opened again, on the day; by its file name."""
    if whole.dossier is None:
        return
    points: dict[str, list[Case]] = defaultdict(list)
    for case in whole.dossier.docket.issued:
        points[case.notice].append(case)
    for number, of_it in points.items():
        notice = whole.dossier.notices.get(number)
        if notice is None:
            continue  # it was issued to another unit than the view is of
        printed = printed_notice(
            notice,
            of_it,
            office=whole.report.office,
            contact=stationery.contact,
            language=whole.words.language,
        )
        yield notice_name(notice), stationery.printed(notice_paper, printed)


def circular(whole: View, stationery: Stationery) -> bytes | None:
    """The circular; None where there is nothing to name."""
    drawn = circular_of(whole, stationery.contact)
    return None if drawn is None else stationery.printed(circular_paper, drawn)


def ledger_lines(whole: View) -> list[tuple[str, Line]]:
    """The lines of the ledger with their units, worked out once for the office's and the units' own."""
    return [
        (row.violation.unit.id, Line(cells=cells(row, whole.words), opens=row.opens, state=row.state))
        for row in whole_ledger(whole)
    ]


def ledger(shown: View, lines: list[Line]) -> bytes:
    """The ledger of the office, or of a unit, as .xlsx."""
    say, run = shown.words.say, shown.report.run
    title = say("ledger.title", office=printable(shown.report.office, 100))
    if shown.unit:
        title = say("ledger.unit_title", unit=printable(shown.unit.name, 100))
    noticed, at = shown.dossier is not None, clock(run.finished_at, date.min)
    if noticed:
        states = Counter(line.state for line in lines)
        waiting = len(lines) - sum(states[state] for state in SETTLED)
        note = say("ledger.note_noticed", n=len(lines), time=at, open=waiting, overdue=states[PointState.OVERDUE])
    else:
        note = say("ledger.note", n=len(lines), time=at)
    return workbook(title, note, lines, shown.words, run.finished_at, noticed=noticed)
