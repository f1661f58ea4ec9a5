"""The days after the first: what did not change is not read anew, and what is said is what a first day would say."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.crawl import Memory, crawl_site
from monitor.fetch import Fetcher, Policy, Tries
from monitor.model import Budget, Crawl, LinkState, Site, Unit
from monitor.recall import Recall
from portal import NOT_FOUND, Answer, Portal, answer, articles, page, portal

DAY = date(2026, 3, 20)
_TEXT = "<p>各县人民政府，市政府有关部门：现将有关事项通知如下，请遵照执行。</p>" * 12
ARTICLES = 8


async def look(
    at: Portal, day: date, folder: Path | None, within: int = 30, ill: frozenset[str] = frozenset()
) -> Crawl:
    """One day's crawl; without a folder, as on a first day. What was asked is told anew."""
    at.asked.clear()
    at.unchanged.clear()
    tries = Tries(timeout=1, dropped=1, busy=1, tls=1, dns=1)
    manners = Policy(
        delay=0.0, concurrency=4, deadline=3.0, try_deadline=3.0, pause=0.0, pause_cap=0.0, tries=tries,
        allow_authorities=frozenset((at.authority,)),
    )  # fmt: skip
    unit = Unit(id="u", name="市水利局")
    site = Site(id="slj", name="市水利局", url=at.url(), unit=unit, budget=Budget(seconds=20))
    settings: dict[str, Any] = {"today": day, "now": lambda: datetime.now(UTC), "gap": 0.0}
    async with Fetcher(manners) as fetcher:
        if folder is None:
            return await crawl_site(site, fetcher, **settings)
        with closing(Recall(folder / "pages.db", reader="1", today=day)) as recall:
            memory = Memory(recall=recall, site="slj", today=day, within=within, ill=ill)
            return await crawl_site(site, fetcher, memory=memory, **settings)


def article(n: int, *links: tuple[str, str]) -> bytes:
    return page(
        *links,
        title=f"关于第{n}号工作的通知",
        head='<meta name="ArticleTitle" content="通知">',
        nav={"通知公告": "/tzgg/", "政策文件": "/zcwj/"},
        more=f"<h1>关于第{n}号工作的通知</h1>{_TEXT}",
    )


def column(folder: str, name: str, *days: str) -> bytes:
    return page(
        title=f"{name}-市水利局",
        nav={"通知公告": "/tzgg/", "政策文件": "/zcwj/"},
        more=articles(folder, *days),
        crumbs=f'<a href="/">首页</a> &gt; {name}',
    )


def site() -> dict[str, Answer]:
    """A home page, two columns, their articles with a living, a dead and a foreign link, and a picture."""
    pages: dict[str, Answer] = {
        "/": page(title="市水利局", nav={"通知公告": "/tzgg/", "政策文件": "/zcwj/"}),
        "/file.pdf": answer("%PDF-1.4 x", kind="application/pdf"),
    }
    for folder, name in (("/tzgg/", "通知公告"), ("/zcwj/", "政策文件")):
        days = [str(DAY - timedelta(days=3 + 5 * n)) for n in range(ARTICLES)]
        pages[folder] = column(folder, name, *days)
        for n in range(ARTICLES):
            links = (("/file.pdf", "附件"), (f"{folder}a{(n + 1) % ARTICLES}.html", "旧文"))
            pages[f"{folder}a{n}.html"] = article(n, *links)
    pages["/tzgg/a3.html"] = article(3, ("/gone.html", "死链"), ("/file.pdf", "附件"))
    return pages


def told(found: Crawl, *, without: frozenset[str] = frozenset()) -> object:
    """All that is said of a site, but when it was looked at."""
    links = sorted((replace(link, looked_at=None) for link in found.links), key=lambda link: link.url)
    columns = [replace(look, looked_at=None, data_url="") for look in found.columns]
    return found.pages, found.links_checked, links, columns, found.not_judged, found.whole, found.complete


ADDRESSES = sorted(site())
IN_MEMORY = [path for path in ADDRESSES if path.endswith(".html")]


