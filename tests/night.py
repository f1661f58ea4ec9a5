"""Nights over the made-up city in which a fifth of all answers is spoiled; no fault may be told that is not there.

By hand: `python tests/night.py [NIGHTS]`, each night of another day and seed over one history.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from monitor import config, demo, urls
from monitor.crawl import crawl_site
from monitor.demo.server import plainly
from monitor.digest import Digest, digest, faults_of, report
from monitor.fetch import Fetcher, Policy
from monitor.model import Fleet, Report, RunInfo
from monitor.store import Run, Seen, Store, opened

TODAY = date(2026, 11, 23)
_PROBE = re.compile(r"/[a-z]{16}\.html$")
FAULTS = ("503", "429", "reset", "silent", "hung up", "hollow", "cut", "cut short of rows", "drip", "slow drip")
QUICK = Policy(
    delay=0.0,
    concurrency=8,
    deadline=2.5,
    try_deadline=0.8,
    robots_deadline=1.0,
    pause=0.02,
    pause_cap=0.1,
    backoff_cap=0.05,
    mute_for=0.5,
)
"""The manners of a real night with its times shortened: nothing here is far away."""


@dataclass(slots=True)
class Weather:
    """Which answers are spoiled, and how: the same for the same seed, target and visit, another at the next visit."""

    seed: int
    share: float
    visits: Counter[str] = field(default_factory=Counter)
    spoiled: Counter[str] = field(default_factory=Counter)

    def fault(self, asked: str) -> str:
        """What befalls this visit; "" for nothing."""
        asked = _PROBE.sub("/a-page-that-cannot-exist", asked)  # its name goes by the port
        self.visits[asked] += 1
        digest_ = hashlib.sha256(f"{self.seed} {asked} {self.visits[asked]}".encode()).digest()
        if int.from_bytes(digest_[:4], "big") >= self.share * 2**32:
            return ""
        fault = FAULTS[digest_[4] % len(FAULTS)]
        self.spoiled[fault] += 1
        return fault

    async def say(self, asked: str, letter: bytes, writer: asyncio.StreamWriter) -> bool:
        """Send an answer, or what is left of it."""
        fault = self.fault(asked)
        head, _, body = letter.partition(b"\r\n\r\n")
        match fault:
            case "":
                return await plainly(asked, letter, writer)
            case "503":
                return await plainly(asked, _busy("503 Service Unavailable"), writer)
            case "429":
                return await plainly(asked, _busy("429 Too Many Requests", "Retry-After: 1"), writer)
            case "reset":
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            case "silent":
                await asyncio.sleep(5)
            case "hollow":
                return await plainly(
                    asked, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: text/html\r\n\r\n", writer
                )
            case "cut":
                await plainly(asked, letter[: len(head) + 4 + len(body) // 2], writer)
            case "cut short of rows":
                main = max(body.find(b"<ul"), body.find(b"<table"), len(body) // 5)
                await plainly(asked, letter[: len(head) + 4 + main], writer)
            case "drip" | "slow drip":
                await _drip(letter, writer, 0.3 if fault == "drip" else 2.0)
                return True
        return False


def _busy(status: str, *headers: str) -> bytes:
    body = "<html><title>busy</title><h1>服务器繁忙，请稍后再试</h1></html>".encode()
    lines = (f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _drip(letter: bytes, writer: asyncio.StreamWriter, seconds: float) -> None:
    step = len(letter) // 10 + 1
    for start in range(0, len(letter), step):
        await plainly("", letter[start : start + step], writer)
        await asyncio.sleep(seconds / 10)


@dataclass(frozen=True, slots=True)
class Night:
    """What a night brought."""

    report: Report
    comparison: demo.Comparison
    spoiled: Counter[str]
    answers: int
    seconds: float


@contextmanager
def stormy(weather: Weather, folder: Path, day: date) -> Iterator[tuple[demo.Served, Fleet]]:
    """The city in this weather, and its fleet as sites.yaml tells it."""
    with demo.serve(demo.city(day), say=weather.say) as served:
        config_file = folder / "sites.yaml"
        config_file.write_text(demo.sites_yaml(served, folder), encoding="utf-8")
        yield served, config.load(config_file)


async def look_at_all(fleet: Fleet, store: Store, run: Run, policy: Policy) -> list[Digest]:
    """The day's run with manners of our own: crawl, judge by the history, keep."""
    listed = {urls.authority(site.url) for site in fleet.sites}
    policy = replace(policy, allow_private=fleet.crawl.allow_private, allow_authorities=frozenset(listed))

    async def one(index: int, fetcher: Fetcher) -> Digest:
        site = fleet.sites[index]
        crawl = await crawl_site(
            site, fetcher, neighbours=frozenset(urls.bare(urls.authority(s.url)) for s in fleet.sites if s is not site),
            today=run.day, now=lambda: datetime.now(UTC), concurrency=policy.concurrency, gap=0.1,
        )  # fmt: skip
        said = digest(crawl, store.faults(site.id), run.day, store.items(site.id))
        seen = [Seen(kind=kind, url=url, subject=subject) for kind, url, subject in faults_of(said)]
        store.site_done(
            run, site.id, complete=crawl.complete, findings="{}", seen=seen, fixed=said.closed,
            now=datetime.now(UTC), items=said.items,
        )  # fmt: skip
        return said

    async with Fetcher(policy) as fetcher:
        return list(await asyncio.gather(*(one(index, fetcher) for index in range(len(fleet.sites)))))


def night(weather: Weather, folder: Path, day: date = TODAY, policy: Policy = QUICK) -> Night:
    """One night over the history below `folder`."""
    begun = time.monotonic()
    with stormy(weather, folder, day) as (served, fleet), opened(folder / "history.db") as store:
        now = datetime.now(UTC)
        run = store.begin(day, "*", now)
        digests = asyncio.run(look_at_all(fleet, store, run, policy))
        store.finish(run.id, complete=True, held="", queued=(), now=now)
        info = RunInfo(
            id=run.id, started_at=now, finished_at=now, today=day, complete=True,
            sites_checked=len(digests), sites_total=len(digests),
        )  # fmt: skip
        whole = report(info, fleet.office, digests)
        compared = demo.compare(demo.truth(served), whole)
    return Night(whole, compared, weather.spoiled, weather.visits.total(), time.monotonic() - begun)


def tell(number: int, one: Night) -> str:
    """A night in a few lines."""
    found, kinds = one.comparison, ", ".join(f"{count} {kind}" for kind, count in one.spoiled.most_common())
    lines = [
        f"night {number}: {one.spoiled.total()} of {one.answers} answers spoiled ({kinds}) in {one.seconds:.0f} s;"
        f" {found.found} of {found.planted} facts told rightly, {len(found.wrong)} wrong accusations"
    ]
    return "\n".join([*lines, *(f"  WRONG {w}" for w in found.wrong), *(f"  missed {m}" for m in found.missed)])


def main() -> int:
    """So many nights (3) over one history, and what came of them."""
    nights, wrong = int(sys.argv[1]) if len(sys.argv) > 1 else 3, 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(nights):
            day = TODAY + timedelta(days=number)
            one = night(Weather(seed=number, share=0.2), Path(folder), day)
            wrong += len(one.comparison.wrong)
            sys.stdout.write(tell(number + 1, one) + "\n")
            sys.stdout.flush()
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
