"""One connection: bytes out, bytes in, TLS between."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from monitor.fetch.fault import Fault, system_fault
from monitor.fetch.tls import Handshake
from monitor.model import Cause, Phase

_HIGH = 256 * 1024

Key = tuple[bool, str, int]
"""Whether TLS, host, port."""


class Line(asyncio.Protocol):
    """A connection's received bytes in `buffer`, and a way to wait for more of them; TLS included.

    TLS is done here and not by asyncio's own layer, which holds a buffer of 256 kB for every connection.
    """

    __slots__ = (
        *("_incoming", "_loop", "_outgoing", "_paused", "_ready", "_waiter", "address", "buffer", "eof", "error"),
        *("handshake", "key", "on_closed", "on_lost", "received", "since", "tls", "transport", "used"),
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
        """Bytes since the request was sent, decrypted."""
        self.since = 0.0
        self.tls: ssl.SSLObject | None = None
        self._incoming: ssl.MemoryBIO | None = None
        self._outgoing: ssl.MemoryBIO | None = None
        self._ready = False
        """Whether the handshake is done."""
        self.transport: asyncio.Transport | None = None
        """Whether it has carried an answer before."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's word: connected."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """The loop's word: bytes came."""
        if self._incoming is not None:
            self._incoming.write(data)
            if self._ready:
                self._decrypt()
        else:
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
        self.error = self.error or exc
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

    async def _stir(self) -> None:
        """Wait until something happens."""
        if self._paused and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()
        self._waiter = self._loop.create_future()
        await self._waiter

    async def more(self) -> bool:
        """Wait until bytes have come; False when none will come any more."""
        before = self.received
        while self.received == before:
            if self.eof:
                return False
            await self._stir()
        return True

    def send(self, data: bytes) -> None:
        """Hand bytes to the system. Never waits: requests are small."""
        self.received = 0
        assert self.transport is not None
        if self.tls is None:
            self.transport.write(data)
        else:
            self.tls.write(data)
            self._flush()

    async def secure(self, context: ssl.SSLContext, name: str) -> ssl.SSLObject:
        """Shake hands; raises ssl.SSLError, ConnectionError, or ValueError for a name that cannot be one."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._incoming.write(bytes(self.buffer))
        self.buffer.clear()
        tls = self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLError:
                self._flush()
                raise
            else:
                break
            if self.eof:
                raise self.error or ConnectionAbortedError("closed during the handshake")
            await self._stir()
        self._flush()
        self._ready = True
        self._decrypt()
        return tls

    def _flush(self) -> None:
        if self._outgoing is not None and self._outgoing.pending and self.transport is not None:
            self.transport.write(self._outgoing.read())

    def _decrypt(self) -> None:
        assert self.tls is not None
        try:
            while piece := self.tls.read(65536):
                self.buffer += piece
                self.received += len(piece)
            self.eof = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.eof = True
            if not isinstance(error, ssl.SSLZeroReturnError):
                self.error = error
                self.drop()
        self._flush()

    def loss(self, phase: Phase) -> Fault:
        """Why the connection ended, as a Fault."""
        if isinstance(self.error, OSError):
            return system_fault(self.error, phase)
        return Fault(Cause.CLOSED, phase, str(self.error or ""))

    def drop(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.abort()
