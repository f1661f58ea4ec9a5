"""What a worker of a cluster does for a run: it looks at its share by the one path, and keeps each site itself."""

from __future__ import annotations

import asyncio
import pickle
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import distributed

from monitor import __version__, run
from monitor.cluster.faults import UnfitError
from monitor.crawl import Progress
from monitor.model import Fleet, Site
from monitor.run import Looked, SiteDone, Watch
from monitor.store import Run, Store, StoreError

_HEED = 0.2
"""Seconds after which a share sees that it is to stop."""
_TELL = 0.5
"""Seconds between two words on how far a site is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a share brought."""

    looked: Looked
    done: list[SiteDone]


class Hand(distributed.WorkerPlugin):
    """What a worker holds of a run: the fleet, the run, its own name, and whether to stop."""

    def __init__(self, name: str, fleet: Fleet, at: Run) -> None:
        self.name = name
        self.fleet = fleet
        self.at = at
        self.version = __version__

    def setup(self, worker: Any) -> None:
        """At the worker: take a name for our claims by which whoever started the run knows us."""
        self.worker = worker
        self.who = f"{worker.address}/{secrets.token_hex(4)}"
        self.stop = threading.Event()
        self._turn = threading.Lock()
        self._store: Store | None = None
        self._users = 0

    def history(self) -> Store:
        """The history of the run. Raises UnfitError where this machine does not see it, StoreError where it fails."""
        if self.version != __version__:
            raise UnfitError(f"a worker has {__version__} of the monitor, the run was started by {self.version}")
        fleet, here = self.fleet, socket.gethostname()
        if not fleet.store and not (Path(fleet.data) / run.HISTORY).exists():
            raise UnfitError(
                f"the worker on {here} does not see the history in {fleet.data}: over several machines it must stand in"
                " a database, see store: in docs/machines.md"
            )
        store = run.history(fleet)
        if not any((one.id, one.started_at) == (self.at.id, self.at.started_at) for one in store.runs(self.at.day)):
            store.close()
            raise UnfitError(f"the worker on {here} sees another history than the one that this run is kept in")
        return store

    @contextmanager
    def _shared_history(self) -> Iterator[Store]:
        """One history for all threads that are at work: a database has few connections to give."""
        with self._turn:
            self._store = self._store or self.history()
            self._users += 1
            store = self._store
        try:
            yield store
        finally:
            with self._turn:
                self._users -= 1
                if not self._users:
                    self._store = None
                    store.close()

    async def look(self, ids: list[str]) -> Said:
        """Look at some sites."""
        done: list[SiteDone] = []
        sites = [site for site in self.fleet.sites if site.id in ids]
        unasked = replace(self.fleet, crawl=replace(self.fleet.crawl, canaries=()))  # they are asked once, at the end
        watch = Watch(progress=self._tell(), done=done.append)
        return Said(await self._look(unasked, sites, watch), done)

    async def is_blind(self) -> bool:
        """Whether no canary answers here."""
        return (await self._look(self.fleet, [], Watch())).blind

    async def _look(self, fleet: Fleet, sites: list[Site], watch: Watch) -> Looked:
        stop = asyncio.Event()
        heeding = asyncio.ensure_future(self._heed(stop))
        zone = ZoneInfo(fleet.timezone)
        try:
            with self._shared_history() as store:
                return await run.look_at_all(
                    fleet, sites, store, self.at, now=lambda: datetime.now(zone), stop=stop, watch=watch, who=self.who
                )
        finally:
            heeding.cancel()

    async def _heed(self, stop: asyncio.Event) -> None:
        while True:
            if self.stop.is_set():
                stop.set()
            await asyncio.sleep(_HEED)

    def _tell(self) -> Any:
        spoken: dict[str, float] = {}

        def tell(progress: Progress) -> None:
            if time.monotonic() - spoken.get(progress.site_id, 0.0) > _TELL:
                spoken[progress.site_id] = time.monotonic()
                self.worker.log_event(self.name, pickle.dumps(progress))

        return tell


def _hand(name: str) -> Hand:
    hand: Hand = distributed.get_worker().plugins[name]
    return hand


def version() -> str:
    """The monitor's version here."""
    return __version__


def trouble(name: str, dask_worker: Any = None) -> Exception | None:
    """Why this worker cannot do its part; None when it can."""
    try:
        dask_worker.plugins[name].history().close()
    except (UnfitError, StoreError) as error:
        return error
    return None


def look(name: str, ids: list[str]) -> Said:
    """Look at some sites, in a thread of the worker."""
    return asyncio.run(_hand(name).look(ids))


async def is_blind(name: str, dask_worker: Any = None) -> bool:
    """Whether no canary answers here."""
    return await dask_worker.plugins[name].is_blind() is True


def halt(name: str, dask_worker: Any = None) -> None:
    """Let whoever looks at sites for this run come to an end soon."""
    dask_worker.plugins[name].stop.set()
