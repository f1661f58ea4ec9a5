"""Whose turn it is: each site has its own second of the hour, so that the looks are spaced and spread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from monitor.model import Site

_DAY = 24 * 60 * 60


def due(sites: Iterable[Site], per_day: int, since: datetime, until: datetime) -> list[Site]:
    """The sites whose turn came after `since` and not after `until`, each once however long that is.

    A site has `per_day` turns a day at equal distances; which they are follows from its id.
    """
    if per_day <= 0 or until <= since:
        return []
    period = _DAY / per_day

    def turns(site: Site, moment: datetime) -> int:
        return int((moment.timestamp() - _share(site.id) * period) // period)

    return [site for site in sites if turns(site, until) > turns(site, since)]


@lru_cache(maxsize=100_000)
def _share(site: str) -> float:
    """Where in the time between two turns a site has its own, from 0 to 1."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:6], "big") / 2**48
