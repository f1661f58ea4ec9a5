"""Where each link of a page belongs: to be read, to be looked at, or to be told as it is."""

from __future__ import annotations

from monitor import urls
from monitor.crawl.columns import is_menu_word
from monitor.crawl.entry import is_file
from monitor.crawl.frontier import Known
from monitor.crawl.queue import Wish
from monitor.crawl.state import Walk
from monitor.model import LinkState, Outlink, Parent, Place, Verdict

PAGE_TAGS = frozenset(("a", "area", "iframe", "frame"))
"""Elements that lead to pages."""
_MENU_DEPTH = 2


def follow_part(walk: Walk, wish: Wish, page_url: str, part: tuple[Outlink, ...]) -> None:
    """Follow the links of a stretch of a page; one that the portal repeats costs nothing once nothing is left to learn.

    So it is when all its targets live and have parents enough: how many more pages lead to them, nobody asks.
    """
    if id(part) in walk.settled and wish.depth > _MENU_DEPTH:
        return
    if id(part) not in walk.met:
        if len(walk.met) >= walk.glances.most_links:
            walk.met.clear()
        walk.met.add(id(part))
        for outlink in part:
            follow(walk, wish, page_url, outlink)
        return
    learnt = False
    for outlink in part:
        learnt = _again(walk, wish, page_url, outlink) or learnt
    if not learnt and len(part) > 1:
        if len(walk.settled) >= walk.glances.most_links:
            walk.settled.clear()
        walk.settled[id(part)] = part


def _again(walk: Walk, wish: Wish, page_url: str, outlink: Outlink) -> bool:
    """As `follow`, at once for a link that stands on page after page; whether there was anything to learn."""
    if outlink.tag == "form":
        return False
    known = walk.followed.get(id(outlink))
    if known is None:
        follow(walk, wish, page_url, outlink)
        target = walk.ledger.target(walk.frontier.first_name(outlink.url)) or walk.ledger.target(outlink.url)
        if len(walk.followed) >= walk.glances.most_links:
            walk.followed.clear()
        walk.followed[id(outlink)] = outlink, target
        return target is not None
    if wish.depth <= _MENU_DEPTH and outlink.place is Place.NAV:
        _note_menu(walk, wish, outlink)
    return known[1] is not None and walk.ledger.stands_again(known[1], page_url, outlink)


def follow(walk: Walk, wish: Wish, page_url: str, outlink: Outlink) -> None:
    """Put one link where it belongs: to be read, or only to be looked at."""
    url = outlink.url
    if wish.depth > _MENU_DEPTH and _is_settled(walk, page_url, outlink):
        return
    if walk.ledger.excludes(url):
        walk.ledger.leave_out(url)
        return
    if outlink.tag == "form":
        return  # its bare address, without what a reader would type, proves nothing
    own = walk.owns(url)
    parent = Parent(url=page_url, text=outlink.text, place=outlink.place)
    if own and outlink.tag in PAGE_TAGS and not is_file(url):
        _note_menu(walk, wish, outlink)
        if outlink.fragment and not walk.ledger.from_memory:
            walk.places.note(walk.frontier.first_name(url), outlink.fragment, parent)
        _follow_page(walk, Wish(url, wish.depth + 1, parent), parent)
        return
    is_new = walk.ledger.stands(url, parent)
    if is_new and not own and outlink.place is Place.HIDDEN and not urls.host(url).endswith(".gov.cn"):
        walk.ledger.settle(url, Verdict(state=LinkState.SUSPICIOUS, reason="hidden link to a foreign site, not opened"))
    elif is_new:
        walk.check(url)


def _is_settled(walk: Walk, page_url: str, outlink: Outlink) -> bool:
    """Whether a link was put where it belongs when it was met before: then only that it stands here, too, is noted."""
    url = outlink.url
    if outlink.fragment or (outlink.tag in PAGE_TAGS and not walk.frontier.known(url)):
        return False
    target = walk.ledger.target(url)
    if target is not None:
        walk.ledger.stands_again(target, page_url, outlink)
    return target is not None or walk.ledger.lives(url)


def _follow_page(walk: Walk, wish: Wish, parent: Parent) -> None:
    """Follow a link to a page of the site's own. One name of it may answer where another does not."""
    url, ledger, frontier = wish.url, walk.ledger, walk.frontier
    known = frontier.how_known(url)
    if known is Known.SO:
        target = ledger.target(frontier.first_name(url))
        if target is not None:
            ledger.stands_again(target, parent.url, parent)
    elif known is Known.OTHERWISE:
        if ledger.stands(url, parent):
            walk.check(url)
    elif _is_other_name(url, walk.home):
        if ledger.stands(url, parent):
            frontier.postpone(url, wish.depth)
    elif frontier.add(wish):
        ledger.stands(url, parent)


def _origin(url: str) -> tuple[str, str]:
    return url.partition("://")[0], urls.authority(url)


def _is_other_name(url: str, home: str) -> bool:
    """Whether the address names the home page's host in another way: without www., by https."""
    return _origin(url) != _origin(home) and urls.bare(urls.authority(url)) == urls.bare(urls.authority(home))


def _note_menu(walk: Walk, wish: Wish, outlink: Outlink) -> None:
    if wish.depth > _MENU_DEPTH:
        return
    key = urls.same_page(outlink.url)
    if wish.depth == 0:
        walk.from_home.add(key)
    if outlink.place is Place.NAV and is_menu_word(outlink.text):
        walk.menu.setdefault(key, outlink.text)


def note_bad_link(walk: Walk, page_url: str, href: str, words: str) -> None:
    """A malformed address leads nowhere in any browser; "#", scripts and data may do something there."""
    if not href.strip() or urls.resolve(page_url, href) is not None:
        return
    if walk.ledger.stands(href, Parent(url=page_url, text=words)):
        walk.ledger.settle(href, Verdict(state=LinkState.DEAD, reason="malformed address"))
