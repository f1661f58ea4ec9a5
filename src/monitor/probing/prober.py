"""One look at each of some home pages, and whether what failed may be held against anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from monitor import run, urls
from monitor.fetch import Aim, Fetcher, Policy, Tries
from monitor.model import Fetch, Fleet, Probe, Site
from monitor.probing.sight import probe_of

PATIENCE = 15.0
"""Seconds in which a home page must open: what the census gives it."""
_WITNESSES = 3
_NO_CANARY = "no canary answers"
_NO_SITE = "no site answers; name canaries in sites.yaml where so few sites are watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What looks at some home pages brought."""

    probes: tuple[Probe, ...] = ()
    left_out: tuple[str, ...] = ()
    """Sites, by id, of which the look says nothing: the fault was ours."""
    blind: str = ""
    """Why the monitor's own network is at fault, so that nothing is said of anybody; "" when it is not."""


class Prober:
    """Looks at home pages. As long as it lives it knows who answered last, and what robots.txt said today."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        """`patience`: seconds in which a home page must open."""
        self._patience = patience
        self._answered: dict[str, None] = {}
        self._refusals: dict[str, tuple[date, str]] = {}

    async def look(self, fleet: Fleet, sites: list[Site]) -> Round:
        """One look at each home page, all at the same time; where one failed, our own network is asked about, too."""
        witnesses = [] if fleet.crawl.canaries else self._witnesses(fleet, sites)
        async with Fetcher(self._manners(fleet, [*sites, *witnesses])) as fetcher:
            canaries = _Canaries(fetcher, fleet.crawl.canaries)
            looks = await asyncio.gather(*(self._look_at(site, fetcher, canaries) for site in sites))
            probes = tuple(look for look in looks if look is not None)
            if canaries.silent:
                return Round(blind=_NO_CANARY)
            if not fleet.crawl.canaries and not await _is_answered(fetcher, probes, witnesses):
                return Round(blind=_NO_SITE)
        left_out = tuple(site.id for site, look in zip(sites, looks, strict=True) if look is None)
        return Round(probes=probes, left_out=left_out)

    def _manners(self, fleet: Fleet, sites: Iterable[Site]) -> Policy:
        limit = self._patience
        return replace(
            run.policy(fleet.crawl, sites),
            deadline=limit,
            try_deadline=limit,
            robots_deadline=limit,
            connect_timeout=limit,
            dns_timeout=limit,
            tries=Tries(timeout=1, dropped=2, busy=2),
        )

    async def _look_at(self, site: Site, fetcher: Fetcher, canaries: _Canaries) -> Probe | None:
        now = datetime.now(UTC)
        refusal = await self._refusal(site, fetcher, now.date())
        if refusal:
            return Probe(site=site.id, at=now, seconds=None, open=False, doubtful=True, reason=refusal)
        fetch = await fetcher.look(site.url, aim=Aim.LINK)
        self._heard(site, fetch)
        probe = probe_of(site.id, fetch, whole=fetcher.policy.link_bytes)
        if probe is not None and _failed(probe):
            await canaries.ask()  # at once: a moment later our network may be well again
        return probe

    async def _refusal(self, site: Site, fetcher: Fetcher, today: date) -> str:
        """Why robots.txt keeps us out, asked for once a day; "" when it does not, or says nothing just now."""
        day, said = self._refusals.get(site.id, (None, ""))
        if day != today:
            permission = await fetcher.permits(site.url)
            said = permission.reason if permission.good and not permission.allowed else ""
            if permission.good or permission.allowed:  # else it could not be read, and is asked for again next time
                self._refusals[site.id] = today, said
        return said

    def _heard(self, site: Site, fetch: Fetch) -> None:
        self._answered.pop(site.id, None)
        if fetch.status is not None:
            self._answered[site.id] = None  # the last to answer stands last

    def _witnesses(self, fleet: Fleet, sites: list[Site]) -> list[Site]:
        """Sites on other hosts that stand in for canaries, those first that answered last."""
        known = {site.id: site for site in fleet.sites}
        hosts = {_host(site) for site in sites}
        chosen: list[Site] = []
        for name in (*reversed(self._answered), *known):
            site = known.get(name)
            if site is not None and _host(site) not in hosts:
                hosts.add(_host(site))
                chosen.append(site)
            if len(chosen) == _WITNESSES:
                break
        return chosen


class _Canaries:
    """The addresses that always answer; asked after each failure, and once for all that failed meanwhile."""

    def __init__(self, fetcher: Fetcher, addresses: tuple[str, ...]) -> None:
        self._fetcher = fetcher
        self._addresses = addresses
        self._asking = asyncio.Lock()
        self._asked = 0.0
        self.silent = False
        """Whether none of them answered when it was asked for."""

    async def ask(self) -> None:
        """See whether any answers now, where there are any, unless that was asked since this call."""
        clock = asyncio.get_running_loop().time
        failed = clock()
        async with self._asking:
            if self._addresses and not self.silent and self._asked < failed:
                self._asked = clock()
                self.silent = not await _any_answers(self._fetcher, self._addresses)


def _failed(probe: Probe) -> bool:
    return not probe.open and not probe.doubtful


async def _is_answered(fetcher: Fetcher, probes: Iterable[Probe], witnesses: Iterable[Site]) -> bool:
    """Whether, if any look failed, another site answers: one of the same batch, or a witness."""
    probes = list(probes)
    if not any(map(_failed, probes)) or any(probe.seconds is not None for probe in probes):
        return True
    return await _any_answers(fetcher, [site.url for site in witnesses])


def _host(site: Site) -> str:
    return urls.bare(urls.authority(site.url))


async def _any_answers(fetcher: Fetcher, addresses: Iterable[str]) -> bool:
    """Whether any of the addresses answers, whatever it says."""
    looks = await asyncio.gather(*(fetcher.look(address, aim=Aim.LINK) for address in addresses))
    return any(look.status is not None for look in looks)
