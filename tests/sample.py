"""Reports to lay out: a made-up city of twelve sites, an all-well day, a broken-off run, hostile text, a large fleet,
and notices in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from monitor.model import (
    Case,
    Change,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Docket,
    Event,
    Evidence,
    Fixed,
    Kind,
    Link,
    LinkFinding,
    LinkState,
    Notice,
    Parent,
    Place,
    Reading,
    Report,
    RunInfo,
    SiteFinding,
    Span,
    Stage,
    Step,
    Unit,
    Violation,
)

TODAY = date(2026, 11, 23)
ZONE = timezone(timedelta(hours=8))
NAMES = "水务局 教育局 财政局 民政局 交通运输局 自然资源局 卫生健康局 农业农村局 文化旅游局 应急管理局 统计局 司法局".split()  # noqa: SIM905 - a list of words reads best as words
LIMITS = {ColumnClass.A: (Span(days=14), 14), ColumnClass.B: (Span(months=6), 184), ColumnClass.C: (Span(years=1), 365)}


def unit(number: int) -> Unit:
    return Unit(id=f"unit-{number:02d}", name=f"云川市{NAMES[number % 12]}", contacts=(f"web{number}@unit.example",))


def address(number: int, path: str = "/") -> str:
    return f"http://dept{number:02d}.example{path}"


def column(number: int, name: str, klass: ColumnClass, age: int | None, **more: object) -> ColumnFinding:
    limit, days = LIMITS[klass]
    newest = None if age is None else TODAY - timedelta(days=age)
    verdict = ColumnVerdict.UNKNOWN
    if age is not None:
        verdict = ColumnVerdict.STALE if age >= days else ColumnVerdict.FRESH
    values: dict[str, object] = {
        "site_id": f"dept{number:02d}",
        "name": name,
        "url": address(number, f"/list/{len(name)}{klass.value.lower()}/"),
        "klass": klass,
        "limit": limit,
        "limit_days": days,
        "newest": newest,
        "age_days": age,
        "verdict": verdict,
        "evidence": "" if newest is None else f"列表第1行日期“{newest.isoformat()}”",
        "newest_title": "" if newest is None else f"关于做好{newest.year}年度有关工作的通知",
        "newest_url": "" if newest is None else address(number, f"/a/{newest:%Y%m}/1.html"),
    }
    return ColumnFinding(**(values | more))  # type: ignore[arg-type]


def accuse(found: ColumnFinding, number: int, first_seen: date, change: Change = Change.STILL) -> Violation:
    over = None if found.age_days is None or found.limit_days is None else found.age_days - found.limit_days
    since = (
        "" if found.newest is None else f"自{found.newest.year}年{found.newest.month}月{found.newest.day}日以来未更新"
    )
    sentence = f"“{found.name}”栏目{since}，截至监测时间点已{found.age_days}天，超期{over}天；{found.evidence}"
    return violation(
        number,
        Kind.STALE_COLUMN if found.newest else Kind.BLANK_COLUMN,
        found.name,
        found.url,
        sentence if found.newest else "栏目列表存在，但没有任何条目",
        first_seen=first_seen,
        change=change,
        days_since_update=found.age_days,
        limit_days=found.limit_days,
        days_over=over,
        newest=found.newest,
        klass=found.klass,
    )


def violation(number: int, kind: Kind, subject: str, url: str, evidence: str, **more: object) -> Violation:
    values: dict[str, object] = {
        "rank": 1,
        "site_id": f"dept{number:02d}",
        "site_name": f"云川市{NAMES[number % 12]}网站",
        "site_url": address(number),
        "site_code": f"23020000{number:02d}",
        "unit": unit(number),
        "kind": kind,
        "subject": subject,
        "url": url,
        "days_since_update": None,
        "limit_days": None,
        "days_over": None,
        "newest": None,
        "klass": None,
        "evidence": evidence,
        "first_seen": TODAY,
        "change": Change.NEW,
    }
    return Violation(**(values | more))  # type: ignore[arg-type]


def ranked(violations: list[Violation]) -> tuple[Violation, ...]:
    ordered = sorted(violations, key=lambda v: (-(v.days_since_update or -1), -v.reach))
    return tuple(replace(v, rank=rank) for rank, v in enumerate(ordered, 1))


def run(**more: object) -> RunInfo:
    values: dict[str, object] = {
        "id": "2026-11-23-0500-7f3a",
        "started_at": datetime(2026, 11, 23, 5, 0, 12, tzinfo=ZONE),
        "finished_at": datetime(2026, 11, 23, 5, 41, 3, tzinfo=ZONE),
        "today": TODAY,
        "complete": True,
        "sites_checked": 11,
        "sites_total": 12,
    }
    return RunInfo(**(values | more))  # type: ignore[arg-type]


def site(number: int, verdict: str = "ok", **more: object) -> SiteFinding:
    values: dict[str, object] = {
        "id": f"dept{number:02d}",
        "name": f"云川市{NAMES[number % 12]}网站",
        "unit": unit(number),
        "url": address(number),
        "verdict": verdict,
        "pages": 210 + number,
        "links": 3120 + number,
        "seconds": 61.5,
        "fresh": 4,
        "due_soon": 0,
        "stale": 0,
        "blank": 0,
        "unknown": 0,
        "not_judged": (),
    }
    return SiteFinding(**(values | more))  # type: ignore[arg-type]


def city() -> Report:
    """An ordinary morning: stale, blank, unknown and due columns, dead links, one site down, three things fixed."""
    stale = [
        (column(0, "政务公开 > 通知公告", ColumnClass.B, 1029), date(2026, 5, 4), Change.STILL),
        (column(3, "工作动态", ColumnClass.A, 412), date(2026, 6, 11), Change.STILL),
        (column(4, "信息公开 > 规划计划", ColumnClass.C, 398), date(2026, 11, 20), Change.STILL),
        (
            column(
                1,
                "关于进一步优化营商环境深化“放管服”改革推进政务服务标准化规范化便利化工作专题 > 政策文件",
                ColumnClass.B,
                201,
                newest_title="云川市教育局关于印发《2026年全市义务教育阶段学校招生入学工作实施方案》及有关配套办法（修订）的通知",
            ),
            date(2026, 11, 6),
            Change.STILL,
        ),
        (column(0, "工作动态", ColumnClass.A, 31), date(2026, 11, 6), Change.STILL),
        (column(6, "健康要闻", ColumnClass.A, 14), TODAY, Change.NEW),
        (
            column(7, "Agricultural news", ColumnClass.A, 15, newest_title="Spring wheat sown on 40,000 hectares"),
            TODAY,
            Change.NEW,
        ),
    ]
    blank = column(5, "公示公告", ColumnClass.B, None, verdict=ColumnVerdict.BLANK, evidence="列表存在，没有条目")
    unknown = [
        column(2, "财政数据", ColumnClass.C, None, reading=Reading.SCRIPT, evidence="页面没有行，由脚本填充"),
        column(8, "文旅动态", ColumnClass.A, None, reading=Reading.NO_DATES, evidence="共20行，均无日期"),
        column(9, "安全提示", ColumnClass.A, None, reading=Reading.NO_DATES, evidence="共15行，均无日期"),
        column(10, "数据发布", ColumnClass.C, None, reading=Reading.WALL, evidence="HTTP 403"),
    ]
    soon = [
        column(2, "工作动态", ColumnClass.A, 12, verdict=ColumnVerdict.DUE_SOON),
        column(9, "应急要闻", ColumnClass.A, 11, verdict=ColumnVerdict.DUE_SOON),
    ]
    fresh = [column(n, f"通知公告{n}", ColumnClass.B, 3 + n) for n in range(11) for _ in range(2)]
    footer = Parent(url=address(3, "/index.html"), text="县区民政部门", place=Place.FOOTER)
    dead = [
        violation(3, Kind.DEAD_LINK, "县区民政部门", "http://old-county.example/mz/", "HTTP 404，两次查看均如此", reach=170,
                  found_on=tuple(replace(footer, url=address(3, f"/p/{n}.html")) for n in range(5)), first_seen=date(2026, 9, 1), change=Change.STILL),
        violation(1, Kind.DEAD_LINK, "招生计划附件下载", address(1, "/files/2025/plan.doc"), "HTTP 404，两次查看均如此",
                  found_on=(Parent(url=address(1, "/a/202503/77.html"), text="附件：招生计划.doc"),)),
        violation(8, Kind.SUSPICIOUS_LINK, "景区预订", "http://scenic-booking.example/", "域名已转给其他主体，页面为无关广告", reach=3,
                  found_on=(Parent(url=address(8, "/fw/"), text=""),)),
        violation(11, Kind.UNREACHABLE_SITE, "网站首页", address(11), "5 次访问均超时（15 秒），间隔共 40 分钟"),
        violation(9, Kind.TLS_FAULT, "网站证书", address(9), "证书已于 2026-11-01 到期"),
    ]  # fmt: skip
    links = [
        LinkFinding(site_id=v.site_id, first_seen=v.first_seen, link=Link(
            url=v.url, state=LinkState.DEAD if v.kind is Kind.DEAD_LINK else LinkState.SUSPICIOUS, reason=v.evidence,
            status=404, final_url=v.url, found_on=v.found_on, reach=v.reach)) for v in dead[:3]
    ]  # fmt: skip
    walled = Link(url="http://province.example/", state=LinkState.UNVERIFIED, reason="HTTP 412，拒绝自动访问", status=412,
                  final_url="http://province.example/", found_on=(footer,), reach=88)  # fmt: skip
    accused = [accuse(c, int(c.site_id[4:]), day, change) for c, day, change in stale]
    accused.append(accuse(blank, 5, date(2026, 10, 12)))
    bad = {v.site_id for v in [*accused, *dead]}
    sites = [site(n, "violations" if f"dept{n:02d}" in bad else "ok") for n in range(11)]
    sites[4] = replace(sites[4], not_judged=("页面数达到上限 2000，其余 340 个地址未看",))
    sites.append(site(11, "unreachable", reason="连接超时", pages=0, links=0, fresh=0))
    return Report(
        run=run(),
        office="云川市人民政府办公室",
        violations=ranked(accused + dead),
        fixed=(
            Fixed(site_id="dept02", site_name="云川市财政局网站", kind=Kind.STALE_COLUMN, subject="通知公告", url=address(2, "/tz/"), first_seen=date(2026, 10, 30)),
            Fixed(site_id="dept06", site_name="云川市卫生健康局网站", kind=Kind.DEAD_LINK, subject="预约挂号", url=address(6, "/gh/"), first_seen=date(2026, 11, 9)),
        ),
        columns=(*(c for c, _, _ in stale), blank, *unknown, *soon, *fresh),
        links=(*links, LinkFinding(site_id="dept03", link=walled, first_seen=TODAY)),
        sites=tuple(sites),
    )  # fmt: skip


def well() -> Report:
    """A day without a finding."""
    return Report(
        run=run(sites_checked=12),
        office="云川市人民政府办公室",
        violations=(),
        fixed=(),
        columns=tuple(column(n, "通知公告", ColumnClass.B, 5) for n in range(12)),
        links=(),
        sites=tuple(site(n) for n in range(12)),
    )


def broken_off() -> Report:
    """The city with a run that was stopped early and is held back."""
    whole = city()
    sites = (*whole.sites[:9], *(replace(s, verdict="not looked at", reason="运行被中断") for s in whole.sites[9:]))
    return replace(
        whole, run=run(complete=False, sites_checked=9, held="比上次多出 412 个超期栏目，疑为监测程序故障"), sites=sites
    )


NASTY = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '"><a href="javascript:alert(3)">x</a>',
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    "=?utf-8?b?QmNjOiBldmlsQGV2aWwuZXhhbXBsZQ==?=",
    "x\r\nBcc: evil@evil.example",
    "x\u2028y\u202egnp.exe\u200b\ufeff",
    "\x1b[2J\x07\x00\x9b31m",
    "{{ 7*7 }}{% raw %}{0.__class__}{n}%(x)s",
    "\ud800lone",
    "</title></style></script>]]>-->",
    "../../etc/passwd",
    "长" * 3000,
)  # fmt: skip


def hostile(text: str) -> Report:
    """The city with one hostile string wherever a stranger's text can stand."""
    whole = city()
    body = Unit(id=text[:300], name=text, contacts=(text[:100],))
    return replace(
        whole,
        run=replace(whole.run, held=text, id=text[:200]),
        office=text,
        violations=tuple(
            replace(v, site_name=text, site_code=text, site_url=text, unit=body, subject=text, url=text, evidence=text, notice=text,
                    found_on=(Parent(url=text, text=text, place=Place.HIDDEN),)) for v in whole.violations
        ),
        fixed=tuple(replace(f, site_name=text, subject=text, url=text) for f in whole.fixed),
        columns=tuple(replace(c, name=text, url=text, evidence=text, newest_title=text, newest_url=text) for c in whole.columns),
        links=tuple(replace(f, link=replace(f.link, url=text, reason=text, final_url=text)) for f in whole.links),
        sites=tuple(replace(s, name=text, unit=body, url=text, not_judged=(text,), reason=text) for s in whole.sites),
    )  # fmt: skip


