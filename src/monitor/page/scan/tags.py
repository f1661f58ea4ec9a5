"""What a tag says, worked out once for each way of writing it: portals repeat their tags thousands of times."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from monitor.model import Place
from monitor.page import article, head, links, lists, rows


class Unclear(Exception):
    """The page is not plain: the tree must read it. Never leaves this folder."""


SKIP, OPEN, BLOCK, VOIDED, CLOSE, ITEM, TABLE, PART, RAW, HIDDEN, FRAME, META, END = range(13)
"""What the outline does when it meets a tag."""

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
BLOCKS = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form header hgroup "
    "main menu nav ol p section summary ul h1 h2 h3 h4 h5 h6 pre listing".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
ITEMS = frozenset(("li", "dd", "dt"))
PARTS = frozenset("tbody thead tfoot tr td th caption colgroup".split())
SPECIAL = BLOCKS | ITEMS | PARTS | VOID | frozenset(
    "html body head table object applet marquee button select textarea title script style iframe noscript".split()
)  # fmt: skip
BARRIERS = frozenset("html body table td th caption object applet marquee".split())
_HIDDEN = frozenset(("title", "textarea", "option", "iframe", "noembed", "noframes", "xmp"))
_STRANGE = frozenset(
    "svg math template frameset frame plaintext button marquee applet image isindex base keygen noembed noframes xmp rp rt ruby"
    " listing pre menuitem nobr".split()
)
SPACED = frozenset(
    "p div li td th tr dd dt h1 h2 h3 h4 h5 h6 ul ol dl table section article header footer nav aside form center".split()
)
_IN_HEAD = frozenset("meta link script style title base noscript".split())
_PLACED = frozenset("div ul table td section dl ol".split())
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:_-]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s=\"'<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_ENTITY = re.compile(r"&(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]*))(;?)")


class Tag:
    """One tag as it is written, with all that any reader of the page will ask of it."""

    __slots__ = (
        "anchors", "apart", "aside", "attrs", "block", "class_", "crumb", "form", "fosters", "hidden", "in_head",
        "info", "marked", "name", "number", "op", "pager", "path", "pinned", "place", "side", "source", "spaced", "style",
    )  # fmt: skip

    def __init__(self, name: str, attrs: dict[str, str], op: int) -> None:
        self.name = name
        self.attrs = attrs
        self.op = op
        self.number = -1
        self.block = name in BLOCKS or name == "hr"
        self.spaced = name in SPACED
        self.fosters = name in ("table", "tbody", "thead", "tfoot", "tr", "colgroup")
        self.in_head = name in _IN_HEAD
        class_, id_ = attrs.get("class", ""), attrs.get("id", "")
        self.class_ = class_
        self.form = rows._class_of(class_) if hasattr(rows, "_class_of") else rows._STATE.sub("", class_).strip()[:40]
        self.path = f"{name}.{self.form}"
        spaced = f"{class_} {id_}"
        named = bool(class_ or id_)
        self.place = _place(name, spaced)
        self.hidden = bool(attrs) and links._is_hidden(attrs)
        self.side = named and bool(lists._SIDE.search(spaced))
        self.aside = named and bool(article._ASIDE_CLASS.search(class_ + id_))
        self.apart = name in ("nav", "header", "footer", "aside") or (
            bool(attrs) and name != "body" and bool(lists._APART.search(spaced))
        )
        self.info = named and bool(article._INFO_CLASS.search(spaced))
        self.crumb = len(spaced) > 1 and name not in ("body", "a") and bool(head._CRUMB_CLASS.search(spaced))
        self.pager = named and bool(head._PAGERS.search(spaced))
        self.pinned = bool(rows._PIN_CLASS.search(class_))
        self.style = "style" in attrs and "url(" in attrs["style"]
        self.source = _is_source(name, attrs) or self.style
        self.anchors = tuple(attrs[key] for key in ("id", "name") if key in attrs)
        self.marked = bool(
            self.source or self.anchors or self.crumb or self.place or self.hidden
            or name in ("p", "h1", "h2", "time", "html", "meta", "body")
        )  # fmt: skip


def _place(name: str, spaced: str) -> Place | None:
    """The place that an element gives to what it holds: for divs and lists only while the place is the body's."""
    if name in ("nav", "header"):
        return Place.NAV
    if name == "footer":
        return Place.FOOTER
    if name in _PLACED and len(spaced) > 1:
        if links._FOOT.search(spaced):
            return Place.FOOTER
        if links._NAV.search(spaced):
            return Place.NAV
    return None


