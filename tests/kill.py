"""Kills the daily run at any moment, starts it again until it is complete, and holds what stands then against a run
that nobody disturbed. By hand: `python3 dev.py kill [N]`; a small one stands among the tests."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from monitor import demo
from monitor.demo.server import plainly

YESTERDAY, TODAY = date(2026, 11, 22), date(2026, 11, 23)
CITY = ("czj", "nyj", "wlj", "gxj", "zjj", "rsj")
SMALL_CITY = ("zrj", "nyj", "mzj")
KILLS_A_ROUND = 6
"""After so many a run is left in peace: it must come to its end."""
_LATENCY = 0.005
_WAKING = 0.35
"""The share of a run's time before it begins to work."""
_PROBE = re.compile(r"([a-z]+)/[a-z]{16}\.html")
_LONGEST_RUN = 60.0
_HISTORY = (
    "SELECT site, kind, url, subject, first_seen, last_seen, days, fixed_on FROM fault",
    "SELECT site, column_url, key, title, url, published, whole, first_seen, last_seen FROM item",
    "SELECT site, column_url, data_url, found_on FROM data_address",
    "SELECT day, site, run, complete FROM site_day",
    "SELECT id, day, fleet, complete, held FROM run",
    "SELECT dedupe_key, recipient, state, tries FROM outbox",
    "SELECT day, site FROM claim",
    "SELECT number, unit, due, points FROM notice",
    "SELECT site, kind, url, stage, notice, point, due, times FROM notice_case",
    "SELECT seq, site, kind, url, step, day, notice, point, due FROM notice_event",
)


