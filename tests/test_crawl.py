"""The walk of one site, over real sockets: what is read, what is only looked at, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.crawl import crawl_site
from monitor.fetch import Fetcher, Policy, Tries
from monitor.links import folded
from monitor.model import (
    Budget,
    Column,
    ColumnClass,
    ColumnLook,
    Crawl,
    Exclusion,
    Link,
    LinkState,
    Reach,
    Reading,
    Site,
    Span,
    Trust,
    Unit,
)
from portal import (
    ARTICLE,
    DOWN,
    NOT_FOUND,
    Answer,
    ByName,
    Cut,
    Portal,
    answer,
    articles,
    moved,
    page,
    portal,
    rows,
)

TODAY = date(2026, 3, 20)
UNIT = Unit(id="u", name="市水利局")


def now() -> datetime:
    return datetime.now(UTC)


def manners(*allowed: str) -> Policy:
    tries = Tries(timeout=1, dropped=1, busy=1, tls=1, dns=1)
    return Policy(
        delay=0.0, concurrency=4, deadline=3.0, try_deadline=3.0, pause=0.0, pause_cap=0.0, tries=tries,
        allow_authorities=frozenset(allowed),
    )  # fmt: skip


async def walk(
    at: Portal, *, others: Iterable[Portal] = (), stop: asyncio.Event | None = None, gap: float = 0.0,
    concurrency: int = 2, budget: Budget | None = None, **site: Any,
) -> Crawl:  # fmt: skip
    site.setdefault("url", at.url())
    wanted = Site(id="slj", name="市水利局", unit=UNIT, budget=budget or Budget(seconds=20), **site)
    async with Fetcher(manners(at.authority, *(one.authority for one in others))) as fetcher:
        return await crawl_site(wanted, fetcher, today=TODAY, now=now, gap=gap, stop=stop, concurrency=concurrency)


def crawl(pages: Mapping[str, Answer], *, fallback: Answer = NOT_FOUND, **more: Any) -> tuple[Crawl, Portal]:
    async def go() -> tuple[Crawl, Portal]:
        async with portal(pages, fallback=fallback) as at:
            if "columns" in more:
                more["columns"] = tuple(column(at, *given) for given in more["columns"])
            if "exclusions" in more:
                more["exclusions"] = tuple(Exclusion(prefix=at.url(p), reason="r") for p in more["exclusions"])
            return await walk(at, **more), at

    return asyncio.run(go())


def column(at: Portal, path: str, selector: str = "") -> Column:
    url = at.url(path) if path.startswith("/") else path
    return Column(name="通知公告", url=url, klass=ColumnClass.B, limit=Span(days=14), item_selector=selector)


def read(at: Portal) -> list[str]:
    """The pages that were asked for in their order, without robots.txt and the probes for missing pages."""
    return [path for path in at.asked if path != "/robots.txt" and not (len(path) == 22 and path.endswith(".html"))]


def states(found: Crawl, at: Portal) -> dict[str, LinkState]:
    return {link.url.removeprefix(at.url("")): link.state for link in found.links}


def only(found: Crawl) -> Link:
    (link,) = found.links
    return link


def leaves(*paths: str) -> dict[str, Answer]:
    return dict.fromkeys(paths, ARTICLE)


# --- order and scope ------------------------------------------------------------------------


def test_pages_are_read_breadth_first() -> None:
    pages = {
        "/": page(("/a", "甲"), ("/b", "乙")),
        "/a": page(("/a1", "子")),
        "/b": page(("/b1", "丑")),
        "/a1": page(("/a2", "寅")),
        **leaves("/b1", "/a2"),
    }
    found, at = crawl(pages, concurrency=1)
    assert read(at) == ["/", "/a", "/b", "/a1", "/b1", "/a2"]
    assert (found.reach, found.complete, found.whole, found.pages, found.links) == (Reach.OPEN, True, True, 6, ())


def test_another_port_is_another_site_and_only_looked_at() -> None:
    async def go() -> tuple[Crawl, list[str], str]:
        async with portal({"/x": page(("/deeper", "更深")), "/gone2": NOT_FOUND}) as far:
            home = page((far.url("/x"), "外站"), (far.url("/gone2"), "外站旧页"))
            async with portal({"/": home}) as at:
                return await walk(at, others=[far]), far.asked, far.url("/gone2")

    found, asked, gone = asyncio.run(go())
    assert "/deeper" not in asked
    assert "/x" in asked
    assert (only(found).url, only(found).state) == (gone, LinkState.DEAD)


def test_www_makes_no_difference_and_further_hosts_are_read_too() -> None:
    home = page(
        ("http://a.example/1", "甲"),
        ("http://www.a.example/2", "乙"),
        ("http://b.example/3", "丙"),
        ("http://c.example/4", "丁"),
    )
    pages = {"/": home, "/1": page(("/11", "子")), "/2": page(("/21", "子")), "/3": page(("/31", "子")), "/4": page(("/41", "子")), **leaves("/11", "/21", "/31", "/41")}  # fmt: skip

    async def go() -> list[str]:
        async with portal(pages) as at:
            ports = dict.fromkeys(("a.example", "www.a.example", "b.example", "c.example"), at.port)
            site = Site(id="a", name="a", url="http://www.a.example/", unit=UNIT, hosts=("b.example",))
            async with Fetcher(manners(), transport=ByName(ports)) as fetcher:
                found = await crawl_site(site, fetcher, today=TODAY, now=now, gap=0.0)
            assert found.links == ()
            return at.asked

    asked = asyncio.run(go())
    assert {"/11", "/21", "/31"} <= set(asked)
    assert "/4" in asked
    assert "/41" not in asked


def by_name(pages: Mapping[str, Answer], *names: str, home: str) -> tuple[Crawl, list[str]]:
    """The walk of a site whose hosts are only these names; every other one does not exist."""

    async def go() -> tuple[Crawl, list[str]]:
        async with portal(pages) as at, Fetcher(manners(), transport=ByName(dict.fromkeys(names, at.port))) as fetcher:
            site = Site(id="a", name="a", url=home, unit=UNIT)
            return await crawl_site(site, fetcher, today=TODAY, now=now, gap=0.0), read(at)

    return asyncio.run(go())


def test_a_name_of_the_site_that_does_not_answer_hides_no_page_and_takes_no_blame_of_others() -> None:
    """Many sites answer to www only; one link without it must not cost the page that all others reach."""
    home = page(("http://a.example/x", "不带www"), ("http://www.a.example/x", "带www"), ("/y", "乙"))
    pages = {"/": home, "/x": page(("/leaf", "叶")), "/y": page(("/x", "甲")), **leaves("/leaf")}
    found, asked = by_name(pages, "www.a.example", home="http://www.a.example/")
    assert "/leaf" in asked
    link = only(found)
    assert (link.url, link.state, link.reach) == ("http://a.example/x", LinkState.FAILING, 1)


def test_a_site_whose_links_all_carry_its_other_name_is_read_whole_and_once() -> None:
    pages = {"/": page(("http://a.example/x", "甲"), ("http://a.example/", "首页")), "/x": page(("http://a.example/leaf", "叶")), **leaves("/leaf")}  # fmt: skip
    found, asked = by_name(pages, "www.a.example", "a.example", home="http://www.a.example/")
    assert sorted(asked) == ["/", "/", "/leaf", "/x"]
    assert (found.links, found.whole, found.pages) == ((), True, 3)


def test_a_page_first_met_by_another_name_is_whole_when_its_own_name_follows() -> None:
    pages = {"/": page(("http://a.example/x", "甲")), "/x": page(("http://www.a.example/x", "自己"), ("http://www.a.example/y", "乙")), "/y": page(("/x", "甲"))}  # fmt: skip
    found, asked = by_name(pages, "www.a.example", "a.example", home="http://www.a.example/")
    assert (found.links, found.whole, found.pages) == ((), True, 3)
    assert sorted(asked) == ["/", "/x", "/x", "/y"]


def test_the_same_page_under_many_names_is_fetched_once() -> None:
    names = ("/col/", "/col/index.html", "/col/?utm_source=x", "/col/;jsessionid=0123", "/col/#top", "/./col/")
    found, at = crawl({"/": page(*((n, f"名{i}") for i, n in enumerate(names))), "/col/": ARTICLE})
    assert read(at) == ["/", "/col/"]
    assert found.whole


def test_a_redirect_within_the_site_is_read_once_where_it_leads() -> None:
    pages = {"/": page(("/old", "旧"), ("/older", "更旧"), ("/new", "新")), "/old": moved("/new"), "/older": moved("/new"), "/new": page(("/leaf", "叶")), **leaves("/leaf")}  # fmt: skip
    found, at = crawl(pages)
    assert at.visits("/leaf") == 1
    assert found.links == ()
    assert found.whole


def test_a_site_whose_home_redirects_is_read_whole() -> None:
    pages = {"/": moved("/portal/main"), "/portal/main": page(("/portal/main", "首页"), ("/a", "甲")), "/a": page(("/portal/main", "首页"), ("/", "首页"))}  # fmt: skip
    found, _ = crawl(pages)
    assert found.links == ()
    assert found.whole


@pytest.mark.parametrize(
    "sends",
    ['<meta http-equiv="refresh" content="0;url={}">', '<script>window.location.href="{}";</script>'],
)
def test_a_home_page_that_sends_its_readers_to_another_host_is_read_there(sends: str) -> None:
    """One empty page that was read, and all well: so it looked before."""

    async def go() -> tuple[Crawl, Crawl]:
        async with portal({"/": page(("/gone", "旧"), ("/a", "甲")), "/a": ARTICLE}) as far:
            sending = answer(f"<html><head>{sends.format(far.url())}</head><body></body></html>")
            async with portal({"/": sending}) as at:
                return await walk(at, others=[far]), await walk(at)

    read_there, refused = asyncio.run(go())
    assert ([link.state for link in read_there.links], read_there.pages) == ([LinkState.DEAD], 3)
    assert (refused.reach, refused.pages) == (Reach.WALLED, 0)


def test_a_redirect_out_of_the_site_is_alive_and_not_read() -> None:
    async def go() -> tuple[Crawl, list[str]]:
        async with (
            portal({"/x": page(("/deeper", "更深"))}) as far,
            portal({"/": page(("/out", "外")), "/out": moved(far.url("/x"))}) as at,
        ):
            return await walk(at, others=[far]), far.asked

    found, asked = asyncio.run(go())
    assert found.links == ()
    assert "/deeper" not in asked


# --- links ----------------------------------------------------------------------------------


def test_a_dead_link_is_found_with_every_page_it_stands_on() -> None:
    pages = {"/": page(("/a", "甲"), ("/gone", "首页上的")), "/a": page(("/gone", "甲上的"), ("/b", "乙")), "/b": page(("/gone", "乙上的"))}  # fmt: skip
    found, at = crawl(pages)
    link = only(found)
    assert (link.state, link.status, link.reach, link.looks) == (LinkState.DEAD, 404, 3, 2)
    assert [(p.url, p.text) for p in link.found_on] == [
        (at.url("/"), "首页上的"),
        (at.url("/a"), "甲上的"),
        (at.url("/b"), "乙上的"),
    ]
    assert found.whole


def test_a_footer_link_is_one_finding_with_its_reach() -> None:
    """It stands twice on each of thirty pages."""
    twice = (("/gone.pdf", "隐私声明"), ("/x", "中间"), ("/gone.pdf", "声明"))
    pages = {f"/p{n}": page(*twice) for n in range(30)}
    found, at = crawl({"/": page(*twice, *((p, p) for p in pages)), "/x": page(), **pages})
    link = only(found)
    assert (link.state, link.reach, len(link.found_on)) == (LinkState.DEAD, 31, 20)
    assert at.visits("/gone.pdf") == 2


def test_a_link_that_was_only_briefly_gone_is_saved_by_the_second_look() -> None:
    found, at = crawl({"/": page(("/flaky.pdf", "附件")), "/flaky.pdf": lambda n: NOT_FOUND if n == 0 else answer("%PDF-1.4", kind="application/pdf")})  # fmt: skip
    assert found.links == ()
    assert at.visits("/flaky.pdf") == 2


def test_a_page_that_was_briefly_down_is_read_at_the_second_look_with_all_below_it() -> None:
    busy_once = page(("/list/1", "通知"), ("/gone", "旧"), title="通知公告")
    pages = {"/": page(nav={"通知公告": "/list/"}), "/list/": lambda n: DOWN if n == 0 else busy_once, "/list/1": ARTICLE}  # fmt: skip
    found, at = crawl(pages)
    assert at.visits("/list/1") == 1
    assert states(found, at) == {"/gone": LinkState.DEAD}
    assert only(found).looks == 2
    assert found.whole


def test_a_page_that_stays_down_is_named_for_what_stands_on_it_was_not_seen() -> None:
    found, at = crawl({"/": page(("/list", "列表"), ("/alive", "好")), "/list": DOWN, "/alive": ARTICLE})
    assert states(found, at) == {"/list": LinkState.FAILING}
    assert found.unread == {at.url("/list")}
    assert at.url("/alive") in found.alive
    assert at.url("/list") not in found.alive


def test_an_address_that_no_browser_can_open_is_dead_and_loses_no_other_link() -> None:
    found, at = crawl({"/": page(("http://[::1", "坏地址"), ("/a", "好"), ("#", "空"), ("javascript:void(0)", "脚本")), "/a": ARTICLE})  # fmt: skip
    assert at.visits("/a") == 1
    assert [(link.url, link.reason) for link in found.links] == [("http://[::1", "malformed address")]


@pytest.mark.parametrize("href", ["Javascript:void(0)", "JAVASCRIPT:;", " javaScript:;", "data:image/png;base64," + "A" * 9000, "/a?x=" + "b" * 9000])  # fmt: skip
def test_what_a_browser_can_make_something_of_is_never_called_malformed(href: str) -> None:
    found, _ = crawl({"/": page((href, "打开"), more=f'<img src="{href}">')})
    assert found.links == ()


def test_walls_are_unverified_and_never_dead() -> None:
    found, at = crawl({"/": page(("/403", "甲"), ("/401", "乙")), "/403": answer("x", "403 Forbidden"), "/401": answer("x", "401 Unauthorized")})  # fmt: skip
    assert set(states(found, at).values()) == {LinkState.UNVERIFIED}


def test_many_links_to_one_silent_host_are_told_each_and_fold_into_one_finding() -> None:
    async def go() -> tuple[Crawl, str]:
        async with portal({}) as gone:
            url = gone.url("")
        async with portal({"/": page(*((f"{url}/{n}", str(n)) for n in range(5)))}) as at:
            return await walk(at, others=[gone]), url

    found, url = asyncio.run(go())
    assert [link.state for link in found.links] == [LinkState.FAILING] * 5
    (one,) = folded(found.links)
    assert (one.url, one.state, one.reach) == (f"{url}/", LinkState.FAILING, 5)


def test_a_department_taken_into_a_portal_answers_for_its_folder_only() -> None:
    """Its old address redirects into another site: the portal's own faults are not the department's."""

    async def go() -> tuple[Crawl, str]:
        pages = {
            "/slj/": page(("/slj/a", "本局"), ("/slj/lost", "本局旧页"), ("/other/", "别处")),
            "/slj/a": page(),
            "/other/": page(("/other/lost", "别处旧页")),
        }
        async with portal(pages) as city, portal({"/": moved(city.url("/slj/"))}) as old:
            return await walk(old, others=[city]), city.url("")

    found, url = asyncio.run(go())
    assert [link.url for link in found.links] == [f"{url}/slj/lost"]


def test_an_excluded_part_is_neither_read_nor_judged_and_that_is_said() -> None:
    pages = {
        "/": page(("/old/", "旧站"), ("/old/x", "旧页"), ("/a", "新")),
        "/old/": page(("/lost", "没了")),
        "/a": page(("/old/x", "旧页")),
    }
    found, at = crawl(pages, exclusions=("/old/",))
    assert read(at) == ["/", "/a"]
    assert found.links == ()
    assert any("excluded" in clause for clause in found.not_judged)


def test_a_site_that_says_200_to_everything_has_its_soft_404_found() -> None:
    lost = page(title="页面不存在", more="<p>对不起，您访问的页面不存在或已被删除</p>")
    found, at = crawl({"/": page(("/a", "好"), ("/gone.html", "旧")), "/a": ARTICLE}, fallback=lost)
    assert states(found, at) == {"/gone.html": LinkState.DEAD}


# --- where it ends --------------------------------------------------------------------------


def test_the_page_budget_ends_it_and_is_said() -> None:
    pages = {"/": page(*((f"/p{n}", str(n)) for n in range(40))), **leaves(*(f"/p{n}" for n in range(40)))}
    found, at = crawl(pages, budget=Budget(pages=10))
    assert len(read(at)) <= 11
    assert (found.complete, found.whole) == (True, False)
    assert any("10 pages" in clause for clause in found.not_judged)


def test_the_depth_budget_ends_it_and_is_said() -> None:
    pages = {"/": page(("/1", "下")), "/1": page(("/2", "下")), "/2": page(("/3", "下")), "/3": ARTICLE}
    found, at = crawl(pages, budget=Budget(depth=2))
    assert read(at) == ["/", "/1", "/2"]
    assert not found.whole
    assert any("2 clicks" in clause for clause in found.not_judged)


def test_the_time_budget_ends_it_and_is_said() -> None:
    found, _ = crawl({"/": page(("/slow", "慢"), ("/gone", "旧")), "/slow": lambda n: 30.0}, budget=Budget(seconds=0.5))
    assert found.seconds < 10  # the page would take thirty
    assert (found.complete, found.whole) == (True, False)
    assert any("time budget of 0.5 seconds" in clause for clause in found.not_judged)
    assert LinkState.DEAD not in {link.state for link in found.links}  # nothing had its second look


def test_what_robots_txt_forbids_is_not_read_and_is_said() -> None:
    rules = answer("User-agent: *\nDisallow: /secret/\n", kind="text/plain")
    found, at = crawl({"/robots.txt": rules, "/": page(("/secret/", "内"), ("/a", "外")), "/a": ARTICLE})
    assert read(at) == ["/", "/a"]
    assert states(found, at) == {"/secret/": LinkState.UNVERIFIED}
    assert any("robots.txt" in clause for clause in found.not_judged)


def test_what_robots_txt_forbids_may_hide_faults_that_were_seen_before() -> None:
    rules = answer("User-agent: *\nDisallow: /secret/\n", kind="text/plain")
    found, at = crawl({"/robots.txt": rules, "/": page(("/secret/", "内"), ("/a", "外")), "/a": ARTICLE})
    assert found.unread == {at.url("/secret/")}


def test_a_stop_ends_it_at_once_and_says_that_it_is_not_complete() -> None:
    async def go() -> Crawl:
        async with portal({"/": page(("/slow", "慢"), ("/gone", "旧")), "/slow": lambda n: 30.0}) as at:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(0.3, stop.set)
            return await asyncio.wait_for(walk(at, stop=stop, gap=30.0), 5.0)

    found = asyncio.run(go())
    assert (found.complete, found.whole, found.reach) == (False, False, Reach.OPEN)
    assert "the run was stopped before the end of this site" in found.not_judged
    assert LinkState.DEAD not in {link.state for link in found.links}


def test_a_stop_while_the_home_page_is_silent_accuses_nobody() -> None:
    async def go() -> Crawl:
        async with portal({"/": lambda n: 30.0}) as at:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(0.2, stop.set)
            return await asyncio.wait_for(walk(at, stop=stop, gap=30.0), 5.0)

    found = asyncio.run(go())
    assert (found.reach, found.complete) == (Reach.NOT_LOOKED, False)


def test_a_fault_of_our_own_on_one_page_leaves_no_other_look_under_way() -> None:
    class Broken:
        """A fetcher whose fifth look fails by a mistake of ours, while others are under way."""

        def __init__(self, inner: Fetcher) -> None:
            self.inner, self.under_way, self.permits = inner, 0, inner.permits

        async def look(self, url: str, **more: Any) -> Any:
            self.under_way += 1
            try:
                if url.endswith("/bad"):
                    raise AttributeError("ours")
                return await self.inner.look(url, **more)
            finally:
                self.under_way -= 1

    async def go() -> int:
        pages = {"/": page(("/slow", "慢"), ("/bad", "坏")), "/slow": lambda n: 30.0}
        async with portal(pages) as at, Fetcher(manners(at.authority)) as inner:
            broken = Broken(inner)
            site = Site(id="a", name="a", url=at.url(), unit=UNIT)
            with pytest.raises(AttributeError):
                await crawl_site(site, broken, today=TODAY, now=now, gap=0.0)
            return broken.under_way

    assert asyncio.run(go()) == 0


# --- sites that cannot be read --------------------------------------------------------------


def test_a_home_page_that_is_down_is_asked_for_three_times_and_then_unreachable() -> None:
    found, at = crawl({"/": DOWN}, columns=[("/tzgg/",)])
    assert at.visits("/") == 3
    assert (found.reach, found.looks, found.complete, found.whole) == (Reach.UNREACHABLE, 3, True, False)
    assert [look.reading for look in found.columns] == [Reading.UNREACHABLE]


def test_a_home_page_that_answers_at_the_third_look_is_read() -> None:
    found, _ = crawl({"/": lambda n: None if n < 2 else page(("/a", "甲")), "/a": ARTICLE})
    assert (found.reach, found.pages) == (Reach.OPEN, 2)
    assert found.looks > 1


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    async def go() -> Crawl:
        async with portal({}) as gone:
            pass
        return await walk(gone)

    assert asyncio.run(go()).reach is Reach.UNREACHABLE


def test_a_home_page_behind_a_wall_accuses_nobody() -> None:
    found, at = crawl({"/": answer("no", "403 Forbidden")}, columns=[("/tzgg/",)])
    assert (found.reach, found.links) == (Reach.WALLED, ())
    assert [look.reading for look in found.columns] == [Reading.WALL]
    assert at.visits("/tzgg/") == 0


def test_a_site_under_works_is_neither_down_nor_judged() -> None:
    found, _ = crawl({"/": page(title="网站升级改版中", more="<p>网站升级改版中，敬请期待</p>")})
    assert found.reach is Reach.MAINTENANCE


def test_a_site_that_wants_no_visitors_is_left_alone() -> None:
    found, at = crawl({"/robots.txt": answer("User-agent: *\nDisallow: /\n", kind="text/plain"), "/": page(("/a", "甲"))})  # fmt: skip
    assert found.reach is Reach.WALLED
    assert at.visits("/a") == 0


# --- columns --------------------------------------------------------------------------------

DAYS = ("2026-03-18", "2026-03-10", "2026-03-02", "2026-02-20", "2026-02-11")


def listing(folder: str = "/tzgg/", *days: str, name: str = "通知公告", more: str = "", head: str = "") -> bytes:
    crumbs = f'<a href="/">首页</a> &gt; <a href="{folder}">{name}</a>'
    return page(title=name, crumbs=crumbs, more=articles(folder, *(days or DAYS)) + more, head=head)


def one(found: Crawl) -> ColumnLook:
    (look,) = found.columns
    return look


def with_articles(pages: dict[str, Answer], *folders: str) -> dict[str, Answer]:
    return {**leaves(*(f"{folder}a{n}.html" for folder in folders or ("/tzgg/",) for n in range(8))), **pages}


def test_columns_are_found_by_the_menu() -> None:
    home = page(nav={"首页": "/", "通知公告": "/tzgg/", "工作动态": "/gzdt/"})
    gzdt = listing("/gzdt/", "2025-01-09", "2025-01-05", "2025-01-02", "2024-12-20", name="工作动态")
    found, at = crawl(with_articles({"/": home, "/tzgg/": listing(), "/gzdt/": gzdt}, "/tzgg/", "/gzdt/"))
    seen = {look.column.name: (look.column.url, look.newest and look.newest.day) for look in found.columns}
    assert seen == {"通知公告": (at.url("/tzgg/"), date(2026, 3, 18)), "工作动态": (at.url("/gzdt/"), date(2025, 1, 9))}
    assert all(look.column.found and look.reading is Reading.READ for look in found.columns)
    assert one_named(found, "通知公告").newest_title.startswith("关于做好防汛抗旱工作的通知")


def one_named(found: Crawl, name: str) -> ColumnLook:
    return next(look for look in found.columns if look.column.name == name)


def test_a_configured_column_is_read_even_where_no_link_leads_to_it_and_only_once() -> None:
    found, at = crawl(
        with_articles({"/": page(("/a", "甲")), "/a": ARTICLE, "/tzgg/": listing()}), columns=[("/tzgg/",)]
    )
    assert (one(found).reading, one(found).newest and one(found).newest.day) == (Reading.READ, date(2026, 3, 18))
    assert not one(found).column.found
    assert at.visits("/tzgg/") == 1


def test_a_configured_column_that_leads_on_is_not_found_a_second_time_by_its_new_address() -> None:
    """The operator's limit or exemption holds wherever the column's page has moved to."""
    listing = page(title="通知公告", more=articles("/new/", "2024-01-05", "2024-01-04", "2024-01-03"))
    pages = {"/": page(nav={"通知公告": "/new/list.html"}), "/old/": moved("/new/list.html"), "/new/list.html": listing, **leaves(*(f"/new/a{n}.html" for n in range(3)))}  # fmt: skip
    found, at = crawl(pages, columns=[("/old/",)], discover=True)
    assert [(look.column.url, look.column.found) for look in found.columns] == [(at.url("/old/"), False)]


def test_a_selector_tells_the_rows_from_the_noise() -> None:
    noise = rows(
        ("/n1.html", "热点新闻推荐阅读之一", "2026-03-20"),
        ("/n2.html", "热点新闻推荐阅读之二", "2026-03-19"),
        css="hot",
    )
    own = rows(
        ("/tzgg/a1.html", "关于开展水利普查的通知", "2024-05-01"),
        ("/tzgg/a2.html", "关于开展节水宣传的通知", "2024-04-01"),
        css="own",
    )
    pages = with_articles(
        {"/": page(), "/tzgg/": page(title="通知公告", more=noise + own), **leaves("/n1.html", "/n2.html")}
    )
    found, _ = crawl(pages, columns=[("/tzgg/", "ul.own li")], discover=False)
    assert one(found).newest is not None
    assert one(found).newest.day == date(2024, 5, 1)


@pytest.mark.parametrize("how", ["meta", "script", "redirect"])
def test_a_column_that_passes_on_to_its_first_child_is_judged_by_it(how: str) -> None:
    forward: dict[str, Answer] = {
        "meta": page(head='<meta http-equiv="refresh" content="0;url=/zwgk/tzgg/">'),
        "script": page(more='<script>window.location.href="/zwgk/tzgg/";</script>'),
        "redirect": moved("/zwgk/tzgg/"),
    }
    pages = with_articles({"/": page(), "/zwgk/": forward[how], "/zwgk/tzgg/": listing("/zwgk/tzgg/")}, "/zwgk/tzgg/")
    found, _ = crawl(pages, columns=[("/zwgk/",)], discover=False)
    assert (one(found).reading, one(found).newest and one(found).newest.day) == (Reading.READ, date(2026, 3, 18))


@pytest.mark.parametrize("how", ["meta", "redirect"])
def test_a_column_that_leaves_for_another_host_is_not_ours_to_age(how: str) -> None:
    async def go() -> Crawl:
        async with portal({"/": listing("/", "2019-01-01", "2018-12-01", "2018-11-01")}) as far:
            leaving = (
                moved(far.url())
                if how == "redirect"
                else page(head=f'<meta http-equiv="refresh" content="0;url={far.url()}">')
            )
            async with portal({"/": page(), "/tzgg/": leaving}) as at:
                return await walk(at, others=[far], columns=(column(at, "/tzgg/"),))

    look = one(asyncio.run(go()))
    assert (look.reading, look.newest) == (Reading.FOREIGN, None)
    assert look.detail.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        ('<div class="list"><ul class="list"><li>暂无内容</li></ul></div>', Reading.BLANK),
        ('<div id="list"></div><script>$.ajax({url:"/api/list",success:function(d){$("#list").html(d)}})</script>', Reading.SCRIPT),
        (articles("/tzgg/", "", "", "", "", ""), Reading.NO_DATES),
        ("<p>电话：0453-1234567</p>", Reading.NO_LIST),
    ],
    ids=["blank", "script", "undated", "no-list"],
)  # fmt: skip
def test_a_column_without_dated_rows_says_which_of_four_things_it_is(body: str, reading: Reading) -> None:
    pages = with_articles({"/": page(), "/tzgg/": page(title="通知公告", more=body)})
    found, _ = crawl(pages, columns=[("/tzgg/",)], discover=False)
    assert (one(found).reading, one(found).newest) == (reading, None)


@pytest.mark.parametrize(
    ("reply", "reading"),
    [
        (NOT_FOUND, Reading.DEAD),
        (DOWN, Reading.UNREACHABLE),
        (answer("no", "403 Forbidden"), Reading.WALL),
        (page(title="栏目维护中", more="<p>本栏目升级改版中，敬请期待</p>" + rows(("/x.html", "旧闻一则", "2019-01-01"))), Reading.MAINTENANCE),
    ],
    ids=["dead", "down", "wall", "maintenance"],
)  # fmt: skip
def test_a_column_that_cannot_be_read_says_why(reply: bytes, reading: Reading) -> None:
    found, _ = crawl({"/": page(), "/tzgg/": reply, "/x.html": ARTICLE}, columns=[("/tzgg/",)], discover=False)
    assert one(found).reading is reading


def test_a_column_that_robots_txt_forbids_says_so() -> None:
    rules = answer("User-agent: *\nDisallow: /tzgg/\n", kind="text/plain")
    found, at = crawl({"/": page(), "/robots.txt": rules, "/tzgg/": listing()}, columns=[("/tzgg/",)])
    assert one(found).reading is Reading.ROBOTS
    assert at.visits("/tzgg/") == 0


def test_a_column_that_the_time_did_not_suffice_for_was_not_looked_at() -> None:
    found, _ = crawl({"/": page(), "/tzgg/": lambda n: 30.0}, columns=[("/tzgg/",)], budget=Budget(seconds=0.4))
    assert one(found).reading in (Reading.NOT_REACHED, Reading.UNREACHABLE)
    assert one(found).newest is None


UNSORTED = ("2025-05-01", "2025-07-01", "2025-03-01", "2025-06-01", "2025-01-01")


def unsorted(second: Answer | None) -> Crawl:
    more = '<div class="pages"><a href="index_2.html">下一页</a></div>'
    pages = {"/": page(), "/tzgg/": listing("/tzgg/", *UNSORTED, more=more)}
    if second is not None:
        pages["/tzgg/index_2.html"] = second
    return crawl(with_articles(pages), columns=[("/tzgg/",)], discover=False)[0]


def test_an_unsorted_list_is_confirmed_on_its_second_page() -> None:
    look = one(unsorted(listing("/tzgg/", "2026-03-15", "2025-02-01", "2025-08-01", "2024-02-01")))
    assert (look.pages, look.newest and look.newest.day) == (2, date(2026, 3, 15))


def test_an_unsorted_list_whose_second_page_cannot_be_read_accuses_nobody() -> None:
    look = one(unsorted(DOWN))
    assert look.newest is None or look.newest.trust.name == "DOUBTFUL"


def test_a_parent_takes_the_date_of_its_fresher_child() -> None:
    home = page(nav={"政务公开": "/zwgk/", "通知公告": "/zwgk/tzgg/"})
    parent = listing("/zwgk/", "2024-03-01", "2024-02-01", "2024-01-11", "2024-01-02", name="政务公开")
    pages = {"/": home, "/zwgk/": parent, "/zwgk/tzgg/": listing("/zwgk/tzgg/")}
    found, _ = crawl(with_articles(pages, "/zwgk/", "/zwgk/tzgg/"))
    look = one_named(found, "政务公开")
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert "通知公告" in look.newest.where


def test_a_parent_takes_the_date_of_a_child_that_only_its_name_tells() -> None:
    """Many systems number their columns: /col/col12/ stands in no folder of its parent."""
    home = page(nav={"政务公开": "/col/col1/index.html", "通知公告": "/col/col2/index.html"})
    parent = listing("/col/col1/", "2024-03-01", "2024-02-01", "2024-01-11", "2024-01-02", name="政务公开")
    crumbs = '<a href="/">首页</a> &gt; <a href="/col/col1/index.html">政务公开</a> &gt; <a href="/col/col2/index.html">通知公告</a>'
    child = page(title="通知公告", crumbs=crumbs, more=articles("/col/col2/", *DAYS))
    pages = {"/": home, "/col/col1/index.html": parent, "/col/col2/index.html": child}
    found, _ = crawl(with_articles(pages, "/col/col1/", "/col/col2/"))
    assert {look.column.name for look in found.columns} == {"政务公开", "政务公开 > 通知公告"}
    assert [look.newest and look.newest.day for look in found.columns] == [date(2026, 3, 18)] * 2


@pytest.mark.parametrize("empty", ["<li>暂无内容</li>", rows(("/zwgk/x.html", "机构职能介绍说明文件", "")) * 5])
def test_a_parent_without_rows_of_its_own_is_not_blank_while_a_child_holds_items(empty: str) -> None:
    parent = page(title="政务公开", more=f'<div class="list"><ul class="list">{empty}</ul></div>')
    pages = {
        "/": page(nav={"政务公开": "/zwgk/", "通知公告": "/zwgk/tzgg/"}),
        "/zwgk/": parent,
        "/zwgk/tzgg/": listing("/zwgk/tzgg/"),
    }
    found, _ = crawl(with_articles(pages, "/zwgk/", "/zwgk/tzgg/"), columns=[("/zwgk/",)])
    look = next(one for one in found.columns if not one.column.found)
    assert (look.reading, look.newest and look.newest.day) == (Reading.READ, date(2026, 3, 18))


def test_a_column_that_sends_its_readers_to_the_home_page_is_not_judged_by_that() -> None:
    home = page(
        nav={"工作动态": "/gzdt/"}, more=articles("/gzdt/", "2019-03-01", "2019-02-01", "2019-01-11", "2019-01-02")
    )
    found, _ = crawl(
        with_articles({"/": home, "/tzgg/": moved("/"), "/gzdt/": page()}, "/gzdt/"),
        columns=[("/tzgg/",)],
        discover=False,
    )
    assert (one(found).reading, one(found).newest) == (Reading.NO_LIST, None)
    assert "home page" in one(found).detail


def test_a_configured_column_on_the_home_page_itself_is_judged_by_it() -> None:
    home = page(more=articles("/gzdt/", *DAYS))
    found, _ = crawl(with_articles({"/": home}, "/gzdt/"), columns=[("/",)], discover=False)
    assert (one(found).reading, one(found).newest and one(found).newest.day) == (Reading.READ, date(2026, 3, 18))


# --- what comes in part ---------------------------------------------------------------------


def in_part(said: bytes, until: bytes) -> Cut:
    return Cut(said[: said.index(until)])


MENU = page(nav={"通知公告": "/tzgg/"}, title="某市水利局")
LIST = page(
    more=articles("/tzgg/", "2026-03-18", "2026-03-10", "2026-03-01"), title="通知公告", crumbs="首页 &gt; 通知公告"
)


@pytest.mark.parametrize("once", [in_part(LIST, b"<li><a"), answer("")])
def test_a_page_that_came_in_part_or_empty_is_asked_again_before_it_is_read(once: bytes) -> None:
    def said(visit: int) -> bytes:
        return LIST if visit else once

    found, at = crawl(
        {"/": MENU, "/tzgg/": said} | leaves(*(f"/tzgg/a{n}.html" for n in range(3))), columns=[("/tzgg/",)]
    )
    (look,) = found.columns
    assert at.visits("/tzgg/") == 2
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert found.whole


def test_a_list_that_always_comes_in_part_is_neither_blank_nor_stale() -> None:
    bare, first = in_part(LIST, b"<li><a"), in_part(LIST, b"2026-03-10")
    for said, reading in ((bare, Reading.NO_LIST), (first, Reading.READ)):
        found, at = crawl(
            {"/": MENU, "/tzgg/": said, "/tzgg/a0.html": ARTICLE, "/tzgg/a1.html": ARTICLE}, columns=[("/tzgg/",)]
        )
        (look,) = found.columns
        assert at.visits("/tzgg/") == 2
        assert look.reading is reading
        assert look.newest is None or look.newest.trust is Trust.DOUBTFUL


def test_a_later_page_is_no_column_when_the_page_before_it_was_not_read() -> None:
    def some(name: str, *pager: tuple[str, str], first: int) -> bytes:
        days = (f"2025-1{first}-0{n}" for n in range(9, 0, -1))
        links = "".join(f'<a href="{href}">{words}</a>' for words, href in pager)
        more = articles(f"/{name}/{first}/", *days) + f'<div class="page">{links}</div>'
        return page(more=more, title="通知公告", crumbs='<a href="/">首页</a> &gt; <a href="/tzgg/">通知公告</a>')

    pages = {
        "/": MENU,
        "/tzgg/": some("tzgg", ("2", "index_2.html"), ("3", "index_3.html"), first=2),
        "/tzgg/index_2.html": DOWN,
        "/tzgg/index_3.html": some("tzgg", ("1", "index.html"), ("2", "index_2.html"), first=0),
    }
    found, _ = crawl(pages, fallback=ARTICLE)
    assert [look.column.url.rpartition("/")[2] for look in found.columns] == [""]


def test_a_column_is_called_by_its_path_and_title_not_by_a_tag_copied_from_another() -> None:
    """A real ministry's template gives every column the ColumnName of one: 14 days' news it is not."""
    listing = page(
        title="人事任免-市水利局",
        head='<meta name="ColumnName" content="动态简报">',
        crumbs="新闻中心 > 人事任免",
        more=articles("/rsrm/", "2026-01-20", "2026-01-18", "2026-01-10", "2025-12-20", "2025-12-10"),
    )
    found, _ = crawl({"/": page(("/a", "文章")), "/a": page(("/rsrm/", "更多")), "/rsrm/": listing})
    (look,) = found.columns
    assert look.column.name == "新闻中心 > 人事任免"
    assert look.column.klass is ColumnClass.C


def test_a_large_page_is_read_beside_the_loop_and_to_its_end() -> None:
    large = page(more="<span>2026-03-01</span>" * 30_000 + '<a href="/last.html">末尾</a>', title="大")
    assert len(large) > 300_000
    found, at = crawl({"/": page(("/large.html", "大")), "/large.html": large, "/last.html": ARTICLE})
    assert read(at) == ["/", "/large.html", "/last.html"]
    assert found.whole


def test_a_home_page_that_only_a_script_fills_is_not_passed_in_silence() -> None:
    shell = '<html><head><title>市水利局</title></head><body><div id="app"></div><script src="/a.js"></script></body></html>'
    found, _ = crawl({"/": answer(shell), "/a.js": answer("x", kind="text/javascript")})
    assert "a script fills the home page" in found.not_judged[0]


def test_a_site_that_shows_its_home_page_for_every_address_has_no_dead_links_that_can_be_told() -> None:
    home = page(("tief/x", "更多"), ("/tzgg/", "通知公告"), more=articles("/a/", "2026-03-18", "2026-03-12"))
    found, _ = crawl({"/": home}, fallback=home)
    assert {link.state for link in found.links} == {LinkState.UNVERIFIED}


def test_a_place_that_its_page_does_not_have_is_told_and_accuses_nobody() -> None:
    target = page(
        title="办事指南",
        more='<h2 id="cl">材料</h2><a name="sj"></a><h2 id="流程">流程</h2>' + "<p>办事说明。</p>" * 60,
    )
    names = ("cl", "sj", "%E6%B5%81%E7%A8%8B", "top", "!/x", ":~:text=a", "fy")
    found, at = crawl({"/": page(*((f"/zn/#{name}", name) for name in names), ("#nirgends", "这里")), "/zn/": target})
    assert states(found, at) == {"/zn/#fy": LinkState.UNVERIFIED, "/#nirgends": LinkState.UNVERIFIED}
    assert "no place on it is named “fy”" in {link.url[-3:]: link.reason for link in found.links}["#fy"]
