"""A point of a notice as the violation that it was issued for: its evidence stays as it was frozen. Pure."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Case, Change, ColumnClass, Kind, LedgerRow, Unit, Violation


def frozen(case: Case, unit: Unit) -> Violation:
    """What stood when the case was issued or reopened; its rank is its place in the notice."""
    kept = case.evidence
    assert kept is not None, "what was issued has evidence"
    return Violation(
        rank=case.point,
        site_id=case.site,
        site_name=kept.site_name,
        site_url=kept.site_url,
        site_code=kept.site_code,
        unit=unit,
        kind=Kind(case.kind),
        subject=case.subject,
        url=case.url,
        days_since_update=kept.days_since_update,
        limit_days=kept.limit_days,
        days_over=kept.days_over,
        newest=kept.newest,
        klass=ColumnClass(kept.column_class) if kept.column_class else None,
        evidence=kept.sentence,
        first_seen=kept.first_seen,
        change=Change.STILL,
        reach=kept.reach,
        found_on=kept.found_on,
        notice=case.notice,
    )


def frozen_row(case: Case, unit: Unit, checked: datetime) -> LedgerRow:
    """The same as a line of the ledger; `checked`: when the look ended that it rests on."""
    kept = case.evidence
    violation = frozen(case, unit)
    return LedgerRow(violation=violation, checked=checked, limit=kept.limit if kept else None, deadline=case.due)
