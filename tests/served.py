"""A folder or a table of answers served on loopback by a real server, for as long as a block lasts."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class _Folder(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


class _Table(_Folder):
    answers: Mapping[str, tuple[int, bytes]] = {}

    def do_GET(self) -> None:
        status, body = self.answers.get(self.path, (404, b"<html><title>404</title>not found</html>"))
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def folder(path: Path) -> Iterator[str]:
    """Serve the files below a folder; gives the address, with a slash at the end."""
    with _serving(functools.partial(_Folder, directory=str(path))) as base:
        yield base


@contextmanager
def table(answers: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """Serve pages by their path, as (status, HTML); any other path is a 404."""
    ready = {path: (status, body.encode()) for path, (status, body) in answers.items()}
    with _serving(type("Table", (_Table,), {"answers": ready})) as base:
        yield base


@contextmanager
def _serving(handler: object) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
