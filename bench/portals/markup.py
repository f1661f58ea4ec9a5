"""The pages of a portal as bytes, with the markup that publishing systems of its kind write."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from itertools import islice

from portals.plan import LINKS, Article, Column, Portal

SIZE = 27_000
_MENU = 19
_HOME_BLOCKS, _HOME_ROWS = 6, 6
_ASIDE_STEP = 37
_STYLE = "<style>\n" + "".join(
    f".box{n} .tit{{height:{30 + n}px;line-height:{30 + n}px;background:#f5f5f5 repeat-x left top;}}\n"
    f".box{n} ul li{{float:left;width:{200 + n}px;overflow:hidden;text-overflow:ellipsis;}}\n"
    for n in range(16)
) + "</style>\n"  # fmt: skip
_SCRIPT = "<script>\n" + "".join(
    f"function show{n}(id){{var o=document.getElementById(id);"
    f"if(o){{o.style.display=o.style.display=='none'?'block':'none';}}}}\n"
    for n in range(12)
) + "</script>\n"  # fmt: skip
_PROSE = (
    "为深入贯彻落实上级{0}{1}部署，进一步提高{2}质量和水平，现将有关事项通知如下。",
    "各县（市、区）{0}部门，市政府各部门、各{1}机构，请结合本地{2}的实际，认真抓好贯彻落实。",
    "要提高政治站位，切实加强{0}领导，明确{1}分工，细化{2}措施，确保各项任务按时完成。",
    "要突出{0}，抓住关键环节，统筹推进{1}工作，及时协调解决{2}的困难和问题。",
    "要强化{0}检查，健全{1}机制，对{2}不力、进度迟缓的单位予以通报。",
    "申报单位应当于12月15日前将{0}材料一式三份报送至{1}科室，逾期不予{2}。",
    "本办法自印发之日起施行，{0}期五年，此前{1}规定与本{2}不一致的，以本办法为准。",
    "根据2026年度{0}要点，现就{1}项目{2}安排情况予以公示，公示期为7个工作日。",
    "截至三季度末，全市已完成{0}18.6亿元，占{1}计划的78.3%，比上年{2}增长6.2%。",
    "会议听取了{0}部门{1}情况汇报，研究部署了下一{2}的重点任务。",
    "联系人：{0}办，联系电话：0452-2790000，电子邮箱见{1}网“{2}我们”栏目。",
    "有关{0}和{1}如有异议，请在公示期内以书面{2}反映，并署真实姓名和联系方式。",
)
_WORDS = (
    "教育", "卫生", "交通", "住房", "环境", "财政", "审计", "人事", "民政", "司法", "农业", "水利", "商务", "文化",
    "应急", "市场", "统计", "医保", "林业", "规划", "工业", "科技", "治安", "土地", "体育", "粮食", "国资", "信访",
    "金融", "气象", "审批", "城管", "人防", "优抚", "园林", "政务", "数据", "就业", "扶贫", "外事",
)  # fmt: skip
"""What stands in the gaps of a sentence: three of forty, so that hardly a sentence stands anywhere twice."""
_PARAGRAPHS, _SENTENCES = 11, 3
_TYPESET = (
    '<p style="text-indent: 2em; line-height: 1.8; margin: 0cm">'
    '<span style="font-family: 仿宋_GB2312; font-size: 16pt">'
)
_FRAME = (
    '<div class="frame frame-{n}" style="margin:0 auto;width:1200px;clear:both;overflow:hidden">'
    '<span class="ico ico-{n}"></span></div>\n'
)


def home(portal: Portal) -> bytes:
    """The home page: the newest of six columns, and the way to every column."""
    blocks = "".join(
        f'<div class="block"><h3><a href="{c.folder}">{c.name}</a></h3>'
        f"<ul>{_rows(c.articles[:_HOME_ROWS])}</ul></div>\n"
        for c in portal.columns[:_HOME_BLOCKS]
    )
    names = "".join(f'<li><a href="{c.folder}">{c.name}</a></li>' for c in portal.columns)
    body = f'<div class="home">{blocks}</div>\n<div class="lmdh"><h3>栏目导航</h3><ul>{names}</ul></div>\n'
    return _page(portal, portal.name, "", body, "utf-8", "").encode()


def list_page(portal: Portal, column: Column, number: int) -> bytes:
    """One page of a column's list, with its pager."""
    rows = _rows(column.rows(number))
    meta = f'<meta name="ColumnName" content="{column.name}">\n<meta name="ColumnType" content="{column.name}">\n'
    body = f'<div class="list-right">\n<ul class="list">\n{rows}</ul>\n{_pager(column, number)}</div>\n'
    return _whole(portal, column, column.name, meta, body, f"{column.folder} {number}")


