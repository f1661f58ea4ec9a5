"""The history on a real disk: what was kept stays kept, whatever happens to the process or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from monitor.model import Outcome, Outgoing, Posted
from monitor.store import Queued, Run, Seen, Store, StoreError, opened
from monitor.store.outbox import wait

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STALE = ("stale column", "http://a.example/tzgg/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where only a file will do."""
    return tmp_path / "data" / "history.db"


def keep(
    store: Store, run: Run, *, seen: tuple[tuple[str, str], ...] = (), fixed: tuple[tuple[str, str], ...] = (),
    complete: bool = True, findings: str = "{}", site: str = "a",
) -> None:  # fmt: skip
    faults = [Seen(kind=kind, url=url, subject="通知公告") for kind, url in seen]
    store.site_done(run, site, complete=complete, findings=findings, seen=faults, fixed=fixed, now=NOON)


def finish(store: Store, run: Run, *, complete: bool = True, queued: tuple[Queued, ...] = ()) -> None:
    store.finish(run.id, complete=complete, held="", queued=queued, now=NOON + timedelta(minutes=5))


def letter(number: int, key: str = "") -> Queued:
    out = Outgoing(id=f"m{number}", sender="m@a.example", recipient="c@a.example", content=b"Subject: \xe6\x9c\x88\r\n")
    return Queued(outgoing=out, dedupe_key=key or f"key{number}")


# --- runs and days --------------------------------------------------------------------------


