"""One page, read whole: the parts put together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from monitor.model import Dated, Filling, Page, PageKind, Trust
from monitor.page import article, head, links, lists, scan
from monitor.page.address import by_address, is_home
from monitor.page.marks import MAX_MARKS, Survey
from monitor.page.tree import Root
from monitor.text import Decoded, decode, printable

MAX_BYTES = 4_000_000
MAX_TAGS = 120_000
"""Opened brackets; a page of a megabyte has some 20,000. Each costs time and memory, whatever it holds."""


@dataclass(slots=True, kw_only=True)
class Sight:
    """A page taken apart, and what its dates say."""

    decoded: Decoded
    root: Root
    survey: Survey
    links: links.Links
    tags: dict[str, str]
    title: str
    listing: lists.Listing
    kind: PageKind
    published: Dated | None
    newest: Dated | None
    notes: list[str]


def read(
    body: bytes,
    url: str,
    today: date,
    *,
    content_type: str = "",
    kind: PageKind | None = None,
    item_selector: str = "",
    date_selector: str = "",
) -> Page:
    """What one HTML page holds: links, rows with dates and evidence, an article's day. Never raises on any bytes.

    `today` is the reference for years that are not written, relative words and the future. `kind` None lets the
    page decide. The selectors (CSS) overrule the search for rows. What was cut, refused or guessed is in `notes`.
    """
    sight = see(body, url, today, content_type, kind, item_selector, date_selector)
    root, survey, found = sight.root, sight.survey, sight.links
    scan.gather(found, root, _tail(sight.decoded.text))
    if found.cut:
        sight.notes.append("more links than the cap; the rest were left out")
    is_article = sight.kind is PageKind.ARTICLE
    return Page(
        url=url,
        encoding=sight.decoded.encoding,
        kind=sight.kind,
        title=sight.title,
        published=sight.published,
        newest=sight.newest,
        items=() if is_article else sight.listing.items,
        outlinks=tuple(found.found.values()),
        filling=Filling.UNCLEAR if is_article else sight.listing.filling or Filling.UNCLEAR,
        next_page=head.next_page_of(root, found),
        forwards_to=head.forward_of(root, found, survey.letters < 400),
        breadcrumb=_without_headline(head.breadcrumb_of(root, survey), sight.title),
        tags=sight.tags,
        anchors=frozenset(found.anchors),
        bad_links=tuple(found.bad),
        sorted_newest_first=sight.listing.sorted_newest_first,
        text_length=survey.letters,
        language=head.language_of(root, survey.text(6000)),
        notes=tuple(dict.fromkeys(printable(n, 300) for n in sight.notes)),
    )


def see(
    body: bytes,
    url: str,
    today: date,
    content_type: str = "",
    kind: PageKind | None = None,
    item_selector: str = "",
    date_selector: str = "",
) -> Sight:
    """A page taken apart as far as its dates need it; its links are not gathered yet."""
    notes: list[str] = []
    if len(body) > MAX_BYTES:
        notes.append(f"only the first {MAX_BYTES} of {len(body)} bytes were read")
        body = body[:MAX_BYTES]
    if body.count(b"<") > MAX_TAGS:
        notes.append(f"only the first {MAX_TAGS} tags were read")
        body = b"<".join(body.split(b"<", MAX_TAGS)[:MAX_TAGS])
    decoded = decode(body, content_type)
    root, written = scan.root_of(decoded.text)
    notes.extend(written)
    found = links.Links(page=url, base=links.base_of(root, url), charset=decoded.encoding)
    survey = scan.survey_of(root, today)
    if len(survey.marks) >= MAX_MARKS:
        notes.append(f"only the first {MAX_MARKS} dates were looked at")
    tags, title = head.tags_of(root), head.title_of(root)
    listing = lists.read_lists(root, decoded.text, survey, found, today, item_selector, date_selector)
    headline, published, why = title, None, list[str]()
    if kind is None or kind is PageKind.ARTICLE:
        headline = head.headline_of(root, tags, title)
        published, why, order = article.article_date(root, survey, listing.dating, headline, url, today)
        if kind is None:
            fill = partial(lists.fill, root=root, source=decoded.text, survey=survey, links=found)
            kind = _kind(root, url, tags, listing, published, order, fill)
    if kind is PageKind.ARTICLE:
        notes.extend(why)
        newest = published if published and published.trust > Trust.DOUBTFUL else None
    else:
        published, headline = None, title
        listing = lists.for_kind(lists.fill(listing, root, decoded.text, survey, found), kind)
        notes.extend(listing.notes)
        newest = listing.newest
    return Sight(
        decoded=decoded,
        root=root,
        survey=survey,
        links=found,
        tags=tags,
        title=headline,
        listing=listing,
        kind=kind,
        published=published,
        newest=newest,
        notes=notes,
    )


def _without_headline(crumbs: tuple[str, ...], headline: str) -> tuple[str, ...]:
    return crumbs[:-1] if len(crumbs) > 1 and len(crumbs[-1]) > 8 and crumbs[-1][:20] == headline[:20] else crumbs


_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


def _tail(text: str) -> frozenset[str]:
    """The hrefs that stand after </html>, where no editor puts them."""
    end = max(text.rfind("</html>"), text.rfind("</HTML>"))
    if end < 0:
        end = text.lower().rfind("</html>")
    return frozenset(_HREF.findall(text[end : end + 100_000])[:500]) if end >= 0 else frozenset()


def _kind(
    root: Root,
    url: str,
    tags: dict[str, str],
    listing: lists.Listing,
    published: Dated | None,
    order: int,
    fill: Callable[[lists.Listing], lists.Listing],
) -> PageKind:
    """What a page is, by its address, tags, rows and prose. `order`: the place of its visible date, or -1."""
    if is_home(url):
        return PageKind.HOME
    if "ArticleTitle" in tags:
        return PageKind.ARTICLE
    for node in root.find("meta"):
        if node.attrs.get("property", "").lower() == "og:type" and node.attrs.get("content", "").lower() in (
            "article",
            "news",
        ):
            return PageKind.ARTICLE
    rows = 0 if listing.aside else len(listing.main)
    prose = _prose(root)
    score = by_address(url)
    if published is not None:
        score += {Trust.SURE: 2, Trust.LIKELY: 1, Trust.DOUBTFUL: 0}[published.trust]
        score += 2 if published.where in ("JSON-LD datePublished", "meta article:published_time") else 0
        score += 2 if order >= 0 and (listing.first_order < 0 or order < listing.first_order) else 0
    score += 1 if prose > 150 else 0
    score += 2 if prose > 500 else 0
    score -= 2 if rows >= 4 else 0
    score -= 2 if rows >= 10 else 0
    score -= 2 if "ColumnName" in tags or "ColumnType" in tags else 0
    if score >= 2:
        return PageKind.ARTICLE
    if listing.main or fill(listing).filling in (Filling.EMPTY, Filling.SCRIPT):
        return PageKind.LIST
    return PageKind.ARTICLE if score > 0 and published is not None else PageKind.OTHER


def _prose(root: Root) -> int:
    """Characters of running text: paragraphs outside links and rows."""
    total = 0
    for node in root.find("p"):
        if any(up.tag in ("li", "a", "dl", "footer") for up in list(node.above())[:6]):
            continue
        total += max(0, len(node.text(3000)) - sum(len(a.text(300)) for a in node.find("a")) - 20)
        if total > 3000:
            break
    return total
