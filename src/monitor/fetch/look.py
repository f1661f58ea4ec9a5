"""One guarded, polite look at an address. Whatever the web does, the answer is a value."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx

from monitor import urls
from monitor.fetch import robots
from monitor.fetch.coding import Inflater
from monitor.fetch.dial import Course
from monitor.fetch.fault import foreign_fault
from monitor.fetch.guard import Guard
from monitor.fetch.hops import REDIRECTS, Cookies, target_of
from monitor.fetch.policy import Aim, Permission, Policy
from monitor.fetch.slots import Slot, Slots
from monitor.fetch.transport import Seen, Wire
from monitor.model import Cause, Failure, Fetch, Hop, Phase

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 522, 523, 524, 525, 527})
_MERCY = frozenset({429, 503})
_NO_BODY = httpx.ByteStream(b"")
_BY_CAUSE = {
    Cause.TIMEOUT: "timeout",
    Cause.RESET: "dropped",
    Cause.CLOSED: "dropped",
    Cause.TLS: "dropped",
    Cause.DNS: "dns",
    Cause.PROXY: "dropped",
}


@dataclass(slots=True)
class _Try:
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
class _Answer:
    """What one request brought."""

    status: int | None = None
    raw: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    failure: Failure | None = None
    seen: Seen = field(default_factory=Seen)

    def values(self, name: bytes) -> list[bytes]:
        """All values of a header, in order."""
        return [v for k, v in self.raw if k.lower() == name]


class Fetcher:
    """Looks at addresses. One per process and event loop; `async with` it."""

    def __init__(self, policy: Policy, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """With a `transport` of another make, names are resolved by it and only literal addresses are checked."""
        self.policy = policy
        self._transport = transport or Wire(policy)
        self._foreign = None if isinstance(self._transport, Wire) else Guard(policy)
        self._slots = Slots(policy.delay, policy.concurrency, policy.backoff_cap)
        self._rules: dict[str, asyncio.Task[robots.Rules]] = {}
        self._origins: dict[str, httpx.URL] = {}
        self._headers = httpx.Headers(
            [
                (b"User-Agent", policy.user_agent.encode("ascii", "ignore")),
                (b"Accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                (b"Accept-Language", b"zh-CN,zh;q=0.9,en;q=0.6"),
                (b"Accept-Encoding", b"gzip, deflate"),
            ]
        )

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._rules.values():
            task.cancel()
        if self._foreign is not None:
            self._foreign.close()
        await self._transport.aclose()

    async def look(self, url: str, *, aim: Aim = Aim.PAGE, validators: tuple[str, str] = ("", "")) -> Fetch:
        """One look at an address, with retries; never raises for anything the web does.

        `validators` are the ETag and Last-Modified of an earlier look, "" when unknown: a 304 may come.
        """
        cap = self.policy.max_body if aim is Aim.PAGE else self.policy.link_bytes
        return await self._look(url, aim, validators, cap, self.policy.max_hops)

    async def permits(self, url: str, *, last_good: str | None = None) -> Permission:
        """What robots.txt says of an address; read once per origin.

        `last_good` is the robots.txt of an earlier day, for when it cannot be read now. The host's own
        crawl delay raises its delay from here on.
        """
        if not self.policy.obey_robots:
            return Permission(allowed=True, reason="robots.txt is not asked, by configuration")
        address = urls.normalise(url)
        if address is None:
            return Permission(allowed=False, reason="malformed address")
        origin = address[: address.index("/", 8)]
        task = self._rules.get(origin)
        if task is None:
            task = self._rules[origin] = asyncio.create_task(self._read_robots(origin, last_good))
        rules = await asyncio.shield(task)
        return rules.permission(address, self.policy.product)

    async def _read_robots(self, origin: str, last_good: str | None) -> robots.Rules:
        answer = await self._look(f"{origin}/robots.txt", Aim.PAGE, ("", ""), robots.MAX_BYTES, robots.MAX_HOPS)
        rules = robots.rules_of(answer, self.policy.product, last_good)
        if rules.delay:
            self._slots.slow(origin.partition("://")[2], min(rules.delay, self.policy.crawl_delay_cap))
        return rules

    async def _look(self, url: str, aim: Aim, validators: tuple[str, str], cap: int, max_hops: int) -> Fetch:
        started = datetime.now(UTC)
        address = urls.normalise(url)
        if address is None:
            bad = Failure(cause=Cause.BAD_ADDRESS, phase=Phase.GUARD, detail="")
            return Fetch(asked=url, url=url, status=None, failure=bad, started_at=started)
        left, spent, tries = self.policy.deadline, 0.0, 0
        while True:
            tries += 1
            course = _Try(min(left, self.policy.try_deadline), aim, validators, cap, max_hops)
            final, answer = await self._walk(address, course)
            left -= course.spent
            spent += course.spent
            pause = self._pause_before_next(tries, answer, left)
            if pause is None:
                return _fetch(url, final, answer, course, started, spent, tries)
            await asyncio.sleep(pause)

    def _pause_before_next(self, tries: int, answer: _Answer, left: float) -> float | None:
        """Seconds to wait before another try; None when the answer stands."""
        most = self.policy.tries
        if answer.failure is not None:
            kind = _BY_CAUSE.get(answer.failure.cause)
            allowed = getattr(most, kind) if kind else 1
        else:
            allowed = most.busy if answer.status in _BUSY else 1
        if tries >= allowed or left < 0.5:
            return None
        asked = _retry_after(answer)
        return min(max(self.policy.pause * 2.0 ** (tries - 1), asked), self.policy.pause_cap)

    async def _walk(self, address: str, course: _Try) -> tuple[str, _Answer]:
        """Follow an address to where it ends: the last address, and its answer."""
        met: set[tuple[str, bytes]] = set()
        while True:
            host = urls.host(address)
            cookie = course.cookies.header(host)
            met.add((address, cookie))
            answer = await self._ask(address, cookie, course)
            if answer.status not in REDIRECTS or answer.failure is not None:
                return address, answer
            course.cookies.take(host, answer.values(b"set-cookie"))
            target, shown, odd = target_of(address, answer.values(b"location"))
            if target is None:
                answer.failure = Failure(cause=Cause.BAD_REDIRECT, phase=Phase.REDIRECT, detail=f"{odd} {shown}"[:200])
                return address, answer
            if odd:
                course.notes.append(odd)
            course.hops.append(Hop(url=address, status=answer.status or 0, location=shown[:2000]))
            too_many = len(course.hops) > course.max_hops
            if too_many or (target, course.cookies.header(urls.host(target))) in met:
                detail = f"more than {course.max_hops} redirects" if too_many else "leads back to where it was"
                answer.failure = Failure(cause=Cause.REDIRECT_LOOP, phase=Phase.REDIRECT, detail=detail)
                return address, answer
            course.notes += answer.seen.notes
            address = target

    async def _ask(self, address: str, cookie: bytes, course: _Try) -> _Answer:
        """One request, in its turn and in its time."""
        answer = _Answer()
        where = Course()
        slot = self._slots.of(address[address.index("://") + 3 : address.index("/", 8)])
        await slot.enter()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        inflater: Inflater | None = None
        try:
            async with asyncio.timeout(course.left):
                response = await self._transport.handle_async_request(self._request(address, cookie, course, where))
                answer.status = response.status_code
                answer.raw = response.headers.raw
                answer.seen = response.extensions.get("seen") or answer.seen
                where.phase = Phase.BODY
                inflater = Inflater(response.headers.get("content-encoding", ""), course.cap)
                await _read(response, inflater)
        except TimeoutError:
            answer.failure = Failure(cause=Cause.TIMEOUT, phase=where.phase, detail=f"after {course.left:.0f} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer.failure = foreign_fault(error, where.phase).failure
        finally:
            took = loop.time() - begun
            course.spent += took
            course.left = max(course.left - took, 0.01)
            slot.leave()
        if inflater is not None:
            _close(answer, inflater)
        self._mind(slot, answer)
        return answer

    def _mind(self, slot: Slot, answer: _Answer) -> None:
        timed_out = answer.failure is not None and answer.failure.cause is Cause.TIMEOUT
        if timed_out or answer.status in _MERCY:
            slot.strained()
        elif answer.status is not None:
            slot.eased()

    def _request(self, address: str, cookie: bytes, course: _Try, where: Course) -> httpx.Request:
        """The one place where requests are made.

        Our own wire is given the origin and the exact target: httpx's reading of an address differs from the
        browsers', and parsing it anew would cost more than the rest of the request.
        """
        headers = self._headers
        etag, modified = course.validators if not course.hops else ("", "")
        if cookie or etag or modified:
            headers = headers.copy()
            for name, value in (("Cookie", cookie), ("If-None-Match", etag), ("If-Modified-Since", modified)):
                if value:
                    headers[name] = _one_line(value)
        cut = address.index("/", 8)
        extensions = {"target": address[cut:].encode("ascii", "replace"), "course": where}
        if self._foreign is not None:
            self._foreign.check_literal(urls.host(address), urls.authority(address))
            url = httpx.URL(address)
        else:
            origin = address[:cut]
            known = self._origins.get(origin)
            if known is None:
                if len(self._origins) > 20_000:
                    self._origins.clear()
                known = self._origins[origin] = httpx.URL(origin)
            url = known
        return httpx.Request("GET", url, headers=headers, stream=_NO_BODY, extensions=extensions)


async def _read(response: httpx.Response, inflater: Inflater) -> None:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    try:
        async for piece in stream:
            if not inflater.feed(piece):
                break
    finally:
        await stream.aclose()


def _close(answer: _Answer, inflater: Inflater) -> None:
    """The body as far as it came, and what its end was like."""
    answer.body = inflater.body()
    answer.seen.notes += inflater.notes
    answer.seen.truncated = answer.seen.truncated or inflater.truncated
    if answer.failure is not None:
        answer.seen.truncated = True
        if answer.body:
            answer.seen.notes.append(f"the body had not ended: {answer.failure.cause} {answer.failure.detail}")
            answer.failure = None
    elif answer.seen.broken is not None and not answer.body and answer.status not in REDIRECTS:
        answer.failure = answer.seen.broken.failure


def _one_line(value: str | bytes) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return "".join(c for c in text if c >= " " and c != "\x7f").encode("latin-1", "ignore").decode("latin-1")[:4096]


def _retry_after(answer: _Answer) -> float:
    """Seconds that the host asks to be left alone; 0 when it does not, or asks nonsense."""
    for value in answer.values(b"retry-after"):
        text = value.decode("latin-1")
        seconds = math.nan
        try:
            seconds = float(text)
        except ValueError:
            with suppress(ValueError, TypeError, OverflowError, IndexError):
                when = parsedate_to_datetime(text)
                when = when if when.tzinfo else when.replace(tzinfo=UTC)
                seconds = (when - datetime.now(UTC)).total_seconds()
        if seconds > 0:
            return seconds
    return 0.0


def _decode(value: bytes) -> str:
    """A header's value as text: ASCII mostly, else UTF-8, else the encoding of Chinese sites."""
    if value.isascii():
        return value.decode("ascii")
    for charset in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return value.decode(charset)
    return value.decode("latin-1")


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in raw:
        name, text = key.decode("latin-1").lower(), _decode(value)
        if name not in found:
            found[name] = text
        elif name == "link":
            found[name] = f"{found[name]}, {text}"
    return found


def _fetch(asked: str, url: str, answer: _Answer, course: _Try, started: datetime, seconds: float, tries: int) -> Fetch:
    seen = answer.seen
    return Fetch(
        asked=asked,
        url=url,
        status=answer.status,
        headers=_headers(answer.raw),
        body=answer.body,
        truncated=seen.truncated,
        hops=tuple(course.hops),
        failure=answer.failure,
        tls_fault=seen.tls_fault,
        certificate_ends=seen.certificate_ends,
        address=seen.address,
        started_at=started,
        seconds=seconds,
        tries=tries,
        notes=tuple(dict.fromkeys(course.notes + seen.notes)),
    )
