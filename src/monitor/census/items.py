"""What the items of a column were on earlier days: new dates on old items move no clock. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor import days, urls
from monitor.model import ColumnLook, Dated, Item, ItemSeen, Reading, Trust, Undated

_WHOLE_DATES = frozenset(("month-day", "relative"))
"""Rules by which part of a date is concluded: such a date may move without anybody's doing."""
_TOLERANCE = 2
"""Days by which a date may move through time zones and corrections."""
_MASS = 10
_MASS_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A column as it is to be judged, once its items have been held against their history."""

    look: ColumnLook
    redated: tuple[tuple[Item, ItemSeen], ...]
    """Old items under a newer date, with what they were when first seen."""
    keep: tuple[ItemSeen, ...]
    """What the history must keep of this look."""


def key_of(item: Item) -> str:
    """What makes it the same item tomorrow: its address, or its title where it has none."""
    return urls.same_page(item.url) if item.url else item.title


def reckon(look: ColumnLook, known: Mapping[str, ItemSeen], today: date) -> Reckoned:
    """Hold a column's items against what they were on earlier days (`known`, by `key_of`).

    A re-dated old item counts with the date it had when it was first seen (census 2019, veto 1:
    伪造发稿日期; "旧文新发" in notices). A list without dates is as old as its last new item.
    """
    seen = tuple(_seen(item, known.get(key_of(item)), today) for item in look.items if key_of(item))
    redated = tuple(
        (item, before)
        for item in look.items
        if (before := known.get(key_of(item))) is not None and _is_redated(item, before)
    )
    if look.reading is Reading.NO_DATES and look.items:
        return Reckoned(look=_by_change(look, seen, known, today), redated=(), keep=seen)
    if redated and look.newest is not None:
        look = _without(look, {id(item) for item, _ in redated}, known)
    return Reckoned(look=_named(look), redated=redated, keep=seen)


def _seen(item: Item, before: ItemSeen | None, today: date) -> ItemSeen:
    if before is not None:
        return replace(before, last_seen=today)
    published = item.published
    return ItemSeen(
        key=key_of(item),
        title=item.title,
        url=item.url,
        published=None if published is None else published.day,
        whole=published is not None and published.trust is Trust.SURE and published.rule not in _WHOLE_DATES,
        first_seen=today,
        last_seen=today,
    )


def _is_redated(item: Item, before: ItemSeen) -> bool:
    """Whether an item now says a later day than when it was first seen, in full both times."""
    now = item.published
    if now is None or before.published is None or not before.whole:
        return False
    sure = now.trust is Trust.SURE and now.rule not in _WHOLE_DATES
    return sure and (now.day - before.published).days > _TOLERANCE


def _without(look: ColumnLook, redated: set[int], known: Mapping[str, ItemSeen]) -> ColumnLook:
    """The column with its re-dated items put back to the day they first had."""
    assert look.newest is not None
    if not any(id(i) in redated and i.published and i.published.day == look.newest.day for i in look.items):
        return look
    dated: list[tuple[date, Item, Dated]] = []
    for item in look.items:
        if item.published is None or item.published.day > look.newest.day:
            continue
        first = known[key_of(item)].published if id(item) in redated else None
        published = item.published if first is None else _put_back(item.published, first)
        dated.append((published.day, item, published))
    _, item, newest = max(dated, key=lambda row: row[0])
    return replace(look, newest=newest, newest_title=item.title, newest_url=item.url)


def _put_back(now: Dated, first: date) -> Dated:
    return replace(now, day=first, text=first.isoformat(), where=f"first seen with this date, re-dated {now.day} since")


def _by_change(look: ColumnLook, seen: Iterable[ItemSeen], known: Mapping[str, ItemSeen], today: date) -> ColumnLook:
    """A list without dates, judged by when its items last changed, once it was watched for long enough."""
    began = min((item.first_seen for item in known.values()), default=today)
    newest = max(seen, key=lambda item: item.first_seen)
    changed = newest.first_seen
    limit = look.column.limit
    if changed > began:
        where = "no dates; the day an item was first seen"
        dated = Dated(day=changed, text=changed.isoformat(), where=where, rule="first seen", trust=Trust.LIKELY)
        return replace(look, reading=Reading.READ, newest=dated, newest_title=newest.title, newest_url=newest.url)
    unchanged_too_long = limit is not None and days.is_over(began, limit, today)
    if unchanged_too_long and look.column.undated is not Undated.STALE:
        where = "no dates; no item has changed since the first look"
        dated = Dated(day=began, text=began.isoformat(), where=where, rule="first seen", trust=Trust.LIKELY)
        return replace(look, reading=Reading.READ, newest=dated)
    return look


def _named(look: ColumnLook) -> ColumnLook:
    """A mass posting or re-import, named in the evidence: many items under one day."""
    if look.newest is None:
        return look
    count = Counter(item.published.day for item in look.items if item.published)[look.newest.day]
    if count < _MASS or count < _MASS_SHARE * len(look.items):
        return look
    where = f"{look.newest.where}; {count} of {len(look.items)} items carry this day: a mass posting or re-import"
    return replace(look, newest=replace(look.newest, where=where))
