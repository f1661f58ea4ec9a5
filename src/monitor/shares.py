"""Which sites stay together when a run is shared out: those of one host, for it is asked politely by one at a time."""

from __future__ import annotations

from collections.abc import Iterable

from monitor import urls
from monitor.model import Site


def by_host(sites: Iterable[Site]) -> list[list[Site]]:
    """The sites by host and port, in the order in which they come."""
    hosts: dict[str, list[Site]] = {}
    for site in sites:
        hosts.setdefault(urls.bare(urls.authority(site.url)), []).append(site)
    return list(hosts.values())


def shares(sites: Iterable[Site], workers: int) -> list[list[Site]]:
    """The sites dealt out to so many workers at most, none empty, those of one host together."""
    dealt: list[list[Site]] = [[] for _ in range(max(1, workers))]
    for group in sorted(by_host(sites), key=len, reverse=True):
        min(dealt, key=len).extend(group)
    return [share for share in dealt if share]
