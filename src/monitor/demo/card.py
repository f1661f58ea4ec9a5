"""Portals in card layout: the day stands large, year and month small below it."""

from __future__ import annotations

from monitor.demo import shell
from monitor.demo.plan import Entry, Make, Row, Section


def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
    """One page of a list of cards."""
    cards = "\n".join(
        f'<div class="card"><div class="date"><b>{row.day:%d}</b><span>{row.day:%Y-%m}</span></div>'
        f"<div><h3>{row.mark}{shell.link(row.href, row.title)}</h3><p>点击查看详情</p></div></div>"
        for row in rows
        if row.day
    )
    pager = shell.pager(section, page_, pages, page)
    return f'<div class="list"><h2>{section.name}</h2>{cards}{section.empty}</div>{pager}'


def page(section: Section, number: int) -> str:
    """?page=2 is the second page."""
    return section.path + (f"?page={number + 1}" if number else "")


def place(section: Section, number: int, entry: Entry) -> str:
    """A running number: the address tells no date."""
    return f"{section.path}detail/{shell.seed(section) * 10 + number}"


CARD = Make(
    name="card",
    listing=listing,
    page=page,
    place=place,
    shell=shell.modern,
    article=shell.article,
    head=shell.no_head,
)
