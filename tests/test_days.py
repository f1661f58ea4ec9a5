from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import days
from monitor.model import Span

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))
SPANS = st.builds(Span, days=st.integers(0, 900), months=st.integers(0, 40), years=st.integers(0, 9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 days", Span(days=14)),
        ("1 day", Span(days=1)),
        ("2 weeks", Span(days=14)),
        ("6 months", Span(months=6)),
        ("6个月", Span(months=6)),
        ("1 year", Span(years=1)),
        ("1年", Span(years=1)),
        ("30d", Span(days=30)),
        ("0 days", None),
        ("six months", None),
        ("6 months and a day", None),
        ("", None),
    ],
)
def test_a_span_is_read_from_plain_words(text: str, expected: Span | None) -> None:
    assert days.span(text) == expected


@pytest.mark.parametrize(
    ("newest", "limit", "today", "over"),
    [
        (date(2026, 11, 9), Span(days=14), date(2026, 11, 23), True),
        (date(2026, 11, 10), Span(days=14), date(2026, 11, 23), False),
        (date(2026, 11, 8), Span(days=14), date(2026, 11, 23), True),
        (date(2026, 5, 23), Span(months=6), date(2026, 11, 23), True),
        (date(2026, 5, 24), Span(months=6), date(2026, 11, 23), False),
        # six months before 31 August is the last of February
        (date(2026, 2, 28), Span(months=6), date(2026, 8, 31), True),
        (date(2026, 3, 1), Span(months=6), date(2026, 8, 31), False),
        (date(2024, 2, 29), Span(months=6), date(2024, 8, 31), True),
        # a year before a leap day is 28 February
        (date(2023, 2, 28), Span(years=1), date(2024, 2, 29), True),
        (date(2023, 3, 1), Span(years=1), date(2024, 2, 29), False),
    ],
)
def test_a_limit_is_inclusive_and_follows_the_calendar(newest: date, limit: Span, today: date, over: bool) -> None:
    assert days.is_over(newest, limit, today) is over


@given(DAYS, SPANS)
def test_going_back_and_forth_never_passes_the_start(day: date, length: Span) -> None:
    assert days.before(day, length) <= day <= days.after(day, length)


@given(DAYS, DAYS, SPANS)
def test_an_older_item_is_never_fresher(one: date, other: date, length: Span) -> None:
    today = date(2100, 1, 1)
    older, newer = sorted((one, other))
    assert days.is_over(older, length, today) or not days.is_over(newer, length, today)


@given(DAYS, st.integers(1, 3000))
def test_a_span_of_days_is_just_so_long(today: date, count: int) -> None:
    assert days.length_in_days(Span(days=count), today) == count
    assert days.is_over(today - timedelta(days=count), Span(days=count), today)
    assert not days.is_over(today - timedelta(days=count - 1), Span(days=count), today)


@given(SPANS)
def test_words_name_the_longest_unit(length: Span) -> None:
    assert days.words(length).split()[0].isdigit()
