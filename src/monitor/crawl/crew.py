"""Workers that share out what is to be done until nothing is left: each kind of work has hands of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

Hands = tuple[int, Callable[[], Coroutine[Any, Any, None] | None], Callable[[], int]]
"""How many work at once, what gives the next piece of work or None, and how many pieces wait."""


class Crew:
    """Hands that take work as it comes, and rest while others may yet bring some."""

    def __init__(self, hands: Mapping[str, Hands], *, idle: Callable[[str], bool], is_over: Callable[[], bool]) -> None:
        """`idle` is asked once no hand of a kind has work, and says whether it found more."""
        self._hands = hands
        self._idle = idle
        self._is_over = is_over
        self._resting: dict[str, list[asyncio.Future[bool]]] = {kind: [] for kind in hands}

    async def work(self, stop: asyncio.Event, seconds: float) -> None:
        """Work until all is done, `stop` is set or the seconds are over. What a hand raises is raised here."""
        hands = [
            asyncio.ensure_future(self._hand(kind, take))
            for kind, (count, take, _) in self._hands.items()
            for _ in range(count)
        ]
        stopped = asyncio.ensure_future(stop.wait())
        everyone = asyncio.ensure_future(_all(hands))
        try:
            waited: set[asyncio.Future[Any]] = {everyone, stopped}
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if everyone.done():
                everyone.result()
        finally:
            for task in (everyone, stopped, *hands):
                task.cancel()
            await asyncio.gather(*hands, everyone, stopped, return_exceptions=True)

    async def _hand(self, kind: str, take: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
        while not self._is_over():
            piece = take()
            if piece is not None:
                await piece
                self._wake()
            elif not await self._rest(kind):
                return

    async def _rest(self, kind: str) -> bool:
        """Wait for more work; False when there will be none."""
        resting = self._resting[kind]
        if len(resting) + 1 == self._hands[kind][0] and self._idle(kind):
            self._wake()
            return True
        if self._everyone_rests():
            for kind_resting in self._resting.values():
                for future in kind_resting:
                    future.set_result(False)
            return False
        call: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        resting.append(call)
        try:
            return await call
        finally:
            if call in resting:
                resting.remove(call)

    def _everyone_rests(self) -> bool:
        """Whether all but the one who asks rest."""
        return sum(map(len, self._resting.values())) + 1 == sum(count for count, _, _ in self._hands.values())

    def _wake(self) -> None:
        """Call as many of each kind as there are pieces for."""
        for kind, (_, _, waiting) in self._hands.items():
            resting = self._resting[kind]
            for _ in range(min(len(resting), waiting())):
                resting.pop().set_result(True)


async def _all(hands: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*hands)
