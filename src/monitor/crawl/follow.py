"""Where each link of a page belongs: to be read, to be looked at, or to be told as it is."""

from __future__ import annotations

from monitor import urls
from monitor.crawl.columns import is_menu_word
from monitor.crawl.entry import is_file
from monitor.crawl.frontier import Wish
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
        if target is not None:
            if len(walk.followed) >= walk.glances.most_links:
                walk.followed.clear()
            walk.followed[id(outlink)] = outlink, target
        return True
    if wish.depth <= _MENU_DEPTH and outlink.place is Place.NAV:
        _note_menu(walk, wish, outlink)
    return walk.ledger.stands_again(known[1], page_url, outlink)


def follow(walk: Walk, wish: Wish, page_url: str, outlink: Outlink) -> None:
    """Put one link where it belongs: to be read, or only to be looked at."""
    if walk.ledger.excludes(outlink.url):
        walk.ledger.leave_out(outlink.url)
        return
    if outlink.tag == "form":
        return  # its bare address, without what a reader would type, proves nothing
    own = walk.owns(outlink.url)
    is_page = own and outlink.tag in PAGE_TAGS and not is_file(outlink.url)
    url = walk.frontier.first_name(outlink.url) if is_page else outlink.url
    if is_page and _origin(url) != _origin(outlink.url):
        url = outlink.url  # one name of the page may answer where the other does not
    is_new = walk.ledger.stands(url, Parent(url=page_url, text=outlink.text, place=outlink.place))
    if is_page:
        _note_menu(walk, wish, outlink)
        if outlink.fragment:
            walk.places.note(url, outlink.fragment, Parent(url=page_url, text=outlink.text, place=outlink.place))
        if is_new and walk.frontier.first_name(url) != url:
            walk.check(url)
        elif is_new and _is_other_name(url, walk.home):
            walk.frontier.postpone(url, wish.depth + 1)
        elif not _is_other_name(url, walk.home):
            walk.frontier.add(url, wish.depth + 1)
    elif is_new and not own and outlink.place is Place.HIDDEN and not urls.host(url).endswith(".gov.cn"):
        walk.ledger.settle(url, Verdict(state=LinkState.SUSPICIOUS, reason="hidden link to a foreign site, not opened"))
    elif is_new:
        walk.check(url)


def _origin(url: str) -> tuple[str, str]:
    return url.partition("://")[0], urls.authority(url)


def _is_other_name(url: str, home: str) -> bool:
    """Whether the address names the home page's host in another way: without www., by https."""
    return _origin(url) != _origin(home) and urls.bare(urls.authority(url)) == urls.bare(urls.authority(home))


def _note_menu(walk: Walk, wish: Wish, outlink: Outlink) -> None:
    key = urls.same_page(outlink.url)
    if wish.depth == 0:
        walk.from_home.add(key)
    if outlink.place is Place.NAV and wish.depth <= _MENU_DEPTH and is_menu_word(outlink.text):
        walk.menu.setdefault(key, outlink.text)


def note_bad_link(walk: Walk, page_url: str, href: str, words: str) -> None:
    """A malformed address leads nowhere in any browser; "#", scripts and data may do something there."""
    if not href.strip() or urls.resolve(page_url, href) is not None:
        return
    if walk.ledger.stands(href, Parent(url=page_url, text=words)):
        walk.ledger.settle(href, Verdict(state=LinkState.DEAD, reason="malformed address"))
