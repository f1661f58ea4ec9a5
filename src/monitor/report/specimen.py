"""Made-up reports on which an office's own templates are tried: a day with every kind of finding, and a day without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

from monitor.model import (
    FOLLOW_UPS,
    Case,
    Change,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Envelope,
    Event,
    Evidence,
    Fixed,
    Kind,
    Link,
    LinkFinding,
    LinkState,
    Notice,
    Parent,
    Passage,
    Period,
    Point,
    Reading,
    Report,
    Result,
    RuleFinding,
    RulePack,
    RuleVerdict,
    RunInfo,
    Sheet,
    SiteFinding,
    Span,
    Stage,
    Standing,
    Step,
    Subject,
    Unit,
    Violation,
)

_DAY = date(2026, 11, 23)
_URL = "http://www.example.gov.cn/"
_OFFICE = Unit(id="office", name="示例市人民政府办公室", contacts=("office@example.gov.cn",))
_UNIT = Unit(id="water", name="示例市水务局", contacts=("water@example.gov.cn",), within="office")
_DAYS = {Kind.STALE_COLUMN: 200}


def specimens(language: str, rules: RulePack | None) -> Iterator[Report]:
    """Made-up reports, judged by the office's own rules: all that can be found, a run that is held, a day without."""
    full = _full(language, rules)
    yield full
    yield replace(full, run=replace(full.run, complete=False, held="no canary answers"), before=None)
    yield replace(
        full,
        violations=(),
        fixed=(),
        links=(),
        columns=tuple(c for c in full.columns if c.verdict is ColumnVerdict.FRESH),
        sites=full.sites[1:2],
        sheets=full.sheets[1:2],
        run=replace(full.run, sites_checked=1, sites_total=1),
    )


def envelopes(report: Report) -> Iterator[Envelope]:
    """Mails about notices: a notice on what a made-up report found, and what may follow it, one for each who hears."""
    violations = report.violations
    yield _envelope(_passage(violations, [Step.ISSUED] * len(violations)))
    found = list(zip(FOLLOW_UPS, cycle(violations), strict=False))
    below = _passage([violation for _, violation in found], FOLLOW_UPS)
    yield _envelope(below, replace(below, above=True), replace(below, stands_in=True))


def _envelope(*passages: Passage) -> Envelope:
    return Envelope(recipient=_UNIT.contacts[0], passages=passages)


def _passage(violations: Sequence[Violation], steps: Sequence[Step]) -> Passage:
    at = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
    notice = Notice(
        number="〔2026〕3号", year=2026, serial=3, unit=_UNIT.id, unit_name=_UNIT.name, issued_at=at,
        issued_on=_DAY, due=_DAY + timedelta(days=7), points=len(steps),
    )  # fmt: skip
    points = tuple(
        _point(number, violation, step, at)
        for number, (violation, step) in enumerate(zip(violations, steps, strict=True), 1)
    )
    return Passage(notice=notice, points=points, unit=_UNIT)


def _point(number: int, violation: Violation, step: Step, at: datetime) -> Point:
    due = _DAY + timedelta(days=7)
    evidence = Evidence(
        site_name=violation.site_name, site_url=violation.site_url, site_code=violation.site_code,
        unit_name=violation.unit.name, column_class=violation.klass.value if violation.klass else "",
        newest=violation.newest, days_since_update=violation.days_since_update, limit_days=violation.limit_days,
        days_over=violation.days_over, sentence=violation.evidence, first_seen=violation.first_seen,
        reach=violation.reach, day=_DAY, found_on=violation.found_on,
    )  # fmt: skip
    case = Case(
        site=violation.site_id, kind=violation.kind.value, url=violation.url, unit=_UNIT.id, subject=violation.subject,
        stage=Stage.ISSUED, observed_at=at, changed_at=at, notice="〔2026〕3号", point=number, issued_on=_DAY, due=due,
        evidence=evidence, times=1 + number % 2,
    )  # fmt: skip
    event = Event(
        site=case.site, kind=case.kind, url=case.url, step=step, at=at, day=_DAY, who="王五", why="机构改革",
        notice=case.notice, point=number, due=due, until=due,
    )  # fmt: skip
    return Point(event=event, case=case)


def _full(language: str, rules: RulePack | None) -> Report:
    violations = tuple(_violation(rank, kind) for rank, kind in enumerate(Kind, 1))
    undated = replace(violations[0], rank=len(violations) + 1, url=f"{_URL}undated/", days_since_update=None)
    sites = tuple(_site(name) for name in ("violations", "ok", "unreachable"))
    return Report(
        run=RunInfo(
            id="2026-11-23-1",
            started_at=datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
            finished_at=datetime(2026, 11, 23, 3, 5, tzinfo=UTC),
            today=_DAY,
            complete=True,
            sites_checked=2,
            sites_total=3,
            language=language,
        ),
        office=_OFFICE.name,
        violations=(*violations, replace(undated, newest=None, days_over=None)),
        fixed=(_fixed(),),
        columns=tuple(_column(verdict) for verdict in ColumnVerdict),
        links=tuple(_link(state) for state in LinkState if state is not LinkState.ALIVE),
        sites=sites,
        rules=rules,
        sheets=tuple(_sheet(site, rules) for site in sites) if rules else (),
        units=(_OFFICE, _UNIT),
        before=_before(sites, rules) if rules else None,
    )


