"""What is still to be read of one site, nearest first, and what was left out and why."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum

from monitor import urls
from monitor.crawl.marks import Marks
from monitor.crawl.queue import Queue, Wish
from monitor.model import Budget

_LONGEST = 2000
_DEEPEST_PATH = 24
_CROWD = 300
"""Addresses of one pattern, after which further ones wait until all others are read."""
_MOST_PATTERNS = 20_000
_SOME = 3
"""A pattern that was met less often is forgotten once there are too many."""
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"(?<![A-Za-z])(?=[A-Za-z]*\d)[0-9A-Za-z_-]{12,}")


class Known(Enum):
    """Whether a page was wished for before, and how."""

    NO = "no"
    SO = "under this scheme and host"
    OTHERWISE = "by another scheme or host only"


class Frontier:
    """First in, first out, each page once under any of its names; patterns without end wait at the back."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._near = Queue()
        self._crowded = Queue()
        self._postponed: list[Wish] = []
        self._seen = Marks()
        """Every page wished for: its key, marked with the scheme and host under which it was met first."""
        self._names: dict[int, str] = {}
        """The names under which pages were met first that wait or are not known to live."""
        self._patterns: Counter[int] = Counter()
        self.taken = 0
        self.cut: Counter[str] = Counter()
        """How many addresses were left out, by reason."""

    def __len__(self) -> int:
        return len(self._near) + len(self._crowded) + len(self._postponed)

    def close(self) -> None:
        """Give back what it holds on disk."""
        self._near.close()
        self._crowded.close()

    def add(self, wish: Wish) -> bool:
        """Wish for a page, unless it was wished for before or cannot be worth it; True when it waits in memory.

        One that waits on disk comes back with the parent it was given.
        """
        url, key = wish.url, urls.same_page(wish.url)
        if not self._seen.put(key, _origin(url)):
            return False
        reason = self._reason_against(url, wish.depth)
        if reason:
            self.cut[reason] += 1
            return False
        queue = self._near if self._met(_pattern(url)) <= _CROWD else self._crowded
        if queue.is_long():
            queue.put(wish)
            return False
        self._names[hash(key)] = url
        queue.put(Wish(url, wish.depth))
        return True

    def _met(self, pattern: str) -> int:
        """How often a pattern was met by now."""
        if len(self._patterns) >= _MOST_PATTERNS:
            self._patterns = Counter({known: n for known, n in self._patterns.items() if n >= _SOME})
        self._patterns[hash(pattern)] += 1
        return self._patterns[hash(pattern)]

    def postpone(self, url: str, depth: int) -> None:
        """Wish for a page by a name that may not answer: another name of it may yet be met."""
        self._postponed.append(Wish(url, depth))

    def admit(self) -> list[str]:
        """Once all others are read, let the postponed wishes in; gives those whose page is known by another name."""
        if len(self._near) or len(self._crowded):
            return []
        wishes, self._postponed = self._postponed, []
        by_now = [wish.url for wish in wishes if self.known(wish.url)]
        for wish in wishes:
            self.add(wish)
        return by_now

    def is_ready(self) -> bool:
        """Whether `take` would give a page."""
        return self.taken < self._budget.pages and bool(len(self._near) or len(self._crowded))

    def known(self, url: str) -> bool:
        """Whether the page was wished for under any of its names."""
        return urls.same_page(url) in self._seen

    def how_known(self, url: str) -> Known:
        """Whether the page was wished for, and whether its first name has this scheme and host."""
        mark = self._seen.mark(urls.same_page(url))
        if mark is None:
            return Known.NO
        return Known.SO if mark == _origin(url) else Known.OTHERWISE

    def note(self, url: str) -> None:
        """Mark a page as known without reading it: a redirect led there."""
        self._seen.put(urls.same_page(url), _origin(url))

    def lives(self, url: str) -> None:
        """Note that a page was found alive: under which name it was met first is of no more use."""
        self._names.pop(hash(urls.same_page(url)), None)

    def first_name(self, url: str) -> str:
        """The address under which this page was met first, which is fetched and reported; itself for one that lives."""
        return self._names.get(hash(urls.same_page(url)), url)

    def take(self) -> Wish | None:
        """The next page to read; None when there is none or the page budget is spent."""
        if self.taken >= self._budget.pages:
            return None
        wish = self._near.take() or self._crowded.take()
        if wish is not None:
            self.taken += 1
            self._names[hash(urls.same_page(wish.url))] = wish.url
        return wish

    def left(self) -> tuple[str, ...]:
        """What was not read, and why, one clause each."""
        said = [f"{count} addresses not read: {reason}" for reason, count in sorted(self.cut.items())]
        if len(self) and self.taken >= self._budget.pages:
            said.append(f"{len(self)} known pages not read: the budget of {self._budget.pages} pages is spent")
        return tuple(said)

    def _reason_against(self, url: str, depth: int) -> str:
        if depth > self._budget.depth:
            return f"more than {self._budget.depth} clicks from the home page"
        if len(url) > _LONGEST:
            return f"longer than {_LONGEST} characters"
        segments = [s for s in urls.path(url).split("/") if s]
        if len(segments) > _DEEPEST_PATH or any(n > 3 for n in Counter(segments).values()):
            return "the path grows without end"
        return ""


def _origin(url: str) -> int:
    """What tells the names of a page's host apart, as a mark: https from http, www. from none."""
    return 2 * url.startswith("https:") + urls.authority(url).startswith("www.")


def _pattern(url: str) -> str:
    """The address with its numbers and codes taken out: calendars, ids and sessions share one."""
    address, _, query = url.partition("?")
    names = "&".join(sorted({part.partition("=")[0] for part in query.split("&")}))
    return _DIGITS.sub("0", _CODE.sub("#", address)) + "?" + names
