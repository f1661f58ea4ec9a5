"""Where a page leads: every link of every element, its place and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor import urls
from monitor.model import Outlink, Place
from monitor.page.tree import Node, Root
from monitor.text import printable

_NAV = re.compile(
    r"(?:^|[\s_-])(?:topbar|header|head|(?:bread)?crumbs?|dh|daohang)(?:$|[\s_-])|nav|menu", re.IGNORECASE
)
_FOOT = re.compile(r"foot|copyright|friend-?link|yqlj|(?:^|[\s_-])(?:bottom|bot|links)(?:$|[\s_-])", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|(?:left|top|text-indent|right|margin-left|margin-top)\s*:\s*-\d{3,}|"
    r"(?:^|;)\s*(?:width|height)\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_CSS_URL = re.compile(r"url\(\s*['\"]?\s*([^'\"()\s]{1,2000})", re.IGNORECASE)
_EMPTY = re.compile(
    r"\s*(?:#|#\s*|javascript:\s*(?:void\s*\(?\s*0?\s*\)?|;|//|return\s+false|undefined)?\s*;*\s*)", re.IGNORECASE
)
_SOURCES = {
    "img": "src", "script": "src", "iframe": "src", "frame": "src", "source": "src", "video": "src", "audio": "src",
    "embed": "src", "object": "data", "area": "href", "track": "src",
}  # fmt: skip
_LINKING = frozenset([*_SOURCES, "a", "link", "form", "meta", "style", "body", "td", "table", "tr"])
_TAG_NAME = {"frame": "iframe", "audio": "video", "embed": "object", "track": "source"}
_LINK_RELS = frozenset(("stylesheet", "icon", "shortcut", "apple-touch-icon", "manifest"))
_MAX_LINKS = 50_000
_INSIDE = 200
"""Elements of a link that are looked through for a picture: links may be left open, one within the other."""


@dataclass(slots=True, kw_only=True)
class Links:
    """The links of a page as they are gathered."""

    page: str
    base: str
    charset: str
    found: dict[tuple[str, str, Place], Outlink] = field(default_factory=dict)
    bad: dict[tuple[str, str], None] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    known: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    cut: bool = False

    def resolve(self, href: str) -> tuple[str, str] | None:
        """An absolute address and fragment, remembered; None when malformed."""
        if href not in self.known:
            self.known[href] = urls.resolve(self.base, href, self.charset)
        return self.known[href]

    def add(self, href: str, text: str, tag: str, place: Place) -> None:
        """Take one link up: web addresses to the outlinks, malformed ones to the bad."""
        if not href.strip() or len(self.found) >= _MAX_LINKS:
            self.cut = self.cut or len(self.found) >= _MAX_LINKS
            return
        target = self.resolve(href) if len(href) <= 8000 else None
        if target is None:
            self.bad.setdefault((printable(href), text))
            return
        if urls.is_web(target[0]):
            self.found.setdefault(
                (target[0], text, place), Outlink(url=target[0], text=text, tag=tag, place=place, fragment=target[1])
            )


def base_of(root: Root, page: str) -> str:
    """What relative links start from: the first usable <base href>, else the page; a bad base is ignored."""
    for node in root.find("base"):
        href = node.attrs.get("href", "").strip()
        if href:
            target = urls.resolve(page, href)
            if target and urls.is_web(target[0]):
                return target[0]
            return page
    return page


def gather(links: Links, root: Root, tail: frozenset[str]) -> None:
    """Take up all links of a page in its order. `tail` holds the hrefs that stand after </html>."""
    own = urls.bare(urls.authority(links.page))
    stack: list[tuple[Node, Place, bool]] = [(root, Place.BODY, False)]
    while stack:
        node, place, hidden = stack.pop()
        attrs = node.attrs
        if attrs:
            place = _place(node, place)
            hidden = hidden or _is_hidden(attrs)
            if "id" in attrs:
                links.anchors.add(attrs["id"])
            if "name" in attrs:
                links.anchors.add(attrs["name"])
            if "style" in attrs and "url(" in attrs["style"]:
                _css(links, attrs["style"], place)
        elif node.tag in ("nav", "header", "footer", "head"):
            place = _place(node, place)
        if node.tag in _LINKING:
            _element(links, node, place, hidden, own, tail)
        for kid in reversed(node.kids):
            if not isinstance(kid, str):
                stack.append((kid, place, hidden))  # noqa: PERF401 - a generator here costs twice


def _place(node: Node, place: Place) -> Place:
    tag = node.tag
    if tag in ("nav", "header"):
        return Place.NAV
    if tag in ("footer", "head"):
        return Place.FOOTER if tag == "footer" else Place.HEAD
    if tag in ("div", "ul", "table", "td", "section", "dl", "ol") and place is Place.BODY:
        name = node.attrs.get("class", "") + " " + node.attrs.get("id", "")
        if len(name) > 1:
            if _FOOT.search(name):
                return Place.FOOTER
            if _NAV.search(name):
                return Place.NAV
    return place


def _is_hidden(attrs: dict[str, str]) -> bool:
    return "hidden" in attrs or ("style" in attrs and bool(_HIDDEN.search(attrs["style"])))


def _element(links: Links, node: Node, place: Place, hidden: bool, own: str, tail: frozenset[str]) -> None:
    tag, attrs = node.tag, node.attrs
    if tag == "a":
        href = attrs.get("href")
        if href is None:
            return
        text = words_of(node)
        if _EMPTY.fullmatch(href[:60]):
            if "onclick" not in attrs and (text or href):
                links.bad.setdefault((printable(href), text))
            return
        if hidden or href in tail:
            place = _foreign_place(links, href, place, own)
        links.add(href, text, "a", place)
    elif tag in _SOURCES:
        text = printable(attrs.get("alt") or attrs.get("title") or "", 80)
        links.add(attrs.get(_SOURCES[tag], ""), text, _TAG_NAME.get(tag, tag), place)
        if "poster" in attrs:
            links.add(attrs["poster"], "", "video", place)
        if "srcset" in attrs:
            for part in attrs["srcset"].split(",")[:20]:
                if part.strip() and not part.strip().startswith("data:"):
                    links.add(part.split()[0], text, tag, place)
    elif tag == "link":
        if _LINK_RELS.intersection(attrs.get("rel", "").lower().split()):
            links.add(attrs.get("href", ""), "", "link", Place.HEAD)
    elif tag == "form":
        if attrs.get("method", "get").strip().lower() in ("", "get") and attrs.get("action", "").strip() not in (
            "",
            "#",
        ):
            links.add(attrs["action"], "", "form", place)
    elif tag == "meta":
        target = refresh_of(node)
        if target:
            links.add(target[1], "", "meta", Place.HEAD)
    elif tag == "style":
        _css(links, "".join(kid for kid in node.kids if isinstance(kid, str)), Place.HEAD)
    elif tag in ("body", "td", "table", "tr") and attrs.get("background"):
        links.add(attrs["background"], "", "img", place)


def _foreign_place(links: Links, href: str, place: Place, own: str) -> Place:
    """Hidden links of the site itself are menus and tabs; only strangers' are of interest."""
    target = links.resolve(href) if len(href) <= 8000 else None
    if target and urls.is_web(target[0]) and urls.bare(urls.authority(target[0])) != own:
        return Place.HIDDEN
    return place