def fleet(sites: int, each: int) -> Report:
    """A large fleet: `each` violations on every site, one unit a site, long words."""
    accused: list[Violation] = []
    columns: list[ColumnFinding] = []
    for number in range(sites):
        for nth in range(each):
            found = column(
                number, f"政务公开 > 法定主动公开内容 > 第{nth}类通知公告与政策文件", ColumnClass.B, 190 + number + nth
            )
            found = replace(found, url=address(number, f"/zwgk/{nth}/"), newest_title="关于印发有关工作方案的通知" * 6)
            columns.append(found)
            one = accuse(found, number, TODAY - timedelta(days=nth))
            accused.append(replace(one, evidence=one.evidence * 4, unit=replace(one.unit, id=f"unit-{number:04d}")))
    return Report(
        run=run(sites_checked=sites, sites_total=sites),
        office="云川市人民政府办公室",
        violations=ranked(accused),
        fixed=(),
        columns=tuple(columns),
        links=(),
        sites=tuple(site(n, "violations", unit=replace(unit(n), id=f"unit-{n:04d}")) for n in range(sites)),
    )


def at(day: date, hour: int = 5) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 41, tzinfo=ZONE)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def point(found: Violation, told: date, **more: object) -> Case:
    """The case of a violation in a notice of a day; its deadline is a week later."""
    over = found.days_over if found.days_over is None else max(0, found.days_over - (TODAY - told).days)
    silent = found.days_since_update
    kept = Evidence(
        site_name=found.site_name,
        site_url=found.site_url,
        site_code=found.site_code,
        unit_name=found.unit.name,
        column_class=found.klass.value if found.klass else "",
        newest=found.newest,
        days_since_update=None if silent is None else max(0, silent - (TODAY - told).days),
        limit_days=found.limit_days,
        days_over=over,
        sentence=found.evidence,
        first_seen=min(found.first_seen, told),
        reach=found.reach,
        day=told,
        limit=LIMITS[found.klass][0] if found.klass in LIMITS else None,
        found_on=found.found_on,
    )
    values: dict[str, object] = {
        "site": found.site_id,
        "kind": found.kind.value,
        "url": found.url,
        "unit": found.unit.id,
        "subject": found.subject,
        "stage": Stage.ISSUED,
        "observed_at": at(told - timedelta(days=1)),
        "changed_at": at(told),
        "issued_on": told,
        "due": told + timedelta(days=7),
        "evidence": kept,
        "times": 1,
    }
    return Case(**(values | more))  # type: ignore[arg-type]


