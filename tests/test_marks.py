"""Many addresses in little space: as a dictionary, whatever is put in, and however much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl import marks
from monitor.crawl.marks import Marks

_STEPS = st.lists(st.tuples(st.text(max_size=3), st.integers(0, 3)), max_size=80)


@given(_STEPS)
def test_they_are_a_dictionary_that_keeps_the_first_mark(steps: list[tuple[str, int]]) -> None:
    kept, true = Marks(), dict[str, int]()
    for text, mark in steps:
        assert kept.mark(text) == true.get(text)
        assert kept.put(text, mark) == (text not in true)
        true.setdefault(text, mark)
    assert len(kept) == len(true)
    assert all(kept.mark(text) == mark for text, mark in true.items())


def test_many_are_kept_as_few_are() -> None:
    count = marks._SMALL * 5
    kept = Marks()
    for n in range(count):
        assert kept.put(f"http://a.example/{n}", n % 4)
    for n in range(count):
        assert kept.mark(f"http://a.example/{n}") == n % 4
        assert not kept.put(f"http://a.example/{n}", 3 - n % 4)
    assert len(kept) == count
    assert not any(f"http://b.example/{n}" in kept for n in range(count))
