"""The frame round the pages of the newer portals, and the parts that most makes share."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from html import escape

from monitor.demo import words
from monitor.demo.plan import Draft, Entry, Make, Row, Section, base

Crumbs = tuple[tuple[str, str], ...]

CLOCK = "[clock]"
"""In a footer: the line that makes a sleeping portal look awake."""
OPENING = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
WEEKDAYS = "一二三四五六日"

_CSS = """

body{margin:0;font:15px/1.7 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#333;background:#f3f5f8}
a{color:#234;text-decoration:none}a:hover{color:COLOR}.w{width:1100px;max-width:96%;margin:0 auto}
.top{background:#fafafa;border-bottom:1px solid #e3e6ea;font-size:13px}
.top a{margin-right:1.2em;color:#667}header{background:linear-gradient(#fff,#e9eff7);padding:22px 0}
header b{font-size:30px;color:COLOR;letter-spacing:2px;vertical-align:middle;margin-left:14px}
header img{vertical-align:middle}nav{background:COLOR}
nav ul{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap}
nav a{display:block;padding:10px 18px;color:#fff}nav a:hover{background:rgba(0,0,0,.15);color:#fff}
main,.crumbs{background:#fff;padding:14px 24px}.crumbs{margin-top:12px;color:#889;font-size:13px}
main{min-height:380px;margin-bottom:14px}.blocks{display:grid;grid-template-columns:1fr 1fr;gap:24px}
.blocks h2,.list h2{font-size:18px;border-bottom:2px solid COLOR;margin:8px 0}
.blocks h2 a.more{float:right;font-size:13px}ul.rows,.blocks ul{list-style:none;margin:0;padding:0}
ul.rows li,.blocks li{border-bottom:1px dotted #ccd;padding:5px 0}
ul.rows span,.blocks li span,dl.rows dd{float:right;color:#99a;font-size:13px}
dl.rows dt{border-bottom:1px dotted #ccd}h1{text-align:center;font-size:24px}
.info{text-align:center;color:#889;border-bottom:1px solid #eee;padding-bottom:8px}
.text p{text-indent:2em}.pages{text-align:center;margin:18px}
.card{display:flex;gap:18px;border:1px solid #e3e6ea;padding:12px;margin:10px 0}
.card .date{background:COLOR;color:#fff;text-align:center;padding:6px 12px}
.card b{font-size:26px;display:block}.card h3{margin:0}table.rows{width:100%}
footer{background:#39424e;color:#cdd;font-size:13px;padding:18px;text-align:center}
footer a{color:#fff;margin:0 8px}
"""


def css(color: str) -> bytes:
    """The style sheet of a portal in its colour."""
    return _CSS.replace("COLOR", color).strip().encode()


def picture(color: str, width: int = 64, height: int = 48) -> bytes:
    """A small PNG: a light disc on a ground of the colour, "#rrggbb"."""
    ground, light = bytes.fromhex(color.removeprefix("#")), b"\xf4\xe9\xc8"
    radius = (min(width, height) * 2 // 5) ** 2
    lines = b"".join(
        b"\0"
        + b"".join(light if (x - width // 2) ** 2 + (y - height // 2) ** 2 < radius else ground for x in range(width))
        for y in range(height)
    )

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def link(href: str, text: str, more: str = "") -> str:
    """An anchor; `text` and `href` are escaped."""
    return f'<a href="{escape(href)}"{more}>{escape(text)}</a>'


def modern(draft: Draft, title: str, crumbs: Crumbs, main: str, head: str) -> str:
    """A whole document with header, navigation, breadcrumb and footer, in div layout."""
    items = "".join(f"<li>{link(href, text)}</li>" for text, href in navigation(draft))
    name = escape(draft.name)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
{head}<link rel="stylesheet" href="/css/site.css">
</head>
<body>
<div class="top"><div class="w">{draft.top or link(base("www") + "/", "示例市人民政府门户网站")}</div></div>
<header><div class="w"><a href="/"><img src="/images/logo.png" alt="{name}"></a><b>{name}</b></div></header>
<nav><div class="w"><ul><li><a href="/">首　页</a></li>{items}</ul></div></nav>
<div class="w">
{trail(crumbs)}<main>
{main}
</main>
</div>
<footer>{footer(draft)}</footer>
</body>
</html>
"""


def navigation(draft: Draft, make: Make | None = None) -> list[tuple[str, str]]:
    """Words and address of every column that is built by `make` (None: as the portal itself)."""
    return [(s.name, s.path) for s in draft.sections if s.make is make]


def trail(crumbs: Crumbs) -> str:
    """The breadcrumb; "" on a home page."""
    if not crumbs:
        return ""
    steps = " &gt; ".join(link(href, text) if href else escape(text) for text, href in crumbs)
    return f'<div class="crumbs">当前位置：<a href="/">首页</a> &gt; {steps}</div>\n'


def footer(draft: Draft) -> str:
    """The footer's lines: who runs the site, its codes, and what the draft adds."""
    added = draft.footer.replace(CLOCK, clock(draft.today))
    return (
        f"<p>{added}</p>\n<p>主办单位：{escape(draft.name)}　联系电话：0000-{draft.code[-7:]}</p>\n"
        f"<p>示ICP备 {draft.code[-8:]} 号　示公网安备 {draft.code}0022 号　网站标识码：{draft.code}</p>\n"
        f"<p>版权所有 © 2009-{draft.today.year} {escape(draft.name)}</p>"
    )


def clock(day: date) -> str:
    """The line that makes a sleeping portal look awake."""
    return f"今天是{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def article(draft: Draft, section: Section, entry: Entry, number: int) -> str:
    """An article with title, its line of date and source, and three paragraphs."""
    dated = f"发布时间：{entry.day} {8 + number % 9:02d}:{number * 7 % 60:02d}　" if entry.day else ""
    body = "".join(f"<p>{p}</p>\n" for p in words.paragraphs(draft.unit, number, seed(section)))
    return (
        f'<h1>{escape(entry.title)}</h1>\n<div class="info">{dated}来源：{escape(draft.name)}　'
        f'<a href="javascript:window.print()">打印</a></div>\n<div class="text">\n{body}{entry.extra}</div>'
    )


def blocks(draft: Draft, parts: tuple[tuple[Section, tuple[Row, ...]], ...]) -> str:
    """The main part of a home page: the first rows of every column that has some."""
    boxes = []
    for section, rows in parts:
        lines = "".join(f"<li>{link(r.href, r.title)}<span>{r.day or ''}</span></li>" for r in rows[:5])
        more = link(section.path, "更多>>", ' class="more"')
        boxes.append(f"<div><h2>{link(section.path, section.name)}{more}</h2><ul>{lines}</ul></div>")
    return f'<div class="blocks">{"".join(boxes)}</div>\n{draft.aside}'


def no_head(draft: Draft, section: Section | None, entry: Entry | None) -> str:
    """No further head lines."""
    return ""


def seed(section: Section) -> int:
    """A small number of the column's own, the same on every day."""
    return sum(section.path.encode()) % 900 + 100


def pager(section: Section, page: int, pages: int, address: object) -> str:
    """Plain links to the pages of a list; "" when there is one page only."""
    assert callable(address)
    if pages < 2:
        return ""
    numbers = "".join(
        link(address(section, n), str(n + 1)) + " " if n != page else f"<b>{n + 1}</b> " for n in range(pages)
    )
    onward = link(address(section, page + 1), "下一页") if page + 1 < pages else "下一页"
    return f'<div class="pages">共{pages}页 {numbers}{onward} {page + 1}/{pages}</div>'
