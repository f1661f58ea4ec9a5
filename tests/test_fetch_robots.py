"""robots.txt by RFC 9309, over sockets and as rules."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from monitor.fetch import Fetcher, Permission, Policy
from monitor.fetch.robots import MAX_BYTES, decode, parse
from rawserver import RawServer, Reply, Visit, serving


def whole(body: bytes, status: bytes = b"200 OK", *headers: bytes) -> bytes:
    lines = b"".join(h + b"\r\n" for h in headers)
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status, len(body), lines, body)


def ask(reply: Reply, *paths: str, more: dict[str, Reply] | None = None, **settings: Any) -> list[Permission]:
    """Permissions for paths of a host with this robots.txt."""
    last_good = settings.pop("last_good", None)

    async def run() -> list[Permission]:
        async with serving({"/robots.txt": reply, **(more or {})}) as server:
            fixed: dict[str, Any] = {"delay": 0.0, "pause": 0.01, "try_deadline": 0.2}
            policy = Policy(**{**fixed, **settings}, allow_authorities=frozenset({f"127.0.0.1:{server.port}"}))
            async with Fetcher(policy) as fetcher:
                found = [await fetcher.permits(server.url(p), last_good=last_good) for p in paths]
            assert len(server.requests) <= policy.tries.busy + 7
            return found

    return asyncio.run(run())


RULES = b"User-agent: *\nDisallow: /a\nAllow: /a/b\nCrawl-delay: 99\nSitemap: http://x.example/s.xml\n"


def test_rules_are_read_once_and_kept() -> None:
    no, yes, other = ask(whole(RULES), "/a", "/a/b", "/c", obey_robots=True)
    assert (no.allowed, yes.allowed, other.allowed) == (False, True, True)
    assert no.reason == "disallowed by robots.txt"
    assert (no.crawl_delay, no.sitemaps, no.good) == (99.0, ("http://x.example/s.xml",), True)


def test_our_own_group_counts() -> None:
    text = b"User-agent: FreshnessMonitor\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n"
    assert [p.allowed for p in ask(whole(text), "/x", "/y")] == [False, True]


@pytest.mark.parametrize("status", [b"400", b"401", b"403", b"404", b"410", b"429", b"999"])
def test_a_host_without_rules_allows_all(status: bytes) -> None:
    (found,) = ask(whole(b"User-agent: *\nDisallow: /", status + b" X"), "/a")
    assert found.allowed


@pytest.mark.parametrize("status", [b"500", b"503", b"599"])
def test_a_host_in_trouble_allows_nothing(status: bytes) -> None:
    (found,) = ask(whole(b"", status + b" X"), "/a")
    assert not found.allowed
    assert status.decode() in found.reason


def test_trouble_falls_back_on_the_last_good_copy() -> None:
    found = ask(whole(b"", b"503 X"), "/a", "/c", last_good=RULES.decode())
    assert [(p.allowed, p.good) for p in found] == [(False, False), (True, False)]


def test_silence_allows_nothing() -> None:
    async def play(v: Visit) -> None:
        await asyncio.sleep(3)

    (found,) = ask(play, "/a")
    assert not found.allowed
    assert "timed out" in found.reason


@pytest.mark.parametrize(("hops", "allowed"), [(5, False), (6, True)])
def test_five_redirects_are_followed(hops: int, allowed: bool) -> None:
    more: dict[str, Reply] = {f"/{i}": whole(b"", b"301 X", b"Location: /%d" % (i + 1)) for i in range(1, hops)}
    more[f"/{hops}"] = whole(RULES)
    (found,) = ask(whole(b"", b"301 X", b"Location: /1"), "/a", more=more)
    assert found.allowed is allowed


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + RULES,
        RULES.replace(b"\n", b"\r"),
        RULES.replace(b"\n", b"\r\n"),
        "# 禁止\n".encode("gbk") + RULES,
        b"\x00" + RULES,
        RULES + b"#" * (MAX_BYTES + 1000),
    ],
)
def test_odd_files_are_read(body: bytes) -> None:
    assert [p.allowed for p in ask(whole(body), "/a", "/c")] == [False, True]


def test_a_page_in_the_place_of_rules_has_none() -> None:
    assert ask(whole(b"<html><title>404</title>Disallow: no</html>"), "/a")[0].allowed


def test_rules_beyond_the_cap_do_not_count() -> None:
    body = b"User-agent: *\n" + b"#" * MAX_BYTES + b"\nDisallow: /\n"
    assert ask(whole(body), "/a")[0].allowed


def test_robots_may_be_left_unasked_by_configuration() -> None:
    (found,) = ask(whole(RULES), "/a", obey_robots=False)
    assert found.allowed
    assert "configuration" in found.reason


def test_a_letter_cut_at_the_cap_does_not_change_the_encoding() -> None:
    body = ("Disallow: /公告\n" * MAX_BYTES).encode()[:MAX_BYTES]
    assert decode(body).startswith("Disallow: /公告")


@pytest.mark.parametrize("delay", ["nan", "inf", "-5", "soon", "1e999"])
def test_a_delay_that_is_none_is_ignored(delay: str) -> None:
    assert parse(f"User-agent: *\nCrawl-delay: {delay}\n", "FreshnessMonitor", good=True).delay is None


def test_stars_without_end_do_not_stall() -> None:
    rules = parse("User-agent: *\nDisallow: /" + "*a" * 2000 + "*b$\n", "FreshnessMonitor", good=True)
    assert rules.permission("http://x.example/" + "a" * 5000, "FreshnessMonitor").allowed


def test_a_flood_of_patterns_becomes_stricter_prefixes() -> None:
    rules = parse("User-agent: *\nAllow: /a*c\n" + "Disallow: /a*b$\n" * 5000, "FreshnessMonitor", good=True)
    asked = [rules.permission(f"http://x.example/{p}", "FreshnessMonitor").allowed for p in ("a1c", "ab", "b")]
    assert asked == [False, False, True]


def test_a_crawl_delay_slows_the_host_up_to_the_cap() -> None:
    async def run() -> list[float]:
        page = whole(b"a")
        starts: list[float] = []

        async def play(v: Visit) -> None:
            starts.append(asyncio.get_running_loop().time())
            await v.say(page)

        async with serving({"/robots.txt": whole(RULES), "/c": play}) as server:
            await crawl(server)
        return starts

    async def crawl(server: RawServer) -> None:
        allowed = frozenset({f"127.0.0.1:{server.port}"})
        async with Fetcher(Policy(delay=0.0, crawl_delay_cap=0.1, allow_authorities=allowed)) as fetcher:
            await fetcher.permits(server.url("/c"))
            await asyncio.gather(*(fetcher.look(server.url("/c")) for _ in range(3)))

    starts = asyncio.run(run())
    assert all(b - a > 0.09 for a, b in itertools.pairwise(starts))


def test_a_malformed_address_is_not_permitted() -> None:
    async def run() -> Permission:
        async with Fetcher(Policy()) as fetcher:
            return await fetcher.permits("http://[")

    assert not asyncio.run(run()).allowed
