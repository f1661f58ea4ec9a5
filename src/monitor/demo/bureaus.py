"""More departments: files, redirects, blanks and dates that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from monitor.demo import files, words
from monitor.demo.column import anchor, blank, column, on_top, undated
from monitor.demo.plan import Answer, Draft, Entry, Innocent, Plant, back, months_back
from monitor.demo.shell import CLOCK, OPENING
from monitor.demo.tagged import TAGGED
from monitor.demo.trs import TRS


def land(today: date) -> Draft:
    """自然资源局: attachments, living and dead."""
    names = ("plan.pdf", "form.doc", "table.xlsx", "all.zip", "gone.pdf", "gone.xls", "empty.pdf", "excuse.doc")
    links = {n: anchor(f"/upload/{name}", f"附件：{name}") for n, name in enumerate(names)}
    return Draft(
        id="zrj",
        name="示例市自然资源局",
        unit="市自然资源局",
        code="9901000016",
        make=TAGGED,
        today=today,
        color="#5b6b1f",
        sections=(
            column("/tdcr/", "土地出让公告", "B", back(today, 22), "fresh", "newest 22 days old", extras=links),
            column("/gzdt/", "工作动态", "A", back(today, 9), "fresh", "newest 9 days old"),
            column(
                "/gfxwj/", "规范性文件", "B", months_back(today, 30), "stale", "newest 30 months old, limit 6 months"
            ),
        ),
        answers={
            "/upload/plan.pdf": files.PDF,
            "/upload/form.doc": files.WORD,
            "/upload/table.xlsx": files.SHEET,
            "/upload/all.zip": files.ARCHIVE,
            "/upload/empty.pdf": files.NOTHING,
            "/upload/excuse.doc": files.EXCUSE,
        },
        plants=(
            Plant(href="/upload/gone.pdf", states=("dead",), reason="404 for an attachment"),
            Plant(href="/upload/gone.xls", states=("dead",), reason="404 for an attachment"),
            Plant(href="/upload/empty.pdf", states=("dead", "suspicious", "unverified"), reason="a file of 0 bytes"),
            Plant(
                href="/upload/excuse.doc",
                states=("dead", "suspicious"),
                reason="an error page with 200 in place of a file",
            ),
        ),
        innocents=tuple(Innocent(href=f"/upload/{n}", why="a living attachment") for n in names[:4]),
    )


def housing(today: date) -> Draft:
    """住建局: redirects of every kind, a column that leads to its first child, one that leaves the city."""

    def to(place: str, status: int = 302) -> Answer:
        return Answer(status=status, headers=(("Location", place),))

    def by_meta(place: str) -> Answer:
        refresh = f'<meta http-equiv="refresh" content="0;url={place}">'
        return Answer(body=f"{OPENING}{refresh}<title>跳转</title></head><body></body></html>".encode())

    names = ("/go/moved.html", "/go/found.html", "/go/meta.html", "/go/loop.html", "/go/nowhere.html", "/go/other.html")
    links = {n: anchor(name, f"链接{n + 1}") for n, name in enumerate(names)}
    return Draft(
        id="zjj",
        name="示例市住房和城乡建设局",
        unit="市住房和城乡建设局",
        code="9901000017",
        make=TRS,
        today=today,
        color="#a0522d",
        top='<a href="/zwgk/">政务公开</a><a href="/zwfw/">政务服务</a><a href="/gzdt">工作动态</a>',
        sections=(
            column("/gzdt/", "工作动态", "A", back(today, 3), "fresh", "newest 3 days old", extras=links),
            column("/zwgk/tzgg/", "通知公告", "B", back(today, 27), "fresh", "newest 27 days old"),
            column(
                "/zwgk/zcjd/", "政策解读", "B", months_back(today, 8), "stale", "newest 8 months old, limit 6 months"
            ),
        ),
        answers={
            "/zwgk/": by_meta("/zwgk/tzgg/"),
            "/zwfw/": to("http://outside.test/zwfw/"),
            "/go/moved.html": to("/gzdt/", 301),
            "/go/found.html": to("../zwgk/tzgg/"),
            "/go/meta.html": by_meta("/gzdt/"),
            "/go/loop.html": to("/go/again.html"),
            "/go/again.html": to("/go/loop.html"),
            "/go/nowhere.html": to("/gone/for/good.html", 301),
            "/go/other.html": to("http://www.test/zwyw/"),
        },
        plants=(
            Plant(href="/go/loop.html", states=("dead",), reason="an endless redirect"),
            Plant(href="/go/nowhere.html", states=("dead",), reason="redirected to a 404"),
        ),
        innocents=(
            Innocent(href="/zwgk/", why="leads to its first child by meta refresh"),
            Innocent(href="/zwfw/", why="leads to another host: not ours to age"),
            Innocent(href="/go/moved.html", why="301 to a living page"),
            Innocent(href="/go/found.html", why="302 to a living page, relative"),
            Innocent(href="/go/meta.html", why="meta refresh to a living page"),
            Innocent(href="/go/other.html", why="302 to a living page of the city's portal"),
        ),
    )


def justice(today: date) -> Draft:
    """司法局: blank columns of both sorts, and lists without a date, under a clock that runs."""
    rules = column("/zcfg/", "政策法规", "B", today, "unknown", "")
    plans = column("/ghjh/", "规划计划", "C", today, "unknown", "")
    return Draft(
        id="sfj",
        name="示例市司法局",
        unit="市司法局",
        code="9901000018",
        make=TRS,
        today=today,
        listed=True,
        color="#6b1f3a",
        footer=CLOCK,
        sections=(
            column(
                "/gzdt/",
                "工作动态",
                "A",
                back(today, 15),
                "stale",
                "newest 15 days old, limit 14; only the clock is of today",
            ),
            blank("/mtbd/", "媒体报道", "A", '<p class="none">暂无内容</p>'),
            blank("/zbgg/", "招标公告", "B", ""),
            undated(rules, "no date in the list nor in its articles"),
            replace(
                undated(plans, "no date found, and sites.yaml says that such a list is stale", "stale"), undated="stale"
            ),
            column("/tzgg/", "通知公告", "B", back(today, 5), "fresh", "newest 5 days old"),
        ),
    )


def labour(today: date) -> Draft:
    """人社局: dates that are none, pinned rows, dates in the future, and headers that lie."""
    pinned = Entry(title="关于养老保险政策的长期公告", day=months_back(today, 40), mark="[置顶]")
    typo = Entry(title="公务员招考面试公告", day=date(today.year + 36, today.month, min(today.day, 28)))
    meeting = Entry(title="专场招聘会预告", day=today + timedelta(days=9))
    school = tuple(
        Entry(title=f"{y - 1}-{y}学年度{words.TOPICS[y % 20]}奖励名单", day=back(today, 70 + 30 * n))
        for n, y in enumerate(range(today.year, today.year - 5, -1))
    )
    return Draft(
        id="rsj",
        name="示例市人力资源和社会保障局",
        unit="市人力资源和社会保障局",
        code="9901000019",
        make=TRS,
        today=today,
        listed=True,
        color="#225588",
        footer=f"{CLOCK}　{words.VISITORS}",
        touched=True,
        sections=(
            on_top(
                column(
                    "/gzdt/", "工作动态", "A", back(today, 2), "fresh", "newest 2 days old, below an old pinned row"
                ),
                pinned,
            ),
            on_top(
                column(
                    "/zkxx/",
                    "公务员招考",
                    "C",
                    months_back(today, 15),
                    "stale",
                    "newest credible date 15 months old; a row of the future stands above",
                ),
                typo,
            ),
            on_top(
                column("/zpxx/", "招聘公告", "C", back(today, 20), "fresh", "newest credible date 20 days old"), meeting
            ),
            replace(column("/rsxx/", "人事信息", "C", back(today, 70), "fresh", "newest 70 days old"), entries=school),
            column(
                "/mtjj/",
                "媒体聚焦",
                "A",
                back(today, 40),
                "stale",
                "newest 40 days old, whatever the clock and Last-Modified say",
            ),
        ),
        innocents=(
            Innocent(href="/gzdt/", why="an old row is pinned above fresh ones"),
            Innocent(href="/zpxx/", why="a row of the future does not make it stale"),
        ),
    )
