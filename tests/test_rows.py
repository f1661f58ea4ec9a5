"""Rows that were folded up are the rows that were read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.rows import Rows, rows_of
from monitor.model import Dated, Item, Trust

_DATED = st.builds(Dated, day=st.dates(), text=st.text(), where=st.text(), rule=st.text(), trust=st.sampled_from(Trust))
_ITEMS = st.lists(
    st.builds(Item, title=st.text(), url=st.text(), published=st.none() | _DATED, pinned=st.booleans()), max_size=50
)


@given(_ITEMS)
def test_rows_come_out_as_they_went_in(items: list[Item]) -> None:
    rows = rows_of(items)
    assert rows.items() == tuple(items)
    assert rows.count == len(items)


def test_no_rows_take_no_space() -> None:
    assert rows_of([]) == Rows()