def article(portal: Portal, column: Column, number: int) -> bytes:
    """One article, with its day of publication and its neighbours."""
    this = column.articles[number]
    meta = (
        f'<meta name="ColumnName" content="{column.name}">\n<meta name="ArticleTitle" content="{escape(this.title)}">\n'
        f'<meta name="PubDate" content="{this.day} 09:21">\n'
    )
    near = [column.articles[n] for n in (number - 1, number + 1) if 0 <= n < len(column.articles)]
    neighbours = "".join(f'<p class="near"><a href="{a.path}">{escape(a.title)}</a></p>\n' for a in near)
    body = (
        f'<div class="article">\n<h1>{escape(this.title)}</h1>\n'
        f'<div class="info">发布时间：{this.day} 09:21　来源：{portal.name}办公室　字号：大 中 小</div>\n'
        f'<div class="TRS_Editor">\n{_prose(this.path)}{_links_in_text(portal, this)}'
        f"{_signature(portal, this)}</div>\n{neighbours}</div>\n"
    )
    return _whole(portal, column, this.title, meta, body, this.path)


def _links_in_text(portal: Portal, this: Article) -> str:
    said = [f'<p>附件：<a href="{this.attachment}">{escape(this.title)}附件</a></p>\n'] if this.attachment else []
    further = (*portal.dead.get(this.path, ()), *portal.redirects.get(this.path, ()))
    said += [f'<p>相关链接：<a href="{path}">有关文件原文</a></p>\n' for path in further]
    return "".join(said)


def _signature(portal: Portal, this: Article) -> str:
    changed = "<p>（本文内容已作修订，以修订后的为准。）</p>\n" if this.path in portal.reworded else ""
    return f"{changed}<p>{portal.name}办公室</p>\n<p>{_chinese(this.day)}</p>\n"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _rows(articles: Sequence[Article]) -> str:
    return "".join(
        f'<li><a href="{a.path}" target="_blank" title="{escape(a.title)}"><i class="dot"></i>{escape(a.title)}</a>'
        f'<span class="date">{a.day}</span></li>\n'
        for a in articles
    )


def _pager(column: Column, number: int) -> str:
    lists = column.lists
    near = "".join(
        f"<span>{n + 1}</span>" if n == number else f'<a href="{lists[n]}">{n + 1}</a>'
        for n in range(max(0, number - 2), min(len(lists), number + 3))
    )
    following = f'<a href="{lists[number + 1]}">下一页</a>' if number + 1 < len(lists) else ""
    return f'<div class="page">共{len(lists)}页 {near} {following} <a href="{lists[-1]}">尾页</a></div>\n'


def _whole(portal: Portal, column: Column, title: str, meta: str, body: str, key: str) -> bytes:
    crumbs = (
        f'<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="{column.folder}">{column.name}</a></div>\n'
    )
    charset = "gb2312" if column.encoding == "gbk" else column.encoding
    return _page(portal, f"{title}-{portal.name}", meta, crumbs + body, charset, key).encode(column.encoding)


def _page(portal: Portal, title: str, meta: str, body: str, charset: str, key: str) -> str:
    menu = "".join(
        f'<li class="m{n}"><a href="{c.folder}" target="_self"><span>{c.name}</span></a><i></i></li>\n'
        for n, c in enumerate(portal.columns[:_MENU])
    )
    head = (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'
        f'<title>{escape(title)}</title>\n<meta name="SiteName" content="{portal.name}">\n{meta}'
        f'<link rel="stylesheet" href="/css/site.css">\n{_STYLE}{_SCRIPT}</head>\n<body>\n'
        f'<div class="top">{portal.name}门户网站 {portal.host}</div>\n'
        f'<div class="nav"><ul><li><a href="/">首页</a></li>{menu}</ul></div>\n'
    )
    foot = (
        f'<div class="footer"><p>主办：{portal.name}办公室　网站标识码：2300000001</p>'
        "<p>备案序号：黑ICP备05000001号　地址：人民路1号　邮编：150000</p></div>\n</body>\n</html>\n"
    )
    left = LINKS - head.count("<a ") - body.count("<a ")
    aside = "".join(
        f'<li><a href="{a.path}">{escape(a.title)}</a></li>\n' for a in islice(_aside(portal, key), max(0, left))
    )
    said = f'{head}<div class="main">\n{body}</div>\n<div class="aside"><h3>热点信息</h3><ul>{aside}</ul></div>\n'
    size = len((said + foot).encode("gbk" if charset == "gb2312" else charset))
    return said + _frames(SIZE - size) + foot


def _aside(portal: Portal, key: str) -> Iterator[Article]:
    """Articles from all over the portal, the same ones for the same page on either day."""
    articles = portal.first_articles
    place = sum(key.encode()) * 7919
    while True:
        place += _ASIDE_STEP
        yield articles[place % len(articles)]


def _prose(key: str) -> str:
    """The text of an article, another one for each, typeset as a word processor leaves it."""
    draw = random.Random(key)
    texts = (
        "".join(sentence.format(*draw.sample(_WORDS, 3)) for sentence in draw.sample(_PROSE, _SENTENCES))
        for _ in range(_PARAGRAPHS)
    )
    return "".join(f"{_TYPESET}{text}</span></p>\n" for text in texts)


def _frames(room: int) -> str:
    """Empty frames, of which such pages are full, up to the usual size."""
    frames: list[str] = []
    while room > 0:
        frames.append(_FRAME.format(n=len(frames)))
        room -= len(frames[-1])
    return "".join(frames)