def _violation(rank: int, kind: Kind) -> Violation:
    age = _DAYS.get(kind)
    return Violation(
        rank=rank,
        site_id="violations",
        site_name="示例市水务局网站",
        site_url=_URL,
        site_code="2302000001",
        unit=_UNIT,
        kind=kind,
        subject="通知公告",
        url=f"{_URL}{rank}/",
        days_since_update=age,
        limit_days=184 if age else None,
        days_over=age - 184 if age else None,
        newest=_DAY - timedelta(days=age) if age else None,
        klass=ColumnClass.B if age else None,
        evidence="404 Not Found, looked at 2 times",
        first_seen=_DAY if rank % 2 else _DAY - timedelta(days=30),
        change=Change.NEW if rank % 2 else Change.STILL,
        reach=rank,
        found_on=(Parent(url=f"{_URL}from/", text="更多"),),
        notice=None if rank % 2 else "〔2026〕3号",
    )


def _column(verdict: ColumnVerdict) -> ColumnFinding:
    known = verdict not in (ColumnVerdict.BLANK, ColumnVerdict.UNKNOWN)
    return ColumnFinding(
        site_id="violations",
        name="通知公告",
        url=f"{_URL}{verdict.value.replace(' ', '-')}/",
        klass=ColumnClass.B,
        limit=Span(months=6),
        limit_days=184,
        newest=_DAY - timedelta(days=180) if known else None,
        age_days=180 if known else None,
        verdict=verdict,
        evidence="2026-05-27 (list row 1)",
        newest_title="关于做好防汛工作的通知" if known else "",
        newest_url=f"{_URL}a/" if known else "",
        reading=Reading.SCRIPT if verdict is ColumnVerdict.UNKNOWN else None,
    )


def _link(state: LinkState) -> LinkFinding:
    found_on = (Parent(url=_URL, text="友情链接"),)
    link = Link(
        url=f"{_URL}{state.value}",
        state=state,
        reason="HTTP 404",
        status=404,
        final_url=f"{_URL}{state.value}",
        found_on=found_on,
        reach=2,
    )
    return LinkFinding(site_id="violations", link=link, first_seen=_DAY)


def _site(verdict: str) -> SiteFinding:
    return SiteFinding(
        id=verdict,
        name="示例市水务局网站",
        unit=_UNIT if verdict == "violations" else _OFFICE,
        url=_URL,
        verdict=verdict,
        pages=120,
        links=900,
        seconds=60.0,
        fresh=3,
        due_soon=1,
        stale=1,
        blank=1,
        unknown=1,
        not_judged=("12 pages not read: disallowed by robots.txt",) if verdict == "violations" else (),
        reason="timed out" if verdict == "unreachable" else "",
        certificate_ends=_DAY + timedelta(days=9),
        recalled=40,
        code="2302000001",
    )


def _sheet(site: SiteFinding, rules: RulePack) -> Sheet:
    """Every rule with some verdict, each verdict by turns; at the site without findings all are kept."""
    turns = cycle((RuleVerdict.PASS,) if site.verdict == "ok" else RuleVerdict)
    findings = tuple(
        RuleFinding(
            rule=rule,
            verdict=verdict,
            evidence="3 of 10 columns not updated",
            subjects=(Subject(name="通知公告", url=f"{_URL}1/", said="200 days"),),
            points=rule.points if verdict is RuleVerdict.BREACH else 0.0,
        )
        for rule, verdict in zip(rules.rules, turns, strict=False)
    )
    result = Result.PASS if site.verdict == "ok" else Result.FAIL
    score = rules.total if site.verdict == "ok" and rules.total else None
    return Sheet(site_id=site.id, pack_id=rules.id, findings=findings, result=result, score=score)


def _before(sites: tuple[SiteFinding, ...], rules: RulePack) -> Period:
    standings = tuple(Standing(site_id=site.id, result=Result.OPEN, score=None, violations=2) for site in sites)
    return Period(day=_DAY - timedelta(days=7), pack_id=rules.id, standings=standings)


def _fixed() -> Fixed:
    return Fixed(
        site_id="violations",
        site_name="示例市水务局网站",
        kind=Kind.DEAD_LINK,
        subject="旧通知",
        url=f"{_URL}gone/",
        first_seen=_DAY - timedelta(days=12),
    )
