"""HTTP/1.x answers as they come: a lenient reader of heads and bodies. Pure: bytes in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_STATUS = re.compile(rb"(?:HTTP(?:/(\d{1,3})(?:\.(\d{1,3}))?)?|ICY)[ \t]*(\d{1,5})?", re.IGNORECASE)
_MOST_HEADERS = 300
_LONGEST_FOLDED = 8192
_WEIGHTY = {
    *(b"location", b"content-type", b"content-length", b"transfer-encoding", b"content-encoding", b"connection"),
    *(b"etag", b"last-modified", b"retry-after", b"set-cookie", b"server", b"content-disposition"),
}
_NAMES: dict[bytes, bytes] = {}
_INTERIM = frozenset({100, 102, 103})


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an answer: status, headers as (lower-case name, value), what was odd about it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    persistent: bool
    """Whether the connection may live on, as far as the head says."""
    notes: list[str]

    @property
    def interim(self) -> bool:
        """Whether another head follows."""
        return self.status in _INTERIM


def skip_blank(buffer: bytearray) -> None:
    """Drop line ends and spaces that stand before the head."""
    while buffer and buffer[0] in b"\r\n \t":
        rest = buffer.lstrip(b"\r\n \t")
        del buffer[: len(buffer) - len(rest)]


def is_http(buffer: bytearray) -> bool | None:
    """Whether the bytes begin an HTTP/1 answer (up to four bytes of junk are forgiven); None: too few to tell."""
    start = bytes(buffer[:8]).upper()
    if start.startswith((b"HTTP", b"ICY ")) or b"HTTP" in start:
        return True
    return None if len(start) < 8 and not start.startswith(b"<") else False


def head_end(buffer: bytearray, start: int) -> int:
    """Where the head ends (behind the blank line), searched from `start`; -1 when it has not come yet."""
    crlf = buffer.find(b"\n\r\n", start)
    bare = buffer.find(b"\n\n", start) if crlf < 0 else buffer.find(b"\n\n", start, crlf)
    if bare >= 0:
        return bare + 2
    return crlf + 3 if crlf >= 0 else -1


def read_head(raw: bytes) -> Head | None:
    """The head in `raw`; None when there is no status line in it."""
    lines = raw.split(b"\n") if b"\n" in raw else raw.split(b"\r")
    notes: list[str] = []
    at = lines[0][:12].upper().find(b"HTTP")
    match = _STATUS.match(lines[0], max(at, 0))
    if match is None:
        return None
    if at > 0:
        notes.append("junk before the status line")
    major, minor, status = match.groups()
    if status is None:
        notes.append("status line without a status; browsers read it as 200")
    headers = _read_headers(lines, notes)
    recent = major is not None and (int(major), int(minor or 0)) >= (1, 1)
    connection = b",".join(v for k, v in headers if k == b"connection").lower()
    persistent = b"close" not in connection and (recent or b"keep-alive" in connection)
    return Head(int(status) if status else 200, headers, persistent, notes)


def _read_headers(lines: list[bytes], notes: list[str]) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = []
    odd = dropped = 0
    for line in lines[1:]:
        if line[-1:] == b"\r":
            line = line[:-1]
        if not line:
            continue
        if line[0] in b" \t":
            if headers and len(headers[-1][1]) + len(line) < _LONGEST_FOLDED:
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            continue
        written, colon, value = line.partition(b":")
        name = _NAMES.get(written) or _name_of(written)
        if not (name and colon):
            odd += 1
            continue
        if len(headers) >= _MOST_HEADERS and name not in _WEIGHTY:
            dropped += 1
            continue
        headers.append((name, value.strip(b" \t\r\x00")))
    if odd:
        notes.append(f"{odd} lines among the headers that are none")
    if dropped:
        notes.append(f"{dropped} headers too many, left out")
    return headers


def _name_of(written: bytes) -> bytes:
    """The lower-case name of a header; b"" when it cannot be one."""
    name = written.strip(b" \t\r\x00")
    if not _TOKEN.fullmatch(name):
        return b""
    if len(_NAMES) < 2000 and len(written) < 64:
        _NAMES[written] = name.lower()  # servers repeat themselves: look it up next time
    return name.lower()


class Framing:
    """Where the body of one answer ends, and what was wrong with it. Feed it the connection's buffer."""

    __slots__ = ("_begun", "_left", "_mode", "_state", "done", "notes", "reusable", "sure", "truncated")

    def __init__(self, head: Head, method: str = "GET") -> None:
        self.notes: list[str] = []
        self.truncated = False
        self.done = False
        self.sure = True
        """False when the head contradicts itself about the length; silence then ends the body."""
        self.reusable = head.persistent
        self._begun = False
        self._state = "size"
        self._left = 0
        self._mode = self._choose(head, method)

    def _choose(self, head: Head, method: str) -> str:
        lengths: list[bytes] = []
        chunked = False
        for name, value in head.headers:
            if name == b"content-length":
                lengths += [v.strip() for v in value.split(b",")]
            elif name == b"transfer-encoding" and b"chunked" in value.lower():
                chunked = True
        if method == "HEAD" or head.status in (204, 304) or 100 <= head.status < 200:
            self.done = True
            return "none"
        if chunked:
            return "chunked"
        if not lengths:
            self.reusable = False
            return "close"
        if len(set(lengths)) == 1 and lengths[0].isdigit() and len(lengths[0]) < 19:
            self._left = int(lengths[0])
            self.done = self._left == 0
            return "length"
        self.notes.append("Content-Length contradicts itself or is no number")
        self.reusable = self.sure = False
        return "close"

    def take(self, buffer: bytearray) -> bytes:
        """The body bytes that the buffer holds; they leave it. Sets `done` at the end of the body."""
        if self._mode == "length":
            if len(buffer) <= self._left:
                piece = bytes(buffer)
                buffer.clear()
            else:
                piece = bytes(memoryview(buffer)[: self._left])
                del buffer[: self._left]
            self._left -= len(piece)
            self.done = self._left == 0
            return piece
        if self._mode == "close":
            piece = bytes(buffer)
            buffer.clear()
            return piece
        return self._take_chunks(buffer) if self._mode == "chunked" else b""

    def _take_chunks(self, buffer: bytearray) -> bytes:
        pieces: list[bytes] = []
        while buffer and not self.done:
            if self._state == "data":
                piece = bytes(buffer[: self._left])
                del buffer[: len(piece)]
                self._left -= len(piece)
                pieces.append(piece)
                if not self._left:
                    self._state = "size"
                continue
            end = buffer.find(b"\n")
            if end < 0:
                if len(buffer) > 8192:
                    self._give_up("chunk line without end", buffer, pieces)
                break
            line = bytes(buffer[:end]).strip()
            if self._state == "trailer":
                del buffer[: end + 1]
                self.done = not line
                continue
            if not line:
                del buffer[: end + 1]
                continue
            self._start_chunk(line, end, buffer, pieces)
            if self._mode == "close":
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _start_chunk(self, line: bytes, end: int, buffer: bytearray, pieces: list[bytes]) -> None:
        digits = line.partition(b";")[0].strip()
        try:
            size = int(digits, 16) if digits.isalnum() and len(digits) <= 15 else -1
        except ValueError:
            size = -1
        if size < 0:
            self._give_up("chunks are not framed as such", buffer, pieces)
            return
        del buffer[: end + 1]
        self._begun = True
        self._left = size
        self._state = "data" if size else "trailer"

    def _give_up(self, note: str, buffer: bytearray, pieces: list[bytes]) -> None:
        """Chunking is broken: before any chunk, what comes is the body itself; later, the body is cut here."""
        self.notes.append(note)
        self.reusable = False
        if not self._begun:
            self._mode = "close"
            self.sure = False
            pieces.append(bytes(buffer))
        else:
            self.truncated = self.done = True
        buffer.clear()

    def end(self, buffer: bytearray, broken: str = "") -> bytes:
        """The connection ended, `broken` says how when not in good order. Judges whether the body was whole.

        What is returned belongs to the body too.
        """
        self.reusable = False
        if self.done:
            return b""
        self.done = True
        if self._mode == "chunked" and not self._begun and buffer:
            pieces: list[bytes] = []
            self._give_up("chunks are not framed as such", buffer, pieces)
            return pieces[0]
        if self._mode == "length":
            self.truncated = True
            self.notes.append(f"the body ended {self._left} bytes before its announced length")
        elif self._mode == "chunked" and self._state != "trailer" and buffer.strip() != b"0":
            self.truncated = True
            self.notes.append("the body ended before its last chunk")
        if broken:
            self.truncated = True
            self.notes.append(broken)
        return b""
