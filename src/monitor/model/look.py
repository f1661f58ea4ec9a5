"""What one look at an address brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why a look brought no answer."""

    NO_SUCH_HOST = "no such host"
    DNS = "name lookup failed"
    REFUSED = "connection refused"
    UNREACHABLE = "network unreachable"
    RESET = "connection reset"
    CLOSED = "closed without an answer"
    TIMEOUT = "timed out"
    TLS = "TLS handshake failed"
    CERTIFICATE = "certificate not trusted"
    BAD_ANSWER = "answer not understood"
    BAD_ADDRESS = "malformed address"
    BLOCKED_ADDRESS = "address not allowed"
    BAD_REDIRECT = "bad redirect"
    REDIRECT_LOOP = "endless redirect"
    TOO_LARGE = "headers too large"
    ROBOTS = "disallowed by robots.txt"
    PROXY = "proxy failed"
    OURS = "the monitor's own fault"


class Phase(StrEnum):
    """How far a look had come when it failed."""

    GUARD = "guard"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    HEADERS = "headers"
    BODY = "body"
    REDIRECT = "redirect"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An expected failure of a look, as a value."""

    cause: Cause
    phase: Phase
    detail: str = ""
    """The library's or system's own words, made printable."""


class TlsFault(StrEnum):
    """What is wrong with a certificate; the page behind it is still read."""

    EXPIRED = "certificate expired"
    NOT_YET_VALID = "certificate not yet valid"
    WRONG_HOST = "certificate for another host"
    SELF_SIGNED = "self-signed certificate"
    UNKNOWN_ISSUER = "certificate chain incomplete or issuer unknown"
    OLD_PROTOCOL = "TLS version too old"
    OTHER = "certificate not trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect on the way: the address that answered, its status and where it pointed."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What one guarded look at an address brought."""

    asked: str
    url: str
    """The address that gave the answer, after redirects."""
    status: int | None
    """None when no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; of several equal ones, the first that counts."""
    body: bytes = b""
    """Inflated; empty for a HEAD, a 304 or a failure."""
    truncated: bool = False
    """Cut at a cap, or ended early."""
    hops: tuple[Hop, ...] = ()
    failure: Failure | None = None
    tls_fault: TlsFault | None = None
    certificate_ends: date | None = None
    address: str = ""
    """The network address that answered."""
    started_at: datetime | None = None
    seconds: float = 0.0
    tries: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAnswer:
    """An answer that a page's own script asked for while it was filled."""

    url: str
    content_type: str
    body: bytes
    """At most 2 MB; longer ones are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What a browser made of one address."""

    asked: str
    url: str
    """Where the browser ended."""
    html: str = ""
    """The page as it stood when it was read; "" on a failure."""
    answers: tuple[DataAnswer, ...] = ()
    """What the page fetched by GET, in the order it came."""
    failure: str = ""
    """Why nothing was read, in one plain clause; "" when the page was."""
    quiet: bool = True
    """Whether the page had come to rest; False when it was read at the time limit while still loading."""
    troubles: tuple[str, ...] = ()
    """Requests of the page that were refused or failed, so that something may be missing from it."""
    seconds: float = 0.0
