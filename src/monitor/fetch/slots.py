"""Politeness: when the next request to a host may start, and how many may be under way."""

from __future__ import annotations

import asyncio
from collections import deque


class Slot:
    """One host's turn-taking. `await enter()`, ask, `leave()`; constant work however many wait."""

    __slots__ = (
        *("_busy", "_cap", "_delay", "_loop", "_muted", "_next", "_places", "_silent", "_strain", "_timer", "_waiting"),
    )

    def __init__(self, delay: float, places: int, cap: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._delay = delay
        self._places = places
        self._cap = cap
        self._busy = 0
        self._next = 0.0
        self._strain = 0
        self._silent = 0
        self._muted = 0.0
        self._waiting: deque[asyncio.Future[None]] | None = None  # an empty deque would weigh 700 bytes a host
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pace(self) -> float:
        """Seconds between two starts as things stand: the delay, doubled for each sign of distress."""
        return min(self._delay * 2.0**self._strain, max(self._cap, self._delay))

    @property
    def full(self) -> bool:
        """Whether the next one to enter would have to wait for another to leave."""
        return self._busy >= self._places

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost by forgetting this slot."""
        return not (self._busy or self._waiting or self._strain or self.is_muted()) and self._next <= self._loop.time()

    def slow(self, delay: float) -> None:
        """Raise the delay to the host's own wish; never lowers it."""
        self._delay = max(self._delay, delay)

    def strained(self) -> None:
        """The host asked for mercy, or did not answer in time."""
        self._strain = min(self._strain + 1, 16)
        self._next = max(self._next, self._loop.time() + self.pace)

    def eased(self) -> None:
        """The host answered as it should."""
        if self._strain:
            self._strain -= 1

    def silent(self, after: int, seconds: float) -> None:
        """The host could not even be connected to in time; after so many in a row it is muted for some seconds."""
        self._silent += 1
        if self._silent >= after:
            self._muted = self._loop.time() + seconds

    def heard(self) -> None:
        """The host gave a sign of life."""
        self._silent = 0
        self._muted = 0.0

    def is_muted(self) -> bool:
        """Whether asking is known to be useless just now. When the time is over one more try decides."""
        return self._muted > 0.0 and self._loop.time() < self._muted

    async def enter(self) -> None:
        """Wait for the turn. The caller owes one `leave()` when this returns."""
        now = self._loop.time()
        if not self._waiting and self._busy < self._places and now >= self._next:
            self._busy += 1
            self._next = now + self.pace
            return
        turn: asyncio.Future[None] = self._loop.create_future()
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(turn)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place back."""
        self._busy -= 1
        if self._waiting:
            self._wake()

    def _wake(self) -> None:
        now = self._loop.time()
        while self._waiting and self._busy < self._places:
            if now < self._next:
                if self._timer is None:
                    self._timer = self._loop.call_at(self._next, self._ring)
                return
            turn = self._waiting.popleft()
            if not turn.done():
                self._busy += 1
                self._next = now + self.pace
                turn.set_result(None)
        if not self._waiting:
            self._waiting = None

    def _ring(self) -> None:
        self._timer = None
        self._wake()


class Slots:
    """The slots of all hosts, made when first asked for and forgotten when idle and too many."""

    def __init__(self, delay: float, places: int, cap: float, most: int = 20_000) -> None:
        self._new = (delay, places, cap)
        self._most = most
        self._slots: dict[str, Slot] = {}
        self._wishes: dict[str, float] = {}

    def of(self, authority: str) -> Slot:
        """The slot of host or host:port."""
        slot = self._slots.get(authority)
        if slot is None:
            if len(self._slots) >= self._most:
                self._slots = {a: s for a, s in self._slots.items() if not s.idle}
                self._most = max(self._most, 2 * len(self._slots))
            slot = self._slots[authority] = Slot(*self._new)
            if authority in self._wishes:
                slot.slow(self._wishes[authority])
        return slot

    def slow(self, authority: str, delay: float) -> None:
        """Remember a host's own wish for a delay in seconds."""
        self._wishes[authority] = delay
        self.of(authority).slow(delay)
