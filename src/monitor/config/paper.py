"""What is wrong with the notices: section of a sites.yaml, where each key by itself is right."""

from __future__ import annotations

from datetime import date

from monitor import workdays, yamlfile
from monitor.config.shape import NoticesFile, YearFile
from monitor.yamlfile import Problem

_FREE = 5
"""Of the weekdays from 0, the first that is free."""


def notices_checks(document: yamlfile.Document, given: NoticesFile) -> list[Problem]:
    """Reminders in order and after the notice itself, years listed once, each day in its year and on one side."""
    found: list[Problem] = []
    where = ("notices", "reminders")
    if given.reminders != sorted(set(given.reminders)):
        found.append(document.problem(where, "the reminders must stand in order, each once"))
    for i, day in enumerate(given.reminders):
        if day <= -given.deadline:
            said = f"a reminder so early comes before the notice, whose deadline is {given.deadline} days after it"
            found.append(document.problem((*where, i), f"{said} (found {day})"))
    years = [one.year for one in given.years]
    for i, one in enumerate(given.years):
        if one.year in years[:i]:
            found.append(document.problem(("notices", "years", i, "year"), f"the year {one.year} is listed twice"))
        found += _year_checks(document, ("notices", "years", i), one)
    return found


def _year_checks(document: yamlfile.Document, where: tuple[object, ...], given: YearFile) -> list[Problem]:
    found: list[Problem] = []
    for side, days in (("off", given.off), ("on", given.on)):
        for j, text in enumerate(days):
            day = date.fromisoformat(text)
            if said := _misplaced(day, given.year) or (_not_free(day) if side == "on" else ""):
                found.append(document.problem((*where, side, j), f"{said} (found {text})"))
            if side == "on" and text in given.off:
                found.append(document.problem((*where, side, j), f"{text} cannot be both off and on"))
    return found


def _misplaced(day: date, year: int) -> str:
    """A year's list may tell of the last days of the year before, as the State Council's notices do."""
    if day.year == year or (day.year == year - 1 and workdays.is_told_later(day)):
        return ""
    return f"a day of {year} is meant, or one of the last week of {year - 1}"


def _not_free(day: date) -> str:
    return "" if day.weekday() >= _FREE else "a Saturday or Sunday is meant: other days are worked anyway"