def test_a_run_and_what_its_sites_showed_are_read_back_after_closing(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        keep(store, run, findings='{"名": 1}')
        store.finish(run.id, complete=True, held="canary", queued=(), now=NOON + timedelta(minutes=5))
    with opened(where) as store:
        (again,) = store.runs()
        assert (again.id, again.day, again.started_at, again.complete, again.held) == (
            run.id,
            DAY,
            NOON,
            True,
            "canary",
        )
        assert again.finished_at == NOON + timedelta(minutes=5)
        assert store.findings_of(DAY) == {"a": '{"名": 1}'}
        assert store.findings_of(DAY + timedelta(days=1)) == {}


def test_an_unfinished_run_is_resumed_and_a_complete_one_is_not(where: Path | str) -> None:
    with opened(where) as store:
        first = store.begin(DAY, "all", NOON)
        finish(store, first, complete=False)
        resumed = store.begin(DAY, "all", NOON + timedelta(hours=1))
        assert (resumed.id, resumed.started_at) == (first.id, first.started_at)
        finish(store, resumed)
        assert store.begin(DAY, "all", NOON + timedelta(hours=2)).id != first.id


def test_only_a_run_for_the_same_day_and_sites_is_resumed(where: Path | str) -> None:
    with opened(where) as store:
        runs = [
            store.begin(DAY, "all", NOON),
            store.begin(DAY, "slj", NOON),
            store.begin(date(2026, 3, 3), "all", NOON),
        ]
        assert len({run.id for run in runs}) == 3


def test_the_sites_done_in_a_run_are_those_looked_at_whole(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        keep(store, run, site="whole")
        keep(store, run, site="half", complete=False)
        assert store.done_in(run.id) == {"whole"}
        assert store.done_in("another") == frozenset()


def test_runs_are_told_newest_first_whatever_zone_their_clock_showed(where: Path | str) -> None:
    west = timezone(timedelta(hours=-5))
    with opened(where) as store:
        early = store.begin(DAY, "all", datetime(2026, 3, 2, 1, 50, tzinfo=timezone(timedelta(hours=-4))))
        finish(store, early)
        late = store.begin(DAY, "all", datetime(2026, 3, 2, 1, 10, tzinfo=west))  # the clock was set back in between
        assert [run.id for run in store.runs(DAY)] == [late.id, early.id]


def test_a_half_look_never_replaces_what_a_whole_look_of_the_same_day_showed(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        keep(store, run, findings="whole")
        finish(store, run)
        keep(store, store.begin(DAY, "a", NOON), findings="half", complete=False)
        assert store.findings_of(DAY) == {"a": "whole"}
        assert store.done_in(run.id) == {"a"}


def test_a_whole_look_replaces_a_half_one(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        keep(store, run, findings="half", complete=False)
        keep(store, run, findings="whole")
        assert store.findings_of(DAY) == {"a": "whole"}


# --- faults ---------------------------------------------------------------------------------


def test_keeping_the_same_site_twice_changes_nothing(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        keep(store, run, seen=(STALE,))
        before = store.faults("a"), store.findings_of(DAY), store.done_in(run.id)
        keep(store, run, seen=(STALE,))
        assert (store.faults("a"), store.findings_of(DAY), store.done_in(run.id)) == before
        assert store.faults("a")[STALE].days == 1


def seen_on(store: Store, day: date) -> None:
    keep(store, store.begin(day, "all", NOON), seen=(STALE,))


def test_a_fault_keeps_the_day_it_was_first_seen_and_counts_its_days(where: Path | str) -> None:
    with opened(where) as store:
        for number in (0, 1, 4):
            seen_on(store, DAY + timedelta(days=number))
        fault = store.faults("a")[STALE]
        assert (fault.first_seen, fault.last_seen, fault.days) == (DAY, DAY + timedelta(days=4), 3)
        assert store.faults("b") == {}
        assert store.items("b") == {}


def test_a_fault_that_is_put_right_and_comes_back_starts_anew(where: Path | str) -> None:
    with opened(where) as store:
        seen_on(store, DAY)
        seen_on(store, DAY + timedelta(days=1))
        keep(store, store.begin(DAY + timedelta(days=2), "all", NOON), fixed=(STALE,))
        assert store.faults("a") == {}
        seen_on(store, DAY + timedelta(days=3))
        fault = store.faults("a")[STALE]
        assert (fault.first_seen, fault.days) == (DAY + timedelta(days=3), 1)


def test_addresses_at_which_something_was_wrong_not_long_ago_are_known(where: Path | str) -> None:
    kind, url = STALE
    with opened(where) as store:
        seen_on(store, DAY)
        assert store.lately("a", ("dead link", kind), DAY + timedelta(days=90)) == {url}  # it stands open
        keep(store, store.begin(DAY + timedelta(days=2), "all", NOON), fixed=(STALE,))
        for since, found in ((2, {url}), (3, set[str]())):
            assert store.lately("a", (kind, "dead link"), DAY + timedelta(days=since)) == found
        assert store.lately("a", ["dead link"], DAY) == store.lately("b", [kind], DAY) == set()


def test_a_rehearsal_of_an_earlier_day_does_not_turn_the_clock_of_a_fault_back(where: Path | str) -> None:
    with opened(where) as store:
        seen_on(store, DAY)
        seen_on(store, DAY - timedelta(days=5))
        fault = store.faults("a")[STALE]
        assert (fault.first_seen, fault.last_seen, fault.days) == (DAY, DAY, 1)


# --- outbox ---------------------------------------------------------------------------------


LEASE = timedelta(minutes=10)


def take(store: Store, now: datetime, who: str = "me", most: int = 99) -> list[str]:
    return list(store.mail_claim(who, now, LEASE, most))


def answer(store: Store, state: Posted, now: datetime, id_: str = "m1") -> None:
    """Claim, hand over, and hear of it."""
    assert id_ in take(store, now)
    out = store.mail_begin(id_, "me", now, LEASE)
    assert out is not None
    store.mail_answered(Outcome(id=id_, recipient=out.recipient, state=state, reason="said so"), "me", now)


def due(store: Store, now: datetime) -> list[str]:
    return [row.id for row in store.mail_due(now)]


@pytest.fixture
def outbox(where: Path | str) -> Store:
    store = opened(where)
    store.queue([letter(1)], NOON)
    return store


def test_a_mail_comes_out_as_it_went_in(outbox: Store) -> None:
    assert outbox.mail_due(NOON) == (letter(1).outgoing,)
    assert outbox.mail_due(NOON - timedelta(seconds=1)) == ()
    outbox.close()


def test_a_mail_whose_key_is_known_is_not_queued_again_even_after_it_was_sent(outbox: Store) -> None:
    outbox.queue([letter(2, key="key1")], NOON)
    assert due(outbox, NOON) == ["m1"]
    answer(outbox, Posted.SENT, NOON)
    outbox.queue([letter(3, key="key1")], NOON)
    assert due(outbox, NOON + timedelta(days=9)) == []
    assert outbox.mail_counts() == {"sent": 1}
    outbox.close()


def test_a_mail_that_fails_is_tried_again_after_1_5_15_60_60_minutes_and_up_to_half_as_long_again(
    outbox: Store,
) -> None:
    now = NOON
    for tries, minutes in enumerate((1, 5, 15, 60, 60)):
        answer(outbox, Posted.RETRY, now)
        rest = wait("m1", tries)
        assert timedelta(minutes=minutes) <= rest <= timedelta(minutes=1.5 * minutes)
        now += rest
        assert due(outbox, now - timedelta(seconds=1)) == []
        assert due(outbox, now) == ["m1"]
    outbox.close()


def test_mails_that_failed_together_do_not_come_again_together() -> None:
    rests = sorted(wait(f"mail{number}", 3) for number in range(1000))
    assert len(set(rests)) == 1000
    within_any_minute = (sum(low <= rest < low + timedelta(minutes=1) for rest in rests) for low in rests[::50])
    assert max(within_any_minute) < 100


def test_a_refused_mail_is_not_tried_again(outbox: Store) -> None:
    answer(outbox, Posted.REFUSED, NOON)
    assert due(outbox, NOON + timedelta(days=1)) == []
    assert outbox.mail_counts() == {"refused": 1}
    outbox.close()


@pytest.mark.parametrize("failed_before", [0, 3])
def test_a_mail_that_may_have_arrived_is_tried_once_more_and_then_given_up(outbox: Store, failed_before: int) -> None:
    now = NOON
    for state in [Posted.RETRY] * failed_before + [Posted.UNCERTAIN]:
        answer(outbox, state, now)
        now += timedelta(hours=2)
        assert due(outbox, now) == ["m1"]
    answer(outbox, Posted.UNCERTAIN, now)
    assert outbox.mail_counts() == {"given up": 1}
    outbox.close()


def test_a_mail_is_given_up_after_48_hours_and_not_before(outbox: Store) -> None:
    answer(outbox, Posted.RETRY, NOON + timedelta(hours=48))
    assert outbox.mail_counts() == {"queued": 1}
    answer(outbox, Posted.RETRY, NOON + timedelta(hours=49, minutes=1))
    assert outbox.mail_counts() == {"given up": 1}
    outbox.close()


def test_mails_fall_due_by_time_and_not_by_what_the_clock_shows(outbox: Store) -> None:
    answer(
        outbox, Posted.RETRY, datetime(2026, 3, 2, 13, 58, tzinfo=timezone(timedelta(hours=1)))
    )  # due by 12:59:30 UTC
    assert due(outbox, datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=-5)))) == ["m1"]  # 13:00 UTC
    assert due(outbox, datetime(2026, 3, 2, 20, 30, tzinfo=timezone(timedelta(hours=8)))) == []  # 12:30 UTC
    outbox.close()


def test_a_run_ends_and_its_mail_is_queued_in_one_step(where: Path | str) -> None:
    broken = Queued(outgoing=Outgoing(id="x", sender="s", recipient="r", content=object()), dedupe_key="k")  # type: ignore[arg-type]
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        with pytest.raises(Exception, match="'object'"):
            finish(store, run, queued=(letter(1), broken))
        assert store.runs()[0].finished_at is None
        assert store.mail_counts() == {}
        finish(store, run, queued=(letter(1),))
        assert store.mail_counts() == {"queued": 1}


# --- what goes wrong ------------------------------------------------------------------------


def said(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        opened(path, patience=0.05)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_file_that_is_no_history_is_said_in_one_sentence_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this was a spreadsheet once" * 100)
    assert "damaged" in said(path)
    assert path.read_bytes().startswith(b"this was")


def test_a_history_with_a_torn_page_is_said_to_be_damaged(path: Path) -> None:
    with opened(path) as store:
        run = store.begin(DAY, "all", NOON)
        for number in range(60):
            keep(store, run, site=f"s{number}", findings="x" * 2500)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + os.urandom(4096 * 3) + whole[4096 * 4 :])
    with pytest.raises(StoreError, match="damaged"), opened(path) as store:
        store.findings_of(DAY)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be made" in said(tmp_path / "file" / "history.db")


def test_a_history_that_cannot_be_opened_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    assert "cannot be written" in said(tmp_path / "history.db")


def test_a_history_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    opened(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer version" in said(path)


def test_a_history_of_the_first_version_is_brought_up_to_date_and_keeps_its_rows(path: Path) -> None:
    with opened(path) as store:
        store.queue([letter(1)], NOON)
    db = sqlite3.connect(path)
    db.execute("DROP INDEX outbox_recipient")
    for column in ("uncertain", "channel", "kind", "unit", "who", "until", "changed_at", "origin", "stranded"):
        db.execute(f"ALTER TABLE outbox DROP COLUMN {column}")
    db.execute("DROP TABLE data_address")
    db.execute("DROP TABLE item")
    db.execute("DROP TABLE claim")
    db.execute("DROP TABLE probe")
    for table in ("notice", "notice_case", "notice_event", "outbox_notice", "contact", "trouble"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 1")
    db.close()
    with opened(path) as store:
        answer(store, Posted.UNCERTAIN, NOON)
        assert store.mail_counts() == {"queued": 1}


def test_a_history_held_by_another_process_is_said_to_be_in_use(path: Path) -> None:
    opened(path).close()
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with opened(path, patience=0.05) as store, pytest.raises(StoreError, match="in use by another run"):
            store.begin(DAY, "all", NOON)
    finally:
        holder.communicate("")
    with opened(path) as store:
        assert store.begin(DAY, "all", NOON).day == DAY


_HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def test_two_processes_may_open_a_new_history_at_the_same_moment(where: Path | str) -> None:
    openers = [subprocess.Popen([sys.executable, "-c", _OPEN, str(where)], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(opener.communicate()[1], opener.returncode) for opener in openers] == [(b"", 0)] * 4


_OPEN = """
import sys
from pathlib import Path
from monitor.store import opened
where = sys.argv[1]
store = opened(where if where.startswith("postgresql:") else Path(where))
"""
_KILLED = (
    _OPEN
    + """
from datetime import UTC, date, datetime
from monitor.model import ItemSeen
from monitor.store import Seen
now = datetime(2026, 3, 2, 12, tzinfo=UTC)
run = store.begin(date(2026, 3, 2), "all", now)
fault = Seen(kind="dead link", url="http://a.example/x", subject="x")
store.site_done(run, "a", complete=True, findings="kept", seen=[fault], fixed=[], now=now)
day = date(2026, 3, 2)
item = ItemSeen(key="k", title="t", url="", published=None, whole=False, first_seen=day, last_seen=day)
def forever():
    yield item if "items" in sys.argv else fault
    print("midway", flush=True)
    sys.stdin.read()
late = {"items": {"http://a.example/tzgg/": forever()}} if "items" in sys.argv else {}
first = [fault] if late else forever()
store.site_done(run, "b", complete=True, findings="lost", seen=first, fixed=[], now=now, **late)
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("step", ["faults", "items"])
def test_a_kill_in_the_middle_of_a_step_loses_that_step_only(where: Path | str, step: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(where), step],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "midway\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with opened(where) as store:
        run = store.begin(DAY, "all", NOON)
        assert store.done_in(run.id) == {"a"}
        assert store.findings_of(DAY) == {"a": "kept"}
        assert list(store.faults("a")) == [("dead link", "http://a.example/x")]
        assert store.faults("b") == {}
        assert store.items("b") == {}


def test_threads_that_share_a_history_do_not_come_between_each_others_steps(where: Path | str) -> None:
    def slowly(name: str) -> Iterator[Seen]:
        for number in range(40):
            time.sleep(0.001)  # another thread comes to its turn
            yield Seen(kind="dead link", url=f"http://{name}.example/{number}", subject="x")
        if name == "bad":
            raise ZeroDivisionError

    def work(name: str) -> None:
        run = store.begin(DAY, "all", NOON)
        for number in range(3):
            store.site_done(
                run, f"{name}{number}", complete=True, findings=name, seen=slowly(name), fixed=(), now=NOON
            )  # fmt: skip

    with opened(where) as store, ThreadPoolExecutor(3) as pool:
        works = {name: pool.submit(work, name) for name in ("a", "bad", "c")}
        assert {name: type(done.exception()) for name, done in works.items() if done.exception()} == {
            "bad": ZeroDivisionError
        }
        assert set(store.findings_of(DAY)) == {f"{name}{number}" for name in "ac" for number in range(3)}
        assert len(store.faults("a0")) == 40
        assert store.faults("bad0") == {}


def test_data_addresses_are_kept_replaced_and_forgotten_by_site_and_column(where: Path | str) -> None:
    column, other = "http://slj.example.gov.cn/tzgg/", "http://slj.example.gov.cn/gzdt/"
    with opened(where) as store:

        def found(site: str, addresses: dict[str, str], days: int = 0) -> None:
            run = store.begin(DAY + timedelta(days=days), "all", NOON)
            store.site_done(
                run, site, complete=True, findings="{}", seen=(), fixed=(), now=NOON, data_addresses=addresses
            )

        found("slj", {column: "http://slj.example.gov.cn/api?c=1", other: "http://x.example/2"})
        found("zfb", {column: "http://zfb.example.gov.cn/api"})
        found("slj", {column: "http://slj.example.gov.cn/api?c=9", other: ""}, days=1)
    with opened(where) as store:
        assert store.data_addresses("slj") == {column: "http://slj.example.gov.cn/api?c=9"}
        assert store.data_addresses("zfb") == {column: "http://zfb.example.gov.cn/api"}
        assert store.data_addresses("nobody") == {}
