"""A history in PostgreSQL: what goes wrong between us and a server is one sentence, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import database
from database import PASSWORD, Server
from monitor.model import ItemSeen
from monitor.store import Seen, Store, StoreError, opened

psycopg = pytest.importorskip("psycopg", reason="SKIPPED: psycopg is not installed (extra postgres)")

from monitor.store.postgres import WRITING  # noqa: E402 - it is not to be had without the extra

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DEAD = Seen(kind="dead link", url="http://a.example/x", subject="x")


def said(url: str, *, password: str = "") -> str:
    with pytest.raises(StoreError) as caught:
        opened(url, password=password, password_env="MONITOR_STORE_PASSWORD", patience=1)
    assert "\n" not in str(caught.value)
    assert "postgresql://" not in str(caught.value)
    return str(caught.value)


def keep(store: Store, site: str, seen: Iterator[Seen] | tuple[Seen, ...] = (DEAD,)) -> None:
    run = store.begin(DAY, "*", NOON)
    store.site_done(run, site, complete=True, findings="kept", seen=seen, fixed=(), now=NOON)


def as_master(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(sql)


def test_where_nobody_answers_is_said_with_what_to_do() -> None:
    told = said("postgresql://monitor@127.0.0.1:1/monitor")
    assert told.startswith(
        "nobody answers for the database monitor at 127.0.0.1:1; start the server, or correct store:"
    )


def test_a_password_is_taken_from_whoever_opens_it_and_a_wrong_one_is_told_without_it(postgres: Server) -> None:
    url = postgres.url(where="127.0.0.1")
    opened(url, password=PASSWORD).close()
    for wrong in ("", "not the secret"):
        try:
            opened(url, password=wrong, password_env="MONITOR_STORE_PASSWORD")
        except StoreError as error:
            whole = "".join(traceback.format_exception(error))
            assert "does not let monitor in with this password; set the environment variable MONITOR_STORE_" in whole
            assert not wrong or wrong not in whole
        else:
            pytest.fail("it was let in")


def test_a_database_that_is_not_there_is_said(postgres: Server) -> None:
    assert "there is no such database or user" in said(postgres.url().replace("/postgres?", "/nowhere?"))
    assert "there is no such database or user" in said(postgres.url().replace("//monitor@", "//nobody@"))


def test_a_history_of_a_newer_version_is_refused_and_left_alone(postgres: Server) -> None:
    url = postgres.fresh()
    opened(url).close()
    as_master(url, "UPDATE schema_version SET version = 99")
    assert "was written by a newer version of the monitor; update this one" in said(url)
    with psycopg.connect(url) as db:
        assert db.execute("SELECT version FROM schema_version").fetchall() == [(99,)]


def test_two_that_make_a_new_history_at_the_same_moment_make_one(postgres: Server) -> None:
    url = postgres.fresh()
    with psycopg.connect(url, autocommit=True) as gate, ThreadPoolExecutor(2) as pool:
        gate.execute(f"SELECT pg_advisory_lock({WRITING})")
        openers = [pool.submit(opened, url) for _ in range(2)]
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while gate.execute(waiting).fetchone() != (2,):  # both have seen that there are no tables
            assert not any(opener.done() for opener in openers)
        gate.execute(f"SELECT pg_advisory_unlock({WRITING})")
        for opener in openers:
            with opener.result(30) as store:
                assert store.runs() == ()


def test_a_full_disk_is_said_and_loses_that_step_only(postgres: Server) -> None:
    url = postgres.fresh()
    with opened(url) as store:
        keep(store, "a")
        as_master(
            url,
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER no_room BEFORE INSERT ON fault FOR EACH ROW EXECUTE FUNCTION no_room()",
        )  # fmt: skip
        with pytest.raises(StoreError, match=r"^the disk of the database postgres at .* is full; make room"):
            keep(store, "b")
        as_master(url, "DROP TRIGGER no_room ON fault")
        assert store.findings_of(DAY) == {"a": "kept"}
        keep(store, "b")  # the same connection serves on
        assert set(store.findings_of(DAY)) == {"a", "b"}


def test_a_connection_lost_in_the_middle_of_a_step_loses_and_doubles_nothing(postgres: Server) -> None:
    url = postgres.fresh()

    def cut() -> Iterator[Seen]:
        yield DEAD
        as_master(
            url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'freshness-monitor'"
        )  # fmt: skip

    with opened(url) as store:
        keep(store, "a")
        with pytest.raises(StoreError, match="was lost; what was kept is kept, and the next start goes on"):
            keep(store, "b", cut())
        with pytest.raises(StoreError, match="was lost"):
            store.findings_of(DAY)
    with opened(url) as store:
        assert store.findings_of(DAY) == {"a": "kept"}
        assert store.faults("b") == {}
        keep(store, "b")
        keep(store, "b")
        assert store.faults("b")["dead link", "http://a.example/x"].days == 1


def test_a_server_that_dies_and_comes_back_has_all_that_was_kept() -> None:
    with database.served() as server:
        url = server.fresh()
        with opened(url) as store:
            keep(store, "a")
            os.kill(server.process.pid, signal.SIGQUIT)  # at once, as in a power cut
            server.process.wait(30)
            with pytest.raises(StoreError, match="was lost"):
                keep(store, "b")
        assert said(url).startswith("nobody answers for the database postgres at")
        with database.again(server), opened(url) as store:
            assert store.findings_of(DAY) == {"a": "kept"}


def test_a_history_that_another_writes_to_for_too_long_is_said_to_be_in_use(postgres: Server) -> None:
    url = postgres.fresh()

    def slow(other: Store) -> Iterator[Seen]:
        with pytest.raises(StoreError, match="is in use by another run; wait for it to end"):
            other.begin(DAY, "*", NOON)
        yield DEAD

    with opened(url) as store, opened(url, patience=0.05) as other:
        keep(store, "a", slow(other))
        assert other.findings_of(DAY) == {"a": "kept"}


def test_who_falls_silent_in_the_middle_of_a_step_does_not_hold_up_the_others(postgres: Server) -> None:
    url = postgres.fresh()

    def silent(other: Store) -> Iterator[Seen]:
        keep(other, "b")  # waits until the server throws the first one out
        yield DEAD

    with opened(url, patience=0.2) as store, opened(url) as other:
        with pytest.raises(StoreError, match="was lost"):
            keep(store, "a", silent(other))
        assert other.findings_of(DAY) == {"b": "kept"}


def test_a_database_that_may_not_be_written_is_said(postgres: Server) -> None:
    url = postgres.fresh()
    opened(url).close()
    read_only = url.replace("options=", "options=-cdefault_transaction_read_only%3Don%20")
    with opened(read_only) as store, pytest.raises(StoreError, match=r"cannot be written .*give monitor the right to"):
        keep(store, "a")


def test_a_sign_that_the_database_keeps_in_no_text_does_not_end_a_run(postgres: Server) -> None:
    with opened(postgres.fresh()) as store:
        run = store.begin(DAY, "*", NOON)
        item = ItemSeen(key="k\0", title="a\0b", url="", published=None, whole=False, first_seen=DAY, last_seen=DAY)
        store.site_done(
            run, "a", complete=True, findings="", seen=(), fixed=(), now=NOON, items={"http://a.example/": [item]}
        )
        assert [found.title for found in store.items("a")["http://a.example/"].values()] == ["a\ufffdb"]


INVENTORY = """
office: o
store: postgresql://monitor@127.0.0.1:{port}/postgres
units: [{{id: u, name: u}}]
sites: [{{id: a, name: a, url: "http://127.0.0.1:1/", unit: u, columns: []}}]
"""


def crawl(folder: Path, port: int, *, code: str = "from monitor.cli import main; main()") -> tuple[int, str]:
    (folder / "sites.yaml").write_text(INVENTORY.format(port=port), encoding="utf-8")
    words = ["crawl", "--config", str(folder / "sites.yaml")]
    environment = {**os.environ, "MONITOR_STORE_PASSWORD": "a wrong secret"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, encoding="utf-8", env=environment, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_run_that_is_not_let_in_says_so_in_one_sentence_without_the_password(
    postgres: Server, tmp_path: Path
) -> None:
    code, told = crawl(tmp_path, postgres.port)
    assert code == 3
    assert len(told.splitlines()) == 1
    assert "set the environment variable MONITOR_STORE_PASSWORD" in told
    assert "secret" not in told


def test_without_the_extra_one_sentence_says_how_it_is_installed(tmp_path: Path) -> None:
    code, told = crawl(
        tmp_path, 1, code="import sys; sys.modules['psycopg'] = None; from monitor.cli import main; main()"
    )
    assert (code, told) == (3, 'store: postgresql://… needs its driver: pip install "freshness-monitor[postgres]"\n')
