"""One guarded, polite look at an address. Whatever the web does, the answer is a value."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from monitor import urls
from monitor.fetch import robots
from monitor.fetch.answer import Answer, Try
from monitor.fetch.coding import Inflater
from monitor.fetch.dial import Course
from monitor.fetch.fault import foreign_fault
from monitor.fetch.guard import Guard
from monitor.fetch.hops import REDIRECTS, target_of
from monitor.fetch.limit import Limit, Pulse
from monitor.fetch.policy import Aim, Permission, Policy
from monitor.fetch.slots import Slot, Slots
from monitor.fetch.transport import Wire
from monitor.model import Cause, Failure, Fetch, Hop, Phase

_FINAL_5XX = frozenset({501, 505, 511, 521, 526})  # not implemented, walls, certificates: asking again changes nothing
_BUSY = frozenset({408, 425, 429, *range(500, 600)}) - _FINAL_5XX
_MERCY = frozenset({429, 503})
_NO_BODY = httpx.ByteStream(b"")
_BY_CAUSE = {
    Cause.TIMEOUT: "timeout",
    Cause.RESET: "dropped",
    Cause.CLOSED: "dropped",
    Cause.TLS: "tls",
    Cause.DNS: "dns",
    Cause.PROXY: "dropped",
    Cause.OURS: "dropped",
}
_MOST_ORIGINS = 5_000
_CONTROLS = bytes([*range(0x20), 0x7F])


class Fetcher:
    """Looks at addresses. One per process and event loop; `async with` it."""

    def __init__(self, policy: Policy, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """With a `transport` of another make, names are resolved by it and only literal addresses are checked."""
        self.policy = policy
        self._pulse = Pulse()
        self._transport = transport or Wire(policy, self._pulse)
        self._foreign = None if isinstance(self._transport, Wire) else Guard(policy, self._pulse)
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

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._rules.values():
            task.cancel()
        await asyncio.gather(*self._rules.values(), return_exceptions=True)
        if self._foreign is not None:
            self._foreign.close()
        await self._transport.aclose()
        self._pulse.stop()

    async def look(self, url: str, *, aim: Aim = Aim.PAGE, validators: tuple[str, str] = ("", "")) -> Fetch:
        """One look at an address, with retries; never raises for anything the web does.

        `validators` are the ETag and Last-Modified of an earlier look, "" when unknown: a 304 may come.
        """
        cap = self.policy.max_body if aim is Aim.PAGE else self.policy.link_bytes
        return await self._look(url, aim, validators, cap, self.policy.max_hops)

    @property
    def most_open(self) -> int | None:
        """Connections that may be open at once; None where a transport of another make sees to it."""
        return self._transport.most if isinstance(self._transport, Wire) else None

    async def addresses(self, host: str, authority: str) -> tuple[str, ...]:
        """The network addresses of a host that may be touched, for a program that connects by itself; () for none.

        `authority` is the host, with its port where that is not the scheme's own. Behind a proxy there are none.
        """
        return await self._transport.addresses(host, authority) if isinstance(self._transport, Wire) else ()

    def has_ipv6(self, url: str) -> bool | None:
        """Whether the name service gives the host of a normalised address an IPv6 address of the open network.

        As far as that is known from the looks so far: nothing is asked. None when it is not, behind a proxy, or where
        the name service has not given any host one: then its silence says nothing.
        """
        return self._transport.has_ipv6(urls.host(url)) if isinstance(self._transport, Wire) else None

    async def permits(self, url: str, *, last_good: str | None = None) -> Permission:
        """What robots.txt says of an address; read once per origin.

        `last_good` is the robots.txt of an earlier day, for when it cannot be read now. The host's own
        crawl delay raises its delay from here on.
        """
        if not self.policy.obey_robots:
            return Permission(allowed=True, reason="robots.txt is not asked, by configuration")
        normal = urls.normalise(url)
        if normal is None:
            return Permission(allowed=False, reason="malformed address")
        address = normal
        origin = address[: address.index("/", 8)]
        task = self._rules.get(origin)
        if task is None:
            if len(self._rules) >= _MOST_ORIGINS:
                self._rules = {o: t for o, t in self._rules.items() if not t.done()}
            task = self._rules[origin] = asyncio.create_task(self._read_robots(origin, last_good))
        rules = task.result() if task.done() else await asyncio.shield(task)
        return rules.permission(address, self.policy.product)

    async def _read_robots(self, origin: str, last_good: str | None) -> robots.Rules:
        cap, hops, limit = robots.MAX_BYTES, robots.MAX_HOPS, self.policy.robots_deadline
        answer = await self._look(f"{origin}/robots.txt", Aim.PAGE, ("", ""), cap, hops, limit)
        rules = robots.rules_of(answer, self.policy.product, last_good)
        if rules.delay:
            self._slots.slow(origin.partition("://")[2], min(rules.delay, self.policy.crawl_delay_cap))
        return rules

    async def _look(
        self, url: str, aim: Aim, validators: tuple[str, str], cap: int, max_hops: int, deadline: float = 0.0
    ) -> Fetch:
        """One look, its tries and hops within `deadline` seconds; 0: the policy's."""
        started = datetime.now(UTC)
        address = urls.normalise(url)
        if address is None:
            bad = Failure(cause=Cause.BAD_ADDRESS, phase=Phase.GUARD)
            return Fetch(asked=url, url=url, status=None, failure=bad, started_at=started)
        left, spent, tries = min(deadline or self.policy.deadline, self.policy.deadline), 0.0, 0
        while True:
            tries += 1
            course = Try(min(left, self.policy.try_deadline), aim, validators, cap, max_hops)
            final, answer = await self._walk(address, course)
            left -= course.spent
            spent += course.spent
            pause = self._pause_before_next(tries, answer, left)
            if pause is None:
                tries = tries if answer.asked else tries - 1
                return answer.fetch(url, final, course, started, spent, tries)
            await asyncio.sleep(pause)

    def _pause_before_next(self, tries: int, answer: Answer, left: float) -> float | None:
        """Seconds to wait before another try; None when the answer stands."""
        if answer.failure is not None:
            kind = _BY_CAUSE.get(answer.failure.cause, "")
        else:
            kind = "busy" if answer.status in _BUSY else ""
        if not kind or not answer.asked or tries >= getattr(self.policy.tries, kind) or left < 0.5:
            return None
        asked = answer.retry_after(datetime.now(UTC))
        return min(max(self.policy.pause * 2.0 ** (tries - 1), asked), self.policy.pause_cap)

    async def _walk(self, address: str, course: Try) -> tuple[str, Answer]:
        """Follow an address to where it ends: the last address, and its answer."""
        met: set[tuple[str, bytes]] = set()
        cookie = b""
        while True:
            answer = await self._ask(address, cookie, course)
            if answer.status not in REDIRECTS or answer.failure is not None:
                return address, answer
            met.add((address, cookie))
            course.cookies.take(urls.host(address), answer.values(b"set-cookie"))
            target, shown, odd = target_of(address, answer.values(b"location"))
            if target is None:
                detail = f"{odd} {shown}"[:200].rstrip()
                answer.failure = Failure(cause=Cause.BAD_REDIRECT, phase=Phase.REDIRECT, detail=detail)
                return address, answer
            course.hops.append(Hop(url=address, status=answer.status or 0, location=shown[:2000]))
            cookie = course.cookies.header(urls.host(target))
            too_many = len(course.hops) > course.max_hops
            if too_many or (target, cookie) in met:
                detail = f"more than {course.max_hops} redirects" if too_many else "leads back to where it was"
                answer.failure = Failure(cause=Cause.REDIRECT_LOOP, phase=Phase.REDIRECT, detail=detail)
                return address, answer
            course.notes += [odd, *answer.seen.notes] if odd else answer.seen.notes
            address = target

    async def _ask(self, address: str, cookie: bytes, course: Try) -> Answer:
        """One request, in its turn and in its time."""
        where = Course()
        slot = self._slots.of(address[address.index("://") + 3 : address.index("/", 8)])
        if slot.is_muted():
            return _unasked()
        await slot.enter()
        if slot.is_muted():
            slot.leave()
            return _unasked()
        answer = Answer()
        begun = self._pulse.time()
        inflater: Inflater | None = None
        try:
            with Limit(course.left, self._pulse):
                response = await self._transport.handle_async_request(self._request(address, cookie, course, where))
                answer.take_head(response.status_code, response.headers.raw)
                answer.seen = response.extensions.get("seen") or answer.seen
                where.phase = Phase.BODY
                inflater = Inflater(answer.headers.get("content-encoding", ""), course.cap)
                await _read(response, None if answer.forwards() else inflater)
        except TimeoutError:
            cause = Cause.OURS if where.phase is Phase.QUEUE else Cause.TIMEOUT
            answer.failure = Failure(cause=cause, phase=where.phase, detail=f"after {course.left:.0f} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer.failure = foreign_fault(error, where.phase).failure
        finally:
            took = self._pulse.time() - begun
            course.spent += took
            course.left = max(course.left - took, 0.01)
            slot.leave()
        if inflater is not None:
            answer.take_body(inflater)
        self._mind(slot, answer)
        return answer

    def _mind(self, slot: Slot, answer: Answer) -> None:
        """Remember how the host took it."""
        failure = answer.failure
        timed_out = failure is not None and failure.cause is Cause.TIMEOUT
        if timed_out or answer.status in _MERCY:
            slot.strained()
        elif answer.status is not None:
            slot.eased()
        if timed_out and failure is not None and failure.phase in (Phase.CONNECT, Phase.DNS):
            slot.silent(self.policy.mute_after, self.policy.mute_for)
        else:
            slot.heard()

    def _request(self, address: str, cookie: bytes, course: Try, where: Course) -> httpx.Request:
        """The one place where requests are made.

        Our own wire is given the origin and the exact target: httpx's reading of an address differs from the
        browsers', and parsing it anew would cost more than the rest of the request.
        """
        headers = self._headers
        etag, modified = course.validators if not course.hops else ("", "")
        if cookie or etag or modified:
            more = (
                (b"Cookie", cookie),
                (b"If-None-Match", etag.encode("utf-8", "ignore")),
                (b"If-Modified-Since", modified.encode("utf-8", "ignore")),
            )
            headers = httpx.Headers([*headers.raw, *((name, _one_line(value)) for name, value in more if value)])
        cut = address.index("/", 8)
        extensions = {"target": address[cut:].encode("ascii", "replace"), "course": where}
        if self._foreign is None:
            url = self._origin(address[:cut])
        else:
            self._foreign.check_literal(urls.host(address), urls.authority(address))
            url = httpx.URL(address)
        return httpx.Request("GET", url, headers=headers, stream=_NO_BODY, extensions=extensions)

    def _origin(self, origin: str) -> httpx.URL:
        known = self._origins.get(origin)
        if known is None:
            if len(self._origins) >= _MOST_ORIGINS:
                self._origins.clear()
            known = self._origins[origin] = httpx.URL(origin)
        return known


async def _read(response: httpx.Response, inflater: Inflater | None) -> None:
    """Read the body into the inflater as far as it wants; without one, not at all."""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    try:
        if inflater is not None:
            async for piece in stream:
                if not inflater.feed(piece):
                    break
    finally:
        await stream.aclose()


def _unasked() -> Answer:
    failure = Failure(
        cause=Cause.TIMEOUT, phase=Phase.CONNECT, detail="the host has been silent; not asked again so soon"
    )
    return Answer(failure=failure, asked=False)


def _one_line(value: bytes) -> bytes:
    """A header's value that cannot break out of its line."""
    return value.translate(None, _CONTROLS)[:8192]
