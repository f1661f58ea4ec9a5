"""What one look at the sites does to the cases: confirmed, issued, reminded, closed; each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor import workdays
from monitor.model import (
    Book,
    Case,
    CaseKey,
    Changes,
    Event,
    Notice,
    NoticeSettings,
    Sight,
    Span,
    Stage,
    Step,
    UnknownYear,
    Violation,
)
from monitor.notices.issue import evidence_of, issue
from monitor.notices.life import apply
from monitor.notices.sight import Seen

MONITOR = "monitor"
"""Who does what no person did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happens, by whose rules, and in which run."""

    at: datetime
    day: date
    run: str
    settings: NoticeSettings

    @property
    def apart(self) -> timedelta:
        """The time between two looks that say the same."""
        return timedelta(hours=self.settings.hours_apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a moment shows of one violation."""

    moment: Moment
    sight: Sight
    violation: Violation | None
    limit: Span | None = None
    """Of its column, as it was set."""
    units: Mapping[str, str] | None = None
    """Who answers for each site; None: not known."""


Said = Event | UnknownYear | None


def follow(
    book: Book,
    seen: Seen,
    settings: NoticeSettings,
    *,
    run: str,
    at: datetime,
    day: date,
    issuing: bool = True,
) -> Changes:
    """The changes that a look brings to the book.

    `at`: the moment of the look; what happened to a case at the same moment or later is not looked at again, so that
    a replay changes nothing. `issuing`: whether notices may be issued; what is confirmed waits otherwise.
    """
    moment = Moment(at=at, day=day, run=run, settings=settings)
    cases: dict[CaseKey, Case] = {case.key: case for case in book.cases}
    events: list[Event] = []
    touched: set[CaseKey] = set()
    unknown: set[int] = set()
    for key in [*cases, *(key for key in seen.violations if key not in cases)]:
        if key not in seen.sights:
            continue
        violation, limit = seen.violations.get(key), seen.limits.get(key)
        look = Look(moment=moment, sight=seen.sights[key], violation=violation, limit=limit, units=seen.units)
        happened, after, years = _live(cases.get(key), look)
        events += happened
        unknown |= years
        if happened and after is not None:
            cases[key] = after
            touched.add(key)
    notices: tuple[Notice, ...] = ()
    if issuing:
        waiting = [
            (case, seen.violations[key])
            for key, case in cases.items()
            if case.stage is Stage.CONFIRMED and key in seen.violations and case.changed_at <= at
        ]
        issued = issue(waiting, seen.limits, dict(book.serials), settings, who=MONITOR, run=run, at=at, day=day)
        notices, unknown = issued.notices, unknown | issued.unknown
        for event in issued.events:
            cases[event.key] = apply(cases[event.key], event)
            touched.add(event.key)
        events += issued.events
    return Changes(
        version=book.version,
        events=tuple(events),
        cases=tuple(cases[key] for key in cases if key in touched),
        notices=notices,
        problems=tuple(workdays.words(UnknownYear(year=year)) for year in sorted(unknown)),
    )


def _live(case: Case | None, look: Look) -> tuple[list[Event], Case | None, set[int]]:
    """All that a look does to one case, in order; which years would have had to be known."""
    if case is not None and look.moment.at <= case.changed_at:
        return [], case, set()
    events: list[Event] = []
    unknown: set[int] = set()
    if case is None or _begins_anew(case, look):
        started = _observed(case, look)
        return ([], case, set()) if started is None else ([started], apply(case, started), set())
    for step in _STEPS:
        said = step(case, look)
        if isinstance(said, UnknownYear):
            unknown.add(said.year)
        elif said is not None:
            events.append(said)
            case = apply(case, said)
    return events, case, unknown


def _event(case: Case, look: Look, step: Step, why: str) -> Event:
    return Event(
        site=case.site,
        kind=case.kind,
        url=case.url,
        step=step,
        at=look.moment.at,
        day=look.moment.day,
        who=MONITOR,
        why=why,
        run=look.moment.run,
        notice=case.notice,
        point=case.point,
    )


