"""The city on loopback: every portal on a free port of its own, from a thread with its own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from monitor.demo.plan import Answer, City, Portal

HOST = "127.0.0.1"
_NAMED = re.compile(rb"http://([a-z]+)\.test")
_HEAD_LIMIT = 64 * 1024

Say = Callable[[str, bytes, asyncio.StreamWriter], Awaitable[bool]]
"""Sends an answer: the portal's id and the request target in one ("slj/tzgg/"), the whole answer, where to.

Gives whether the connection goes on.
"""


async def plainly(_asked: str, letter: bytes, writer: asyncio.StreamWriter) -> bool:
    """Send an answer as it is."""
    writer.write(letter)
    await writer.drain()
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A city that answers, and where."""

    city: City
    bases: Mapping[str, str]
    """Portal id to base address without a slash at its end: "http://127.0.0.1:40123"."""

    @property
    def ports(self) -> dict[str, int]:
        """Portal id to port, to be served there again."""
        return {name: int(base.rpartition(":")[2]) for name, base in self.bases.items()}

    def real(self, text: str) -> str:
        """The text with every http://ID.test address made one that answers."""
        return _ground(text.encode(), self.bases).decode()


def _ground(text: bytes, bases: Mapping[str, str]) -> bytes:
    return _NAMED.sub(lambda m: bases.get(m[1].decode(), m[0].decode()).encode(), text)


@contextlib.contextmanager
def serve(city: City, ports: Mapping[str, int] | None = None, say: Say = plainly) -> Iterator[Served]:
    """Serves the city on free ports of 127.0.0.1 until the block is left.

    `ports`: those of an earlier time (`Served.ports`), taken again where they are free, so that addresses stay.
    `say`: what sends each answer, for a rehearsal of bad lines and bad servers.

    A portal that is down keeps its port without listening there: nobody else can take it, and connections are refused.
    """
    sockets = {p.draft.id: _reserve((ports or {}).get(p.draft.id, 0)) for p in city.portals}
    served = Served(city=city, bases={k: f"http://{HOST}:{s.getsockname()[1]}" for k, s in sockets.items()})
    houses = [_House(p, served.bases, sockets[p.draft.id], say) for p in city.portals if p.draft.listening]
    ready: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_stand(houses, ready, started)), name="demo city", daemon=True)
    thread.start()
    started.wait()
    try:
        yield served
    finally:
        loop, stop = ready[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        for each in sockets.values():
            each.close()


def _reserve(port: int) -> socket.socket:
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option would let two programs share a port
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((HOST, port))
    except OSError:
        reserved.bind((HOST, 0))
    return reserved


async def _stand(
    houses: list[_House], ready: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]], started: threading.Event
) -> None:
    stop = asyncio.Event()
    servers = [await asyncio.start_server(h.talk, sock=h.socket, limit=_HEAD_LIMIT) for h in houses]
    ready.append((asyncio.get_running_loop(), stop))
    started.set()
    await stop.wait()
    for server in servers:
        server.close()
    await asyncio.gather(*(task for house in houses for task in house.leave()), return_exceptions=True)


class _House:
    """One portal behind its socket."""

    def __init__(self, portal: Portal, bases: Mapping[str, str], sock: socket.socket, say: Say) -> None:
        self.socket = sock
        self._name = portal.draft.id
        self._say = say
        self._visitors: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._delay = portal.draft.delay
        self._answers = {_key(t): _settle(a, bases) for t, a in portal.answers.items()}
        self._missing = _settle(portal.missing, bases)
        self._asking = {key.partition(b"?")[0] for key in self._answers if b"?" in key}

    def leave(self) -> list[asyncio.Task[None]]:
        """Sends every visitor away; the tasks that end with it."""
        tasks = list(self._visitors.values())
        for task in tasks:
            task.cancel()
        return tasks

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers request after request on one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._visitors[writer] = task
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the visitor left, or the city closes
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._visitors.pop(writer, None)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
        await asyncio.sleep(self._delay)
        asked = rest.partition(b" ")[0]
        answer = self._find(asked)
        if method not in (b"GET", b"HEAD"):
            answer = Answer(status=405)
        elif method == b"HEAD" and answer.head_status is not None:
            answer = Answer(status=answer.head_status)
        close = b"\r\nconnection: close" in head.lower()
        letter = _letter(answer, with_body=method != b"HEAD", close=close)
        goes_on = await self._say(self._name + asked.decode("latin-1"), letter, writer)
        return goes_on and not close

    def _find(self, asked: bytes) -> Answer:
        key = _key(asked.decode("latin-1"))
        path, _, query = key.partition(b"?")
        path = path[: -len(b"index.html")] if path.endswith(b"/index.html") and path not in self._answers else path
        if query and path + b"?" + query in self._answers:
            return self._answers[path + b"?" + query]
        if path in self._answers and (not query or path not in self._asking):
            return self._answers[path]
        if path + b"/" in self._answers:
            return Answer(status=301, headers=(("Location", asked.decode("latin-1") + "/"),))
        return self._missing


def _key(asked: str) -> bytes:
    """A target by its bytes, whatever was percent-encoded."""
    path, mark, query = asked.partition("?")
    return unquote_to_bytes(path) + mark.encode() + unquote_to_bytes(query)


def _settle(answer: Answer, bases: Mapping[str, str]) -> Answer:
    headers = tuple((k, _ground(v.encode(), bases).decode()) for k, v in answer.headers)
    return replace(answer, body=_ground(answer.body, bases), headers=headers)


def _letter(answer: Answer, *, with_body: bool, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Content-Type: {answer.kind}",
        f"Content-Length: {len(answer.body)}",
        *(f"{name}: {value}" for name, value in answer.headers),
        f"Connection: {'close' if close else 'keep-alive'}",
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (answer.body if with_body else b"")
