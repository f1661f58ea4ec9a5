"""First in, first out, of any length: what is far from its turn waits on disk."""

from __future__ import annotations

import json
import tempfile
from collections import deque
from dataclasses import dataclass
from typing import IO

from monitor.model import Parent, Place

_IN_MEMORY = 4_000
_AT_ONCE = 1_000
"""So many go to the disk, and come back from it, at a time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A page to be read, and how many clicks it lies from the home page."""

    url: str
    depth: int
    parent: Parent | None = None
    """Where it was met, if nobody else has noted that."""


class Queue:
    """Wishes in their order."""

    def __init__(self, in_memory: int = _IN_MEMORY, at_once: int = _AT_ONCE) -> None:
        """`in_memory`: how many are kept there; `at_once`: how many move to the disk or from it at a time."""
        self._in_memory = in_memory
        self._at_once = at_once
        self._front: deque[Wish] = deque()
        self._back: list[Wish] = []
        self._file: IO[bytes] | None = None
        self._on_disk = 0
        self._read_to = 0

    def __len__(self) -> int:
        return len(self._front) + self._on_disk + len(self._back)

    def is_long(self) -> bool:
        """Whether a wish that is put in now would wait on disk."""
        return bool(self._on_disk or self._back) or len(self._front) >= self._in_memory

    def put(self, wish: Wish) -> None:
        """Put a wish at the end."""
        if not self.is_long():
            self._front.append(wish)
            return
        self._back.append(wish)
        if len(self._back) >= self._at_once:
            self._put_down()

    def take(self) -> Wish | None:
        """The first wish; None when there is none."""
        if not self._front:
            self._take_up()
        return self._front.popleft() if self._front else None

    def _put_down(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="monitor-")  # noqa: SIM115 - lives as long as the queue
        self._file.seek(0, 2)
        self._file.write(b"".join(map(_line, self._back)))
        self._on_disk += len(self._back)
        self._back.clear()

    def _take_up(self) -> None:
        if self._file is None or not self._on_disk:
            self._front.extend(self._back)
            self._back.clear()
            return
        self._file.seek(self._read_to)
        for _ in range(min(self._at_once, self._on_disk)):
            self._front.append(_wish(self._file.readline()))
            self._on_disk -= 1
        self._read_to = self._file.tell()
        if not self._on_disk:
            self.close()

    def close(self) -> None:
        """Give the file back; what waits in it is lost."""
        if self._file is not None:
            self._file.close()
        self._file, self._read_to, self._on_disk = None, 0, 0


def _line(wish: Wish) -> bytes:
    met = (wish.parent.url, wish.parent.text, wish.parent.place) if wish.parent else ()
    return json.dumps([wish.url, wish.depth, *met]).encode() + b"\n"


def _wish(line: bytes) -> Wish:
    url, depth, *met = json.loads(line)
    return Wish(url, depth, Parent(url=met[0], text=met[1], place=Place(met[2])) if met else None)
