"""The notices as lines of tables: how far each is, how units keep their deadlines, what waits for a person. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from monitor.model import Case, Notice, PointState, Report, Stage, Step, Tally, Unit
from monitor.report.dossier import KEPT, Dossier, evidence

PERIOD = timedelta(days=90)
"""The days over which rectification is counted, and those before to compare with."""
_TAKEN_BACK = (Stage.WITHDRAWN, Stage.SUPERSEDED)
"""What says nothing of how a unit keeps its deadlines."""
_WARNED = timedelta(days=7)
"""So long before its end a waiver is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice as it stands."""

    notice: Notice
    open: int
    overdue: int
    due: date | None
    """The next deadline, or the longest past; None where no clock runs."""
    left: int | None
    """Calendar days until then, less than 0 after it; None where no clock runs."""
    states: tuple[tuple[PointState, int], ...]
    """How far its open points are, with their number."""
    escalated: bool
    told: date
    """The last day on which it was issued or opened again."""

    @property
    def state(self) -> str:
        """ "overdue", "open", "waiting" (open, and no clock runs) or "settled"."""
        if self.overdue:
            return "overdue"
        if not self.open:
            return "settled"
        return "waiting" if self.left is None else "open"


def all_lines(held: Dossier) -> tuple[NoticeLine, ...]:
    """Every notice that has an open point or was issued within a year, newest first."""
    points: dict[str, list[Case]] = defaultdict(list)
    for case in held.docket.cases:
        points[case.notice].append(case)
    lines = (_line(held, notice, points[notice.number]) for notice in held.docket.notices)
    return tuple(line for line in lines if line.open or line.notice.issued_on >= held.day - KEPT)


def notice_lines(held: Dossier) -> tuple[NoticeLine, ...]:
    """The notices with open points: the longest overdue first, then by deadline, those without a clock last."""
    shown = [line for line in all_lines(held) if line.open]
    return tuple(
        sorted(shown, key=lambda line: (line.left is None, line.left or 0, line.notice.issued_on, line.notice.serial))
    )


def _line(held: Dossier, notice: Notice, cases: list[Case]) -> NoticeLine:
    open_ = [case for case in cases if case.is_open]
    overdue = [case for case in open_ if case.is_overdue(held.day)]
    running = overdue or [case for case in open_ if not case.is_paused and case.good_since is None]
    due = min((case.due for case in running if case.due), default=None)
    states = Counter(held.progress(case) for case in open_)
    return NoticeLine(
        notice=notice,
        open=len(open_),
        overdue=len(overdue),
        due=due,
        left=None if due is None else (due - held.day).days,
        states=tuple((state, states[state]) for state in PointState if states[state]),
        escalated=any(case.escalated for case in open_),
        told=max((evidence(case).day for case in cases), default=notice.issued_on),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a unit keeps its deadlines."""

    open: int = 0
    """Points."""
    overdue: int = 0
    days: int | None = None
    """The median from notice to the first good look, in calendar days, of what was put right in the last period."""
    before: int | None = None
    """The same of the period before."""


def pace(held: Dossier, cases: Iterable[Case]) -> Pace:
    """How some cases were, and are, put right."""
    open_ = overdue = 0
    lately: list[int] = []
    earlier: list[int] = []
    for case in cases:
        open_ += case.is_open
        overdue += case.is_overdue(held.day)
        done = held.put_right(case)
        if done is None or done <= held.day - 2 * PERIOD:
            continue
        (lately if done > held.day - PERIOD else earlier).append(max(0, (done - evidence(case).day).days))
    return Pace(open=open_, overdue=overdue, days=_median(lately), before=_median(earlier))


def paces_of(held: Dossier) -> dict[str, Pace]:
    """The pace of every unit that a notice went to, by its id."""
    cases: dict[str, list[Case]] = defaultdict(list)
    for case in held.docket.cases:
        cases[case.unit].append(case)
    return {unit: pace(held, of_it) for unit, of_it in cases.items()}


def _median(days: list[int]) -> int | None:
    return round(median(days)) if days else None


def tally(held: Dossier, sites: int) -> Tally | None:
    """What became of the points of the last period; None where there was none."""
    since = held.day - PERIOD
    cases = [case for case in held.docket.cases if evidence(case).day > since and case.stage not in _TAKEN_BACK]
    if not cases:
        return None
    states = Counter(held.state(case) for case in cases)
    put_right = states[PointState.IN_TIME] + states[PointState.LATE]
    return Tally(
        since=since + timedelta(days=1),
        notices=len({case.notice for case in cases}),
        points=len(cases),
        in_time=states[PointState.IN_TIME],
        late=states[PointState.LATE],
        overdue=states[PointState.OVERDUE],
        waiting=len(cases) - put_right - states[PointState.OVERDUE],
        sites=sites,
        blamed=len({case.site for case in cases}),
        unsettled=len({case.site for case in held.docket.cases if case.is_open}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What of the notices waits for a person."""

    disputes: tuple[tuple[Case, str], ...] = ()
    """Each with its reason."""
    claims: tuple[Case, ...] = ()
    """Said to be put right, and not looked at again yet."""
    waivers: tuple[Case, ...] = ()
    """Those that end soon, the nearest end first."""
    problems: tuple[str, ...] = ()
    no_contact: tuple[Unit, ...] = ()
    """Units with something to put right to whom no mail can go."""

    @property
    def count(self) -> int:
        """How many things."""
        return sum(map(len, (self.disputes, self.claims, self.waivers, self.problems, self.no_contact)))


def to_do(held: Dossier, report: Report) -> ToDo:
    """What of the notices waits for a person, on the day of a report."""
    open_ = sorted((case for case in held.docket.cases if case.is_open), key=held.place)
    waived = [(case.waived_until, case) for case in open_ if case.waived_until]
    return ToDo(
        disputes=tuple((case, _why(held, case)) for case in open_ if case.disputed),
        claims=tuple(case for case in open_ if case.claimed_at and not case.good_since and not case.is_paused),
        waivers=tuple(case for end, case in sorted(waived, key=lambda pair: pair[0]) if end - held.day <= _WARNED),
        problems=held.docket.problems,
        no_contact=_unreached(report),
    )


def _why(held: Dossier, case: Case) -> str:
    said = [event.why for event in held.replies.get(case.key, ()) if event.step is Step.DISPUTED]
    return said[-1] if said else ""


def _unreached(report: Report) -> tuple[Unit, ...]:
    """The units with a finding that have no contact, nor any unit above them."""
    units: Mapping[str, Unit] = {unit.id: unit for unit in report.units}
    found = {v.unit.id: v.unit for v in report.violations}
    return tuple(unit for _, unit in sorted(found.items()) if not any(tier.contacts for tier in unit.upwards(units)))
