"""What the walk of one site has gathered so far."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from monitor import links, urls
from monitor.crawl.columns import Listing, Outcome
from monitor.crawl.entry import Looks, Progress
from monitor.crawl.frontier import Frontier
from monitor.crawl.ledger import Ledger, Target
from monitor.crawl.marks import Marks
from monitor.crawl.memory import Memory
from monitor.crawl.places import Places
from monitor.crawl.queue import Wish
from monitor.crawl.scope import Scope
from monitor.crawl.service import Services
from monitor.crawl.tally import TagTally
from monitor.model import Column, Fetch, HomeLook, Identity, Outlink, Site
from monitor.page import Glances


@dataclass(slots=True, kw_only=True)
class Walk:
    """What a walk has gathered so far."""

    site: Site
    fetcher: Looks
    today: date
    frontier: Frontier
    ledger: Ledger
    scope: Scope
    home: str
    stop: asyncio.Event
    ends: float
    watch: Callable[[Progress], None]
    columns: dict[str, Column]
    """The configured columns by their `urls.same_page` key."""
    memory: Memory | None = None
    missing: links.MissingPage | None = None
    first: Fetch | None = None
    """The home page as it came, until it is read."""
    pages: int = 0
    """How many pages were asked for."""
    depths: dict[str, int] = field(default_factory=dict)
    """Those of them that are not known to live, and how many clicks each lies from the home page."""
    recalled: Marks = field(default_factory=Marks)
    """Those that were not due: taken as they were at their last look."""
    tells_apart: bool = False
    """Whether any page but the home page was found alive."""
    again: deque[Wish] = field(default_factory=deque)
    """Pages that brought bad news, to be read anew."""
    checks: dict[str, deque[str]] = field(default_factory=dict)
    """Addresses that are only looked at, by host."""
    listings: dict[str, Listing] = field(default_factory=dict)
    later: Marks = field(default_factory=Marks)
    """The pages that lists in their right order lead on to: their rows serve nobody."""
    menu: dict[str, str] = field(default_factory=dict)
    from_home: set[str] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    disallowed: set[str] = field(default_factory=set)
    """Pages that robots.txt keeps from us."""
    cut: dict[str, int] = field(default_factory=dict)
    """Pages that came in part or empty, and how often: asked again before they are read."""
    glances: Glances = field(default_factory=lambda: Glances(links.DOUBTS))
    followed: dict[int, tuple[Outlink, Target | None]] = field(default_factory=dict)
    """What links lead to that were followed before, by the link's identity; it is kept to stay itself."""
    met: set[int] = field(default_factory=set)
    """Stretches of links that were followed once, by identity: most never come again."""
    settled: dict[int, tuple[Outlink, ...]] = field(default_factory=dict)
    """Stretches of links of which nothing is left to learn, by identity."""
    places: Places = field(default_factory=Places)
    home_look: HomeLook | None = None
    services: Services = field(init=False)
    """Letters, guides and papers."""
    shell: bool = False
    """Whether a script fills the home page: nothing leads on from what it shows without a browser."""
    unfilled: tuple[str, ...] = ()
    identity: Identity | None = None
    """What the home page shows of its site; None until it was read."""
    tags: TagTally = field(default_factory=TagTally)

    def __post_init__(self) -> None:
        self.services = Services(today=self.today, owns=self.owns)

    def is_over(self) -> bool:
        """Whether the walk is to end: it was stopped, or its time is spent."""
        return self.stop.is_set() or asyncio.get_running_loop().time() >= self.ends

    def owns(self, url: str) -> bool:
        """Whether an address belongs to the site."""
        return self.scope.holds(url)

    def check(self, *addresses: str) -> None:
        """Put addresses down to be looked at."""
        for url in addresses:
            self.checks.setdefault(urls.authority(url), deque()).append(url)

    def may_live(self, url: str) -> bool:
        """Whether a page was found alive by this name, or is known by another one and nothing is said against it."""
        if self.ledger.lives(url):
            return True
        return self.frontier.known(url) and self.ledger.target(self.frontier.first_name(url)) is None

    def may_read(self, url: str) -> bool:
        """Whether a page is the site's own and not excluded."""
        return self.owns(url) and not self.ledger.excludes(url)
