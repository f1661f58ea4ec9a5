"""Every case through our own fetch and verdicts: what came out, how long it took and what it cost."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from faults.case import Case
from faults.house import House
from faults.table import CASES
from monitor import links, text
from monitor.fetch import Aim, Fetcher, Policy
from monitor.model import Fetch, LinkState


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case as it was judged."""

    name: str
    state: str
    reason: str
    seconds: float
    shows: bool
    """Whether the words that the text must hold are there."""
    tls_fault: str
    crash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All cases at once."""

    outcomes: dict[str, Outcome]
    seconds: float
    megabytes: float
    """The most that this process held, server and all."""
    forbidden_hits: int

    def plain(self) -> dict[str, object]:
        return {**asdict(self), "outcomes": {k: asdict(v) for k, v in self.outcomes.items()}}


def policy_for(house: House, deadline: float) -> Policy:
    """Manners off, guards on: the house's own doors are allowed, the forbidden one is not."""
    second = house.doors["second"].rpartition(":")[2]
    return Policy(
        delay=0.0,
        concurrency=1000,
        deadline=deadline,
        try_deadline=deadline * 0.7,
        pause=0.05,
        pause_cap=0.2,
        obey_robots=False,
        allow_authorities=house.authorities | {f"localhost:{second}"},
        cafile=str(house.papers.ca_file),
    )


def words_of(fetch: Fetch) -> str:
    """The body as markup where it may be markup; "" for files."""
    kind = fetch.headers.get("content-type", "").lower()
    start = fetch.body[:200].lstrip().lstrip(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf", b"\xff\xd8", b"\x89PNG")):
        return ""
    if start.startswith(b"<") or not kind or "html" in kind or "text/plain" in kind:
        return text.decode(fetch.body, kind).text
    return ""


async def judge(fetcher: Fetcher, house: House, one: Case, aim: Aim) -> Outcome:
    """One case: look, decode, compare with the site's answer for missing pages, judge."""
    begun = time.monotonic()
    try:
        address = house.address(one)
        fetch = await fetcher.look(address, aim=aim)
        markup = words_of(fetch)
        home, missing = "", None
        if one.group == "soft":
            origin = "/".join(address.split("/")[:3])
            home = origin + "/"
            probes = [await fetcher.look(origin + links.probe_path(seed)) for seed in ("one", "two")]
            missing = links.missing_page(probes, [words_of(p) for p in probes], home)
        said = links.verdict(fetch, text=markup, missing=missing, home=home, official=one.group == "taken")
    except Exception as error:
        return Outcome(name=one.name, state="", reason="", seconds=0, shows=False, tls_fault="", crash=repr(error))
    return Outcome(
        name=one.name,
        state=said.state.value,
        reason=said.reason,
        seconds=round(time.monotonic() - begun, 2),
        shows=one.shows in markup,
        tls_fault=fetch.tls_fault.value if fetch.tls_fault else "",
    )


async def look_at_all(cases: Iterable[Case], deadline: float = 3.0, aim: Aim = Aim.LINK) -> Round:
    """All these cases at once, against a house that serves the whole table."""
    cases = tuple(cases)
    async with House(CASES) as house:
        begun = time.monotonic()
        async with Fetcher(policy_for(house, deadline)) as fetcher:
            found = await asyncio.gather(*(judge(fetcher, house, c, aim) for c in cases))
        seconds = time.monotonic() - begun
        hits = house.forbidden_hits
    return Round(
        outcomes={o.name: o for o in found}, seconds=round(seconds, 1), megabytes=round(_peak()), forbidden_hits=hits
    )


def _peak() -> float:
    """The most memory this process held, in MB. Linux counts into `ru_maxrss` what its parent held when it was born."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def fits(one: Case, outcome: Outcome) -> str:
    """What is wrong with an outcome; "" when nothing is."""
    if outcome.crash:
        return f"crash: {outcome.crash}"
    if LinkState(outcome.state) not in one.expected:
        wanted = " or ".join(sorted(one.expected))
        return f"{outcome.state} ({outcome.reason}), expected {wanted}: {one.truth.value}"
    if not outcome.shows:
        return f"the text lacks “{one.shows}”"
    if one.fault and one.fault not in outcome.tls_fault:
        return f"TLS fault {outcome.tls_fault!r}, expected {one.fault!r}"
    return ""