def play(
    *days: tuple[dict[str, Answer], int, int], folder: Path, tags: bool = True
) -> list[tuple[Crawl, Portal, Crawl]]:
    """Days of a portal, each as (what it shows, days since the first, most days without a look).

    Gives what was said, the portal with what it was asked for, and what a first look says.
    """

    async def go() -> list[tuple[Crawl, Portal, Crawl]]:
        found = []
        async with portal({}, tags=tags) as at:
            for shows, later, within in days:
                at.pages = {"/robots.txt": NOT_FOUND, **shows}
                day = DAY + timedelta(days=later)
                cold = await look(at, day, None)
                said = await look(at, day, folder, within)
                found.append((said, replace(at, asked=list(at.asked), unchanged=list(at.unchanged)), cold))
        return found

    return asyncio.run(go())


def test_on_a_first_day_it_says_what_is_said_without_a_memory(tmp_path: Path) -> None:
    ((said, _, cold),) = play((site(), 0, 30), folder=tmp_path)
    assert told(said) == told(cold)
    assert [(link.url[-10:], link.state) for link in said.links] == [("/gone.html", LinkState.DEAD)]
    assert len(said.columns) == 2


def changed() -> dict[str, Answer]:
    """The second day: a new article, a link that died, one that was mended, a page that is gone, one that turned up."""
    pages = site()
    days = [str(DAY + timedelta(days=1)), *(str(DAY - timedelta(days=3 + 5 * n)) for n in range(ARTICLES - 1))]
    pages["/tzgg/"] = column("/tzgg/", "通知公告", *days)
    pages["/tzgg/a3.html"] = article(3, ("/file.pdf", "附件"))
    pages["/zcwj/a5.html"] = article(5, ("/dead.html", "死链"))
    del pages["/zcwj/a2.html"]
    pages["/zcwj/a4.html"] = article(4, ("/new.html", "新页"))
    pages["/new.html"] = article(99, ("/also.html", "也死"))
    return pages


@pytest.mark.parametrize("tags", [True, False])
def test_with_every_page_asked_for_it_says_what_a_first_look_says(tmp_path: Path, tags: bool) -> None:
    _, (said, at, cold) = play((site(), 0, 1), (changed(), 1, 1), folder=tmp_path, tags=tags)
    assert told(said) == told(cold)
    assert {link.url.rpartition("/")[2] for link in said.links} == {"dead.html", "also.html", "a2.html"}
    assert set(IN_MEMORY) <= set(at.asked)
    if tags:
        assert len(set(at.unchanged)) >= len(IN_MEMORY) - 6


def test_pages_that_are_not_due_are_not_asked_for_and_stand_as_they_were(tmp_path: Path) -> None:
    _, (said, at, cold) = play((site(), 0, 30), (site(), 1, 30), folder=tmp_path)
    assert told(said) == told(cold)
    assert said.recalled > len(IN_MEMORY) // 2
    assert {"/", "/tzgg/", "/zcwj/", "/gone.html", "/tzgg/a3.html"} <= set(at.asked)
    assert len(set(at.asked)) < len(ADDRESSES) // 2


def test_a_column_is_read_on_every_day(tmp_path: Path) -> None:
    """Whatever a cache between us and the server says: it may say for ever that nothing changed."""
    shows = changed()
    _, (said, at, cold) = play((site(), 0, 30), (shows, 1, 30), folder=tmp_path)
    assert [look.newest for look in said.columns] == [look.newest for look in cold.columns]
    assert not {"/", "/tzgg/", "/zcwj/"} & set(at.unchanged)


OLD = "/2020/0101/old.html"


def with_one_more() -> dict[str, Answer]:
    """An old article, to which another one leads, leads to a page."""
    pages = site()
    pages["/tzgg/a6.html"] = article(6, (OLD, "旧文"))
    pages[OLD] = article(98, ("/new.html", "新页"))
    pages["/new.html"] = article(99)
    return pages


def test_nobody_is_accused_on_memory(tmp_path: Path) -> None:
    """A page died, and the webmaster has taken the link to it out of a page that is not due."""
    second = with_one_more()
    second[OLD] = article(98)
    del second["/new.html"]
    _, (said, at, _) = play((with_one_more(), 0, 30), (second, 3, 30), folder=tmp_path)
    assert {"/new.html", OLD} <= set(at.asked)
    assert [link.url[-10:] for link in said.links] == ["/gone.html"]


def test_a_page_that_dies_is_told_with_the_pages_that_lead_there_today(tmp_path: Path) -> None:
    second = with_one_more()
    del second["/new.html"]
    _, (said, at, _) = play((with_one_more(), 0, 30), (second, 3, 30), folder=tmp_path)
    dead = {link.url: [parent.url for parent in link.found_on] for link in said.links}
    assert dead[at.url("/new.html")] == [at.url(OLD)]
    assert OLD in at.asked


