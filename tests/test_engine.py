"""A run over several processes: the same findings, whoever of them dies, and an end when it is told to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import demo, urls
from monitor.model import Site, Unit
from monitor.shares import shares
from town import PORTALS, found, furnish, kept, serving, start, until


@pytest.fixture(scope="module")
def served() -> Iterator[demo.Served]:
    with serving() as city:
        yield city


def workers_of(pid: int) -> list[int]:
    """The worker processes of a run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    spawned = [int(child) for child in children]
    return [c for c in spawned if "spawn_main" in Path(f"/proc/{c}/cmdline").read_text()]


@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells workers by /proc, which this system has not")
def test_two_workers_find_what_one_process_finds_also_when_one_of_them_is_killed(
    served: demo.Served, tmp_path: Path
) -> None:
    alone, two, killed = (furnish(served, tmp_path / name) for name in ("alone", "two", "killed"))
    start(alone).wait(120)
    assert start(two, "--workers", "2").wait(120) == 1
    process = start(killed, "--workers", "2")
    assert until(lambda: kept(killed))
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    assert process.wait(120) == 1
    assert found(alone)["checked"] == len(PORTALS)
    assert found(two) == found(alone)
    assert found(killed) == found(alone)


@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells workers by /proc, which this system has not")
def test_workers_end_with_their_parent_and_the_next_start_goes_on(served: demo.Served, tmp_path: Path) -> None:
    folder = furnish(served, tmp_path / "orphaned")
    process = start(folder, "--workers", "2")
    workers = until(lambda: len(w := workers_of(process.pid)) == 2 and w)
    process.kill()
    process.wait()
    assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert start(folder, "--workers", "2").wait(120) == 1
    assert found(folder)["complete"] is True


@pytest.mark.timeout(120)
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells workers by /proc, which this system has not")
def test_a_run_over_workers_that_is_stopped_says_so(served: demo.Served, tmp_path: Path) -> None:
    folder = furnish(served, tmp_path / "stopped")
    process = start(folder, "--workers", "2")
    until(lambda: len(workers_of(process.pid)) == 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 3
    assert found(folder)["complete"] is False


def site(number: int, host: str) -> Site:
    return Site(id=f"s{number}", name="市水利局", url=f"http://{host}/", unit=Unit(id="u", name="市水利局"))


@given(st.lists(st.sampled_from(["a.example", "b.example:8080", "b.example", "www.a.example", "c.example"])), st.integers(1, 9))  # fmt: skip
def test_every_site_has_one_worker_and_every_host_too(hosts: list[str], workers: int) -> None:
    sites = [site(number, host) for number, host in enumerate(hosts)]
    dealt = shares(sites, workers)
    assert sorted(s.id for share in dealt for s in share) == sorted(s.id for s in sites)
    assert len(dealt) <= workers
    assert all(dealt)
    homes = [{urls.bare(urls.authority(s.url)) for s in share} for share in dealt]
    assert sum(map(len, homes)) == len(set().union(*homes))
