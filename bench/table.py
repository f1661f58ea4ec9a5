"""What the runs of a bench came to, as a table: medians, ratios to the first row, right and wrong."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from ours import Said, Truth
from peers.measure import Took

_HEAD = ("tool", "wall s", "CPU s", "peak MB", "dead found", "living called dead", "wall, times", "CPU, times", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one tool, held against the truth."""

    took: Took
    dead: int
    found: int
    accused: int
    """Living links that were called dead."""
    note: str
    right: bool = True
    """Whether all it said is true, and nothing was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All runs of one tool."""

    name: str
    runs: tuple[Run, ...]


def judged(took: Took, truth: Truth, port: int, bad: frozenset[str], said: Said | None = None) -> Run:
    """A run with what it got right and wrong. `bad`: the links that it calls dead."""
    dead = {f"http://{site['host']}:{port}{path}" for site in truth for path in site["dead"]}
    notes, right = list[str](), bad == dead
    if said is not None:
        columns, pages = sum(len(site["columns"]) for site in truth), sum(len(site["pages"]) for site in truth)
        notes.append(f"{said.pages} of {pages} pages, newest day of {said.columns_right} of {columns} columns")
        notes += [f"wrong or no column: {', '.join(said.columns_wrong[:3])}"] if said.columns_wrong else []
        notes += [] if said.complete else ["incomplete"]
        right = right and said.complete and not said.columns_wrong and said.pages >= pages
    if took.stopped:
        notes.append("stopped at the limit")
    elif not right:
        notes.append("WRONG")
    return Run(
        took=took, dead=len(dead), found=len(bad & dead), accused=len(bad - dead), note="; ".join(notes), right=right
    )


def lines(rows: list[Row]) -> Iterator[str]:
    """The table as Markdown; the last two numbers say how many times the first row's each tool took."""
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---" * len(_HEAD) + "|"
    first = rows[0].runs
    for row in rows:
        wall, cpu = _median(row.runs, "wall"), _median(row.runs, "cpu")
        over = ">" * any(run.took.stopped for run in row.runs)
        found = sorted({run.found for run in row.runs})
        cells = [
            row.name,
            f"{over}{wall:.1f}",
            f"{over}{cpu:.1f}",
            f"{over}{_median(row.runs, 'peak'):.0f}",
            f"{found[0]} of {row.runs[0].dead}",
            str(max(run.accused for run in row.runs)),
            f"{over}{wall / _median(first, 'wall'):.2f}",
            f"{over}{cpu / _median(first, 'cpu'):.2f}",
            "; ".join(dict.fromkeys(filter(None, (*(run.note for run in row.runs), _few(row.runs))))),
        ]
        yield f"| {' | '.join(cells)} |"


def _median(runs: tuple[Run, ...], what: str) -> float:
    return float(statistics.median(getattr(run.took, what) for run in runs))


def _few(runs: tuple[Run, ...]) -> str:
    return "one run" if len(runs) == 1 else ""
