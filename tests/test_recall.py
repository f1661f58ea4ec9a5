"""The memory of pages: what goes in comes out on another day, and whatever befalls its file, nothing fails."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.crawl import recheck
from monitor.model import Outlink, Place
from monitor.recall import Facts, Known, Recall

TODAY = date(2026, 3, 20)
URL = "http://a.example/art/1.html"


@contextmanager
def recall(path: Path, *, reader: str = "1", today: date = TODAY) -> Iterator[Recall]:
    with closing(Recall(path, reader=reader, today=today)) as open_:
        yield open_


def outlink(n: int, place: Place = Place.BODY) -> Outlink:
    return Outlink(url=f"http://a.example/{n}", text=f"第{n}号\n“通知”", place=place, fragment="f" * (n % 2))


def known(*parts: tuple[Outlink, ...], hours: int = 48, on: date = TODAY) -> Known:
    facts = Facts(parts=parts, bad_links=(("htp:/x", "坏"),), next_page="http://a.example/2", ordered=False)
    return Known(etag='"e"', modified="m", body=7, looked_on=on, whole_on=on, hours=hours, facts=facts)


def seen(found: Known | None) -> tuple[object, ...] | None:
    if found is None:
        return None
    return found.etag, found.modified, found.body, found.looked_on, found.whole_on, found.hours, found.facts


_LINKS = st.builds(
    Outlink, url=st.text(max_size=9), text=st.text(max_size=9), tag=st.sampled_from(("a", "img")),
    place=st.sampled_from(Place), fragment=st.text(max_size=3),
)  # fmt: skip
_PARTS = st.lists(st.lists(_LINKS, min_size=1, max_size=4).map(tuple), max_size=4).map(tuple)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=4), st.lists(st.integers(0, 3), max_size=12))
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, pages: list[tuple[tuple[Outlink, ...], ...]], order: list[int]
) -> None:
    path = tmp_path_factory.mktemp("recall") / "pages.db"
    true: dict[str, Known] = {}
    with recall(path) as memory:
        for n, which in enumerate(order):
            url = f"{URL}?{n % 5}"
            true[url] = known(*pages[which % len(pages)], hours=n)
            memory.keep("s", url, true[url])
            assert seen(memory.known("s", url)) == seen(true[url])
    with recall(path, today=TODAY + timedelta(days=1)) as memory:
        for url, kept in true.items():
            assert seen(memory.known("s", url)) == seen(kept)
            assert memory.known("another", url) is None


def test_a_stretch_that_stands_on_many_pages_is_kept_once_and_comes_back_as_one_object(tmp_path: Path) -> None:
    frame, count = tuple(outlink(n) for n in range(40)), 200
    with recall(tmp_path / "pages.db") as memory:
        for n in range(count):
            memory.keep("s", f"{URL}?{n}", known(frame, (outlink(1000 + n),)))
    with closing(sqlite3.connect(tmp_path / "pages.db")) as db:
        assert db.execute("SELECT count(*) FROM part").fetchone() == (1,)
        (size,) = db.execute("SELECT sum(length(facts)) FROM page").fetchone()
    assert size / count < 250
    with recall(tmp_path / "pages.db") as memory:
        found = [memory.known("s", f"{URL}?{n}") for n in range(1, count)]
    assert len({id(page.facts.parts[0]) for page in found if page and page.facts}) == 1


def test_what_is_not_alive_any_more_is_forgotten_also_before_it_was_written(tmp_path: Path) -> None:
    with recall(tmp_path / "pages.db") as memory:
        for url in (URL, f"{URL}?2"):
            memory.keep("s", url, known())
        memory.flush()
        memory.keep("s", f"{URL}?3", known())
        for url in (URL, f"{URL}?3"):
            memory.forget("s", url)
            assert memory.known("s", url) is None
    with recall(tmp_path / "pages.db") as memory:
        assert [memory.known("s", f"{URL}{more}") is None for more in ("", "?2", "?3")] == [True, False, True]


def test_pages_to_which_nothing_leads_any_more_are_forgotten_in_time(tmp_path: Path) -> None:
    with recall(tmp_path / "pages.db") as memory:
        memory.keep("s", URL, known((outlink(1),)))
    for days, left in ((89, 1), (91, 0)):
        with recall(tmp_path / "pages.db", today=TODAY + timedelta(days=days)):
            pass
        with closing(sqlite3.connect(tmp_path / "pages.db")) as db:
            assert db.execute("SELECT count(*) FROM page").fetchone() == (left,)


def test_another_reader_starts_anew(tmp_path: Path) -> None:
    with recall(tmp_path / "pages.db", reader="1") as memory:
        memory.keep("s", URL, known())
    with recall(tmp_path / "pages.db", reader="2") as memory:
        assert memory.known("s", URL) is None
        memory.keep("s", URL, known())
    with recall(tmp_path / "pages.db", reader="2") as memory:
        assert memory.known("s", URL) is not None


@pytest.mark.parametrize("found", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_damaged_is_begun_anew(tmp_path: Path, found: bytes) -> None:
    (tmp_path / "pages.db").write_bytes(found)
    with recall(tmp_path / "pages.db") as memory:
        memory.keep("s", URL, known())
        memory.flush()
        assert memory.known("s", URL) is not None


def test_where_it_cannot_be_written_nothing_is_remembered_and_it_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING), recall(tmp_path / "file" / "pages.db") as memory:
        for n in range(3):
            memory.keep("s", f"{URL}?{n}", known())
            memory.flush()
            assert memory.known("s", URL) is None
    assert len(caplog.records) == 1
    assert "pages are read anew" in caplog.text


def test_rows_of_a_stranger_are_not_believed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with recall(tmp_path / "pages.db") as memory:
        memory.keep("s", URL, known())
    with closing(sqlite3.connect(tmp_path / "pages.db")) as db:
        db.execute("UPDATE page SET facts = x'00'")
        db.commit()
    with caplog.at_level(logging.WARNING), recall(tmp_path / "pages.db") as memory:
        assert memory.known("s", URL) is None
    assert "pages are read anew" in caplog.text


def test_two_processes_may_write_at_the_same_time(tmp_path: Path) -> None:
    with recall(tmp_path / "pages.db") as one, recall(tmp_path / "pages.db") as other:
        one.keep("a", URL, known())
        other.keep("b", URL, known())
        one.flush()
        other.flush()
        assert one.known("b", URL) is not None
        assert other.known("a", URL) is not None


_HOURS = st.integers(12, 24 * 30)


@given(_HOURS, st.integers(0, 2**63), st.integers(1, 30), st.integers(0, 60))
def test_nothing_goes_longer_without_a_look_than_it_may(hours: int, spread: int, within: int, later: int) -> None:
    last = Known(looked_on=TODAY, whole_on=TODAY, hours=hours)
    today = TODAY + timedelta(days=later)
    if later >= within:
        assert recheck.is_due(last, spread, today, within)
    assert recheck.is_to_be_whole(last, today) == (later >= 30)
    if later < hours // 24 * 2 // 3 and later < within * 2 // 3:
        assert not recheck.is_due(last, spread, today, within)


def test_a_clock_that_was_put_back_makes_everything_due() -> None:
    last = Known(looked_on=TODAY, whole_on=TODAY, hours=240)
    yesterday = TODAY - timedelta(days=1)
    assert recheck.is_due(last, 0, yesterday, 30)
    assert recheck.is_to_be_whole(last, yesterday)


@given(st.lists(st.booleans(), max_size=20))
def test_the_interval_stays_between_half_a_day_and_the_most(changes: list[bool]) -> None:
    hours = recheck.first_hours(None, today=TODAY)
    for changed in changes:
        before, hours = hours, recheck.next_hours(hours, changed=changed, within=30)
        assert 12 <= hours <= 720
        assert hours <= before or not changed


@pytest.mark.parametrize(
    ("days", "expected"), [(None, 48), (0, 24), (9, 24), (30, 72), (100, 240), (4000, 336), (-5, 48)]
)
def test_the_first_interval_is_a_tenth_of_the_age(days: int | None, expected: int) -> None:
    day = None if days is None else TODAY - timedelta(days=days)
    assert recheck.first_hours(day, today=TODAY) == expected
