"""Markup to a light tree: by lexbor as browsers do, or plainly where lexbor could stall. Door for selectolax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
RAW = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"])
UNSEEN = frozenset(
    ["script", "style", "template", "head", "title", "noembed", "noframes", "iframe", "textarea", "select", "option"]
)
MAX_NODES = 200_000
MAX_DEPTH = 400


class Node:
    """An element: its tag, attributes, parent and children (elements and strings)."""

    __slots__ = ("attrs", "kids", "parent", "tag")

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.kids: list[Node | str] = []

    def walk(self, most: int = MAX_NODES) -> Iterator[Node]:
        """This element and all below it, in the order of the page, `most` at most."""
        stack: list[Node] = [self]
        while stack and most > 0:
            most -= 1
            node = stack.pop()
            yield node
            stack.extend(kid for kid in reversed(node.kids) if not isinstance(kid, str))

    def find(self, *tags: str) -> Iterator[Node]:
        """The elements of these tags below this one."""
        return (node for node in self.walk() if node.tag in tags and node is not self)

    def text(self, limit: int = 2000) -> str:
        """The words that a reader sees in it, blanks folded, about `limit` characters at most."""
        return " ".join("".join(self.pieces(limit)).split())

    def spaced(self, limit: int = 100) -> str:
        """Its words with a blank between any two strings: <b>23</b><i>2026-11</i> gives "23 2026-11"."""
        return " ".join(" ".join(self.pieces(limit)).split())

    def pieces(self, limit: int = 2000, apart: Node | None = None) -> Iterator[str]:
        """The strings in it that a reader sees, in order, `apart` left out; block elements and breaks give a blank."""
        stack: list[Node | str] = [self]
        budget = 500 + limit * 8
        while stack and limit > 0 and budget > 0:
            budget -= 1
            kid = stack.pop()
            if isinstance(kid, str):
                yield kid
                limit -= len(kid.strip())
            elif kid.tag in ("br", "/"):
                yield " "
            elif kid is not apart and (kid.tag not in UNSEEN or kid is self):
                if kid.tag in SPACED:
                    yield " "
                    stack.append(_BREAK)
                stack.extend(reversed(kid.kids))

    def above(self) -> Iterator[Node]:
        """Its ancestors, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Root(Node):
    """The top of a page, which knows all elements by tag."""

    __slots__ = ("index",)

    def __init__(self) -> None:
        super().__init__("html", {}, None)
        self.index: dict[str, list[Node]] = {}

    def find(self, *tags: str) -> Iterator[Node]:
        """The elements of these tags on the page; of several tags, one tag after the other."""
        return (node for tag in tags for node in self.index.get(tag, ()))

    def take(self, node: Node) -> None:
        """Know what was put onto the page later, with all below it."""
        for kid in node.walk():
            self.index.setdefault(kid.tag, []).append(kid)


SPACED = frozenset(
    [
        "p",
        "div",
        "li",
        "td",
        "th",
        "tr",
        "dd",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "form",
        "center",
    ]
)
_BREAK = Node("/", {}, None)

_FORMATTING = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s>/]", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<]{20000,}")
_OPTION = re.compile(r"<opt(?:ion|group)\b", re.IGNORECASE)
_MOST_OPTIONS = 5000
"""Each costs lexbor a walk over all before it: 60,000 took 20 seconds, in which nothing else can run."""
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def why_not_lexbor(text: str) -> str:
    """Why this markup is kept from lexbor, or "": it stalls on deep nesting, mis-nesting and floods."""
    tags = text.count("<")
    depth = most = 0
    for match in _FORMATTING.finditer(text):
        depth = max(0, depth - 1) if match[1] else depth + 1
        most = max(most, depth)
    if most > 50 and most * tags > 400_000:
        return "formatting elements left open"
    for match in _LONG_TAG.finditer(text):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", match[0]).partition(">")[0]
        if bare.count("=") > 1000 or len(bare.split()) > 1000:
            return "a tag with too many attributes"
    if len(_OPTION.findall(text)) > _MOST_OPTIONS:
        return "too many options to choose from"
    return "nested too deeply" if tags > 2000 and _too_deep(text) else ""


def _too_deep(text: str) -> bool:
    depth = 0
    for match in _ANY_TAG.finditer(text):
        tag = match[2].lower()
        if tag in VOID or tag in ("p", "li", "td", "tr", "th", "dt", "dd", "option"):
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > 1500:
            return True
    return False


def build(text: str) -> tuple[Root, str]:
    """The tree of a page, and a note when it was built by the plain builder."""
    text = text.replace("\x00", "")
    reason = why_not_lexbor(text)
    if reason:
        return build_plain(text), f"read by the plain builder: {reason}"
    parser = LexborHTMLParser(text)
    root = parser.root
    if root is None:
        return build_plain(text), "read by the plain builder: no root"
    return _copy(root)


