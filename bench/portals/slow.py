"""The same folder served by a small server of our own, which may take its time: every answer after so many seconds.

nginx from Debian has no module that waits. Needs nothing but Python, so the test uses it too.
`python bench/portals/slow.py FOLDER SECONDS` serves until it is ended; `serve` runs it as a process of its own.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote

_KINDS = {".html": "text/html", ".css": "text/css", ".pdf": "application/pdf", ".doc": "application/msword"}
_MOVED = "/go/"


@contextmanager
def serve(folder: Path, latency: float = 0.0) -> Iterator[int]:
    """Serve the folder on every address of loopback; gives the port."""
    words = [sys.executable, __file__, str(folder), str(latency)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


async def _run(folder: Path, latency: float) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                if latency:
                    await asyncio.sleep(latency)
                writer.write(_answer(folder, request))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()

    server = await asyncio.start_server(talk, "0.0.0.0", 0, backlog=4096)  # noqa: S104 - all of 127/8 is meant
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _answer(folder: Path, request: str) -> bytes:
    first, *lines = request.rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    path = unquote(target.partition("?")[0])
    if path.startswith(_MOVED):
        return _head("301 Moved Permanently", f"Location: {path[len(_MOVED) - 1 :]}", "Content-Length: 0")
    root = (folder / fields.get("host", "").partition(":")[0]).resolve()
    file = (root / path.lstrip("/")).resolve()
    if file.is_dir():
        file /= "index.html"
    if not file.is_relative_to(root) or not file.is_file():
        body = b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"
        return _head("404 Not Found", "Content-Type: text/html", f"Content-Length: {len(body)}") + _body(method, body)
    found = file.stat()
    changed, tag = formatdate(found.st_mtime, usegmt=True), f'"{int(found.st_mtime):x}-{found.st_size:x}"'
    known = fields.get("if-none-match", "") == tag or (
        "if-none-match" not in fields and fields.get("if-modified-since", "") == changed
    )
    marks = (f"ETag: {tag}", f"Last-Modified: {changed}")
    if known:
        return _head("304 Not Modified", *marks)
    kind = _KINDS.get(file.suffix, "application/octet-stream")
    head = _head("200 OK", f"Content-Type: {kind}", f"Content-Length: {found.st_size}", *marks)
    return head + _body(method, file.read_bytes())


def _head(status: str, *lines: str) -> bytes:
    date = formatdate(time.time(), usegmt=True)
    return "\r\n".join((f"HTTP/1.1 {status}", f"Date: {date}", "LinkChecker: 1", *lines, "", "")).encode()


def _body(method: str, body: bytes) -> bytes:
    return b"" if method == "HEAD" else body


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), float(sys.argv[2])))
