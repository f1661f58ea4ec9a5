"""The walk of one site: from its home page to every column and link, inside its budget."""

from __future__ import annotations

from monitor.crawl.entry import Looks
from monitor.crawl.walk import Progress, crawl_site

__all__ = ["Looks", "Progress", "crawl_site"]
