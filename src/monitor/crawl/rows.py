"""The rows of a list in little space: a large site has thousands of lists, and few of them are columns."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.model import Dated, Item, Trust


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one list, folded up until they are asked for."""

    count: int = 0
    folded: bytes = b""

    def items(self) -> tuple[Item, ...]:
        """The rows as they were read."""
        return tuple(map(_item, json.loads(zlib.decompress(self.folded)))) if self.folded else ()


def rows_of(items: Iterable[Item]) -> Rows:
    """The rows, folded up."""
    plain = [_plain(item) for item in items]
    return Rows(len(plain), zlib.compress(json.dumps(plain).encode(), 1)) if plain else Rows()


def _plain(item: Item) -> list[object]:
    when = item.published
    dated = [when.day.toordinal(), when.text, when.where, when.rule, int(when.trust)] if when else None
    return [item.title, item.url, item.pinned, dated]


def _item(plain: list[object]) -> Item:
    title, url, pinned, dated = plain
    published = None
    if isinstance(dated, list):
        day, text, where, rule, trust = dated
        published = Dated(day=date.fromordinal(day), text=text, where=where, rule=rule, trust=Trust(trust))
    return Item(title=str(title), url=str(url), published=published, pinned=bool(pinned))
