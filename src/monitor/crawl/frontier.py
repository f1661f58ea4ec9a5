"""What is still to be read of one site, nearest first, and what was left out and why."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass

from monitor import urls
from monitor.model import Budget

_LONGEST = 2000
_DEEPEST_PATH = 24
_CROWD = 300
"""Addresses of one pattern, after which further ones wait until all others are read."""
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"(?<![A-Za-z])(?=[A-Za-z]*\d)[0-9A-Za-z_-]{12,}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A page to be read, and how many clicks it lies from the home page."""

    url: str
    depth: int


class Frontier:
    """First in, first out, each page once under any of its names; patterns without end wait at the back."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._near: deque[Wish] = deque()
        self._crowded: deque[Wish] = deque()
        self._postponed: deque[Wish] = deque()
        self._seen: dict[int, str] = {}
        """Every page wished for: its key, and the name under which it was met first."""
        self._patterns: Counter[int] = Counter()
        self.taken = 0
        self.cut: Counter[str] = Counter()
        """How many addresses were left out, by reason."""

    def __len__(self) -> int:
        return len(self._near) + len(self._crowded) + len(self._postponed)

    def add(self, url: str, depth: int) -> None:
        """Wish for a page, unless it was wished for before or cannot be worth it."""
        key = hash(urls.same_page(url))
        if key in self._seen:
            return
        self._seen[key] = url
        reason = self._reason_against(url, depth)
        if reason:
            self.cut[reason] += 1
            return
        pattern = hash(_pattern(url))
        self._patterns[pattern] += 1
        queue = self._near if self._patterns[pattern] <= _CROWD else self._crowded
        queue.append(Wish(url, depth))

    def postpone(self, url: str, depth: int) -> None:
        """Wish for a page by a name that may not answer: another name of it may yet be met."""
        self._postponed.append(Wish(url, depth))

    def admit(self) -> list[str]:
        """Once all others are read, let the postponed wishes in; gives those whose page is known by another name."""
        if self._near or self._crowded:
            return []
        wishes, self._postponed = self._postponed, deque()
        by_now = [wish.url for wish in wishes if self.known(wish.url)]
        for wish in wishes:
            self.add(wish.url, wish.depth)
        return by_now

    def is_ready(self) -> bool:
        """Whether `take` would give a page."""
        return self.taken < self._budget.pages and bool(self._near or self._crowded)

    def known(self, url: str) -> bool:
        """Whether the page was wished for under any of its names."""
        return hash(urls.same_page(url)) in self._seen

    def note(self, url: str) -> None:
        """Mark a page as known without reading it: a redirect led there."""
        self._seen.setdefault(hash(urls.same_page(url)), url)

    def first_name(self, url: str) -> str:
        """The address under which this page was met first: the one that is fetched and reported."""
        return self._seen.get(hash(urls.same_page(url)), url)

    def take(self) -> Wish | None:
        """The next page to read; None when there is none or the page budget is spent."""
        if self.taken >= self._budget.pages:
            return None
        queue = self._near or self._crowded
        if not queue:
            return None
        self.taken += 1
        return queue.popleft()

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


def _pattern(url: str) -> str:
    """The address with its numbers and codes taken out: calendars, ids and sessions share one."""
    address, _, query = url.partition("?")
    names = "&".join(sorted({part.partition("=")[0] for part in query.split("&")}))
    return _DIGITS.sub("0", _CODE.sub("#", address)) + "?" + names