def _begins_anew(case: Case, look: Look) -> bool:
    """Whether a settled case is so long past that what stands now is another, or is another unit's to put right."""
    violation = look.violation
    if look.sight is not Sight.BAD or violation is None:
        return False
    if case.stage is Stage.SUPERSEDED:  # whoever answers for it now has not heard of it
        return True
    if case.stage is Stage.WITHDRAWN:  # it was no fault then; a new one began later
        return case.closed_on is not None and violation.first_seen > case.closed_on
    if case.stage is Stage.CLOSED and case.unit != violation.unit.id:
        return True
    if case.stage is not Stage.CLOSED or case.relapsed_at is not None or case.closed_on is None:
        return case.stage is Stage.DISMISSED
    return look.moment.day - case.closed_on > timedelta(days=look.moment.settings.reopen_within)


def _observed(case: Case | None, look: Look) -> Event | None:
    violation = look.violation
    if violation is None:
        return None
    return Event(
        site=violation.site_id,
        kind=violation.kind.value,
        url=violation.url,
        step=Step.OBSERVED,
        at=look.moment.at,
        day=look.moment.day,
        who=MONITOR,
        why=violation.evidence if case is None else f"again, after {case.notice or 'a look that did not show it'}",
        run=look.moment.run,
        unit=violation.unit.id,
        subject=violation.subject,
    )


def _supersede(case: Case, look: Look) -> Said:
    if not case.is_open or look.units is None:
        return None
    unit = look.units.get(case.site)
    if unit is None:
        return _event(case, look, Step.SUPERSEDED, "its site is no longer in sites.yaml")
    return None if unit == case.unit else _event(case, look, Step.SUPERSEDED, "another unit answers for its site now")


def _suspend(case: Case, look: Look) -> Said:
    if not case.is_open or case.suspended or look.sight is not Sight.BLIND:
        return None
    return _event(case, look, Step.SUSPENDED, "the site could not be looked at, or the monitor was blind")


def _resume(case: Case, look: Look) -> Said:
    if not case.suspended or look.sight is Sight.BLIND:
        return None
    return _with_time_back(
        replace(case, suspended=False), _event(case, look, Step.RESUMED, "the site opens again"), look
    )


def _end_waiver(case: Case, look: Look) -> Said:
    if case.waived_until is None or look.moment.day <= case.waived_until or look.sight is Sight.BLIND:
        return None
    ended = _event(case, look, Step.WAIVER_ENDED, f"it was waived until {case.waived_until}")
    return _with_time_back(replace(case, waived_until=None), ended, look)


def _with_time_back(case: Case, event: Event, look: Look) -> Event | UnknownYear:
    """The event that ends a pause, with the deadline moved by the working days that the clock stood."""
    due = due_after_pause(case, look.moment.settings, look.moment.day)
    return due if isinstance(due, UnknownYear) else replace(event, due=due)


def due_after_pause(case: Case, settings: NoticeSettings, day: date) -> date | UnknownYear | None:
    """The deadline when a pause ends on a day: as many working days later as it lasted; None while another lasts."""
    if case.is_paused or case.paused_on is None or case.due is None:
        return None
    stood = workdays.between(settings.calendar, case.paused_on, max(day, case.paused_on))
    return stood if isinstance(stood, UnknownYear) else workdays.after(settings.calendar, case.due, stood)


def _warn_of_waiver(case: Case, look: Look) -> Said:
    if case.waived_until is None or case.waiver_warned or look.sight is Sight.BLIND:
        return None
    if case.waived_until - look.moment.day > timedelta(days=look.moment.settings.warn_before):
        return None
    return _event(case, look, Step.WAIVER_ENDS, f"the waiver ends on {case.waived_until}")


def _dismiss(case: Case, look: Look) -> Said:
    if case.stage not in (Stage.OBSERVED, Stage.CONFIRMED) or look.sight is not Sight.GOOD:
        return None
    return _event(case, look, Step.DISMISSED, "a later look does not show it, before anybody was told")


def _confirm(case: Case, look: Look) -> Said:
    if case.stage is not Stage.OBSERVED or look.sight is not Sight.BAD:
        return None
    if look.moment.at - case.observed_at < look.moment.apart:
        return None
    return _event(case, look, Step.CONFIRMED, f"two looks at least {look.moment.settings.hours_apart} hours apart")


def _relapse(case: Case, look: Look) -> Said:
    if look.sight is not Sight.BAD:
        return None
    if case.is_open and case.good_since is not None:
        return _event(case, look, Step.RELAPSED, "it looks bad again, before a second good look")
    if case.stage is Stage.CLOSED and case.relapsed_at is None:
        return _event(case, look, Step.RELAPSED, "it looks bad again, after it was closed")
    return None


