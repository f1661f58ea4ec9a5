"""What was worked out of stretches of letters, by their hash: as much of it as a site's share of this process holds."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakSet

_ALL = 150_000
"""Weight that all sites of this process may keep of what was asked for lately; one is some 300 bytes."""
_MOST, _LEAST = 6_000, 60
"""The same of one site, alone or among thousands."""
_AMPLE = 4_000
_MARKS = 1024
_T = TypeVar("_T")


class Room:
    """The room of one site, which shrinks as others come in: what a process holds does not grow with its sites."""

    __slots__ = ("__weakref__", "_marks", "share")

    def __init__(self) -> None:
        self._marks: array[int] | None = None
        _SHARERS.add(self)
        self.share = _MOST
        """The weight that this site may keep just now."""
        self.measure()

    @property
    def is_ample(self) -> bool:
        """Whether a stretch may be kept at first sight; otherwise only one that is met again: most are not."""
        return self.share >= _AMPLE

    def measure(self) -> None:
        """See how many share the room by now."""
        self.share = max(_LEAST, min(_MOST, _ALL // len(_SHARERS)))

    def was_met(self, key: int) -> bool:
        """Whether this hash was here before, as far as one can remember; it is from now on."""
        if self._marks is None:
            self._marks = array("I", bytes(4 * _MARKS))
        place, mark = key % _MARKS, (key >> 20) & 0xFFFFFFFF
        met = self._marks[place] == mark
        self._marks[place] = mark
        return met


_SHARERS: WeakSet[Room] = WeakSet()


class Memory(Generic[_T]):
    """Values by hash. Where there is no room for more, what was not asked for since the last time is let go."""

    __slots__ = ("_old", "_room", "_weigh", "_weight", "young")

    def __init__(self, room: Room, weigh: Callable[[_T], int]) -> None:
        self.young: dict[int, _T] = {}
        """What was kept or asked for lately: whoever looks here first and finds nothing asks `find`."""
        self._old: dict[int, _T] = {}
        self._weight = 0
        self._weigh = weigh
        self._room = room

    def find(self, key: int) -> tuple[bool, _T | None]:
        """Whether the hash is known, and its value, which stays for some time more."""
        if key in self.young:
            return True, self.young[key]
        if key not in self._old:
            return False, None
        found = self._old.pop(key)
        self._keep(key, found)
        return True, found

    def offer(self, key: int, value: _T) -> bool:
        """Keep a value if it may be worth it; whether it is kept."""
        worth = self._room.is_ample or self._room.was_met(key)
        if worth:
            self._keep(key, value)
        return worth

    def _keep(self, key: int, value: _T) -> None:
        weight = self._weigh(value)
        self._weight += weight
        if self._weight > self._room.share:
            self._old, self.young, self._weight = self.young, {}, weight
        self.young[key] = value
