"""The city's own portal, the hosts outside the city, and the portals that do not open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.demo import shell
from monitor.demo.column import anchor, column, plain
from monitor.demo.foreign import ENGLISH, RUSSIAN
from monitor.demo.plan import Answer, Draft, Innocent, Leaf, Plant, Section, back, base, months_back
from monitor.demo.trs import TRS

_TOP = (
    '<a href="http://outside.test/">示例省人民政府</a><a href="/en/">English</a><a href="/ru/">Русская версия</a>'
    '<a href="http://outside.test/living.html">市人大</a>'
)


def portal(today: date, departments: tuple[Draft, ...]) -> Draft:
    """示例市人民政府: TRS make, with an English and a Russian edition, and links to every department."""
    friends = "　".join(shell.link(base(d.id) + "/", d.name) for d in departments)
    return Draft(
        id="www",
        name="示例市人民政府",
        unit="市政府办公室",
        code="9901000001",
        make=TRS,
        today=today,
        color="#a51c1c",
        top=_TOP,
        footer='<a href="/gywm/">关于我们</a><a href="mailto:webmaster@example.gov.cn">联系我们</a>',
        aside=(
            f'<h3>部门网站</h3><p class="friends">{friends}</p>'
            '<p><a href="/zt/2019lh/">2019年两会专题</a> <a href="#top">回到顶部</a></p>'
        ),
        sections=(*_news(today), *_affairs(today), *_editions(today)),
        leaves=(
            Leaf(
                path="/gywm/",
                title="关于我们",
                main="<h1>关于我们</h1><p>示例市人民政府门户网站由市政府办公室主办，是政务公开的第一平台。</p>",
            ),
            Leaf(
                path="/en/",
                title="Shili City",
                main="<h1>Welcome to Shili City</h1><p>A made-up city on a made-up river.</p>",
                make=ENGLISH,
            ),
            Leaf(
                path="/ru/",
                title="Город Шили",
                main="<h1>Добро пожаловать в Шили</h1><p>Шили - вымышленный город на вымышленной реке.</p>",
                make=RUSSIAN,
            ),
        ),
        plants=(
            Plant(href="/zt/2019lh/", states=("dead",), reason="404 on the home page: a campaign that was taken away"),
            Plant(
                href="http://sjj.test/", states=("failing",), reason="the portal of 审计局 is down: connection refused"
            ),
            Plant(
                href="/bmdt/xz/2016.zip",
                states=("dead",),
                reason="404 in an article that only the third page of a list leads to",
            ),
            Plant(href="/zwgk/zcwj/200901/t20090105_7.html", states=("dead",), reason="404 in an article"),
        ),
        innocents=(
            Innocent(href="http://outside.test/living.html", why="a living page outside the city"),
            Innocent(href="http://jtj.test/", why="a maintenance page with 200 is no dead link"),
            Innocent(href="/zwgk/", why="a parent column that only lists its children is neither blank nor stale"),
            Innocent(href="/ldxx/", why="a plain page has no age"),
            Innocent(href="/en/", why="the home of an edition has no list of its own"),
            Innocent(href="/ru/", why="the home of an edition has no list of its own"),
        ),
    )


def _news(today: date) -> tuple[Section, ...]:
    return (
        column("/zwyw/", "政务要闻", "A", back(today, 1), "fresh", "newest 1 day old", count=30, step=1),
        column(
            "/bmdt/",
            "部门动态",
            "A",
            back(today, 3),
            "fresh",
            "newest 3 days old; four pages by createPageHTML",
            count=32,
            per_page=8,
            extras={20: anchor("/bmdt/xz/2016.zip", "资料下载")},
        ),
        column("/mtjj/", "媒体聚焦", "A", back(today, 16), "stale", "newest 16 days old, limit 14"),
    )


def _affairs(today: date) -> tuple[Section, ...]:
    dead = {2: anchor("/zwgk/zcwj/200901/t20090105_7.html", "原办法")}
    children = "".join(
        f'<li><a href="{href}">{name}</a></li>'
        for href, name in (("/zwgk/tzgg/", "通知公告"), ("/zwgk/zcwj/", "政策文件"), ("/zwgk/zcjd/", "政策解读"))
    )
    return (
        plain(
            "/zwgk/", "政务公开", "C", f"<h2>政务公开</h2><ul>{children}</ul>", "a parent that only lists its children"
        ),
        column("/zwgk/tzgg/", "通知公告", "B", back(today, 8), "fresh", "newest 8 days old", count=14),
        column("/zwgk/zcwj/", "政策文件", "B", back(today, 33), "fresh", "newest 33 days old", extras=dead),
        column(
            "/zwgk/zcjd/", "政策解读", "B", back(months_back(today, 6), -1), "due soon", "one day below its 6 months"
        ),
        column("/rsxx/", "人事信息", "C", back(today, 75), "fresh", "newest 75 days old"),
        column("/ghjh/", "规划计划", "C", months_back(today, 14), "stale", "newest 14 months old, limit 1 year"),
        plain(
            "/ldxx/",
            "领导信息",
            "F",
            "<h1>领导信息</h1><p>市长主持市政府全面工作。</p><p>副市长负责常务工作。</p>",
            "a plain page without age",
        ),
    )


def _editions(today: date) -> tuple[Section, ...]:
    english = column("/en/news/", "Latest News", "L", back(today, 4), "fresh", "newest 4 days old", make=ENGLISH)
    russian = column(
        "/ru/news/",
        "Новости",
        "L",
        back(today, 47),
        "stale",
        "newest 47 days old, limit 30",
        make=RUSSIAN,
    )
    return english, russian


def outsiders(today: date) -> tuple[Draft, ...]:
    """Hosts that belong to nobody in the city: living, dead and walled pages, a parked one, and one that is gone."""

    def page(title: str, text: str, status: int = 200, head: int | None = None) -> Answer:
        html = f"{shell.OPENING}<title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        return Answer(body=html.encode(), status=status, head_status=head)

    answers = {
        "/": page("示例省人民政府", "本页面不属于示例市，只作外部链接之用。"),
        "/living.html": page("示例市人民代表大会", "外部网站，正常访问。"),
        "/nohead.html": page("示例省政策文件库", "只回应GET请求的页面。", head=405),
        "/zwfw/": page("示例省政务服务网", "在线办理各类事项。"),
        "/wall.html": page("403 Forbidden", "访问被防火墙拒绝。", 403),
        "/broken.html": page("503 Service Unavailable", "服务器忙。", 503),
        "/yimin/": Answer(status=302, headers=(("Location", "http://parked.test/"),)),
    }
    missing = page("404 Not Found", "没有找到。", 404)
    parked = page("澳门威尼斯人娱乐城_真人百家乐_老虎机开户送彩金", "博彩 六合彩 时时彩 该域名已过期，域名出售请联系。")
    stranger = Draft(
        id="outside", name="示例省人民政府", make=TRS, today=today, watched=False, answers=answers, missing=missing
    )
    return (
        stranger,
        replace(stranger, id="parked", name="parked", answers={"/": parked}),
        replace(stranger, id="gone", name="gone", answers={}, listening=False),
    )


def asleep(today: date) -> tuple[Draft, ...]:
    """A portal that is down and one in maintenance; nothing can be said of their columns."""
    notice = (
        f"{shell.OPENING}<title>网站维护中</title></head>"
        "<body><h1>网站升级改版中</h1><p>示例市交通运输局网站正在升级改版，暂停访问，给您带来不便敬请谅解。</p></body></html>"
    )
    down = Draft(
        id="sjj",
        name="示例市审计局",
        unit="市审计局",
        code="9901000011",
        make=TRS,
        today=today,
        listed=True,
        listening=False,
        reach="unreachable",
        missing=Answer(status=404),
        sections=(
            replace(
                column("/gzdt/", "工作动态", "A", today, "unknown", "the site cannot be reached", count=1), newest=None
            ),
            replace(
                column("/sjgk/", "审计公开", "C", today, "unknown", "the site cannot be reached", count=1), newest=None
            ),
        ),
    )
    closed = replace(
        down,
        id="jtj",
        name="示例市交通运输局",
        unit="市交通运输局",
        code="9901000013",
        listening=True,
        reach="maintenance",
        missing=Answer(body=notice.encode()),
        sections=(
            replace(
                column("/tzgg/", "通知公告", "B", today, "unknown", "a maintenance page stands everywhere", count=1),
                newest=None,
            ),
        ),
    )
    return down, closed
