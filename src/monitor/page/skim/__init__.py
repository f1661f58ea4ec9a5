"""The dates of a page without its tree, where the markup leaves no doubt; everything else is left to the tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from monitor.model import Dated, Item, PageKind
from monitor.page import links, lists, scan
from monitor.page.read import see
from monitor.page.skim.article import article_day
from monitor.page.skim.listing import rows
from monitor.text import Decoded, decode

_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What a page's dates say, without its links: the same as `read` finds."""

    kind: PageKind
    published: Dated | None
    newest: Dated | None
    items: tuple[Item, ...]
    skimmed: bool
    """Whether the markup alone decided, without a tree."""


def freshness(body: bytes, url: str, today: date, kind: PageKind, content_type: str = "") -> Freshness:
    """The dates of a list or an article when nothing else is wanted: as `read` finds them, often quicker."""
    if len(body) <= _MOST:
        decoded = decode(body, content_type)
        if kind is PageKind.LIST:
            raw = body if decoded.how == "valid UTF-8" else decoded.text.encode("utf-8", "replace")
            items = rows(decoded, raw, url, today)
            if items:
                newest = max((i.published for i in items if i.published), key=lambda d: d.day)
                return Freshness(kind=kind, published=None, newest=newest, items=items, skimmed=True)
            listing = _listing(decoded, url, today)
            return Freshness(kind=kind, published=None, newest=listing.newest, items=listing.items, skimmed=False)
        if kind is PageKind.ARTICLE:
            published = article_day(decoded.text, today)
            if published is not None:
                return Freshness(kind=kind, published=published, newest=published, items=(), skimmed=True)
    sight = see(body, url, today, content_type, kind)
    items = () if kind is PageKind.ARTICLE else sight.listing.items
    return Freshness(kind=kind, published=sight.published, newest=sight.newest, items=items, skimmed=False)


def _listing(decoded: Decoded, url: str, today: date) -> lists.Listing:
    """The rows of a list as `see` finds them, without asking what stands in their place where there are none."""
    root, _ = scan.root_of(decoded.text)
    found = links.Links(page=url, base=links.base_of(root, url), charset=decoded.encoding)
    listing = lists.read_lists(root, decoded.text, scan.survey_of(root, today), found, today, "", "")
    if not listing.main:
        listing = replace(listing, undated=lists._undated(root, found))
    return lists.for_kind(listing, PageKind.LIST)
