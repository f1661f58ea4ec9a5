"""One connection, and the idle ones kept for the next request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from monitor.fetch.fault import Fault, system_fault
from monitor.fetch.tls import Handshake
from monitor.model import Cause, Phase

_HIGH = 256 * 1024

Key = tuple[bool, str, int]
"""Whether TLS, host, port."""


class Line(asyncio.Protocol):
    """A connection's received bytes in `buffer`, and a way to wait for more of them."""

    __slots__ = (
        *(
            "_loop",
            "_paused",
            "_waiter",
            "address",
            "buffer",
            "eof",
            "error",
            "handshake",
            "key",
            "on_closed",
            "on_lost",
        ),
        *("received", "since", "transport", "used"),
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, key: Key, address: str) -> None:
        self._loop = loop
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self.key = key
        self.address = address
        self.buffer = bytearray()
        self.eof = False
        self.error: Exception | None = None
        self.handshake: Handshake | None = None
        self.on_lost: Callable[[Line], None] | None = None
        """Told when the connection ends while it lies idle."""
        self.on_closed: Callable[[], None] | None = None
        """Told when the connection ends, once."""
        self.received = 0
        """Bytes since the request was sent."""
        self.since = 0.0
        self.transport: asyncio.Transport | None = None
        self.used = False
        """Whether it has carried an answer before."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's word: connected."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """The loop's word: bytes came."""
        self.buffer += data
        self.received += len(data)
        if len(self.buffer) > _HIGH and not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """The loop's word: the other side has ended."""
        self.eof = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The loop's word: closed, by whomever."""
        self.eof = True
        self.error = exc
        self._wake()
        if self.on_lost is not None:
            self.on_lost(self)
            self.on_lost = None
        if self.on_closed is not None:
            self.on_closed()
            self.on_closed = None

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    async def more(self) -> bool:
        """Wait until bytes have come; False when none will come any more."""
        before = self.received
        while self.received == before:
            if self.eof:
                return False
            if self._paused and self.transport is not None:
                self._paused = False
                self.transport.resume_reading()
            self._waiter = self._loop.create_future()
            await self._waiter
        return True

    def send(self, data: bytes) -> None:
        """Hand bytes to the system. Never waits: requests are small."""
        self.received = 0
        assert self.transport is not None
        self.transport.write(data)

    def loss(self, phase: Phase) -> Fault:
        """Why the connection ended, as a Fault."""
        if isinstance(self.error, OSError):
            return system_fault(self.error, phase)
        return Fault(Cause.CLOSED, phase, str(self.error or ""))

    def drop(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.abort()


class Idle:
    """Connections without work: taken back in constant time, closed when old or too many."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._lines: dict[Key, list[Line]] = {}
        self._count = 0
        self.wanted = 0
        """How many wait for a connection to end; while any do, none is kept."""
        self._sweeper: asyncio.TimerHandle | None = None

    def take(self, key: Key, addresses: tuple[str, ...]) -> Line | None:
        """A living connection to one of the addresses (to any, when none are given); the newest first."""
        lines = self._lines.get(key)
        while lines:
            line = lines.pop()
            self._count -= 1
            if not lines:
                self._lines.pop(key, None)
            line.on_lost = None
            if not line.eof and not line.buffer and (line.address in addresses or not addresses):
                return line
            line.drop()
        return None

    def keep(self, line: Line) -> None:
        """Keep a connection whose answer has been read to its end."""
        loop = asyncio.get_running_loop()
        if self.wanted:
            line.drop()
            return
        if self._count >= self._most:
            self._close_oldest()
        line.used = True
        line.since = loop.time()
        line.on_lost = self._forget
        self._lines.setdefault(line.key, []).append(line)
        self._count += 1
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._seconds / 2, self._sweep)

    def _close_oldest(self) -> None:
        key, lines = next(iter(self._lines.items()))
        line = lines.pop(0)
        if not lines:
            del self._lines[key]
        self._count -= 1
        line.on_lost = None
        line.drop()

    def shed(self) -> None:
        """Close one idle connection, if there is one."""
        if self._count:
            self._close_oldest()

    def _forget(self, line: Line) -> None:
        lines = self._lines.get(line.key)
        if lines and line in lines:
            lines.remove(line)
            self._count -= 1
            if not lines:
                del self._lines[line.key]

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweeper = None
        limit = loop.time() - self._seconds
        old = [line for lines in self._lines.values() for line in lines if line.since < limit]
        for line in old:
            self._forget(line)
            line.on_lost = None
            line.drop()
        if self._count:
            self._sweeper = loop.call_later(self._seconds / 2, self._sweep)

    def close(self) -> None:
        """Close all of them."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for lines in self._lines.values():
            for line in lines:
                line.on_lost = None
                line.drop()
        self._lines = {}
        self._count = 0
