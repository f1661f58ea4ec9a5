"""What people do to notices: acknowledge, claim, dispute, waive, withdraw, close; by whose word and why. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor import workdays
from monitor.model import Book, Case, Changes, Event, NoticeSettings, Step, UnknownYear
from monitor.notices.follow import due_after_pause
from monitor.notices.life import apply

BY_HAND = frozenset(
    (Step.ACKNOWLEDGED, Step.CLAIMED, Step.DISPUTED, Step.UPHELD, Step.WAIVED, Step.WITHDRAWN, Step.CLOSED)
)
"""What a person can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why something cannot be done, as one sentence."""

    why: str


def act(
    book: Book,
    step: Step,
    number: str,
    settings: NoticeSettings,
    *,
    who: str,
    why: str,
    at: datetime,
    day: date,
    points: Collection[int] = (),
    until: date | None = None,
) -> Changes | Refused:
    """What becomes of a notice, or of some of its points, when a person does something to it; all of it or nothing.

    `step`: one of BY_HAND. Without `points`, all for which it can be done. `until`: the last day of a waiver.
    """
    assert step in BY_HAND, f"nobody does {step} by hand"
    if not who.strip() or not why.strip():
        return Refused(why="who does it and why must be said; both stay in the history")
    cases = [case for case in book.cases if case.notice == number]
    if not cases:
        return Refused(why=f"there is no notice {number}")
    if missing := sorted(set(points) - {case.point for case in cases}):
        return Refused(why=f"notice {number} has no point {missing[0]}; it has {len(cases)}")
    if step is Step.WAIVED and (until is None or until <= day):
        return Refused(why="a waiver needs an end that is still to come")
    asked = [case for case in sorted(cases, key=lambda case: case.point) if not points or case.point in points]
    barred = [(case, said) for case in asked if (said := _hindrance(case, step))]
    if barred and (points or len(barred) == len(asked)):
        case, said = barred[0]
        return Refused(why=f"point {case.point} of {number} {said}")
    doable = [case for case in asked if not _hindrance(case, step)]
    events = [_event(case, step, settings, who=who, why=why, at=at, day=day, until=until) for case in doable]
    happened = [event for event in events if isinstance(event, Event)]
    for event in events:
        if isinstance(event, UnknownYear):
            return Refused(why=workdays.words(event))
    changed = tuple(apply(case, event) for case, event in zip(doable, happened, strict=True))
    return Changes(version=book.version, events=tuple(happened), cases=changed)


def _hindrance(case: Case, step: Step) -> str:
    """Why a step cannot be taken with a case; "" when it can."""
    if not case.is_open:
        return f"is {case.stage.value} already"
    if step is Step.ACKNOWLEDGED and case.acknowledged_at is not None:
        return "is acknowledged already"
    if step is Step.CLAIMED and case.claimed_at is not None:
        return "is claimed to be fixed already"
    if step is Step.DISPUTED and case.disputed:
        return "is disputed already"
    if step is Step.UPHELD and not case.disputed:
        return "is not disputed"
    return ""


def _event(
    case: Case,
    step: Step,
    settings: NoticeSettings,
    *,
    who: str,
    why: str,
    at: datetime,
    day: date,
    until: date | None,
) -> Event | UnknownYear:
    due = due_after_pause(replace(case, disputed=False), settings, day) if step is Step.UPHELD else None
    if isinstance(due, UnknownYear):
        return due
    return Event(
        site=case.site,
        kind=case.kind,
        url=case.url,
        step=step,
        at=max(at, case.changed_at),
        day=day,
        who=who,
        why=why,
        notice=case.notice,
        point=case.point,
        due=due,
        until=until if step is Step.WAIVED else None,
    )
