"""Working days and deadlines, by the calendar of an office; a year that nobody knows yet is never guessed.

Door for chinese_calendar, the State Council's yearly notices as data: each is out in November of the year before.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from monitor.model import Holidays, UnknownYear, WorkCalendar

_CHINA_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
_YEAR_END = (12, 24)
"""The notice for the next year may tell of the days after it: that for 2019 made 31 December 2018 free."""
_FREE = 5
"""Of the weekdays from 0, the first that is free."""
_DAY = timedelta(days=1)


def is_workday(calendar: WorkCalendar, day: date) -> bool | UnknownYear:
    """Whether a day is worked."""
    for year in (day.year, day.year + 1) if is_told_later(day) else (day.year,):
        if not _knows(calendar, year):
            return UnknownYear(year=year)
    listed = [calendar.listed[year] for year in (day.year, day.year + 1) if year in calendar.listed]
    if any(day in year.on for year in listed):
        return True
    if any(day in year.off for year in listed):
        return False
    if day.year in calendar.listed or calendar.holidays is Holidays.NONE:
        return day.weekday() < _FREE
    return bool(chinese_calendar.is_workday(day))


def is_told_later(day: date) -> bool:
    """Whether the list of the next year may say something of this day: it is one of the last of December."""
    return (day.month, day.day) > _YEAR_END


def after(calendar: WorkCalendar, day: date, count: int) -> date | UnknownYear:
    """The `count`-th working day after a day; the day itself for 0."""
    while count > 0:
        day += _DAY
        worked = is_workday(calendar, day)
        if isinstance(worked, UnknownYear):
            return worked
        count -= worked
    return day


def between(calendar: WorkCalendar, start: date, end: date) -> int | UnknownYear:
    """How many working days come after `start`, up to `end` and with it; less than 0 when `end` comes first."""
    first, last = sorted((start, end))
    count = 0
    while first < last:
        first += _DAY
        worked = is_workday(calendar, first)
        if isinstance(worked, UnknownYear):
            return worked
        count += worked
    return count if start <= end else -count


def words(unknown: UnknownYear) -> str:
    """What the operator can do about a year that is not known, as one sentence."""
    return (
        f"the working days of {unknown.year} are not known yet: update the package chinesecalendar, or list that year's"
        " days off under notices: years: in sites.yaml"
    )


def _knows(calendar: WorkCalendar, year: int) -> bool:
    return calendar.holidays is Holidays.NONE or year in calendar.listed or year in _CHINA_YEARS
