"""Who may look at which site: never two at once, and nobody's death holds a site longer than a lease."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database import Server
from monitor import claims, run
from monitor.claims import Claims
from monitor.model import Budget, CrawlSettings, Fleet, Site, Unit
from monitor.store import Run, Seen, Store, opened
from portal import page, portal

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
UNIT = Unit(id="u", name="市水利局")


def keep(store: Store, at: Run, site: str, *, complete: bool = True, findings: str = "{}", days: int = 0) -> None:
    seen = [Seen(kind="dead link", url=f"http://a.example/{days}", subject="x")]
    store.site_done(at, site, complete=complete, findings=findings, seen=seen, fixed=(), now=NOON)


# --- the table ------------------------------------------------------------------------------


def test_a_site_is_whose_claim_came_first_until_it_is_given_back(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        assert store.claim(at, ["one", "two"], "a", NOON, LEASE) == {"one", "two"}
        assert store.claim(at, ["two", "three"], "b", NOON, LEASE) == {"three"}
        assert store.claim(at, ["one"], "a", NOON, LEASE) == {"one"}  # what is ours stays ours
        store.release(at, "b", "two")  # not b's to give
        assert store.claim(at, ["two"], "b", NOON, LEASE) == frozenset()
        store.release(at, "a", "two")
        assert store.claim(at, ["one", "two"], "b", NOON, LEASE) == {"two"}


def test_only_so_many_are_claimed_as_are_wanted(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "a", NOON, LEASE)
        assert store.claim(at, ["one", "two", "three", "four"], "b", NOON, LEASE, most=2) == {"two", "three"}


def test_a_lease_that_ran_out_is_taken_over_and_the_log_says_from_whom(
    where: Path | str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "host-a/17", NOON, LEASE)
        assert store.claim(at, ["one"], "b", NOON + LEASE - timedelta(seconds=1), LEASE) == frozenset()
        assert not caplog.messages
        assert store.claim(at, ["one"], "b", NOON + LEASE, LEASE) == {"one"}
        assert "b takes over one from host-a/17" in caplog.text
        assert store.renew(at, "host-a/17", NOON + LEASE, LEASE) == frozenset()


def test_a_lease_that_is_renewed_goes_on(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "a", NOON, LEASE)
        assert store.renew(at, "a", NOON + LEASE / 2, LEASE) == {"one"}
        assert store.claim(at, ["one"], "b", NOON + LEASE, LEASE) == frozenset()
        assert store.claim(at, ["one"], "b", NOON + 3 * LEASE / 2, LEASE) == {"one"}


def test_a_site_that_is_done_is_nobodys_in_this_run_and_free_in_another(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one", "half"], "a", NOON, LEASE)
        keep(store, at, "one")
        keep(store, at, "half", complete=False)
        assert store.claim(at, ["one", "half"], "b", NOON, LEASE) == frozenset()
        store.release(at, "a", "half")
        assert store.claim(at, ["one", "half"], "b", NOON, LEASE) == {"half"}
        assert store.claim(store.begin(DAY, "one", NOON), ["one"], "b", NOON, LEASE) == {"one"}


def test_what_one_says_that_lost_its_claim_to_another_who_is_done_changes_nothing(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "a", NOON, LEASE)
        store.claim(at, ["one"], "b", NOON + LEASE, LEASE)
        keep(store, at, "one", findings="b")
        for complete in (True, False):
            keep(store, at, "one", findings="a", complete=complete, days=1)
        assert store.findings_of(DAY) == {"one": "b"}
        assert list(store.faults("one")) == [("dead link", "http://a.example/0")]


def test_what_the_first_says_counts_although_another_took_its_claim(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "a", NOON, LEASE)
        store.claim(at, ["one"], "b", NOON + LEASE, LEASE)
        keep(store, at, "one", findings="a")
        keep(store, at, "one", findings="b")
        assert store.findings_of(DAY) == {"one": "a"}


def test_the_claims_of_all_who_are_dead_are_given_up_at_once(where: Path | str) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        store.claim(at, ["one"], "a", NOON, LEASE)
        store.claim(at, ["two"], "b", NOON, LEASE)
        store.release(at)
        assert store.claim(at, ["one", "two"], "c", NOON, LEASE) == {"one", "two"}


def test_a_run_that_is_held_takes_the_failing_days_back_once_whoever_ends_it(where: Path | str) -> None:
    with opened(where) as store:
        for days in range(3):
            at = store.begin(DAY + timedelta(days=days), "*", NOON)
            seen = [Seen(kind="failing link", url="http://a.example/", subject="x")]
            store.site_done(at, "one", complete=True, findings="{}", seen=seen, fixed=(), now=NOON)
            for _ in range(2):
                store.finish(at.id, complete=True, held="blind" if days == 2 else "", queued=(), now=NOON)
        assert store.faults("one")["failing link", "http://a.example/"].days == 2


Act = tuple[str, str, int, int]
acts = st.lists(
    st.tuples(st.sampled_from(["claim", "renew", "done", "release"]), st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 12))
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(acts)
def test_no_two_hold_a_site_at_once_whatever_they_do(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Act]
) -> None:
    """A model beside it: who holds what until when."""
    now, held, done = NOON, dict[str, tuple[str, datetime]](), set[str]()
    with opened(tmp_path_factory.mktemp("claims") / "history.db") as store:
        at = store.begin(DAY, "*", NOON)
        for act, who, number, minutes in steps:
            site, now = f"s{number}", now + timedelta(minutes=minutes)
            if act == "claim":
                free = site not in done and (site not in held or held[site][0] == who or held[site][1] <= now)
                assert store.claim(at, [site], who, now, LEASE) == ({site} if free else frozenset())
                if free:
                    held[site] = who, now + LEASE
            elif act == "renew":
                mine = {name for name, (owner, _) in held.items() if owner == who}
                assert store.renew(at, who, now, LEASE) == mine
                held |= dict.fromkeys(mine, (who, now + LEASE))
            elif act == "done":
                keep(store, at, site)
                done.add(site)
                held.pop(site, None)
            else:
                store.release(at, who, site)
                if held.get(site, ("", now))[0] == who:
                    held.pop(site)


_RACE = """
import json, random, sys, time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from monitor.store import opened
where, who = sys.argv[1:]
now, ours = datetime(2026, 3, 2, 12, tzinfo=UTC), []
with opened(where if where.startswith("postgresql:") else Path(where)) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    run = store.begin(date(2026, 3, 2), "*", now)
    sites = [f"s{number}" for number in range(120)]
    random.Random(who).shuffle(sites)
    for start in range(0, 120, 2):
        got = store.claim(run, sites[start:start + 2], who, now, timedelta(minutes=10))
        for site in got:
            store.site_done(run, site, complete=True, findings=who, seen=(), fixed=(), now=now)
        ours += got
        time.sleep(0.005)  # the other comes to its turn
