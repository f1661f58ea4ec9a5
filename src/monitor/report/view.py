"""A report laid out for readers: counted, grouped and paired, before any template sees it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from monitor.links import folded
from monitor.model import (
    COLUMN_KINDS,
    LINK_KINDS,
    Case,
    Change,
    ColumnFinding,
    ColumnVerdict,
    Confidence,
    Docket,
    Fixed,
    LinkFinding,
    LinkState,
    Notice,
    Report,
    RunInfo,
    SiteFinding,
    Unit,
    Violation,
)
from monitor.report.docket import NoticeLine, ToDo, notice_lines, to_do
from monitor.report.dossier import Dossier, dossier
from monitor.report.form import Form, forms, marks_of, score_marks_of
from monitor.report.style import PACKAGE, Style
from monitor.report.totals import CHECKED, Counts, UnitRow, count_columns, roll_up, units_of
from monitor.report.words import Words, words
from monitor.text import printable
from monitor.urls import is_web

_T = TypeVar("_T")


class Address(str):
    """An address that may be opened from a report: http(s), alive, of harmless characters."""

    __slots__ = ()


_EXPIRES_SOON = 30
"""Days before its end from which a certificate is spoken of."""
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A violation with what is known of its column."""

    violation: Violation
    column: ColumnFinding | None
    limit: str
    """The limit in words; "" when there is none."""
    seen_days: int
    """Days since it was first seen."""
    case: Case | None = None
    """What its notice says of it; None before one is issued."""

    @property
    def evidence(self) -> str:
        """The evidence without the newest item's title, for where that title stands beside it."""
        title = f" “{self.column.newest_title}”" if self.column and self.column.newest_title else ""
        return self.violation.evidence.replace(title, "", 1) if title else self.violation.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that templates show of a report, or of one unit's part of it."""

    report: Report
    words: Words
    unit: Unit | None
    rows: tuple[Row, ...]
    """Every violation, in its rank."""
    counts: Counts
    units: tuple[UnitRow, ...]
    """Most problems first."""
    unknown: tuple[tuple[str, tuple[ColumnFinding, ...]], ...]
    """Columns that could not be judged, by reason, the largest group first."""
    soon: tuple[ColumnFinding, ...]
    """Nearest to its limit first."""
    watched: tuple[LinkFinding, ...]
    """Links that are neither alive nor held against anyone."""
    site_names: dict[str, str]
    closed: frozenset[str]
    """Addresses that must not be clickable."""
    forms: tuple[Form, ...]
    """The self-check of each site, those that fail first."""
    dossier: Dossier | None
    """Its notices; None where none are issued."""
    notices: tuple[NoticeLine, ...]
    """The notices with open points, the longest overdue first."""
    todo: ToDo
    """What of the notices waits for a person."""
    style: Style = PACKAGE
    """The office's own templates and phrases."""

    @property
    def columns(self) -> tuple[Row, ...]:
        """The overdue and blank columns."""
        return tuple(r for r in self.rows if r.violation.kind in COLUMN_KINDS)

    @property
    def links(self) -> tuple[Row, ...]:
        """The dead and suspicious links."""
        return tuple(r for r in self.rows if r.violation.kind in LINK_KINDS)

    @property
    def others(self) -> tuple[Row, ...]:
        """Problems of whole sites."""
        return tuple(r for r in self.rows if r.violation.kind not in COLUMN_KINDS | LINK_KINDS)

    @property
    def unchecked(self) -> tuple[SiteFinding, ...]:
        """The sites of which nothing can be said."""
        return tuple(s for s in self.report.sites if s.verdict not in CHECKED)

    @property
    def gaps(self) -> tuple[SiteFinding, ...]:
        """The checked sites of which a part was left out."""
        return tuple(s for s in self.report.sites if s.verdict in CHECKED and s.not_judged)

    @property
    def pages(self) -> int:
        """The pages of all sites."""
        return sum(site.pages for site in self.report.sites)

    @property
    def recalled(self) -> int:
        """So many of them were not due."""
        return sum(site.recalled for site in self.report.sites)

    @property
    def expiring(self) -> tuple[tuple[int, SiteFinding], ...]:
        """The sites whose certificate ends soon, with the days that are left."""
        return expiring(self.report)

    @property
    def list_marks(self) -> tuple[Confidence, ...]:
        """How what a list of the self-checks shows is known, where nobody read it."""
        return marks_of(self.forms)

    @property
    def score_marks(self) -> tuple[Confidence, ...]:
        """How the points behind the scores are known, where nobody read them."""
        return score_marks_of(self.forms)

    @property
    def overdue(self) -> int:
        """How many notices have a point that is overdue."""
        return sum(line.overdue > 0 for line in self.notices)

    @property
    def due_this_week(self) -> int:
        """How many notices fall due today or within the next six days."""
        return sum(line.left is not None and 0 <= line.left < _WEEK for line in self.notices)

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """What was put right."""
        return self.report.fixed

    @property
    def today(self) -> date:
        """The day the report speaks of."""
        return self.report.run.today

    @property
    def seen(self) -> int:
        """How many sites were really seen: one that did not open was looked at, and nothing is known of it."""
        run = self.report.run
        return max(0, min(run.sites_checked, run.sites_total - len(self.unchecked)))

    @property
    def trust(self) -> str:
        """ "held", "incomplete" (broken off), "partial" (a fifth of the sites was not seen) or "good"."""
        run = self.report.run
        if run.held:
            return "held"
        few = 5 * self.seen < 4 * run.sites_total
        if not run.complete:
            return "incomplete"
        return "partial" if few else "good"

    @property
    def longest(self) -> Row | None:
        """The column that nobody has updated for longest; None when no overdue column has a date."""
        dated = (r for r in self.columns if r.violation.days_since_update is not None)
        return max(dated, key=lambda r: r.violation.days_since_update or 0, default=None)

    def count(self, change: Change) -> int:
        """How many violations are new, or still there."""
        return sum(r.violation.change is change for r in self.rows)

    def opens(self, address: str) -> Address | None:
        """The address when a reader may click it; None when it is to be shown as text."""
        return None if address in self.closed else harmless(address)


