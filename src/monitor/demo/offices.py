"""More departments: the ones whose pages answer strangely."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.demo import files
from monitor.demo.ajax import AJAX
from monitor.demo.card import CARD
from monitor.demo.column import anchor, column, plain
from monitor.demo.plan import Answer, Draft, Innocent, Leaf, Plant, Section, back, months_back
from monitor.demo.shell import CLOCK, OPENING
from monitor.demo.table import TABLE
from monitor.demo.trs import TRS


def market(today: date) -> Draft:
    """市场监管局: an application that only a browser can fill; its data address serves JSON."""

    def hidden(path: str, name: str, klass: str, age: int) -> Section:
        return column(path, name, klass, back(today, age), "unknown", "filled by a script: needs a browser")

    return Draft(
        id="scj",
        name="示例市市场监督管理局",
        unit="市市场监督管理局",
        code="9901000008",
        make=AJAX,
        today=today,
        listed=True,
        color="#174ea6",
        aside="<p>欢迎访问示例市市场监督管理局门户网站。本站提供企业登记、食品药品监管和消费维权等服务，热线电话请见页面底部。</p>",
        sections=(
            hidden("/gzdt/", "工作动态", "A", 3),
            hidden("/tzgg/", "通知公告", "B", 400),
            hidden("/spcj/", "抽检信息", "B", 30),
        ),
        innocents=(
            Innocent(href="/gzdt/", why="looks empty to a plain client"),
            Innocent(href="/tzgg/", why="is stale, but no plain client can know"),
        ),
    )


def civil(today: date) -> Draft:
    """民政局: every unknown address answers 200 with 页面不存在."""
    sorry = (
        f"{OPENING}<title>页面不存在 - 示例市民政局</title></head>"
        '<body><h1>抱歉，您访问的页面不存在或已被删除！</h1><p><a href="/">返回首页</a></p></body></html>'
    )
    links = {
        1: anchor("/dibao/2017/standard.html", "2017年低保标准"),
        4: anchor("/yanglao/list2016.html", "养老机构名录"),
        5: "<p>部分网民反映，点击旧链接时提示“页面不存在”。经核查，系网站栏目调整所致，现已全部恢复。</p>",
    }
    news = column("/gzdt/", "工作动态", "A", back(today, 7), "fresh", "newest 7 days old", extras=links)
    return Draft(
        id="mzj",
        name="示例市民政局",
        unit="市民政局",
        code="9901000009",
        make=TRS,
        today=today,
        color="#b0442a",
        missing=Answer(body=sorry.encode()),
        sections=(
            news,
            column("/tzgg/", "通知公告", "B", back(today, 66), "fresh", "newest 66 days old"),
            column("/shjz/", "社会救助", "C", months_back(today, 12), "stale", "exactly on its limit of 1 year"),
        ),
        plants=(
            Plant(href="/dibao/2017/standard.html", states=("dead",), reason="soft 404: 200 with 页面不存在"),
            Plant(href="/yanglao/list2016.html", states=("dead",), reason="soft 404: 200 with 页面不存在"),
        ),
        innocents=(
            Innocent(href=TRS.place(news, 5, news.entries[5]), why="a living article that speaks of 页面不存在"),
        ),
    )


def statistics(today: date) -> Draft:
    """统计局: slow, but sound."""
    return Draft(
        id="tjj",
        name="示例市统计局",
        unit="市统计局",
        code="9901000012",
        make=TABLE,
        today=today,
        listed=True,
        color="#3b5b7a",
        delay=0.3,
        sections=(
            column("/gzdt/", "工作动态", "A", back(today, 4), "fresh", "newest 4 days old", count=6),
            column("/tzgg/", "通知公告", "B", back(today, 50), "fresh", "newest 50 days old", count=5),
            column("/zdxm/", "重大项目", "C", back(today, 90), "fresh", "newest 90 days old", count=3),
        ),
        innocents=(Innocent(href="/", why="slow, but open"),),
    )


def police(today: date) -> Draft:
    """公安局: robots.txt keeps a folder closed, and what stands there stays unknown."""
    kept = {0: anchor("/neibu/tz.html", "内部通知"), 1: anchor("http://outside.test/moving/old.html", "旧版网站")}
    return Draft(
        id="gaj",
        name="示例市公安局",
        unit="市公安局",
        code="9901000014",
        make=CARD,
        today=today,
        color="#1a2f6b",
        sections=(
            column("/jwdt/", "部门动态", "A", back(today, 2), "fresh", "newest 2 days old", extras=kept),
            column("/tzgg/", "通知公告", "B", months_back(today, 7), "stale", "newest 7 months old, limit 6 months"),
        ),
        answers={"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /neibu/\n", kind="text/plain")},
        leaves=(
            Leaf(path="/neibu/tz.html", title="内部通知", main="<h1>内部通知</h1><p>本页面不对抓取程序开放。</p>"),
        ),
        exclusions=(("http://outside.test/moving/", "已下线，正在迁移"),),
        innocents=(Innocent(href="http://outside.test/moving/old.html", why="404, but excluded in sites.yaml"),),
        plants=(Plant(href="/neibu/tz.html", states=("unverified",), reason="robots.txt keeps the folder closed"),),
    )


def health(today: date) -> Draft:
    """卫健委: all well, with much that could be mistaken for a fault."""
    links = {
        0: anchor("/old/notice.html", "原通知")
        + '<p><a href="tel:00001234567">电话</a> <a href="mailto:wjw@example.gov.cn">邮箱</a></p>',
        1: '<p><a href="#fujian">附件</a></p><p id="fujian"><a href="/files/guide.pdf">服务手册.pdf</a></p>',
        2: "<p>本办法自2015年1月1日起施行，原2009年办法同时废止。网页无法访问、404等问题请拨打热线反映。</p>",
    }
    return Draft(
        id="wjw",
        name="示例市卫生健康委员会",
        unit="市卫生健康委员会",
        code="9901000015",
        make=TRS,
        today=today,
        color="#0f7b4f",
        footer=f'{CLOCK}　<a href="/gywm/">关于我们</a>',
        sections=(
            column("/gzdt/", "工作动态", "A", back(today, 0), "fresh", "newest of today", extras=links),
            column("/tzgg/", "通知公告", "B", back(today, 100), "fresh", "newest 100 days old"),
            column("/rsxx/", "人事信息", "C", back(today, 240), "fresh", "newest 240 days old"),
            replace(
                column("/jzxx/", "局长信箱", "E", back(today, 500), "unknown", "letters are not judged by age"),
                judged=False,
            ),
            plain(
                "/bszn/",
                "办事指南",
                "G",
                "<h1>办事指南</h1><p>办理条件、材料、流程和时限请见窗口公示。</p>",
                "a guide has no age",
            ),
        ),
        answers={
            "/old/notice.html": Answer(status=301, headers=(("Location", "/tzgg/"),)),
            "/files/guide.pdf": files.PDF,
        },
        leaves=(
            Leaf(path="/gywm/", title="关于我们", main="<h1>关于我们</h1><p>本站由示例市卫生健康委员会主办。</p>"),
        ),
        innocents=(
            Innocent(href="/old/notice.html", why="redirected to a living page"),
            Innocent(href="/files/guide.pdf", why="a living attachment"),
            Innocent(href="/jzxx/", why="letters are not judged by age"),
            Innocent(href="/bszn/", why="a guide has no age"),
        ),
    )
