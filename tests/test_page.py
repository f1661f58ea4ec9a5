"""One page read whole: links, places, words of the page about itself, and survival of anything."""

from __future__ import annotations

import random
from datetime import date

import pytest

from gold.traps import TRAPS
from monitor.model import Filling, Page, PageKind, Place
from monitor.page import explain_line, read
from monitor.page.read import MAX_TAGS

TODAY = date(2026, 11, 23)
URL = "http://www.example.gov.cn/zwgk/index.html"


def look(body: str | bytes, url: str = URL, **more: object) -> Page:
    raw = body if isinstance(body, bytes) else body.encode()
    return read(raw, url, TODAY, **more)  # type: ignore[arg-type]


def test_every_element_that_links() -> None:
    page = look(
        """<html><head><link rel=stylesheet href=a.css><link rel=canonical href=/canon><link rel=dns-prefetch href=//cdn.example>
        <style>body{background:url(bg.png)}</style><script src=a.js></script><meta http-equiv=refresh content="300;url=/later"></head>
        <body background=b.gif><a href="x.html">文字</a><img src=i.png alt=图 srcset="i2.png 2x, i3.png 3x"><map><area href=area.html></map>
        <iframe src=f.html></iframe><video src=v.mp4 poster=p.jpg><source src=s.webm></video><object data=o.swf></object>
        <form action=search.jsp><input></form><form method=post action=post.jsp></form><div style="background:url('d.png')"></div>
        <noscript><img src=n.png></noscript></body></html>"""
    )
    base = "http://www.example.gov.cn"
    names = {o.url.removeprefix(base + "/zwgk/").removeprefix(base) for o in page.outlinks}
    assert names == {
        "a.css", "bg.png", "a.js", "/later", "b.gif", "x.html", "i.png", "i2.png", "i3.png", "area.html", "f.html",
        "v.mp4", "p.jpg", "s.webm", "o.swf", "search.jsp", "d.png", "n.png",
    }  # fmt: skip
    assert {o.tag for o in page.outlinks} == {"a", "area", "img", "script", "link", "iframe", "source", "video", "object", "form", "meta", "css"}  # fmt: skip


def test_what_leads_nowhere() -> None:
    page = look(
        '<a href="#">空</a><a href="javascript:void(0)">链</a><a href="javascript:void(0)" onclick="go()">活</a>'
        '<a href="http://[::1">坏</a><a href="mailto:a@b.example">信</a><a href="tel:1">电</a><a href="ok.html#p2">好</a><a name=p1></a>'
        '<p id="p3">'
    )
    assert [o.url for o in page.outlinks] == ["http://www.example.gov.cn/zwgk/ok.html"]
    assert page.outlinks[0].fragment == "p2"
    assert page.bad_links == (("#", "空"), ("javascript:void(0)", "链"), ("http://[::1", "坏"))
    assert page.anchors == {"p1", "p3"}


def test_base_and_a_bad_base() -> None:
    assert look('<base href="/other/"><a href=x>x</a>').outlinks[0].url == "http://www.example.gov.cn/other/x"
    assert look('<base href="http://[bad"><a href=x>x</a>').outlinks[0].url == "http://www.example.gov.cn/zwgk/x"


def test_a_query_goes_in_the_charset_of_the_page() -> None:
    page = look('<meta charset=gbk><a href="s.jsp?q=通知">x</a>'.encode("gb18030"))
    assert page.outlinks[0].url.endswith("?q=%CD%A8%D6%AA")


def test_places_and_hidden_strangers() -> None:
    page = look(
        '<nav><a href=n>n</a></nav><div class="main"><a href=b>b</a></div><div class="footer"><a href=f>f</a></div>'
        '<div style="display:none"><a href="http://casino.example/">赌</a><a href=own>own</a></div></body></html>'
        '<a href="http://late.example/">late</a>'
    )
    places = {o.text: o.place for o in page.outlinks}
    assert places == {"n": Place.NAV, "b": Place.BODY, "f": Place.FOOTER, "赌": Place.HIDDEN, "own": Place.BODY, "late": Place.HIDDEN}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "goal"),
    [
        ('<meta http-equiv="Refresh" content="0; URL=./first/">', "http://www.example.gov.cn/zwgk/first/"),
        ("<script>window.location.href='first/';</script>", "http://www.example.gov.cn/zwgk/first/"),
        ('<script>location.replace("/first/")</script>', "http://www.example.gov.cn/first/"),
        ("<script>setTimeout(function(){location='/first/'},100)</script>", "http://www.example.gov.cn/first/"),
        ("<script>document.write('<meta http-equiv=\"refresh\" content=\"0;url=/first/\">')</script>", "http://www.example.gov.cn/first/"),
        ("<script>if(isMobile()){location.href='/m/'}</script>", None),
        ("<script>if(isMobile()) location.href='/m/';</script>", None),
        ("<script>function go(){location.href='/m/'}</script>", None),
        ('<meta http-equiv="refresh" content="300">', None),
        ('<meta http-equiv="refresh" content="60;url=index.html">', None),
    ],
)  # fmt: skip
def test_forwards(body: str, goal: str | None) -> None:
    assert look(f"<html><head>{body}</head><body></body></html>").forwards_to == goal


