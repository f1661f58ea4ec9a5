"""A small portal on loopback: pages by path, each visit counted, faults by function."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

Answer = bytes | Callable[[int], "bytes | float | None"]
"""The bytes to say, or what gives them for the n-th visit (from 0): None closes unanswered, a number waits so long."""


class Cut(bytes):
    """An answer after which the connection is closed, whatever its head promised."""


def answer(body: str = "", status: str = "200 OK", *headers: str, kind: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body.encode()


NOT_FOUND = answer("<html><title>404</title><h1>404 Not Found</h1></html>", "404 Not Found")
DOWN = answer("busy", "503 Service Unavailable")


def moved(to: str) -> bytes:
    return answer("", "302 Found", f"Location: {to}")


def page(*links: tuple[str, str], title: str = "某页", nav: Mapping[str, str] | None = None, more: str = "", head: str = "", crumbs: str = "") -> bytes:  # fmt: skip
    menu = "".join(f'<li><a href="{href}">{words}</a></li>' for words, href in (nav or {}).items())
    body = "".join(f'<p><a href="{href}">{words}</a></p>' for href, words in links)
    path = f'<div class="crumbs">当前位置：{crumbs}</div>' if crumbs else ""
    return answer(
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<nav class="nav"><ul>{menu}</ul></nav>{path}<div class="main">{body}{more}</div></body></html>'
    )


def rows(*items: tuple[str, str, str], css: str = "list") -> str:
    """A list's rows from (href, title, day); an empty day leaves the date out."""
    lines = (
        f'<li><a href="{href}" title="{words}">{words}</a>{f"<span>{day}</span>" if day else ""}</li>'
        for href, words, day in items
    )
    return f'<div class="{css}"><ul class="{css}">{"".join(lines)}</ul></div>'


def articles(folder: str, *days: str) -> str:
    """Rows of articles, one a day."""
    names = ("防汛抗旱", "河长制巡查", "农村饮水", "水库除险", "节水宣传", "水土保持", "灌区改造", "水利普查")
    return rows(
        *((f"{folder}a{n}.html", f"关于做好{names[n % 8]}工作的通知（第{n}号）", day) for n, day in enumerate(days))
    )


ARTICLE = page(title="关于防汛工作的通知", more="<h1>关于防汛工作的通知</h1>" + "<p>各县人民政府，市政府有关部门：现将有关事项通知如下，请遵照执行。</p>" * 5)  # fmt: skip


@dataclass
class Portal:
    """What it answers, and what it was asked."""

    pages: dict[str, Answer]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """The paths in the order they were asked for, robots.txt and made-up ones apart."""
    fallback: Answer = NOT_FOUND
    tags: bool = False
    """Whether pages carry an ETag, and are not sent to one who knows it."""
    unchanged: list[str] = field(default_factory=list)
    """The paths that were answered with 304."""

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.authority}{path}"

    def visits(self, path: str) -> int:
        return self.asked.count(path)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._reply(reader, writer):
                    pass
        finally:
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = request.split(" ")[1]
        known = self.pages.get(path, self.fallback)
        count = self.visits(path)
        self.asked.append(path)
        said = known if isinstance(known, bytes) else known(count)
        if isinstance(said, float):
            await asyncio.sleep(said)
        if not isinstance(said, bytes):
            return False
        writer.write(self._tagged(said, path, request) if self.tags else said)
        await writer.drain()
        return not isinstance(said, Cut)

    def _tagged(self, said: bytes, path: str, request: str) -> bytes:
        """A good answer with its tag, or the word that it is as it was."""
        if not said.startswith(b"HTTP/1.1 200"):
            return said
        tag = f'"{zlib.crc32(said):x}"'
        if f"if-none-match: {tag}" in request.lower():
            self.unchanged.append(path)
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return said.replace(b"\r\n", f"\r\nETag: {tag}\r\n".encode(), 1)


@asynccontextmanager
async def portal(
    pages: Mapping[str, Answer], *, fallback: Answer = NOT_FOUND, port: int = 0, tags: bool = False
) -> AsyncIterator[Portal]:
    """Serve the pages on a port of their own."""
    served = Portal(pages={"/robots.txt": NOT_FOUND, **pages}, fallback=fallback, tags=tags)
    talks: set[asyncio.Task[None]] = set()

    def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(served.talk(reader, writer))
        talks.add(talk)
        talk.add_done_callback(talks.discard)

    server = await asyncio.start_server(receive, "127.0.0.1", port)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


class ByName(httpx.AsyncBaseTransport):
    """Real sockets for made-up names: every listed host is a port on loopback, every other one does not exist."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        port = self._ports.get(request.url.host)
        if port is None:
            raise httpx.ConnectError(f"no such host: {request.url.host}")
        there = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
        headers = httpx.Headers([(k, v) for k, v in request.headers.raw if k.lower() != b"host"])
        headers["Host"] = request.url.netloc.decode()
        extensions = {k: v for k, v in request.extensions.items() if k == "timeout"}
        return await self._inner.handle_async_request(
            httpx.Request(request.method, there, headers=headers, stream=request.stream, extensions=extensions)
        )

    async def aclose(self) -> None:
        await self._inner.aclose()
