"""The server: its doors (plain, TLS with many certificates, forbidden, closed) and who stands behind each."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType

from faults import certificates
from faults.case import Case, answer
from faults.visit import HEAD_LIMIT, Visit, read_request

Served = Callable[[Visit], Awaitable[None]]
HOST = "127.0.0.1"


class House:
    """`async with House(cases) as house:` serves them; `house.address(case)` is where each stands."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.cases = {c.name: c for c in cases}
        self.doors: dict[str, str] = {}
        """Door -> "http://127.0.0.1:port"."""
        self.forbidden_hits = 0
        """Visits to the door that nobody may open: must stay 0."""
        self.requests = 0
        self.papers = certificates.Papers()
        self._servers: list[asyncio.Server] = []
        self._closed: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> House:
        await self._open("plain", self._by_place)
        await self._open("second", self._by_place)
        await self._open("index", self._index)
        await self._open("forbidden", self._count)
        for name, context in self.papers.contexts().items():
            await self._open(name, self._by_place, context)
        for one in self.cases.values():
            if one.door in ("own", "raw"):
                await self._open(one.name, self._only(one), raw=one.door == "raw")
        self.doors["tls_as_plain"] = self.doors["tls"].replace("https:", "http:")
        self._closed = socket.socket()
        self._closed.bind((HOST, 0))
        self.doors["closed"] = f"http://{HOST}:{self._closed.getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for server in self._servers:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(server.wait_closed(), 2)
        if self._closed is not None:
            self._closed.close()
        self.papers.close()

    def address(self, one: Case) -> str:
        """Where a case stands."""
        if one.path.startswith("{"):
            return one.path.format(**self.doors)
        if one.door == "raw":
            return self.doors[one.name].replace("http:", "https:") + one.place
        return self.doors[one.name if one.door == "own" else one.door] + one.place

    @property
    def authorities(self) -> frozenset[str]:
        """Every door that a client may be allowed to open; the forbidden one is not among them."""
        return frozenset(a.partition("://")[2] for name, a in self.doors.items() if name != "forbidden")

    async def _open(
        self, name: str, served: Served, context: ssl.SSLContext | None = None, *, raw: bool = False
    ) -> None:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
            try:
                await self._receive(served, Visit(self, reader, writer), raw)
            finally:
                if task is not None:
                    self._tasks.discard(task)

        server = await asyncio.start_server(
            meet, HOST, 0, limit=HEAD_LIMIT, backlog=2048, ssl=context, ssl_handshake_timeout=30 if context else None
        )
        self._servers.append(server)
        port = server.sockets[0].getsockname()[1]
        self.doors[name] = f"{'https' if context else 'http'}://{HOST}:{port}"

    async def _receive(self, served: Served, visit: Visit, raw: bool) -> None:
        self.requests += 1
        try:
            if raw or await read_request(visit):
                await served(visit)
        except (ConnectionError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            with contextlib.suppress(Exception, asyncio.CancelledError):
                visit.writer.close()
                await visit.writer.wait_closed()

    async def _by_place(self, visit: Visit) -> None:
        """By the second part of the path: /group/name/…; at the root, the page of links."""
        parts = visit.target.partition("?")[0].split("/")
        one = self.cases.get(parts[2]) if len(parts) > 2 else None
        if parts == ["", ""]:
            await self._index(visit)
            return
        if one is not None:
            await one.behaviour(visit)
        else:
            await visit.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot found")

    async def _index(self, visit: Visit) -> None:
        """A page with a link to every case, for tools that read pages."""
        chosen = visit.target.partition("?")[2]
        rows = (c for c in self.cases.values() if chosen in ("", c.group))
        text = "".join(f'<li><a href="{self.address(c)}">{c.name}</a></li>' for c in rows)
        await visit.send(answer(f"<!DOCTYPE html><html><title>cases</title><ul>{text}</ul></html>"))

    async def _count(self, visit: Visit) -> None:
        self.forbidden_hits += 1
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")

    def _only(self, one: Case) -> Served:
        async def served(visit: Visit) -> None:
            await one.behaviour(visit)

        return served
