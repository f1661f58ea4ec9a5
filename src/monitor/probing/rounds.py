"""Rounds of looks at home pages, kept in the history: of all sites now, or of those whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import run
from monitor.model import Fleet, Site
from monitor.probing.prober import Prober, Round
from monitor.probing.turns import due
from monitor.store import Store

_KEPT = timedelta(days=9)
"""A week of whole days and today, in any time zone, also where a day has 25 hours."""
_DAY = timedelta(days=1)


async def probe(
    fleet: Fleet,
    sites: list[Site],
    prober: Prober,
    *,
    stop: asyncio.Event,
    done: Callable[[int], None] = lambda _: None,
) -> list[Round]:
    """Look at the home pages of these sites now, and keep what was seen; a round for each batch of them.

    `done` hears how many more sites were looked at. Raises BusyError when another is at it, StoreError when the
    history cannot be used. Ends between two batches when `stop` is set.
    """
    with run.alone(Path(fleet.data), "probe"):
        store = await asyncio.to_thread(run.history, fleet)
        try:
            return await _rounds(fleet, sites, prober, store, stop, done)
        finally:
            await asyncio.to_thread(store.close)


async def probe_due(
    fleet: Fleet, prober: Prober, since: datetime, until: datetime, *, stop: asyncio.Event
) -> list[Round]:
    """The same for the sites whose turn came after `since` and not after `until`, by the fleet's looks a day.

    Left out is who was looked at less than half a turn ago, by this machine or another. Nobody's turn: no round.
    """
    sites = due(fleet.sites, fleet.probes, since, until)
    if not sites:
        return []
    with run.alone(Path(fleet.data), "probe"):
        store = await asyncio.to_thread(run.history, fleet)
        try:
            lately = until - _DAY / fleet.probes / 2
            seen = await asyncio.to_thread(store.probed_since, [site.id for site in sites], lately)
            left = [site for site in sites if site.id not in seen]
            return await _rounds(fleet, left, prober, store, stop, lambda _: None)
        finally:
            await asyncio.to_thread(store.close)


async def _rounds(
    fleet: Fleet, sites: list[Site], prober: Prober, store: Store, stop: asyncio.Event, done: Callable[[int], None]
) -> list[Round]:
    """Batch by batch, so that our own network is asked about soon after a look that failed."""
    rounds: list[Round] = []
    size = fleet.crawl.sites_at_once
    for start in range(0, len(sites), size):
        if stop.is_set():
            break
        batch = sites[start : start + size]
        seen = await prober.look(fleet, batch)
        await asyncio.to_thread(store.keep_probes, seen.probes, datetime.now(UTC) - _KEPT)
        rounds.append(seen)
        done(len(batch))
    return rounds
