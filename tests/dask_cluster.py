"""A Dask cluster of real processes on loopback: a scheduler, and workers that can be killed one by one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SCHEDULER = """
import asyncio
from distributed import Scheduler
async def main():
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()
asyncio.run(main())
"""
_WORKER = """
import asyncio, sys
address, threads, folder, version = sys.argv[1:]
import monitor
if version:
    monitor.__version__ = version
from distributed import Worker
async def main():
    async with Worker(address, host="127.0.0.1", nthreads=int(threads), dashboard=False, local_directory=folder) as worker:
        print(worker.address, flush=True)
        await worker.finished()
asyncio.run(main())
"""


@dataclass
class Cluster:
    """Its processes; whatever is left of them is killed at the end."""

    folder: Path
    scheduler: subprocess.Popen[str]
    address: str
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def hire(self, count: int, *, threads: int = 1, version: str = "") -> None:
        """Start so many workers more, and wait until they are there."""
        new = [_start(_WORKER, self.address, str(threads), str(self.folder), version) for _ in range(count)]
        self.workers += new
        for worker in new:
            assert _first_word(worker)


def _start(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _first_word(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler and so many workers of one thread each."""
    scheduler = _start(_SCHEDULER)
    here = Cluster(folder, scheduler, _first_word(scheduler))
    try:
        here.hire(workers)
        yield here
    finally:
        for process in (*here.workers, scheduler):
            process.kill()
            process.communicate()
