"""How the monitor behaves towards other people's servers: manners, limits, and what it may touch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

USER_AGENT = "Mozilla/5.0 (compatible; FreshnessMonitor/0.1; +mailto:{contact})"


def user_agent(contact: str) -> str:
    """The honest name under which the monitor calls, with an address to complain to."""
    return USER_AGENT.format(contact="".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()"))


class Aim(Enum):
    """What a look is for, and so how much of the answer is read."""

    PAGE = "page"
    """The body, to the cap."""
    LINK = "link"
    """The head and the first 64 kB; then the connection is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How many times an address is asked in one look, by what went wrong."""

    timeout: int = 2
    dropped: int = 3
    """Reset, or closed without an answer."""
    busy: int = 3
    """5xx, 408, 425 and 429."""
    tls: int = 2
    dns: int = 2
    """A name lookup that failed for now; a name that does not exist is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits and manners of every look. Sizes in bytes, times in seconds."""

    user_agent: str = USER_AGENT.format(contact="operator@example.invalid")
    product: str = "FreshnessMonitor"
    """The name by which robots.txt files call us."""
    delay: float = 1.0
    """Between the starts of two requests to one host."""
    concurrency: int = 2
    """Requests under way at one host."""
    deadline: float = 30.0
    """For one whole look, all its tries and hops; waiting for a polite moment is not counted."""
    try_deadline: float = 20.0
    """For one try with its hops."""
    robots_deadline: float = 15.0
    """For reading a robots.txt, which is asked for once."""
    connect_timeout: float = 10.0
    """For TCP and TLS, each."""
    dns_timeout: float = 10.0
    silence: float = 3.0
    """How long a body whose head contradicts itself about the length may pause before it counts as ended."""
    max_wire: int = 8 * 1024 * 1024
    max_body: int = 4 * 1024 * 1024
    """Of the body, inflated. Its DOM will take many times as much."""
    max_headers: int = 256 * 1024
    max_hops: int = 10
    link_bytes: int = 64 * 1024
    allow_private: tuple[str, ...] = ()
    """Networks (CIDR) that may be looked at although they are not public."""
    allow_authorities: frozenset[str] = frozenset()
    """host or host:port that the operator typed or listed: allowed wherever they resolve to."""
    proxy: str = ""
    """http://[user:password@]host:port; "" goes straight. The environment is never asked."""
    tries: Tries = Tries()
    pause: float = 1.0
    """Before the second try; doubles."""
    pause_cap: float = 10.0
    """The longest wait before another try, whatever Retry-After says."""
    backoff_cap: float = 60.0
    """The longest time between two requests to a host that asks for mercy."""
    mute_after: int = 6
    """Tries in a row that timed out before a connection stood; then the host is not asked again for a while.

    A dead host must not cost each of its thousand links a time-out. Such a look says so, with `tries` 0.
    """
    mute_for: float = 60.0
    crawl_delay_cap: float = 30.0
    obey_robots: bool = True
    cafile: str = ""
    """Further trust anchors (PEM), for an intranet's own authority."""
    dns_ttl: float = 300.0
    idle: float = 15.0
    """How long a connection is kept for the next request."""
    max_open: int = 0
    """Connections open at once; 0: what the system's limit on open files allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a host's robots.txt says of one address."""

    allowed: bool
    reason: str
    """One plain clause."""
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    text: str = ""
    """The rules as read; worth keeping as the last good copy when `good`."""
    good: bool = False
    """Whether `text` came from the host just now or in this run."""
