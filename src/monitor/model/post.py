"""Letters, outbox rows and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """It will not take this mail."""
    BAD_ADDRESS = "address refused"
    """It will take no mail for this address."""
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
    hindered: bool = False
    """Whether the server was not there or did not let us in: then it said nothing of this mail."""


class TroubleKind(StrEnum):
    """What the operators are told of."""

    ADDRESS = "address"
    """A server takes no mail for an address."""
    GIVEN_UP = "given up"
    """A mail was not taken for 48 hours, or may have arrived twice without a word."""
    REFUSED = "refused"
    """A server takes an address, and not this mail."""
    NOBODY = "nobody"
    """A mail to a unit was refused, and nobody is left to whom it could go."""
    RUN = "run"
    """Something that the run could not do."""
    UNIT = "unit"
    """A unit has open notices and nobody to write to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that only the operators can put right."""

    kind: TroubleKind
    id: str
    """What tells it from others of its kind: an address, a unit, a sentence, or the outbox row's id."""
    since: datetime
    said: str
    """Why, in the server's words or ours."""
    address: str = ""
    about: tuple[str, ...] = ()
    """The numbers of the notices that it is about."""


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
