"""Letters, outbox rows and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    type: str
    """Its media type, such as "text/csv"."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's content, rendered once; neither addressed nor sent."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row of the outbox: the bytes of a mail (or message) and the one address it goes to."""

    id: str
    channel: str = "mail"
    """By which way it goes."""
    sender: str
    """The envelope's sender, where bounces go."""
    recipient: str
    content: bytes


class Posted(StrEnum):
    """What became of a mail handed to the server."""

    SENT = "sent"
    """The server took it."""
    RETRY = "retry"
    """It did not, and may later."""
    REFUSED = "refused"
    """It will not take this mail for this recipient."""
    UNCERTAIN = "uncertain"
    """The connection broke after the mail was on its way; it may have been taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to one outgoing row."""

    id: str
    recipient: str
    state: Posted
    reason: str
    """The server's own words, or ours when it said none; printable, one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for bytes that were posted to an address."""

    status: int | None = None
    """None: nothing came."""
    body: bytes = b""
    """At most its first 64 kB."""
    trouble: str = ""
    """Why no answer came, or not a whole one, in a sentence without the address; "" when all came."""
    gone: bool = False
    """Whether all of what was posted had left us, so that it may have been taken."""
