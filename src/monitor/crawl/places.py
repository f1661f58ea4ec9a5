"""Places within pages that links name (`#fragment`): whether they are there is asked once the site has been read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date

from monitor import links, page
from monitor.crawl.entry import Looks, is_markup
from monitor.model import Parent
from monitor.text import printable

_MOST_PAGES = 20
"""So many pages of a site are asked once more for their places; each costs a look."""
_MOST_OF_A_PAGE = 50


@dataclass(slots=True)
class Places:
    """The places that were met, by page and fragment, each with the first page that names it."""

    wanted: dict[str, dict[str, Parent]] = field(default_factory=dict)

    def note(self, url: str, fragment: str, parent: Parent) -> None:
        """Keep a place to be asked for, unless every page has it or only a script knows it."""
        if links.fragment_lives(fragment, frozenset()):
            return
        if url in self.wanted or len(self.wanted) < _MOST_PAGES:
            names = self.wanted.setdefault(url, {})
            if len(names) < _MOST_OF_A_PAGE:
                names.setdefault(fragment, parent)

    async def missing(
        self, fetcher: Looks, today: date, lives: Callable[[str], bool]
    ) -> AsyncIterator[tuple[str, Parent, str]]:
        """Each place that its page does not have: its address, where the link stands, and what to say of it.

        `lives`: whether a page was found alive; of others nothing is said twice.
        """
        for url, names in self.wanted.items():
            if not lives(url):
                continue
            fetch = await fetcher.look(url)
            if fetch.status != 200 or fetch.failure or fetch.truncated or not is_markup(fetch):
                continue
            anchors = page.read(
                fetch.body, fetch.url, today, content_type=fetch.headers.get("content-type", "")
            ).anchors
            for fragment, parent in names.items():
                if not links.fragment_lives(fragment, anchors):
                    yield (
                        f"{url}#{fragment}",
                        parent,
                        f"the page is there, but no place on it is named “{printable(fragment, 40)}”",
                    )
