"""The workers of a Dask cluster at work on a run, as the one who started it sees them. Door for distributed."""

from __future__ import annotations

import asyncio
import logging
import pickle
import secrets
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, suppress
from typing import Any

import distributed

from monitor import __version__
from monitor.cluster import hand
from monitor.cluster.faults import ClusterError, UnfitError
from monitor.digest import not_looked_at
from monitor.model import Fleet, Site, SiteFinding
from monitor.run import Looked, Watch
from monitor.shares import by_host
from monitor.store import Run, Store, StoreError

_log = logging.getLogger(__name__)
_ANSWERS = 10
"""Seconds in which a cluster answers, or is not there."""
_HEED = 0.2
"""Seconds after which a stop is heeded."""
_ROUND = 2.0
"""Seconds between two looks at who is still there."""
_ALONE = 60.0
"""Seconds without any worker after which the run ends."""


async def look(fleet: Fleet, sites: list[Site], store: Store, at: Run, stop: asyncio.Event, watch: Watch) -> Looked:
    """Look at the sites on the cluster, and tell what is left to say."""
    if not sites:
        return Looked(missed=[], blind=False)
    async with _reached(fleet.crawl.cluster) as client:
        try:
            await _examine(client)
            crew = _Crew(client, fleet, store, at, watch)
            await crew.furnish()
            try:
                missed = await crew.work(sites, stop)
                blind = bool(fleet.crawl.canaries) and not stop.is_set() and await crew.is_blind()
            finally:
                await crew.send_home()
        except (OSError, CancelledError) as error:  # of the line to the scheduler, in whichever of these steps
            raise ClusterError(
                f"the scheduler at {fleet.crawl.cluster} is gone; what was kept is kept, and the next start goes on"
                " with this run"
            ) from error
    return Looked(missed=missed, blind=blind)


@asynccontextmanager
async def _reached(address: str) -> AsyncIterator[Any]:
    """The cluster at an address."""
    for name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they would say with a trace we say in a sentence
    try:
        client = await distributed.Client(address, asynchronous=True, timeout=_ANSWERS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"nobody answers at {address}: start the scheduler (dask scheduler), or correct the address"
        ) from error
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            await client.close(timeout=_ANSWERS)


async def _examine(client: Any) -> None:
    """Refuse a cluster without workers, and workers with another version of the monitor than ours."""
    versions: dict[str, Any] = await client.run(hand.version, on_error="return")
    if not versions:
        raise ClusterError(
            f"the cluster at {client.scheduler.address} has no workers: start some"
            f" (dask worker {client.scheduler.address} --nthreads 50)"
        )
    for worker, version in versions.items():
        if isinstance(version, ModuleNotFoundError):
            raise UnfitError(f"the worker {worker} lacks the monitor: install freshness-monitor {__version__} there")
        if version != __version__:
            has = version if isinstance(version, str) else "another version"
            raise UnfitError(f"the worker {worker} has {has} of the monitor, here is {__version__}: install the same")


class _Crew:
    """The cluster's workers, furnished for a run."""

    def __init__(self, client: Any, fleet: Fleet, store: Store, at: Run, watch: Watch) -> None:
        self._client = client
        self._fleet = fleet
        self._store = store
        self._at = at
        self._watch = watch
        self._name = f"monitor-{at.id}-{secrets.token_hex(4)}"
        self._workers: set[str] = set()
        self._alone_since: float | None = None

    async def furnish(self) -> None:
        """Give every worker, those who come later too, what it needs; each must see the history of this run."""
        await self._client.register_plugin(hand.Hand(self._name, self._fleet, self._at), name=self._name)
        self._client.subscribe_topic(self._name, self._hear)
        for trouble in (await self._client.run(hand.trouble, self._name)).values():
            if trouble:
                raise trouble
        self._workers = await self._present()

    async def work(self, sites: list[Site], stop: asyncio.Event) -> list[SiteFinding]:
        """Let the sites be looked at, those of one host as one task; the sites that nobody looked at."""
        missed: list[SiteFinding] = []
        tasks = {asyncio.ensure_future(self._share(group)): group for group in by_host(sites)}
        watching = asyncio.ensure_future(self._watch_over(stop))
        try:
            left = set(tasks)
            while left:
                both: set[asyncio.Future[Any]] = {*left, watching}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    await watching  # it ends only by what it raises
                for task in {task for task in left if task.done()}:
                    left.discard(task)
                    missed += self._heard(task, tasks[task])
        finally:
            for one in (*tasks, watching):
                one.cancel()
            await asyncio.gather(*tasks, watching, return_exceptions=True)
        return missed

    async def _share(self, group: list[Site]) -> hand.Said:
        ids = [site.id for site in group]
        future = self._client.submit(hand.look, self._name, ids, key=f"{self._name}-{ids[0]}", pure=False)
        said: hand.Said = await future
        return said

    def _heard(self, task: asyncio.Future[hand.Said], group: list[Site]) -> list[SiteFinding]:
        """What a share brought: its sites are told; those that it has not looked at are given, with the reason."""
        try:
            said = task.result()
        except (StoreError, ClusterError, OSError, CancelledError):
            raise
        except distributed.KilledWorker:
            why = "its worker died, again and again; see the worker's log"
        except Exception:
            _log.exception("the monitor itself failed on a worker")
            why = "the monitor itself failed on this site; see the log"
        else:
            for site in said.done:
                self._watch.done(site)
            return said.looked.missed
        done = self._store.done_in(self._at.id)
        return [not_looked_at(site, why) for site in group if site.id not in done]

    async def _watch_over(self, stop: asyncio.Event) -> None:
        """Pass a stop on, give up the claims of workers that are gone, and see that the scheduler and any are there."""
        told = False
        waited = _ROUND
        while True:
            if stop.is_set() and not told:
                told = True
                await self._client.run(hand.halt, self._name, on_error="ignore")
            if waited >= _ROUND:
                waited = 0.0
                await self._count()
            await asyncio.sleep(_HEED)
            waited += _HEED

    async def _count(self) -> None:
        present = await self._present()
        for gone in self._workers - present:
            for who in self._store.claimants(self._at):
                if who.startswith(f"{gone}/"):
                    _log.warning("the worker %s is gone; its sites are looked at by others", gone)
                    self._store.release(self._at, who)
        self._workers = present
        now = asyncio.get_running_loop().time()
        self._alone_since = None if present else self._alone_since or now
        if self._alone_since is not None and now - self._alone_since > _ALONE:
            raise ClusterError(
                f"no worker is left at {self._fleet.crawl.cluster}; start some; the next start goes on with this run"
            )

    async def _present(self) -> set[str]:
        if self._client.status != "running":
            raise ConnectionError(self._client.status)
        known = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), _ANSWERS)
        return set(known["workers"])

    def _hear(self, event: tuple[float, bytes]) -> None:
        self._watch.progress(pickle.loads(event[1]))  # noqa: S301 - from our own workers, as all results are

    async def is_blind(self) -> bool:
        """Whether a worker reaches none of the canaries: nobody is accused on its word."""
        said = await self._client.run(hand.is_blind, self._name, on_error="ignore")
        return any(said.values())

    async def send_home(self) -> None:
        """Stop who is still at work, and take back what was given."""
        if self._client.status == "running":
            with suppress(OSError, TimeoutError, ValueError):
                await asyncio.wait_for(self._client.run(hand.halt, self._name, on_error="ignore"), _ANSWERS)
                await asyncio.wait_for(self._client.unregister_worker_plugin(self._name), _ANSWERS)
