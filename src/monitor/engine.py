"""Where the sites of a run are looked at: here, in several processes that share the history, or on a cluster."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import run
from monitor.claims import somebody
from monitor.cluster import look_on_cluster
from monitor.crawl import Progress
from monitor.digest import not_looked_at
from monitor.model import Fleet, Report, Site, SiteFinding
from monitor.run import Clock, Look, Looked, SiteDone, Watch
from monitor.shares import shares
from monitor.store import Run, Store, StoreError

_TRIES = 3
"""So often the sites of a worker that died are given to new ones."""
_HEED = 0.2
"""Seconds after which a worker sees that it is to stop, and the parent that one has died."""
_TELL = 0.5
"""Seconds between two words of a worker on how far a site is."""


async def crawl_fleet(
    fleet: Fleet, *, today: date, now: Clock, stop: asyncio.Event, watch: Watch, only: str = ""
) -> Report:
    """The daily run as `run.crawl_fleet` does it, over the processes or the cluster that the fleet asks for."""
    look: Look = _look_in_processes if fleet.crawl.workers > 1 and not only else run.look_at_all
    if fleet.crawl.cluster:
        look = look_on_cluster
    return await run.crawl_fleet(fleet, today=today, now=now, stop=stop, watch=watch, only=only, look=look)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A worker has come to the end of its share."""

    looked: Looked


async def _look_in_processes(
    fleet: Fleet, sites: list[Site], store: Store, at: Run, *, now: Clock, stop: asyncio.Event, watch: Watch
) -> Looked:
    """Look at the sites in workers, each with a clock of its own; what a dead one left is looked at by others."""
    del now  # a clock does not travel
    missed: list[SiteFinding] = []
    blind: list[bool] = []
    left = sites
    for _ in range(_TRIES):
        found, left = await _Crew(fleet, store, at).work(left, stop, watch)
        missed += [finding for one in found for finding in one.missed]
        blind += [one.blind for one in found]
        told = store.done_in(at.id) | {finding.id for finding in missed}
        left = [site for site in left if site.id not in told]
        if not left or stop.is_set():
            break
    why = "the run was stopped before it came to this site" if stop.is_set() else "its worker process died; see the log"
    missed += [not_looked_at(site, why) for site in left]
    return Looked(missed=missed, blind=bool(blind) and all(blind))


class _Crew:
    """Worker processes for one round of sites."""

    def __init__(self, fleet: Fleet, store: Store, at: Run) -> None:
        self._fleet = fleet
        self._store = store
        self._at = at
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._flag: Flag = self._context.Event()

    async def work(self, sites: list[Site], stop: asyncio.Event, watch: Watch) -> tuple[list[Looked], list[Site]]:
        """What the workers that came to their end say, and the sites of those that did not."""
        talks: dict[connection.Connection, tuple[SpawnProcess, list[Site], str]] = {}
        found: list[Looked] = []
        left: list[Site] = []
        for share in shares(sites, self._fleet.crawl.workers):
            who = somebody(Path(self._fleet.data))
            hear, process = self._start([site.id for site in share], who)
            talks[hear] = process, share, who
        try:
            while talks:
                if stop.is_set():
                    self._flag.set()
                ready = await asyncio.to_thread(connection.wait, list(talks), _HEED)
                for hear in [one for one in talks if one in ready]:
                    try:
                        said = hear.recv()
                    except (EOFError, OSError):  # it died before its last word
                        _, share, who = talks.pop(hear)
                        self._store.release(self._at, who)
                        left += share
                        continue
                    if isinstance(said, _Ended):
                        found.append(said.looked)
                        talks.pop(hear)[0].join()
                    elif isinstance(said, StoreError):
                        raise said
                    else:
                        _pass_on(said, watch)
        finally:
            self._flag.set()
            for process, _, _ in talks.values():
                process.terminate()
                process.join()
        return found, left

    def _start(self, ids: list[str], who: str) -> tuple[connection.Connection, SpawnProcess]:
        hear, say = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(self._fleet, ids, self._at, who, say, self._flag))
        process.start()
        say.close()
        return hear, process


def _pass_on(said: Progress | SiteDone, watch: Watch) -> None:
    if isinstance(said, Progress):
        watch.progress(said)
    else:
        watch.done(said)


def _work(fleet: Fleet, ids: list[str], at: Run, who: str, say: connection.Connection, flag: Flag) -> None:
    """A worker from its start to its end; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        looked = asyncio.run(_look(fleet, ids, at, who, say, flag))
    except StoreError as error:
        say.send(error)
    else:
        say.send(_Ended(looked))


async def _look(fleet: Fleet, ids: list[str], at: Run, who: str, say: connection.Connection, flag: Flag) -> Looked:
    stop = asyncio.Event()
    heeding = asyncio.ensure_future(_heed(flag, stop))
    zone = ZoneInfo(fleet.timezone)
    spoken: dict[str, float] = {}

    def tell(progress: Progress) -> None:
        if time.monotonic() - spoken.get(progress.site_id, 0.0) > _TELL:
            spoken[progress.site_id] = time.monotonic()
            say.send(progress)

    try:
        with run.history(fleet) as store:
            sites = [site for site in fleet.sites if site.id in ids]
            watch = Watch(progress=tell, done=say.send)
            return await run.look_at_all(
                fleet, sites, store, at, now=lambda: datetime.now(zone), stop=stop, watch=watch, who=who
            )
    finally:
        heeding.cancel()


async def _heed(flag: Flag, stop: asyncio.Event) -> None:
    """Stop when told; end at once, with nothing more written, when the parent is no more: the next start goes on."""
    parent = multiprocessing.parent_process()
    while True:
        if parent is not None and not parent.is_alive():
            os._exit(1)
        if flag.is_set():
            stop.set()
        await asyncio.sleep(_HEED)
