"""Looks at home pages over real sockets: what is open, what is not, what nobody may be accused of, and what is kept."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from monitor import config, run, service
from monitor.model import Cause, CrawlSettings, Failure, Fetch, Fleet, Phase, Probe, Site, TlsFault, Unit
from monitor.probing import Prober, Round, due, probe, probe_due, probe_of
from monitor.store import Store
from rawserver import Reply, Visit, serving

PATIENCE = 0.6
EVER = datetime(2020, 1, 1, tzinfo=UTC)
WATER = Unit(id="water", name="市水利局")
BODY = "<html><title>市水利局</title><body><h1>市水利局</h1>" + "<p>全市水利工作要点。</p>" * 60 + "</body></html>"


def page(body: str = BODY, status: str = "200 OK", head: str = "") -> bytes:
    raw = body.encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{head}Content-Length: {len(raw)}\r\n\r\n".encode()
        + raw
    )


def late(seconds: float) -> Callable[[Visit], Awaitable[None]]:
    async def say(visit: Visit) -> None:
        await asyncio.sleep(seconds)
        await visit.say(page())

    return say


async def dripping(visit: Visit) -> None:
    whole = page()
    await visit.say(*(whole[at : at + 200] for at in range(0, len(whole), 200)), pause=0.2)


async def hanging_up(visit: Visit) -> None:
    visit.reset()


async def busy_once(visit: Visit) -> None:
    await visit.say(page(status="503 Service Unavailable", head="Retry-After: 0\r\n") if visit.number == 0 else page())


def refused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def site(url: str, name: str = "water") -> Site:
    return Site(id=name, name=name, url=url, unit=WATER)


def fleet_of(*sites: Site, data: Path = Path("unused"), canaries: tuple[str, ...] = (), probes: int = 24) -> Fleet:
    return Fleet(
        office="o", language="en", timezone="Asia/Shanghai", at="02:30", reports=str(data / "reports"), mail=None,
        crawl=CrawlSettings(delay=0.0, canaries=canaries), data=str(data), units=(WATER,), sites=sites, probes=probes,
    )  # fmt: skip


def look(reply: Reply | None, *, tls: ssl.SSLContext | None = None, robots: Reply | None = None) -> tuple[Probe, ...]:
    """A look at a site that answers so (None: not at all), beside a canary that does answer."""

    async def go() -> Round:
        replies: dict[str, Reply] = {"/": reply or b"", "/open/": page()}
        replies |= {"/robots.txt": robots} if robots else {}
        async with serving(replies, tls=tls) as server, serving({"/": page(status="500 Oops")}) as canary:
            url = server.url() if reply is not None else f"http://127.0.0.1:{refused_port()}/"
            fleet = fleet_of(site(url), canaries=(canary.url(),))
            return await Prober(patience=PATIENCE).look(fleet, list(fleet.sites))

    found = asyncio.run(go())
    assert not found.blind
    return found.probes


# --- what one look shows --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (page(), ""),
        (page(head="Set-Cookie: a=b\r\n"), ""),
        (b"HTTP/1.1 302 Found\r\nLocation: /open/\r\nContent-Length: 0\r\n\r\n", ""),
        (late(PATIENCE / 3), ""),
        (busy_once, ""),
        (page(BODY + "<!--" + "x" * 200_000 + "-->"), ""),  # more than is wanted of it
    ],
)
def test_a_page_that_comes_in_time_is_open(reply: Reply, reason: str) -> None:
    (found,) = look(reply)
    assert (found.open, found.doubtful, found.reason, found.site) == (True, False, reason, "water")
    assert found.seconds is not None
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("reply", "reason", "answered"),
    [
        (None, "connection refused", False),
        (late(2 * PATIENCE), "timed out", False),
        (hanging_up, "connection reset", False),
        (page(status="500 Internal Server Error"), "500 Internal Server Error", True),
        (page(status="404 Not Found"), "404 Not Found", True),
        (page(status="503 Service Unavailable"), "503 Service Unavailable", True),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "endless redirect", True),
        (b"\x00\x01\x02 no HTTP at all\r\n\r\n", "answer not understood", False),
    ],
)
def test_a_page_that_does_not_come_in_time_is_not_open(reply: Reply | None, reason: str, answered: bool) -> None:
    (found,) = look(reply)
    assert (found.open, found.doubtful, found.seconds is not None) == (False, False, answered)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (page(status="403 Forbidden"), "access refused (403)"),
        (page(status="412 Precondition Failed"), "firewall (412)"),
        (page(status="521 Down"), "firewall (521)"),
        (page("<html><title>通知</title><body>网站升级改版中，请稍后访问</body></html>"), "a page that says"),
        (page(""), "200 OK with an empty body"),
        (page("<html><title>域名出售</title><body>该域名已过期，欢迎购买 this domain is for sale</body></html>"), ""),
        (dripping, "the page came only in part"),
        (page()[:-400], "the page came only in part"),
    ],
)
def test_what_only_a_person_can_judge_is_said_to_be_so(reply: Reply, reason: str) -> None:
    (found,) = look(reply)
    assert (found.open, found.doubtful) == (False, True)
    assert found.reason.startswith(reason)


def test_a_page_that_only_says_that_it_is_missing_is_left_to_a_person() -> None:
    body = "<html><title>404</title><body>您访问的页面不存在</body></html>".encode()
    fetch = Fetch(asked="http://a.example/slj/index.html", url="http://a.example/slj/index.html", status=200, body=body)
    found = probe_of("water", fetch, whole=65536)
    assert found is not None
    assert (found.open, found.doubtful) == (False, True)


@pytest.mark.parametrize("cause", [Cause.OURS, Cause.PROXY])
def test_our_own_fault_is_no_look_at_anybody(cause: Cause) -> None:
    failure = Failure(cause=cause, phase=Phase.CONNECT)
    fetch = Fetch(asked="http://a.example/", url="http://a.example/", status=None, failure=failure)
    assert probe_of("water", fetch, whole=65536) is None
    silent = replace(fetch, failure=replace(failure, cause=Cause.TIMEOUT))
    assert probe_of("water", silent, whole=65536) is not None
    assert probe_of("water", replace(silent, tries=0), whole=65536) is None  # known to be silent, and so not asked


def test_robots_txt_is_obeyed_and_asked_for_once_a_day() -> None:
    (found,) = look(page(), robots=b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nUser-agent: *\nDisallow: /\n")
    assert (found.open, found.doubtful, found.reason) == (False, True, "disallowed by robots.txt")

    async def go() -> int:
        async with serving({"/": page()}) as server:
            fleet, prober = fleet_of(site(server.url())), Prober(patience=PATIENCE)
            for _ in range(3):
                await prober.look(fleet, list(fleet.sites))
            return len(server.requests)

    assert asyncio.run(go()) == 1 + 3


def context(**given_: datetime) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1", **given_).configure_cert(made)
    return made


def test_a_page_behind_a_faulty_certificate_is_open_and_the_fault_is_noted() -> None:
    for tls in (context(), context(not_after=datetime.now(UTC) - timedelta(days=3))):
        (found,) = look(page(), tls=tls)
        assert found.open
        assert found.reason in {fault.value for fault in TlsFault}


def test_a_handshake_that_fails_is_not_open() -> None:
    async def go() -> Round:
        async with serving({"/": page()}) as plain, serving({"/": page()}) as canary:
            fleet = fleet_of(site(plain.url().replace("http:", "https:")), canaries=(canary.url(),))
            return await Prober(patience=PATIENCE).look(fleet, list(fleet.sites))

    (found,) = asyncio.run(go()).probes
    assert (found.open, found.doubtful, found.seconds) == (False, False, None)


def test_a_name_that_nobody_knows_is_not_open() -> None:
    async def go() -> Round:
        async with serving({"/": page()}) as canary:
            fleet = fleet_of(site("http://slj.example.invalid/"), canaries=(canary.url(),))
            return await Prober(patience=PATIENCE).look(fleet, list(fleet.sites))

    (found,) = asyncio.run(go()).probes
    assert (found.open, found.doubtful, found.reason) == (False, False, "no such host")


# --- our own network ------------------------------------------------------------------------


async def beside(*, canary: bool | None, neighbours: int = 0, fails: bool = True) -> tuple[Round, list[int]]:
    """A round for one site alone, of a fleet with some neighbours that answer; what those were asked."""
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(serving({"/": page()})) for _ in range(neighbours + 1)]
        dead = f"http://127.0.0.1:{refused_port()}/"
        first = site(dead if fails else servers[0].url(), "first")
        others = [site(server.url(), f"other{n}") for n, server in enumerate(servers[1:])]
        canaries = {None: (), True: (dead, servers[0].url()), False: (dead,)}[canary]
        fleet = fleet_of(first, *others, canaries=canaries)
        found = await Prober(patience=PATIENCE).look(fleet, [first])
        return found, [len(server.requests) for server in servers[1:]]


@pytest.mark.parametrize(
    ("canary", "neighbours", "blind"),
    [
        (True, 0, False),
        (False, 0, True),
        (False, 2, True),  # where canaries are named, they decide
        (None, 0, True),  # a site alone: nobody can say whose fault it is
        (None, 1, False),
    ],
)
def test_a_failure_counts_only_where_our_own_network_is_known_to_work(
    canary: bool | None, neighbours: int, blind: bool
) -> None:
    found, _ = asyncio.run(beside(canary=canary, neighbours=neighbours))
    assert (bool(found.blind), len(found.probes)) == (blind, int(not blind))


def test_the_canary_is_asked_at_the_moment_of_the_failure() -> None:
    async def go() -> tuple[bool, bool]:
        begun = asyncio.get_running_loop().time()

        async def away_for_two_seconds(visit: Visit) -> None:
            if asyncio.get_running_loop().time() < begun + 2.0:
                visit.reset()
            else:
                await visit.say(page())

        async with serving({"/": late(2.5)}) as slow, serving({"/": away_for_two_seconds}) as canary:
            dead = site(f"http://127.0.0.1:{refused_port()}/", "dead")
            fleet = fleet_of(dead, site(slow.url(), "slow"), canaries=(canary.url(),))
            first = await Prober(patience=4.0).look(fleet, list(fleet.sites))
            second = await Prober(patience=4.0).look(fleet, list(fleet.sites))
            return bool(first.blind), bool(second.blind)

    assert asyncio.run(go()) == (True, False)


def test_many_failures_at_once_do_not_ask_the_canary_many_times() -> None:
    async def go() -> int:
        async with serving({"/": page()}) as canary:
            dead = [site(f"http://127.0.0.1:{refused_port()}/{n}/", f"dead{n}") for n in range(40)]
            fleet = fleet_of(*dead, canaries=(canary.url(),))
            found = await Prober(patience=PATIENCE).look(fleet, dead)
            assert len(found.probes) == 40
            return len(canary.requests)

    assert 1 <= asyncio.run(go()) <= 10


def test_without_canaries_three_neighbours_at_most_are_asked_and_nothing_is_said_of_them() -> None:
    found, asked = asyncio.run(beside(canary=None, neighbours=5))
    assert [probe_.site for probe_ in found.probes] == ["first"]
    assert sorted(asked) == [0, 0, 1, 1, 1]


def test_nobody_else_is_asked_where_nothing_failed() -> None:
    found, asked = asyncio.run(beside(canary=None, neighbours=3, fails=False))
    assert found.probes[0].open
    assert asked == [0, 0, 0]


def test_who_answered_last_is_asked_first() -> None:
    async def go() -> tuple[list[int], list[int]]:
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(serving({"/": page()})) for _ in range(5)]
            others = [site(server.url(), f"other{n}") for n, server in enumerate(servers)]
            dead = site(f"http://127.0.0.1:{refused_port()}/", "dead")
            fleet, prober = fleet_of(dead, *others), Prober(patience=PATIENCE)
            await prober.look(fleet, others[2:])
            before = [len(server.requests) for server in servers]
            await prober.look(fleet, [dead])
            return before, [len(server.requests) for server in servers]

    before, after = asyncio.run(go())
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, 0, 1, 1, 1]


# --- whose turn it is -----------------------------------------------------------------------

SITES = [site("http://a.example/", f"site{n}") for n in range(200)]
START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("per_day", [1, 20, 24, 288])
def test_every_site_has_its_turns_a_day_at_equal_distances(per_day: int) -> None:
    turns: dict[str, list[int]] = {one.id: [] for one in SITES[:20]}
    for minute in range(2 * 24 * 60):
        until = START + timedelta(minutes=minute + 1)
        for one in due(SITES[:20], per_day, until - timedelta(minutes=1), until):
            turns[one.id].append(minute)
    for minutes in turns.values():
        assert len(minutes) == 2 * per_day
        gaps = {b - a for a, b in itertools.pairwise(minutes)}
        assert all(abs(gap - 24 * 60 / per_day) <= 1 for gap in gaps)


def test_the_turns_of_a_fleet_are_spread_over_the_hour() -> None:
    tens = [
        len(due(SITES, 24, START + timedelta(minutes=n), START + timedelta(minutes=n + 10))) for n in range(0, 60, 10)
    ]
    assert sum(tens) == len(SITES)
    assert min(tens) > len(SITES) / 12


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=30), st.sampled_from([7, 24, 288]))
def test_no_turn_is_lost_or_doubled_however_the_minutes_fall(steps: list[int], per_day: int) -> None:
    moment, met = START, 0
    for seconds in steps:
        after = moment + timedelta(seconds=seconds)
        met += bool(due(SITES[:1], per_day, moment, after))
        moment = after
    period = 86400 / per_day
    assert met <= sum(steps) / period + 1
    if max(steps) < period:
        assert met >= int(sum(steps) / period)


def test_no_turns_where_none_are_wanted_or_the_clock_went_back() -> None:
    assert due(SITES, 0, START, START + timedelta(days=1)) == []
    assert due(SITES, 24, START, START) == []
    assert due(SITES, 24, START, START - timedelta(hours=3)) == []


# --- what is kept ---------------------------------------------------------------------------


def test_what_was_seen_is_kept_and_who_was_looked_at_lately_waits(tmp_path: Path) -> None:
    async def go() -> tuple[list[Round], list[Round], int]:
        async with serving({"/": page()}) as server:
            fleet = fleet_of(site(server.url()), data=tmp_path)
            stop, prober, now = asyncio.Event(), Prober(patience=PATIENCE), datetime.now(UTC)
            first = await probe(fleet, list(fleet.sites), prober, stop=stop)
            again = await probe_due(fleet, prober, now - timedelta(hours=1), now, stop=stop)
            return first, again, len(server.requests)

    first, again, requests = asyncio.run(go())
    assert (len(first), again, requests) == (1, [], 2)
    with run.history(fleet_of(data=tmp_path)) as store:
        (kept,) = store.probes(EVER)["water"]
    (seen,) = first[0].probes
    assert kept.at == seen.at.replace(microsecond=seen.at.microsecond // 1000 * 1000)
    assert (kept.open, kept.reason) == (True, "")


def test_a_blind_round_leaves_nothing_behind(tmp_path: Path) -> None:
    fleet = fleet_of(site(f"http://127.0.0.1:{refused_port()}/"), data=tmp_path)
    (found,) = asyncio.run(probe(fleet, list(fleet.sites), Prober(patience=PATIENCE), stop=asyncio.Event()))
    assert found.blind.startswith("no site answers")
    with run.history(fleet) as store:
        assert store.probes(EVER) == {}


def test_sites_are_looked_at_in_batches_and_a_stop_ends_between_them(tmp_path: Path) -> None:
    async def go(stopped_after: int) -> int:
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(serving({"/": page()})) for _ in range(5)]
            sites = [site(server.url(), f"s{n}") for n, server in enumerate(servers)]
            fleet = fleet_of(*sites, data=tmp_path)
            fleet = replace(fleet, crawl=replace(fleet.crawl, sites_at_once=2))
            stop, left = asyncio.Event(), [stopped_after]

            def done(more: int) -> None:
                left[0] -= more
                if left[0] <= 0:
                    stop.set()

            return len(await probe(fleet, sites, Prober(patience=PATIENCE), stop=stop, done=done))

    assert asyncio.run(go(99)) == 3
    assert asyncio.run(go(3)) == 2


def test_one_round_at_a_time_beside_a_run_that_is_under_way(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving({"/": page()}) as server:
            fleet = fleet_of(site(server.url()), data=tmp_path)
            sites, stop = list(fleet.sites), asyncio.Event()
            with run.alone(tmp_path), run.alone(tmp_path, "mail"):
                assert (await probe(fleet, sites, Prober(patience=PATIENCE), stop=stop))[0].probes
            with run.alone(tmp_path, "probe"), pytest.raises(run.BusyError, match="another probe is under way"):
                await probe(fleet, sites, Prober(patience=PATIENCE), stop=stop)

    asyncio.run(go())


# --- the service ----------------------------------------------------------------------------


def inventory(url: str, folder: Path) -> tuple[Path, Fleet]:
    """A sites.yaml whose daily run was missed two minutes ago, and its fleet with a turn a second for each site."""
    path, at = folder / "sites.yaml", datetime.now(UTC) - timedelta(minutes=2)
    path.write_text(
        "office: o\ntimezone: UTC\ncrawl: {delay: 0, second_look: 0}\nunits:\n  - {id: water, name: 市水利局}\n"
        f"schedule: {{at: '{at:%H:%M}'}}\nsites:\n  - {{id: water, name: w, url: '{url}', unit: water}}\n",
        encoding="utf-8",
    )
    return path, replace(config.load(path), probes=24 * 60 * 60)


async def served_until(url: str, folder: Path, done: Callable[[Store], bool], *, broken: bool = False) -> None:
    path, fleet = inventory(url, folder)
    stop = asyncio.Event()
    service_ = asyncio.ensure_future(service.serve(path, fleet, stop, tick=0.05))
    await asyncio.sleep(0.01)
    if broken:
        path.write_text("office: [broken", encoding="utf-8")
    with run.history(fleet) as store:
        while not done(store):
            assert not service_.done()
            await asyncio.sleep(0.05)
    stop.set()
    await service_


def test_the_service_looks_at_home_pages_while_the_daily_run_is_under_way_and_after(tmp_path: Path) -> None:
    links = "".join(f'<p><a href="/a{n}.html">关于第{n}号水利工程建设的通知</a></p>' for n in range(30))
    pages: dict[str, Reply] = {f"/a{n}.html": late(0.1) for n in range(30)}

    def done(store: Store) -> bool:
        runs = store.runs()
        ended = runs[0].finished_at if runs else None
        kept = store.probes(EVER).get("water", ())
        return ended is not None and bool(kept) and kept[-1].at > ended

    async def go() -> None:
        async with serving({"/": page(BODY + links), **pages}) as server:
            await served_until(server.url(), tmp_path, done)

    asyncio.run(go())
    with run.history(fleet_of(data=tmp_path / "monitor-data")) as store:
        (made,) = store.runs()
        kept = store.probes(EVER)["water"]
    assert made.complete
    assert made.finished_at is not None
    assert any(made.started_at < one.at < made.finished_at for one in kept), "a look within the run"
    assert all(one.open for one in kept)


def test_the_service_survives_what_goes_wrong_and_tells_it_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def go() -> None:
        async with serving({"/": page()}) as server:
            await served_until(server.url(), tmp_path, lambda store: len(store.probes(EVER)) > 0, broken=True)

    asyncio.run(go())
    assert capsys.readouterr().err.count("the home pages could not be looked at") == 1
