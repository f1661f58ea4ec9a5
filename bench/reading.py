"""Reading dates beside htmldate, in one run, decoding included. Prints a table.

Run with an interpreter that has both this package and htmldate; the pages are those of the gold run.
`python bench/reading.py list` measures one kind of page alone.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from monitor.model import PageKind
from monitor.page import freshness, read, scan
from monitor.text import decode

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
KINDS = ("list", "office article", "news article", "home")
TODAY = date(2026, 11, 23)


def main() -> int:
    """Measure every reader on every kind of page, in turns, and print pages a second and how many dates were right."""
    try:
        from htmldate import find_date
    except ImportError:
        find_date = None
    if not (PAGES / "labels.json").exists():
        print(f"the gold pages are not here: {PAGES} is absent")
        return 2
    readers: dict[str, Callable[[bytes, dict[str, Any]], str | None]] = {"dates only": quick, "whole page": whole}
    if find_date is not None:
        readers["htmldate"] = lambda body, _: find_date(body, original_date=True)
    labels = json.loads((PAGES / "labels.json").read_text("utf-8"))
    print(f"{'':16}" + "".join(f"{name:>26}" for name in readers) + f"{'without a tree':>20}")
    for kind in [name for name in KINDS if name in sys.argv[1:]] or KINDS:
        pages = [((PAGES / x["file"]).read_bytes(), x) for x in labels if kind_of(x) == kind]
        cells = [f"{run(reader, pages):>26}" for reader in readers.values()]
        print(f"{kind:16}" + "".join(cells) + f"{share(pages):>20}")
    return 0


def kind_of(label: dict[str, Any]) -> str:
    """The name of a page's kind in the table."""
    if label["kind"] == "article":
        return "news article" if label["file"].startswith("gne/") else "office article"
    return str(label["kind"])


def run(reader: Callable[[bytes, dict[str, Any]], str | None], pages: list[tuple[bytes, dict[str, Any]]]) -> str:
    """Pages a second (the median of three rounds) and the dates that were right."""
    seconds: list[float] = []
    right = 0
    for _ in range(3):
        scan.forget()  # a crawl meets each page once: what only a repeated page could gain is not counted
        started = time.process_time()
        right = sum(reader(body, label) == label["newest"] for body, label in pages)
        seconds.append(time.process_time() - started)
    return f"{len(pages) / statistics.median(seconds):7.0f}/s {right:3} of {len(pages)}"


def share(pages: list[tuple[bytes, dict[str, Any]]]) -> str:
    """How many pages the fast tier saw without building a tree."""
    seen = sum(isinstance(scan.root_of(decode(body).text)[0], scan.Top) for body, _ in pages)
    return f"{seen} of {len(pages)}"


def quick(body: bytes, label: dict[str, Any]) -> str | None:
    """The newest date by `freshness`, every row with its date and evidence read on the way."""
    found = freshness(body, "http://www.example.gov.cn/a/b.html", day_of(label), PageKind(label["kind"])).newest
    return found.day.isoformat() if found else None


def whole(body: bytes, label: dict[str, Any]) -> str | None:
    """The newest date by `read`, with all links, places and words of the page."""
    found = read(body, "http://www.example.gov.cn/a/b.html", day_of(label), kind=PageKind(label["kind"])).newest
    return found.day.isoformat() if found else None


def day_of(label: dict[str, Any]) -> date:
    """The reference day of a page."""
    return date.fromisoformat(label["reference_date"]) if label.get("reference_date") else TODAY


if __name__ == "__main__":
    sys.exit(main())