def harmless(address: str) -> Address | None:
    """The address when it is one of the web and holds no character that could do harm, else None."""
    fits = is_web(address) and printable(address, 2000) == address and not set(address) & set("\"'<>`\\ ")
    return Address(address) if fits else None


def expiring(report: Report) -> tuple[tuple[int, SiteFinding], ...]:
    """The sites whose certificate ends within thirty days, with the days that are left, the nearest end first."""
    left = [((s.certificate_ends - report.run.today).days, s) for s in report.sites if s.certificate_ends]
    return tuple(sorted(((n, s) for n, s in left if 0 <= n <= _EXPIRES_SOON), key=lambda pair: pair[0]))


def view(report: Report, unit: Unit | None = None, style: Style = PACKAGE) -> View:
    """The report laid out in its own language; with `unit`, only what concerns that unit."""
    part = report if unit is None else _narrow(report, unit)
    return _lay_out(part, unit, _closed(report), style)


def unit_views(report: Report, style: Style = PACKAGE) -> Iterator[View]:
    """The view of every unit that the report speaks of, in one pass over it."""
    closed = _closed(report)
    unit_of = {s.id: s.unit.id for s in report.sites} | {v.site_id: v.unit.id for v in report.violations}
    violations, sites = _grouped(report.violations, _by_unit), _grouped(report.sites, _by_unit)
    columns = _grouped(report.columns, lambda c: unit_of.get(c.site_id))
    links = _grouped(report.links, lambda f: unit_of.get(f.site_id))
    fixed = _grouped(report.fixed, lambda f: unit_of.get(f.site_id))
    sheets = _grouped(report.sheets, lambda s: unit_of.get(s.site_id))
    dockets = _dockets(report)
    for unit in units_of(report):
        id_ = unit.id
        part = replace(
            report,
            run=_run_of(report.run, sites[id_]),
            violations=tuple(violations[id_]),
            fixed=tuple(fixed[id_]),
            columns=tuple(columns[id_]),
            links=tuple(links[id_]),
            sites=tuple(sites[id_]),
            sheets=tuple(sheets[id_]),
            docket=dockets[id_],
        )
        yield _lay_out(part, unit, closed, style)


def _narrow(report: Report, unit: Unit) -> Report:
    """Only what concerns one unit; the run then counts that unit's sites."""
    sites = tuple(s for s in report.sites if s.unit.id == unit.id)
    ids = {s.id for s in sites} | {v.site_id for v in report.violations if v.unit.id == unit.id}
    return replace(
        report,
        run=_run_of(report.run, sites),
        violations=tuple(v for v in report.violations if v.unit.id == unit.id),
        fixed=tuple(f for f in report.fixed if f.site_id in ids),
        columns=tuple(c for c in report.columns if c.site_id in ids),
        links=tuple(f for f in report.links if f.site_id in ids),
        sites=sites,
        sheets=tuple(s for s in report.sheets if s.site_id in ids),
        docket=_docket_of(report, unit.id),
    )


def _dockets(report: Report) -> defaultdict[str | None, Docket | None]:
    """How the notices stand for each unit that one went to."""
    docket = report.docket
    if docket is None:
        return defaultdict(lambda: None)
    unit_of = {case.key: case.unit for case in docket.cases}
    notices, cases = _grouped(docket.notices, _addressee), _grouped(docket.cases, _told)
    issued, replies = _grouped(docket.issued, _told), _grouped(docket.replies, lambda event: unit_of.get(event.key))
    made: defaultdict[str | None, Docket | None] = defaultdict(Docket)
    for id_ in notices:
        made[id_] = Docket(
            notices=tuple(notices[id_]),
            cases=tuple(cases[id_]),
            issued=tuple(issued[id_]),
            replies=tuple(replies[id_]),
        )
    return made


