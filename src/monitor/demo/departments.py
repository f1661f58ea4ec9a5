"""The departments, one by one: how each is made, what is stale or broken in it, and what only looks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.demo import files
from monitor.demo.card import CARD
from monitor.demo.column import anchor, blank, column, plain
from monitor.demo.gbk import GBK
from monitor.demo.hanweb import HANWEB
from monitor.demo.plan import Answer, Draft, Innocent, Plant, back, months_back
from monitor.demo.shell import picture
from monitor.demo.table import TABLE
from monitor.demo.tagged import TAGGED
from monitor.demo.trs import TRS


def water(today: date) -> Draft:
    """水利局: every limit to the day, listed columns, one with a limit of its own, and links to the outside."""
    outside = {
        0: anchor("http://outside.test/nohead.html", "省政策文件库")
        + anchor("http://outside.test/wall.html", "省水利厅"),
        1: anchor("http://outside.test/gone.html", "流域管理办法"),
        2: anchor("http://gone.test/", "流域委员会") + anchor("http://outside.test/broken.html", "水情查询"),
        3: anchor("http://outside.test/yimin/", "市移民局"),
    }
    return Draft(
        id="slj",
        name="示例市水利局",
        unit="市水利局",
        code="9901000002",
        make=TRS,
        today=today,
        listed=True,
        sections=(
            replace(
                column(
                    "/gzdt/",
                    "工作动态",
                    "A",
                    back(today, 10),
                    "stale",
                    "exactly on its own limit of 10 days",
                    extras=outside,
                ),
                limit="10 days",
                warn="8 days",
            ),
            column("/hydt/", "行业动态", "A", back(today, 9), "fresh", "newest 9 days old, limit 14"),
            column("/tzgg/", "通知公告", "B", months_back(today, 6), "stale", "exactly on its limit of 6 months"),
            column(
                "/zcfg/", "政策法规", "B", back(months_back(today, 6), -1), "due soon", "one day below its 6 months"
            ),
            column("/ghjh/", "规划计划", "C", back(today, 200), "fresh", "newest 200 days old, limit 1 year"),
        ),
        plants=(
            Plant(href="http://outside.test/wall.html", states=("unverified",), reason="403: a wall, not a death"),
            Plant(href="http://outside.test/gone.html", states=("dead",), reason="404 outside"),
            Plant(href="http://gone.test/", states=("failing",), reason="connection refused"),
            Plant(href="http://outside.test/broken.html", states=("failing",), reason="503"),
            Plant(
                href="http://outside.test/yimin/",
                states=("suspicious",),
                reason="redirected to another host, which is parked",
            ),
        ),
        innocents=(Innocent(href="http://outside.test/nohead.html", why="refuses HEAD with 405 and answers GET"),),
    )


def industry(today: date) -> Draft:
    """工信局: Hanweb make, rows inside a script of type text/xml."""
    dead = {1: anchor("/art/2018/5/4/art_9_999.html", "相关报道")}
    return Draft(
        id="gxj",
        name="示例市工业和信息化局",
        unit="市工业和信息化局",
        code="9901000003",
        make=HANWEB,
        today=today,
        color="#0b6e6e",
        sections=(
            column(
                "/col/col101/index.html",
                "工作动态",
                "A",
                back(today, 14),
                "stale",
                "exactly on its limit of 14 days",
                extras=dead,
            ),
            column(
                "/col/col102/index.html",
                "行业动态",
                "A",
                back(today, 13),
                "due soon",
                "one day below its limit of 14 days",
            ),
            column("/col/col103/index.html", "通知公告", "B", back(today, 20), "fresh", "newest 20 days old"),
            column("/col/col104/index.html", "政策解读", "B", back(today, 90), "fresh", "newest 90 days old"),
        ),
        plants=(Plant(href="/art/2018/5/4/art_9_999.html", states=("dead",), reason="404 in an article"),),
        innocents=(Innocent(href="/col/col103/index.html", why="its rows stand in a script, and are there"),),
    )


def finance(today: date) -> Draft:
    """财政局: GBK pages, Chinese paths, queries in GBK."""
    links = {
        0: anchor("/下载/预算公开说明.doc", "预算公开说明") + anchor("/下载/采购目录.doc", "采购目录（镕、喆、堃）")
    }
    return Draft(
        id="czj",
        name="示例市财政局",
        unit="市财政局",
        code="9901000004",
        make=GBK,
        today=today,
        color="#7a4a00",
        sections=(
            column(
                "/list.asp?栏目=工作动态",
                "工作动态",
                "A",
                back(today, 2),
                "fresh",
                "newest 2 days old",
                extras=links,
                count=25,
                step=1,
            ),
            column("/list.asp?栏目=通知公告", "通知公告", "B", back(today, 40), "fresh", "newest 40 days old"),
            column(
                "/list.asp?栏目=采购公告",
                "采购公告",
                "B",
                months_back(today, 9),
                "stale",
                "newest 9 months old, limit 6 months",
            ),
            column("/信息/办事/政策法规.html", "政策法规", "B", back(today, 60), "fresh", "newest 60 days old"),
        ),
        answers={"/下载/采购目录.doc": files.WORD},
        plants=(
            Plant(href="/下载/预算公开说明.doc", states=("dead",), reason="404 for an attachment with a Chinese path"),
        ),
        innocents=(
            Innocent(href="/下载/采购目录.doc", why="a living attachment with a Chinese path"),
            Innocent(href="/list.asp?栏目=通知公告", why="answers only to a query in GBK"),
        ),
    )


def farming(today: date) -> Draft:
    """农业农村局: table layout, rows without a year, a dead link in every footer, a blank column."""
    return Draft(
        id="nyj",
        name="示例市农业农村局",
        unit="市农业农村局",
        code="9901000005",
        make=TABLE,
        today=today,
        color="#2f6b1f",
        footer='<a href="/sitemap.html">网站地图</a>',
        sections=(
            column(
                "/gzdt/",
                "工作动态",
                "A",
                back(today, 5),
                "fresh",
                "newest 5 days old; its rows cross a year's end",
                count=24,
                step=14,
            ),
            column(
                "/tzgg/",
                "通知公告",
                "B",
                back(today, 31),
                "fresh",
                "newest 31 days old; its rows cross a year's end",
                step=40,
            ),
            column(
                "/mtbd/", "媒体报道", "A", back(today, 25), "stale", "newest 25 days old, limit 14; rows without a year"
            ),
            blank("/zbgg/", "招标公告", "B", "暂无内容"),
        ),
        plants=(Plant(href="/sitemap.html", states=("dead",), reason="404 in the footer of every page: one finding"),),
        innocents=(Innocent(href="/gzdt/", why="rows [12-30] seen in January are last year's, not the future"),),
    )


def culture(today: date) -> Draft:
    """文旅局: cards with day and month apart, pictures alive and dead."""
    shots = {
        0: '<p><img src="/images/lantern.png" alt="冰灯"></p>',
        1: '<p><img src="/images/festival.jpg" alt="旅游节开幕式"></p>',
    }
    return Draft(
        id="wlj",
        name="示例市文化广电和旅游局",
        unit="市文化广电和旅游局",
        code="9901000006",
        make=CARD,
        today=today,
        color="#8a2f7d",
        sections=(
            column(
                "/news/",
                "工作动态",
                "A",
                back(today, 1),
                "fresh",
                "newest 1 day old; three pages",
                count=28,
                per_page=10,
                extras=shots,
            ),
            column("/notice/", "通知公告", "B", back(today, 15), "fresh", "newest 15 days old"),
            column(
                "/photo/",
                "图片新闻",
                "A",
                back(today, 19),
                "stale",
                "newest 19 days old, limit 14; day and month stand apart",
            ),
            column("/press/", "新闻发布会", "C", back(today, 120), "fresh", "newest 120 days old"),
        ),
        answers={"/images/lantern.png": Answer(body=picture("#c05020", 320, 200), kind="image/png")},
        plants=(Plant(href="/images/festival.jpg", states=("dead",), reason="404 for a picture"),),
        innocents=(Innocent(href="/images/lantern.png", why="a living picture"),),
    )


def education(today: date) -> Draft:
    """教育局: census tags, a list of four pages out of order, lists whose PubDate is the hour of their making."""
    talk = {3: "<p>针对家长反映部分链接提示“页面不存在”的问题，我局已组织技术人员逐一排查修复。</p>"}
    news = column(
        "/gzdt/",
        "工作动态",
        "A",
        back(today, 6),
        "fresh",
        "newest 6 days old, below older rows; four pages",
        count=31,
        step=1,
        per_page=8,
        extras=talk,
    )
    first, *rest = news.entries
    return Draft(
        id="jyj",
        name="示例市教育局",
        unit="市教育局",
        code="9901000007",
        make=TAGGED,
        today=today,
        color="#1f5fa8",
        sections=(
            replace(news, entries=(*rest[2:6], first, *rest[:2], *rest[6:]), lead=4),
            column("/tzgg/", "通知公告", "B", back(today, 12), "fresh", "newest 12 days old"),
            column(
                "/mtjj/",
                "媒体聚焦",
                "A",
                back(today, 30),
                "stale",
                "newest 30 days old, limit 14; PubDate of the list is today",
            ),
            column("/zsks/", "公务员招考", "C", back(today, 330), "due soon", "newest 330 days old, limit 1 year"),
            plain(
                "/jgzn/",
                "机构职能",
                "F",
                "<h1>机构职能</h1><p>贯彻执行教育方针政策，拟订教育发展规划。</p>",
                "a plain page without age",
            ),
        ),
        innocents=(
            Innocent(href="/gzdt/", why="unsorted: the newest row stands below older ones"),
            Innocent(href="/jgzn/", why="a plain page has no age"),
            Innocent(href=TAGGED.place(news, 0, news.entries[3]), why="a living article that speaks of 页面不存在"),
        ),
    )
