"""The walk through every rotten site: it ends inside its budget, says what it cut, and accuses no living page."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from faults import sites
from monitor.crawl import crawl_site
from monitor.fetch import Fetcher, Policy
from monitor.model import Budget, Crawl, LinkState, Reach, Site, Unit

BUDGET = Budget(pages=40, depth=6, seconds=30.0)


async def _walk(name: str) -> tuple[Crawl, sites.Served]:
    async with sites.serve(name) as served:
        policy = Policy(
            delay=0.0,
            concurrency=8,
            deadline=5.0,
            pause=0.01,
            pause_cap=0.05,
            allow_authorities=frozenset((urlsplit(served.url).netloc,)),
        )
        site = Site(id="rotten", name=name, url=served.url, unit=Unit(id="u", name="unit"), budget=BUDGET)
        async with Fetcher(policy) as fetcher:
            crawl = await crawl_site(
                site, fetcher, today=date(2020, 11, 10), now=lambda: datetime.now(UTC), concurrency=4, gap=0.05
            )
        return crawl, served


@pytest.mark.parametrize("name", sites.ROTS)
def test_rotten_site(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "MANY", 30_000)  # as many as fit the time of a test
    crawl, served = asyncio.run(_walk(name))
    said = {"/" + link.url.removeprefix(served.url): link.state for link in crawl.links}
    assert crawl.reach is Reach.OPEN
    assert crawl.pages <= BUDGET.pages + 4
    assert [path for path in served.rot.living if said.get(path) in (LinkState.DEAD, LinkState.FAILING)] == []
    assert [path for path in served.rot.dead if said.get(path) is not LinkState.DEAD] == []
    if name == "walled":
        assert LinkState.UNVERIFIED in said.values()
        assert LinkState.DEAD not in said.values()
    if name == "all-broken":
        assert set(said.values()) == {LinkState.FAILING}


@pytest.mark.parametrize("name", [n for n, rot in sites.ROTS.items() if rot.endless and "session" not in n])
def test_endless_site_is_cut_and_says_so(name: str) -> None:
    crawl, served = asyncio.run(_walk(name))
    assert crawl.not_judged
    assert served.requests < 3 * BUDGET.pages


@pytest.mark.parametrize("name", ["session-path", "session-query", "many-names"])
def test_one_page_under_many_names_is_read_about_once(name: str) -> None:
    crawl, _ = asyncio.run(_walk(name))
    assert crawl.pages <= 10
