"""What belongs to a site: its hosts, and where its home page has moved to."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import urls
from monitor.model import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The hosts of a site, and the folder it was given on a foreign one."""

    hosts: frozenset[str]
    """As `urls.in_scope` asks for them."""
    folder: str = ""
    """The address below which pages of a foreign host belong to the site; "" when none do."""

    def holds(self, url: str) -> bool:
        """Whether an address belongs to the site."""
        return urls.in_scope(url, self.hosts) or (bool(self.folder) and url.startswith(self.folder))


def scope_of(site: Site, home: str) -> Scope:
    """The scope of a site whose home page was found at `home`, after redirects.

    A site that moved to another host belongs there whole; one that was taken into a folder of
    another site (a department within the city's portal) has that folder only: what stands beside
    it is not its fault.
    """
    own = urls.scope_of(site.url, *site.hosts)
    if urls.in_scope(home, own):
        return Scope(hosts=own)
    folder = home.partition("?")[0].rpartition("/")[0] + "/"
    if folder.count("/") <= 3:
        return Scope(hosts=own | urls.scope_of(home))
    return Scope(hosts=own, folder=folder)
