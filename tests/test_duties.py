"""Duties with a date: on their last day, the day before and the day after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.census.duties import judge_duties, window
from monitor.model import (
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Duty,
    Reach,
    Rhythm,
    RuleVerdict,
    Site,
    SiteFacts,
    Span,
    Unit,
)

URL = "http://czj.example.gov.cn/cwjs/"
COLUMN = ColumnFinding(
    site_id="czj", name="财政信息 > 财政决算", url=URL, klass=ColumnClass.C, limit=Span(years=1), limit_days=365,
    newest=None, age_days=None, verdict=ColumnVerdict.FRESH, evidence="said",
)  # fmt: skip
AFTER = Duty(name="部门决算", column="财政决算", rhythm=Rhythm.AFTER_EVENT, event=date(2026, 8, 15), span=Span(days=20))
YEARLY = Duty(name="年度报告", column="财政决算", rhythm=Rhythm.BY_DAY, month=3, day=31)
QUARTER = Duty(name="水环境质量", column="财政决算", rhythm=Rhythm.QUARTER, span=Span(days=30))
MONTH = Duty(name="自行监测", column=URL, rhythm=Rhythm.MONTH, span=Span(days=10))
THRICE = Duty(name="在线访谈", column="财政决算", rhythm=Rhythm.COUNT, at_least=3, span=Span(years=1))


def judged(
    duty: Duty, today: date, *published: date, column: ColumnFinding = COLUMN, cut: bool = False
) -> tuple[RuleVerdict, str]:
    site = Site(
        id="czj", name="财政局", url="http://czj.example.gov.cn/", unit=Unit(id="u", name="财政局"), duties=(duty,)
    )
    found = replace(column, newest=max(published, default=column.newest or date.min)) if published else column
    known = SiteFacts(
        site=site, today=today, reach=Reach.OPEN, reason="", whole=True, columns=(found,), published={URL: published},
        cut=frozenset([URL] if cut else []),
    )  # fmt: skip
    (said,) = judge_duties(known)
    return said.verdict, said.evidence


@pytest.mark.parametrize(
    ("duty", "last", "counts_from"),
    [
        (AFTER, date(2026, 9, 4), date(2026, 8, 15)),
        (YEARLY, date(2026, 3, 31), date(2026, 1, 1)),
        (QUARTER, date(2026, 10, 30), date(2026, 7, 1)),
        (MONTH, date(2026, 3, 10), date(2026, 2, 1)),
        (replace(MONTH, rhythm=Rhythm.YEAR), date(2026, 1, 10), date(2025, 1, 1)),
    ],
)
def test_the_last_day_is_in_time_and_the_next_one_is_not(duty: Duty, last: date, counts_from: date) -> None:
    before = counts_from - timedelta(days=1)
    assert judged(duty, last, before)[0] is RuleVerdict.WARN
    assert judged(duty, last - timedelta(days=1), before)[0] is RuleVerdict.WARN
    verdict, said = judged(duty, last + timedelta(days=1), before)
    assert verdict is RuleVerdict.BREACH
    assert f"due by {last}, 1 day overdue" in said
    for today in (last, last + timedelta(days=1)):
        assert judged(duty, today, counts_from)[0] is RuleVerdict.PASS


def test_long_before_it_is_due_nothing_is_warned_of() -> None:
    assert judged(AFTER, date(2026, 8, 16), date(2026, 1, 1))[0] is RuleVerdict.PASS
    assert judged(YEARLY, date(2026, 2, 1), date(2025, 3, 1))[0] is RuleVerdict.PASS
    assert judged(YEARLY, date(2026, 12, 1), date(2026, 3, 1))[0] is RuleVerdict.PASS


@pytest.mark.parametrize("today", [date(2026, 12, 30), date(2026, 6, 1), date(2026, 4, 1)])
def test_a_year_that_was_missed_stays_due(today: date) -> None:
    assert judged(YEARLY, today, date(2025, 3, 1))[0] is RuleVerdict.BREACH


@pytest.mark.parametrize(("count", "expected"), [(2, RuleVerdict.BREACH), (3, RuleVerdict.PASS), (4, RuleVerdict.PASS)])
def test_so_often_a_year(count: int, expected: RuleVerdict) -> None:
    today = date(2026, 11, 3)
    days_ = [today - timedelta(days=30 * n) for n in range(count)]
    old = date(2025, 11, 3)
    assert judged(THRICE, today, *days_, old)[0] is expected
    assert judged(THRICE, today, *days_, cut=True)[0] is (RuleVerdict.PASS if count >= 3 else RuleVerdict.UNKNOWN)


def test_the_day_a_year_ago_counts_no_more_also_on_29_february() -> None:
    today = date(2025, 2, 28)
    assert judged(replace(THRICE, at_least=1), today, date(2024, 2, 29))[0] is RuleVerdict.PASS
    assert judged(replace(THRICE, at_least=1), today, date(2024, 2, 28))[0] is RuleVerdict.BREACH


def test_what_cannot_be_read_accuses_nobody() -> None:
    unread = replace(COLUMN, verdict=ColumnVerdict.UNKNOWN, evidence="no date found")
    assert judged(AFTER, date(2026, 12, 1), column=unread)[0] is RuleVerdict.UNKNOWN
    assert judged(replace(AFTER, column="没有的"), date(2026, 12, 1))[0] is RuleVerdict.UNKNOWN


def test_an_empty_column_is_overdue() -> None:
    blank = replace(COLUMN, verdict=ColumnVerdict.BLANK)
    verdict, said = judged(AFTER, date(2026, 12, 1), column=blank)
    assert (verdict, said.startswith("nothing published")) == (RuleVerdict.BREACH, True)


_DUTIES = st.one_of(
    st.builds(
        Duty, name=st.just("d"), column=st.just("财政决算"),
        rhythm=st.sampled_from((Rhythm.MONTH, Rhythm.QUARTER, Rhythm.YEAR)), span=st.builds(Span, days=st.integers(0, 40)),
    ),
    st.builds(
        Duty, name=st.just("d"), column=st.just("财政决算"), rhythm=st.just(Rhythm.BY_DAY),
        month=st.integers(1, 12), day=st.integers(1, 31),
    ),
)  # fmt: skip


@given(_DUTIES, st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_a_window_opens_before_it_closes_and_what_is_published_today_satisfies_it(duty: Duty, today: date) -> None:
    since, due = window(duty, today)
    assert since <= due
    assert since <= today
    assert judged(duty, today, today)[0] is RuleVerdict.PASS
