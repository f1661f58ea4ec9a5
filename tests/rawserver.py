"""A server that says whatever bytes a test wants, on a loopback port of its own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Reply = bytes | Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One request as the server sees it."""

    path: str
    request: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    """How many requests for this path came before."""
    port: int

    async def say(self, *parts: bytes, pause: float = 0.0) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            if pause:
                await asyncio.sleep(pause)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.writer.get_extra_info("socket").setsockopt(1, 13, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # SO_LINGER 0
        self.writer.transport.abort()


@dataclass
class RawServer:
    """What it was asked, and where it listens."""

    replies: dict[str, Reply]
    port: int = 0
    secure: bool = False
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' * self.secure}://{host}:{self.port}{path}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, asyncio.LimitOverrunError):
            while not writer.is_closing():
                request = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(request)
                path = request.split(b" ")[1].decode("latin-1")
                reply = self.replies.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                number = self.seen[path] = self.seen.get(path, -1) + 1
                if isinstance(reply, bytes):
                    writer.write(reply)
                    await writer.drain()
                    if b"ontent-" not in reply and b"hunked" not in reply:
                        break
                else:
                    await reply(Visit(path, request, reader, writer, number, self.port))
        writer.close()


@asynccontextmanager
async def serving(
    replies: dict[str, Reply], *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[RawServer]:
    """A RawServer for the length of the block. A reply of bytes without a length is followed by closing."""
    raw = RawServer(replies, secure=tls is not None)
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        task = asyncio.ensure_future(raw.talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(meet, host, 0, ssl=tls, limit=1 << 20)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # a connection may have come at the last moment
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
