"""Why a column stands as it does: the rules that look at it, which date counts, what would make it pass. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor import days
from monitor.model import ColumnFinding, ColumnVerdict, Report, RuleFinding
from monitor.taxonomy import fold, sort_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The answer to "why is this column called so?"."""

    column: ColumnFinding
    today: date
    sort: str
    """Why it has its class."""
    counts: tuple[RuleFinding, ...]
    """The rules under which it counts."""
    passes_with: str
    """What would make it pass; "" when it does, or when nobody can say."""


def why(report: Report, name: str) -> tuple[Why, ...]:
    """The columns of a report whose name (or its last part) or address is meant, each explained."""
    return tuple(
        Why(
            column=column,
            today=report.run.today,
            sort=sort_of(column.name).basis,
            counts=tuple(
                found
                for sheet in report.sheets
                if sheet.site_id == column.site_id
                for found in sheet.findings
                if any(subject.url == column.url for subject in found.subjects)
            ),
            passes_with=passes_with(column, report.run.today),
        )
        for column in report.columns
        if _is_meant(column, name)
    )


def _is_meant(column: ColumnFinding, name: str) -> bool:
    own = fold(column.name.rpartition(" > ")[2])
    return column.url == name or fold(name) in (own, fold(column.name))


def passes_with(column: ColumnFinding, today: date) -> str:
    """What would make a column pass today."""
    if column.verdict is ColumnVerdict.STALE and column.limit is not None:
        earliest = days.before(today, column.limit) + timedelta(days=1)
        return f"an item dated {earliest} or later"
    if column.verdict is ColumnVerdict.BLANK:
        return "a first item, or that the column is closed or merged into another one"
    if column.verdict is ColumnVerdict.UNKNOWN:
        return "a look by a person: " + column.evidence
    return ""
