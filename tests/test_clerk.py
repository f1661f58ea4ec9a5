"""Notices over whole runs: real sites, a real history, and the command line on top of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor import clerk, cli, config, posting, run
from monitor.model import Kind, Notice, NoticeSettings, Report, Step, TroubleKind
from monitor.notices import Refused
from monitor.store import Store
from portal import answer
from test_notices import SETTINGS
from test_report_paper import words_of
from test_run import City, city, portal_pages

DAY = date(2026, 3, 20)  # a Friday


def at(day: date) -> Callable[[], datetime]:
    return lambda: datetime.combine(day, time(3, 0), tzinfo=UTC)


async def crawl(there: City, day: date, *, settings: NoticeSettings = SETTINGS, only: str = "") -> Report:
    fleet = replace(there.fleet, notices=settings)
    return await run.crawl_fleet(
        fleet, today=day, now=at(day), stop=asyncio.Event(), watch=run.Watch(), only=only
    )  # fmt: skip


def days(count: int) -> list[date]:
    return [DAY + timedelta(days=n) for n in range(count)]


def steps(store: Store) -> list[tuple[date, str, str]]:
    return [(event.day, event.kind, event.step.value) for event in store.events()]


def test_a_fleet_without_the_section_issues_nothing(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await run.crawl_fleet(
                    there.fleet, today=day, now=at(day), stop=asyncio.Event(), watch=run.Watch()
                )  # fmt: skip
            with run.history(there.fleet) as store:
                assert store.events() == ()

    asyncio.run(go())


def test_two_runs_issue_one_notice_and_its_number_stands_in_report_and_mail(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            first = await crawl(there, DAY)
            assert {v.notice for v in first.violations} == {None}
            second = await crawl(there, DAY + timedelta(days=1))
            assert {v.notice for v in second.violations} == {"〔2026〕1号"}
            with run.history(there.fleet) as store:
                (notice,) = store.notices()
                assert (notice.unit_name, notice.points, notice.due) == ("市水利局", 2, date(2026, 3, 27))
                points = {event.point: event.kind for event in store.events(notice.number)}
                assert points == {1: Kind.STALE_COLUMN, 2: Kind.DEAD_LINK}
        shown = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))
        assert {v["notice"] for v in shown["violations"]} == {"〔2026〕1号"}

    asyncio.run(go())


def test_what_is_put_right_is_closed_by_two_looks_and_a_relapse_opens_it_again(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)
            there.one.pages.update(portal_pages("2026-03-21", dead=False))
            for day in days(4)[2:]:
                await crawl(there, day)
            there.one.pages.update(portal_pages("2026-03-21", dead=True))
            for day in days(6)[4:]:
                await crawl(there, day)
            with run.history(there.fleet) as store:
                told = [(day.day, kind, step) for day, kind, step in steps(store) if day.day > 21]
                assert sorted(told) == [
                    (22, "dead link", "looked good once"),
                    (22, "stale column", "looked good once"),
                    (23, "dead link", "closed"),
                    (23, "stale column", "closed"),
                    (24, "dead link", "looked bad again"),
                    (25, "dead link", "reopened"),
                ]
                assert len(store.notices()) == 1

    asyncio.run(go())


def test_a_site_that_does_not_answer_closes_nothing(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)
            home = there.one.pages["/"]
            there.one.pages["/"] = answer("403 Forbidden", status=403)
            for day in days(4)[2:]:
                await crawl(there, day)
            there.one.pages["/"] = home
            await crawl(there, DAY + timedelta(days=4))
            with run.history(there.fleet) as store:
                of_column = [step for day, kind, step in steps(store) if kind == Kind.STALE_COLUMN and day.day > 21]
                assert of_column == ["suspended", "resumed"]

    asyncio.run(go())


def test_a_run_for_one_site_confirms_but_issues_nothing(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            await crawl(there, DAY)
            await crawl(there, DAY + timedelta(days=1), only="one")
            with run.history(there.fleet) as store:
                assert {step for day, _, step in steps(store) if day > DAY} == {"confirmed"}
                assert store.notices() == ()

    asyncio.run(go())


def test_a_run_that_only_lacked_its_reports_issues_its_notices_with_them(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            await crawl(there, DAY)
            second, reports = DAY + timedelta(days=1), tmp_path / "reports"
            reports.rename(tmp_path / "aside")
            reports.write_text("a file where a folder is meant", encoding="utf-8")
            with pytest.raises(run.UnwritableError):
                await crawl(there, second)
            with run.history(there.fleet) as store:
                assert {step for _, _, step in steps(store)} == {"observed"}
            reports.unlink()
            written = run.rewrite(replace(there.fleet, notices=SETTINGS), second, now=at(second + timedelta(days=1)))
            assert written is not None
            assert {v.notice for v in written.violations} == {"〔2026〕1号"}
            with run.history(there.fleet) as store:
                assert {day for day, _, step in steps(store) if step == "issued"} == {second}

    asyncio.run(go())


def test_a_run_that_another_overtakes_reads_the_book_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine of the same history writes between the reading of the book and the end of the run."""

    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)
            enter, others = clerk.enter, [Step.ACKNOWLEDGED, Step.CLAIMED]

            def overtaken(store: Store, *words: object, **more: object) -> clerk.Entry:
                entry = enter(store, *words, **more)  # type: ignore[arg-type]
                if others:
                    done = clerk.done(
                        store, SETTINGS, others.pop(), "1", who="王五", why="x", at=at(DAY)() + timedelta(days=1, hours=1)
                    )  # fmt: skip
                    assert not isinstance(done, Refused)
                return entry

            monkeypatch.setattr(clerk, "enter", overtaken)
            await crawl(there, DAY + timedelta(days=5))
            with run.history(there.fleet) as store:
                last = [(event.who, event.step.value) for event in store.events(key=store.book().cases[0].key)][-4:]
                assert last == [
                    ("王五", "claimed fixed"), ("王五", "acknowledged"),
                    ("monitor", "claim refuted"), ("monitor", "reminded"),
                ]  # fmt: skip
                assert all(one.complete for one in store.runs())

    asyncio.run(go())


