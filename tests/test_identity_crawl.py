"""What a crawl brings of a site's identity, over real sockets, and which of its pages lack their tags."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from monitor.crawl import crawl_site
from monitor.crawl.tally import TagTally
from monitor.fetch import Fetcher, Policy, Tries
from monitor.model import COLUMN_TAGS, CONTENT_TAGS, SITE_TAGS, Budget, Crawl, Identity, Site, TagCount, Unit
from monitor.page import read
from portal import Answer, answer, articles, page, portal

TODAY = date(2026, 3, 20)
FOOT = "<div class='footer'><p>主办：市水利局</p><p>网站标识码：2302000099</p></div>"
ALL = SITE_TAGS + COLUMN_TAGS + CONTENT_TAGS


def tags(*names: str) -> str:
    return "".join(f'<meta name="{name}" content="{name} 值">' for name in names)


def crawl(pages: Mapping[str, Answer]) -> tuple[Crawl, str, list[str]]:
    async def go() -> tuple[Crawl, str, list[str]]:
        async with portal(pages) as at:
            site = Site(
                id="slj", name="市水利局", url=at.url(), unit=Unit(id="u", name="水利局"), budget=Budget(seconds=20)
            )
            policy = Policy(delay=0.0, allow_authorities=frozenset([at.authority]), tries=Tries(busy=1), pause=0.0)
            async with Fetcher(policy) as fetcher:
                found = await crawl_site(site, fetcher, today=TODAY, now=lambda: datetime.now(UTC), gap=0.0)
            return found, at.url(), at.asked

    return asyncio.run(go())


def identity(pages: Mapping[str, Answer]) -> Identity:
    found = crawl(pages)[0].identity
    assert found is not None
    return found


def test_the_home_page_is_asked_for_once_and_read() -> None:
    found, url, asked = crawl({"/": page(more=FOOT, head=tags("SiteName"))})
    assert found.identity is not None
    assert (found.identity.url, asked.count("/")) == (url, 1)
    assert (found.identity.site_code.value, found.identity.organiser.value) == ("2302000099", "市水利局")
    assert found.identity.tags == {"SiteName": "SiteName 值"}
    assert found.identity.seconds is not None
    assert found.identity.ipv6 is None  # 127.0.0.1 was never looked up
    assert not found.identity.in_part


def test_of_a_home_page_that_forwards_the_goal_is_read() -> None:
    pages = {
        "/": answer('<html><meta http-equiv="refresh" content="0;url=/index1.html"></html>'),
        "/index1.html": page(more=FOOT),
    }
    found = identity(pages)
    assert (found.url.rpartition("/")[2], found.site_code.value) == ("index1.html", "2302000099")


def test_a_home_page_cut_short_is_read_in_part() -> None:
    whole = page(more=FOOT)
    head, _, body = whole.partition(b"\r\n\r\n")
    cut = head.replace(b"Content-Length: ", b"Content-Length: 9") + b"\r\n\r\n" + body
    assert identity({"/": lambda _: cut}).in_part


def test_a_site_that_is_not_open_has_none() -> None:
    assert crawl({"/": answer("busy", "503 Service Unavailable")})[0].identity is None


def test_pages_without_their_tags_are_counted() -> None:
    days = ("2026-03-18", "2026-03-11", "2026-03-04", "2026-02-20")
    listed = tags(*SITE_TAGS, *COLUMN_TAGS)
    text = (
        "<h1>关于防汛工作的通知</h1><div>发布时间：2026-03-04</div>"
        + "<p>各县人民政府，市政府有关部门：现将有关事项通知如下，请遵照执行。</p>" * 9
    )
    pages = {
        "/": page(("/tzgg/", "通知公告"), ("/gzdt/", "工作动态"), more=FOOT),
        "/tzgg/": page(title="通知公告", more=articles("/tzgg/", *days), head=listed),
        "/gzdt/": page(title="工作动态", more=articles("/gzdt/", *days), head=tags(*SITE_TAGS)),
        "/tzgg/a0.html": page(title="关于防汛工作的通知", more=text, head=tags(*ALL)),
        "/tzgg/a1.html": page(title="关于防汛工作的通知", more=text, head=tags(*ALL).replace("PubDate", "PubTime")),
        **{f"/tzgg/a{n}.html": page(title="关于防汛工作的通知", more=text) for n in (2, 3)},
        **{f"/gzdt/a{n}.html": page(title="关于防汛工作的通知", more=text, head=tags(*ALL)) for n in range(4)},
    }
    found, url, _ = crawl(pages)
    assert found.identity is not None
    lists, of_articles = found.identity.lists, found.identity.articles
    assert lists == TagCount(
        pages=2, lacking=1, by_tag=dict.fromkeys(COLUMN_TAGS, 1), examples=((f"{url}gzdt/", COLUMN_TAGS),)
    )
    assert (of_articles.pages, of_articles.lacking) == (8, 3)
    assert of_articles.by_tag == {**dict.fromkeys(ALL, 2), "PubDate": 3}
    assert (f"{url}tzgg/a1.html", ("PubDate",)) in of_articles.examples


def test_a_tag_without_a_value_is_none_where_the_page_is_read_whole() -> None:
    body = f"<head>{tags(*ALL)}</head>".replace("PubDate 值", "").replace("ColumnType 值", "null")
    tally = TagTally()
    listing = read((body + articles("/a/", "2026-03-01", "2026-02-01", "2026-01-01")).encode(), "http://a.cn/a/", TODAY)
    tally.read(listing, column=True)
    assert tally.lists.by_tag == {"ColumnType": 1}


@pytest.mark.parametrize(
    ("body", "pages", "absent"),
    [
        (f"<head>{tags(*ALL)}</head><body>", 1, ()),
        (f"<HEAD>{tags(*ALL)}</HEAD><BODY>".upper(), 1, ()),
        ("<head><meta name=SiteName content=x></head><body>", 1, ALL[1:]),
        ("<head></head><body>PubDate", 1, ALL),
        ("x" * 70_000, 0, None),  # no end of the head in sight
        ("<h\0e", 0, None),
    ],
)
def test_at_a_glance_only_names_are_seen(body: str, pages: int, absent: tuple[str, ...] | None) -> None:
    tally = TagTally()
    tally.glanced("u", body.encode())
    assert tally.articles.pages == pages
    assert tally.articles.examples == ((("u", absent),) if absent else ())


def test_examples_end_and_counting_does_not() -> None:
    tally = TagTally()
    for n in range(25):
        tally.glanced(f"u{n}", b"<body>")
    assert (tally.articles.pages, tally.articles.lacking, len(tally.articles.examples)) == (25, 25, 20)
