"""What is told of notices by mail: which points of which notice, what happened to them, and to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.model.fleet import Unit
from monitor.model.notice import Case, Event, Notice, Step

FOLLOW_UPS = (
    *(Step.WITHDRAWN, Step.SUPERSEDED, Step.CLOSED, Step.REOPENED, Step.ESCALATED, Step.WAIVED, Step.WAIVER_ENDED),
    *(Step.UPHELD, Step.DISPUTED, Step.REFUTED, Step.RESUMED, Step.WAIVER_ENDS, Step.REMINDED),
)
"""What a unit hears of after its notice; of several things at once, the first of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a notice, and what has just happened to it."""

    event: Event
    case: Case
    """As it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What one mail says of one notice."""

    notice: Notice
    points: tuple[Point, ...]
    """In their order within the notice; only those to which something happened."""
    unit: Unit
    above: bool = False
    """Whether it goes to the tier above the unit, for it escalates."""
    stands_in: bool = False
    """Whether mail reaches none of the unit's own contacts, so that others are asked to pass it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One mail about notices: to whom, and all that it says."""

    recipient: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What mails about notices have in common."""

    office: str
    language: str
    day: date
    answer_to: str
    """The mail address for replies and disputes."""
    hours: int = 6
    """Between the two looks that close a case."""
