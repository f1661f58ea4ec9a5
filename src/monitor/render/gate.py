"""The one way by which the browser reaches the network: a proxy on loopback that checks every address it opens.

The browser itself may be led anywhere, by a redirect or by a name that changes its address between two look-ups.
Here each connection goes to an address that was checked for it, or nowhere.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

Addresses = Callable[[str, str], Awaitable[tuple[str, ...]]]
"""The permitted network addresses of a host, asked for with the host and its authority (host or host:port)."""

_MOST_HEAD = 64 * 1024
_MOST_UP = 4 * 1024 * 1024
_MOST_DOWN = 40 * 1024 * 1024
_PATIENCE = 10.0
_PIECE = 64 * 1024
_HOP = (b"proxy-", b"connection:", b"keep-alive:")
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_UNREACHED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_WHO = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="monitor"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class Gate:
    """A guarded proxy for one browser; `async with` it. Nobody else on this machine knows its password."""

    def __init__(self, addresses: Addresses) -> None:
        """`addresses` gives () for a host that must not be touched."""
        self._addresses = addresses
        self._talks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.user = "monitor"
        self.password = secrets.token_urlsafe(24)
        self.refused: list[str] = []
        """The hosts that were asked for and not permitted, the last hundred."""
        self._pass = b"Basic " + base64.b64encode(f"{self.user}:{self.password}".encode())

    @property
    def server(self) -> str:
        """Its address, for the browser's settings."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._receive, "127.0.0.1", 0, limit=_MOST_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser: a tunnel, or one plain request and its answer."""
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
                async with asyncio.timeout(_PATIENCE):
                    head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head[:-4].split(b"\r\n")
                if self._pass not in _values(lines, b"proxy-authorization"):
                    writer.write(_WHO)
                    await writer.drain()
                    return
                method, target, _ = first.split(b" ", 2)
                if method == b"CONNECT":
                    await self._tunnel(target, reader, writer)
                elif target.startswith(b"http://"):
                    await self._forward(method, target[7:], lines, reader, writer)
                else:
                    writer.write(_REFUSED)
                    await writer.drain()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(
        self, authority: bytes, port: int, writer: asyncio.StreamWriter
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to a checked address of a host; None after the browser was told that there is none."""
        text = authority.decode("ascii").lower()
        host, colon, digits = text.rpartition(":")
        if not colon or not digits.isdigit():
            host, digits = text, str(port)
        plain = host if int(digits) == port else f"{host}:{digits}"
        found = await self._addresses(host, plain)
        if not found:
            self.refused = [*self.refused[-99:], plain]
            writer.write(_REFUSED)
            await writer.drain()
            return None
        for address in found[:3]:
            with suppress(OSError):
                async with asyncio.timeout(_PATIENCE):
                    return await asyncio.open_connection(address, int(digits), limit=_MOST_HEAD)
        writer.write(_UNREACHED)
        await writer.drain()
        return None

    async def _tunnel(self, target: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await self._open(target, 443, writer)
        if line is None:
            return
        there, out = line
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        up = asyncio.ensure_future(_pump(reader, out, _MOST_UP))
        down = asyncio.ensure_future(_pump(there, writer, _MOST_DOWN))
        try:
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(up, down, out)

    async def _forward(
        self,
        method: bytes,
        rest: bytes,
        lines: list[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Pass one request on and its answer back; the connection serves no second one."""
        authority, _, path = rest.partition(b"/")
        line = await self._open(authority.rpartition(b"@")[2], 80, writer)
        if line is None:
            return
        there, out = line
        kept = [one for one in lines if not one.lower().startswith(_HOP)]
        length = int(next(iter(_values(kept, b"content-length")), b"0"))
        body = await reader.readexactly(length) if 0 < length <= _MOST_UP else b""
        out.write(b"\r\n".join([method + b" /" + path + b" HTTP/1.1", *kept, b"Connection: close", b"", b""]) + body)
        down = asyncio.ensure_future(_answer(there, writer))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((down, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(down, gone, out)


def _values(lines: list[bytes], name: bytes) -> list[bytes]:
    """The values of a header."""
    parts = (line.partition(b":") for line in lines)
    return [value.strip() for key, _, value in parts if key.lower() == name]


async def _answer(there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer to the browser, which is told not to ask again on this connection."""
    head = await there.readuntil(b"\r\n\r\n")
    while head.startswith((b"HTTP/1.1 100", b"HTTP/1.1 103")):
        head = await there.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    kept = [one for one in lines if not one.lower().startswith(_HOP)]
    writer.write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))
    length = next(iter(_values(kept, b"content-length")), b"")
    await _pump(there, writer, min(int(length), _MOST_DOWN) if length.isdigit() else _MOST_DOWN)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int) -> None:
    passed = 0
    while passed < most and (piece := await source.read(min(_PIECE, most - passed))):
        passed += len(piece)
        sink.write(piece)
        await sink.drain()


async def _end(one: asyncio.Task[Any], other: asyncio.Task[Any], out: asyncio.StreamWriter) -> None:
    for task in (one, other):
        task.cancel()
    await asyncio.gather(one, other, return_exceptions=True)
    out.close()
    with suppress(OSError):
        await out.wait_closed()
