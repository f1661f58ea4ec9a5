"""Lists read off their letters: the same rows as the tree finds, and the tree where there is doubt."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.model import PageKind
from monitor.page import freshness, read

TODAY = date(2026, 11, 23)
URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"
DAYS = ("2026-11-03", "2026-10-28", "2026-10-09", "2026-09-30")
TITLE = "关于开展年度安全生产检查工作的通知"


def page(row: str, around: str = "<ul class='list'>{}</ul>") -> bytes:
    rows = "\n".join(row.format(day=day, title=f"{TITLE}{number}", n=number) for number, day in enumerate(DAYS, 1))
    body = around.format(rows)
    return f"<html><head><title>通知公告</title></head><body><h1>通知公告</h1>{body}</body></html>".encode()


PLAIN = {
    "date after": page("<li><a href='./t{n}.html'>{title}</a><span>{day}</span></li>"),
    "date first": page("<li><span>[{day}]</span><a href='../{n}.html' title='{title}（全文）'>{title}</a></li>"),
    "time of day": page("<li><a href='/a/{n}.html'>{title}</a><i class='t'>{day} 09:30</i></li>"),
    "named": page("<li><a href='{n}.html'>{title}</a><p>发布时间：{day}</p></li>"),
    "table": page("<tr><td>{n}</td><td><a href='?id={n}'>{title}</a></td><td>{day}</td></tr>", "<table>{}</table>"),
    "two links": page("<li><a href='/c/'>[通知]</a><a href='{n}.html'>{title}</a><span>{day}</span></li>"),
    "div rows": page("<div class='r'><h3><a href='{n}.html'>{title}</a></h3><em>{day}</em></div>", "<div>{}</div>"),
    "comments": page("<li><!-- <b>{n}</b> --><a href='{n}.html'>{title}</a><span>{day}</span></li>"),
    "pinned": page("<li><img alt='置顶'><a href='{n}.html'>{title}</a><span>{day}</span></li>"),
}
DOUBTFUL = {
    "glued": page("<li><a href='{n}.html'>{title}</a> {day}</li>"),
    "month and day": page("<li><a href='t202611{n}.html'>{title}</a><span>11-0{n}</span></li>"),
    "open rows": page("<li><a href='{n}.html'>{title}</a><span>{day}</span>"),
    "broken tag": page("<li><a href='{n}.html'>{title}</a<b>x</b>><span>{day}</span></li>"),
    "another day": page("<li><a href='{n}.html'>{title}</a><b>成文日期：</b><span>{day}</span></li>"),
    "two dates": page("<li><a href='{n}.html'>{title}</a><span>{day}</span><i>2026-01-0{n}</i></li>"),
    "future": page("<li><a href='{n}.html'>{title}</a><span>{day}</span></li>").replace(b"2026-11", b"2027-11"),
    "more in a script": page("<li><a href='{n}.html'>{title}</a><span>{day}</span></li>").replace(
        b"</ul>", b"<script>document.write('<li><a href=x>" + TITLE.encode() + b"</a><span>2026-01-01</span></li>')</script></ul>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*PLAIN, *DOUBTFUL])
def test_rows_are_those_of_the_tree(name: str) -> None:
    body = {**PLAIN, **DOUBTFUL}[name]
    quick, whole = freshness(body, URL, TODAY, PageKind.LIST), read(body, URL, TODAY, kind=PageKind.LIST)
    assert quick.items == whole.items
    assert quick.newest == whole.newest


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_list_needs_no_tree(name: str) -> None:
    found = freshness(PLAIN[name], URL, TODAY, PageKind.LIST)
    assert found.skimmed
    assert [item.published and item.published.day.isoformat() for item in found.items] == list(DAYS)


@pytest.mark.parametrize("name", [n for n in DOUBTFUL if n != "glued"])
def test_doubt_is_left_to_the_tree(name: str) -> None:
    assert not freshness(DOUBTFUL[name], URL, TODAY, PageKind.LIST).skimmed


def test_another_encoding_reads_the_same() -> None:
    body = PLAIN["date after"]
    other = freshness(body.decode().encode("gb18030"), URL, TODAY, PageKind.LIST, "text/html; charset=gbk")
    assert other.items == freshness(body, URL, TODAY, PageKind.LIST).items
