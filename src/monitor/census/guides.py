"""Service guides that lack too many of the key categories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """The guides of a site, by what they lack."""

    lacking: tuple[Guide, ...]
    """They lack as many categories as the rule names, for sure."""
    untold: tuple[Guide, ...]
    """They may, with what cannot be told of them."""
    sound: int
    """How many do not."""
    fails: bool | None
    """Whether the rule is broken; None where that cannot be told."""


def lacking(guides: Iterable[Guide], *, categories: int, items: int, total: int | None = None) -> Lacking:
    """Census 2019, veto 6: at least `items` guides that each lack at least `categories`; of fewer guides, all of them.

    `total`: how many guides the site has, where that is known; None: there may be more than were read.
    """
    read = list({guide.url or guide.title: guide for guide in guides}.values())
    bad = [guide for guide in read if len(guide.missing) >= categories]
    untold = [guide for guide in read if len(guide.missing) < categories <= len(guide.missing) + len(guide.unknown)]
    sound = len(read) - len(bad) - len(untold)
    unread = None if total is None else max(0, total - len(read))
    return Lacking(
        lacking=tuple(bad), untold=tuple(untold), sound=sound, fails=_fails(len(bad), len(untold), sound, unread, items)
    )


def _fails(bad: int, untold: int, sound: int, unread: int | None, items: int) -> bool | None:
    if bad >= items:
        return True
    if unread is None:
        return None
    total = bad + untold + sound + unread
    if 0 < total < items:
        return True if bad == total else (False if sound else None)
    return False if bad + untold + unread < items and total else None
