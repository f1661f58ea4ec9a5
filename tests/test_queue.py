"""A queue of any length gives what was put in, in its order, from memory or from disk."""

from __future__ import annotations

from collections import deque
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.queue import Queue, Wish
from monitor.model import Parent, Place

_MET = Parent(url="http://a.example/列表", text="关于“x”\n的通知\x00", place=Place.NAV)


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 5), st.integers(1, 4))
def test_whatever_is_put_in_comes_out_once_and_in_order(steps: list[bool], in_memory: int, at_once: int) -> None:
    queue, true = Queue(in_memory, at_once), deque[Wish]()
    for n, puts in enumerate(steps):
        if puts:
            wish = Wish(f"http://a.example/{n}", n, _MET if n % 2 else None)
            queue.put(wish)
            true.append(wish)
        else:
            assert queue.take() == (true.popleft() if true else None)
        assert len(queue) == len(true)
    assert list(iter(queue.take, None)) == list(true)


def test_what_waits_on_disk_is_not_in_memory() -> None:
    with closing(Queue(in_memory=2, at_once=2)) as queue:
        assert not queue.is_long()
        for n in range(5):
            queue.put(Wish(f"http://a.example/{n}", 1))
        assert queue.is_long()
        assert (len(queue._front), len(queue._back), len(queue)) == (2, 1, 5)
