"""A run over the workers of a Dask cluster, on many machines that share the history and nothing else."""

from __future__ import annotations

import asyncio

from monitor.cluster.faults import ClusterError, UnfitError
from monitor.model import Fleet, Site
from monitor.run import Clock, Looked, Watch
from monitor.store import Run, Store

__all__ = ["ClusterError", "UnfitError", "look_on_cluster"]


async def look_on_cluster(
    fleet: Fleet, sites: list[Site], store: Store, at: Run, /, *, now: Clock, stop: asyncio.Event, watch: Watch
) -> Looked:
    """Look at the sites on the cluster at `fleet.crawl.cluster`; a worker's share that dies is looked at by others.

    Raises ClusterError when the cluster fails us, UnfitError when it or this installation does not fit.
    """
    del now  # a clock does not travel
    try:
        from monitor.cluster import crew
    except ImportError as error:
        raise UnfitError('a cluster needs its driver: pip install "freshness-monitor[cluster]"') from error
    return await crew.look(fleet, sites, store, at, stop, watch)