def test_a_year_that_nobody_knows_is_said_in_one_sentence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in (date(2039, 3, 1), date(2039, 3, 2)):
                await crawl(there, day, settings=NoticeSettings())

    asyncio.run(go())
    said = [record.getMessage() for record in caplog.records if "notices wait" in record.getMessage()]
    assert len(said) == 1
    assert said[0].startswith("notices wait: the working days of 2039 are not known yet")


def test_a_notice_is_found_by_its_number_or_its_place_in_a_year() -> None:
    def notice(year: int, serial: int) -> Notice:
        when = datetime(year, 3, 2, tzinfo=UTC)
        return Notice(
            number=f"〔{year}〕{serial}号", year=year, serial=serial, unit="u", unit_name="", issued_at=when,
            issued_on=when.date(), due=when.date(), points=1,
        )  # fmt: skip

    known = [notice(2027, 1), notice(2026, 2), notice(2026, 1)]
    for text, number in (
        ("〔2026〕1号", "〔2026〕1号"),
        ("1", "〔2027〕1号"),
        ("2026-2", "〔2026〕2号"),
        ("2026/1", "〔2026〕1号"),
    ):
        found = clerk.found(known, text)
        assert found is not None
        assert found.number == number
    assert clerk.found(known, "2") is None
    assert clerk.found([], "1") is None


def test_the_days_report_has_the_paper_of_its_notice_and_writing_it_again_later_gives_the_same(tmp_path: Path) -> None:
    """Put right, closed and opened again meanwhile: what was issued on a day is printed as it was then."""

    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)
            issued, paper = DAY + timedelta(days=1), tmp_path / "reports/2026-03-21/notices/2026-1.docx"
            first = words_of(paper.read_bytes())
            assert "请于2026年3月27日前" in first
            assert "存在2项问题" in first
            there.one.pages.update(portal_pages("2026-03-21", dead=False))
            for day in days(4)[2:]:
                await crawl(there, day)
            there.one.pages.update(portal_pages("2026-03-21", dead=True))
            for day in days(6)[4:]:
                await crawl(there, day)
            opened = words_of((tmp_path / "reports/2026-03-25/notices/2026-1.docx").read_bytes())
            assert "本次为同类问题第 2 次通知" in opened
            assert "存在1项问题" in opened
            paper.unlink()
            fleet = replace(there.fleet, notices=SETTINGS)
            assert run.rewrite(fleet, issued, now=at(DAY + timedelta(days=6)))
            assert words_of(paper.read_bytes()) == first
            with run.history(fleet) as store:
                told = clerk.told(store, store.notices()[0])
                assert [(day, [case.times for case in of]) for day, of in told.items()] == [
                    (issued, [1, 1]),
                    (date(2026, 3, 25), [2]),
                ]

    asyncio.run(go())