def _refute(case: Case, look: Look) -> Said:
    if not case.is_open or case.claimed_at is None or look.sight is not Sight.BAD:
        return None
    if look.moment.at - case.claimed_at < look.moment.apart:
        return None  # what was put right an hour ago may still be shown as before
    return _event(case, look, Step.REFUTED, "it was said to be fixed, and still looks bad")


def _close(case: Case, look: Look) -> Said:
    if not case.is_open or look.sight is not Sight.GOOD or case.good_since is None or case.due is None:
        return None
    if look.moment.at - case.good_since < look.moment.apart:
        return None
    good = case.good_since.astimezone(look.moment.at.tzinfo).date()
    return _event(case, look, Step.CLOSED, "re-checked, in time" if good <= case.due else "re-checked, late")


def _improve(case: Case, look: Look) -> Said:
    if look.sight is not Sight.GOOD:
        return None
    if case.is_open and case.good_since is None:
        return _event(case, look, Step.IMPROVED, "the first good look; a second one closes it")
    if case.stage is Stage.CLOSED and case.relapsed_at is not None:
        return _event(case, look, Step.IMPROVED, "good again, the bad look is not confirmed")
    return None


def _reopen(case: Case, look: Look) -> Said:
    violation = look.violation
    if case.stage is not Stage.CLOSED or case.relapsed_at is None or violation is None or case.due is None:
        return None
    if look.sight is not Sight.BAD or look.moment.at - case.relapsed_at < look.moment.apart:
        return None
    settings = look.moment.settings
    due = workdays.after(settings.calendar, look.moment.day, settings.deadline)
    if isinstance(due, UnknownYear):
        return due
    reopened = _event(case, look, Step.REOPENED, f"for the {_ordinal(case.times + 1)} time: {violation.evidence}")
    evidence = evidence_of(violation, look.moment.day, look.limit)
    return replace(reopened, due=max(due, case.due), level=-settings.deadline, evidence=evidence)


def _ordinal(count: int) -> str:
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _late(case: Case, look: Look) -> int | UnknownYear | None:
    """Working days since the deadline, less than 0 before it; None while nobody is to be told.

    Nobody is reminded of what this look did not show: it may be put right.
    """
    if look.sight is not Sight.BAD or not case.is_open or case.is_paused or case.due is None:
        return None
    return workdays.between(look.moment.settings.calendar, case.due, look.moment.day)


def _remind(case: Case, look: Look) -> Said:
    late = _late(case, look)
    if late is None or isinstance(late, UnknownYear):
        return late
    level = _level(look.moment.settings, late)
    if level is None or (case.reminded is not None and level <= case.reminded):
        return None
    return replace(_seen_again(case, look, Step.REMINDED, late), level=level)


def _level(settings: NoticeSettings, late: int) -> int | None:
    """The last reminder whose day has come; those that a pause of the monitor skipped are not made up for."""
    passed = [level for level in settings.reminders if level <= late]
    last = max((0, *settings.reminders))
    if settings.repeat and late > last:
        passed.append(last + (late - last) // settings.repeat * settings.repeat)
    return max(passed, default=None)


def _escalate(case: Case, look: Look) -> Said:
    late = _late(case, look)
    if late is None or isinstance(late, UnknownYear) or case.escalated or late < look.moment.settings.escalation:
        return None
    return _seen_again(case, look, Step.ESCALATED, late)


def _seen_again(case: Case, look: Look, step: Step, late: int) -> Event:
    """What is told of a deadline, with what the look shows today."""
    shown = look.violation
    kept = evidence_of(shown, look.moment.day, look.limit) if shown else None
    return replace(_event(case, look, step, _due_words(case, late)), evidence=kept)


def _due_words(case: Case, late: int) -> str:
    if late < 0:
        return f"{-late} working days are left until {case.due}"
    return f"it is due today, {case.due}" if late == 0 else f"{late} working days after the deadline of {case.due}"


_STEPS: tuple[Callable[[Case, Look], Said], ...] = (
    _supersede,
    _resume,
    _suspend,
    _end_waiver,
    _warn_of_waiver,
    _dismiss,
    _confirm,
    _close,
    _improve,
    _reopen,
    _relapse,
    _refute,
    _remind,
    _escalate,
)
"""In this order: pauses end before anything is judged, and nobody is reminded of what this look has closed."""
