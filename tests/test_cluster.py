"""A run over a cluster: the same findings, whoever dies, one sentence where it cannot be, and an end when told to stop."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kill
from dask_cluster import Cluster, cluster
from database import Server
from monitor import __version__, config, demo, run
from monitor.cluster import UnfitError
from monitor.store import opened
from town import PORTALS, TODAY, at_work, found, furnish, kept, serving, start, until

pytest.importorskip("distributed", reason="SKIPPED: distributed is not installed (extra cluster)")
from monitor.cluster import hand

pytestmark = pytest.mark.timeout(180)


_OPEN = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'freshness-monitor'"


@pytest.fixture(scope="module")
def served() -> Iterator[demo.Served]:
    with serving() as city:
        yield city


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "scratch", 2) as there:
        yield there


def begin(folder: Path, address: str) -> subprocess.Popen[bytes]:
    return start(folder, "--cluster", address, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def told(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """The exit code, and all that was said."""
    said = process.communicate(timeout=120)[0].decode()
    assert "Traceback" not in said, said
    return process.returncode, said


def test_a_cluster_finds_what_one_process_finds_also_when_a_worker_is_killed(
    served: demo.Served, two: Cluster, tmp_path: Path
) -> None:
    alone, shared, killed = (furnish(served, tmp_path / name) for name in ("alone", "shared", "killed"))
    start(alone).wait(120)
    code, said = told(begin(shared, two.address))
    assert code == 1
    assert f"[{len(PORTALS)}/{len(PORTALS)}]" in said  # each site is told as it is done
    process = begin(killed, two.address)
    assert until(lambda: at_work(killed) > 1)
    two.workers[0].kill()
    code, said = told(process)
    assert code == 1
    assert "is gone; its sites are looked at by others" in said
    assert found(alone)["checked"] == len(PORTALS)
    assert found(shared) == found(alone)
    assert found(killed) == found(alone)


def test_workers_keep_what_they_see_in_the_database_that_is_named(
    served: demo.Served, two: Cluster, postgres: Server, tmp_path: Path
) -> None:
    import psycopg  # with the server there is this, too

    folder, where = furnish(served, tmp_path / "database"), postgres.fresh()
    text = (folder / "sites.yaml").read_text(encoding="utf-8")
    (folder / "sites.yaml").write_text(f'store: "{where}"\n{text}', encoding="utf-8")
    two.hire(1, threads=8)
    process = begin(folder, two.address)
    most = 0
    with psycopg.connect(where, autocommit=True) as db:
        while process.poll() is None:
            most = max(most, db.execute(_OPEN).fetchone()[0])
            time.sleep(0.01)
    assert told(process)[0] == 1
    assert 2 <= most <= 1 + len(two.workers)  # one for whoever started the run, one a worker
    with opened(where) as store:
        (made,) = store.runs(TODAY)
        assert (made.complete, len(store.done_in(made.id)), store.claimants(made)) == (True, len(PORTALS), frozenset())
    assert not (folder / "monitor-data" / run.HISTORY).exists()


def test_a_scheduler_that_is_lost_ends_the_run_and_the_next_start_goes_on_with_it(
    served: demo.Served, two: Cluster, tmp_path: Path
) -> None:
    folder = furnish(served, tmp_path / "lost")
    process = begin(folder, two.address)
    assert until(lambda: kept(folder))
    two.scheduler.kill()
    code, said = told(process)
    assert code == 3
    assert said.splitlines()[-1].startswith(f"the scheduler at {two.address} is gone; what was kept is kept")
    before = kill.acknowledged(folder)
    assert before
    assert start(folder).wait(120) == 1
    after = kill.acknowledged(folder)
    assert {site: after[site] for site in before} == before
    assert (found(folder)["complete"], len(after)) == (True, len(PORTALS))


def test_a_run_on_a_cluster_that_is_stopped_says_so_and_leaves_no_claims(
    served: demo.Served, two: Cluster, tmp_path: Path
) -> None:
    folder = furnish(served, tmp_path / "stopped")
    process = begin(folder, two.address)
    assert until(lambda: kept(folder))
    process.send_signal(signal.SIGINT)
    code, said = told(process)
    assert code == 3
    assert "INCOMPLETE" in said
    assert found(folder)["complete"] is False
    with opened(folder / "monitor-data" / run.HISTORY) as store:
        assert store.claimants(store.runs(TODAY)[0]) == frozenset()
    assert told(begin(folder, two.address))[0] == 1
    assert found(folder)["complete"] is True


def test_where_nobody_answers_and_where_nobody_works_is_one_sentence(served: demo.Served, tmp_path: Path) -> None:
    folder = furnish(served, tmp_path / "nobody")
    with cluster(tmp_path / "scratch", 0) as there:
        code, said = told(begin(folder, there.address))
        assert (code, said.count("\n")) == (3, 1)
        assert said.startswith(
            f"the cluster at {there.address} has no workers: start some (dask worker {there.address}"
        )
    code, said = told(begin(folder, there.address))
    assert (code, said.count("\n")) == (3, 1)
    assert said.startswith(f"nobody answers at {there.address}: start the scheduler (dask scheduler), or correct")


def test_a_worker_of_another_version_is_refused_in_one_sentence(served: demo.Served, tmp_path: Path) -> None:
    folder = furnish(served, tmp_path / "version")
    with cluster(tmp_path / "scratch", 0) as there:
        there.hire(1, version="0.0.1")
        code, said = told(begin(folder, there.address))
    assert (code, said.count("\n")) == (2, 1)
    assert f"has version 0.0.1; install version {__version__} there, as here" in said


def test_a_worker_without_the_monitor_is_refused_in_one_sentence(served: demo.Served, tmp_path: Path) -> None:
    folder = furnish(served, tmp_path / "without")
    with cluster(tmp_path / "scratch", 0) as there:
        there.hire(1, version="none")
        code, said = told(begin(folder, there.address))
    assert (code, said.count("\n")) == (2, 1)
    assert f"has none, or one that does not know this work; install version {__version__} there, as here" in said


def test_a_worker_that_does_not_see_the_history_says_so_and_makes_none(served: demo.Served, tmp_path: Path) -> None:
    fleet = config.load(furnish(served, tmp_path / "here") / "sites.yaml")
    with run.history(fleet) as store:
        at = store.begin(TODAY, run.WHOLE_FLEET, datetime.now(UTC))
    hand.Hand("one", fleet, at).history().close()
    away = replace(fleet, data=str(tmp_path / "nowhere"))
    with pytest.raises(UnfitError, match=r"does not see the history in .*: over several machines it must stand in a"):
        hand.Hand("two", away, at).history()
    assert not (tmp_path / "nowhere").exists()
    with run.history(away):
        pass
    with pytest.raises(UnfitError, match="sees another history than the one that this run is kept in"):
        hand.Hand("two", away, at).history()


def test_an_address_that_is_none_is_refused(served: demo.Served, tmp_path: Path) -> None:
    code, said = told(begin(furnish(served, tmp_path / "none"), "10.1.2.3"))
    assert code == 2
    assert said.startswith("--cluster: a scheduler's address is meant, such as tcp://10.1.2.3:8786 (found '10.1.2.3')")
