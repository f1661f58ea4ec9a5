"""Many slow hosts at once in one process of the monitor: its memory and CPU, and how fast it asks, as time goes on."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from portals import many
from portals.plan import FIRST_DAY

_TICK = os.sysconf("SC_CLK_TCK")
_ALONE = 0.5
"""Minutes for which the one host of the comparison is crawled, at most."""
_PAGES_A_SECOND = 1.2
_FEW_PAGES = 120
_DAY = FIRST_DAY.isoformat()


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the monitor's process. Seconds since its start, CPU seconds, kB; answers given by the server."""

    at: float
    cpu: float
    memory: int
    files: int
    served: int


def run(asked: argparse.Namespace) -> bool:
    """Crawl one host, then all of them; print what it took. Whether all that was said of the hosts is true."""
    pages = max(_FEW_PAGES, round(asked.minutes * 60 * _PAGES_A_SECOND))
    silent = round(asked.sites * asked.silent)
    with many.serve(pages, asked.latency) as port:
        few, _ = _crawl(asked, port, 1, 0, min(asked.minutes, _ALONE))
        samples, right = _crawl(asked, port, asked.sites - silent, silent, asked.minutes)
    print("\n".join(_lines(asked.sites, silent, few, samples)))
    return right


def _crawl(
    asked: argparse.Namespace, port: int, talking: int, silent: int, minutes: float
) -> tuple[list[Sample], bool]:
    """The daily run over so many hosts: its process every few seconds while it read pages, and whether it is right."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_sites(folder, port, talking, silent, minutes)
        words = [
            asked.monitor,
            "-m",
            "monitor",
            "crawl",
            "--config",
            "sites.yaml",
            "--today",
            "2026-11-23",
            *asked.more,
        ]
        before = _served(port)[0]
        with _process(words, folder) as crawl:
            samples = list(_samples(crawl, port, before, asked.every, minutes))
        if not (folder / "reports" / "latest" / "report.json").exists():
            raise SystemExit(f"the monitor failed ({crawl.returncode}):\n{(folder / 'err.txt').read_text()[-3000:]}")
        return samples, _is_right(folder, talking, silent)


@contextmanager
def _process(words: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "err.txt").open("wb") as said:
        crawl = subprocess.Popen(words, cwd=folder, stdout=said, stderr=said)
        try:
            yield crawl
            crawl.wait(300)
        finally:
            crawl.kill()
            crawl.wait()


def _write_sites(folder: Path, port: int, talking: int, silent: int, minutes: float) -> None:
    settings = (
        f"crawl: {{delay: 1, second_look: 5, concurrency: 2, sites_at_once: {talking + silent}, pages: 1000000, "
        f"depth: 100, minutes: {minutes}, contact: bench@example.invalid}}"
    )
    lines = ["office: bench", settings, "units: [{id: unit, name: unit}]", "sites:"]
    hosts = [many.host(n) for n in range(talking)] + [many.host(n, silent=True) for n in range(silent)]
    lines += [
        f'  - {{id: site{n}, name: "第{n}号门户", unit: unit, render: false, url: "http://{host}:{port}/"}}'
        for n, host in enumerate(hosts)
    ]
    (folder / "sites.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _samples(crawl: subprocess.Popen[bytes], port: int, before: int, every: float, minutes: float) -> Iterator[Sample]:
    """A sample each few seconds, from the first request on until the sites' time is over or the process has ended."""
    while _served(port)[0] == before and crawl.poll() is None:
        time.sleep(0.05)
    begun = time.monotonic()
    while (at := time.monotonic() - begun) < minutes * 60 and crawl.poll() is None:
        served = _served(port)[0] - before
        try:
            yield Sample(at, _cpu(crawl.pid), _memory(crawl.pid), _files(crawl.pid), served)
        except (OSError, IndexError):  # it has just ended
            return
        time.sleep(every)


def _served(port: int) -> tuple[int, int]:
    """Answers given and connections open, as the server counts them; its own are left out of the answers."""
    with urllib.request.urlopen(f"http://{many.host(0)}:{port}/served") as answer:
        given, opened = answer.read().split()
    return int(given), int(opened)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _is_right(folder: Path, talking: int, silent: int) -> bool:
    """Whether no talking host is accused of anything that is not so, and no silent one called well; tells in short."""
    report = json.loads((folder / "reports" / "latest" / "report.json").read_text("utf-8"))
    sites = {site["id"]: site for site in report["sites"]}
    counted = Counter((int(name[4:]) >= talking, site["verdict"]) for name, site in sites.items())
    pages = [site["pages"] for name, site in sites.items() if int(name[4:]) < talking]
    told = ", ".join(f"{n} {'silent' * mute} {verdict}".replace("  ", " ") for (mute, verdict), n in counted.items())
    print(
        f"{talking + silent} sites, {silent} of them silent: {told}; {min(pages)} to {max(pages)} pages read",
        flush=True,
    )
    accused = [link for link in report["links"] if link["state"] == "failing" and many.is_talking(link["url"])]
    return not accused and counted[False, "ok"] == talking and not counted[True, "ok"]


def _lines(sites: int, silent: int, few: list[Sample], samples: list[Sample]) -> Iterator[str]:
    """The table: the run in parts, one after the other."""
    alone = statistics.median(sample.memory for sample in few[len(few) // 2 :])
    yield "| seconds | requests/s | of the ideal | CPU of a core | ms a request | MB | kB a host | descriptors |"
    yield "|---" * 8 + "|"
    for first, last in _spans(samples):
        took, cpu, served = last.at - first.at, last.cpu - first.cpu, last.served - first.served
        cells = (
            f"{first.at:.0f}-{last.at:.0f}",
            f"{served / took:.0f}",
            f"{served / took / (sites - silent):.0%}",
            f"{cpu / took:.0%}",
            f"{cpu * 1000 / max(1, served):.2f}",
            f"{last.memory / 1024:.0f}",
            f"{(last.memory - alone) / max(1, sites - 1):.0f}",
            str(last.files),
        )
        yield f"| {' | '.join(cells)} |"
    yield f"one host alone: {alone / 1024:.0f} MB"


def _spans(samples: list[Sample], number: int = 10) -> Iterator[tuple[Sample, Sample]]:
    """The run in so many parts, the first and the last sample of each."""
    step = max(1, (len(samples) - 1) // number)
    marks = samples[::step]
    return pairwise(marks)
