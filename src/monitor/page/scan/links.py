"""The links of an outline, resolved with a memory: a portal repeats its navigation on every page."""

from __future__ import annotations

from monitor import urls
from monitor.model import Outlink, Place
from monitor.page import links as reading
from monitor.page.links import Links
from monitor.page.scan.view import Top
from monitor.text import printable

_Target = tuple[str, str] | None
_RESOLVED: dict[tuple[str, str], dict[str, _Target]] = {}
_MADE: dict[tuple[str, str, Place], Outlink] = {}
_ADDRESSED = ("src", "href", "action", "data", "background", "poster")
_MOST_FOLDERS = 400
_MOST_TARGETS = 4_000
_MOST_MADE = 40_000


def gather(links: Links, top: Top, tail: frozenset[str]) -> None:
    """What `links.gather` finds on a tree, found on its outline."""
    outline = top.outline
    own = urls.bare(urls.authority(links.page))
    known = _memory(links.base, links.charset)
    links.anchors.update(outline.anchors)
    pieces, starts, ends = outline.pieces, outline.starts, outline.ends
    for element, tag, place, hidden in outline.sources:
        attrs = tag.attrs
        if tag.name != "a":
            for name in _ADDRESSED:
                if name in attrs:
                    _recall(links, known, attrs[name])
            node = top.node(element)
            if "style" in attrs and "url(" in attrs["style"]:
                reading._css(links, attrs["style"], place)
            if tag.name in reading._LINKING:
                reading._element(links, node, place, hidden, own, tail)
            continue
        if "style" in attrs and "url(" in attrs["style"]:
            reading._css(links, attrs["style"], place)
        href = attrs.get("href")
        if href is None:
            continue
        first, last = starts[element], ends[element]
        words = " ".join(pieces[first].split()) if last == first + 1 else top.text(element, 400)
        text = printable(words) if words else reading.words_of(top.node(element))
        if tag.empty:
            if "onclick" not in attrs and (text or href):
                links.bad.setdefault((printable(href), text))
            continue
        _recall(links, known, href)
        if hidden or href in tail:
            place = reading._foreign_place(links, href, place, own)
        _add(links, href, text, place)


def _recall(links: Links, known: dict[str, _Target], href: str) -> None:
    """Let the page know where an address leads, if it hangs on the page's folder alone."""
    if href not in links.known and href[:1] not in "?#" and len(href) <= 8000:
        target = known.get(href)
        if target is None:
            if len(known) >= _MOST_TARGETS:
                known.clear()  # maybe while a large page is read in a thread of its own: nothing is looked up twice
            target = known[href] = urls.resolve(links.base, href, links.charset)
        links.known[href] = target


def _add(links: Links, href: str, text: str, place: Place) -> None:
    """As `Links.add`, for web links seen before."""
    target = links.known.get(href)
    if (
        target is None
        or not href.strip()
        or len(links.found) >= reading._MAX_LINKS
        or not target[0].startswith(("http://", "https://"))
    ):
        links.add(href, text, "a", place)
        return
    key = (target[0], text, place)
    if key in links.found:
        return
    made = _MADE.get(key)
    if made is None or made.fragment != target[1]:
        made = Outlink(url=target[0], text=text, tag="a", place=place, fragment=target[1])
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        _MADE[key] = made
    links.found[key] = made


def forget() -> None:
    """Drop the addresses and links remembered."""
    _RESOLVED.clear()
    _MADE.clear()


def _memory(base: str, charset: str) -> dict[str, _Target]:
    """Where the hrefs of a folder lead. Only hrefs that do not hang on the page itself may be kept."""
    path = base.partition("?")[0].partition("#")[0]
    key = (path[: path.rfind("/") + 1], charset)
    known = _RESOLVED.get(key)
    if known is None:
        if len(_RESOLVED) >= _MOST_FOLDERS:
            _RESOLVED.clear()
        known = _RESOLVED[key] = {}
    return known
