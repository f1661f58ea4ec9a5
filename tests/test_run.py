"""The one path over real sockets, a real history and real files: what a day's run leaves behind, whatever befalls it."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor import posting, run
from monitor.config import load_pack
from monitor.fetch.transport import Wire
from monitor.model import (
    Budget,
    Change,
    Column,
    ColumnClass,
    CrawlSettings,
    Fleet,
    Kind,
    MailSettings,
    Report,
    Result,
    Site,
    Span,
    Unit,
)
from monitor.store import StoreError, opened
from portal import ARTICLE, Answer, Portal, answer, page, portal, rows

DAY = date(2026, 3, 20)
UNIT = Unit(id="u", name="市水利局", contacts=("u@example.gov.cn",))
MAIL = MailSettings(
    host="127.0.0.1", port=1, security="none", user="", password_env="", sender="monitor@example.gov.cn",
    reply_to="", recipients=("one@example.gov.cn", "two@example.gov.cn"),
)  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


def portal_pages(newest: str, *, dead: bool) -> dict[str, Answer]:
    """A home page, one column and one article; the home page may link to nothing."""
    links = [("/tzgg/", "通知公告"), *([("/gone.html", "旧通知")] if dead else [])]
    days = (newest, "2025-01-03", "2025-01-02", "2025-01-01")
    listing = page(
        title="通知公告", more=rows(*((f"/tzgg/{day}.html", f"关于做好{day}防汛工作的通知", day) for day in days))
    )
    return {"/": page(*links, title="市水利局"), "/tzgg/": listing, **{f"/tzgg/{day}.html": ARTICLE for day in days}}


@dataclass
class City:
    """Two portals and the fleet that watches them."""

    fleet: Fleet
    one: Portal
    two: Portal

    async def crawl(self, day: date = DAY, **more: Any) -> Report:
        stop = more.pop("stop", None) or asyncio.Event()
        watch = more.pop("watch", run.Watch())
        fleet = more.pop("fleet", self.fleet)
        return await run.crawl_fleet(fleet, today=day, now=now, stop=stop, watch=watch, **more)


@asynccontextmanager
async def city(folder: Path, *, mail: MailSettings | None = MAIL) -> AsyncIterator[City]:
    """The first portal has a dead link and a stale column, the second is well."""
    async with (
        portal(portal_pages("2025-02-01", dead=True)) as one,
        portal(portal_pages("2026-03-19", dead=False)) as two,
    ):
        sites = tuple(
            Site(
                id=name, name=f"市{name}局", url=at.url(), unit=UNIT, discover=False, budget=Budget(seconds=20),
                columns=(Column(name="通知公告", url=at.url("/tzgg/"), klass=ColumnClass.B, limit=Span(days=14)),),
            )
            for name, at in (("one", one), ("two", two))
        )  # fmt: skip
        fleet = Fleet(
            office="示例市人民政府办公室", language="zh-CN", timezone="Asia/Shanghai", at="02:30",
            crawl=CrawlSettings(delay=0.0, second_look=0.0), reports=str(folder / "reports"), data=str(folder / "data"),
            mail=mail, units=(UNIT,), sites=sites,
        )  # fmt: skip
        yield City(fleet, one, two)


def said(report: Report) -> dict[tuple[str, Kind], Change]:
    return {(v.site_id, v.kind): v.change for v in report.violations}


NEW = {("one", Kind.STALE_COLUMN): Change.NEW, ("one", Kind.DEAD_LINK): Change.NEW}
STILL = dict.fromkeys(NEW, Change.STILL)


def on_disk(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))
    return found


# --- a run ----------------------------------------------------------------------------------


def test_a_run_writes_its_reports_ranked_and_complete(tmp_path: Path) -> None:
    async def go() -> Report:
        async with city(tmp_path) as there:
            return await there.crawl()

    report = asyncio.run(go())
    assert said(report) == NEW
    assert [(v.rank, v.kind) for v in report.violations] == [(1, Kind.STALE_COLUMN), (2, Kind.DEAD_LINK)]
    assert (report.run.complete, report.run.sites_checked, report.run.sites_total) == (True, 2, 2)
    written = on_disk(tmp_path)
    assert [v["rank"] for v in written["violations"]] == [1, 2]
    assert written["run"]["complete"] is True
    day = tmp_path / "reports" / "2026-03-20"
    assert "通知公告" in (day / "report.html").read_text(encoding="utf-8")
    assert len(list(csv.reader((day / "violations.csv").read_text(encoding="utf-8-sig").splitlines()))) == 3


def test_the_next_day_says_still_and_the_day_after_the_mending_says_fixed(tmp_path: Path) -> None:
    async def go() -> list[Report]:
        async with city(tmp_path) as there:
            reports = [await there.crawl(), await there.crawl(DAY + timedelta(days=1))]
            there.one.pages.update(portal_pages("2026-03-22", dead=False))
            return [*reports, await there.crawl(DAY + timedelta(days=2)), await there.crawl(DAY + timedelta(days=3))]

    first, second, third, fourth = asyncio.run(go())
    assert (said(first), said(second), said(third)) == (NEW, STILL, {})
    assert {v.first_seen for v in second.violations} == {DAY}
    assert sorted((f.kind, f.first_seen) for f in third.fixed) == [(Kind.DEAD_LINK, DAY), (Kind.STALE_COLUMN, DAY)]
    assert (first.fixed, second.fixed, fourth.fixed) == ((), (), ())


def test_the_next_run_is_compared_with_the_last_whole_one_of_an_earlier_day(tmp_path: Path) -> None:
    async def go() -> list[Report]:
        async with city(tmp_path) as there:
            fleet = replace(there.fleet, rules=load_pack("freshness", tmp_path))
            first = await there.crawl(fleet=fleet)
            alone = await there.crawl(DAY + timedelta(days=1), fleet=fleet, only="one")
            there.one.pages.update(portal_pages("2026-03-22", dead=False))
            return [first, alone, await there.crawl(DAY + timedelta(days=2), fleet=fleet)]

    first, alone, third = asyncio.run(go())
    assert first.before is None
    assert first.units == (UNIT,)
    for later in (alone, third):
        assert later.before is not None
        assert later.before.day == DAY
        stood = {s.site_id: (s.result, s.violations) for s in later.before.standings}
        assert stood == {"one": (Result.FAIL, 2), "two": (Result.OPEN, 0)}
    assert "转好 1 个" in (tmp_path / "reports" / "latest" / "rollup.html").read_text(encoding="utf-8")
    assert (tmp_path / "reports" / "latest" / "sheets" / "one.html").is_file()


def test_a_site_that_goes_down_closes_none_of_its_faults(tmp_path: Path) -> None:
    async def go() -> list[Report]:
        async with city(tmp_path) as there:
            reports = [await there.crawl()]
            well = dict(there.one.pages)
            there.one.pages["/"] = answer("no", "403 Forbidden")
            reports.append(await there.crawl(DAY + timedelta(days=1)))
            there.one.pages.update(well)
            return [*reports, await there.crawl(DAY + timedelta(days=2))]

    _, walled, back = asyncio.run(go())
    assert (said(walled), walled.fixed) == ({}, ())
    assert [s.verdict for s in walled.sites if s.id == "one"] == ["walled"]
    assert said(back) == STILL
    assert {v.first_seen for v in back.violations} == {DAY}


def test_one_site_alone_can_be_asked_for(tmp_path: Path) -> None:
    async def go() -> tuple[Report, int]:
        async with city(tmp_path) as there:
            return await there.crawl(only="two"), len(there.one.asked)

    report, asked = asyncio.run(go())
    assert ([(s.id, s.verdict) for s in report.sites], asked) == ([("two", "ok"), ("one", "not looked at")], 0)
    assert (report.run.complete, report.run.sites_checked, report.run.sites_total) == (True, 1, 2)


def test_an_ad_hoc_check_says_the_same_and_keeps_nothing(tmp_path: Path) -> None:
    async def go() -> Report:
        async with city(tmp_path) as there:
            site, settings = there.fleet.sites[0], there.fleet.crawl
            stop, watch = asyncio.Event(), run.Watch()
            return await run.check(site, settings, office="", today=DAY, now=now, stop=stop, watch=watch)

    report = asyncio.run(go())
    assert (said(report), report.run.complete) == (NEW, True)
    assert list(tmp_path.iterdir()) == []


# --- a run that is stopped ------------------------------------------------------------------


def test_a_stopped_run_says_so_and_the_next_does_not_look_at_finished_sites_again(tmp_path: Path) -> None:
    async def go() -> tuple[Report, Report, list[int]]:
        async with city(tmp_path) as there:
            stop = asyncio.Event()
            well = dict(there.two.pages)
            there.two.pages["/"] = lambda n: 30.0
            watch = run.Watch(done=lambda site: stop.set() if site.finding.id == "one" else None)
            stopped = await asyncio.wait_for(there.crawl(stop=stop, watch=watch), 15)
            assert posting.mail_counts(there.fleet) == {}
            there.two.pages.update(well)
            before = len(there.one.asked)
            resumed = await there.crawl()
            return stopped, resumed, [before, len(there.one.asked)]

    stopped, resumed, (before, after) = asyncio.run(go())
    assert (stopped.run.complete, stopped.run.sites_checked, stopped.run.sites_total) == (False, 1, 2)
    assert [s.verdict for s in stopped.sites if s.id == "two"] == ["not looked at"]
    assert said(stopped) == NEW
    assert (resumed.run.id, resumed.run.complete, said(resumed)) == (stopped.run.id, True, NEW)
    assert before == after


def test_a_stopped_second_run_of_a_day_loses_nothing_of_the_first(tmp_path: Path) -> None:
    async def go() -> Report:
        async with city(tmp_path) as there:
            await there.crawl()
            stop = asyncio.Event()
            there.one.pages["/"] = lambda n: 30.0
            asyncio.get_running_loop().call_later(0.3, stop.set)
            return await asyncio.wait_for(there.crawl(stop=stop, only="one"), 15)

    asyncio.run(go())
    assert [v["kind"] for v in on_disk(tmp_path)["violations"]] == ["stale column", "dead link"]


def test_a_second_run_of_a_day_that_is_stopped_says_so_and_mails_nothing_again(tmp_path: Path) -> None:
    async def go() -> tuple[Report, Report, dict[str, int]]:
        async with city(tmp_path) as there:
            first, stop = await there.crawl(), asyncio.Event()
            stop.set()
            return first, await there.crawl(stop=stop), posting.mail_counts(there.fleet)

    first, stopped, mails = asyncio.run(go())
    assert (stopped.run.complete, said(stopped), mails) == (False, said(first), {"queued": 2})


def test_the_reports_of_a_stopped_run_written_again_still_say_what_was_left_out(tmp_path: Path) -> None:
    async def go() -> tuple[Report, Report | None]:
        async with city(tmp_path) as there:
            one_by_one = replace(there.fleet, crawl=replace(there.fleet.crawl, sites_at_once=1))
            stop = asyncio.Event()
            stopped = await there.crawl(fleet=one_by_one, stop=stop, watch=run.Watch(done=lambda _: stop.set()))
            return stopped, run.rewrite(there.fleet, DAY, now=now)

    stopped, again = asyncio.run(go())
    assert again is not None
    assert (again.run.complete, again.run.sites_checked, again.run.sites_total) == (False, 1, 2)
    assert again.sites == stopped.sites


def test_another_process_with_the_history_makes_the_run_say_busy_and_wait_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    code = "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "data" / "run.lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None

    async def go() -> Report:
        async with city(tmp_path) as there:
            return await there.crawl()

    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(run.BusyError, match="another run is under way"):
            asyncio.run(go())
    finally:
        holder.kill()
        holder.communicate()
    assert asyncio.run(go()).run.complete  # the lock of a process that was killed holds nobody up


# --- faults of our own ----------------------------------------------------------------------


@pytest.mark.parametrize("error", [AttributeError("ours"), MemoryError(), ZeroDivisionError(), AssertionError("ours")])
def test_a_fault_of_our_own_costs_one_site_only_and_the_run_says_so(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ask = Wire.handle_async_request

    async def go() -> tuple[Report, Report]:
        async with city(tmp_path) as there:

            async def broken(wire: Wire, request: httpx.Request) -> httpx.Response:
                if request.url.port == there.two.port:
                    raise error
                return await ask(wire, request)

            with monkeypatch.context() as patch:
                patch.setattr(Wire, "handle_async_request", broken)
                torn = await there.crawl()
            return torn, await there.crawl()

    torn, mended = asyncio.run(go())
    assert (torn.run.complete, torn.run.sites_checked, said(torn)) == (False, 1, NEW)
    assert [(s.verdict, "monitor itself" in s.reason) for s in torn.sites if s.id == "two"] == [("not looked at", True)]
    assert any(record.exc_info for record in caplog.records)
    assert (mended.run.id, mended.run.complete) == (torn.run.id, True)


def test_a_history_that_fails_midway_ends_the_run_at_once(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            home = there.one.pages["/"]

            def spoil(_: int) -> bytes:
                db = sqlite3.connect(tmp_path / "data" / "history.db")
                db.execute("DROP TABLE IF EXISTS site_day")
                db.close()
                assert isinstance(home, bytes)
                return home

            there.one.pages["/"] = spoil
            there.two.pages["/"] = lambda n: 60.0
            with pytest.raises(StoreError, match="no such table"):
                await asyncio.wait_for(there.crawl(), 10)

    asyncio.run(go())


def spoilt(folder: Path) -> Callable[[], None]:
    """Puts a file where the reports belong; gives what takes it away again."""
    (folder / "reports").write_text("in the way")
    return (folder / "reports").unlink


def test_reports_that_cannot_be_written_lose_nothing_and_the_next_run_writes_them(tmp_path: Path) -> None:
    async def go() -> tuple[Report, dict[str, int], list[int]]:
        async with city(tmp_path) as there:
            mend = spoilt(tmp_path)
            with pytest.raises(run.UnwritableError, match="nothing is lost"):
                await there.crawl()
            with opened(tmp_path / "data" / "history.db") as store:
                assert set(store.findings_of(DAY)) == {"one", "two"}
                assert {kind for kind, _ in store.faults("one")} >= {"stale column", "dead link"}
                assert store.mail_counts() == {}
            mend()
            asked = [len(there.one.asked), len(there.two.asked)]
            report = await there.crawl()
            asked = [len(there.one.asked) - asked[0], len(there.two.asked) - asked[1]]
            return report, posting.mail_counts(there.fleet), asked

    report, mails, asked = asyncio.run(go())
    assert (said(report), report.run.complete, asked) == (NEW, True, [0, 0])
    assert mails == {"queued": 2}
    assert len(on_disk(tmp_path)["violations"]) == 2


def test_a_history_that_cannot_be_made_stops_the_run_before_anything_is_asked(tmp_path: Path) -> None:
    async def go() -> int:
        async with city(tmp_path) as there:
            (tmp_path / "file").write_text("in the way")
            blocked = replace(there.fleet, data=str(tmp_path / "file" / "data"))
            with pytest.raises(StoreError, match="check data: in") as caught:
                await there.crawl(fleet=blocked)
            assert str(tmp_path) in str(caught.value)
            assert "Errno" not in str(caught.value)
            return len(there.one.asked)

    assert asyncio.run(go()) == 0


# --- mail -----------------------------------------------------------------------------------


def test_the_mail_of_a_run_is_queued_exactly_once_for_each_recipient(tmp_path: Path) -> None:
    async def go() -> Fleet:
        async with city(tmp_path) as there:
            await there.crawl()
            return there.fleet

    fleet = asyncio.run(go())
    for _ in range(2):
        posting.queue_latest(fleet, now=now)
    waiting = posting.waiting_mail(fleet, now=lambda: now() + timedelta(seconds=1))
    assert sorted(row.recipient for row in waiting) == ["one@example.gov.cn", "two@example.gov.cn"]
    assert len({row.id for row in waiting}) == 2
    assert posting.mail_counts(fleet) == {"queued": 2}


def test_a_server_that_is_not_there_leaves_the_mail_waiting(tmp_path: Path) -> None:
    async def go() -> Fleet:
        async with city(tmp_path) as there:
            await there.crawl()
            return there.fleet

    fleet = asyncio.run(go())
    answered = posting.send_due(fleet, "", now=now)
    assert [outcome.state.value for outcome in answered] == ["retry", "retry"]
    assert posting.mail_counts(fleet) == {"queued": 2}
    assert posting.send_due(fleet, "", now=now) == ()  # not before its time


def test_a_run_without_mail_settings_queues_nothing(tmp_path: Path) -> None:
    async def go() -> Fleet:
        async with city(tmp_path, mail=None) as there:
            await there.crawl()
            return there.fleet

    fleet = asyncio.run(go())
    assert posting.mail_counts(fleet) == {}
    assert posting.send_due(fleet, "", now=now) == ()


# --- writing again --------------------------------------------------------------------------


def test_the_reports_of_a_day_can_be_written_again_from_the_history(tmp_path: Path) -> None:
    async def go() -> Fleet:
        async with city(tmp_path) as there:
            await there.crawl()
            return there.fleet

    fleet = asyncio.run(go())
    before = on_disk(tmp_path)
    (tmp_path / "reports" / "latest" / "report.json").unlink()
    (tmp_path / "reports" / "2026-03-20" / "report.json").unlink()
    again = run.rewrite(fleet, DAY, now=now)
    assert again is not None
    assert on_disk(tmp_path) == before
    assert run.rewrite(fleet, DAY + timedelta(days=1), now=now) is None


# --- the monitor's own network --------------------------------------------------------------


def test_too_many_silent_sites_at_once_hold_the_run_and_tell_only_the_office(tmp_path: Path) -> None:
    async def go() -> Report:
        async with city(tmp_path) as there, portal({}) as gone:
            silent = gone.url()
        async with city(tmp_path) as there:
            down = tuple(replace(there.fleet.sites[1], id=f"down{n}", url=silent, columns=()) for n in range(3))
            return await there.crawl(fleet=replace(there.fleet, sites=(*there.fleet.sites, *down)))

    report = asyncio.run(go())
    assert "3 of 5 sites do not answer" in report.run.held
    assert [s.verdict for s in report.sites if s.id.startswith("down")] == ["unreachable"] * 3
    assert "3 of 5" in on_disk(tmp_path)["run"]["held"]


def test_where_no_canary_answers_nobody_is_called_unreachable(tmp_path: Path) -> None:
    async def go() -> list[Report]:
        async with portal({}) as gone:
            silent = gone.url()
        async with city(tmp_path) as there:
            reports = []
            for late, canary in enumerate([silent, there.two.url()]):
                down = replace(there.fleet.sites[1], id="down", url=silent, columns=())
                settings = replace(there.fleet.crawl, canaries=(canary,))
                fleet = replace(there.fleet, sites=(there.fleet.sites[0], down), crawl=settings)
                reports.append(await there.crawl(DAY + timedelta(days=late), fleet=fleet))
            return [*reports, run.rewrite(fleet, DAY, now=now) or reports[0]]

    blind, seeing, rewritten = asyncio.run(go())
    assert "no canary answers" in blind.run.held
    assert Kind.UNREACHABLE_SITE not in {v.kind for v in (*blind.violations, *rewritten.violations)}
    assert rewritten.run.held == blind.run.held
    assert seeing.run.held == ""
    assert Kind.UNREACHABLE_SITE in {v.kind for v in seeing.violations}


def test_columns_that_turn_bad_all_at_once_hold_the_run(tmp_path: Path) -> None:
    """Not on the first day, when everything is new."""
    names = [f"/c{n}/" for n in range(12)]

    def pages(newest: str) -> dict[str, Answer]:
        listing = portal_pages(newest, dead=False)["/tzgg/"]
        home = page(*((name, f"通知公告{name[2:-1]}") for name in names), title="市水利局")
        articles = {path: ARTICLE for path in portal_pages(newest, dead=False) if path.endswith(".html")}
        return {"/": home, **articles, **dict.fromkeys(names, listing)}

    async def go() -> list[Report]:
        async with city(tmp_path) as there:
            columns = tuple(
                Column(name=name, url=there.two.url(name), klass=ColumnClass.B, limit=Span(days=14)) for name in names
            )
            fleet = replace(there.fleet, sites=(replace(there.fleet.sites[1], columns=columns),))
            reports = []
            for late, newest in enumerate(["2025-02-01", "2026-03-20", "2025-02-01"]):
                there.two.pages.update(pages(newest))
                reports.append(await there.crawl(DAY + timedelta(days=late), fleet=fleet))
            return reports

    first, second, third = asyncio.run(go())
    assert (len(first.violations), first.run.held, len(second.violations)) == (12, "", 0)
    assert len(third.violations) == 12
    assert "12 of 12 columns turned overdue or blank at once" in third.run.held


def test_the_last_daily_run_is_one_of_the_whole_fleet(tmp_path: Path) -> None:
    """A run for one site, made by hand, does not stand in for the daily one."""

    async def go() -> Fleet:
        async with city(tmp_path) as there:
            await there.crawl()
            await there.crawl(DAY + timedelta(days=1), only="one")
            return there.fleet

    fleet = asyncio.run(go())
    alone, whole = run.runs(fleet)
    assert (alone.fleet, whole.fleet) == ("one", run.WHOLE_FLEET)


def test_a_re_dated_item_is_found_and_does_not_clear_its_column(tmp_path: Path) -> None:
    """旧文新发: the item stood there yesterday under an older day."""

    async def go() -> list[Report]:
        async with city(tmp_path) as there:
            reports = [await there.crawl()]
            pages = portal_pages("2025-01-04", dead=True)
            listing = pages["/tzgg/"]
            assert isinstance(listing, bytes)
            there.one.pages["/tzgg/"] = listing.replace(b"<span>2025-01-03</span>", b"<span>2026-03-20</span>")
            return [*reports, await there.crawl(DAY + timedelta(days=1))]

    first, second = asyncio.run(go())
    assert Kind.REDATED_ITEM not in {v.kind for v in first.violations}
    kinds = {v.kind for v in second.violations if v.site_id == "one"}
    assert {Kind.REDATED_ITEM, Kind.STALE_COLUMN} <= kinds
    (found,) = (v for v in second.violations if v.kind is Kind.REDATED_ITEM)
    assert "dated 2025-01-03 when first seen" in found.evidence


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
@pytest.mark.parametrize(("files", "said"), [(64, True), (400, False)])
def test_more_sites_at_once_than_the_system_lets_be_open_are_told_with_what_to_do(
    tmp_path: Path, files: int, said: bool
) -> None:
    sites = [
        f'- {{id: s{n}, name: "{n}", unit: u, url: "http://127.0.0.{n + 1}:1/", render: false}}' for n in range(60)
    ]
    settings = "crawl: {sites_at_once: 60, delay: 0, second_look: 0}"
    lines = ["office: o", settings, "units: [{id: u, name: u}]", "sites:", *sites]
    (tmp_path / "sites.yaml").write_text("\n".join(lines), encoding="utf-8")
    command = f"ulimit -n {files}; exec {sys.executable} -m monitor crawl"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=100)
    assert done.returncode == 1, done.stderr
    assert ("60 sites at once share 48 connections" in done.stderr and "ulimit -n" in done.stderr) is said
    report = json.loads((tmp_path / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))
    assert {site["verdict"] for site in report["sites"]} == {"unreachable"}
