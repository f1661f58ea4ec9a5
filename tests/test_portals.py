"""Whole copies of three real portals, served on loopback and crawled; an independent reader says what is broken."""

from __future__ import annotations

import asyncio
import html.parser
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

import served
from monitor import urls
from monitor.crawl import crawl_site
from monitor.fetch import Aim, Fetcher, Permission, Policy
from monitor.model import Cause, Crawl, Failure, Fetch, LinkState, Phase, Reach, Site, Unit

SITES = Path(__file__).parents[2] / "shared" / "sites"
TODAY = date(2021, 6, 9)

pytestmark = pytest.mark.skipif(
    not SITES.is_dir(), reason=f"SKIPPED: the copies of real portals are not there ({SITES.name} beside the checkout)"
)


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href" and value]


class _NoFurther:
    """A fetcher whose web ends at one server: whatever else the copies link to is unreachable, unasked."""

    def __init__(self, fetcher: Fetcher, own: str) -> None:
        self._fetcher, self._own = fetcher, own

    async def look(self, url: str, *, aim: Aim = Aim.PAGE, validators: tuple[str, str] = ("", "")) -> Fetch:
        if urls.authority(url) == self._own:
            return await self._fetcher.look(url, aim=aim, validators=validators)
        failure = Failure(cause=Cause.UNREACHABLE, phase=Phase.CONNECT)
        return Fetch(asked=url, url=url, status=None, failure=failure)

    async def permits(self, url: str) -> Permission:
        return await self._fetcher.permits(url)

    def has_ipv6(self, url: str) -> bool | None:
        return self._fetcher.has_ipv6(url)


def crawl(base: str, start: str) -> Crawl:
    site = Site(id="portal", name="portal", url=base + start, unit=Unit(id="unit", name="unit"))
    listed = frozenset([urls.authority(base)])

    async def walk() -> Crawl:
        async with Fetcher(Policy(delay=0, concurrency=8, allow_authorities=listed)) as fetcher:
            near = _NoFurther(fetcher, urls.authority(base))
            return await crawl_site(site, near, today=TODAY, now=lambda: datetime.now(UTC), concurrency=8, gap=0)

    return asyncio.run(walk())


def stands(folder: Path, path: str) -> bool:
    target = folder / unquote(path).lstrip("/")
    return target.is_file() or (target / "index.html").is_file()


def broken_pages(folder: Path, start: str) -> tuple[set[str], set[str]]:
    """By a plain reader of our own: the pages that can be reached, and the local link targets that are not there."""
    seen, broken, waiting = set(), set(), ["/" + start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        file = folder / unquote(path).lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        reader = _Anchors()
        reader.feed(file.read_text(encoding="utf-8", errors="replace"))
        for href in reader.hrefs:
            parts = urlsplit(urldefrag(urljoin(f"http://portal{path}", href.strip()))[0])
            if parts.netloc != "portal" or parts.scheme != "http":
                continue
            if not stands(folder, parts.path):
                broken.add(parts.path)
            elif parts.path.endswith((".html", ".shtml", "/")):
                waiting.append(parts.path)
    return seen, broken


@pytest.mark.parametrize(
    ("name", "start", "pages"),
    [("scest_net", "index1.html", 262), ("gzdzhrss_com", "index.html", 239), ("atxlyj_cn", "index.html", 170)],
)
def test_a_real_portal_is_crawled_whole_and_told_truly(name: str, start: str, pages: int) -> None:
    folder = SITES / name
    reachable, broken = broken_pages(folder, start)
    with served.folder(folder) as base:
        found = crawl(base, start)
    assert found.reach is Reach.OPEN
    assert found.complete
    assert found.whole
    own = urls.authority(base)
    dead = {urls.path(k.url) for k in found.links if k.state is LinkState.DEAD and urls.authority(k.url) == own}
    assert len(reachable) <= found.pages <= pages + 60  # a few files are reached under two names
    assert [path for path in dead if stands(folder, path)] == [], "a living page was called dead"
    assert {unquote(path) for path in broken} - {unquote(path) for path in dead} == set(), "a broken target was missed"
    assert len(found.columns) >= 10
