"""Six portals of the made-up city, and runs over them as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from monitor import demo
from monitor.demo.server import plainly

TODAY = date(2026, 11, 23)
PORTALS = ("zrj", "nyj", "mzj", "czj", "rsj", "gaj")


@contextmanager
def serving() -> Iterator[demo.Served]:
    """The city, slow enough that a kill comes in the midst of a run."""

    async def say(asked: str, letter: bytes, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.03)
        return await plainly(asked, letter, writer)

    with demo.serve(demo.city(TODAY), say=say) as whole:
        watched = tuple(p for p in whole.city.portals if p.draft.id in PORTALS)
        yield replace(whole, city=replace(whole.city, portals=watched))


def furnish(served: demo.Served, folder: Path) -> Path:
    """A folder with a sites.yaml for the city."""
    folder.mkdir()
    (folder / "sites.yaml").write_text(demo.sites_yaml(served, folder), encoding="utf-8")
    return folder


def start(folder: Path, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    """Start a run over the city."""
    command = [sys.executable, "-m", "monitor", "crawl", "--config", str(folder / "sites.yaml"), "--today", str(TODAY)]
    return subprocess.Popen([*command, *words], **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more})


def found(folder: Path) -> dict[str, Any]:
    """What a run said in the end, without times."""
    report = json.loads((folder / "reports/latest/report.json").read_text(encoding="utf-8"))
    keep = {"violations": ("site", "kind", "url", "days_since_update"), "columns": ("site", "url", "verdict", "newest")}
    rows = {
        key: sorted(tuple(map(str, (row[name] for name in names))) for row in report[key])
        for key, names in keep.items()
    }
    return {**rows, "complete": report["run"]["complete"], "checked": report["run"]["sites_checked"]}


def until(done: Any, seconds: float = 30.0) -> Any:
    """Wait for something to be so; what it gave last."""
    ends = time.monotonic() + seconds
    while not (value := done()) and time.monotonic() < ends:
        time.sleep(0.02)
    return value


def at_work(folder: Path) -> int:
    """How many hold sites of a run just now."""
    return _count(folder, "SELECT count(DISTINCT who) FROM claim")


def kept(folder: Path) -> int:
    """How many sites of a run are done."""
    return _count(folder, "SELECT count(*) FROM site_day WHERE complete = 1")


def _count(folder: Path, asked: str) -> int:
    """A look into the history of a run that goes on meanwhile: there may be none yet."""
    where = f"{(folder / 'monitor-data' / 'history.db').as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(where, uri=True, timeout=10)) as db:
            return int(db.execute(asked).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
