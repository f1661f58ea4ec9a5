"""Small pages of our own making: one for each form and trap, with what must be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.model import Filling, PageKind

TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A page and the truth of it. `newest` None: no date may be invented; `items` None: not asked."""

    name: str
    body: str
    newest: date | None
    items: int | None = None
    kind: PageKind = PageKind.LIST
    url: str = "http://www.example.gov.cn/zwgk/tzgg/"
    today: date = TODAY
    filling: Filling | None = None
    first: str | None = None
    """The first item's title."""
    guessed: PageKind | None = None
    """The kind that the page must decide for itself; None: not asked."""


def page(body: str, *, title: str = "通知公告_示例市人民政府", head: str = "") -> str:
    nav = "".join(f'<li><a href="/{n}/">{n}</a></li>' for n in ("首页", "政务公开", "办事服务", "互动交流"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<div class="header">今天是 2026年11月23日 星期一</div><div class="nav"><ul>{nav}</ul></div>{body}'
        '<div class="footer">版权所有 © 2010-2026 示例市人民政府 黑ICP备05009380号 网站标识码 2302000004</div></body></html>'
    )


TITLES = (
    "关于做好2026年度安全生产工作的通知",
    "示例市2025年预算执行情况的报告",
    "关于举办2019年职业技能大赛的公告",
    "示例市行政许可事项目录",
    "关于印发《示例市防汛预案》的通知",
)


def rows(form: str, *values: str, wrap: str = "<ul>{}</ul>") -> str:
    """A list: `form` once for each value, with {t} a title, {v} the value, {n} a number."""
    return wrap.format(
        "".join(
            form.replace("{t}", TITLES[n % 5]).replace("{v}", v).replace("{n}", str(n)) for n, v in enumerate(values)
        )
    )


D = date


def a_list(
    name: str,
    form: str,
    values: tuple[str, ...],
    newest: date | None,
    wrap: str = "<ul class='list'>{}</ul>",
    **more: object,
) -> Trap:
    return Trap(name=name, body=page(f"<div class='main'>{rows(form, *values, wrap=wrap)}</div>"), newest=newest,
                items=len(values), first=TITLES[0], **more)  # type: ignore[arg-type]  # fmt: skip


LI = "<li><a href='t{n}.html'>{t}</a><span>{v}</span></li>"
ISO = ("2026-11-03", "2026-10-20", "2026-10-08", "2025-12-31")

LISTS = [
    a_list("plain", LI, ISO, D(2026, 11, 3), guessed=PageKind.LIST),
    a_list("brackets", LI, ("[2026-11-03]", "[2026-10-20]", "[2026-10-08]"), D(2026, 11, 3)),
    a_list("round brackets and time", LI, ("(2026-11-03 08:12:00)", "(2026-10-20 10:00:01)"), D(2026, 11, 3)),
    a_list("slashes", LI, ("2026/11/3", "2026/10/20", "2026/9/8"), D(2026, 11, 3)),
    a_list("dots", LI, ("2026.11.03", "2026.10.20", "2026.9.8"), D(2026, 11, 3)),
    a_list("chinese", LI, ("2026年11月3日", "2026年10月20日", "2026年9月8日"), D(2026, 11, 3)),
    a_list("chinese numerals", LI, ("二〇二六年十一月三日", "二○二六年十月二十日"), D(2026, 11, 3)),
    a_list("full-width digits", LI, ("２０２６－１１－０３", "２０２６－１０－２０"), D(2026, 11, 3)),
    a_list("two-digit years", LI, ("26-11-03", "26-10-20", "25-12-31"), D(2026, 11, 3)),
    a_list("minguo named", LI, ("民國115年11月3日", "民國115年10月20日"), D(2026, 11, 3)),
    a_list("minguo bare", LI, ("115-11-03", "115-10-20", "114-12-31"), D(2026, 11, 3)),
    a_list("compact", LI, ("20261103", "20261020", "20251231"), D(2026, 11, 3)),
    a_list("english month first", LI, ("Nov 3, 2026", "October 20, 2026"), D(2026, 11, 3)),
    a_list("english day first", LI, ("3 November 2026", "20th Oct 2026"), D(2026, 11, 3)),
    a_list("russian", LI, ("3 ноября 2026 г.", "20 октября 2026"), D(2026, 11, 3)),
    a_list("russian digits", LI, ("03.11.2026", "20.10.2026"), D(2026, 11, 3)),
    a_list("relative", LI, ("3小时前", "昨天", "3天前", "2026-10-20"), D(2026, 11, 23)),
    a_list("relative english", LI, ("2 days ago", "3 weeks ago"), D(2026, 11, 21)),
    a_list("month and day", LI, ("11-03", "10-20", "09-08"), D(2026, 11, 3)),
    a_list("month and day in brackets", LI, ("[11-03]", "[10-20]"), D(2026, 11, 3)),
    a_list("month and day in chinese", LI, ("11月3日", "10月20日"), D(2026, 11, 3)),
    a_list("across the new year", LI, ("01-05", "12-28", "12-20"), D(2026, 1, 5), today=D(2026, 1, 8)),
    a_list("december seen in january", LI, ("12-28", "12-20", "11-30"), D(2025, 12, 28), today=D(2026, 1, 8)),
    a_list("years pass down the list", LI, ("04-16", "02-03", "12-28", "11-02"), D(2026, 4, 16), today=D(2026, 12, 30)),
    a_list("year from the address", "<li><a href='../202203/t20220316_{n}.html'>{t}</a><span>{v}</span></li>", ("03-16", "03-16"), D(2022, 3, 16)),
    a_list("migrated addresses overruled", "<li><a href='../201705/t20170520_{n}.html'>{t}</a><span>{v}</span></li>", ("2011-03-03", "2010-01-01"), D(2011, 3, 3)),
    a_list("date before the link", "<li><span>{v}</span><a href='t{n}.html'>{t}</a></li>", ISO, D(2026, 11, 3)),
    a_list("date text before the link", "<li>{v} <a href='t{n}.html'>{t}</a></li>", ISO, D(2026, 11, 3)),
    a_list("date text after the link", "<li><a href='t{n}.html'>{t}</a> {v}</li>", ISO, D(2026, 11, 3)),
    a_list("date inside the link", "<li><a href='t{n}.html'><i>{v}</i><p>{t}</p></a></li>", ISO, D(2026, 11, 3)),
    a_list("date glued to the end of the link", "<li><a href='t{n}.html'>{t}{v}</a></li>", ISO, D(2026, 11, 3)),
    a_list("glued words after", "<li><a href='t{n}.html'>{t}</a><span>{v}阅读次数：12</span></li>", ISO, D(2026, 11, 3)),
    a_list("table", "<tr><td>{n}</td><td><a href='t{n}.html'>{t}</a></td><td>市办公室</td><td>{v}</td></tr>", ISO, D(2026, 11, 3),
           wrap="<table><tr><th>序号</th><th>标题</th><th>来源</th><th>发布日期</th></tr>{}</table>"),
    a_list("a table for every row", "<table><tr><td><a href='t{n}.html'>{t}</a></td><td>{v}</td></tr></table>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("nested tables", "<tr><td><table><tr><td>·</td><td><a href='t{n}.html'>{t}</a></td><td>[{v}]</td></tr></table></td></tr>", ISO, D(2026, 11, 3), wrap="<table>{}</table>"),
    a_list("rows by br", "·<a href='t{n}.html'>{t}</a> <font color='gray'>{v}</font><br>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("rows by br, bare dates", "<a href='t{n}.html'>{t}</a>&nbsp;[{v}]<br>", ISO, D(2026, 11, 3), wrap="<td>{}</td>"),
    a_list("rows by br, dates first", "{v}&nbsp;<a href='t{n}.html'>{t}</a><br>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("definition list", "<dt><a href='t{n}.html'>{t}</a></dt><dd>{v}</dd>", ISO, D(2026, 11, 3), wrap="<dl>{}</dl>"),
    a_list("definition list, dates first", "<dt>{v}</dt><dd><a href='t{n}.html'>{t}</a></dd>", ISO, D(2026, 11, 3), wrap="<dl>{}</dl>"),
    a_list("two table rows each", "<tr><td><a href='t{n}.html'>{t}</a></td></tr><tr><td>发布时间：{v} 来源：办公室</td></tr>", ISO, D(2026, 11, 3), wrap="<table>{}</table>"),
    a_list("siblings without rows", "<p><a href='t{n}.html'>{t}</a></p><p class='date'>{v}</p>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("labels", "<li><h3><a href='t{n}.html'>{t}</a></h3><p>会议于2026年12月1日召开，部署2027年工作。</p><div>发布时间：{v} 浏览：33</div></li>", ISO, D(2026, 11, 3)),
    a_list("spaced labels", "<li><a href='t{n}.html'>{t}</a><div>发 布 时 间 ：{v}</div></li>", ISO, D(2026, 11, 3)),
    a_list("summaries with dates", "<li><a href='t{n}.html'>{t}</a><p>2026年11月20日，市政府召开会议，研究部署明年的各项工作任务，并对安全生产提出要求。</p><em>{v}</em></li>", ISO, D(2026, 11, 3)),
    a_list("card with the day apart", "<li><div class='d'><b>{v}</b><span>2026-10</span></div><div><a href='t{n}.html'>{t}</a></div></li>", ("23", "12", "08"), D(2026, 10, 23)),
    a_list("card, month above the day", "<div class='card'><div><p>2026.10</p><h2>{v}</h2></div><a href='t{n}.html'>{t}</a></div>", ("23", "12", "08"), D(2026, 10, 23), wrap="<div>{}</div>"),
    a_list("card, day over year and month in the link", "<li><a href='t{n}.html'><span class='time'><strong>{v}</strong><i>2026/10</i></span><div class='tit'>{t}</div></a></li>", ("23", "12", "08"), D(2026, 10, 23)),
    a_list("card, month-day over year", "<li><div><b>{v}</b><i>2026</i></div><a href='t{n}.html'>{t}</a></li>", ("10-23", "10-12", "09-08"), D(2026, 10, 23)),
    a_list("card, day and month without a year", "<li><div><b>{v}</b><span>10月</span></div><a href='t{n}.html'>{t}</a></li>", ("23", "12", "08"), D(2026, 10, 23)),
    a_list("time element", "<article><h2><a href='t{n}.html'>{t}</a></h2><time datetime='{v}T08:00:00+08:00'>三周前</time></article>", ISO, D(2026, 11, 3), wrap="<main>{}</main>"),
    a_list("wordpress", "<article class='post'><h2 class='entry-title'><a href='t{n}.html'>{t}</a></h2><div class='entry-meta'>Posted on <a href='#'><time class='entry-date' datetime='{v}T08:00:00'>x</time></a> by <a href='/author/'>admin</a></div><p>Summary</p></article>", ISO, D(2026, 11, 3), wrap="<main>{}</main>"),
    a_list("drupal", "<div class='views-row'><div class='views-field views-field-title'><span class='field-content'><a href='/node/{n}'>{t}</a></span></div><div class='views-field views-field-created'><span class='field-content'>{v} 08:00</span></div></div>", ISO, D(2026, 11, 3), wrap="<div class='view-content'>{}</div>"),
    a_list("discuz", "<tbody id='normalthread_{n}'><tr><td class='icn'></td><th><a href='thread-{n}-1-1.html' class='s xst'>{t}</a></th><td class='by'><cite><a href='u'>admin</a></cite><em><span>{v}</span></em></td><td class='num'>12</td></tr></tbody>", ISO, D(2026, 11, 3), wrap="<table>{}</table>"),
    a_list("date only in the title attribute", "<li><a href='t{n}.html' title='标题：{t}&#10;发布时间：{v}'>{t}</a></li>", ISO, D(2026, 11, 3)),
    a_list("letter-glued title and bracketed date", "<li><a href='t{n}.html'>{t}</a>({v})</li>", ISO, D(2026, 11, 3)),
    a_list("category links", "<li><a href='/c/'>[通知]</a><a href='t{n}.html'>{t}</a><span>{v}</span></li>", ISO, D(2026, 11, 3)),
    a_list("javascript links", "<li><a href='javascript:open({n})'>{t}</a><span>{v}</span></li>", ISO, D(2026, 11, 3)),
    a_list("one row", LI, ("2026-11-03",), D(2026, 11, 3)),
    a_list("a typo in the future", LI, ("2062-11-03", "2026-10-20", "2026-10-08"), D(2026, 10, 20)),
    a_list("next year is no evidence", LI, ("2027-01-01", "2026-10-20", "2026-10-08"), D(2026, 10, 20)),
    a_list("unsorted", LI, ("2024-11-03", "2026-10-20", "2025-10-08", "2026-10-21"), D(2026, 10, 21)),
    a_list("effective dates in titles", "<li><a href='t{n}.html'>示例办法（2026年11月1日起施行）</a><span>{v}</span></li>".replace("示例办法", "{t}"), ("2020-01-05", "2019-10-20"), D(2020, 1, 5)),
    a_list("month first told by a neighbour", LI, ("11/03/2026", "10/25/2026", "10/02/2026"), D(2026, 11, 3)),
    a_list("day first told by a neighbour", LI, ("03/11/2026", "25/10/2026", "02/10/2026"), D(2026, 11, 3)),
    a_list("day or month first, nobody tells", LI, ("03/11/2026", "02/10/2026"), None),
    a_list("year in the heading above", "<li><a href='t{n}.html'>{t}</a><span>{v}</span></li>", ("10-20", "09-08"), D(2025, 10, 20), wrap="<h3>2025年</h3><ul>{}</ul>"),
    a_list("published and updated in one line", "<li><a href='t{n}.html'>{t}</a><p>发布时间：{v} 更新时间：2026-11-20</p></li>", ISO, D(2026, 11, 3)),
    a_list("floating date first in the link", "<li><a href='t{n}.html'><span class='fr'>{v}</span>{t}</a></li>", ISO, D(2026, 11, 3)),
    a_list("policy directory", "<tr><td>{n}</td><td><a href='t{n}.html'>{t}</a></td><td>示政发〔2026〕{n}号</td><td>{v}</td></tr>", ISO, D(2026, 11, 3), wrap="<table><tr><td>序号</td><td>名称</td><td>文号</td><td>发布日期</td></tr>{}</table>"),
    a_list("new pictures and departments", "<li><img src='dot.gif'><a href='/d/{n}'>[办公室]</a> <a href='t{n}.html'>{t}</a><img src='new.gif'><span class='date'>({v})</span></li>", ISO, D(2026, 11, 3)),
    a_list("english card", "<div class='item'><div class='date'><span class='day'>{v}</span><span class='mon'>Oct 2026</span></div><h3><a href='t{n}.html'>{t}</a></h3></div>", ("23", "12", "08"), D(2026, 10, 23), wrap="<div>{}</div>"),
    a_list("minguo with dots", LI, ("115.11.03", "115.10.20"), D(2026, 11, 3)),
    a_list("upper-case tags without ends", "<LI><A HREF='t{n}.html'>{t}</A> <FONT COLOR=gray>[{v}]</FONT>", ISO, D(2026, 11, 3), wrap="<UL>{}</UL>"),
    a_list("date in an attribute of the row's own", "<li><a href='t{n}.html'>{t}</a><span class='time' title='{v}'>{v} 星期二</span></li>", ISO, D(2026, 11, 3)),
    a_list("rows of paragraphs", "<p>{v}　<a href='t{n}.html'>{t}</a></p>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("rows of divs", "<div><div class='l'><a href='t{n}.html'>{t}</a></div><div class='r'>{v}</div></div>", ISO, D(2026, 11, 3), wrap="<div>{}</div>"),
    a_list("short titles", "<li><a href='t{n}.html'>公 示</a><span>{v}</span></li>".replace("公 示", "{t}"), ISO, D(2026, 11, 3)),
    a_list("calls with a term", "<li><a href='t{n}.html'>{t}</a><p>征集时间：2026-11-10 至 2026-12-10</p><span>{v}</span></li>", ISO, D(2026, 11, 3)),
]  # fmt: skip

JSONLD = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-03T08:00:00+08:00","dateModified":"2026-11-20"}</script>'
PROSE = (
    "<p>"
    + "各县（市）区人民政府，市政府各部门：为做好相关工作，经研究，现就有关事项通知如下。" * 6
    + "</p><p>附件下载后请于2026年11月15日前报送，本办法自2026年12月1日起施行。</p><p>示例市人民政府</p><p>2026年11月1日</p>"
)


def an_article(
    name: str,
    info: str,
    newest: date | None,
    *,
    head: str = "",
    url: str = "http://www.example.gov.cn/zwgk/content.jsp?id=7",
    after: str = "",
    **more: object,
) -> Trap:
    title = "关于做好防汛抗旱工作的通知"
    body = page(
        f"<div class='article'><h1>{title}</h1><div class='x'>{info}</div><div class='con'>{PROSE}</div></div>{after}",
        title=title + "_示例市人民政府",
        head=head,
    )
    return Trap(name=name, body=body, newest=newest, kind=PageKind.ARTICLE, url=url, **more)  # type: ignore[arg-type]


ARTICLES = [
    an_article("label", "发布时间：2026-11-03 来源：办公室", D(2026, 11, 3), guessed=PageKind.ARTICLE),
    an_article("glued label", "信息发布时间：2026-11-03阅读次数：3", D(2026, 11, 3)),
    an_article("spaced label", "发 布 时 间： 2026年11月3日", D(2026, 11, 3)),
    an_article("uploaded label", "上载日期：2026-11-03 来源: 市人民政府办公室", D(2026, 11, 3)),
    an_article("label in its own element", "<span>发布日期：</span><span>2026-11-03</span>", D(2026, 11, 3)),
    an_article("label in a table", "<table><tr><td>索引号</td><td>000014349/2026-00027</td></tr><tr><td>成文日期</td><td>2026-10-11</td></tr><tr><td>发布日期</td><td>2026-11-03</td></tr></table>", D(2026, 11, 3)),
    an_article("written date is not publication", "成文日期：2026-10-11 发布日期：2026-11-03", D(2026, 11, 3)),
    an_article("published before updated", "发布时间：2026-11-03 更新时间：2026-11-20", D(2026, 11, 3)),
    an_article("unlabelled line", "来源：办公室 2026-11-03 09:12 点击：33", D(2026, 11, 3)),
    an_article("bare date under the title", "2026-11-03", D(2026, 11, 3)),
    an_article("bare chinese date and weekday", "2026年11月3日 星期二", D(2026, 11, 3)),
    an_article("compact label", "日期：20261103", D(2026, 11, 3)),
    an_article("two-digit label", "时间：26-11-03 08:12", D(2026, 11, 3)),
    an_article("english", "Release time: Nov 3, 2026 Views: 12", D(2026, 11, 3)),
    an_article("russian", "Опубликовано: 3 ноября 2026", D(2026, 11, 3)),
    an_article("script variable", "<script>var pubdata='2026年11月03日';document.write(pubdata)</script>", D(2026, 11, 3)),
    an_article("meta only", "", D(2026, 11, 3), head='<META Name=PubDate content="2026-11-03 09:12">'),
    an_article("meta in lower case", "", D(2026, 11, 3), head='<meta name="pubdate" content="2026-11-03 09:12"/>'),
    an_article("generated meta overruled", "发布时间：2026-11-03", D(2026, 11, 3), head='<meta name="PubDate" content="2026-11-22 09:12">'),
    an_article("json-ld", "", D(2026, 11, 3), head=JSONLD),
    an_article("open graph", "", D(2026, 11, 3), head='<meta property="article:published_time" content="2026-11-03T01:00:00Z">'),
    an_article("related list is newer", "发布时间：2026-11-03", D(2026, 11, 3), after=rows(LI, "2026-11-22", "2026-11-21", "2026-11-20", wrap="<div class='xg'><h3>相关文章</h3><ul>{}</ul></div>")),
    an_article("future label refused, meta stands", "发布时间：2062-11-03", D(2026, 11, 3), head='<meta name="PubDate" content="2026-11-03">'),
    an_article("deadline is no publication", "报名时间：2026年11月10日至2026年11月12日", None),
    an_article("term of a call is no publication", "征集时间：2026-11-10 至 2026-11-20 状态：已结束", None),
    an_article("relative label", "发布于：3天前", D(2026, 11, 20)),
    an_article("date and source apart", "<span class='ly'>来源：<a href='#'>新华网</a></span><span class='rq'>2026-11-03 08:12</span>", D(2026, 11, 3)),
    an_article("comments are later", "发布时间：2026-11-03", D(2026, 11, 3), after="<div class='comment'><p>张三 发表于 2026-11-20 08:12</p></div>"),
    an_article("nothing but the text", "", None),
    an_article("closing dates and issue numbers", "第20201124期 1/76 2020-2021学年度", None),
    an_article("a clock is no date", "<div id='clock'>当前时间：2026年11月23日 08:12:33</div>", None),
]  # fmt: skip

ISLAND = (
    '<div id="1"><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/dataproxy.jsp?page=1"></a>]]></nextgroup>'
    "<recordset>{}</recordset></datastore></script></div>"
)
OTHERS = [
    Trap(name="data island", body=page(rows("<record><![CDATA[<li><a href='/art/2026/11/3/art_1_{n}.html' title='{t}'>{t}</a><span>{v}</span></li>]]></record>", *ISO, wrap=ISLAND)),
         newest=D(2026, 11, 3), items=4, first=TITLES[0], filling=Filling.ROWS),
    Trap(name="document.write rows", body=page(rows("<script>document.write('<li><a href=\"t{n}.html\">{t}</a><span>{v}</span></li>');</script>", *ISO)),
         newest=D(2026, 11, 3), items=4, first=TITLES[0], filling=Filling.ROWS),
    Trap(name="document.write with variables", body=page(rows("<script>var u{n}='t{n}.html';var d{n}=\"{v}\";document.write('<li><a href=\"'+u{n}+'\">{t}</a><span>'+d{n}+'</span></li>');</script>", *ISO)),
         newest=D(2026, 11, 3), items=4, first=TITLES[0]),
    Trap(name="pinned old rows", body=page(rows(LI, "2019-01-02", "2018-03-04", "2026-11-03", "2026-10-20", "2026-09-08", "2026-08-01", "2026-07-01")),
         newest=D(2026, 11, 3), items=7),
    Trap(name="side list is newer", body=page("<div class='main'>" + rows(LI, *ISO, "2025-11-01", "2025-10-01", wrap="<ul class='list'>{}</ul>") + "</div><div class='sidebar'><h3>最新更新</h3>" + rows("<li><a href='x{n}.html'>{t}</a><span>{v}</span></li>", "2026-11-22", "2026-11-21", "2026-11-20") + "</div>"),
         newest=D(2026, 11, 3), items=6),
    Trap(name="empty list", body=page("<div class='main'><h2>通知公告</h2><ul class='newslist'></ul></div>"), newest=None, items=0, filling=Filling.EMPTY),
    Trap(name="a text with an empty list beside it is not blank", body=page("<div class='main'><h2>机构职能</h2>" + PROSE.replace("2026年", "") + "<ul class='newslist'></ul></div>"), newest=None, items=0, filling=Filling.UNCLEAR),
    Trap(name="a message box that is empty", body=page("<div class='main'><h2>机构职能</h2>" + PROSE.replace("2026年", "") + "<div>暂无留言信息</div><div>暂无数据</div></div>"), newest=None, items=0, filling=Filling.UNCLEAR),
    Trap(name="empty until it has loaded", body=page("<div class='main'><div id='list'>暂无数据</div></div><script>$.ajax({url:'/queryList',data:{pageSize:20}})</script>"), newest=None, items=0, filling=Filling.SCRIPT),
    Trap(name="says that it is empty", body=page("<div class='main'><h2>通知公告</h2><div>暂无内容</div></div>"), newest=None, items=0, filling=Filling.EMPTY),
    Trap(name="bound template", body=page("<div id='vm'><ul><li v-for='i in list'><a :href='i.url'>{{ i.title }}</a><span>{{ i.date }}</span></li></ul></div>"), newest=None, items=0, filling=Filling.SCRIPT),
    Trap(name="loading", body=page("<div class='main'><ul id='list'><li>正在加载中...</li></ul></div><script src='list.js'></script>"), newest=None, items=0, filling=Filling.SCRIPT),
    Trap(name="terms only", body=page(rows("<li><a href='t{n}.html'>{t}</a><p>征集时间：{v} 至 2026-12-10</p></li>", "2026-11-10", "2026-11-08", "2026-10-01")), newest=None),
    Trap(name="shell", body="<html><head><title>x</title></head><body><div id=app></div><script src=/js/app.8d7.js></script></body></html>", newest=None, items=0, filling=Filling.SCRIPT),
    Trap(name="ajax", body=page("<div class='main'><ul id='list'></ul></div><script>$.ajax({url:'/api/list',success:function(d){show(d)}})</script>"), newest=None, items=0, filling=Filling.SCRIPT),
    Trap(name="leader's biography", body=page("<div class='main'><h2>局领导</h2><p>张某，男，1970年4月生，1992年7月参加工作，2017年1月任现职。</p></div>"), newest=None, items=0),
    Trap(name="clock, weather and counter", body=page("<div>今天是：2026年11月23日 星期一</div><div class='weather'>11月24日 晴 3℃</div><div>访问量：20261103</div>"), newest=None, items=0),
    Trap(name="home with blocks", kind=PageKind.HOME, url="http://www.example.gov.cn/", guessed=PageKind.HOME,
         body=page("<div class='a'><h2>动态</h2>" + rows(LI, "11-03", "10-20") + "</div><div class='b'><h2>公告</h2>" + rows("<li><i>{v}</i><a href='b{n}.html'>{t}</a></li>", "2026-11-05", "2025-01-01") + "</div>"),
         newest=D(2026, 11, 5), items=4),
    Trap(name="explicit pins", body=page(rows("<li><a href='t{n}.html'>{t}</a>{v}</li>", "<em>[置顶]</em><span>2020-01-05</span>", "<span>2026-11-03</span>", "<span>2026-10-03</span>")),
         newest=D(2026, 11, 3), items=3),
    Trap(name="two date columns", body=page(rows("<tr><td><a href='t{n}.html'>{t}</a></td><td>2026-11-2{n}</td><td>{v}</td></tr>", "2026-11-03", "2026-10-20", "2026-10-08", wrap="<table><tr><th>标题</th><th>实施日期</th><th>发布日期</th></tr>{}</table>")),
         newest=D(2026, 11, 3), items=3),
    Trap(name="written and published columns", body=page(rows("<tr><td><a href='t{n}.html'>{t}</a></td><td>{v}</td><td>2026-10-1{n}</td></tr>", "2026-11-03", "2026-11-02", "2026-11-01", wrap="<table><tr><td>名称</td><td>发布日期</td><td>成文日期</td></tr>{}</table>")),
         newest=D(2026, 11, 3), items=3),
    Trap(name="interviews by the day they are held", body=page(rows("<li><h4><a href='t{n}.html'>{t}</a></h4><p>访谈时间：{v} 10:00</p><p>嘉宾：局长</p></li>", *ISO)),
         newest=D(2026, 11, 3), items=4),
    Trap(name="a short label after a title that ends like another one", body=page(rows("<li><a href='t{n}.html'>{t}</a><span class='info'><small>日期：</small>{v} 10:25:11<small>点击：</small>123</span></li>", *ISO)),
         newest=D(2026, 11, 3), items=4),
    Trap(name="undated list", body=page("<div class='main'>" + rows("<li><a href='t{n}.html'>{t}</a></li>", *"abcd") + "</div>"), newest=None, items=4, first=TITLES[0], filling=Filling.ROWS),
    Trap(name="titles with days only", body=page(rows("<li><a href='t{n}.html'>2026年11月{v}日空气质量日报</a></li>", "3", "2", "1")), newest=None),
    Trap(name="news calendar beside", body=page("<table class='calendar'><tr><td colspan=7>2026年11月</td></tr><tr>" + "".join(f"<td><a href='?d={d}'>{d}</a></td>" for d in range(1, 31)) + "</tr></table>" + rows(LI, *ISO)),
         newest=D(2026, 11, 3), items=4),
]  # fmt: skip

TRAPS = [*LISTS, *ARTICLES, *OTHERS]