def test_what_a_daily_run_could_not_do_stands_until_another_daily_run_can(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            settings = NoticeSettings()  # no calendar tells of 2099
            for day in (date(2099, 3, 20), date(2099, 3, 21)):
                await crawl(there, day, settings=settings)
            await crawl(there, date(2099, 3, 21), settings=settings, only="one")
            with run.history(there.fleet) as store:
                assert [trouble.kind for trouble in store.troubles()].count(TroubleKind.RUN) == 1

    asyncio.run(go())


# --- the command line -----------------------------------------------------------------------


@pytest.fixture
def monitor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """`monitor notices` beside a sites.yaml: its exit code, and all that it says."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", "notices", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return call


SITES = """\
office: 示例市人民政府办公室
data: data
units: [{id: u, name: 市水利局}]
sites: [{id: one, name: 市one局, url: http://slj.example.gov.cn, unit: u}]
notices: {calendar: weekends}
"""


def test_the_command_line_lists_shows_moves_and_remembers(
    tmp_path: Path, monitor: Callable[..., tuple[int, str]]
) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)

    asyncio.run(go())
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    code, listed = monitor("list")
    assert code == 0
    assert re.search(r"〔2026〕1号 +市水利局 +2026-03-21 +2026-03-27 \(late\) +2 of 2 +issued", listed), listed
    assert "1. 市one局: stale column “通知公告”, issued, due 2026-03-27" in monitor("show", "1号")[1]
    by = ("--who", "王五", "--why", "签收单")
    assert monitor("ack", "1", *by) == (
        0,
        "〔2026〕1号 point 1: acknowledged\n〔2026〕1号 point 2: acknowledged\n",
    )
    assert monitor("withdraw", "2026-1", "--point", "2", *by)[0] == 0
    assert monitor("waive", "1", "--until", "2099-01-01", *by)[0] == 0
    assert re.search(r"2026-03-27 +1 of 2 +waived", monitor("list")[1])  # its clock stands: it is not late
    history = monitor("history", "1")[1]
    assert re.search(r"point 2: withdrawn \(王五\) 签收单", history), history
    assert re.search(r"point 1: waived; until 2099-01-01 \(王五\) 签收单", history), history
    assert re.search(r"point 1: issued; due 2026-03-27 \(monitor, run 2026-03-21-1\)", history), history
    assert monitor("print", "1", "--folder", "out") == (0, "Wrote out/2026-1.docx.\n".replace("/", os.sep))
    assert "〔2026〕1号" in words_of((tmp_path / "out/2026-1.docx").read_bytes())
    (tmp_path / "taken").write_text("no folder")
    assert monitor("print", "1", "--folder", "taken") == (
        2,
        "taken: the notice cannot be written there: File exists\n",
    )
    assert monitor("close", "1", *by)[0] == 0
    assert monitor("list") == (0, "No notice has open points.\n")
    assert "settled" in monitor("list", "--all")[1]


def test_a_rehearsed_month_is_moved_on_its_own_days_and_told_by_the_clock_of_the_office(
    tmp_path: Path, monitor: Callable[..., tuple[int, str]]
) -> None:
    """What is done today would stand behind all that a rehearsal of the past has still to play."""

    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)

    asyncio.run(go())
    (tmp_path / "sites.yaml").write_text("timezone: Pacific/Kiritimati\n" + SITES, encoding="utf-8")
    by = ("--who", "王五", "--why", "x")
    assert monitor("dispute", "1", *by, "--today", "2026-03-22")[0] == 0
    assert monitor("uphold", "1", *by, "--today", "2026-03-25")[1].count(", due 2026-04-01\n") == 2
    assert re.search(r"2026-04-01 +2 of 2", monitor("list", "--today", "2026-04-01")[1])
    assert "2026-04-01 (late)" in monitor("list", "--today", "2026-04-02")[1]
    assert "2026-03-21 17:00 point 1: issued" in monitor("history", "1")[1]  # 03:00 in Greenwich
    assert monitor("ack", "1", *by, "--today", "soon") == (
        2, "--today: a day is meant, such as 2026-12-31 (found 'soon')\n",
    )  # fmt: skip
    post = "mail: {host: mail.example, sender: m@a.example, recipients: [office@a.example]}\n"
    (tmp_path / "sites.yaml").write_text(SITES + post, encoding="utf-8")
    assert monitor("dispute", "1", *by, "--today", "2099-01-01")[0] == 0
    waiting = posting.waiting_mail(config.load(tmp_path / "sites.yaml"), now=lambda: datetime.now(UTC))
    assert "office@a.example" in {mail.recipient for mail in waiting}  # it goes today, as a rehearsed run's do


def test_each_mistake_on_the_command_line_is_one_sentence(
    tmp_path: Path, monitor: Callable[..., tuple[int, str]]
) -> None:
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    by = ("--who", "王五", "--why", "x")
    assert monitor("ack", "7", *by) == (
        2,
        "there is no notice 7; `monitor notices list` shows those that there are\n",
    )
    assert monitor("waive", "7", "--until", "soon", *by) == (
        2,
        "--until: a day is meant, such as 2026-12-31 (found 'soon')\n",
    )
    assert monitor("print", "7")[1].startswith("there is no notice 7;")
    assert monitor("ack", "7", "--who", "王五")[0] == 2
    (tmp_path / "sites.yaml").write_text(SITES.rpartition("notices")[0], encoding="utf-8")
    assert monitor("list") == (
        2,
        "sites.yaml: notices are not issued; add a notices: section, `notices: {}` will do\n",
    )


def test_a_run_that_ends_after_midnight_was_taken_then_and_a_rehearsal_on_its_own_day() -> None:
    began, ended = datetime(2026, 3, 20, 23, 30, tzinfo=UTC), datetime(2026, 3, 21, 0, 40, tzinfo=UTC)
    assert clerk.moment(DAY, ended, began) == ended
    assert clerk.moment(DAY, ended) == datetime(2026, 3, 20, 0, 40, tzinfo=UTC)
    assert clerk.moment(date(2026, 5, 1), ended, began) == datetime(2026, 5, 1, 0, 40, tzinfo=UTC)
