"""Hands that share out work: all of it is done, bad ends are told, and idle ones do not keep a crew from ending."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.crew import Crew, Hands


class Heap:
    """Pieces of work; each may bring more, of its own kind or another one's."""

    def __init__(self, *pieces: int) -> None:
        self.left: dict[str, deque[int]] = {"read": deque(pieces), "check": deque()}
        self.done: list[int] = []
        self.at_once = self.most = 0
        self.late: list[int] = []

    async def piece(self, number: int) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.done.append(number)
        if number > 1:
            self.left["check" if number % 3 else "read"].extend((number // 2, number // 3))
        self.at_once -= 1

    def hands(self, kind: str, count: int) -> Hands:
        def take() -> Coroutine[object, object, None] | None:
            return self.piece(self.left[kind].popleft()) if self.left[kind] else None

        return count, take, lambda: len(self.left[kind])

    def idle(self, kind: str) -> bool:
        if kind == "read" and self.late:
            self.left["read"].append(self.late.pop())
            return True
        return False


def expected(number: int) -> int:
    return 1 if number <= 1 else 1 + expected(number // 2) + expected(number // 3)


@given(st.lists(st.integers(0, 60), max_size=5), st.integers(1, 4), st.integers(1, 3), st.lists(st.integers(0, 9), max_size=3))  # fmt: skip
def test_all_work_is_done_once(first: list[int], readers: int, checkers: int, late: list[int]) -> None:
    heap = Heap(*first)
    heap.late = list(late)
    hands = {"read": heap.hands("read", readers), "check": heap.hands("check", checkers)}
    crew = Crew(hands, idle=heap.idle, is_over=lambda: False)
    asyncio.run(asyncio.wait_for(crew.work(asyncio.Event(), 30), 30))
    assert len(heap.done) == sum(map(expected, [*first, *late]))
    assert heap.most <= readers + checkers


def test_what_a_hand_raises_is_raised() -> None:
    async def bad() -> None:
        raise ZeroDivisionError

    pieces = deque([bad])
    hands = {"read": (2, lambda: pieces.popleft()() if pieces else None, lambda: len(pieces))}
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Crew(hands, idle=lambda _: False, is_over=lambda: False).work(asyncio.Event(), 30))


@pytest.mark.parametrize("how", ["stopped", "out of time"])
def test_a_crew_ends_in_the_midst_of_its_work(how: str) -> None:
    async def go() -> bool:
        stop, ended = asyncio.Event(), []

        async def long() -> None:
            try:
                if how == "stopped":
                    stop.set()
                await asyncio.sleep(60)
            finally:
                ended.append(True)

        pieces = deque([long])
        hands = {"read": (2, lambda: pieces.popleft()() if pieces else None, lambda: len(pieces))}
        await Crew(hands, idle=lambda _: False, is_over=stop.is_set).work(stop, 60 if how == "stopped" else 0.05)
        return ended == [True]

    assert asyncio.run(asyncio.wait_for(go(), 10))
