"""The points of notices as the papers of an office tell them: state, reply, re-check. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from monitor.model import (
    Case,
    CaseKey,
    Change,
    ColumnClass,
    Docket,
    Event,
    Evidence,
    Kind,
    LedgerRow,
    Notice,
    PointState,
    PrintedNotice,
    Stage,
    Step,
    Unit,
    Violation,
)
from monitor.report.words import Words
from monitor.text import printable

KEPT = timedelta(days=365)
"""So long a point stays in the ledger after the last thing that happened to it."""
SETTLED = (PointState.IN_TIME, PointState.LATE, PointState.WITHDRAWN, PointState.SUPERSEDED)
"""What nobody has to see to any more."""
_WORDS = 200
"""The longest text of a person in a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A docket by keys and numbers, on a day."""

    docket: Docket
    day: date
    zone: tzinfo | None
    """The office's own, for what was seen at a moment."""
    cases: Mapping[CaseKey, Case] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    replies: Mapping[CaseKey, tuple[Event, ...]] = field(default_factory=dict)
    """What people did since a case was issued, or opened again."""

    def state(self, case: Case) -> PointState:
        """How a point stands; what is overdue is that first."""
        return PointState.OVERDUE if case.is_overdue(self.day) else self.progress(case)

    def progress(self, case: Case) -> PointState:
        """How far a point has come, overdue or not."""
        if case.stage is Stage.WITHDRAWN:
            return PointState.WITHDRAWN
        if case.stage is Stage.SUPERSEDED:
            return PointState.SUPERSEDED
        if not case.is_open:
            return PointState.LATE if self.late(case) else PointState.IN_TIME
        said = (
            (case.waived_until is not None, PointState.WAIVED),
            (case.suspended, PointState.SUSPENDED),
            (case.disputed, PointState.DISPUTED),
            (case.good_since is not None, PointState.GOOD_ONCE),
            (case.claimed_at is not None, PointState.CLAIMED),
            (case.acknowledged_at is not None, PointState.ACKNOWLEDGED),
        )
        return next((state for holds, state in said if holds), PointState.ISSUED)

    def put_right(self, case: Case) -> date | None:
        """The day of the first good look at what is settled, or of its closing by hand; None for all else."""
        if case.stage is not Stage.CLOSED:
            return None
        return self.local(case.good_since) if case.good_since else case.closed_on

    def local(self, moment: datetime) -> date:
        """The office's day of a moment."""
        return moment.astimezone(self.zone).date()

    def late(self, case: Case) -> int:
        """Calendar days after its deadline: of what is overdue until today, of what was put right until then."""
        until = self.day if case.is_overdue(self.day) else self.put_right(case)
        return 0 if until is None or case.due is None else max(0, (until - case.due).days)

    def place(self, case: Case) -> tuple[int, int, int]:
        """Where it stands among all points: year and serial of its notice, and its place in that."""
        notice = self.notices.get(case.notice)
        return (notice.year, notice.serial, case.point) if notice else (0, 0, case.point)

    def is_recent(self, case: Case) -> bool:
        """Whether it is open, or something happened to it within a year."""
        days = (case.issued_on, case.closed_on, evidence(case).day)
        return case.is_open or max(day for day in days if day) >= self.day - KEPT


def dossier(docket: Docket, day: date, zone: tzinfo | None) -> Dossier:
    """A docket made ready to be asked."""
    cases = {case.key: case for case in docket.cases}
    replies: dict[CaseKey, list[Event]] = defaultdict(list)
    for event in docket.replies:
        case = cases.get(event.key)
        if case and event.notice == case.notice and event.day >= evidence(case).day:
            replies[event.key].append(event)
    return Dossier(
        docket=docket,
        day=day,
        zone=zone,
        cases=cases,
        notices={notice.number: notice for notice in docket.notices},
        replies={key: tuple(events) for key, events in replies.items()},
    )


def evidence(case: Case) -> Evidence:
    """What stood when it was issued."""
    assert case.evidence is not None, "what stands in a notice was issued with its evidence"
    return case.evidence


def frozen(case: Case) -> Violation:
    """A point as it stood when it was issued; its unit bears the name that the notice has."""
    kept = evidence(case)
    return Violation(
        rank=case.point,
        site_id=case.site,
        site_name=kept.site_name,
        site_url=kept.site_url,
        site_code=kept.site_code,
        unit=Unit(id=case.unit, name=kept.unit_name),
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
        change=Change.STILL if case.is_open else Change.FIXED,
        reach=kept.reach,
        found_on=kept.found_on,
        notice=case.notice,
    )