def reply(case: Case, step: Step, day: date, why: str, who: str = "王五", **more: object) -> Event:
    return Event(
        site=case.site, kind=case.kind, url=case.url, step=step, at=at(day, 9), day=day, who=who, why=why,
        notice=case.notice, point=case.point, **more,  # type: ignore[arg-type]
    )  # fmt: skip


OPEN_WAYS: tuple[tuple[int, dict[str, object]], ...] = (
    (33, {"escalated": True, "reminded": 10}),
    (12, {"acknowledged_at": at(ago(11))}),
    (0, {}),
    (13, {"claimed_at": at(ago(1)), "acknowledged_at": at(ago(10))}),
    (9, {"disputed": True, "paused_on": ago(7)}),
    (20, {"waived_until": TODAY + timedelta(days=5), "paused_on": ago(15)}),
    (1, {"times": 2}),
)  # fmt: skip
"""How a violation that stands may stand with its notice: told so many days ago, and what happened since."""
GONE_WAYS: tuple[tuple[int, dict[str, object]], ...] = (
    (6, {"good_since": at(ago(1))}),
    (10, {"suspended": True, "paused_on": ago(6)}),
    (40, {"stage": Stage.CLOSED, "good_since": at(ago(36)), "closed_at": at(ago(35)), "closed_on": ago(35)}),
    (40, {"stage": Stage.CLOSED, "good_since": at(ago(22)), "closed_at": at(ago(21)), "closed_on": ago(21)}),
    (130, {"stage": Stage.CLOSED, "good_since": at(ago(118)), "closed_at": at(ago(117)), "closed_on": ago(117)}),
    (25, {"stage": Stage.CLOSED, "closed_at": at(ago(20)), "closed_on": ago(20)}),
    (40, {"stage": Stage.WITHDRAWN, "closed_at": at(ago(30)), "closed_on": ago(30)}),
)  # fmt: skip
"""How one may stand that is gone."""


