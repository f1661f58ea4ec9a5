"""One connection as a behaviour sees it: what was asked, and every byte of the answer in its hands."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.house import House

HEAD_LIMIT = 1 << 20


@dataclass(slots=True)
class Visit:
    """A request and the means to misbehave."""

    house: House
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address of the port that was asked."""
        host, port = self.writer.get_extra_info("sockname")[:2]
        scheme = "https" if self.writer.get_extra_info("ssl_object") else "http"
        return f"{scheme}://{host}:{port}"

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def drip(self, raw: bytes, every: float = 0.05, size: int = 1) -> None:
        for start in range(0, len(raw), size):
            await self.send(raw[start : start + size])
            await asyncio.sleep(every)

    async def for_ever(self, raw: bytes, every: float = 0.0) -> None:
        """Until the other side has enough."""
        while not self.writer.is_closing():
            await self.send(raw)
            await asyncio.sleep(every)

    async def silence(self, seconds: float = 120.0) -> None:
        """Say nothing until the other side hangs up."""
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(65536):
                    pass
        except TimeoutError:
            pass

    def reset(self) -> None:
        """Cut the line: the other side sees a reset, not an end."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def read_request(visit: Visit) -> bool:
    """Read one request's head into the visit; False when none came."""
    try:
        raw = await visit.reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False
    first, *lines = raw.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) < 2:
        return False
    visit.method, visit.target = words[0], words[1]
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            visit.headers[name.strip().lower()] = value.strip()
    return True
