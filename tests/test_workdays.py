"""Working days: weekends, holidays, the weekends that are worked instead, and years that nobody knows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import workdays
from monitor.model import Holidays, UnknownYear, WorkCalendar, YearDays

CHINA = WorkCalendar()
WEEKENDS = WorkCalendar(holidays=Holidays.NONE)
KNOWN = st.dates(date(2019, 1, 1), date(2026, 6, 30))


def listed(year: int, off: tuple[date, ...] = (), on: tuple[date, ...] = ()) -> WorkCalendar:
    return WorkCalendar(listed={year: YearDays(off=frozenset(off), on=frozenset(on))})


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # Saturday before the Spring Festival, worked
        (date(2026, 2, 15), False),
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 30), True),
        (date(2018, 12, 29), True),  # by the notice for 2019
        (date(2018, 12, 31), False),
        (date(2020, 1, 31), False),  # the festival that was made longer
    ],
)
def test_the_state_councils_days_are_known(day: date, worked: bool) -> None:
    assert workdays.is_workday(CHINA, day) is worked


def test_a_deadline_counts_the_days_that_are_worked() -> None:
    assert workdays.after(CHINA, date(2026, 2, 13), 5) == date(2026, 2, 27)  # Sat 14 worked, then Tue 24 to Fri 27
    assert workdays.after(CHINA, date(2026, 9, 29), 3) == date(2026, 10, 9)
    assert workdays.after(WEEKENDS, date(2026, 9, 29), 3) == date(2026, 10, 2)
    assert workdays.after(CHINA, date(2026, 11, 28), 1) == date(2026, 11, 30)
    assert workdays.after(CHINA, date(2026, 11, 28), 0) == date(2026, 11, 28)


def test_a_year_that_is_not_known_is_said_and_not_guessed() -> None:
    unknown = workdays.after(CHINA, date(2039, 12, 20), 5)
    assert unknown == UnknownYear(year=2039)
    assert "2039 are not known yet" in workdays.words(UnknownYear(year=2039))
    assert workdays.between(CHINA, date(2039, 3, 1), date(2039, 3, 9)) == UnknownYear(year=2039)
    assert workdays.is_workday(WEEKENDS, date(2039, 3, 1)) is True


def test_the_last_days_of_a_year_are_known_with_the_next() -> None:
    alone = listed(2039)
    assert workdays.is_workday(alone, date(2039, 12, 23)) is True
    assert workdays.is_workday(alone, date(2039, 12, 30)) == UnknownYear(year=2040)
    both = WorkCalendar(listed={2039: YearDays(), 2040: YearDays(off=frozenset({date(2039, 12, 30)}))})
    assert workdays.is_workday(both, date(2039, 12, 30)) is False
    assert workdays.is_workday(both, date(2039, 12, 29)) is True


def test_a_listed_year_is_as_listed() -> None:
    calendar = listed(2026, off=(date(2026, 3, 2),), on=(date(2026, 3, 7),))
    assert workdays.is_workday(calendar, date(2026, 3, 2)) is False
    assert workdays.is_workday(calendar, date(2026, 3, 7)) is True
    assert workdays.is_workday(calendar, date(2026, 10, 1)) is True  # whatever the holidays say of that year
    assert workdays.is_workday(calendar, date(2025, 10, 1)) is False


@given(KNOWN, st.integers(0, 40))
def test_counting_there_and_back_agrees(day: date, count: int) -> None:
    due = workdays.after(CHINA, day, count)
    assert isinstance(due, date)
    assert workdays.between(CHINA, day, due) == count
    assert workdays.between(CHINA, due, day) == -count
    assert not count or workdays.is_workday(CHINA, due) is True


@given(KNOWN, st.integers(0, 10))
def test_a_later_start_never_ends_earlier(day: date, count: int) -> None:
    first, second = (workdays.after(CHINA, day + timedelta(days=n), count) for n in (0, 1))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert first <= second