def point_row(
    held: Dossier, case: Case, words: Words, *, today: LedgerRow | None = None, trusted: bool = True
) -> LedgerRow:
    """The line of a point: as the day's look shows it, or as it was issued.

    `trusted`: whether that look may be held against anybody.
    """
    moment = _moment(case, held.notices.get(case.notice), held.zone)
    shown = today or LedgerRow(violation=frozen(case), checked=moment, limit=evidence(case).limit)
    return replace(
        shown,
        deadline=case.due,
        reply=_reply(held.replies.get(case.key, ()), words),
        recheck=_recheck(held, case, words, seen=trusted and today is not None),
        state=held.state(case),
        issued=case.issued_on,
        closed=None if case.is_open else case.closed_on,
        late=held.late(case),
        times=max(1, case.times),
    )


def printed_notice(
    notice: Notice, issued: Iterable[Case], *, office: str, contact: str = "", language: str = "zh-CN"
) -> PrintedNotice:
    """A notice as it is printed: its points as they were issued, or opened again, on one day (`Docket.issued`)."""
    points = sorted((case for case in issued if case.notice == notice.number), key=lambda case: case.point)
    assert points, "a notice speaks of something"
    deadline = min((case.due for case in points if case.due), default=notice.due)
    zone = notice.issued_at.tzinfo
    return PrintedNotice(
        number=notice.number,
        office=office,
        unit=Unit(id=notice.unit, name=notice.unit_name),
        day=max(evidence(case).day for case in points),
        findings=tuple(
            LedgerRow(
                violation=frozen(case),
                checked=_moment(case, notice, zone),
                limit=evidence(case).limit,
                times=max(1, case.times),
            )
            for case in points
        ),
        deadline=deadline,
        recheck=deadline + timedelta(days=1),
        contact=contact,
        times=max(1, min(case.times for case in points)),
        language=language,
    )


def notice_name(notice: Notice, opened: date | None = None) -> str:
    """The file name of its paper; `opened`: of that for a day on which it was opened again, where both lie together."""
    return f"{notice.year}-{notice.serial}{f'-{opened.isoformat()}' if opened else ''}.docx"


def _moment(case: Case, notice: Notice | None, zone: tzinfo | None) -> datetime:
    """When the look was taken that its evidence rests on; of a later look only the day is kept."""
    day = evidence(case).day
    if notice is not None and notice.issued_on == day:
        return notice.issued_at.astimezone(zone)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


_REPLIES: Mapping[Step, str] = {
    Step.ACKNOWLEDGED: "reply.acknowledged",
    Step.CLAIMED: "reply.claimed",
    Step.DISPUTED: "reply.disputed",
    Step.UPHELD: "reply.upheld",
    Step.WAIVED: "reply.waived",
    Step.CLOSED: "reply.closed",
}


def _reply(events: Iterable[Event], words: Words) -> str:
    """What a unit, and the office, said of a point, in order."""
    said = [
        words.say(
            _REPLIES[event.step],
            day=event.day.isoformat(),
            who=printable(event.who, _WORDS),
            why=printable(event.why, _WORDS),
            until=event.until.isoformat() if event.until else "",
        )
        for event in events
        if event.step in _REPLIES
    ]
    return words.say("paper.named_stop").join(said)


def _recheck(held: Dossier, case: Case, words: Words, *, seen: bool) -> str:
    """What looks after the notice found; `seen`: whether the day's own shows it."""
    said = _found(held, case, words, seen=seen)
    return words.say("recheck.times", text=said, n=case.times) if case.times > 1 else said


def _found(held: Dossier, case: Case, words: Words, *, seen: bool) -> str:
    say, state = words.say, held.state(case)
    if state is PointState.OVERDUE:
        return say("recheck.overdue" if seen else "recheck.overdue_unseen", n=held.late(case))
    if state in (PointState.IN_TIME, PointState.LATE):
        done = held.put_right(case) or held.day
        return say(f"recheck.{state}", day=done.isoformat(), n=held.late(case))
    if state is PointState.WITHDRAWN:
        taken = [event for event in held.replies.get(case.key, ()) if event.step is Step.WITHDRAWN]
        return say("recheck.withdrawn", why=printable(taken[-1].why, _WORDS) if taken else "")
    if state is PointState.WAIVED and case.waived_until:
        return say("recheck.waived", day=case.waived_until.isoformat())
    if state is PointState.GOOD_ONCE and case.good_since:
        return say(f"recheck.{state}", day=held.local(case.good_since).isoformat())
    if state in (PointState.SUSPENDED, PointState.DISPUTED, PointState.SUPERSEDED):
        return say(f"recheck.{state}")
    refuted = case.claimed_at is None and any(e.step is Step.CLAIMED for e in held.replies.get(case.key, ()))
    return say("recheck.refuted" if refuted else "recheck.waiting")
