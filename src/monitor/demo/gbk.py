"""The GBK portal: gb2312 declared in a meta tag only, Chinese paths, and queries that a browser sends in GBK."""

from __future__ import annotations

from monitor.demo import shell, table
from monitor.demo.plan import Entry, Make, Row, Section


def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
    """One page of a list, dates in round brackets after the title."""
    lines = "\n".join(f"<li>{row.mark}{shell.link(row.href, row.title)}（{row.day or ''}）</li>" for row in rows)
    return f"<h2>{section.name}</h2><ul>{lines}</ul>{section.empty}{shell.pager(section, page_, pages, page)}"


def page(section: Section, number: int) -> str:
    """The page's number is one more word of the query."""
    return section.path + (f"&页={number + 1}" if number else "")


def place(section: Section, number: int, entry: Entry) -> str:
    """Half of the articles stand under a Chinese path, half behind a Chinese query."""
    if number % 2:
        return f"/信息/{section.name}_{number}.html"
    return f"/show.asp?栏目={section.name}&id={number}"


GBK = Make(
    name="gbk",
    listing=listing,
    page=page,
    place=place,
    shell=table.frame,
    article=shell.article,
    head=shell.no_head,
    charset="gb18030",
    kind="text/html",
)