@pytest.mark.parametrize(
    ("body", "goal"),
    [
        ('<a href="index_1.html">下一页</a>', "index_1.html"),
        ('<a href="list_2.html">下 页</a>', "list_2.html"),
        ('<a rel="next" href="?p=2">»</a>', "index.html?p=2"),
        ('<a href="p2.html">Next &gt;</a>', "p2.html"),
        ('<script>createPageHTML(7, 0, "index", "html");</script>', "index_1.html"),
        ('<script>createPageHTML(1, 0, "index", "html");</script>', None),
        ('<div class="page"><span>1</span><a href="i2.html">2</a><a href="i3.html">3</a></div>', "i2.html"),
        ('<p>第<a href="x.html">2</a>章</p>', None),
        ('<a href="javascript:next()">下一页</a>', None),
    ],
)
def test_next_page(body: str, goal: str | None) -> None:
    assert look(body).next_page == (f"http://www.example.gov.cn/zwgk/{goal}" if goal else None)


@pytest.mark.parametrize(
    "body",
    [
        '<div>您当前所在位置：<a href="/">首页</a>&nbsp;&raquo;&nbsp;<a href="/z/">政务公开</a> &gt; <a href="">通知公告</a></div>',
        '<div>当前位置: <a href="/">首 页</a> > <a href="/z/">政务公开</a> > 通知公告</div>',
        '<div class="crumb"><a href="/">首页</a><i>/</i><a href="/z/">政务公开</a><i>/</i><a>通知公告</a></div>',
        '<p><span>您的位置：</span><a href="/">网站首页</a>-&gt;<a href="/z/">政务公开</a>-&gt;<a href="">通知公告</a></p>',
    ],
)
def test_breadcrumb(body: str) -> None:
    assert look(body).breadcrumb == ("政务公开", "通知公告")


def test_tags_in_any_dress() -> None:
    page = look(
        '<META NAME=sitename CONTENT=示例市><meta content="通知公告" name="ColumnName"/><meta name="ColumnType" content="null">'
    )
    assert page.tags == {"SiteName": "示例市", "ColumnName": "通知公告"}


@pytest.mark.parametrize(("words", "language"), [("关于做好安全生产工作的通知" * 3, "zh"), ("Notice on work safety in the city of today and tomorrow " * 3, "en"), ("Новости администрации города сегодня" * 2, "ru"), ("1", "")])  # fmt: skip
def test_language(words: str, language: str) -> None:
    assert look(f"<p>{words}</p>").language == language


def test_selectors_overrule() -> None:
    body = "<ul class=a><li><a href=1>甲甲甲甲</a><i>2026-11-03</i><b>2026-11-20</b></li></ul><ul><li><a href=2>乙乙乙乙</a><i>2026-11-22</i></li></ul>"
    page = look(body, kind=PageKind.LIST, item_selector="ul.a li", date_selector="i")
    assert [(i.title, i.published and i.published.day) for i in page.items] == [("甲甲甲甲", date(2026, 11, 3))]
    broken = look(body, kind=PageKind.LIST, item_selector="div.none")
    assert (broken.items, broken.filling) == ((), Filling.UNCLEAR)
    assert any("div.none" in note for note in broken.notes)
    assert look(body, kind=PageKind.LIST, item_selector=">>[").items == ()


def test_explain_line() -> None:
    body = '<title>通知公告</title><ul><li><a href="1.html">关于一的通知</a><span>2026-11-03</span></li><li><a href="2.html">关于二的通知</a><span>2026-10-03</span></li></ul>'
    line = explain_line("a.html", look(body, kind=PageKind.LIST))
    assert line["page"] == "a.html"
    assert line["newest"] == "2026-11-03"
    assert line["published"] is None
    assert line["links"] == 2
    first = line["items"][0]  # type: ignore[index]
    assert first["date"] == "2026-11-03"
    assert "list row 1" in first["evidence"]


