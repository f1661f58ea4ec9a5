"""When a page that was found alive is to be looked at again: the oftener it changes, the sooner. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.recall import Known

_SHORTEST = 12
_DAY = 24
SOON = _DAY
"""A page out of which a dead link was taken is looked at on the next day, too."""
_LONGEST_FIRST = 14 * _DAY
_LONGEST_OF_LINK = 7 * _DAY
"""A page that is not the site's own may die without a word; it is not left alone for longer."""
_SHARE_OF_AGE = 0.1
"""A page that did not change for ten days will hardly change on the next one (RFC 9111, section 4.2.2)."""
_FIRST = 2 * _DAY
_LONGEST_WORD = 30
"""So many days a server's word that a page did not change is taken."""


def first_hours(*changed: date | None, today: date) -> int:
    """Hours until the second look at a page, from the days on which it seems to have changed last."""
    ages = [(today - day).days for day in changed if day is not None and day <= today]
    if not ages:
        return _FIRST
    return max(_DAY, min(_LONGEST_FIRST, round(max(ages) * _SHARE_OF_AGE) * _DAY))


def next_hours(hours: int, *, changed: bool, within: int) -> int:
    """Hours until the next look, from those until this one. `within`: the most days, at least 1."""
    return max(_SHORTEST, hours // 2) if changed else min(max(hours, _SHORTEST) * 2, within * _DAY)


def hours_of_link(hours: int, within: int) -> int:
    """Hours until the next look at an address that is only looked at, from those until this one; 0 at first."""
    return min(max(_DAY, hours * 2), within * _DAY, _LONGEST_OF_LINK)


def is_due(known: Known, spread: int, today: date, within: int) -> bool:
    """Whether an address is to be looked at today; `spread`, any number of its own, keeps a site from coming at once.

    A clock that was put back makes everything due.
    """
    days = min(known.hours // _DAY, within)
    days -= spread % (days // 3 + 1)
    rests = known.looked_on <= today < known.looked_on + timedelta(days=days)
    return not rests or is_to_be_whole(known, today)


def is_to_be_whole(known: Known, today: date) -> bool:
    """Whether the page itself is asked for, known or not: a server's word is not taken for ever."""
    return not known.whole_on <= today < known.whole_on + timedelta(days=_LONGEST_WORD)
