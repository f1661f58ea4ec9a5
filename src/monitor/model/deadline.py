"""When notices are issued, reminded of and escalated."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.calendar import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """When notices are issued, reminded of and escalated. Days are working days where not said otherwise."""

    deadline: int = 5
    reminders: tuple[int, ...] = (-2, 0, 5)
    """Days after the deadline, less than 0 before it; in order."""
    repeat: int = 5
    """After the last of these, every so many days; 0: no more."""
    escalation: int = 10
    """Days after the deadline."""
    number: str = "〔{year}〕{number}号"
    calendar: WorkCalendar = WorkCalendar()  # noqa: RUF009 - frozen
    hours_apart: int = 6
    """Between two looks that confirm, or close, a case."""
    reopen_within: int = 30
    """A relapse within so many calendar days opens the same number again."""
    warn_before: int = 7
    """Calendar days before the end of a waiver on which the office hears of it."""
