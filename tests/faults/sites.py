"""Rotten sites: whole small sites in which a crawl might never end, or be led astray.

`async with serve("calendar") as site:` gives its home address and counts what was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from faults.case import answer

HOST = "127.0.0.1"
MANY = 200_000
"""Links on the home page of "many-links"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a site sees it."""

    path: str
    query: dict[str, str]
    base: str
    """http://host:port"""
    count: int
    """How many requests came before it."""

    def number(self, name: str, default: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdecimal() else default


Answers = Callable[[Asked], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rot:
    """One rotten site: how it answers, and what is true of it."""

    name: str
    answers: Answers
    truth: str
    """What is wrong with it, one plain clause."""
    living: tuple[str, ...] = ("/",)
    """Paths that live and must not be called dead."""
    dead: tuple[str, ...] = ()
    """Paths that are linked, and dead."""
    endless: bool = False
    """Whether a naive crawl never ends."""


@dataclass(slots=True)
class Served:
    """A rotten site that is up."""

    rot: Rot
    url: str
    """Its home page."""
    asked: Counter[str] = field(default_factory=Counter)
    """Path with query -> how many times it was asked for."""

    @property
    def requests(self) -> int:
        return self.asked.total()


def page(title: str, links: list[tuple[str, str]], text: str = "", *, head: str = "") -> bytes:
    """A page with rows of links."""
    rows = "".join(f'<li><a href="{href}">{words}</a> <span>2020-11-05</span></li>' for href, words in links)
    body = f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><ul>{rows}</ul>{text}</body></html>"
    return answer(body)


MISSING = answer("<html><title>404</title><h1>404 Not Found</h1></html>", "404 Not Found")
HOME = [("/zwgk/", "政务公开"), ("/xwzx/", "新闻中心")]
ARTICLE = "<p>各县（市、区）人民政府，市政府有关部门：现将有关事项通知如下，请认真贯彻执行。</p>" * 3


def _column(asked: Asked) -> bytes | None:
    """The two healthy columns that every site has, with an article each; None for other paths."""
    if asked.path in ("/zwgk/", "/xwzx/"):
        return page("栏目 " + asked.path, [("a1.html", "关于秋季收购工作的通知"), ("/", "首页")])
    if asked.path.endswith("/a1.html") and asked.path.count("/") == 2:
        return page("关于秋季收购工作的通知", [("/", "首页")], ARTICLE)
    return None


def _home(*links: tuple[str, str]) -> bytes:
    return page("某某市粮食局", [*HOME, *links])


def _calendar(asked: Asked) -> bytes:
    if asked.path == "/calendar":
        year, month = asked.number("y", 2020), asked.number("m", 11)
        later = (year + month // 12, month % 12 + 1)
        before = (year - (month == 1), 12 if month == 1 else month - 1)
        links = [(f"/calendar?y={y}&m={m}", f"{y}-{m}") for y, m in (before, later)]
        return page(f"{year}年{month}月", [*links, *((f"/calendar/{year}/{month}/{d}", str(d)) for d in range(1, 29))])
    if asked.path.startswith("/calendar/"):
        return page("日程 " + asked.path, [("/", "首页")], "<p>今日无安排</p>")
    return _home(("/calendar", "日历")) if asked.path == "/" else _column(asked) or MISSING


def _session_in_path(asked: Asked) -> bytes:
    path = asked.path.partition(";")[0]
    mark = f";jsessionid={asked.count:032X}"
    if path == "/":
        return page("某某市粮食局", [(href + mark, words) for href, words in HOME])
    if path in ("/zwgk/", "/xwzx/"):
        return page("栏目 " + path, [(f"{path}a1.html{mark}", "通知"), (f"/{mark}", "首页"), (f"/zwgk/{mark}", "公开")])
    return page("通知", [(f"/{mark}", "首页")], ARTICLE) if path.endswith("/a1.html") else MISSING


def _session_in_query(asked: Asked) -> bytes:
    mark = f"?sid={asked.count:032x}"
    if asked.path == "/":
        return page("某某市粮食局", [(href + mark, words) for href, words in HOME])
    if asked.path in ("/zwgk/", "/xwzx/"):
        return page("栏目 " + asked.path, [(f"a1.html{mark}", "通知"), (f"/{mark}", "首页"), (f"/zwgk/{mark}", "公开")])
    return page("通知", [(f"/{mark}", "首页")], ARTICLE) if asked.path.endswith("/a1.html") else MISSING


def _pages(asked: Asked) -> bytes:
    if asked.path == "/list":
        n = asked.number("page", 1)
        return page(f"列表 第{n}页", [(f"/list?page={n + 1}", "下一页"), ("/zwgk/a1.html", "通知")])
    return _home(("/list?page=1", "列表")) if asked.path == "/" else _column(asked) or MISSING


def _growing(asked: Asked) -> bytes:
    if asked.path.startswith("/deep"):
        return page("目录", [("deep/", "下级"), ("more/deep/", "更多"), ("/", "首页")])
    return _home(("/deep/", "目录")) if asked.path == "/" else _column(asked) or MISSING


def _many_names(asked: Asked) -> bytes:
    path = asked.path.lower().replace("%7a", "z").replace("/index.html", "/")
    if path == "/":
        names = ("/index.html", "/zwgk", "/ZWGK/", "/%7Awgk/", "/zwgk/index.html", "/zwgk/?utm_source=home", "/zwgk/?",
                 "/zwgk/#top", "/./zwgk/", "/x/../zwgk/", "//zwgk/", f"{asked.base}/zwgk/")  # fmt: skip
        return _home(*((n, f"别名{i}") for i, n in enumerate(names) if not n.startswith("//")))
    if path in ("/zwgk", "/zwgk/"):
        return page("政务公开", [("/zwgk/a1.html", "通知")])
    return page("通知", [("/", "首页")], ARTICLE) if path.endswith("a1.html") else _column(asked) or MISSING


def _new_links(asked: Asked) -> bytes:
    fresh = [(f"/rand/{asked.count * 50 + i}.html", f"推荐{i}") for i in range(50)]
    if asked.path == "/":
        return _home(*fresh)
    return page("推荐", fresh) if asked.path.startswith("/rand/") else _column(asked) or MISSING


def _many_links(asked: Asked) -> bytes:
    if asked.path == "/":
        return _home(*((f"/item/{i}.html", f"条目{i}") for i in range(MANY)))
    if asked.path.startswith("/item/"):
        return page("条目", [("/", "首页")])
    return _column(asked) or MISSING


def _soft_404(asked: Asked) -> bytes:
    lost = page("某某市粮食局", HOME, "<div>对不起，您访问的页面不存在</div>")
    if asked.path == "/":
        return _home(("/zwgk/gone.html", "旧通知"), ("/zwgk/removed.html", "登记簿"))
    if asked.path == "/zwgk/removed.html":
        return page("登记簿", HOME, "<p>第12号公告页面不存在，已由第13号代替。</p>" + ARTICLE)
    return _column(asked) or lost


def _soft_advert(asked: Asked) -> bytes:
    """As before, with an advertisement that changes with every look."""
    advert = ("节约粮食人人有责", "垃圾分类从我做起", "全民阅读书香满城", "消防安全牢记心间")[asked.count % 4]
    lost = page("某某市粮食局", HOME, f"<div>您查找的内容不存在</div><div>{advert * 2}</div>")
    return _home(("/zwgk/gone.html", "旧通知")) if asked.path == "/" else _column(asked) or lost


def _all_home(asked: Asked) -> bytes:
    if asked.path == "/":
        return _home(("/zwgk/gone.html", "旧通知"))
    return _column(asked) or answer("", "302 Found", "Location: /")


def _home_everywhere(asked: Asked) -> bytes:
    """Every unknown address answers the home page, in place."""
    return (None if asked.path == "/" else _column(asked)) or _home(("/zwgk/gone.html", "旧通知"))


def _slashes(asked: Asked) -> bytes:
    """Every address answers with and without a slash, each sending to the other's children."""
    if asked.path == "/":
        return _home(("/s/a", "甲"), ("/s/a/", "乙"))
    if asked.path.startswith("/s/"):
        return page(
            "目录", [(asked.path + "/", "斜杠"), (asked.path.rstrip("/"), "无斜杠"), ("b", "子"), ("../s/", "父")]
        )
    return _column(asked) or MISSING


def _filters(asked: Asked) -> bytes:
    """A search page whose filters combine without end."""
    if asked.path == "/search":
        kept = [f"{k}={v}" for k, v in sorted(asked.query.items())]
        wider = [("/search?" + "&".join([*kept, f"f{len(kept)}_{i}={i}"]), f"筛选{i}") for i in range(6)]
        return page("检索", wider)
    return _home(("/search?q=1", "检索")) if asked.path == "/" else _column(asked) or MISSING


def _redirect_maze(asked: Asked) -> bytes:
    """Pages that redirect to ever new pages, each with links to more of them."""
    n = asked.number("n", 0)
    if asked.path == "/maze":
        return answer("", "302 Found", f"Location: /room?n={n + 1}")
    if asked.path == "/room":
        return page(f"房间{n}", [(f"/maze?n={n + i}", f"门{i}") for i in range(1, 4)])
    return _home(("/maze?n=1", "迷宫")) if asked.path == "/" else _column(asked) or MISSING


def _big_home(asked: Asked) -> bytes:
    if asked.path == "/":
        return page("某某市粮食局", HOME, "<p>" + "字 " * 5_000_000 + "</p>")
    return _column(asked) or MISSING


def _bad_links(asked: Asked) -> bytes:
    if asked.path == "/":
        bad = ("http://[::1", "javascript:void(0)", "#", "", "mailto:a@example.com", "tel:110", "data:text/html,x",
               "http:///zwgk/", "/zwgk/\x00", "ht!tp://x", "//", "\\\\zwgk\\", "/zwgk/gone.html")  # fmt: skip
        return _home(
            *((quote(b, safe="/:#[]!,;@\\()?=&.-_~") if "\x00" in b else b, f"坏{i}") for i, b in enumerate(bad))
        )
    return _column(asked) or MISSING


def _walled(asked: Asked) -> bytes:
    """A firewall that shuts after ten requests."""
    if asked.count >= 10:
        return answer("<html><title>403</title></html>", "403 Forbidden")
    if asked.path == "/":
        return _home(*((f"/zwgk/n{i}.html", f"通知{i}") for i in range(30)))
    return page("通知", HOME, ARTICLE) if asked.path.startswith("/zwgk/n") else _column(asked) or MISSING


def _everything_broken(asked: Asked) -> bytes:
    """The home page stands; behind it, nothing but errors."""
    if asked.path == "/":
        return _home(*((f"/zwgk/n{i}.html", f"通知{i}") for i in range(30)))
    return answer("<html><title>500</title></html>", "500 Internal Server Error")


_ALL = ("/", "/zwgk/", "/xwzx/", "/zwgk/a1.html")
ROTS: dict[str, Rot] = {
    rot.name: rot
    for rot in (
        Rot(name="calendar", answers=_calendar, truth="a calendar without end", living=_ALL, endless=True),
        Rot(name="session-path", answers=_session_in_path, truth="a new session id in every path", living=_ALL, endless=True),
        Rot(name="session-query", answers=_session_in_query, truth="a new session id in every query", living=_ALL, endless=True),
        Rot(name="pages", answers=_pages, truth="?page=n without end", living=_ALL, endless=True),
        Rot(name="growing", answers=_growing, truth="relative links that grow the path for ever", living=_ALL, endless=True),
        Rot(name="many-names", answers=_many_names, truth="one page under many names", living=_ALL),
        Rot(name="new-links", answers=_new_links, truth="new random links at every look", living=_ALL, endless=True),
        Rot(name="many-links", answers=_many_links, truth="200,000 links on one page", living=_ALL),
        Rot(name="soft-404", answers=_soft_404, truth="200 for missing pages", living=(*_ALL, "/zwgk/removed.html"),
            dead=("/zwgk/gone.html",)),
        Rot(name="soft-404-advert", answers=_soft_advert, truth="200 for missing pages, with a changing advertisement",
            living=_ALL, dead=("/zwgk/gone.html",)),
        Rot(name="all-home", answers=_all_home, truth="every unknown address redirects home", living=_ALL,
            dead=("/zwgk/gone.html",)),
        Rot(name="home-everywhere", answers=_home_everywhere, truth="every unknown address answers the home page",
            living=_ALL, dead=("/zwgk/gone.html",)),
        Rot(name="slashes", answers=_slashes, truth="every address with any number of slashes", living=_ALL, endless=True),
        Rot(name="filters", answers=_filters, truth="search filters that combine without end", living=_ALL, endless=True),
        Rot(name="maze", answers=_redirect_maze, truth="redirects to ever new pages", living=_ALL, endless=True),
        Rot(name="big-home", answers=_big_home, truth="a home page of 20 MB", living=_ALL),
        Rot(name="bad-links", answers=_bad_links, truth="malformed links on the home page", living=_ALL,
            dead=("/zwgk/gone.html",)),
        Rot(name="walled", answers=_walled, truth="a firewall that shuts after ten requests"),
        Rot(name="all-broken", answers=_everything_broken, truth="nothing but errors behind the home page"),
    )
}  # fmt: skip


@contextlib.asynccontextmanager
async def serve(name: str) -> AsyncIterator[Served]:
    """Serve one of ROTS on a port of its own."""
    served = Served(ROTS[name], "")
    numbers = itertools.count()
    tasks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.decode("latin-1").split(" ", 2)[:2]
            raw = _answer_to(served, target, numbers)
            writer.write(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else raw)
            await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(meet, HOST, 0, limit=1 << 20, backlog=512)
    served.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}/"
    try:
        yield served
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _answer_to(served: Served, target: str, numbers: itertools.count[int]) -> bytes:
    served.asked[target] += 1
    parts = urlsplit(target)
    if parts.path == "/robots.txt":
        return answer("", "404 Not Found")
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    return served.rot.answers(Asked(parts.path, query, served.url.rstrip("/"), next(numbers)))
