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
    """Which letter it is, "/", and its recipient: two who get the same letter differ in the end alone."""
    kind: str = "report"
    """"report", "notice", "follow-up" or "operator"."""
    unit: str = ""
    """The unit for whose contacts it is; "" for the office's own."""
    about: tuple[str, ...] = ()
    """The numbers of the notices that it speaks of."""
    points: tuple[tuple[str, int], ...] = ()
    """Which points of them, as number and place; of a notice without any: of all of it."""
    origin: str = ""
    """The id of the mail in whose place it goes to another, for its address was refused; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A mail as the outbox knows it, without its content."""

    id: str
    channel: str
    kind: str
    unit: str
    about: tuple[str, ...]
    recipient: str
    state: str
    """"queued", "sending", "sent", "refused", "given up" or "superseded"."""
    tries: int
    uncertain: int
    """How often it may have arrived without a word of the server."""
    queued_at: datetime
    due_at: datetime
    changed_at: datetime
    """When it came to its state."""
    said: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded:
    """A mail to a unit or to operators whose address was refused: it is to go to somebody else."""

    id: str
    origin: str
    """The mail that was meant first; its own id otherwise."""
    meant_for: str
    """That one's address."""
    content: bytes
    """That one's bytes."""
    kind: str
    unit: str
    about: tuple[str, ...]
    letter: str
    """The key of the letter, without its recipient."""
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadAddress:
    """An address for which a server takes no mail."""

    address: str
    since: datetime
    said: str
