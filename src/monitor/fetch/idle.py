"""Connections kept for the next request."""

from __future__ import annotations

import asyncio

from monitor.fetch.line import Key, Line


class Idle:
    """Connections without work: taken back in constant time, closed when old or too many."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._lines: dict[Key, list[Line]] = {}
        self._count = 0
        self.wanted = 0
        """How many wait for a connection to end; while any do, none is kept."""
        self._sweeper: asyncio.TimerHandle | None = None

    def take(self, key: Key, addresses: tuple[str, ...]) -> Line | None:
        """A living connection to one of the addresses (to any, when none are given); the newest first."""
        lines = self._lines.get(key)
        while lines:
            line = lines.pop()
            self._count -= 1
            if not lines:
                self._lines.pop(key, None)
            line.on_lost = None
            if not line.eof and not line.buffer and (line.address in addresses or not addresses):
                return line
            line.drop()
        return None

    def keep(self, line: Line) -> None:
        """Keep a connection whose answer has been read to its end."""
        loop = asyncio.get_running_loop()
        if self.wanted:
            line.drop()
            return
        if self._count >= self._most:
            self._close_oldest()
        line.since = loop.time()
        line.on_lost = self._forget
        self._lines.setdefault(line.key, []).append(line)
        self._count += 1
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._seconds / 2, self._sweep)

    def _close_oldest(self) -> None:
        key, lines = next(iter(self._lines.items()))
        line = lines.pop(0)
        if not lines:
            del self._lines[key]
        self._count -= 1
        line.on_lost = None
        line.drop()

    def shed(self) -> None:
        """Close one idle connection, if there is one."""
        if self._count:
            self._close_oldest()

    def _forget(self, line: Line) -> None:
        lines = self._lines.get(line.key)
        if lines and line in lines:
            lines.remove(line)
            self._count -= 1
            if not lines:
                del self._lines[line.key]

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweeper = None
        limit = loop.time() - self._seconds
        old = [line for lines in self._lines.values() for line in lines if line.since < limit]
        for line in old:
            self._forget(line)
            line.on_lost = None
            line.drop()
        if self._count:
            self._sweeper = loop.call_later(self._seconds / 2, self._sweep)

    def close(self) -> None:
        """Close all of them."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for lines in self._lines.values():
            for line in lines:
                line.on_lost = None
                line.drop()
        self._lines = {}
        self._count = 0
