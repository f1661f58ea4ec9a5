"""Looks at home pages that only ask whether a site is open, and what a week of them comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One look at a site's home page."""

    site: str
    at: datetime
    """When it began, in UTC."""
    seconds: float | None
    """How long the answer took, its redirects included, waiting for a polite moment not; None: none came."""
    open: bool
    reason: str = ""
    """Why it was not open, in one clause; of one that was, what a person should know: an expired certificate."""
    doubtful: bool = False
    """Never together with `open`: a wall, a challenge, a notice of works; whether a person gets in is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeDay:
    """The looks of one day of the office's calendar."""

    day: date
    probes: int
    """Those that count."""
    failures: int
    doubtful: int
    excused: int
    """Within a registered downtime; they show that the day was watched, and do not count."""
    crowded: int
    """Too close to the one before; they show nothing more."""
    enough: bool
    """Whether the day was looked at as often as is asked for."""


class Reachability(StrEnum):
    """How a week of probes stands against the rule."""

    PASSED = "passed"
    WARNED = "early warning"
    BREACHED = "not reachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """A site's week of probes against the rule, with its evidence."""

    site: str
    standing: Reachability
    why: str
    """Why it is unknown, in one clause; "" when it is not."""
    days: tuple[ProbeDay, ...]
    """Every day of the week, oldest first."""
    probes: int
    """Those that count: spaced, within the week, in no registered downtime."""
    failures: int
    doubtful: int
    left: int
    """Further failures, at this number of probes, with which the limit is reached; 0 when it is."""
    first_failure: Probe | None
    last_failure: Probe | None
    causes: tuple[tuple[str, int], ...]
    """Why probes failed and how many times, the commonest first."""
    doubts: tuple[tuple[str, int], ...]
    """The same of the doubtful ones."""

    @property
    def valid(self) -> bool:
        """Whether every day of the week was looked at often enough, and any look counts."""
        return self.probes > 0 and all(day.enough for day in self.days)
