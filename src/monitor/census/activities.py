"""How often interviews and surveys were held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from monitor import days
from monitor.census.items import key_of
from monitor.model import ColumnLook, Item, ItemSeen, Reading, Span, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was held within the period."""

    count: int
    items: tuple[str, ...]
    """The titles that were counted."""
    maybe: int
    """Items whose day is not told or doubtful: they may belong to the period."""
    enough: bool | None
    """Whether the threshold is reached; None where it is not and more may have been held than was read."""


def held(columns: Iterable[tuple[ColumnLook, Iterable[ItemSeen]]], today: date, *, within: Span, at_least: int) -> Held:
    """Count the items of interview or survey columns in (today - within, today], each once.

    `columns`: each with what its history knows; an item that the list no longer shows was held all the same.
    A count is too small only where every list was read back to the start of the period or to its end.
    """
    start = days.before(today, within)
    counted: dict[str, str] = {}
    maybe: set[str] = set()
    closed = looked = False
    for look, history in columns:
        closed = (closed or not looked) and _is_closed(look, start)
        looked = True
        for item in look.items:
            _put(item, start, today, counted, maybe)
        for seen in history:
            if seen.whole and seen.published is not None and start < seen.published <= today:
                counted.setdefault(seen.key, seen.title)
    maybe -= counted.keys()
    enough = True if len(counted) >= at_least else None
    if enough is None and closed and len(counted) + len(maybe) < at_least:
        enough = False
    return Held(count=len(counted), items=tuple(counted.values()), maybe=len(maybe), enough=enough)


def _put(item: Item, start: date, today: date, counted: dict[str, str], maybe: set[str]) -> None:
    key = key_of(item)
    if not key:
        return
    when = item.published
    if when is None or when.trust is Trust.DOUBTFUL:
        maybe.add(key)
    elif start < when.day <= today:
        counted.setdefault(key, item.title)


def _is_closed(look: ColumnLook, start: date) -> bool:
    """Whether nothing of the period can stand where the list was not read."""
    if look.reading is Reading.BLANK:
        return True
    if look.reading not in (Reading.READ, Reading.NO_DATES):
        return False
    if look.whole:
        return True
    dated = [item.published for item in look.items if item.published and not item.pinned]
    sure = [one.day for one in dated if one.trust is not Trust.DOUBTFUL]
    return bool(sure) and all(a >= b for a, b in pairwise(sure)) and sure[-1] <= start
