"""One notice for each unit and run: what was confirmed gets its number, its deadline and its evidence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from monitor import workdays
from monitor.model import Case, CaseKey, Event, Evidence, Notice, NoticeSettings, Span, Step, UnknownYear, Violation

_PLACES = 5
"""So many of the pages that show it are kept with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The notices of one run, and what that does to their cases."""

    notices: tuple[Notice, ...] = ()
    events: tuple[Event, ...] = ()
    unknown: frozenset[int] = frozenset()
    """Years without which there is no deadline; then nothing is issued."""


def issue(
    waiting: Iterable[tuple[Case, Violation]],
    limits: Mapping[CaseKey, Span],
    serials: Mapping[int, int],
    settings: NoticeSettings,
    *,
    who: str,
    run: str,
    at: datetime,
    day: date,
) -> Issued:
    """Notices for confirmed cases as they stand today, the longest silent first; `serials`: the last of each year.

    `limits`: of their columns, as they were set.
    """
    ranked = sorted(waiting, key=lambda pair: (pair[1].rank, pair[0].key))
    units: dict[str, list[tuple[Case, Violation]]] = {}
    for case, violation in ranked:
        units.setdefault(violation.unit.id, []).append((case, violation))
    if not units:
        return Issued()
    due = workdays.after(settings.calendar, day, settings.deadline)
    if isinstance(due, UnknownYear):
        return Issued(unknown=frozenset((due.year,)))
    notices: list[Notice] = []
    events: list[Event] = []
    for serial, (unit, pairs) in enumerate(units.items(), serials.get(day.year, 0) + 1):
        number = settings.number.format(year=day.year, number=serial)
        notices.append(
            Notice(
                number=number,
                year=day.year,
                serial=serial,
                unit=unit,
                unit_name=pairs[0][1].unit.name,
                issued_at=at,
                issued_on=day,
                due=due,
                points=len(pairs),
            )
        )
        events += [
            Event(
                site=case.site,
                kind=case.kind,
                url=case.url,
                step=Step.ISSUED,
                at=at,
                day=day,
                who=who,
                why=violation.evidence,
                run=run,
                notice=number,
                point=point,
                unit=unit,
                due=due,
                level=-settings.deadline,
                evidence=evidence_of(violation, day, limits.get(case.key)),
            )
            for point, (case, violation) in enumerate(pairs, 1)
        ]
    return Issued(notices=tuple(notices), events=tuple(events))


def evidence_of(violation: Violation, day: date, limit: Span | None) -> Evidence:
    """What stands today, as it is kept for ever."""
    return Evidence(
        site_name=violation.site_name,
        site_url=violation.site_url,
        site_code=violation.site_code,
        unit_name=violation.unit.name,
        column_class=violation.klass.value if violation.klass else "",
        newest=violation.newest,
        days_since_update=violation.days_since_update,
        limit_days=violation.limit_days,
        days_over=violation.days_over,
        sentence=violation.evidence,
        first_seen=violation.first_seen,
        reach=violation.reach,
        day=day,
        limit=limit,
        found_on=violation.found_on[:_PLACES],
    )
