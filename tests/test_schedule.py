"""The service: when a run was due, that it starts, never twice, and that nothing but a stop ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.schedule import is_missed, is_worth_making_up, last_due, serve

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


# --- when a run was due ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        ("02:30", "2026-03-20 02:30:00", "2026-03-20 02:30:00"),
        ("02:30", "2026-03-20 02:29:59", "2026-03-19 02:30:00"),
        ("00:00", "2026-03-20 00:00:00", "2026-03-20 00:00:00"),
        ("00:00", "2026-03-19 23:59:59", "2026-03-19 00:00:00"),
        ("23:59", "2026-01-01 00:00:00", "2025-12-31 23:59:00"),
    ],
)
def test_a_run_is_due_at_its_time_of_day_and_not_a_second_before(at: str, now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert last_due(at, SHANGHAI, moment) == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)


def test_the_day_is_the_fleets_own_wherever_the_monitor_runs() -> None:
    evening_in_utc = datetime(2026, 3, 19, 19, 0, tzinfo=UTC)  # 03:00 of the 20th in Shanghai
    assert last_due("02:30", SHANGHAI, evening_in_utc) == datetime(2026, 3, 20, 2, 30, tzinfo=SHANGHAI)


_TIMES = st.times().map(lambda t: f"{t.hour:02}:{t.minute:02}")
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_GAP = datetime(2026, 3, 8, 7, 10, tzinfo=UTC)  # 03:10 in New York, ten minutes after two o'clock became three
_FOLD = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)  # 01:15 in New York for the second time


@given(_TIMES, _MOMENTS, st.sampled_from([SHANGHAI, NEW_YORK]))
@example("02:30", _GAP, NEW_YORK)
@example("01:30", _FOLD, NEW_YORK)
@example("00:00", datetime(2026, 3, 19, 16, 0, tzinfo=UTC), SHANGHAI)
def test_the_last_run_due_is_the_latest_one_that_is_not_ahead(at: str, now: datetime, zone: ZoneInfo) -> None:
    due = last_due(at, zone, now).astimezone(UTC)
    hour, minute = map(int, at.split(":"))
    today = now.astimezone(zone).date()
    starts = [
        datetime.combine(today + timedelta(days=n), time(hour, minute), tzinfo=zone).astimezone(UTC)
        for n in (-2, -1, 0, 1)
    ]
    assert due == max(start for start in starts if start <= now)


def test_every_day_has_one_run_also_when_the_clocks_change() -> None:
    for at in ("01:30", "02:30"):
        for first in (date(2026, 3, 6), date(2026, 10, 30)):
            midnight = datetime.combine(first, time(), tzinfo=UTC)
            dues = {last_due(at, NEW_YORK, midnight + timedelta(minutes=10 * n)) for n in range(6 * 24 * 4)}
            assert len({due.astimezone(NEW_YORK).date() for due in dues}) == len(dues)


def test_a_run_is_missed_when_none_began_since_it_was_due() -> None:
    noon = datetime(2026, 3, 20, 12, 0, tzinfo=SHANGHAI)
    due = datetime(2026, 3, 20, 2, 30, tzinfo=SHANGHAI)
    assert is_missed("02:30", SHANGHAI, noon, None)
    assert is_missed("02:30", SHANGHAI, noon, due - timedelta(seconds=1))
    assert not is_missed("02:30", SHANGHAI, noon, due)


@pytest.mark.parametrize(("hour", "worth"), [(3, True), (14, True), (15, False), (2, False)])
def test_a_missed_run_is_made_up_unless_the_next_one_is_nearer(hour: int, worth: bool) -> None:
    assert is_worth_making_up("02:30", SHANGHAI, datetime(2026, 3, 20, hour, 0, tzinfo=SHANGHAI)) is worth


# --- the service ----------------------------------------------------------------------------


async def nothing() -> None:
    return


async def served(
    daily: Callable[[], Awaitable[None]] = nothing,
    *,
    stop: asyncio.Event,
    overdue: bool,
    at: str = "02:30",
    announce: Callable[[datetime], None] = lambda _: None,
) -> None:
    await serve(at, SHANGHAI, daily=daily, post=nothing, overdue=overdue, stop=stop, announce=announce)


def run(work: Any, seconds: float = 10.0) -> Any:
    return asyncio.run(asyncio.wait_for(work, seconds))


def test_an_overdue_run_is_made_at_once_and_only_once() -> None:
    async def go() -> int:
        stop, made = asyncio.Event(), 0

        async def daily() -> None:
            nonlocal made
            made += 1
            asyncio.get_running_loop().call_later(0.2, stop.set)

        await served(daily, stop=stop, overdue=True)
        return made

    assert run(go()) == 1


def test_a_run_that_is_not_overdue_waits_for_its_time_which_is_announced() -> None:
    async def go() -> tuple[list[datetime], int]:
        stop, told, made = asyncio.Event(), [], 0

        async def daily() -> None:
            nonlocal made
            made += 1

        asyncio.get_running_loop().call_later(0.2, stop.set)
        await served(daily, stop=stop, overdue=False, announce=told.append)
        return told, made

    before = datetime.now(UTC)
    (next_run,), made = run(go())
    assert made == 0
    assert (next_run.astimezone(SHANGHAI).hour, next_run.astimezone(SHANGHAI).minute) == (2, 30)
    assert timedelta(0) < next_run - before <= timedelta(days=1)


def test_a_run_made_late_is_followed_by_the_next_one_at_its_own_time() -> None:
    async def go() -> list[datetime]:
        stop, told = asyncio.Event(), []
        asyncio.get_running_loop().call_later(0.3, stop.set)
        await served(stop=stop, overdue=True, announce=told.append)
        return told

    (next_run,) = run(go())
    assert (next_run.astimezone(SHANGHAI).hour, next_run.astimezone(SHANGHAI).minute) == (2, 30)
    assert next_run > datetime.now(UTC)


@pytest.mark.parametrize("fault", [RuntimeError("ours"), SystemExit(2)])
def test_a_run_that_fails_does_not_end_the_service(fault: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> list[datetime]:
        stop, told = asyncio.Event(), []

        async def daily() -> None:
            raise fault

        asyncio.get_running_loop().call_later(0.2, stop.set)
        await served(daily, stop=stop, overdue=True, announce=told.append)
        return told

    assert len(run(go())) == 1
    assert any(record.exc_info for record in caplog.records)


def test_a_stop_lets_the_run_under_way_write_its_report_before_the_service_ends() -> None:
    async def go() -> list[str]:
        stop, said = asyncio.Event(), []

        async def daily() -> None:
            said.append("begun")
            await stop.wait()
            await asyncio.sleep(0.1)
            said.append("report written")

        asyncio.get_running_loop().call_later(0.1, stop.set)
        await served(daily, stop=stop, overdue=True)
        return said

    assert run(go()) == ["begun", "report written"]


def test_a_stop_before_the_start_ends_the_service_at_once() -> None:
    async def go() -> None:
        stop = asyncio.Event()
        stop.set()
        await served(stop=stop, overdue=False)

    run(go())
