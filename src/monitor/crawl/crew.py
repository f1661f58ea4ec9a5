"""Workers that share out what is to be done until nothing is left: each kind of work has hands of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

Hands = tuple[int, Callable[[], Coroutine[Any, Any, None] | None], Callable[[], int]]
"""How many work at once, what gives the next piece of work or None, and how many pieces wait."""


class Crew:
    """Hands that are called when there is work and go when there is none: a crew that waits for an answer is small."""

    def __init__(self, hands: Mapping[str, Hands], *, idle: Callable[[str], bool], is_over: Callable[[], bool]) -> None:
        """`idle` is asked once no hand of a kind has work, and says whether it found more."""
        self._hands = hands
        self._idle = idle
        self._is_over = is_over
        self._busy = dict.fromkeys(hands, 0)
        self._working: dict[asyncio.Task[None], Coroutine[Any, Any, None]] = {}
        """The hands, each with the piece that it was called for."""
        self._ended: asyncio.Future[None] | None = None

    async def work(self, stop: asyncio.Event, seconds: float) -> None:
        """Work until all is done, `stop` is set or the seconds are over. What a hand raises is raised here."""
        ended = self._ended = asyncio.get_running_loop().create_future()
        stopped = asyncio.ensure_future(stop.wait())
        try:
            self._call()
            waited: set[asyncio.Future[Any]] = {ended, stopped}
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                ended.result()
        finally:
            ended.cancel()
            tasks = [stopped, *self._working]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self) -> None:
        """Call as many hands as there is work for; the end has come when none is left and none can be found."""
        found = True
        while found and not self._is_over():
            found = False
            for kind, (most, take, _) in self._hands.items():
                while self._busy[kind] < most and (piece := take()) is not None:
                    self._busy[kind] += 1
                    task = asyncio.ensure_future(self._hand(kind, piece))
                    self._working[task] = piece
                    task.add_done_callback(self._gone)
                found = found or (self._busy[kind] == 0 and self._idle(kind))
        if not self._working and self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    async def _hand(self, kind: str, piece: Coroutine[Any, Any, None] | None) -> None:
        """Work while there is work of the kind; others are called for what each piece brought."""
        try:
            while piece is not None:
                await piece
                piece = None if self._is_over() else self._hands[kind][1]()
                if any(waiting() and self._busy[other] < most for other, (most, _, waiting) in self._hands.items()):
                    self._call()
        finally:
            self._busy[kind] -= 1

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._working.pop(task).close()  # one that was cancelled before it began has not touched its piece
        ended = self._ended
        if ended is None or ended.done():
            return
        if not task.cancelled() and (error := task.exception()) is not None:
            ended.set_exception(error)
        elif not task.cancelled():
            self._call()
