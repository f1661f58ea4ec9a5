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
    return [item.title, item.url, item.pinned, plain_day(item.published)]


def _item(plain: list[object]) -> Item:
    title, url, pinned, dated = plain
    return Item(title=str(title), url=str(url), published=day_of(dated), pinned=bool(pinned))


def plain_day(dated: Dated | None) -> list[object] | None:
    """A day with its evidence in JSON's own values."""
    return [dated.day.toordinal(), dated.text, dated.where, dated.rule, int(dated.trust)] if dated else None


def day_of(plain: object) -> Dated | None:
    """What `plain_day` wrote."""
    if not isinstance(plain, list):
        return None
    day, text, where, rule, trust = plain
    return Dated(day=date.fromordinal(day), text=text, where=where, rule=rule, trust=Trust(trust))
