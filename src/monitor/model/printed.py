"""What the papers of an office say: rows of its ledger, a notice to a unit, a circular to all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.finding import Violation
from monitor.model.fleet import Unit
from monitor.model.limit import Span


class PointState(StrEnum):
    """How a point of a notice stands, in the words of an office."""

    UNTOLD = "no notice yet"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED = "claimed fixed"
    DISPUTED = "disputed"
    WAIVED = "waived"
    SUSPENDED = "suspended"
    GOOD_ONCE = "looked good once"
    OVERDUE = "overdue"
    IN_TIME = "put right in time"
    LATE = "put right late"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of the ledger (整改台账): a violation, and how far its rectification is.

    The number of its notice, also of one that is settled, is that of the violation.
    """

    violation: Violation
    checked: datetime
    """When the look ended that it rests on, with its time zone."""
    limit: Span | None = None
    """As it was set; None: in days, as the violation holds it."""
    newest_url: str = ""
    opens: bool = False
    """Whether its address may be a link: http(s), alive, and held against nobody."""
    deadline: date | None = None
    """The last day for putting it right; None before a notice is issued."""
    reply: str = ""
    """What the unit answered."""
    recheck: str = ""
    """What the re-check found."""
    state: PointState | None = None
    """None where no notices are issued."""
    issued: date | None = None
    """The day of its notice."""
    closed: date | None = None
    """The day on which it was settled."""
    late: int = 0
    """Calendar days after the deadline, of what is or was overdue."""
    times: int = 1
    """How often it was told of, this time included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNotice:
    """A notice (整改通知) to one unit, as it is printed."""

    number: str
    office: str
    unit: Unit
    day: date
    """The day of issue."""
    findings: tuple[LedgerRow, ...]
    deadline: date | None = None
    """The last day for putting right and answering; None: a draft, left blank to be written in."""
    basis: tuple[str, ...] = ()
    """The rules that it rests on; empty: those of its findings' kinds."""
    signature: str = ""
    """The line above the day; "": the office."""
    recheck: date | None = None
    """When it is looked at again."""
    contact: str = ""
    """Whom to answer, or to tell that a finding is wrong."""
    times: int = 1
    """The how-maniest notice of the same it is."""
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the points of the notices of a period; those withdrawn are left out."""

    since: date
    """Its first day."""
    notices: int
    points: int
    in_time: int
    """Put right by the deadline."""
    late: int
    """Put right after it."""
    overdue: int
    waiting: int
    """Open: within the deadline, paused, or looked at again."""
    sites: int
    """All that are watched."""
    blamed: int
    """Sites with a point."""
    unsettled: int
    """Sites with a point that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circular:
    """A circular (通报) of what is overdue, as it is printed."""

    office: str
    day: date
    sites: int
    """All that are watched."""
    checked: int
    clean: int
    """Checked, and without a finding."""
    fixed: int
    """Faults that were put right since the last complete look."""
    rows: tuple[LedgerRow, ...]
    """What it names, in its order."""
    tally: Tally | None = None
    """Where notices are issued."""
    number: str = ""
    """ "": a draft."""
    deadline: date | None = None
    """None: left blank to be written in."""
    signature: str = ""
    """The line above the day; "": the office."""
    contact: str = ""
    language: str = "zh-CN"