def _css(links: Links, style: str, place: Place) -> None:
    for match in _CSS_URL.finditer(style[:200_000]):
        links.add(match[1], "", "css", place)


def words_of(node: Node) -> str:
    """What a reader sees of a link: its text, else the alt of its picture, else its title."""
    kids = node.kids
    text = " ".join(kids[0].split()) if len(kids) == 1 and isinstance(kids[0], str) else node.text(400)
    if not text:
        text = next(
            (n.attrs["alt"] for n in node.walk(_INSIDE) if n.tag == "img" and n.attrs.get("alt")), ""
        ) or node.attrs.get("title", "")
    return printable(text)


_REFRESH = re.compile(r"\s*(\d{1,8}(?:\.\d*)?)?\s*[;,]?\s*(?:url\s*=\s*)?['\"]?\s*([^'\"\s][^'\"]*)?", re.IGNORECASE)


def refresh_of(node: Node) -> tuple[float, str] | None:
    """Seconds and target of a meta refresh; None when it is none or reloads the page itself."""
    if node.attrs.get("http-equiv", "").strip().lower() != "refresh":
        return None
    match = _REFRESH.match(node.attrs.get("content", "")[:2000])
    if match is None or not match[2]:
        return None
    return float(match[1] or 0), match[2].strip()
