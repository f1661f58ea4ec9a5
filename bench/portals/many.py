"""Many portals from one server, each on an address of its own, every answer after so many seconds; some stay silent.

A few portals are drawn up; each host shows one of them under its own name, so that no two pages are the same bytes.
`python bench/portals/many.py PAGES SECONDS` prints its port, then serves until it is ended; `serve` runs it so.
`/served` answers at once, with how many answers were given and how many connections are open.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portals import disk
from portals.plan import Portal

_KINDS = 8
_FIRST = 100
_ROW = 150
_SILENT_NET = 101
"""127.101.x.y takes a connection and says nothing."""
_NAME, _WIDTH = b"127.100.100.100", b"1200px"
_MISSING = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"


def host(number: int, silent: bool = False) -> str:
    """The address of a portal; all are equally long."""
    return f"127.{_SILENT_NET if silent else _FIRST}.{_FIRST + number // _ROW}.{_FIRST + number % _ROW}"


def is_talking(url: str) -> bool:
    """Whether an address is that of a portal that answers."""
    return f"://127.{_FIRST}." in url


def portal(number: int, pages: int) -> Portal:
    """What stands at that address."""
    return Portal(host=_NAME.decode(), name=f"第{number % _KINDS + 1}市人民政府", pages=pages, seed=number % _KINDS)


@contextmanager
def serve(pages: int, latency: float) -> Iterator[int]:
    """Serve in a process of its own; gives the port."""
    words = [sys.executable, __file__, str(pages), str(latency)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


class _House:
    """All answers, made before the first is asked for, and how many were given."""

    def __init__(self, pages: int, latency: float) -> None:
        self.latency = latency
        self.given = self.open = 0
        self.answers = [dict(_answers(portal(kind, pages))) for kind in range(_KINDS)]
        self.missing = _answer("404 Not Found", "text/html", _MISSING.encode())

    def of(self, number: int, name: bytes, path: str) -> bytes:
        """What the host of this number answers."""
        if path == "/served":
            return _answer("200 OK", "text/plain", f"{self.given} {self.open}".encode())
        self.given += 1
        found = self.answers[number % _KINDS].get(path)
        if found is None:
            return self.missing
        return found.replace(_NAME, name).replace(_WIDTH, b"%04dpx" % (1000 + number % 9000))


def _answers(of: Portal) -> Iterator[tuple[str, bytes]]:
    for path, body in disk.files(of):
        kind = "text/html" if path.endswith(".html") else "application/octet-stream"
        yield path.removesuffix("index.html"), _answer("200 OK", kind, body)
    for path in (path for paths in of.redirects.values() for path in paths):
        yield path, _answer("301 Moved Permanently", "text/html", b"", f"Location: {path.removeprefix('/go')}\r\n")


def _answer(status: str, kind: str, body: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Talk(asyncio.Protocol):
    """One connection: each request is answered after the latency, in order."""

    def __init__(self, house: _House) -> None:
        self._house = house
        self._asked = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's word: connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._house.open += 1
        self._name = transport.get_extra_info("sockname")[0]
        _, net, row, place = map(int, self._name.split("."))
        self._number = (row - _FIRST) * _ROW + place - _FIRST
        self._silent = net == _SILENT_NET

    def connection_lost(self, exc: Exception | None) -> None:
        """The loop's word: closed."""
        self._house.open -= 1
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """The loop's word: bytes came."""
        self._asked += data
        while b"\r\n\r\n" in self._asked and not self._silent:
            request, _, self._asked = self._asked.partition(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode("latin-1")
            late = 0.0 if path == "/served" else self._house.latency
            asyncio.get_running_loop().call_later(late, self._say, path)

    def _say(self, path: str) -> None:
        if self._transport is not None:
            self._transport.write(self._house.of(self._number, self._name.encode(), path))


async def _run(pages: int, latency: float) -> None:
    house = _House(pages, latency)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(house), "0.0.0.0", 0, backlog=4096)  # noqa: S104 - all of 127/8
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]), float(sys.argv[2])))
