"""Notices in the history, in a file and in a database: all of a run stands, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from monitor.model import Changes, Sight, Stage, Step
from monitor.notices import apply
from monitor.store import Queued, Seen, Store, opened
from test_notices import MONDAY, A, B, Office, violation

DAY = date(2026, 3, 2)


def issued() -> tuple[Office, list[Changes]]:
    """Two looks of which the second issues a notice, and what each changes."""
    office, kept = Office(now=MONDAY.astimezone(timezone(timedelta(hours=8)))), []

    def keep(changes: Changes) -> Changes:
        kept.append(changes)
        return Office.keep(office, changes)

    office.keep = keep  # type: ignore[method-assign]
    office.look([violation(A), violation(B, rank=2)])
    office.later().look([violation(A), violation(B, rank=2)])
    return office, kept


def finish(store: Store, changes: Changes, queued: Iterable[Queued] = ()) -> bool:
    run = store.begin(DAY, "*", MONDAY)
    return store.finish(run.id, complete=True, held="", queued=queued, now=MONDAY, changes=changes)


def test_what_was_kept_is_read_back_to_the_last_field(where: Path | str) -> None:
    office, kept = issued()
    with opened(where) as store:
        assert store.book().version == 0
        assert all(finish(store, changes) for changes in kept)
    with opened(where) as store:
        assert {case.key: case for case in store.book().cases} == office.cases
        assert store.book().serials == ((2026, 1),)
        assert store.events() == tuple(office.events)
        assert store.notices() == tuple(office.notices)


def test_the_history_of_a_notice_and_of_a_case_can_be_read(where: Path | str) -> None:
    office, kept = issued()
    with opened(where) as store:
        for changes in kept:
            finish(store, changes)
        assert [event.step for event in store.events("〔2026〕1号")] == [Step.ISSUED, Step.ISSUED]
        of_case = store.events(key=violation(A).key)
        assert [event.step for event in of_case] == [Step.OBSERVED, Step.CONFIRMED, Step.ISSUED]
        case = None
        for event in of_case:
            case = apply(case, event)
        assert case == office.case()


def test_every_field_that_a_long_life_fills_is_kept(where: Path | str) -> None:
    office, kept = issued()
    office.hand(Step.ACKNOWLEDGED)
    office.later().hand(Step.WAIVED, 1, until=date(2026, 3, 20))
    office.hand(Step.CLAIMED, 2)
    office.later().look([violation(B)])
    for _ in range(30):
        office.later().look([violation(A), violation(B)])
    office.later().look([violation(A)], B=Sight.GOOD)
    with opened(where) as store:
        for changes in kept:
            assert store.note(changes, (), MONDAY)
        assert {case.key: case for case in store.book().cases} == office.cases
        assert store.events() == tuple(office.events)


def test_a_crash_at_the_end_of_a_run_leaves_no_gap_in_the_numbers(where: Path | str) -> None:
    _, (first, second) = issued()

    def crash() -> Iterator[Queued]:
        raise RuntimeError("the power is gone")
        yield

    with opened(where) as store:
        finish(store, first)
        with pytest.raises(RuntimeError, match="power"):
            finish(store, second, crash())
    with opened(where) as store:
        assert sorted(run.complete for run in store.runs()) == [False, True]
        assert store.notices() == ()
        assert {case.stage for case in store.book().cases} == {Stage.OBSERVED}
        assert finish(store, second)
        assert [notice.number for notice in store.notices()] == ["〔2026〕1号"]


def test_of_two_who_read_the_same_book_only_the_first_writes(where: Path | str) -> None:
    _, (first, second) = issued()
    with opened(where) as store, opened(where) as other:
        finish(store, first)
        assert finish(store, second)
        run = other.begin(DAY, "another", MONDAY)
        assert not other.finish(run.id, complete=True, held="", queued=(), now=MONDAY, changes=second)
        assert not other.note(second, (), MONDAY)
        assert not next(one for one in other.runs() if one.id == run.id).complete
        assert len(other.events()) == 6


def test_what_was_never_issued_and_is_dismissed_leaves_only_its_events(where: Path | str) -> None:
    office = Office()
    with opened(where) as store:
        for bad in ([violation(A)], []):
            before = len(office.events)
            office.later().look(bad, **({} if bad else {"A": Sight.GOOD}))
            store.note(
                Changes(version=before, events=tuple(office.events[before:]), cases=tuple(office.cases.values())),
                (),
                MONDAY,
            )
        assert store.book().cases == ()
        assert [event.step for event in store.events()] == [Step.OBSERVED, Step.DISMISSED]


def test_the_faults_that_stand_are_told_by_their_kind(where: Path | str) -> None:
    with opened(where) as store:
        run = store.begin(DAY, "*", MONDAY)
        seen = [Seen(kind=kind, url=A, subject="") for kind in ("dead link", "stale column", "link")]
        now = datetime(2026, 3, 2, 3, tzinfo=UTC)
        store.site_done(run, "water", complete=True, findings="{}", seen=seen, fixed=[("stale column", A)], now=now)
        assert store.standing(["dead link", "stale column"]) == {("water", "dead link", A)}
