"""Service guides: which key categories they show, lack or leave untold, and when too many lack too many."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Element, Guide
from monitor.page import read_guide

PAGES = Path(__file__).parents[2] / "shared" / "pages"
TODAY = date(2026, 11, 29)
URL = "http://www.example.gov.cn/bszn/1.html"
E = Element
ALL = frozenset(E)
TEXTS = {
    E.BASIS: ("设定依据", "《食品安全法》第三十五条"),
    E.CONDITIONS: ("申请条件", "具有营业执照"),
    E.MATERIALS: ("办理材料", "申请书一份"),
    E.PLACE: ("办理地点", "和平路一段"),
    E.OFFICE: ("办理机构", "市场监管局"),
    E.FEES: ("收费标准", "不收取"),
    E.TIME: ("办理时间", "周一至周五"),
    E.PHONE: ("联系电话", "2425678"),
    E.PROCEDURE: ("办理流程", "申请、审查、发证"),
}
SYNONYMS = {
    E.BASIS: "实施依据", E.CONDITIONS: "受理条件", E.MATERIALS: "申请材料目录", E.PLACE: "办公地址", E.OFFICE: "实施主体",
    E.FEES: "是否收费", E.TIME: "法定办结时限", E.PHONE: "咨询方式", E.PROCEDURE: "办理程序",
}  # fmt: skip


def page(body: str, title: str = "食品经营许可") -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="nav"><ul>'
        f'<li><a href="/">首页</a></li></ul></div><div class="content"><h1>{title}</h1>{body}</div>'
        '<div class="footer">地址：市府路1号 联系电话：0452-2791234 主办单位：市人民政府</div></body></html>'
    ).encode()


def pairs(*left_out: Element, synonyms: bool = False) -> list[tuple[str, str]]:
    return [(SYNONYMS[e] if synonyms else label, text) for e, (label, text) in TEXTS.items() if e not in left_out]


FORMS = {
    "table of two columns": lambda p: "<table>" + "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in p) + "</table>",
    "table of four columns": lambda p: "<table>"
    + "".join(
        "<tr>" + "".join(f"<td class='l'>{a}</td><td>{b}</td>" for a, b in p[i : i + 2]) + "</tr>" for i in range(0, len(p), 2)
    )
    + "</table>",
    "table with its head on top": lambda p: "<table><tr>"
    + "".join(f"<th>{a}</th>" for a, _ in p)
    + "</tr><tr>"
    + "".join(f"<td>{b}</td>" for _, b in p)
    + "</tr></table>",
    "headings": lambda p: "".join(f"<h3>{a}</h3><div><p>{b}</p></div>" for a, b in p),
    "numbered headings": lambda p: "".join(f"<p><b>{n}、{a}</b></p><p>{b}</p>" for n, (a, b) in zip("一二三四五六七八九", p, strict=False)),
    "labels at the start of lines": lambda p: "<p>" + "<br>".join(f"（{n}）{a}：{b}" for n, (a, b) in enumerate(p, 1)) + "</p>",
    "labels in brackets": lambda p: "".join(f"<p>【{a}】{b}</p>" for a, b in p),
    "letter-spaced labels": lambda p: "".join(f"<p>{' '.join(a)}：{b}</p>" for a, b in p),
    "definition list": lambda p: "<dl>" + "".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in p) + "</dl>",
    "cards": lambda p: "".join(f"<div class='item'><span class='k'>{a}</span><span class='v'>{b}</span></div>" for a, b in p),
}  # fmt: skip


def read(body: str) -> Guide:
    found = read_guide(page(body), URL, TODAY)
    assert found.shown | found.missing | found.unknown == ALL
    assert len(found.shown) + len(found.missing) + len(found.unknown) == len(ALL)
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("synonyms", [False, True])
def test_a_whole_guide_shows_all_ten_in_every_form(form: str, synonyms: bool) -> None:
    assert read(FORMS[form](pairs(synonyms=synonyms))).shown == ALL


@pytest.mark.parametrize("form", FORMS)
def test_what_a_guide_lacks_is_missing_in_every_form(form: str) -> None:
    found = read(FORMS[form](pairs(E.FEES, E.TIME, E.PHONE, E.PROCEDURE)))
    assert found.missing == {E.FEES, E.TIME, E.PHONE, E.PROCEDURE}
    assert found.title == "食品经营许可"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("<p>办理不收取任何费用，七个工作日办结，咨询12345热线，按以下步骤。</p>", set()),
        ("<p>请于星期一前来。</p>", {E.FEES, E.PHONE, E.PROCEDURE}),
        ("<p>打0452-2791234咨询。</p>", {E.FEES, E.TIME, E.PROCEDURE}),
        ("<img src='/upload/2026/liuchengtu.jpg'>", {E.FEES, E.TIME, E.PHONE}),
        ("<img src='/images/icon_arrow.png'>", {E.FEES, E.TIME, E.PHONE, E.PROCEDURE}),
        ("<iframe src='/guide/inner.html'></iframe>", set()),
        ("<p><a href='/f/bszn.doc'>完整办事指南下载</a></p>", set()),
        ("<p><a href='/f/sqb.doc'>许可申请书</a></p>", {E.FEES, E.TIME, E.PHONE, E.PROCEDURE}),
        ("<div id='app'>{{ item.fees }}</div>", set()),
        ("<div>数据加载中</div>", set()),
        ("<script>$.get('/guide/rest.do', function (d) { $('#rest').html(d); });</script>", set()),
        ("<ul class='tab'><li>收费标准</li><li>办理流程</li></ul>", {E.TIME, E.PHONE}),
        ("<table><tr><th>收费标准</th><td></td></tr></table>", {E.TIME, E.PHONE, E.PROCEDURE}),
    ],
)
def test_what_something_else_on_the_page_may_tell_is_unknown(more: str, told: set[Element]) -> None:
    body = FORMS["table of two columns"](pairs(E.FEES, E.TIME, E.PHONE, E.PROCEDURE))
    assert read(body + more).missing == told


@pytest.mark.parametrize(
    "body", ["<p>请携带身份证到大厅办理。</p>", "", "<p><img src='/u/zn.jpg'></p>", "<p>设定依据：某法</p>"]
)
def test_a_page_that_is_no_guide_to_our_eyes_lacks_nothing(body: str) -> None:
    found = read(body)
    assert (found.missing, found.recognised) == (set(), False)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/tabledhrp一、（）办理依据：收费标准电话 \"'=【】", max_size=400))
def test_hostile_pages_are_read_without_a_fall(text: str) -> None:
    read_guide(text.encode(), URL, TODAY)
    read(text)


@pytest.mark.parametrize(
    "flood",
    [
        "<table>" + "<tr><td>设定依据</td><td></td></tr>" * 6000 + "</table>",
        "<table><tr>" + "<td>设定依据</td>" * 6000 + "</tr><tr>" + "<td>略</td>" * 6000 + "</tr></table>",
        "<p>" + "设定依据：" * 6000 + "</p>",
    ],
)
def test_a_flood_of_labels_accuses_nobody(flood: str) -> None:
    assert read(flood).missing == set()


@pytest.mark.skipif(not PAGES.is_dir(), reason="SKIPPED: the saved real pages are not there")
def test_no_real_page_lacks_four_categories() -> None:
    files = sorted(PAGES.rglob("*.htm*"))
    assert len(files) > 200
    guides = [read_guide(file.read_bytes(), URL, TODAY) for file in files]
    assert [guide.title for guide in guides if len(guide.missing) >= 4] == []