@dataclass(slots=True)
class Tally:
    """What the kills hit, and what was wrong after them."""

    kills: int = 0
    rounds: int = 0
    too_late: int = 0
    """Starts that were over before their kill."""
    hit: Counter[str] = field(default_factory=Counter)
    """Kills by what stood then: no history, no site kept, some kept, all kept, reports under way, run complete."""
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a run takes that nobody disturbs."""

    seconds: float
    requests: int


@dataclass(slots=True)
class Town:
    """The served city, who was asked how often, and where everything lies."""

    served: demo.Served
    root: Path
    entered: Counter[str]
    """How often each portal was asked for a page that cannot exist, as only its own crawl does."""
    asked: Counter[str]
    """How often the city was asked for anything, under "": a moment that a slow machine does not shift."""

    def start(self, folder: Path, day: date) -> subprocess.Popen[bytes]:
        """Start the daily run over the history below a folder."""
        words = [sys.executable, "-m", "monitor", "crawl", "--config", str(folder / "sites.yaml"), "--today", str(day)]
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def furnish(self, name: str, before: Path | None = None) -> Path:
        """A folder of its own with its sites.yaml, and the history of an earlier day."""
        folder = self.root / name
        if before:
            shutil.copytree(before, folder)
        folder.mkdir(exist_ok=True)
        text = demo.sites_yaml(self.served, folder).replace(
            "recipients: [clerk@example.gov.cn]", "recipients: [clerk@example.gov.cn, head@example.gov.cn]"
        )
        text = text.replace("crawl: {", "crawl: {sites_at_once: 3, ")
        (folder / "sites.yaml").write_text(text, encoding="utf-8")
        return folder


@contextlib.contextmanager
def town(portals: tuple[str, ...], root: Path) -> Iterator[Town]:
    """Serve the made-up city, each portal slower than the one before, with only these portals watched."""
    entered: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    pace = {name: _LATENCY * n for n, name in enumerate(portals)}  # so that they end one after the other

    async def say(asked: str, letter: bytes, writer: asyncio.StreamWriter) -> bool:
        counted[""] += 1
        if probe := _PROBE.fullmatch(asked):
            entered[probe[1]] += 1
        await asyncio.sleep(pace.get(asked.partition("/")[0], 0))
        return await plainly(asked, letter, writer)

    with demo.serve(demo.city(TODAY), say=say) as whole:
        watched = tuple(p for p in whole.city.portals if p.draft.id in portals)
        yield Town(replace(whole, city=replace(whole.city, portals=watched)), root, entered, counted)


def rehearse(kills: int, portals: tuple[str, ...], *, seed: int = 1, tell: bool = False) -> Tally:
    """Kill so many runs, round after round, each round from the same yesterday; gives what was seen."""
    with tempfile.TemporaryDirectory() as root, town(portals, Path(root)) as here:
        before = here.furnish("yesterday")
        here.start(before, YESTERDAY).wait(_LONGEST_RUN)
        calm = here.furnish("calm", before)
        begun, asked = time.monotonic(), here.asked[""]
        here.start(calm, TODAY).wait(_LONGEST_RUN)
        usual = Usual(time.monotonic() - begun, here.asked[""] - asked)
        expected = standing(calm)
        tally, dice = Tally(), random.Random(seed)
        assert expected["mail"] == 2
        assert len(expected["violations"]) > 4
        assert all(here.entered[name] >= 4 for name in portals)
        while tally.kills < kills:
            folder = here.furnish(f"round{tally.rounds}", before)
            _round(here, folder, tally, dice, usual, min(KILLS_A_ROUND, kills - tally.kills))
            found = standing(folder)
            tally.wrong += [f"round {tally.rounds}: {key} differ" for key in expected if found[key] != expected[key]]
            tally.rounds += 1
            shutil.rmtree(folder)
            if tell:
                _tell(f"{tally.kills} kills, {len(tally.wrong)} wrong")
    return tally


def _round(here: Town, folder: Path, tally: Tally, dice: random.Random, usual: Usual, most: int) -> None:
    """One day's run, killed and started again until it is complete."""
    kept: dict[str, tuple[Any, ...]] = {}
    left, mine = most, len(tally.wrong)
    for start in itertools.count():
        entered = Counter(here.entered)
        process = here.start(folder, TODAY)
        if left:
            work = 1 - len(kept) / len(here.served.city.portals)
            moment = usual.seconds * dice.uniform(_WAKING, _WAKING + (1 - _WAKING) * work)
            requests = dice.randint(1, max(1, int(usual.requests * work)))
            _wait_for_the_moment(process, here, folder, dice, moment, requests)
        else:
            process.wait(_LONGEST_RUN)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            left -= 1
            tally.kills += 1
            tally.hit[_what_stands(folder)] += 1
        else:
            tally.too_late += 1
            if process.returncode not in (0, 1):
                tally.wrong.append(f"start {start} ended with {process.returncode}")
        tally.wrong += _hurt(folder)
        again = [site for site in kept if here.entered[site] > entered[site]]
        tally.wrong += [f"{site} was kept, and crawled again" for site in again]
        now_kept = acknowledged(folder)
        tally.wrong += [f"{site} was kept, and is not as it was" for site in kept if now_kept.get(site) != kept[site]]
        kept = now_kept
        if is_complete(folder) or len(tally.wrong) > mine or (not left and process.returncode >= 0):
            return


def _wait_for_the_moment(
    process: subprocess.Popen[bytes], here: Town, folder: Path, dice: random.Random, moment: float, requests: int
) -> None:
    """Wait so many requests or seconds, or for a random one of the steps at which something is written."""
    aim, steps = dice.choice(("requests", "requests", "time", "history", "reports")), dice.randint(1, 12)
    if aim == "requests":
        last = here.asked[""] + requests
        _wait(process, _LONGEST_RUN, lambda: here.asked[""] >= last)
    elif aim == "time":
        _wait(process, moment, lambda: False)
    else:
        look = _wal if aim == "history" else _parts
        seen: list[object] = [None]

        def is_time() -> bool:
            now = look(folder)
            if now != seen[-1]:
                seen.append(now)
            return len(seen) > steps

        _wait(process, 2 * moment, is_time)


def _wait(process: subprocess.Popen[bytes], most: float, is_time: Callable[[], bool]) -> None:
    """Wait until it is time, the process has ended, or so many seconds are over."""
    ends = time.monotonic() + most
    while time.monotonic() < ends and process.poll() is None and not is_time():
        time.sleep(0.0005)


def _wal(folder: Path) -> int:
    with contextlib.suppress(OSError):
        return (folder / "monitor-data" / "history.db-wal").stat().st_mtime_ns
    return 0


def _parts(folder: Path) -> frozenset[str]:
    """What is half way into the reports."""
    with contextlib.suppress(OSError):
        here = {p.name for p in (folder / "reports").glob(".latest-*")}
        return frozenset(here | {p.name for p in (folder / "reports" / str(TODAY)).glob("*")})
    return frozenset()


