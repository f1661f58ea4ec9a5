"""How a whole office stands, unit by unit down its tree, and against the period before. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from monitor.model import Case, Part, Period, Report, Result, SiteFinding, Standing, Unit
from monitor.report.docket import Pace, pace
from monitor.report.dossier import Dossier, dossier
from monitor.report.form import Outcome, outcome
from monitor.report.names import page_name
from monitor.report.totals import share, units_of
from monitor.text import printable

_NO_UNIT = Unit(id="", name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One site as it counts."""

    site: SiteFinding
    outcome: Outcome
    score: float | None
    violations: int
    before: Standing | None
    """None: it was not judged in the period before, or by other rules."""
    cases: tuple[Case, ...] = ()
    """The points of notices that speak of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What changed since the period before, over the sites that were judged in both."""

    worse: int
    """Sites that fail by now."""
    better: int
    """Sites that failed then and do so no more."""
    violations: int
    score: float | None
    """Difference of the mean over sites scored both times; None without such."""
    sites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A unit with all that lies within it, or the whole office."""

    unit: Unit
    own: bool
    """Only what is the unit's own, beside the units within it."""
    page: str
    """Its page in units/; "" when it has none."""
    section: str
    """Where the units within it are told; "" when there are none."""
    sites: int
    failed: int
    open: int
    passed: int
    unseen: int
    score: float | None
    """The mean; None where no site has a score."""
    scored: int
    violations: int
    move: Move | None
    pace: Pace | None = None
    """How its notices, and those of all that lies within it, are kept to; None where none are issued."""
    rank: int | None = None
    """From 1, ties share one; None where nothing was seen."""

    @property
    def seen(self) -> int:
        """The sites of which anything can be said."""
        return self.failed + self.open + self.passed

    @property
    def rate(self) -> tuple[str, str]:
        """The pass rate among the seen sites: at least, and at most if all that is open turns out well."""
        return share(self.passed, self.seen), share(self.passed + self.open, self.seen)

    @property
    def settled(self) -> str:
        """The share of the seen sites that stands for sure."""
        return share(self.failed + self.passed, self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What lies directly within a unit, best first; `unit` of id "" is the whole office."""

    id: str
    path: tuple[Unit, ...]
    """From the top down to the unit itself; empty for the whole office."""
    lines: tuple[Line, ...]
    by_score: bool
    """Whether scores took part in the ranking: only where every ranked line has one."""

    @property
    def name(self) -> str:
        """The way down to the unit."""
        return " › ".join(printable(unit.name, 60) for unit in self.path)

    @property
    def best(self) -> tuple[Line, ...]:
        """Those on the first place; none where all share it."""
        first = tuple(line for line in self.lines if line.rank == 1)
        return first if any((line.rank or 0) > 1 for line in self.lines) else ()

    @property
    def worst(self) -> tuple[Line, ...]:
        """Up to three on the last places, the last one first."""
        ranked = [line for line in self.lines if line.rank and line.rank > 1]
        return tuple(reversed(ranked[-3:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """All of it."""

    total: Line
    sections: tuple[Section, ...]
    """The whole office first, then each unit that has units within it, from the top down."""
    before: date | None
    """The day it is compared with; None: nothing to compare with."""
    other_rules: bool
    """Whether the period before was judged by other rules."""
    duties_only: bool
    """Whether the rules know no failing, only duties that are not kept."""

    @property
    def widest(self) -> Section:
        """The uppermost section that compares anything."""
        return next((section for section in self.sections if len(section.lines) > 1), self.sections[0])


def roll(report: Report) -> RollUp:
    """The roll-up of a report; its own period before is what it is compared with."""
    before = report.before
    other = before is not None and report.rules is not None and before.pack_id != report.rules.id
    members = _members(report, None if other else before)
    held = dossier(report.docket, report.run.today, report.run.finished_at.tzinfo) if report.docket else None
    everyone = [member for own in members.values() for member in own]
    return RollUp(
        total=_line(_NO_UNIT, everyone, held),
        sections=tuple(_sections(report, members, held)),
        before=None if before is None or other else before.day,
        other_rules=other,
        duties_only=report.rules is not None and all(rule.part is Part.DUTY for rule in report.rules.rules),
    )


def _sections(report: Report, members: Mapping[str, list[Member]], held: Dossier | None) -> Iterator[Section]:
    """The whole office, then each unit that has units within it, from the top down."""
    speaking = {unit.id: unit for unit in units_of(report)}
    units = speaking | {unit.id: unit for unit in report.units}
    above = _above(units)
    below: dict[str, list[Member]] = defaultdict(list)
    for id_, own in members.items():
        for step in _way(id_, above):
            below[step].extend(own)
    children: dict[str, list[Unit]] = defaultdict(list)
    for id_, unit in units.items():
        if below[id_]:
            children[above[id_]].append(unit)
    names = {id_: f"within-{n}" for n, id_ in enumerate(children) if id_}
    pages = {id_: page_name(id_) for id_ in speaking}
    waiting = [""]
    while waiting:
        id_ = waiting.pop()
        lines = [
            _line(unit, below[unit.id], held, page=pages.get(unit.id, ""), section=names.get(unit.id, ""))
            for unit in children[id_]
        ]
        if id_ and members.get(id_):
            lines.append(_line(units[id_], members[id_], held, own=True))
        path = tuple(units[step] for step in reversed(_way(id_, above))) if id_ else ()
        section = _section(names.get(id_, "office"), path, lines)
        yield section
        waiting += [one.unit.id for one in reversed(section.lines) if one.section]


def _members(report: Report, before: Period | None) -> dict[str, list[Member]]:
    """The sites by the id of their unit. One without a sheet was not seen."""
    sheets = {sheet.site_id: sheet for sheet in report.sheets}
    stood = {} if before is None else {standing.site_id: standing for standing in before.standings}
    accused: dict[str, int] = defaultdict(int)
    for violation in report.violations:
        accused[violation.site_id] += 1
    cases: dict[str, list[Case]] = defaultdict(list)
    for case in report.docket.cases if report.docket else ():
        cases[case.site].append(case)
    found: dict[str, list[Member]] = defaultdict(list)
    for site in report.sites:
        sheet = sheets.get(site.id)
        found[site.unit.id].append(
            Member(
                site=site,
                outcome=Outcome.UNSEEN if sheet is None else outcome(sheet, site),
                score=None if sheet is None or outcome(sheet, site) is Outcome.UNSEEN else sheet.score,
                violations=accused[site.id],
                before=stood.get(site.id),
                cases=tuple(cases[site.id]),
            )
        )
    return dict(found)


def _above(units: Mapping[str, Unit]) -> dict[str, str]:
    """The unit above each; "" at the top, above one whose upper unit nobody knows, and where a circle is cut."""
    above = {id_: unit.within if unit.within in units else "" for id_, unit in units.items()}
    for id_ in above:
        seen, step = {id_}, id_
        while above[step]:
            if above[step] in seen:
                above[step] = ""
                break
            step = above[step]
            seen.add(step)
    return above


def _way(id_: str, above: Mapping[str, str]) -> list[str]:
    way = [id_]
    while upper := above.get(way[-1], ""):
        way.append(upper)
    return way


def _line(
    unit: Unit, of: Sequence[Member], held: Dossier | None, *, own: bool = False, page: str = "", section: str = ""
) -> Line:
    number = dict.fromkeys(Outcome, 0)
    for member in of:
        number[member.outcome] += 1
    scores = [member.score for member in of if member.score is not None]
    return Line(
        unit=unit,
        own=own,
        page=page,
        section=section,
        sites=len(of),
        failed=number[Outcome.FAILED] + number[Outcome.UNMET],
        open=number[Outcome.OPEN],
        passed=number[Outcome.PASSED],
        unseen=number[Outcome.UNSEEN],
        score=round(sum(scores) / len(scores), 1) if scores else None,
        scored=len(scores),
        violations=sum(member.violations for member in of),
        move=_move(of),
        pace=None if held is None else pace(held, chain.from_iterable(member.cases for member in of)),
    )


def _move(of: Iterable[Member]) -> Move | None:
    """What changed, over the sites seen now and judged then; None when there is none."""
    pairs = [(m, m.before) for m in of if m.before is not None and m.outcome is not Outcome.UNSEEN]
    if not pairs:
        return None
    failing = {Outcome.FAILED, Outcome.UNMET}
    scores = [(m.score, then.score) for m, then in pairs]
    both = [now - then for now, then in scores if now is not None and then is not None]
    return Move(
        worse=sum(m.outcome in failing and then.result is not Result.FAIL for m, then in pairs),
        better=sum(m.outcome not in failing and then.result is Result.FAIL for m, then in pairs),
        violations=sum(m.violations - then.violations for m, then in pairs),
        score=round(sum(both) / len(both), 1) if both else None,
        sites=len(pairs),
    )


def _section(id_: str, path: tuple[Unit, ...], lines: list[Line]) -> Section:
    """The lines with their ranks: fewer failed sites, then the better mean score, then fewer violations a site.

    Scores take part only where all that are ranked have one, or a vetoed site would be compared with nothing.
    """
    ranked = [line for line in lines if line.seen]
    by_score = bool(ranked) and all(line.score is not None for line in ranked)

    def key(line: Line) -> tuple[float, float, float]:
        score = line.score if by_score and line.score is not None else 0.0
        return (line.failed / line.seen, -score, line.violations / line.seen)

    ranked.sort(key=lambda line: (key(line), line.unit.id))
    placed: list[Line] = []
    for number, line in enumerate(ranked):
        tied = number > 0 and key(line) == key(ranked[number - 1])
        placed.append(replace(line, rank=placed[-1].rank if tied else number + 1))
    rest = sorted((line for line in lines if not line.seen), key=lambda line: line.unit.id)
    return Section(id=id_, path=path, lines=(*placed, *rest), by_score=by_score)