def _copy(root: LexborNode) -> tuple[Root, str]:
    """A lexbor tree as light nodes; what lies too deep or beyond the cap is left out and said."""
    top = Root()
    index = top.index
    stack: list[tuple[LexborNode | None, Node, int]] = [(root.first_child, top, 1)]
    count = 0
    note = ""
    top.attrs = {k: v or "" for k, v in root.attributes.items()}
    while stack:
        item, parent, depth = stack.pop()
        while item is not None:
            count += 1
            tag = item.tag or ""
            if tag == "-text":
                parent.kids.append(item.text_content or "")
            elif tag == "-comment" or tag[:1] in "-!":
                pass
            else:
                node = Node(tag, {k: v or "" for k, v in item.attributes.items()}, parent)
                parent.kids.append(node)
                if tag in index:
                    index[tag].append(node)
                else:
                    index[tag] = [node]
                below = item.first_child
                if below is not None:
                    if depth >= MAX_DEPTH or count > MAX_NODES:
                        note = "parts nested too deeply or beyond the size cap were left out"
                    else:
                        following = item.next
                        if following is not None:
                            stack.append((following, parent, depth))
                        item, parent, depth = below, node, depth + 1
                        continue
            item = item.next
    return top, note


def select(text: str, selector: str) -> list[str]:
    """The markup of the elements that a CSS selector of the configuration finds; [] for a bad selector."""
    if why_not_lexbor(text):
        return []
    try:
        return [node.html or "" for node in LexborHTMLParser(text).css(selector)]
    except (SelectolaxError, ValueError):
        return []


_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)(?P<attrs>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)(?P<end>/?>|(?=<)|\Z)|<[!?][^>]*>?",
    re.DOTALL,
)
_ATTR = re.compile(r"([^\s=\"'<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_ENDS = {
    "li": {"li"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"}, "dt": {"dt", "dd"},
    "dd": {"dt", "dd"}, "option": {"option"}, "p": {"p"}, "a": {"a"},
}  # fmt: skip
_IN_HEAD = frozenset(["meta", "link", "script", "style", "title", "base", "noscript", "template"])
_FENCE = {"ul", "ol", "table", "dl", "div", "td", "body", "html", "select"}


def build_plain(text: str) -> Root:
    """A tree by the simplest rules, in linear time and bounded depth; never stalls."""
    top = Root()
    here: Node = top
    depth, count, position = 1, 0, 0
    while count < MAX_NODES:
        match = _TOKEN.search(text, position)
        if match is None:
            break
        if match.start() > position:
            here.kids.append(unescape(text[position : match.start()]))
        position = max(match.end(), match.start() + 1)
        tag = (match["tag"] or "").lower()
        count += 1
        if not tag or tag in ("html", "body"):
            continue
        if match["close"]:
            here, depth = _close(here, tag, depth)
            continue
        if here.tag == "head" and tag not in _IN_HEAD and here.parent is not None:
            here, depth = here.parent, depth - 1
        here, depth = _imply(here, tag, depth)
        node = Node(tag, _attributes(match["attrs"] or ""), here)
        here.kids.append(node)
        top.index.setdefault(tag, []).append(node)
        if tag in RAW:
            end = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, position)
            node.kids.append(text[position : end.start() if end else len(text)])
            position = end.end() if end else len(text)
        elif tag not in VOID and match["end"] != "/>" and depth < MAX_DEPTH:
            here, depth = node, depth + 1
    if position < len(text) and count < MAX_NODES:
        here.kids.append(unescape(text[position:]))
    return top


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTR.finditer(written):
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
        if len(found) > 100:
            break
    return found


def _close(here: Node, tag: str, depth: int) -> tuple[Node, int]:
    up, climbed = here, 0
    while up.parent is not None:
        climbed += 1
        if up.tag == tag:
            return up.parent, depth - climbed
        up = up.parent
        if climbed > 60:
            break
    return here, depth


def _imply(here: Node, tag: str, depth: int) -> tuple[Node, int]:
    """Close what a new element closes by itself: <li> ends the open <li> of the same list."""
    ended = _ENDS.get(tag)
    if not ended:
        return here, depth
    up, climbed = here, 0
    best: tuple[Node, int] | None = None
    while up.parent is not None and climbed < 20:
        climbed += 1
        if up.tag in ended:
            best = (up.parent, depth - climbed)
            if tag != "tr":
                return best
        elif up.tag in _FENCE:
            break
        up = up.parent
    return best or (here, depth)
