"""What a tag says, worked out once for each way of writing it: portals repeat their tags thousands of times."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from monitor.model import Place
from monitor.page import links, marks
from monitor.page.tree import SPACED, Node


class UnclearError(Exception):
    """The page is not plain: the tree must read it. Never leaves this folder.

    `tag`: it is one tag that was not understood.
    """

    def __init__(self, why: str, *, tag: bool = False) -> None:
        super().__init__(why)
        self.tag = tag


SKIP, OPEN, BLOCK, VOIDED, CLOSE, ITEM, TABLE, PART, RAW, HIDDEN, FRAME, META, END = range(13)
"""What the outline does when it meets a tag."""

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "ul",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "listing",
    ]
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
ITEMS = frozenset(("li", "dd", "dt"))
PARTS = frozenset(["tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup"])
_OTHERS = ["html", "body", "head", "table", "object", "applet", "marquee", "button", "select", "textarea", "title"]
SPECIAL = BLOCKS | ITEMS | PARTS | VOID | frozenset([*_OTHERS, "script", "style", "iframe", "noscript"])
BARRIERS = frozenset(["html", "table", "td", "th", "caption", "object", "applet", "marquee"])
_HIDDEN = frozenset(("title", "textarea", "option", "iframe", "noembed", "noframes", "xmp"))
_STRANGE = frozenset(
    [
        "svg",
        "math",
        "template",
        "frameset",
        "frame",
        "plaintext",
        "applet",
        "image",
        "isindex",
        "keygen",
        "noembed",
        "noframes",
        "xmp",
        "rp",
        "rt",
        "ruby",
        "menuitem",
        "nobr",
    ]
)
_IN_HEAD = frozenset(["meta", "link", "script", "style", "title", "base", "noscript"])
_PLACED = frozenset(["div", "ul", "table", "td", "section", "dl", "ol"])
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:_-]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s=\"'<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`][^\s\"'<>`]*)))?")
_ENTITY = re.compile(r"&(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]*))(;?)")


_UNPLACED = frozenset(["a", "img", "span", "p", "li", "font", "b", "strong", "i", "em", "br", "input", "script"])
_LEADING = ("/", ".", "h", "t", "?", "m", "c")
"""First letters with which no empty address begins."""


class Tag:
    """One tag as it is written, with all that any reader of the page will ask of it."""

    __slots__ = (
        "anchors",
        "attrs",
        "block",
        "empty",
        "fosters",
        "hidden",
        "in_head",
        "marked",
        "name",
        "op",
        "place",
        "source",
        "spaced",
        "titled",
        "watched",
    )

    def __init__(self, name: str, attrs: dict[str, str], op: int) -> None:
        self.name = name
        self.attrs = attrs
        self.op = op
        self.block = name in BLOCKS or name == "hr"
        self.spaced = name in SPACED
        self.fosters = name in ("table", "tbody", "thead", "tfoot", "tr", "colgroup")
        self.in_head = name in _IN_HEAD
        self.place = None if name in _UNPLACED else _place(name, attrs)
        self.hidden = ("hidden" in attrs or "style" in attrs) and links._is_hidden(attrs)
        self.source = _is_source(name, attrs) or ("style" in attrs and "url(" in attrs["style"])
        self.anchors = tuple(attrs[key] for key in ("id", "name") if key in attrs)
        self.titled = name == "a" and bool(dated_title(attrs.get("title", "")))
        self.marked = bool(
            self.source or self.anchors or self.place or self.hidden or self.titled or name in ("time", "button")
        )
        href = attrs.get("href", "") if name == "a" else "/"
        self.empty = href[:1] not in _LEADING and bool(links._EMPTY.fullmatch(href[:60]))
        self.watched = self.marked or name in ("a", "p", "form") or name in HEADINGS


def dated_title(title: str) -> bool:
    """Whether a link's title names a date, which counts as one of the page's."""
    return len(title) > 12 and bool(marks._HINT.search(title)) and bool(marks._titled(title, _NOWHERE, 0))


_NOWHERE = Node("", {}, None)


def _place(name: str, attrs: dict[str, str]) -> Place | None:
    """The place that an element gives to what it holds: for divs and lists only while the place is the body's."""
    place = links._place(Node(name, attrs, None), Place.BODY) if attrs or name in _PLACES else Place.BODY
    return None if place is Place.BODY else place


_PLACES = frozenset(("nav", "header", "footer", "head"))


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
    """The tag written between < and >; UnclearError where a browser might read it otherwise."""
    close = written.startswith("/")
    match = _NAME.match(written, 1 if close else 0)
    if match is None:
        if len(written) > 1 and (close or written[0] in "!?"):
            return Tag("" if written[:8].lower() == "!doctype" else "!", {}, SKIP)
        raise UnclearError(f"<{written[:20]}", tag=True)
    name = match[0].lower()
    if close:
        return _closing(name)
    if name in _STRANGE:
        raise UnclearError(name)
    return Tag(name, _attributes(written, match.end()), op_of(name))


def _closing(name: str) -> Tag:
    if name in ("html", "body", "head"):
        return Tag(name, {}, END)
    if name in _STRANGE or name == "br":
        raise UnclearError(f"/{name}")
    return Tag(name, {}, SKIP if name in VOID else CLOSE)


def op_of(name: str) -> int:
    """What the outline does when it meets an opening tag of this name."""
    return next((op for names, op in _OPS if name in names), OPEN)


_OPS = (
    (frozenset(["html", "head", "body"]), FRAME),
    (frozenset(["meta", "link", "base"]), META),
    (_HIDDEN | {"select"}, HIDDEN),
    (PARTS | {"col"}, PART),
    (VOID, VOIDED),
    (ITEMS, ITEM),
    (frozenset(["table"]), TABLE),
    (frozenset(["script", "style"]), RAW),
    (BLOCKS, BLOCK),
)


def _attributes(written: str, position: int) -> dict[str, str]:
    found: dict[str, str] = {}
    end = len(written.rstrip(" \t\r\n\f/"))
    while position < end:
        match = _ATTRIBUTE.match(written, position)
        if match is None:
            raise UnclearError(f"<{written[:40]}", tag=True)
        position = match.end()
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        if len(found) < 100:
            found.setdefault(match[1].lower(), attribute_text(value) if "&" in value else value)
    return found


def attribute_text(value: str) -> str:
    """An attribute's value with its character references read; UnclearError where one is not closed."""
    return _ENTITY.sub(_attribute_entity, value)


def _attribute_entity(match: re.Match[str]) -> str:
    if match[1]:
        return _number(match)
    name = match[2]
    if match[3] and name + ";" in html5:
        return html5[name + ";"]
    following = match.string[match.end(2) : match.end(2) + 1]
    if name in html5 and following != "=":
        raise UnclearError(f"&{name}")
    return match[0]


def _number(match: re.Match[str]) -> str:
    code = int(match[1][1:], 16) if match[1][0] in "xX" else int(match[1])
    if not (code in (9, 10) or 32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFFF0):
        raise UnclearError(match[0])
    return chr(code)


def words_of(piece: str) -> str:
    """A text with its character references read, as browsers do."""
    for match in re.finditer(r"&#([xX]?[0-9a-fA-F]+)", piece):
        code = int(match[1][1:], 16) if match[1][0] in "xX" else int(re.match(r"\d*", match[1])[0] or 0)  # type: ignore[index]
        if not (code in (9, 10) or 32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFFF0):
            raise UnclearError(match[0])
    return unescape(piece)
