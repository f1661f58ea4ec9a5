"""Totals of a report: columns by verdict, problems by unit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.model import (
    COLUMN_KINDS,
    LINK_KINDS,
    Change,
    ColumnFinding,
    ColumnVerdict,
    Report,
    SiteFinding,
    Unit,
    Violation,
)
from monitor.report.docket import Pace, paces_of
from monitor.report.dossier import Dossier
from monitor.report.names import page_name

CHECKED = frozenset({"ok", "violations"})
"""The verdicts of sites that were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the columns stand; exempt ones are apart."""

    fresh: int
    due_soon: int
    stale: int
    """Blank ones included."""
    unknown: int
    exempt: int

    @property
    def total(self) -> int:
        """All that are not exempt."""
        return self.fresh + self.due_soon + self.stale + self.unknown

    def share(self, number: int) -> str:
        """A share of the total as text, never rounded to nothing nor to all."""
        return share(number, self.total)


def share(number: int, total: int) -> str:
    """A share as text, never rounded to nothing nor to all."""
    if not total:
        return "0%"
    percent = round(100 * number / total)
    if number and not percent:
        return "<1%"
    return ">99%" if percent == 100 and number < total else f"{percent}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit's line of the roll-up."""

    unit: Unit
    page: str
    """The file name of its page, in the folder units/."""
    sites: int
    problems: int
    new: int
    stale: int
    dead: int
    longest: int | None
    unchecked: int
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    """How its notices are kept to; all none where none are issued."""


def units_of(report: Report) -> tuple[Unit, ...]:
    """Every unit that the report speaks of, by id, once."""
    found = {s.unit.id: s.unit for s in report.sites}
    for violation in report.violations:
        found.setdefault(violation.unit.id, violation.unit)
    return tuple(found[id_] for id_ in sorted(found))


def count_columns(columns: Iterable[ColumnFinding]) -> Counts:
    """The columns by verdict."""
    number = dict.fromkeys(ColumnVerdict, 0)
    for column in columns:
        number[column.verdict] += 1
    return Counts(
        fresh=number[ColumnVerdict.FRESH],
        due_soon=number[ColumnVerdict.DUE_SOON],
        stale=number[ColumnVerdict.STALE] + number[ColumnVerdict.BLANK],
        unknown=number[ColumnVerdict.UNKNOWN],
        exempt=number[ColumnVerdict.EXEMPT],
    )


def roll_up(report: Report, held: Dossier | None = None) -> tuple[UnitRow, ...]:
    """One line a unit: most problems first, then the longest silent."""
    sites: dict[str, list[SiteFinding]] = defaultdict(list)
    accused: dict[str, list[Violation]] = defaultdict(list)
    for site in report.sites:
        sites[site.unit.id].append(site)
    for violation in report.violations:
        accused[violation.unit.id].append(violation)
    paces = paces_of(held) if held else {}
    rows = [_unit_row(unit, sites[unit.id], accused[unit.id], paces) for unit in units_of(report)]
    return tuple(sorted(rows, key=lambda r: (-r.problems, -(r.longest or 0), -r.unchecked, r.unit.id)))


def _unit_row(unit: Unit, sites: list[SiteFinding], accused: list[Violation], paces: Mapping[str, Pace]) -> UnitRow:
    return UnitRow(
        unit=unit,
        page=page_name(unit.id),
        sites=len(sites),
        problems=len(accused),
        new=sum(v.change is Change.NEW for v in accused),
        stale=sum(v.kind in COLUMN_KINDS for v in accused),
        dead=sum(v.kind in LINK_KINDS for v in accused),
        longest=max((v.days_since_update for v in accused if v.days_since_update is not None), default=None),
        unchecked=sum(s.verdict not in CHECKED for s in sites),
        pace=paces.get(unit.id, Pace()),
    )