def noticed(report: Report, numbers: str = "云政网监〔{year}〕{n}号") -> Report:
    """The report with notices in every state there is; what is new today has none yet."""
    told: dict[tuple[str, str, str], Violation] = {}
    cases: list[Case] = []
    for nth, v in enumerate(v for v in report.violations if v.change is not Change.NEW):
        days, way = OPEN_WAYS[nth % len(OPEN_WAYS)]
        told[v.key] = replace(v, first_seen=min(v.first_seen, ago(days + 1)))
        cases.append(point(told[v.key], ago(days), **way))
        days, way = GONE_WAYS[nth % len(GONE_WAYS)]
        cases.append(point(replace(v, url=v.url + "gone/", subject=f"{v.subject}（二）"), ago(days), **way))
    groups: dict[tuple[date, str], list[Case]] = {}
    for case in sorted(cases, key=lambda case: (case.issued_on or TODAY, case.unit)):
        groups.setdefault((case.issued_on or TODAY, case.unit), []).append(case)
    names = {v.unit.id: v.unit.name for v in report.violations}
    notices: list[Notice] = []
    pointed: list[Case] = []
    for n, ((day, unit_id), of_it) in enumerate(groups.items(), 1):
        number = numbers.format(year=day.year, n=n)
        notices.append(
            Notice(number=number, year=day.year, serial=n, unit=unit_id, unit_name=names[unit_id], issued_at=at(day),
                   issued_on=day, due=day + timedelta(days=7), points=len(of_it))
        )  # fmt: skip
        pointed += [replace(case, notice=number, point=p) for p, case in enumerate(of_it, 1)]
    open_now = {case.key: case.notice for case in pointed if case.is_open}
    docket = Docket(
        notices=tuple(reversed(notices)),
        cases=tuple(pointed),
        issued=tuple(case for case in pointed if case.issued_on == TODAY),
        replies=tuple(event for case in pointed for event in _replies(case)),
        problems=("the working days of 2027 are not known yet: update the package chinesecalendar, or list that year's"
                  " days off under notices: years: in sites.yaml",),
    )  # fmt: skip
    violations = tuple(replace(told.get(v.key, v), notice=open_now.get(v.key)) for v in report.violations)
    return replace(report, violations=violations, docket=docket)


def _replies(case: Case) -> list[Event]:
    said: list[Event] = []
    if case.acknowledged_at:
        said.append(reply(case, Step.ACKNOWLEDGED, case.acknowledged_at.date(), "签收单"))
    if case.claimed_at:
        said.append(reply(case, Step.CLAIMED, case.claimed_at.date(), "已补发三条信息，见栏目首页"))
    if case.disputed and case.paused_on:
        said.append(reply(case, Step.DISPUTED, case.paused_on, "栏目已并入“政务公开”，旧地址自动跳转"))
    if case.waived_until and case.paused_on:
        said.append(reply(case, Step.WAIVED, case.paused_on, "机构改革，网站迁移中", "李四", until=case.waived_until))
    if case.stage is Stage.WITHDRAWN and case.closed_on:
        said.append(reply(case, Step.WITHDRAWN, case.closed_on, "监测时页面正在改版，属误报", "李四"))
    if case.stage is Stage.CLOSED and case.good_since is None and case.closed_on:
        said.append(reply(case, Step.CLOSED, case.closed_on, "现场核查，已整改", "李四"))
    return said
