"""The transport beneath httpx's interface: our own wire, lenient as browsers are, guarded as they are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date

import httpx

from monitor.fetch.dial import Course, Dialer
from monitor.fetch.fault import Fault
from monitor.fetch.guard import Guard
from monitor.fetch.idle import Idle
from monitor.fetch.limit import Limit, Pulse
from monitor.fetch.line import Key, Line
from monitor.fetch.policy import Policy
from monitor.fetch.slots import Slot
from monitor.fetch.wire import Framing, Head, head_end, is_http, read_head, skip_blank
from monitor.model import Cause, Phase, TlsFault

_MOST_INTERIM = 20


@dataclass(slots=True)
class Seen:
    """What the wire knows of an answer beyond HTTP; stands in `response.extensions["seen"]`."""

    address: str = ""
    tls_fault: TlsFault | None = None
    certificate_ends: date | None = None
    notes: list[str] = field(default_factory=list)
    truncated: bool = False
    broken: Fault | None = None
    """Why the body ended early, when the connection broke."""


class Wire(httpx.AsyncBaseTransport):
    """HTTP/1.1 over asyncio. Usable under any httpx.AsyncClient; the guard holds there too."""

    def __init__(self, policy: Policy, pulse: Pulse | None = None) -> None:
        self._policy = policy
        self._pulse = pulse or Pulse()
        self._guard = Guard(policy, self._pulse)
        self._dialer = Dialer(policy, self._pulse)
        most = policy.max_open or _descriptors() * 3 // 4
        self.most = most
        """Connections that may be open at once."""
        self._idle = Idle(policy.idle, most // 2)
        self._gate: Slot | None = None

    async def aclose(self) -> None:
        """Close every idle connection and the resolver."""
        self._idle.close()
        self._guard.close()
        self._pulse.stop()
        await asyncio.sleep(0)  # aborted sockets are closed by the loop's next turn

    async def addresses(self, host: str, authority: str) -> tuple[str, ...]:
        """The permitted addresses of a host; () when there is none, and behind a proxy."""
        try:
            return await self._guard.addresses(host, authority) if self._dialer.proxy is None else ()
        except Fault:
            return ()

    def has_ipv6(self, host: str) -> bool | None:
        """Whether a host that was looked up has a public IPv6 address; None when that is not known."""
        return self._guard.has_ipv6(host)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raises Fault. The extensions "target" (bytes) and "course" are understood."""
        url = request.url
        course = request.extensions.get("course") or Course()
        secure = url.scheme == "https"
        host = url.raw_host.decode("ascii")
        if ":" in host:
            host = f"[{host}]"
        port = url.port or (443 if secure else 80)
        authority = host if url.port is None else f"{host}:{url.port}"
        key = (secure, host, port)
        course.phase = Phase.DNS
        if self._dialer.proxy is None:
            addresses = await self._guard.addresses(host, authority)
        else:
            self._guard.check_literal(host, authority)
            addresses = ()
        data = self._compose(request, authority)
        repeatable = request.method in ("GET", "HEAD")
        if not repeatable:
            data += await request.aread()
        line = self._idle.take(key, addresses)
        while True:
            fresh = line is None
            if line is None:
                line = await self._open(key, addresses, course)
            try:
                line.send(data)
                return await self._receive(line, request.method, course)
            except Fault:
                line.drop()
                # A kept connection may have been closed by the host while it lay idle: that proves nothing.
                if fresh or line.received or not line.eof or not repeatable:
                    raise
                line = None
            except BaseException:
                line.drop()
                raise

    async def _open(self, key: Key, addresses: tuple[str, ...], course: Course) -> Line:
        if self._gate is None:
            self._gate = Slot(0.0, self.most, 0.0)
        course.phase = Phase.QUEUE
        if self._gate.full:
            self._idle.shed()
        self._idle.wanted += 1
        try:
            await self._gate.enter()
        finally:
            self._idle.wanted -= 1
        try:
            line = await self._dialer.dial(key, addresses, course)
        except BaseException:
            self._gate.leave()
            raise
        if line.eof:
            self._gate.leave()
        else:
            line.on_closed = self._gate.leave
        if len(addresses) > 1:
            self._guard.prefer(key[1], line.address)
        return line

    def _compose(self, request: httpx.Request, authority: str) -> bytes:
        target = request.extensions.get("target") or request.url.raw_path
        proxy = self._dialer.proxy
        extra = b""
        if proxy is not None and request.url.scheme == "http":
            target = b"http://" + authority.encode("ascii") + target
            extra = proxy.credentials
        lines = [b"%b: %b\r\n" % (k, v) for k, v in request.headers.raw if k.lower() != b"host"]
        head = b"%b %b HTTP/1.1\r\nHost: %b\r\n" % (request.method.encode(), target, authority.encode("ascii"))
        return head + b"".join(lines) + extra + b"\r\n"

    async def _receive(self, line: Line, method: str, course: Course) -> httpx.Response:
        course.phase = Phase.HEADERS
        seen = Seen(address=line.address)
        if line.handshake is not None:
            seen.tls_fault = line.handshake.fault
            seen.certificate_ends = line.handshake.ends
            if line.handshake.note:
                seen.notes.append(line.handshake.note)
        for _ in range(_MOST_INTERIM):
            head = await self._read_head(line, seen)
            if not head.interim:
                break
        else:
            raise Fault(Cause.BAD_ANSWER, Phase.HEADERS, "interim answers without end")
        framing = Framing(head, method)
        seen.notes += head.notes
        course.phase = Phase.BODY
        body = Body(line, framing, seen, self._idle, self._policy, self._pulse)
        return httpx.Response(head.status, headers=head.headers, stream=body, extensions={"seen": seen})

    async def _read_head(self, line: Line, seen: Seen) -> Head:
        buffer = line.buffer
        searched = 0
        while True:
            skip_blank(buffer)
            end = head_end(buffer, searched)
            if end >= 0 and is_http(buffer):
                break
            if is_http(buffer) is False:
                return self._without_head(buffer)
            if len(buffer) > self._policy.max_headers or line.received > 4 * self._policy.max_headers:
                raise Fault(Cause.TOO_LARGE, Phase.HEADERS, f"more than {self._policy.max_headers} bytes")
            searched = max(0, len(buffer) - 3)
            if not await line.more():
                if not buffer or not is_http(buffer):
                    if buffer:
                        return self._without_head(buffer)
                    raise line.loss(Phase.HEADERS)
                end = buffer.find(b"\r\r") + 2 if b"\n" not in buffer and b"\r\r" in buffer else len(buffer)
                if end == len(buffer):
                    seen.notes.append("the connection ended within the headers")
                    seen.truncated = True
                break
        if end > self._policy.max_headers:
            raise Fault(Cause.TOO_LARGE, Phase.HEADERS, f"{end} bytes")
        head = read_head(bytes(buffer[:end]))
        if head is None:
            raise Fault(Cause.BAD_ANSWER, Phase.HEADERS, repr(bytes(buffer[:40])))
        del buffer[:end]
        return head

    @staticmethod
    def _without_head(buffer: bytearray) -> Head:
        """An answer of before HTTP/1.0 is the page itself; anything that is no page is not understood."""
        start = bytes(buffer[:40]).lstrip(b"\xef\xbb\xbf \t\r\n")
        if start[:1] != b"<":
            raise Fault(Cause.BAD_ANSWER, Phase.HEADERS, f"no HTTP: {start!r}")
        return Head(200, [], False, ["HTTP/0.9: an answer without a head"])


