"""Notices: what was sent to a unit, what it must put right, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.crawl import Parent
from monitor.model.limit import Span


class Stage(StrEnum):
    """How far the life of a case has come."""

    OBSERVED = "observed"
    CONFIRMED = "confirmed"
    ISSUED = "issued"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    """Never confirmed: nobody was told of it."""
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """It is no longer this unit's: another answers for the site by now, or nobody watches it any more."""


class Step(StrEnum):
    """What may happen to a case."""

    OBSERVED = "observed"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    ISSUED = "issued"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED = "claimed fixed"
    REFUTED = "claim refuted"
    """It was claimed to be fixed, and a later look still shows it."""
    DISPUTED = "disputed"
    UPHELD = "upheld"
    """A dispute was turned down."""
    WAIVED = "waived"
    WAIVER_ENDS = "waiver ends soon"
    WAIVER_ENDED = "waiver ended"
    SUSPENDED = "suspended"
    """Its site cannot be looked at: the clock stands."""
    RESUMED = "resumed"
    IMPROVED = "looked good once"
    RELAPSED = "looked bad again"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Sight(StrEnum):
    """What one look says of a case."""

    BAD = "bad"
    GOOD = "good"
    UNSEEN = "unseen"
    """The site was looked at, but this could not be judged."""
    BLIND = "blind"
    """The site could not be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stood when a case was issued or reopened; it never changes afterwards."""

    site_name: str
    site_url: str
    site_code: str
    unit_name: str
    column_class: str
    """"" for what is no column."""
    newest: date | None
    days_since_update: int | None
    limit_days: int | None
    days_over: int | None
    sentence: str
    first_seen: date
    reach: int
    """How many pages show it."""
    day: date
    """The day of the look."""
    limit: Span | None = None
    """The limit as it was set; None: in days, or of a notice from before it was kept."""
    found_on: tuple[Parent, ...] = ()
    """Pages that show it, with the link's words; at most five."""


CaseKey = tuple[str, str, str]
"""Site, kind and address: what makes a violation, and so its case, the same tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One violation and its life; there is one for each site, kind and address."""

    site: str
    kind: str
    url: str
    unit: str
    """The responsible unit's id."""
    subject: str
    stage: Stage
    observed_at: datetime
    changed_at: datetime
    notice: str = ""
    """The number of the notice in which it stands; "" before it is issued."""
    point: int = 0
    """Its place in that notice, from 1."""
    issued_on: date | None = None
    due: date | None = None
    """The last day to put it right; it only ever moves to a later one."""
    evidence: Evidence | None = None
    acknowledged_at: datetime | None = None
    claimed_at: datetime | None = None
    disputed: bool = False
    waived_until: date | None = None
    waiver_warned: bool = False
    suspended: bool = False
    paused_on: date | None = None
    """Since when its clock stands: it is disputed, waived or suspended."""
    good_since: datetime | None = None
    """The first good look of those in a row; None after a bad one."""
    reminded: int | None = None
    """The last reminder, in working days after the deadline."""
    escalated: bool = False
    closed_at: datetime | None = None
    closed_on: date | None = None
    relapsed_at: datetime | None = None
    """The first bad look after it was closed."""
    times: int = 0
    """How often it was issued or reopened, in earlier notices too."""

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of its violation."""
        return (self.site, self.kind, self.url)

    @property
    def is_open(self) -> bool:
        """Whether a unit was told of it and it is not settled."""
        return self.stage is Stage.ISSUED

    @property
    def is_paused(self) -> bool:
        """Whether its clock stands."""
        return self.disputed or self.suspended or self.waived_until is not None

    def rectified_on(self, beside: datetime) -> date | None:
        """The day of the first good look, in the time zone of `beside`; None before there is one."""
        return self.good_since.astimezone(beside.tzinfo).date() if self.good_since else None

    def is_overdue(self, day: date) -> bool:
        """Whether its deadline is over on a day, and neither a pause nor a first good look speaks for it."""
        waits = self.is_open and not self.is_paused and self.good_since is None
        return waits and self.due is not None and self.due < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a case; never changed, never deleted."""

    site: str
    kind: str
    url: str
    step: Step
    at: datetime
    day: date
    """The office's day."""
    who: str
    """A person, or "monitor"."""
    why: str
    run: str = ""
    """The run that showed it; "" for what a person did."""
    notice: str = ""
    point: int = 0
    unit: str = ""
    subject: str = ""
    due: date | None = None
    """The deadline from now on; None where it stays."""
    until: date | None = None
    """The last day of a waiver."""
    level: int | None = None
    """Of a reminder: working days after the deadline."""
    evidence: Evidence | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of its case."""
        return (self.site, self.kind, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it was issued: all that one unit had to hear of after one run."""

    number: str
    year: int
    serial: int
    """Counted from 1 in each year, without gaps."""
    unit: str
    unit_name: str
    issued_at: datetime
    issued_on: date
    due: date
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All cases but those that were dismissed and never issued, and how far the notices are counted."""

    cases: tuple[Case, ...] = ()
    serials: tuple[tuple[int, int], ...] = ()
    """The last serial of each year that has one."""
    version: int = 0
    """How many events were kept before it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be written into the book, and the cases as they are afterwards."""

    version: int
    """That of the book which was read: it is refused when another has written since."""
    events: tuple[Event, ...] = ()
    cases: tuple[Case, ...] = ()
    notices: tuple[Notice, ...] = ()
    problems: tuple[str, ...] = ()
    """Why something had to wait, as sentences for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """How the notices stand after a run, for those who see to them."""

    notices: tuple[Notice, ...] = ()
    """All that were issued, newest first."""
    cases: tuple[Case, ...] = ()
    """All points of notices as they are now; a fault that later notices speak of again stands in the newest."""
    issued: tuple[Case, ...] = ()
    """The points of the notices of the report's day, as they were issued or reopened on it."""
    replies: tuple[Event, ...] = ()
    """What people did to these cases, in order."""
    problems: tuple[str, ...] = ()
    """Why something had to wait, as sentences for the operator."""
