"""Public letters: days, states and answers in the forms that common systems write; what is not said is unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Message, MessageState
from monitor.page import read_message, read_messages

TODAY = date(2026, 11, 29)
URL = "http://www.example.gov.cn/hdjl/szxx/"
PAGES = Path(__file__).parents[2] / "shared" / "sites"
ANSWERED, UNANSWERED, IN_HAND, VOID, UNKNOWN = (
    MessageState.ANSWERED, MessageState.UNANSWERED, MessageState.IN_HAND, MessageState.VOID, MessageState.UNKNOWN,
)  # fmt: skip


def page(body: str, title: str = "市长信箱") -> bytes:
    menu = "".join(f'<li><a href="/{n}/">{n}</a></li>' for n in ("首页", "互动交流", "未回复", "已回复"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<div class="nav"><ul>{menu}</ul></div><div class="main">{body}</div>'
        "<div class='foot'>主办：市人民政府办公室 更新时间：2026-11-28</div></body></html>"
    ).encode()


def read(body: str) -> tuple[Message, ...]:
    return read_messages(page(body), URL, TODAY)


def seen(body: str) -> list[tuple[str, str, str, MessageState]]:
    return [(m.title, _day(m.asked), _day(m.answered), m.state) for m in read(body)]


def _day(dated: object) -> str:
    return str(getattr(dated, "day", ""))


Q1, Q2, Q3 = "关于和平路路灯不亮的问题", "咨询新生儿医保如何办理参保登记", "小区供暖温度不达标"


def table(head: str, *lines: str) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("|")) + "</tr>" for line in lines)
    return f"<table>{''.join(f'<th>{h}</th>' for h in head.split('|')).join(('<tr>', '</tr>'))}{body}</table>"


def a(words: str, href: str = "1.html") -> str:
    return f'<a href="{href}">{words}</a>'


FORMS = {
    "table with both days": table(
        "编号|信件标题|来信时间|回复时间|状态",
        f"001|{a(Q1)}|2026-08-01|2026-08-05|已回复",
        f"002|{a(Q2)}|2026-07-01||未回复",
        f"003|{a(Q3)}|2026-06-01|-|办理中",
    ),
    "list with a head of spans": "<div class='tit'><span>主题</span><span>留言日期</span><span>答复日期</span><span>办理状态</span></div><ul>"
    f"<li><span>{a(Q1)}</span><span>2026-08-01</span><span>2026-08-05</span><span>已办结</span></li>"
    f"<li><span>{a(Q2)}</span><span>2026-07-01</span><span>&nbsp;</span><span>待回复</span></li>"
    f"<li><span>{a(Q3)}</span><span>2026-06-01</span><span>&nbsp;</span><span>已受理</span></li></ul>",
    "labels in the rows": "<ul>"
    f"<li><a href='1.html'><h3>{Q1}</h3><p>来信时间：2026-08-01　回复时间：2026-08-05　[已回复]</p></a></li>"
    f"<li><a href='2.html'><h3>{Q2}</h3><p>来信时间：2026-07-01　【未回复】</p></a></li>"
    f"<li><a href='3.html'><h3>{Q3}</h3><p>来信时间：2026-06-01　办理状态：办理中</p></a></li></ul>",
    "cards": "".join(
        f"<div class='card'><div class='t'>{a(q, h)}</div><div class='i'><label>提问时间</label><em>{d}</em></div>{rest}</div>"
        for q, h, d, rest in (
            (Q1, "1.html", "2026-08-01", "<div>答复时间：<b>2026-08-05</b></div><i>已答复</i>"),
            (Q2, "2.html", "2026-07-01", "<i>未答复</i>"),
            (Q3, "3.html", "2026-06-01", "<i>处理中</i>"),
        )
    ),
    "definition lists": "".join(
        f"<dl><dt>{a(q, h)}</dt><dd>留言时间：{d}</dd>{rest}</dl>"
        for q, h, d, rest in (
            (Q1, "1.html", "2026年8月1日", "<dd>回复时间：2026年8月5日</dd><dd>回复：您好，路灯已修复。</dd>"),
            (Q2, "2.html", "2026年7月1日", "<dd>回复：暂无回复</dd>"),
            (Q3, "3.html", "2026年6月1日", "<dd>状态：受理中</dd>"),
        )
    ),
    "pictures for states": table(
        "标题|提交时间|办结时间|回复情况",
        f"{a(Q1)}|2026/8/1 10:20|2026/8/5 09:00|<img src='y.gif' alt='已回复'>",
        f"{a(Q2)}|2026/7/1 10:20||<img src='n.gif' alt='未回复'>",
        f"{a(Q3)}|2026/6/1 10:20||<img src='z.gif' title='正在办理'>",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_days_and_states_are_read_in_every_form(form: str) -> None:
    assert seen(FORMS[form]) == [
        (Q1, "2026-08-01", "2026-08-05", ANSWERED),
        (Q2, "2026-07-01", "", UNANSWERED),
        (Q3, "2026-06-01", "", IN_HAND),
    ]


def test_forms_that_stand_in_public_systems() -> None:
    plain = table(
        "来信主题|状态|时间|受理单位",
        f"{a(Q1)}|已回复|2026-08-01 10:11|车管所",
        f"{a(Q2)}|未回复|2026-07-01 10:11|医保局",
    )
    assert [(m.state, m.asked, _day(m.shown)) for m in read(plain)] == [
        (ANSWERED, None, "2026-08-01"),
        (UNANSWERED, None, "2026-07-01"),
    ]
    planned = table("受理编号|投诉标题|责任部门|投诉时间|拟办时间|状态", "1|关于占道经营的投诉|城管|2026-05-01|2026-05-09|办结",
                    "2|关于噪声扰民的投诉|环保|2026-05-02|2026-05-10|未处理")  # fmt: skip
    assert seen(planned) == [
        ("关于占道经营的投诉", "2026-05-01", "", ANSWERED),
        ("关于噪声扰民的投诉", "2026-05-02", "", UNANSWERED),
    ]
    whole = table(
        "标题|内容|提交时间|答复内容",
        "路灯|和平路路灯不亮很久了|2026-05-01|已经安排维修完毕",
        "供暖|小区温度不够|2026-05-02|",
    )
    assert seen(whole) == [("路灯", "2026-05-01", "", ANSWERED), ("供暖", "2026-05-02", "", UNKNOWN)]


@pytest.mark.parametrize(
    ("state", "when", "reply", "told"),
    [
        ("已办结", "2026-08-03 09:00", "您好，请携带身份证办理。", ANSWERED),
        ("未处理", "暂无", "", UNANSWERED),
        ("办理中", "暂无", "", IN_HAND),
        ("", "", "", UNKNOWN),
    ],
)
def test_a_letter_s_page_of_two_tables(state: str, when: str, reply: str, told: MessageState) -> None:
    pairs = (
        ("来信时间:", "2026-08-01 10:00"),
        ("办事状态:", state),
        ("来信主题:", Q1),
        ("办理时间:", when),
        ("处理情况:", reply),
    )
    cells = "".join(f"<tr><td>{p}</td><td>{q}</td></tr>" for p, q in pairs)
    found = read_message(page(f"<table>{cells}</table>"), URL, TODAY)
    assert found is not None
    assert (found.title, _day(found.asked), found.state) == (Q1, "2026-08-01", told)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("已回复", ANSWERED), ("已 办 结", ANSWERED), ("[已答复]", ANSWERED), ("办结", ANSWERED), ("未回复", UNANSWERED),
        ("待办理", UNANSWERED), ("已受理", IN_HAND), ("转办", IN_HAND), ("不予受理", VOID), ("重复件", VOID),
        ("审核中", VOID), ("", UNKNOWN), ("-", UNKNOWN), ("详情", UNKNOWN), ("满意", UNKNOWN), ("公开", UNKNOWN),
    ],
)  # fmt: skip
def test_a_state_is_what_its_cell_says_and_nothing_else(cell: str, state: MessageState) -> None:
    lines = (f"{a(Q1)}|2026-08-01|{cell}", f"{a(Q2)}|2026-07-01|{cell}")
    assert [m.state for m in read(table("标题|来信时间|状态", *lines))] == [state, state]


def test_an_empty_answer_day_alone_accuses_nobody() -> None:
    found = seen(table("标题|来信时间|回复时间", f"{a(Q1)}|2026-08-01|2026-08-05", f"{a(Q2)}|2026-01-01|"))
    assert [state for *_, state in found] == [ANSWERED, UNKNOWN]


def test_a_day_of_which_nothing_is_said_is_neither_of_question_nor_of_answer() -> None:
    rows = "".join(f"<li>{a(q)}<span>2026-0{n}-01</span></li>" for n, q in enumerate((Q1, Q2, Q3), 3))
    found = read(f"<ul>{rows}</ul>")
    assert [(m.asked, m.answered, m.shown and m.shown.day, m.state) for m in found] == [
        (None, None, date(2026, n, 1), UNKNOWN) for n in (3, 4, 5)
    ]


def test_words_that_contradict_each_other_tell_nothing() -> None:
    steps = "<i>待受理</i><i>办理中</i><i>已办结</i>"
    assert [s for *_, s in seen(table("标题|来信时间|进度", *(f"{a(q)}|2026-08-01|{steps}" for q in (Q1, Q2))))] == [
        UNKNOWN
    ] * 2
    found = read(table("标题|来信时间|回复时间|状态", *(f"{a(q)}|2026-08-01|2026-08-02|未回复" for q in (Q1, Q2))))
    assert [m.state for m in found] == [UNKNOWN] * 2
    assert "未回复" in found[0].said


def test_the_state_in_a_title_or_a_menu_is_none() -> None:
    body = table("标题|来信时间", f"{a('我的来信一直未回复')}|2026-01-01", f"{a('投诉办理中态度差')}|2026-01-02")
    assert [m.state for m in read(body)] == [UNKNOWN, UNKNOWN]


def test_a_letter_on_its_page() -> None:
    rows = (
        ("信件标题", Q1, "写信人", "张**"),
        ("写信时间", "2026-08-01 10:00", "状态", "已办结"),
        ("回复单位", "市城管局", "回复时间", "2026-08-05 09:30"),
    )
    body = "".join(f"<tr><th>{p}</th><td>{q}</td><th>{r}</th><td>{s}</td></tr>" for p, q, r, s in rows)
    found = read_message(
        page(f"<table>{body}<tr><td>回复内容</td><td>您好，路灯已修复。</td></tr></table>"), URL, TODAY
    )
    assert found is not None
    assert (found.title, _day(found.asked), _day(found.answered), found.state) == (
        Q1,
        "2026-08-01",
        "2026-08-05",
        ANSWERED,
    )


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ("<p>答复内容：您好，已安排维修，感谢关注。</p>", ANSWERED),
        ("<p>【官方回复】</p><p>您好，已安排维修。</p>", ANSWERED),
        ("<p>答复内容：暂无回复</p>", UNANSWERED),
        ("<p>办理状态：待办理</p>", UNANSWERED),
        ("<p>办理状态：<span>已受理</span></p>", IN_HAND),
        ("<p>办理状态：已受理</p><p>答复内容：您好，已安排维修。</p>", UNKNOWN),
        ("<p>答复内容：</p><div id='reply'></div>", UNKNOWN),
        ("<p>请在三个月内答复我</p>", UNKNOWN),
    ],
)
def test_a_letter_s_page_says_how_far_it_has_come(rest: str, state: MessageState) -> None:
    found = read_message(page(f"<h1>{Q1}</h1><p>来信时间：2026-08-01</p><p>路灯坏了很久。</p>{rest}"), URL, TODAY)
    assert found is not None
    assert (_day(found.asked), found.state) == ("2026-08-01", state)


def test_a_page_of_no_letter_is_none() -> None:
    assert read_message(page("<h1>关于停水的通知</h1><p>发布时间：2026-08-01</p><p>今日停水。</p>"), URL, TODAY) is None
    assert read_message(page(FORMS["labels in the rows"]), URL, TODAY) is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/ultdri张三回复未已时间：: 2026-08-01[]【】\"'=ahref", max_size=400))
def test_hostile_pages_are_read_without_a_fall(text: str) -> None:
    for one in read_messages(text.encode(), URL, TODAY):
        assert one.title
    read_message(text.encode(), URL, TODAY)


def test_a_flood_of_rows_is_bounded() -> None:
    rows = "".join(
        f"<tr><td>{a(f'第{n}封来信的标题')}</td><td>2026-08-01</td><td>未回复</td></tr>" for n in range(5000)
    )
    assert len(read(f"<table><tr><th>标题</th><th>来信时间</th><th>状态</th></tr>{rows}</table>")) == 200


@pytest.mark.skipif(not PAGES.is_dir(), reason="SKIPPED: the copies of real portals are not there")
@pytest.mark.parametrize(
    ("file", "count", "first", "state"),
    [
        (
            "atxlyj_cn/sqpt/jlsrmzf/index.html",
            10,
            ("吉林省少数民族运动会什么时候召开？", "2021-06-09", "2021-06-09"),
            ANSWERED,
        ),
        ("atxlyj_cn/sqpt/index.html", 10, ("吉林省少数民族运动会什么时候召开？", "", ""), UNKNOWN),
        ("scest_net/scedu/c100592/list.html", 30, ("高中生防控近视要特别注意啥？大图详解", "", ""), UNKNOWN),
    ],
)
def test_letters_of_real_portals(file: str, count: int, first: tuple[str, str, str], state: MessageState) -> None:
    found = read_messages((PAGES / file).read_bytes(), URL, date(2021, 6, 9))
    assert len(found) == count
    assert (found[0].title, _day(found[0].asked), _day(found[0].answered)) == first
    assert {m.state for m in found} == {state}


@pytest.mark.skipif(not PAGES.is_dir(), reason="SKIPPED: the copies of real portals are not there")
def test_no_row_of_any_real_page_is_called_unanswered() -> None:
    files = sorted((PAGES.parent / "pages").rglob("*.htm*"))
    assert len(files) > 200
    found = [(f.name, m) for f in files for m in read_messages(f.read_bytes(), URL, date(2021, 6, 9))]
    assert len(found) > 1000
    assert [one for one in found if one[1].state is not UNKNOWN] == []
