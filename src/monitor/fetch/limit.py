"""Time limits that do not count the time in which this process itself stood still: that is not the host's fault."""

from __future__ import annotations

import asyncio
from types import TracebackType

_BEAT = 0.1


class Pulse:
    """Adds up how long the event loop has been late, beat by beat. Starts with its first use; stop it."""

    def __init__(self) -> None:
        self._lost = 0.0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def time(self) -> float:
        """A clock in seconds that stands still while this process does."""
        loop = asyncio.get_running_loop()
        return loop.time() - self.lost(loop)

    def lost(self, loop: asyncio.AbstractEventLoop) -> float:
        """Seconds lost so far, the present delay included."""
        if self._timer is None:
            self._due = loop.time() + _BEAT
            self._timer = loop.call_at(self._due, self._beat, loop)
        return self._lost + max(0.0, loop.time() - self._due)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        self._lost += max(0.0, now - self._due)
        self._due = now + _BEAT
        self._timer = loop.call_at(self._due, self._beat, loop)

    def stop(self) -> None:
        """No more beats."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Limit:
    """`with Limit(seconds, pulse):` raises TimeoutError like asyncio.timeout, grown by lost time up to twice."""

    __slots__ = ("_cancelling", "_fired", "_given", "_handle", "_loop", "_lost", "_pulse", "_seconds", "_task")

    def __init__(self, seconds: float, pulse: Pulse) -> None:
        self._seconds = seconds
        self._pulse = pulse
        self._given = 0.0
        self._fired = False

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._lost = self._pulse.lost(self._loop)
        self._handle = self._loop.call_later(self._seconds, self._fire)

    def _fire(self) -> None:
        owed = min(self._pulse.lost(self._loop) - self._lost, self._seconds) - self._given
        if owed > 0.01:
            self._given += owed
            self._handle = self._loop.call_later(owed, self._fire)
        else:
            self._fired = True
            self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.cancel()
        if self._fired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
