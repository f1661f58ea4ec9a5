"""One answer on its way from the wire to a Fetch: headers as text, the end of the body, what the host asks for."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.fetch.coding import Inflater
from monitor.fetch.hops import REDIRECTS, Cookies
from monitor.fetch.policy import Aim
from monitor.fetch.transport import Seen
from monitor.model import Failure, Fetch, Hop


@dataclass(slots=True)
class Try:
    """One try under way: what is left of its time, and what it has met so far."""

    left: float
    aim: Aim
    validators: tuple[str, str]
    cap: int
    max_hops: int
    hops: list[Hop] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cookies: Cookies = field(default_factory=Cookies)
    spent: float = 0.0


@dataclass(slots=True)
class Answer:
    """What one request brought."""

    status: int | None = None
    raw: list[tuple[bytes, bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Failure | None = None
    seen: Seen = field(default_factory=Seen)
    asked: bool = True
    """False when the host was known to be silent, and so was left alone."""

    def take_head(self, status: int, raw: list[tuple[bytes, bytes]]) -> None:
        """Status and headers have come."""
        self.status = status
        self.raw = raw
        self.headers = headers_of(raw)

    def values(self, name: bytes) -> list[bytes]:
        """All values of a header, in order."""
        return [v for k, v in self.raw if k.lower() == name]

    def forwards(self) -> bool:
        """Whether it only points elsewhere, so that its body does not matter."""
        return self.status in REDIRECTS and bool(self.headers.get("location"))

    def take_body(self, inflater: Inflater) -> None:
        """The body as far as it came, and what its end was like."""
        self.body = inflater.body()
        seen = self.seen
        seen.notes += inflater.notes
        seen.truncated = seen.truncated or inflater.truncated
        if inflater.complete:
            seen.truncated = False  # a length that was meant for the body before it was compressed
            seen.broken = self.failure = None
        elif self.failure is not None:
            seen.truncated = True
            if self.body:
                seen.notes.append(f"the body had not ended: {self.failure.cause} {self.failure.detail}")
                self.failure = None
        elif seen.broken is not None and not self.body:
            self.failure = seen.broken.failure

    def retry_after(self, now: datetime) -> float:
        """Seconds that the host asks to be left alone; 0 when it does not, or asks nonsense."""
        text = self.headers.get("retry-after", "")
        seconds = math.nan
        try:
            seconds = float(text)
        except ValueError:
            with suppress(ValueError, TypeError, OverflowError, IndexError):
                when = parsedate_to_datetime(text)
                seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
        return seconds if seconds > 0 else 0.0

    def fetch(self, asked: str, url: str, course: Try, started: datetime, seconds: float, tries: int) -> Fetch:
        """The whole look as a value."""
        seen = self.seen
        notes = course.notes + seen.notes if course.notes else seen.notes
        return Fetch(
            asked=asked,
            url=url,
            status=self.status,
            headers=self.headers,
            body=self.body,
            truncated=seen.truncated,
            hops=tuple(course.hops),
            failure=self.failure,
            tls_fault=seen.tls_fault,
            certificate_ends=seen.certificate_ends,
            address=seen.address,
            started_at=started,
            seconds=seconds,
            tries=tries,
            notes=tuple(dict.fromkeys(notes)) if notes else (),
        )


_NAMES: dict[bytes, str] = {}


def headers_of(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text, by lower-case name; of several equal ones the first that is not empty, Links joined."""
    found: dict[str, str] = {}
    for key, value in raw:
        name = _NAMES.get(key)
        if name is None:
            name = key.decode("latin-1").lower()
            if len(_NAMES) < 2000:
                _NAMES[key] = name
        text = value.decode("ascii") if value.isascii() else _decode(value)
        if name not in found or not found[name]:
            found[name] = text
        elif name == "link" and len(found[name]) < 20_000:
            found[name] = f"{found[name]}, {text}"
    return found


def _decode(value: bytes) -> str:
    """A header's value beyond ASCII: UTF-8, else the encoding of Chinese sites."""
    for charset in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return value.decode(charset)
    return value.decode("latin-1")
