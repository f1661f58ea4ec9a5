"""Robots and webhooks on loopback: real servers, with TLS where robots have it, which answer as they are told."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Talk = Callable[[socket.socket], None]


@dataclass
class Robot:
    """What was posted to a server, in order."""

    origin: str
    """Scheme, host and port."""
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Target, headers by small letters, and body."""


def says(body: bytes | str, status: str = "200 OK", more: str = "") -> Talk:
    """Answer, and close."""
    content = body.encode() if isinstance(body, str) else body

    def talk(line: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n{more}\r\n"
        line.sendall(head.encode() + content)

    return talk


def hangs_up(line: socket.socket) -> None:
    """End the connection without an answer."""
    plain = socket.socket(fileno=line.detach()) if isinstance(line, ssl.SSLSocket) else line
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def drips(line: socket.socket) -> None:
    """Send a head letter by letter, for as long as anybody listens: no pause is long, the whole never ends."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(2000):
        line.sendall(b"x")
        time.sleep(0.02)


def stays_silent(line: socket.socket) -> None:
    """Say nothing until the other side leaves."""
    line.recv(1)


@contextmanager
def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[Robot]:
    """A server that takes each request whole, and then does what `talk` does."""
    listener = socket.create_server(("127.0.0.1", 0))
    robot = Robot(f"{'https' if tls else 'http'}://localhost:{listener.getsockname()[1]}")

    def serve(line: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if tls is not None:
                line = tls.wrap_socket(line, server_side=True)
            with line:
                robot.taken.append(_request(line))
                talk(line)

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            line.settimeout(20)
            serve(line)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield robot
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(25)


def _request(line: socket.socket) -> tuple[str, dict[str, str], bytes]:
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        piece = line.recv(65536)
        if not piece:
            raise OSError("nobody asks")
        buffer += piece
    head, _, body = buffer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += line.recv(65536)
    method, target, _ = first.split()
    assert method == "POST"
    return target, headers, body
