"""The daily run by itself: at its time of day, caught up when late, never twice. Door for apscheduler."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_LATE = 20 * 60 * 60
"""Seconds by which a start may be late and still be made up: within the same day."""
_MAIL_EVERY = 5
"""Minutes between two looks into the outbox."""


def last_due(at: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest moment, not after `now`, at which the daily run was to start."""
    today = now.astimezone(zone).date()
    starts = (_start(at, zone, today - timedelta(days=days)) for days in range(3))
    return next(start for start in starts if start.astimezone(UTC) <= now)  # one zone's own clock may run backwards


def is_missed(at: str, zone: ZoneInfo, now: datetime, last_start: datetime | None) -> bool:
    """Whether the run that was due last has not been made; `last_start` is when the last complete run began."""
    return last_start is None or last_start < last_due(at, zone, now)


def is_worth_making_up(at: str, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a missed run is to be made at once: not when the next one is nearer, which makes up for it."""
    due = last_due(at, zone, now)
    following = _start(at, zone, due.date() + timedelta(days=1))
    return now - due <= following - now


def _start(at: str, zone: ZoneInfo, day: date) -> datetime:
    return datetime.combine(day, _time_of(at), tzinfo=zone)


def _time_of(at: str) -> time:
    return time.fromisoformat(at)


async def serve(
    at: str,
    zone: ZoneInfo,
    *,
    daily: Callable[[], Awaitable[None]],
    post: Callable[[], Awaitable[None]],
    overdue: bool,
    stop: asyncio.Event,
    announce: Callable[[datetime], None],
) -> None:
    """Call `daily` every day at `at` in `zone`, and `post` every few minutes, until `stop` is set.

    `overdue`: the last due run has not been made; it is made at once. A start that finds the one
    before still under way is skipped, several missed ones become one. A run that fails is logged and ends nothing;
    one that is under way at the stop is waited for.
    `announce` is told when the next run will be, at the start and after each run.
    """
    scheduler = AsyncIOScheduler(
        timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE}
    )
    under_way = asyncio.Lock()

    async def once() -> None:
        async with under_way:
            try:
                if not stop.is_set():
                    await daily()
            finally:
                if not stop.is_set():
                    announce(job.next_run_time)

    when = _time_of(at)
    job = scheduler.add_job(once, CronTrigger(hour=when.hour, minute=when.minute, timezone=zone), id="daily")
    scheduler.add_job(post, IntervalTrigger(minutes=_MAIL_EVERY, timezone=zone), id="post")
    scheduler.start()
    try:
        if overdue:
            job.modify(next_run_time=datetime.now(zone))
        else:
            announce(job.next_run_time)
        await stop.wait()
        async with under_way:  # it sees the stop too, and still writes its report
            pass
    finally:
        scheduler.shutdown(wait=False)
