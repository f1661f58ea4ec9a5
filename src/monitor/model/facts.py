"""What is known of a site on a day, for the rules that judge it as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from monitor.model.crawl import ColumnLook, HomeLook, Link, Reach
from monitor.model.finding import ColumnFinding, ItemSeen, Violation
from monitor.model.fleet import Site
from monitor.model.identity import IdentityCheck
from monitor.model.probe import Probe
from monitor.model.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """One site, judged column by column and link by link already."""

    site: Site
    today: date
    reach: Reach
    reason: str
    """Why it is not open; "" when it is."""
    whole: bool
    """Whether everything that is known of it was looked at."""
    columns: tuple[ColumnFinding, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    """How deep a column lies, by its address: 1 for a first-level one."""
    home: HomeLook | None = None
    home_url: str = ""
    links: tuple[Link, ...] = ()
    """Every link that is not alive."""
    accused: frozenset[str] = frozenset()
    """The links that are held against the site."""
    published: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """The days of the items of each column that are known, by its address, within the past years."""
    cut: frozenset[str] = frozenset()
    """The columns of which more items stand behind what was read."""
    identity: tuple[IdentityCheck, ...] | None = None
    """What the site shows of itself, held against what it must show; None when it was not read."""
    service: Service | None = None
    """Its public letters, guides, policies; None when they were not gathered."""
    activities: tuple[tuple[ColumnLook, tuple[ItemSeen, ...]], ...] = ()
    """The columns of interaction as they were read, each with the items that its history knows."""
    probes: tuple[Probe, ...] = ()
    """The looks at its home page of the past days."""
    zone: tzinfo = UTC
    """By whose clock days begin."""
    redated: tuple[Violation, ...] = ()
    """Old items under newer dates."""
