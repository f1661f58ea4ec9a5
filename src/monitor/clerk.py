"""Keeps the book of notices: what a run brings to it, what people do, and which numbers a report shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.model import Book, Case, CaseKey, Changes, Docket, Event, Kind, Notice, NoticeSettings, Report, Stage, Step
from monitor.notices import Refused, act, follow, looks
from monitor.store import Queued, Store

TOLD = (Step.ISSUED, Step.REOPENED)
"""The steps that tell a unit of something, with its evidence."""
_SERIAL = re.compile(r"(?:(?P<year>\d{4})[-/])?(?P<serial>\d{1,6})号?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a run brings to the book, and the report with the numbers of what is open afterwards."""

    changes: Changes
    report: Report


def enter(store: Store, settings: NoticeSettings, report: Report, *, only: str, finished: datetime) -> Entry:
    """What a run (for all sites, or `only` one) brings to the book; nothing is written yet.

    Only a run for all sites issues notices: one for each unit, and not one for each site that somebody looked at.
    """
    book = store.book()
    seen = looks(report, book.cases, store.standing(kind.value for kind in Kind), only)
    at, day = moment(report.run.today, finished, report.run.started_at), report.run.today
    changes = follow(book, seen, settings, run=report.run.id, at=at, day=day, issuing=not only)
    after = _after(book, changes)
    shown = docket(store, after, day, changes)
    return Entry(changes=changes, report=replace(numbered(report, after), docket=shown))


def docket(store: Store, cases: Collection[Case], day: date, changes: Changes | None = None) -> Docket:
    """How the notices stand on a day; with `changes` that are not kept yet, of which `cases` tell already."""
    new = changes or Changes(version=0)
    told = [*store.issues(day), *(event for event in new.events if event.step in TOLD)]
    return Docket(
        notices=(*reversed(new.notices), *store.notices()),
        cases=tuple(case for case in cases if case.notice),
        issued=as_told(told, cases, lambda key: store.events(key=key)),
        replies=store.replies(),
        problems=new.problems,
    )


def as_told(
    told: Iterable[Event], cases: Collection[Case], past: Callable[[CaseKey], Iterable[Event]]
) -> tuple[Case, ...]:
    """The points of notices as they were when these events issued them, or opened them again.

    `past`: all that happened to a case, by its key; asked for one that was told of again since.
    """
    known = {case.key: case for case in cases}
    return tuple(_as_told(event, known[event.key], past) for event in told if event.key in known)


def told(store: Store, notice: Notice) -> dict[date, tuple[Case, ...]]:
    """The points of a notice as they were told of, by the day of its issue and each on which it was opened again."""
    events: dict[date, list[Event]] = {}
    for event in store.events(notice.number):
        if event.step in TOLD:
            events.setdefault(event.day, []).append(event)
    cases = store.book().cases
    return {day: as_told(of_day, cases, lambda key: store.events(key=key)) for day, of_day in events.items()}


def _as_told(event: Event, case: Case, past: Callable[[CaseKey], Iterable[Event]]) -> Case:
    times = case.times
    if case.notice != event.notice or case.evidence != event.evidence:
        times = sum(one.step in TOLD and one.at <= event.at for one in past(event.key))
    return Case(
        site=event.site,
        kind=event.kind,
        url=event.url,
        unit=event.unit or case.unit,
        subject=case.subject,
        stage=Stage.ISSUED,
        observed_at=case.observed_at,
        changed_at=event.at,
        notice=event.notice,
        point=event.point,
        issued_on=event.day,
        due=event.due,
        evidence=event.evidence,
        times=times,
    )


def moment(day: date, finished: datetime, started: datetime | None = None) -> datetime:
    """When a look was taken: at the end of its run, on the day for which it judges, be it a rehearsal.

    A run that `started` on its day and ended after midnight is none.
    """
    real = day in (finished.date(), *([started.astimezone(finished.tzinfo).date()] if started else ()))
    return finished if real else datetime.combine(day, finished.timetz())


def _after(book: Book, changes: Changes) -> tuple[Case, ...]:
    return tuple(({case.key: case for case in book.cases} | {case.key: case for case in changes.cases}).values())


def numbered(report: Report, cases: Collection[Case]) -> Report:
    """The report with the number of the open notice at each of its violations."""
    numbers = {case.key: case.notice for case in cases if case.is_open}
    return replace(report, violations=tuple(replace(v, notice=numbers.get(v.key)) for v in report.violations))


def found(notices: Collection[Notice], text: str) -> Notice | None:
    """The notice meant by its number, by "2026-3", or by "3" or "3号" of the newest year; None when there is none."""
    short = _SERIAL.fullmatch(text.strip())
    year = max((notice.year for notice in notices), default=0)
    for notice in notices:
        if notice.number == text.strip():
            return notice
        if short and (int(short["year"] or year), int(short["serial"])) == (notice.year, notice.serial):
            return notice
    return None


def done(
    store: Store,
    settings: NoticeSettings,
    step: Step,
    number: str,
    *,
    who: str,
    why: str,
    at: datetime,
    points: Collection[int] = (),
    until: date | None = None,
    tell: Callable[[Changes], Iterable[Queued]] = lambda _: (),
    now: datetime | None = None,
) -> Changes | Refused:
    """Do something to a notice by a person's word, and keep it with what `tell` queues; or why it cannot be done.

    `now`: when that is queued, where `at` is a moment that is only rehearsed.
    """
    while True:
        notice = found(store.notices(), number)
        if notice is None:
            return Refused(why=f"there is no notice {number}; `monitor notices list` shows those that there are")
        changes = act(
            store.book(),
            step,
            notice.number,
            settings,
            who=who,
            why=why,
            at=at,
            day=at.date(),
            points=points,
            until=until,
        )
        if isinstance(changes, Refused):
            return changes
        if store.note(changes, tell(changes), now or at, _recalled(store, notice, changes)):
            return changes


def _recalled(store: Store, notice: Notice, changes: Changes) -> tuple[str, ...]:
    """The notice's number where all of its points are withdrawn by now."""
    after = {case.key: case for case in store.book().cases} | {case.key: case for case in changes.cases}
    points = [case for case in after.values() if case.notice == notice.number]
    return (notice.number,) if all(case.stage is Stage.WITHDRAWN for case in points) else ()