print(json.dumps([run.id, ours]))
"""


def test_two_processes_that_race_for_the_same_sites_share_them(where: Path | str) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE, str(where), who], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for who in "ab"
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    (one, first), (two, second) = (json.loads(racer.communicate()[0]) for racer in racers)
    assert one == two
    assert not set(first) & set(second)
    assert set(first) | set(second) == {f"s{number}" for number in range(120)}
    assert first
    assert second  # else it was no race
    with opened(where) as store:
        assert store.findings_of(DAY) == {**dict.fromkeys(first, "a"), **dict.fromkeys(second, "b")}


# --- in a run -------------------------------------------------------------------------------


def fleet(base: str, folder: Path, where: Path | str, *, sites: int) -> Fleet:
    """So many small sites on one server."""
    return Fleet(
        office="办公室", language="zh-CN", timezone="Asia/Shanghai", at="02:30",
        crawl=CrawlSettings(delay=0.0, second_look=0.0), reports=str(folder / "reports"), data=str(folder / "data"),
        mail=None, units=(UNIT,), store=where if isinstance(where, str) else "",
        sites=tuple(
            site(f"s{n}", f"{base}s{n}/") for n in range(sites)
        ),
    )  # fmt: skip


def homes(sites: int) -> dict[str, bytes]:
    return {f"/s{n}/": page(title=f"第{n}局") for n in range(sites)}


def asked(at: list[str]) -> list[str]:
    return sorted(target for target in at if target.startswith("/s") and target.endswith("/"))


def test_two_runs_on_one_database_share_the_sites_and_both_come_to_a_whole_report(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = postgres.fresh()
    monkeypatch.setattr(claims, "_ASK", 0.05)

    async def go() -> tuple[list[bool], list[list[str]]]:
        async with portal(homes(1)) as one, portal(homes(1)) as two, portal(homes(1)) as three:
            there = one, two, three
            many = tuple(site(f"s{n}", at.url("/s0/")) for n, at in enumerate(there))
            one_by_one = replace(fleet("", tmp_path, where, sites=0), crawl=CrawlSettings(delay=0.0, sites_at_once=1))
            runs = [
                run.crawl_fleet(
                    replace(one_by_one, sites=many, data=str(tmp_path / name), reports=str(tmp_path / name)),
                    today=DAY, now=lambda: datetime.now(UTC), stop=asyncio.Event(), watch=run.Watch(),
                )
                for name in ("first", "second")
            ]  # fmt: skip
            reports = await asyncio.gather(*runs)
            assert len({report.run.id for report in reports}) == 1
            return [report.run.complete for report in reports], [asked(at.asked) for at in there]

    complete, looks = asyncio.run(go())
    assert complete == [True, True]
    assert looks == [["/s0/"]] * 3


def test_a_site_under_way_elsewhere_is_waited_for_and_taken_over_when_its_lease_ends(
    where: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_ASK", 0.01)
    moment = [NOON]

    def now() -> datetime:
        moment[0] += timedelta(minutes=1)
        return moment[0]

    async def go() -> tuple[list[str], list[str]]:
        async with portal(homes(3)) as there:
            many = fleet(there.url(), tmp_path, where, sites=3)
            with opened(where) as store:
                at = store.begin(DAY, "*", NOON)
                store.claim(at, ["s0"], "dead", NOON, 20 * LEASE)
                store.claim(at, ["s1"], "quick", NOON, 900 * LEASE)
                keep(store, at, "s1", findings="quick")
                looked = await run.look_at_all(
                    many, list(many.sites), store, at, now=now, stop=asyncio.Event(), watch=run.Watch()
                )
                assert store.done_in(at.id) == {"s0", "s1", "s2"}
                assert store.findings_of(DAY)["s1"] == "quick"
            return asked(there.asked), [finding.id for finding in looked.missed]

    assert asyncio.run(asyncio.wait_for(go(), 30)) == (["/s0/", "/s2/"], [])


def test_who_waits_for_others_stops_when_told_and_says_what_was_left(where: Path | str, tmp_path: Path) -> None:
    async def go() -> list[str]:
        async with portal(homes(2)) as there:
            many = fleet(there.url(), tmp_path, where, sites=2)
            stop = asyncio.Event()
            watch = replace(run.Watch(), done=lambda _: stop.set())
            with opened(where) as store:
                at = store.begin(DAY, "*", datetime.now(UTC))
                store.claim(at, ["s0"], "busy", datetime.now(UTC), LEASE)
                looked = await run.look_at_all(
                    many, list(many.sites), store, at, now=lambda: datetime.now(UTC), stop=stop, watch=watch
                )
            return [finding.id for finding in looked.missed]

    assert asyncio.run(asyncio.wait_for(go(), 30)) == ["s0"]


def site(name: str, url: str) -> Site:
    return Site(id=name, name=name, url=url, unit=UNIT, discover=False, budget=Budget(pages=1))


def test_sites_of_one_host_are_looked_at_by_one_alone_for_it_is_asked_politely(where: Path | str) -> None:
    sites = [site("a", "http://h.example/a/"), site("b", "http://www.h.example/b/"), site("c", "http://h.example:81/")]
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        mine, others = (Claims(store, at, who, lambda: NOON, sites) for who in ("a", "b"))
        assert mine.take(sites[0])
        assert [others.take(one) for one in sites] == [False, False, True]
        mine.give_back(sites[0])
        assert not others.take(sites[1])


def test_a_lease_is_renewed_while_a_site_is_under_way_and_given_back_at_the_end(
    where: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=0.5))

    async def go() -> None:
        with opened(where) as store:
            at = store.begin(DAY, "*", datetime.now(UTC))
            one, two = site("one", "http://one.example/"), site("two", "http://two.example/")
            mine, others = (Claims(store, at, who, lambda: datetime.now(UTC), [one, two]) for who in ("a", "b"))
            async with mine.kept():
                assert mine.take(one)
                assert mine.take(two)
                mine.give_back(two)
                assert others.take(two)
                for _ in range(10):
                    await asyncio.sleep(0.1)
                    assert not others.take(one)
            assert others.take(one)

    asyncio.run(go())


def test_a_run_takes_over_at_once_what_a_killed_one_of_its_folder_claimed(where: Path | str, tmp_path: Path) -> None:
    async def go() -> list[str]:
        async with portal(homes(2)) as there:
            many = fleet(there.url(), tmp_path, where, sites=2)
            with run.history(many) as store:
                at = store.begin(DAY, run.WHOLE_FLEET, datetime.now(UTC))
                store.claim(at, ["s0", "s1"], claims.somebody(tmp_path / "data"), datetime.now(UTC), LEASE)
            report = await run.crawl_fleet(
                many, today=DAY, now=lambda: datetime.now(UTC), stop=asyncio.Event(), watch=run.Watch()
            )
            assert report.run.complete
            return asked(there.asked)

    assert asyncio.run(asyncio.wait_for(go(), 30)) == ["/s0/", "/s1/"]


def test_the_claims_of_other_folders_and_machines_are_left_to_them(where: Path | str, tmp_path: Path) -> None:
    with opened(where) as store:
        at = store.begin(DAY, "*", NOON)
        mine, folder, machine = claims.somebody(tmp_path / "a"), claims.somebody(tmp_path / "b"), "tcp://10.1.2.3:9/1"
        for number, who in enumerate((mine, folder, machine)):
            store.claim(at, [f"s{number}"], who, NOON, LEASE)
        claims.bury(store, at, tmp_path / "a")
        assert store.claimants(at) == {folder, machine}