def _descriptors() -> int:
    try:
        import resource
    except ImportError:  # not a Unix
        return 512
    return max(64, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 100_000))


class Body(httpx.AsyncByteStream):
    """The body of one answer, as it comes from the wire; the connection is kept or closed at its end.

    Never raises for what the host does: `seen` tells what was amiss.
    """

    def __init__(self, line: Line, framing: Framing, seen: Seen, idle: Idle, policy: Policy, pulse: Pulse) -> None:
        self._line: Line | None = line
        self._framing = framing
        self._seen = seen
        self._idle = idle
        self._policy = policy
        self._pulse = pulse

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        framing = self._framing
        while (line := self._line) is not None:
            piece = framing.take(line.buffer)
            if framing.done:
                await self.aclose()
            if piece:
                return piece
            if framing.done:
                break
            if line.received > self._policy.max_wire:
                self._seen.truncated = True
                self._seen.notes.append(f"cut after {line.received} bytes on the wire")
                await self.aclose()
            elif not await self._more(line):
                rest = self._finish(line)
                await self.aclose()
                if rest:
                    return rest
        raise StopAsyncIteration

    async def _more(self, line: Line) -> bool:
        if self._framing.sure:
            return await line.more()
        try:
            with Limit(self._policy.silence, self._pulse):
                return await line.more()
        except TimeoutError:
            return False

    def _finish(self, line: Line) -> bytes:
        broken = line.loss(Phase.BODY) if line.error is not None else None
        rest = self._framing.end(line.buffer, f"the connection broke: {broken.failure.cause}" if broken else "")
        if self._framing.truncated:
            self._seen.broken = broken or Fault(Cause.CLOSED, Phase.BODY, "closed within the body")
        return rest

    async def aclose(self) -> None:
        """Keep the connection when its answer was read to the end or can be at once, else close it."""
        line, self._line = self._line, None
        if line is None:
            return
        framing = self._framing
        if not framing.done:
            framing.take(line.buffer)
        self._seen.notes += framing.notes
        self._seen.truncated = self._seen.truncated or framing.truncated
        if framing.done and line.buffer:
            self._seen.notes.append("more bytes than the answer's length")
        elif framing.done and framing.reusable and not line.eof:
            self._idle.keep(line)
            return
        line.drop()
