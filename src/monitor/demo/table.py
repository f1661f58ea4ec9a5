"""Portals in table layout, as they were built before 2010: rows [11-03] without a year; also the GBK portal's frame."""

from __future__ import annotations

from html import escape

from monitor.demo import shell
from monitor.demo.plan import Draft, Entry, Make, Row, Section, base


def frame(draft: Draft, title: str, crumbs: shell.Crumbs, main: str, head: str) -> str:
    """A whole document in nested tables; its charset is declared by meta only."""
    cells = "".join(f'<td align="center">{shell.link(href, text)}</td>' for text, href in shell.navigation(draft))
    name, home = escape(draft.name), '<td align="center"><a href="/">首页</a></td>'
    declared = "gb2312" if draft.make.charset == "gb18030" else draft.make.charset
    return f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={declared}">
<title>{escape(title)}</title>
{head}<link rel="stylesheet" type="text/css" href="/css/site.css">
</head>
<body bgcolor="#eef2f6">
<table width="1000" align="center" cellpadding="6" cellspacing="0" bgcolor="#ffffff">
<tr><td colspan="2"><img src="/images/logo.png" alt="{name}">
<font size="6" color="{draft.color}"><b>{name}</b></font></td></tr>
<tr bgcolor="#dde6f2"><td colspan="2"><table width="100%"><tr>{home}{cells}</tr></table></td></tr>
<tr><td colspan="2">{shell.trail(crumbs)}</td></tr>
<tr><td colspan="2" valign="top">
{main}
</td></tr>
<tr bgcolor="#e8e8e8"><td colspan="2" align="center"><div class="footer">{shell.footer(draft)}
<p>{shell.link(base("www") + "/", "示例市人民政府")}　本站建议使用1024×768分辨率浏览</p></div></td></tr>
</table>
</body>
</html>
"""


def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
    """One page of a list; the rows tell month and day only."""
    lines = "\n".join(
        f'<tr><td width="85%">·{row.mark}{shell.link(row.href, row.title)}</td>'
        f'<td align="right">{_short(row)}</td></tr>'
        for row in rows
    )
    nothing = f'<tr><td colspan="2" align="center">{section.empty}</td></tr>' if section.empty else ""
    heading = f'<tr><td colspan="2"><b>{section.name}</b></td></tr>'
    return (
        f'<table class="rows">{heading}</table>\n<table class="rows list">{lines}{nothing}</table>\n'
        f"{shell.pager(section, page_, pages, page)}"
    )


def _short(row: Row) -> str:
    return f"[{row.day:%m-%d}]" if row.day else ""


def page(section: Section, number: int) -> str:
    """list_2.html is the second page."""
    return section.path + (f"list_{number + 1}.html" if number else "")


def place(section: Section, number: int, entry: Entry) -> str:
    """A running number: the address tells no date."""
    return f"{section.path}{shell.seed(section) * 10 + number}.html"


TABLE = Make(
    name="table",
    listing=listing,
    page=page,
    place=place,
    shell=frame,
    article=shell.article,
    head=shell.no_head,
    kind="text/html",
)