@contextlib.contextmanager
def history(folder: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the history as a crash left it, so that a look at it mends nothing for the next start."""
    with tempfile.TemporaryDirectory() as aside:
        for part in (folder / "monitor-data").glob("history.db*"):
            shutil.copy(part, aside)
        with contextlib.closing(sqlite3.connect(Path(aside) / "history.db")) as db:
            yield db


def acknowledged(folder: Path) -> dict[str, tuple[Any, ...]]:
    """The sites that the history says are done today, with everything that it says of them."""
    with history(folder) as db, contextlib.suppress(sqlite3.OperationalError):
        rows = db.execute("SELECT * FROM site_day WHERE complete = 1 AND day = ?", (str(TODAY),)).fetchall()
        return {row[1]: row for row in rows}
    return {}


def is_complete(folder: Path) -> bool:
    """Whether the day's run is whole."""
    with history(folder) as db:
        return bool(db.execute("SELECT 1 FROM run WHERE day = ? AND complete", (str(TODAY),)).fetchall())


def _what_stands(folder: Path) -> str:
    if is_complete(folder):
        return "run complete"
    done, sites = len(acknowledged(folder)), (folder / "sites.yaml").read_text(encoding="utf-8").count("code:")
    if (folder / "reports" / str(TODAY)).exists():
        return "reports under way"
    return "no site kept" if not done else "all sites kept" if done == sites else "some sites kept"


def _hurt(folder: Path) -> list[str]:
    """What is broken on the disk."""
    wrong = []
    with history(folder) as db:
        said = db.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            wrong.append(f"the history is damaged: {said}")
    for report in (folder / "reports").glob("[!.]*/report.json"):  # a name with a dot is not finished yet
        try:
            json.loads(report.read_text(encoding="utf-8"))
        except ValueError as error:
            wrong.append(f"{report.parent.name}/report.json is half written: {error}")
    latest = folder / "reports" / "latest"
    if latest.exists() and {p.name for p in latest.iterdir()} != _WHOLE | _papers(latest):
        wrong.append("reports/latest is half there")
    return wrong


_WHOLE = {"report.html", "report.json", "rollup.html", "sheets", "violations.csv", "ledger.xlsx", "units"}


def _papers(latest: Path) -> set[str]:
    """The papers that a page leads to, where there was something to name in them."""
    page = latest / "report.html"
    said = page.read_text(encoding="utf-8") if page.exists() else ""
    return {paper for paper in ("circular.docx", "notices") if f'href="{paper}' in said}


def standing(folder: Path) -> dict[str, Any]:
    """All that a run left: its findings, its history and its mail, without times and moments."""
    report = json.loads((folder / "reports/latest/report.json").read_text(encoding="utf-8"))
    with history(folder) as db:
        tables = {sql.split()[-1]: sorted(map(repr, db.execute(sql).fetchall())) for sql in _HISTORY}
    whole = {key: report["run"][key] for key in ("today", "complete", "sites_checked", "sites_total")}
    return {
        "run": whole,
        "violations": _rows(report["violations"], "evidence", "found_on"),
        "columns": _rows(report["columns"], "evidence"),
        "links": _rows(report["links"], "found_on", "looks", "looked_at", "reach"),
        "sites": _rows(report["sites"], "seconds", "pages", "links"),
        "mail": len([row for row in tables["outbox"] if str(TODAY) in row]),
        "leftovers": sorted(p.name for p in (folder / "reports").rglob(".*")),
        **{f"history: {name}": rows for name, rows in tables.items()},
    }


def _rows(rows: list[dict[str, Any]], *without: str) -> list[str]:
    return sorted(json.dumps({k: v for k, v in row.items() if k not in without}, sort_keys=True) for row in rows)


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Kill as many runs as the first word says (100), and print what came of it."""
    tally = rehearse(int(sys.argv[1]) if len(sys.argv) > 1 else 100, CITY, tell=True)
    _tell(f"{tally.kills} kills in {tally.rounds} rounds; {tally.too_late} starts ended by themselves")
    for what, count in sorted(tally.hit.items()):
        _tell(f"  {count:4} hit: {what}")
    for clause in tally.wrong:
        _tell(f"  WRONG {clause}")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
