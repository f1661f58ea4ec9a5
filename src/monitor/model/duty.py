"""Duties with a date: what must be published by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.model.limit import Span


class Rhythm(StrEnum):
    """How a duty comes back."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    """Each of these: something for each period, at most so long after its end."""
    BY_DAY = "by a day of the year"
    AFTER_EVENT = "after an event"
    COUNT = "so often within a span"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule or duty that a site is not judged by, why, by whose word and until when."""

    rule: str
    """The rule's id or the duty's name."""
    reason: str
    by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that a column must bring in time."""

    name: str
    column: str
    """The column's name, or its address."""
    rhythm: Rhythm
    basis: str = ""
    """The words that set it."""
    span: Span = Span()  # noqa: RUF009 - frozen
    """The grace after a period or an event; for a count the span that is looked back."""
    month: int = 12
    day: int = 31
    """Of BY_DAY."""
    event: date | None = None
    """Of AFTER_EVENT."""
    at_least: int = 1
    """Of COUNT."""