def _docket_of(report: Report, unit: str) -> Docket | None:
    """The same for one of them."""
    docket = report.docket
    if docket is None:
        return None
    cases = tuple(case for case in docket.cases if case.unit == unit)
    keys = {case.key for case in cases}
    return Docket(
        notices=tuple(notice for notice in docket.notices if notice.unit == unit),
        cases=cases,
        issued=tuple(case for case in docket.issued if case.unit == unit),
        replies=tuple(event for event in docket.replies if event.key in keys),
    )


def _told(case: Case) -> str:
    return case.unit


def _addressee(notice: Notice) -> str:
    return notice.unit


def _run_of(run: RunInfo, sites: Sequence[SiteFinding]) -> RunInfo:
    return replace(run, sites_checked=sum(s.verdict in CHECKED for s in sites), sites_total=len(sites))


def _by_unit(holder: Violation | SiteFinding) -> str:
    return holder.unit.id


def _grouped(values: Iterable[_T], key: Callable[[_T], str | None]) -> dict[str | None, list[_T]]:
    groups: dict[str | None, list[_T]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return groups


def _lay_out(part: Report, unit: Unit | None, closed: frozenset[str], style: Style) -> View:
    speech = words(part.run.language, style.phrases)
    ranked = sorted(part.violations, key=lambda v: v.rank)
    if unit is not None:
        # A unit's own list counts from one: its place in the whole city is no number that it could use.
        ranked = [replace(v, rank=rank) for rank, v in enumerate(ranked, 1)]
    held = dossier(part.docket, part.run.today, part.run.finished_at.tzinfo) if part.docket else None
    known: dict[tuple[str, ...], ColumnFinding] = {(c.site_id, c.url): c for c in part.columns}
    known |= {(c.site_id, c.url, c.name): c for c in part.columns}
    return View(
        report=part,
        words=speech,
        unit=unit,
        rows=tuple(_row(v, known, speech, part.run.today, held) for v in ranked),
        counts=count_columns(part.columns),
        units=roll_up(part, held),
        unknown=_unknown(part.columns, speech),
        soon=tuple(sorted((c for c in part.columns if c.verdict is ColumnVerdict.DUE_SOON), key=days_left)),
        watched=_watched(part.links),
        site_names={s.id: s.name for s in part.sites},
        closed=closed,
        forms=forms(part),
        style=style,
        dossier=held,
        notices=notice_lines(held) if held else (),
        todo=to_do(held, part) if held else ToDo(),
    )


def _watched(links: Iterable[LinkFinding]) -> tuple[LinkFinding, ...]:
    """The links that fail or cannot be verified, those to one silent or walled host of a site as one."""
    of_site: dict[str, list[LinkFinding]] = defaultdict(list)
    for found in links:
        of_site[found.site_id].append(found)
    told: list[LinkFinding] = []
    for site_id, of_one in of_site.items():
        since = {f.link.url: f.first_seen for f in of_one}
        first = min(since.values())
        kept = folded(f.link for f in of_one if f.link.state in (LinkState.FAILING, LinkState.UNVERIFIED))
        told += [LinkFinding(site_id=site_id, link=link, first_seen=since.get(link.url, first)) for link in kept]
    return tuple(told)


def days_left(column: ColumnFinding) -> int:
    """Days until the limit is reached; at least 0."""
    return max(0, (column.limit_days or 0) - (column.age_days or 0))


def _closed(report: Report) -> frozenset[str]:
    links = {a for f in report.links for a in (f.link.url, f.link.final_url)}
    accused = {v.url for v in report.violations if v.kind not in COLUMN_KINDS}
    return frozenset(links | accused | {s.url for s in report.sites if s.verdict not in CHECKED})


def _row(
    violation: Violation,
    columns: dict[tuple[str, ...], ColumnFinding],
    speech: Words,
    today: date,
    held: Dossier | None,
) -> Row:
    v = violation
    column = None
    if v.kind in COLUMN_KINDS:
        column = columns.get((v.site_id, v.url, v.subject)) or columns.get((v.site_id, v.url))
        if column and (column.limit_days, column.newest) != (v.limit_days, v.newest):
            column = None  # another column under the same address: its newest item would be false evidence
    limit = speech.limit(column.limit if column else None, v.limit_days)
    case = held.cases.get(v.key) if held else None
    return Row(
        violation=v,
        column=column,
        limit=limit,
        seen_days=max(0, (today - v.first_seen).days),
        case=case if case and case.is_open else None,
    )


def _unknown(columns: Iterable[ColumnFinding], speech: Words) -> tuple[tuple[str, tuple[ColumnFinding, ...]], ...]:
    groups: dict[str, list[ColumnFinding]] = defaultdict(list)
    for column in columns:
        if column.verdict is ColumnVerdict.UNKNOWN:
            groups["other" if column.reading is None else column.reading.value].append(column)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple((speech.say(f"reading.{reason}"), tuple(group)) for reason, group in ranked)