def test_a_page_is_looked_at_again_within_the_days_that_are_promised(tmp_path: Path) -> None:
    within = 4
    days = play(*((site(), n, within) for n in range(10)), folder=tmp_path)
    for path in IN_MEMORY:
        asked = [n for n, (_, at, _) in enumerate(days) if path in at.asked]
        assert max(b - a for a, b in zip([0, *asked], [*asked, 10], strict=True)) <= within, path


def test_a_server_that_says_that_nothing_changed_is_asked_for_the_page_itself_in_time(tmp_path: Path) -> None:
    """It may be a proxy that says so for ever."""
    days = play(*((site(), n, 30) for n in range(0, 60, 4)), folder=tmp_path)
    for path in IN_MEMORY:
        whole = [4 * n for n, (_, at, _) in enumerate(days) if path in at.asked and path not in at.unchanged]
        assert max(b - a for a, b in zip([0, *whole], [*whole, 60], strict=True)) <= 32, path


def test_a_page_that_says_304_without_being_asked_is_not_remembered(tmp_path: Path) -> None:
    shows = site()
    shows["/tzgg/a1.html"] = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
    _, (said, _, cold) = play((shows, 0, 1), (shows, 1, 1), folder=tmp_path)
    assert told(said) == told(cold)


HOLDERS = [f"/2020/0101/old{n}.html" for n in range(8)]


def with_holders(*mended: str) -> dict[str, Answer]:
    """Old articles, to which another one leads, that hold a link to a page that is gone, but for those mended."""
    pages = site()
    pages["/tzgg/a6.html"] = article(6, *((path, "旧文") for path in HOLDERS))
    for n, path in enumerate(HOLDERS):
        pages[path] = article(50 + n, *(() if path in mended else (("/lost.html", "失效"),)))
    return pages


@pytest.mark.parametrize("mended", [5, 8])
def test_a_link_that_pages_not_due_may_still_hold_is_neither_told_nor_put_right(tmp_path: Path, mended: int) -> None:
    """Whoever is named by memory is looked at; the others are not due."""
    second = with_holders(*HOLDERS[:mended])
    _, (said, at, _) = play((with_holders(), 0, 30), (second, 3, 30), folder=tmp_path)
    assert at.url("/lost.html") not in {link.url for link in said.links}
    assert said.heard_of == {at.url("/lost.html")}
    assert said.whole
    _, (said, _, _) = play((with_holders(), 0, 1), (with_holders(*HOLDERS), 3, 1), folder=tmp_path / "all")
    assert said.heard_of == frozenset()


@pytest.mark.parametrize("mended", ["what it leads to", "the page that holds it"])
def test_what_was_put_right_is_looked_at_on_the_next_day_too(tmp_path: Path, mended: str) -> None:
    """A notice is closed by two good looks; a page of 2020 would be left alone for a fortnight."""
    first = with_one_more()
    del first["/new.html"]
    second = with_one_more() if mended == "what it leads to" else {**first, OLD: article(98)}

    async def go() -> None:
        async with portal({}) as at:
            at.pages = {"/robots.txt": NOT_FOUND, **first}
            bad = await look(at, DAY, tmp_path)
            ill = frozenset(link.url for link in bad.links)
            assert at.url("/new.html") in ill
            at.pages = {"/robots.txt": NOT_FOUND, **second}
            good = await look(at, DAY + timedelta(days=1), tmp_path, ill=ill)
            assert at.url("/new.html") not in {link.url for link in good.links}
            await look(at, DAY + timedelta(days=2), tmp_path, ill=ill)
            assert (OLD if mended == "the page that holds it" else "/new.html") in at.asked

    asyncio.run(go())


def test_what_was_put_right_and_dies_again_is_found_on_that_day(tmp_path: Path) -> None:
    async def go() -> None:
        async with portal({}) as at:
            for later in range(12):
                at.pages = {"/robots.txt": NOT_FOUND, **with_one_more()}
                if later in (0, 11):
                    del at.pages["/new.html"]
                said = await look(at, DAY + timedelta(days=later), tmp_path, ill=frozenset((at.url("/new.html"),)))
                assert (at.url("/new.html") in {link.url for link in said.links}) is (later in (0, 11)), later

    asyncio.run(go())
