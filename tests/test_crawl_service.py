"""What a crawl keeps of letters, guides and policies: over real sockets, on the first day and on those after it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.census import lacking, pair, unanswered
from monitor.crawl import Memory, crawl_site
from monitor.fetch import Fetcher, Policy, Tries
from monitor.model import Budget, Crawl, MessageState, Site, Span, Unit
from monitor.recall import Recall
from portal import Answer, Portal, page, portal, rows

DAY = date(2026, 11, 29)
NAV = {"市长信箱": "/szxx/", "办事指南": "/bszn/", "规范性文件": "/gfxwj/", "政策解读": "/zcjd/", "网上信访": "/wsxf/"}
YEAR, MONTHS = Span(years=1), Span(months=3)
_PROSE = "<p>各县人民政府，市政府有关部门：现将有关事项通知如下，请遵照执行。</p>" * 12


async def look(at: Portal, day: date, folder: Path | None = None) -> Crawl:
    at.asked.clear()
    tries = Tries(timeout=1, dropped=1, busy=1, tls=1, dns=1)
    manners = Policy(
        delay=0.0, concurrency=4, deadline=3.0, try_deadline=3.0, pause=0.0, pause_cap=0.0, tries=tries,
        allow_authorities=frozenset((at.authority,)),
    )  # fmt: skip
    site = Site(id="yc", name="云川市", url=at.url(), unit=Unit(id="u", name="云川市"), budget=Budget(seconds=20))
    settings: dict[str, Any] = {"today": day, "now": lambda: datetime.now(UTC), "gap": 0.0}
    async with Fetcher(manners) as fetcher:
        if folder is None:
            return await crawl_site(site, fetcher, **settings)
        with closing(Recall(folder / "pages.db", reader="1", today=day)) as recall:
            memory = Memory(recall=recall, site="yc", today=day, within=30)
            return await crawl_site(site, fetcher, memory=memory, **settings)


def crumbs(*names: str) -> str:
    return " &gt; ".join(('<a href="/">首页</a>', *names))


def listed(name: str, more: str) -> bytes:
    return page(title=f"{name}-云川市", nav=NAV, crumbs=crumbs(name), more=more)


def article(title: str, more: str, *links: tuple[str, str], name: str = "") -> bytes:
    head = '<meta name="ArticleTitle" content="x">'
    return page(*links, title=title, nav=NAV, head=head, crumbs=crumbs(name), more=f"<h1>{title}</h1>{more}{_PROSE}")


def table(*lines: tuple[str, str, str]) -> str:
    body = "".join(
        f'<tr><td><a href="{href}">{title}</a></td><td>{DAY - timedelta(days=150 + n)}</td><td>{state}</td></tr>'
        for n, (href, title, state) in enumerate(lines)
    )
    return f"<table><tr><th>标题</th><th>来信时间</th><th>状态</th></tr>{body}</table>"


def guide(title: str, *labels: str) -> bytes:
    cells = "".join(f"<tr><th>{label}</th><td>略</td></tr>" for label in labels)
    return page(title=title, nav=NAV, crumbs=crumbs("办事指南"), more=f"<h1>{title}</h1><table>{cells}</table>")


LABELS = ("设定依据", "申请条件", "办理材料", "办理地点", "办理机构", "收费标准", "办理时间", "联系电话", "办理流程")
POLICY = "云川市人民政府关于印发《云川市城市供水管理办法》的通知"


def site() -> dict[str, Answer]:
    pager = '<div class="page"><a href="/szxx/index_2.html">下一页</a></div>'
    letters = [(f"/szxx/{n}.html", f"关于第{n}条道路路灯不亮的来信") for n in range(4)]
    asked = "<p>来信时间：2026-07-01</p><p>路灯坏了很久，请尽快安排维修。</p>"
    return {
        "/": page(title="云川市", nav=NAV),
        "/szxx/": listed("市长信箱", table((*letters[0], "未回复"), (*letters[1], "已回复")) + pager),
        "/szxx/index_2.html": listed("市长信箱", table((*letters[2], ""), (*letters[3], ""))),
        "/szxx/0.html": article("来信0", asked, name="市长信箱"),
        "/szxx/1.html": article("来信1", asked + "<p>回复时间：2026-07-09</p>", name="市长信箱"),
        "/szxx/2.html": article("来信2", asked + "<p>答复内容：您好，路灯已经修复。</p>", name="市长信箱"),
        "/szxx/3.html": article("来信3", asked + "<p>办理状态：待回复</p>", name="市长信箱"),
        "/wsxf/": listed("网上信访", table(("/wsxf/1.html", "关于某事的信访来信", "未回复"))),
        "/wsxf/1.html": article("信访", asked),
        "/bszn/": listed(
            "办事指南",
            rows(
                ("/bszn/1.html", "食品经营许可证核发", ""),
                ("/bszn/2.html", "公共场所卫生许可证办理", ""),
                ("http://zwfw.elsewhere.example/3", "普通护照办理申请服务", ""),
            ),
        ),
        "/bszn/1.html": guide("食品经营许可证核发", *LABELS),
        "/bszn/2.html": guide("公共场所卫生许可证办理", *LABELS[:2]),
        "/gfxwj/": listed(
            "规范性文件",
            rows(("/gfxwj/1.html", POLICY, "2026-11-01"), ("/gfxwj/2.html", "关于加强节水的意见", "2026-10-01"))
            + rows(("/gfxwj/3.html", "关于加强森林防火工作的意见", "2026-09-01")),
        ),
        "/gfxwj/1.html": article(POLICY, ""),
        "/gfxwj/2.html": article("关于加强节水的意见", "", ("/zcjd/2.html", "相关解读：专家谈水")),
        "/gfxwj/3.html": article("关于加强森林防火工作的意见", ""),
        "/zcjd/": listed(
            "政策解读",
            rows(
                ("/zcjd/1.html", "《云川市城市供水管理办法》解读", "2026-11-01"),
                ("/zcjd/2.html", "专家谈水", "2026-10-02"),
            ),
        ),
        "/zcjd/1.html": article("《云川市城市供水管理办法》解读", ""),
        "/zcjd/2.html": article("专家谈水", ""),
    }


def check(found: Crawl) -> None:
    service = found.service
    assert [(one.name, len(one.messages), one.whole, one.mixed) for one in service.letters] == [
        ("市长信箱", 4, True, False)
    ]
    states = [message.state for message in service.letters[0].messages]
    assert states == [MessageState.UNANSWERED, *[MessageState.ANSWERED] * 2, MessageState.UNANSWERED]
    late = unanswered(service.letters, DAY, within=YEAR, limit=MONTHS)
    assert [message.title[2:6] for message in late.overdue] == ["第0条道", "第3条道"]
    assert {g.title: len(g.missing) for g in service.guides} == {"食品经营许可证核发": 0, "公共场所卫生许可证办理": 7}
    assert service.guides_left == 1  # on another host
    assert lacking(service.guides, categories=4, items=5).fails is None
    paired = pair(service.policies, service.interpretations)
    assert sorted(p.by for p in paired.pairs) == ["link", "title"]
    assert [one.title for one in paired.unpaired] == ["关于加强森林防火工作的意见"]
    assert {one.column for one in service.policies} == {"规范性文件"}
    assert service.left_out == ()


def test_letters_guides_and_papers_are_kept_from_the_pages_that_are_read_anyway() -> None:
    async def go() -> tuple[Crawl, list[str]]:
        async with portal(site()) as at:
            return await look(at, DAY), list(at.asked)

    found, asked = asyncio.run(go())
    check(found)
    assert len(asked) == len(set(asked))  # nothing is asked for twice


def test_later_days_tell_the_same_and_ask_anew_for_what_they_accuse(tmp_path: Path) -> None:
    async def go() -> tuple[list[Crawl], list[str]]:
        async with portal(site()) as at:
            days = [DAY - timedelta(days=1), DAY]
            return [await look(at, day, tmp_path) for day in days], list(at.asked)

    found, asked = asyncio.run(go())
    check(found[1])
    assert found[1].recalled > 0
    assert {"/szxx/0.html", "/szxx/3.html", "/bszn/2.html", "/szxx/index_2.html"} <= set(asked)
    assert not {"/szxx/2.html", "/bszn/1.html"} & set(asked)  # answered and sound: as at their last look


def test_a_letter_that_was_answered_since_yesterday_is_answered(tmp_path: Path) -> None:
    pages = site()

    async def go() -> Crawl:
        async with portal(pages) as at:
            await look(at, DAY - timedelta(days=1), tmp_path)
            at.pages["/szxx/3.html"] = article("来信3", "<p>来信时间：2026-07-01</p><p>答复内容：您好，已修复。</p>")
            return await look(at, DAY, tmp_path)

    late = unanswered(asyncio.run(go()).service.letters, DAY, within=YEAR, limit=MONTHS)
    assert [message.title[2:6] for message in late.overdue] == ["第0条道"]


@pytest.mark.parametrize(("letters", "guides"), [(300, 80)])
def test_what_is_kept_is_bounded_and_what_is_not_is_said(letters: int, guides: int) -> None:
    pages: dict[str, Answer] = {
        "/": page(title="云川市", nav=NAV),
        "/szxx/": listed(
            "市长信箱", table(*((f"/x/{n}.html", f"关于第{n}条道路的来信", "已回复") for n in range(letters)))
        ),
        "/bszn/": listed(
            "办事指南", rows(*((f"/bszn/{n}.html", f"第{n}号食品生产许可证办理", "") for n in range(guides)))
        ),
    }
    pages |= {f"/bszn/{n}.html": guide(f"第{n}号食品生产许可证办理", *LABELS) for n in range(guides)}

    async def go() -> Crawl:
        async with portal(pages) as at:
            return await look(at, DAY)

    service = asyncio.run(go()).service
    assert sum(len(one.messages) for one in service.letters) == 200
    assert (len(service.guides), service.guides_left) == (50, 30)
    assert service.left_out == ("30 guides beyond the bound were not kept",)


def test_a_guide_that_the_home_page_leads_to_before_its_list_does_counts_on_every_day(tmp_path: Path) -> None:
    pages = site()
    pages["/"] = page(("公共场所卫生许可证办理", "/bszn/2.html"), ("来信", "/szxx/3.html"), title="云川市", nav=NAV)

    async def go() -> list[Crawl]:
        async with portal(pages) as at:
            return [await look(at, DAY - timedelta(days=1), tmp_path), await look(at, DAY, tmp_path)]

    for found in asyncio.run(go()):
        assert {g.title: len(g.missing) for g in found.service.guides} == {
            "食品经营许可证核发": 0,
            "公共场所卫生许可证办理": 7,
        }
        assert found.service.letters[0].messages[3].state is MessageState.UNANSWERED


def test_a_letter_that_stands_twice_on_a_page_is_one() -> None:
    twice = [("/x/1.html", "关于路灯的第一封来信", "未回复"), ("/x/2.html", "关于供暖的第二封来信", "已回复")]
    pages: dict[str, Answer] = {"/": page(title="云川市", nav=NAV), "/szxx/": listed("市长信箱", table(*twice, *twice))}

    async def go() -> Crawl:
        async with portal(pages) as at:
            return await look(at, DAY)

    (letters,) = asyncio.run(go()).service.letters
    assert [message.state for message in letters.messages] == [MessageState.UNANSWERED, MessageState.ANSWERED]
