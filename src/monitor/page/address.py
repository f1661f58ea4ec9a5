"""What a page's address says of its kind."""

from __future__ import annotations

import re

from monitor import urls

_ARTICLE_PATH = re.compile(
    r"/t\d{8}_\d+|/art_\d+_\d+|/content_\d+|/post_\d+|/content/|/article/|/articleinfo|/info/\d+/\d+|[?&](?:article|news|info|content)id=|/detail|/[0-9a-f]{32}\.|/c\d+/content|/\d{5,}\.s?html?|/[a-z]*\d{8,}[\w-]*\.s?html?",
    re.IGNORECASE,
)
_LIST_PATH = re.compile(
    r"/(?:index|list|col|column|node|channel|more)[\w-]*\.\w{2,5}$|/$|/col/col\d+|list|category|more", re.IGNORECASE
)


def is_home(url: str) -> bool:
    """Whether an address is that of a host's home page."""
    path = urls.path(url)
    return bool(re.fullmatch(r"/(?:(?:index|default|main|home)\d?\.\w{2,5})?", path)) and "?" not in url


def by_address(url: str) -> int:
    """How much an address speaks for an article: 2, 0, or -2 where it speaks for a list."""
    return 2 * bool(_ARTICLE_PATH.search(url)) - 2 * bool(_LIST_PATH.search(urls.path(url)))
