"""A day's report -> what it says of each case. Silence is never health."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from monitor.model import (
    COLUMN_KINDS,
    Case,
    CaseKey,
    ColumnFinding,
    ColumnVerdict,
    Kind,
    Report,
    Sight,
    Span,
    Violation,
)

_HEALTHY = frozenset((ColumnVerdict.FRESH, ColumnVerdict.DUE_SOON))
_OPEN = frozenset(("ok", "violations"))
"""The verdicts of sites that could be looked at."""
_SILENT = frozenset(("unreachable", "not looked at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one look says of the violations and of the cases."""

    violations: Mapping[CaseKey, Violation] = field(default_factory=dict)
    """Those that stand, by their key."""
    limits: Mapping[CaseKey, Span] = field(default_factory=dict)
    """How long their columns may stay silent, as it was set."""
    units: Mapping[str, str] | None = None
    """Who answers for each site that is watched, both by their ids; None: not known."""
    sights: Mapping[CaseKey, Sight] = field(default_factory=dict)
    """Of the cases; one that is missing was not asked for."""


def looks(report: Report, cases: Iterable[Case], standing: Collection[CaseKey], only: str = "") -> Seen:
    """What a report says of the violations and cases, of all sites or of `only` one.

    `standing`: the keys of the faults that stand open in the history: a fault leaves it when a look saw enough of its
    subject to say that it is gone.
    A run that was held says nothing of anybody: every case was looked at by a blind monitor.
    """
    asked = {case.key: case for case in cases if not only or case.site == only}
    if report.run.held:
        return Seen(sights=dict.fromkeys(asked, Sight.BLIND))
    violations = {v.key: v for v in report.violations if not only or v.site_id == only}
    sites = {site.id: site.verdict for site in report.sites}
    columns = {(column.site_id, column.url): column for column in report.columns}
    ill = {(found.site_id, found.link.url) for found in report.links}
    sights = dict.fromkeys(violations, Sight.BAD)
    for key, case in asked.items():
        if key in sights:
            continue
        verdict = sites.get(case.site, "not looked at")
        if case.kind == Kind.UNREACHABLE_SITE:
            sights[key] = Sight.BLIND if verdict in _SILENT else Sight.GOOD
        elif verdict not in _OPEN:
            sights[key] = Sight.BLIND
        elif case.kind in COLUMN_KINDS:
            sights[key] = _column(case, columns.get((case.site, case.url)))
        else:
            is_gone = key not in standing and (case.site, case.url) not in ill
            sights[key] = Sight.GOOD if is_gone else Sight.UNSEEN
    limits = {
        key: column.limit
        for key, v in violations.items()
        if (column := columns.get((v.site_id, v.url))) and column.limit and column.limit_days == v.limit_days
    }
    units = {site.id: site.unit.id for site in report.sites}
    return Seen(violations=violations, limits=limits, units=units, sights=sights)


def _column(case: Case, column: ColumnFinding | None) -> Sight:
    """A column is put right by an item that did not exist when the notice was issued, not by another limit."""
    if column is None or column.verdict not in _HEALTHY:
        return Sight.UNSEEN
    known = case.evidence.newest if case.evidence else None
    if known is None:
        return Sight.GOOD
    return Sight.GOOD if column.newest is not None and column.newest > known else Sight.UNSEEN
