"""Items held against their history: new dates on old items, lists without dates, mass postings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.census import judge_column, key_of, reckon
from monitor.model import (
    Column,
    ColumnClass,
    ColumnLook,
    ColumnVerdict,
    Dated,
    Item,
    ItemSeen,
    Reading,
    Span,
    Trust,
    Undated,
)

TODAY = date(2026, 11, 23)
FORTNIGHT = Span(days=14)


def item(n: int, day: date | None, rule: str = "iso", trust: Trust = Trust.SURE) -> Item:
    published = None if day is None else Dated(day=day, text=str(day), where=f"list row {n}", rule=rule, trust=trust)
    return Item(title=f"第{n}号通知", url=f"http://slj.example.gov.cn/tzgg/{n}.html", published=published)


def look(*items: Item, undated: Undated = Undated.UNKNOWN, limit: Span | None = FORTNIGHT) -> ColumnLook:
    column = Column(
        name="工作动态", url="http://slj.example.gov.cn/gzdt/", klass=ColumnClass.A, limit=limit, undated=undated
    )
    days = [i.published for i in items if i.published]
    newest = max(days, key=lambda d: d.day, default=None)
    return ColumnLook(
        column=column,
        reading=Reading.READ if newest else Reading.NO_DATES,
        newest=newest,
        newest_title=next((i.title for i in items if i.published is newest), "") if newest else "",
        items=items,
    )


def after(first: ColumnLook, on: date) -> dict[str, ItemSeen]:
    return {seen.key: seen for seen in reckon(first, {}, on).keep}


def verdict(now: ColumnLook, known: dict[str, ItemSeen], on: date = TODAY) -> ColumnVerdict:
    return judge_column("slj", reckon(now, known, on).look, on).verdict


def test_a_re_dated_old_item_moves_no_clock_and_is_found() -> None:
    known = after(look(item(1, date(2026, 9, 1)), item(2, date(2026, 8, 1))), date(2026, 9, 2))
    now = look(item(2, date(2026, 11, 20)), item(1, date(2026, 9, 1)))
    assert judge_column("slj", now, TODAY).verdict is ColumnVerdict.FRESH  # what a single look would say
    reckoned = reckon(now, known, TODAY)
    assert [(i.title, before.published) for i, before in reckoned.redated] == [("第2号通知", date(2026, 8, 1))]
    assert reckoned.look.newest is not None
    assert reckoned.look.newest.day == date(2026, 9, 1)
    assert verdict(now, known) is ColumnVerdict.STALE


def test_a_re_dated_item_beside_a_new_one_leaves_the_column_fresh() -> None:
    known = after(look(item(1, date(2026, 9, 1))), date(2026, 9, 2))
    now = look(item(3, date(2026, 11, 22)), item(1, date(2026, 11, 20)))
    assert verdict(now, known) is ColumnVerdict.FRESH
    assert len(reckon(now, known, TODAY).redated) == 1


@pytest.mark.parametrize(
    ("first", "now"),
    [
        (item(1, date(2026, 11, 1)), item(1, date(2026, 11, 2))),  # a correction, a time zone
        (item(1, date(2025, 4, 16), rule="month-day"), item(1, date(2026, 4, 16))),  # its year was concluded
        (item(1, date(2026, 4, 16)), item(1, date(2026, 11, 16), rule="relative")),
        (item(1, date(2026, 4, 16), trust=Trust.LIKELY), item(1, date(2026, 11, 16))),
        (item(1, date(2026, 11, 16)), item(1, date(2026, 4, 16))),  # older than before harms nobody
        (item(1, None), item(1, date(2026, 11, 16))),  # a date where there was none
    ],
)
def test_what_may_have_moved_by_itself_accuses_nobody(first: Item, now: Item) -> None:
    known = after(look(first), date(2026, 10, 1))
    assert reckon(look(now), known, TODAY).redated == ()


def test_the_first_date_stays_whatever_is_seen_later() -> None:
    known = after(look(item(1, date(2026, 9, 1))), date(2026, 9, 2))
    again = {seen.key: seen for seen in reckon(look(item(1, date(2026, 11, 20))), known, TODAY).keep}
    assert again[key_of(item(1, None))].published == date(2026, 9, 1)
    assert again[key_of(item(1, None))].last_seen == TODAY


def test_a_list_without_dates_is_as_old_as_its_last_new_item() -> None:
    began = date(2026, 9, 1)
    known = after(look(item(1, None), item(2, None)), began)
    grown = look(item(3, None), item(1, None), item(2, None))
    known |= after(grown, date(2026, 11, 20)) | known
    assert verdict(grown, known) is ColumnVerdict.FRESH
    assert verdict(grown, known, date(2026, 12, 3)) is ColumnVerdict.DUE_SOON
    assert verdict(grown, known, date(2026, 12, 4)) is ColumnVerdict.STALE


@pytest.mark.parametrize(
    ("watched", "policy", "said"),
    [
        (0, Undated.UNKNOWN, ColumnVerdict.UNKNOWN),
        (13, Undated.UNKNOWN, ColumnVerdict.UNKNOWN),
        (14, Undated.UNKNOWN, ColumnVerdict.STALE),
        (0, Undated.STALE, ColumnVerdict.STALE),
        (13, Undated.STALE, ColumnVerdict.STALE),
    ],
)
def test_a_list_that_never_changed_is_judged_by_how_long_it_was_watched(
    watched: int, policy: Undated, said: ColumnVerdict
) -> None:
    now = look(item(1, None), item(2, None), undated=policy)
    known = after(now, TODAY - timedelta(days=watched))
    assert verdict(now, known) is said


def test_a_mass_posting_is_named_in_the_evidence() -> None:
    day = date(2026, 11, 20)
    many = look(*(item(n, day) for n in range(12)), item(13, date(2026, 1, 1)))
    newest = reckon(many, {}, TODAY).look.newest
    assert newest is not None
    assert "12 of 13 items carry this day" in newest.where
    few = look(*(item(n, day) for n in range(9)))
    assert reckon(few, {}, TODAY).look.newest == few.newest


@given(
    st.lists(st.tuples(st.integers(0, 5), st.none() | st.dates(date(2024, 1, 1), TODAY)), max_size=8),
    st.lists(st.tuples(st.integers(0, 5), st.none() | st.dates(date(2024, 1, 1), TODAY)), max_size=8),
)
def test_history_never_makes_a_column_look_newer_than_it_says(
    before: list[tuple[int, date | None]], now: list[tuple[int, date | None]]
) -> None:
    known = after(look(*(item(n, day) for n, day in before)), date(2026, 1, 1))
    shown = look(*(item(n, day) for n, day in now))
    reckoned = reckon(shown, known, TODAY).look
    if shown.newest is not None:
        assert reckoned.newest is not None
        assert reckoned.newest.day <= shown.newest.day
