"""Every form and trap reads as it must."""

from __future__ import annotations

import pytest

from gold.traps import TRAPS, Trap
from monitor.page import freshness, read


@pytest.mark.parametrize("trap", TRAPS, ids=[t.name for t in TRAPS])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_trap(trap: Trap, encoding: str) -> None:
    page = read(trap.body.encode(encoding), trap.url, trap.today, kind=trap.kind)
    seen = [(i.published and i.published.day, i.title, i.published and i.published.rule) for i in page.items]
    assert page.newest is None or page.newest.day == trap.newest, (page.newest, seen, page.notes)
    assert (page.newest is None) == (trap.newest is None), (page.published, seen, page.notes)
    if trap.items is not None:
        assert len(page.items) == trap.items, seen
    if trap.first is not None:
        assert page.items[0].title.startswith(trap.first), seen
    if trap.filling is not None:
        assert page.filling is trap.filling
    if trap.guessed is not None:
        assert read(trap.body.encode(encoding), trap.url, trap.today).kind is trap.guessed


@pytest.mark.parametrize("trap", TRAPS, ids=[t.name for t in TRAPS])
def test_the_quick_tier_finds_what_the_tree_finds(trap: Trap) -> None:
    quick = freshness(trap.body.encode(), trap.url, trap.today, trap.kind)
    page = read(trap.body.encode(), trap.url, trap.today, kind=trap.kind)
    assert (quick.newest and quick.newest.day) == (page.newest and page.newest.day)
    assert quick.items == page.items