def _is_source(name: str, attrs: dict[str, str]) -> bool:
    if name == "a":
        return "href" in attrs
    if name in links._SOURCES:
        return bool(attrs.get(links._SOURCES[name]) or "poster" in attrs or "srcset" in attrs)
    if name == "link":
        return bool(links._LINK_RELS.intersection(attrs.get("rel", "").lower().split()))
    if name == "form":
        return bool(attrs.get("action"))
    if name == "meta":
        return "http-equiv" in attrs
    return name in ("body", "td", "table", "tr") and bool(attrs.get("background"))


def read_tag(written: str) -> Tag:
    """The tag written between < and >; Unclear where a browser might read it otherwise."""
    close = written.startswith("/")
    match = _NAME.match(written, 1 if close else 0)
    if match is None:
        if written[:1] in "!?" or close:
            return Tag("", {}, SKIP)
        raise Unclear(f"<{written[:20]}")
    name = match[0].lower()
    if close:
        return _closing(name)
    if name in _STRANGE:
        raise Unclear(name)
    return Tag(name, _attributes(written, match.end()), _op(name))


def _closing(name: str) -> Tag:
    if name in ("html", "body", "head"):
        return Tag(name, {}, END)
    if name in _STRANGE or name == "br":
        raise Unclear(f"/{name}")
    return Tag(name, {}, SKIP if name in VOID else CLOSE)


def _op(name: str) -> int:
    for names, op in (
        (("html", "head", "body"), FRAME), (("meta", "link"), META), (_HIDDEN | {"select"}, HIDDEN), (VOID, VOIDED), (ITEMS, ITEM),
        (("table",), TABLE), (PARTS, PART), (("script", "style"), RAW), (BLOCKS, BLOCK),
    ):  # fmt: skip
        if name in names:
            return op
    return OPEN


def _attributes(written: str, position: int) -> dict[str, str]:
    found: dict[str, str] = {}
    end = len(written.rstrip(" \t\r\n\f/"))
    while position < end:
        match = _ATTRIBUTE.match(written, position)
        if match is None:
            raise Unclear(f"<{written[:40]}")
        position = match.end()
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        if len(found) < 100:
            found.setdefault(match[1].lower(), attribute_text(value) if "&" in value else value)
    return found


def attribute_text(value: str) -> str:
    """An attribute's value with its character references read; Unclear where one is not closed."""
    return _ENTITY.sub(_attribute_entity, value)


def _attribute_entity(match: re.Match[str]) -> str:
    if match[1]:
        return _number(match)
    name = match[2]
    if match[3] and name + ";" in html5:
        return html5[name + ";"]
    following = match.string[match.end(2) : match.end(2) + 1]
    if name in html5 and following != "=":
        raise Unclear(f"&{name}")
    return match[0]


def _number(match: re.Match[str]) -> str:
    code = int(match[1][1:], 16) if match[1][0] in "xX" else int(match[1])
    if not (32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFFF0):
        raise Unclear(match[0])
    return chr(code)


def words_of(piece: str) -> str:
    """A text with its character references read, as browsers do."""
    for match in re.finditer(r"&#([xX]?[0-9a-fA-F]+)", piece):
        code = int(match[1][1:], 16) if match[1][0] in "xX" else int(re.match(r"\d*", match[1])[0] or 0)  # type: ignore[index]
        if not (32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFFF0):
            raise Unclear(match[0])
    return unescape(piece)
