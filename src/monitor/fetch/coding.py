"""Bodies inflated in steps, under a cap: no answer can cost more memory than a small multiple of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_STEP = 64 * 1024
_MOST_CODINGS = 2
_NOTHING = {"", "identity", "none", "utf-8", "utf8", "8bit", "binary"}
_INFLATED = {"gzip", "x-gzip", "deflate", "x-deflate"}


def _wants_zlib(data: bytes) -> bool:
    return data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


class _Stage:
    """One coding taken off. A wrong label on plain bytes is tolerated."""

    def __init__(self, coding: str, most: int) -> None:
        self._deflate = coding.endswith("deflate")
        self._most = most
        self._held = b""
        self._made = 0
        self._inner: zlib._Decompress | None = None
        self._plain = False
        self._ended = False
        self._between = False
        """Whether a gzip member has ended and another may follow."""
        self.note = ""
        self.broken = False

    def run(self, data: bytes) -> Iterator[bytes]:
        """The inflated pieces, each at most 64 kB."""
        if self._plain:
            yield data
            return
        if self._ended:
            return
        if self._between:
            data = self._held + data
            if len(data) < 2:
                self._held = data
                return
            self._held, self._between = b"", False
            if data[:2] != b"\x1f\x8b":
                self._ended = True
                return
            self._inner = zlib.decompressobj(31)
        if self._inner is None:
            data = self._held + data
            if len(data) < 2:
                self._held = data
                return
            self._held = b""
            if not self._choose(data):
                yield data
                return
        yield from self._inflate(data)

    def _choose(self, data: bytes) -> bool:
        if data[:2] == b"\x1f\x8b":
            self._inner = zlib.decompressobj(31)
        elif _wants_zlib(data):
            self._inner = zlib.decompressobj(15)
        elif self._deflate and data.lstrip()[:1] not in (b"<", b"{", b"\xef"):
            self._inner = zlib.decompressobj(-15)
        else:
            self._plain = True
            self.note = "labelled as compressed, but it is not"
        return not self._plain

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        assert self._inner is not None
        while True:
            try:
                out = self._inner.decompress(data, _STEP)
            except zlib.error as error:
                if self._made:
                    self.note, self.broken, self._ended = f"compressed body damaged: {error}", True, True
                else:
                    self._plain, self.note = True, "labelled as compressed, but it is not"
                    yield data
                return
            self._made += len(out)
            if out:
                yield out
            if self._made > self._most:
                self.note, self.broken, self._ended = "compressed body grows beyond all measure", True, True
                return
            if self._inner.eof:
                data = self._inner.unused_data
                if data[:2] == b"\x1f\x8b":
                    self._inner = zlib.decompressobj(31)
                    continue
                self._ended, self._between, self._held = len(data) > 1, len(data) < 2, data[:2]
                return
            data = self._inner.unconsumed_tail
            if not data and len(out) < _STEP:
                return

    @property
    def complete(self) -> bool:
        """Whether the coding itself says that its end has come."""
        return (self._ended or self._between) and not self.broken

    def finish(self) -> bytes:
        """Call at the end of the body: what was held back; sets `broken` when the coding had not ended."""
        if self._inner is None and not self._plain:
            return self._held
        if self._inner is not None and not (self._ended or self._between or self._plain):
            self.note, self.broken = "compressed body ends early", True
        return b""


class Inflater:
    """Takes the wire's pieces and keeps the body, inflated, up to `cap` bytes."""

    def __init__(self, content_encoding: str, cap: int) -> None:
        names = [c.strip().lower() for c in content_encoding.split(",")] if content_encoding else []
        names = [n for n in names if n not in _NOTHING]
        self._unknown = next((n for n in names if n not in _INFLATED), "")
        self._stages: list[_Stage] = []
        self.notes: list[str] = []
        self.truncated = False
        if self._unknown:
            self.notes.append(f"content coding not understood: {self._unknown[:40]!r}")
        elif len(names) > _MOST_CODINGS:
            self.notes.append(f"{len(names)} content codings one over another")
            self._unknown = "too many"
        else:
            self._stages = [_Stage(n, 8 * cap) for n in reversed(names)]
        self._cap = cap
        self._pieces: list[bytes] = []
        self.size = 0
        self.full = False

    def feed(self, data: bytes) -> bool:
        """Take a piece; False when no more is wanted."""
        if self._stages:
            self._push(0, data)
            return not (self.full or any(s.broken for s in self._stages))
        self._keep(data)
        return not self.full

    def _push(self, level: int, data: bytes) -> None:
        if level == len(self._stages):
            self._keep(data)
            return
        for piece in self._stages[level].run(data):
            self._push(level + 1, piece)
            if self.full:
                return

    def _keep(self, data: bytes) -> None:
        room = self._cap - self.size
        if len(data) > room:
            data = data[:room]
            self.full = self.truncated = True
            self.notes.append(f"cut at {self._cap} bytes")
        self._pieces.append(data)
        self.size += len(data)

    @property
    def complete(self) -> bool:
        """Whether the body is known to be whole, whatever the wire said: its compression has ended in good order."""
        return bool(self._stages) and not self.full and all(s.complete for s in self._stages)

    def body(self) -> bytes:
        """The body as far as it came. Call once, when the wire has ended or is given up."""
        for level, stage in enumerate(self._stages):
            if not self.full:
                rest = stage.finish()
                if rest:
                    self._push(level + 1, rest)
            if stage.note:
                self.notes.append(stage.note)
            self.truncated = self.truncated or stage.broken
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces = []
        if self._unknown and body.lstrip()[:1] not in (b"<", b"{"):
            self.truncated = self.truncated or bool(body)
            return b""
        return body
