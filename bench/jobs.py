"""The runs of a bench: the monitor and the other tools, each on the same portals, in turns."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ours
import table
from peers import measure, programs
from peers.commands import PEERS, Errand

Job = Callable[[Path], table.Run]
"""One run of one tool, in an empty folder of its own."""


def in_turns(asked: argparse.Namespace, work: dict[str, Job]) -> list[table.Row]:
    """Run each tool once, then each again, so that what else the machine does falls on all of them alike."""
    runs: dict[str, list[table.Run]] = {name: [] for name in work}
    for turn in range(asked.rounds):
        for name, look in work.items():
            if any(run.took.stopped for run in runs[name]):
                continue
            with tempfile.TemporaryDirectory() as own:
                run = look(Path(own))
            runs[name].append(run)
            told = f"{run.took.wall:.1f} s, CPU {run.took.cpu:.1f} s, {run.took.peak:.0f} MB {run.note}"
            print(f"  {turn + 1}. {name}: {told}", file=sys.stderr, flush=True)
    return [table.Row(name=name, runs=tuple(done)) for name, done in runs.items()]


def job(asked: argparse.Namespace, name: str, truth: ours.Truth, port: int) -> Job | None:
    """What a tool of this name does; None where it is not installed."""
    if name in ("ours", "check"):
        return lambda own: ask_us(asked, name, truth, port, own)
    peer = next(peer for peer in PEERS if peer.name == name)
    program = programs.find(name, asked.peers)
    if program is None:
        print(f"{name} is not installed", file=sys.stderr)
        return None

    def once(own: Path) -> table.Run:
        own.chmod(0o755)  # LinkChecker reads its settings as another user
        addresses = tuple(f"http://{site['host']}:{port}{path}" for site in truth for path in site["pages"])
        starts = tuple(f"http://{site['host']}:{port}/" for site in truth)
        errand = Errand(starts=starts, pages=addresses, connections=asked.connections, folder=own)
        took = measure.run(peer.command(program, errand), own, asked.limit)
        try:
            bad = frozenset(url for url, works in peer.read(took.out, own).items() if not works)
        except (ValueError, KeyError, TypeError):
            mute = table.judged(took, truth, port, frozenset())
            return mute if took.stopped else replace(mute, note="said nothing that can be read")
        return table.judged(took, truth, port, bad)

    return once


def ask_us(asked: argparse.Namespace, name: str, truth: ours.Truth, port: int, own: Path) -> table.Run:
    """The monitor, once."""
    if name == "check":
        words = ours.check(asked.monitor, truth, port, asked.connections)
    else:
        words = ours.crawl(asked.monitor, truth, port, own, asked.connections, asked.more)
    took = measure.run(words, own, asked.limit)
    if took.stopped:
        return table.judged(took, truth, port, frozenset())
    if took.code not in (0, 1):
        raise SystemExit(f"the monitor failed ({took.code}):\n{took.out}\n{(own / 'err.txt').read_text()}")
    said = ours.read(took.out if name == "check" else ours.report(own), truth, port)
    return table.judged(took, truth, port, said.accused, said)


def of_ours(asked: argparse.Namespace, truth: ours.Truth, port: int) -> Job:
    """The daily run of the monitor."""
    return lambda own: ask_us(asked, "ours", truth, port, own)
