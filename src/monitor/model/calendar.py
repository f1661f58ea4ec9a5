"""By which calendar people work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Holidays(StrEnum):
    """Whose holidays are kept."""

    CHINA = "china"
    """Those of the State Council's yearly notice, with the weekends that are worked instead (调休)."""
    NONE = "weekends"
    """Saturdays and Sundays are free, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearDays:
    """The days of one year that are not as their weekday says."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    """Saturdays and Sundays that are worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Which days are worked."""

    holidays: Holidays = Holidays.CHINA
    listed: Mapping[int, YearDays] = field(default_factory=dict)
    """Years that the operator lists; such a year is as listed, whatever `holidays` says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownYear:
    """Instead of an answer: the days off of this year are not known yet."""

    year: int
