"""Which sites this process may look at: each is claimed before its look, and the claim renewed until its end."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from monitor.model import Site
from monitor.shares import by_host
from monitor.store import Run, Store, StoreError

_log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
"""So long a site waits for a machine that has died on it."""
_RENEWALS = 5
"""So often a lease is renewed before it would end: a slow hour of the database costs no claim."""
_ASK = 3.0
"""Seconds between two questions for sites that others have under way."""


def somebody(folder: Path) -> str:
    """A name for whoever claims sites now: machine, mark of its data folder, process, and a word against doubles."""
    return f"{_here(folder)}/{os.getpid()}/{secrets.token_hex(2)}"


def bury(store: Store, run: Run, folder: Path) -> None:
    """Give up what earlier processes of this folder claimed. For who holds the folder's lock: then they are dead."""
    for who in store.claimants(run):
        if who.startswith(f"{_here(folder)}/"):
            store.release(run, who)


def _here(folder: Path) -> str:
    """This machine and folder: two machines may have one name, and a folder may be copied, but hardly both."""
    mark = folder / "mark"
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(secrets.token_hex(4), encoding="ascii")
    return f"{socket.gethostname()}/{mark.read_text(encoding='ascii')}"


class Claims:
    """The claims of one who looks at sites for a run."""

    def __init__(self, store: Store, run: Run, who: str, now: Callable[[], datetime], sites: Iterable[Site]) -> None:
        self._groups = {site.id: [one.id for one in group] for group in by_host(sites) for site in group}
        self._store = store
        self._run = run
        self._who = who
        self._now = now

    def take(self, site: Site) -> bool:
        """Whether the site is ours: neither done in this run nor under way elsewhere, nor its host.

        The other sites of its host become ours with it.
        """
        return site.id in self._store.claim(self._run, self._groups[site.id], self._who, self._now(), LEASE)

    def give_back(self, site: Site) -> None:
        """End our claim on a site, looked at or not."""
        self._store.release(self._run, self._who, site.id)

    async def freed(self, sites: Iterable[Site], most: int, stop: asyncio.Event) -> list[Site]:
        """Wait for sites that others have under way: `most` of those that are ours now; [] once all are done.

        [] also when `stop` is set meanwhile.
        """
        waiting = {site.id: site for site in sites}
        while waiting and not stop.is_set():
            ours = self._store.claim(self._run, waiting, self._who, self._now(), LEASE, most=most)
            if ours:
                return [site for name, site in waiting.items() if name in ours]
            done = self._store.done_in(self._run.id)
            waiting = {name: site for name, site in waiting.items() if name not in done}
            if waiting:
                _log.info("%d sites are under way elsewhere", len(waiting))
                await _pause(stop, _ASK)
        return []

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew our leases as long as we are within, and leave none behind."""
        renewing = asyncio.ensure_future(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            with suppress(StoreError):  # then they run out by themselves
                self._store.release(self._run, self._who)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / _RENEWALS)
            try:
                self._store.renew(self._run, self._who, self._now(), LEASE)
            except StoreError as error:  # whoever keeps a site next hears of it, too; until then looks go on
                _log.warning("the claims on sites could not be renewed: %s", error)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
