"""How the monitor is called for generated portals, and what it said of them, held against their truth."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ACCUSED = ("dead", "failing", "suspicious")
Truth = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a report says of the portals."""

    accused: frozenset[str]
    """Links that are called dead, or as good as dead."""
    columns_right: int
    """Columns whose newest day is the true one."""
    columns_wrong: tuple[str, ...]
    """Columns whose newest day is another one, or not known; what is called a column and is none."""
    pages: int
    complete: bool


def crawl(python: str, truth: Truth, port: int, folder: Path, connections: int, more: list[str]) -> list[str]:
    """The daily run over the portals, history and reports kept in the folder; politeness off."""
    at_once = max(1, min(32, len(truth)))
    settings = (
        f"crawl: {{delay: 0, second_look: 0, concurrency: {max(1, connections // at_once)}, sites_at_once: {at_once}, "
        "pages: 10000000, depth: 100, minutes: 600, contact: bench@example.invalid}"
    )
    lines = ["office: bench", settings, "units: [{id: unit, name: unit}]", "sites:"]
    lines += [
        f"  - {{id: site{n}, name: {json.dumps(site['name'], ensure_ascii=False)}, unit: unit, render: false, "
        f'url: "http://{site["host"]}:{port}/"}}'
        for n, site in enumerate(truth)
    ]
    (folder / "sites.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [python, "-m", "monitor", "crawl", "--config", "sites.yaml", "--today", truth[0]["day"], *more]


def check(python: str, truth: Truth, port: int, connections: int) -> list[str]:
    """The look at one portal without any configuration or history."""
    options = ("--delay", "0", "--concurrency", str(connections), "--max-pages", "10000000", "--format", "json")
    url = f"http://{truth[0]['host']}:{port}/"
    return [python, "-m", "monitor", "check", url, *options, "--today", truth[0]["day"]]


def read(text: str, truth: Truth, port: int) -> Said:
    """What a report.json says."""
    report = json.loads(text)
    told = {column["url"]: column["newest"] for column in report["columns"]}
    true = {f"http://{s['host']}:{port}{c['path']}": c["newest"] for s in truth for c in s["columns"]}
    wrong = [url for url in true.keys() | told.keys() if true.get(url, "none") != told.get(url)]
    return Said(
        accused=frozenset(link["url"] for link in report["links"] if link["state"] in _ACCUSED),
        columns_right=len(true.keys() - set(wrong)),
        columns_wrong=tuple(sorted(wrong)),
        pages=sum(site["pages"] for site in report["sites"]),
        complete=report["run"]["complete"],
    )


def report(folder: Path) -> str:
    """The report that a daily run left in the folder."""
    return (folder / "reports" / "latest" / "report.json").read_text("utf-8")


def forget(folder: Path) -> None:
    """Take a daily run's history and reports away, so that the next one is the first."""
    for name in ("reports", "monitor-data"):
        shutil.rmtree(folder / name, ignore_errors=True)
