"""What goes into the history and comes out of it: runs, faults as seen, mails to be queued; and why it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import Outgoing


class StoreError(Exception):
    """The history cannot be read or written; the sentence says what the operator can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A fault as one look shows it."""

    kind: str
    url: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the history knows it."""

    id: str
    day: date
    started_at: datetime
    finished_at: datetime | None
    complete: bool
    held: str
    fleet: str
    """What was asked for: all sites, or one by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A mail or message to be put into the outbox; its key keeps it from being queued twice."""

    outgoing: Outgoing
    dedupe_key: str
    kind: str = "report"
    """"report", "notice", "follow-up" or "operator"."""
    unit: str = ""
    """The unit for whose contacts it is; "" for the office's own."""
    about: tuple[str, ...] = ()
    """The numbers of the notices that it speaks of."""
