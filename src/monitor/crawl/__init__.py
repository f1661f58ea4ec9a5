"""The walk of one site: from its home page to every column and link, inside its budget."""

from __future__ import annotations

from monitor.crawl.entry import Looks, Progress
from monitor.crawl.filled import Aid
from monitor.crawl.memory import Memory
from monitor.crawl.walk import crawl_site

__all__ = ["Aid", "Looks", "Memory", "Progress", "crawl_site"]
