"""The monitor and other link checkers on the same generated portals, in turns, in one run. Prints a table.

`python bench/side_by_side.py cold`        one portal, everything for the first time (10,000 pages)
`python bench/side_by_side.py large`       the same portal with 10,000 and with 50,000 pages, the monitor alone
`python bench/side_by_side.py fleet`       200 portals of 50 pages
`python bench/side_by_side.py second-day`  a portal on two days, one page in a hundred changed, the monitor alone
`python bench/side_by_side.py hosts`       1,000 hosts at once, each answer a second late, the monitor alone
`python bench/side_by_side.py serve`       generate and serve, for trying things by hand
`python bench/side_by_side.py install`     get the other tools, into a folder outside the checkout

Ends with 1 when the monitor said anything that is not so. docs/bench.md has the figures.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hosts
import jobs
import ours
import table
from peers import programs
from peers.commands import PEERS
from portals import disk, nginx, slow
from portals.plan import Portal

SITES = Path(tempfile.gettempdir()) / "freshness-monitor-portals"
_PAGES = {"fleet": 50}
_LARGE = 5


def portals(asked: argparse.Namespace, pages: int, edition: int = 1) -> list[Portal]:
    """The portals of a task: one, or a fleet, each on an address of its own."""
    if asked.task != "fleet":
        return [Portal(pages=pages, edition=edition, seed=asked.seed)]
    hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(asked.sites)]
    return [
        Portal(host=host, name=f"第{n + 1}局门户", pages=pages, seed=asked.seed * 1000 + n, edition=edition)
        for n, host in enumerate(hosts)
    ]


def generate(asked: argparse.Namespace, pages: int, edition: int = 1) -> tuple[Path, ours.Truth]:
    """The portals' files, written where they are not there yet, and their truth."""
    kind = f"fleet-{asked.sites}" if asked.task == "fleet" else "portal"
    folder = asked.work / f"{kind}-{pages}-{asked.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    truth = disk.write(portals(asked, pages, edition), folder)
    told = f"{sum(len(site['pages']) for site in truth)} pages on {len(truth)} hosts"
    print(f"{told}, ready after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return folder, truth


@contextmanager
def served(asked: argparse.Namespace, folder: Path) -> Iterator[int]:
    """The portals' server; gives its port."""
    own = asked.latency > 0 or asked.server == "own"
    with slow.serve(folder, asked.latency) if own else nginx.serve(folder) as port:
        yield port


def race(asked: argparse.Namespace) -> list[table.Row]:
    """Every tool on the same portals, in turns."""
    folder, truth = generate(asked, asked.pages)
    with served(asked, folder) as port:
        work = {name: job for name in asked.tools if (job := jobs.job(asked, name, truth, port)) is not None}
        return jobs.in_turns(asked, work)


def large(asked: argparse.Namespace) -> list[table.Row]:
    """The monitor on a portal and on one five times as large."""
    work = {}
    sizes = (asked.pages, asked.pages * _LARGE)
    made = [generate(asked, size) for size in sizes]
    with served(asked, made[0][0]) as one, served(asked, made[1][0]) as other:
        for size, (_, truth), port in zip(sizes, made, (one, other), strict=True):
            work[f"{size:,} pages"] = jobs.of_ours(asked, truth, port)
        return jobs.in_turns(asked, work)


def second_day(asked: argparse.Namespace) -> list[table.Row]:
    """The monitor on a portal on two days in a row, the history kept; and on the second day without a history."""
    kept = asked.work / "history"
    folder, _ = generate(asked, asked.pages)

    def on(edition: int, name: str) -> jobs.Job:
        def job(own: Path) -> table.Run:
            _, truth = generate(asked, asked.pages, edition)
            place = own if name == "cold" else kept
            place.mkdir(exist_ok=True)
            if edition == 1:
                ours.forget(place)
            return jobs.ask_us(asked, "ours", truth, port, place)

        return job

    with served(asked, folder) as port:
        work = {"first day": on(1, "kept"), "second day": on(2, "kept"), "second day, no history": on(2, "cold")}
        rows = jobs.in_turns(asked, work)
    generate(asked, asked.pages)
    return rows


def serve(asked: argparse.Namespace) -> list[table.Row]:
    """Generate, serve, and wait."""
    folder, truth = generate(asked, asked.pages)
    with served(asked, folder) as port:
        print(f"http://{truth[0]['host']}:{port}/   truth: {folder / 'truth.json'}   Ctrl-C ends it", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return []


def many_hosts(asked: argparse.Namespace) -> list[table.Row]:
    """The monitor on many slow hosts at once; prints its own table."""
    if not hosts.run(asked):
        raise SystemExit(1)
    return []


TASKS = {"hosts": many_hosts, "cold": race, "fleet": race, "large": large, "second-day": second_day, "serve": serve}


def main() -> None:
    """Do the task, print the table."""
    asked = _asked()
    if asked.task == "install":
        programs.install(asked.peers)
        return
    rows = TASKS[asked.task](asked)
    if rows:
        print("\n".join(table.lines(rows)))
    names = {peer.name for peer in PEERS}
    if not all(run.right for row in rows if row.name not in names for run in row.runs):
        raise SystemExit(1)  # what is fast but wrong does not count


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=[*TASKS, "install"])
    names = ["ours", "check", *(peer.name for peer in PEERS)]
    parser.add_argument("--tools", default="ours,check,lychee,wget", help=f"of {', '.join(names)}; or all")
    parser.add_argument("--pages", type=int, help="of each portal; 10000, in a fleet 50")
    parser.add_argument("--sites", type=int, help="portals of a fleet, 200; hosts, 1000")
    parser.add_argument("--minutes", type=float, default=10.0, help="for which many hosts are crawled")
    parser.add_argument("--silent", type=float, default=0.0, help="share of many hosts that never answer")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two samples of many hosts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="medians are of so many runs")
    parser.add_argument("--connections", type=int, help="at once, for each tool; 32, in a fleet 64")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds after which a tool is stopped")
    parser.add_argument("--latency", type=float, help="seconds before each answer (our own server); 0, of many hosts 1")
    parser.add_argument("--server", choices=["nginx", "own"], default="nginx")
    parser.add_argument("--monitor", default=sys.executable, help="the Python that has the monitor to be measured")
    parser.add_argument("--more", default="", help='further words for `monitor crawl`, such as "--workers 2"')
    parser.add_argument("--peers", type=Path, default=programs.FOLDER, help="where the other tools are installed")
    parser.add_argument("--work", type=Path, default=SITES, help="where the portals are written, and kept")
    asked = parser.parse_args()
    asked.tools = names if asked.tools == "all" else asked.tools.split(",")
    if unknown := set(asked.tools) - set(names):
        parser.error(f"--tools: there is no {', '.join(sorted(unknown))}")
    if asked.task == "fleet":  # one portal only
        asked.tools = [name for name in asked.tools if name != "check"]
    asked.pages = asked.pages or _PAGES.get(asked.task, 10_000)
    asked.connections = asked.connections or (64 if asked.task == "fleet" else 32)
    asked.sites = asked.sites or (1000 if asked.task == "hosts" else 200)
    if asked.latency is None:
        asked.latency = 1.0 if asked.task == "hosts" else 0.0
    asked.more = shlex.split(asked.more)
    return asked


if __name__ == "__main__":
    main()
