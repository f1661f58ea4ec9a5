"""Other link checkers against the same fault server, where they are installed, in the same table as ours.

`python bench/peers_faults.py [--limit SECONDS] [--peers FOLDER]`; `side_by_side.py install` gets the tools.
Each is shown one page with a link to every case, once, with a time-out of five seconds for a link where it knows one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from faults import CASES, House, Truth  # noqa: E402
from faults.check import look_at_all  # noqa: E402
from monitor.model import LinkState  # noqa: E402
from peers import answers, programs  # noqa: E402

SPIDER = """
import json, scrapy, sys
class One(scrapy.Spider):
    name = "one"
    custom_settings = {"ROBOTSTXT_OBEY": False, "DOWNLOAD_TIMEOUT": 5, "RETRY_TIMES": 1, "LOG_LEVEL": "CRITICAL",
                       "CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64, "HTTPERROR_ALLOW_ALL": True,
                       "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False}
    def parse(self, response):
        for href in response.css("a::attr(href)").getall():
            yield scrapy.Request(href, callback=self.seen, errback=self.failed, meta={"asked": href}, dont_filter=True)
    def seen(self, response):
        yield {"url": response.meta["asked"], "ok": response.status < 400}
    def failed(self, failure):
        yield {"url": failure.request.meta["asked"], "ok": False}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its program, its command line for a page, and how to read what it prints."""

    name: str
    command: Callable[[str, str, Path], list[str]]
    read: Callable[[str, Path], answers.Verdicts]


def _lychee(program: str, page: str, _: Path) -> list[str]:
    return [program, "--format", "json", "-vv", "--no-progress", "--timeout", "5", "--max-retries", "1", page]


def _linkchecker(program: str, page: str, _: Path) -> list[str]:
    return [program, "-r1", "--no-robots", "--check-extern", "--timeout=5", "-t32", "-v", "-o", "csv", page]


def _linkinator(program: str, page: str, _: Path) -> list[str]:
    return [program, page, "--format", "json", "--timeout", "5000", "--concurrency", "64"]


def _scrapy(program: str, page: str, folder: Path) -> list[str]:
    spider = folder / "spider.py"
    spider.write_text(SPIDER + f"    start_urls = [{page!r}]\n")
    return [program, "runspider", str(spider), "-o", str(folder / "seen.jsonl")]


PEERS = (
    Peer("lychee", _lychee, answers.lychee),
    Peer("linkchecker", _linkchecker, answers.linkchecker),
    Peer("linkinator", _linkinator, answers.linkinator),
    Peer("scrapy", _scrapy, answers.scrapy),
)


async def _most_held(pid: int) -> int:
    """The most megabytes that a program held until it ended; 0 where the system does not tell."""
    most = 0
    while held := _held(pid):
        most = held
        await asyncio.sleep(0.2)
    return most


def _held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM")), 0)


async def _run(peer: Peer, program: str, house: House, limit: float) -> tuple[answers.Verdicts, float, int, str]:
    """Verdicts, seconds, peak megabytes of the tool, and what went wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trust = {"SSL_CERT_FILE": str(house.papers.ca_file), "NODE_EXTRA_CA_CERTS": str(house.papers.ca_file)}
        begun = time.monotonic()
        printed = folder / "printed"
        with printed.open("wb") as sink:
            child = await asyncio.create_subprocess_exec(
                *peer.command(program, house.doors["index"] + "/", folder),
                stdout=sink,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, **trust},
                cwd=folder,
            )
        wrong = ""
        held = asyncio.create_task(_most_held(child.pid))
        try:
            await asyncio.wait_for(child.wait(), limit)
        except TimeoutError:
            child.kill()
            await child.wait()
            wrong = f"did not end in {limit:.0f} s"
        seconds = time.monotonic() - begun
        megabytes = await held
        out = printed.read_bytes()
        try:
            verdicts = peer.read(out.decode("utf-8", "replace"), folder)
        except (ValueError, KeyError, TypeError):
            verdicts = {}
            wrong = wrong or "told nothing that can be read"
        return verdicts, seconds, megabytes, wrong


def _row(name: str, verdicts: answers.Verdicts, seconds: float, megabytes: float, hits: int, wrong: str) -> str:
    """One line of the table; `verdicts` by case name."""

    def count(truths: set[Truth], ok: bool | None) -> str:
        these = [c.name for c in CASES if c.truth in truths]
        return f"{sum(verdicts.get(n) is ok for n in these)}/{len(these)}"

    living = {Truth.PAGE, Truth.PART, Truth.FILE}
    cells = [
        name,
        count(living, False),
        count({Truth.WALL}, False),
        count({Truth.MISSING}, True),
        count({Truth.TAKEN}, True),
        str(sum(c.name not in verdicts for c in CASES)),
        str(hits),
        f"{seconds:.0f}",
        f"{megabytes:.0f}",
        wrong,
    ]
    return "| " + " | ".join(cells) + " |"


async def _ours() -> str:
    found = await look_at_all(CASES, 5.0)
    bad = {LinkState.DEAD, LinkState.FAILING}
    told = {n: LinkState(o.state) not in bad for n, o in found.outcomes.items() if o.state}
    # A suspicious or unverified link is told as such: neither "works" nor "broken".
    for name, outcome in found.outcomes.items():
        if outcome.state in (LinkState.SUSPICIOUS, LinkState.UNVERIFIED):
            told[name] = None  # type: ignore[assignment]
    return _row("ours (server and all)", told, found.seconds, found.megabytes, found.forbidden_hits, "")


async def _table(limit: float, folder: Path) -> None:
    print(f"{len(CASES)} cases\n")
    print("| tool | living called broken | walls called broken | gone called alive | taken over called alive "
          "| not judged | forbidden fetches | seconds | MB | |")  # fmt: skip
    print("|---" * 10 + "|")
    print(await _ours(), flush=True)
    for peer in PEERS:
        program = programs.find(peer.name, folder)
        if program is None:
            print(f"| {peer.name} | not installed |" + " |" * 8)
            continue
        async with House(CASES) as house:
            told, seconds, megabytes, wrong = await _run(peer, program, house, limit)
            by_name = {c.name: told[u] for c in CASES if (u := house.address(c)) in told}
            print(_row(peer.name, by_name, seconds, megabytes, house.forbidden_hits, wrong), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=180.0, help="seconds that a tool may take for all")
    parser.add_argument("--peers", type=Path, default=programs.FOLDER, help="where the tools were installed")
    asked = parser.parse_args()
    asyncio.run(_table(asked.limit, asked.peers))


if __name__ == "__main__":
    main()