BOMBS = {
    "nested": b"<div>" * 30_000,
    "nested lists": b"<ul><li>" * 4_000,
    "mis-nested": b"<font color=1><b><i>" * 800 + b"<p>x" * 800,
    "attributes": b"<div " + b" ".join(b"a%d=1" % i for i in range(30_000)) + b">",
    "quotes": b'<a href="' * 10_000,
    "angles": b"<" * 100_000,
    "comments": b"<!--" * 30_000,
    "islands": b"<script><record>" * 5_000,
    "dates": b"<span>2026-11-03</span>" * 12_000,
    "nul": b"\0" * 300_000,
    "options": b"<select>" + b"<option value=1>x" * 60_000,
    "links left open": b"<a href=x><div>" * 40_000,
    "paragraphs": b"<p>" * 1_300_000,
    "blanks": b"<p>2026" + b" " * 200_000 + b"-11",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.timeout(20)
def test_bombs(name: str) -> None:
    assert look(BOMBS[name]).url == URL


def test_of_a_page_with_too_many_tags_the_first_are_read_and_it_is_said() -> None:
    page = look(b'<a href="first.html">x</a>' + b"<p>" * (MAX_TAGS + 5) + b'<a href="last.html">x</a>')
    assert [o.url.rpartition("/")[2] for o in page.outlinks] == ["first.html"]
    assert f"only the first {MAX_TAGS} tags were read" in page.notes


PIECES = (
    b"<a href=", b"<li>", b"</li>", b"<script>", b"</script>", b"document.write('", b"<table><tr><td>", b"2026-11-03", b"<![CDATA[", b"-->", b"<!--", b"\0", b"\xff\xfe",
    b"&#x110000;", b"createPageHTML(", b"<meta charset=", b"gbk>", b"<base href=", b"</html>", "发布时间：".encode(), "民國".encode(), b"<svg><title>", b"<template>", b"\\u", b"9999-12-31",
    b"<time datetime=", b"<select>", b"<plaintext>", b"<math><mi>", "二〇".encode(), b"<frameset>", b"http://[", b"javascript:", b"{{a}}", b"0000-00-00", b"<record>", b"'+a+'", b"\xed\xa0\x80",
)  # fmt: skip


def mutants(seed: int, count: int) -> list[bytes]:
    """Random bytes, truncated and spliced trap pages, and heaps of markup pieces."""
    dice = random.Random(seed)
    bodies = [
        body
        for body in (trap.body.encode("utf-8" if n % 2 else "gb18030")[400:2600] for n, trap in enumerate(TRAPS))
        if body
    ]
    made: list[bytes] = []
    while len(made) < count:
        form = dice.randrange(4)
        if form == 0:
            made.append(dice.randbytes(dice.randrange(120)))
        elif form == 1:
            body = dice.choice(bodies)
            start = dice.randrange(len(body))
            made.append(body[start : start + dice.randrange(500)])
        elif form == 2:
            made.append(b"".join(dice.choice(PIECES) for _ in range(dice.randrange(25))))
        else:
            body = bytearray(dice.choice(bodies)[: dice.randrange(1, 700)])
            for _ in range(dice.randrange(1, 12)):
                place = dice.randrange(len(body) + 1)
                body[place:place] = dice.choice(PIECES)
            made.append(bytes(body))
    return made


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.timeout(60)
def test_twenty_thousand_broken_pages_are_read(seed: int) -> None:
    for number, body in enumerate(mutants(seed, 5_000)):
        kind = (None, PageKind.LIST, PageKind.ARTICLE, PageKind.HOME)[number % 4]
        page = read(body, URL, TODAY, kind=kind, content_type="text/html; charset=x" if number % 7 == 0 else "")
        assert page.newest is None or page.newest.day <= TODAY


def test_a_breadcrumb_in_plain_words_is_read_too() -> None:
    markup = "<div class=dz> 当前位置：首页>信息公开>部门文件 </div><p>当前页面：第1页</p>"
    assert read(markup.encode(), "http://slj.example.gov.cn/xxgk/bmwj/", TODAY).breadcrumb == ("信息公开", "部门文件")
