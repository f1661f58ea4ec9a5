"""Which of the key categories a service guide (办事指南) shows: by headings, cells and labels. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

from monitor.model import Element, Guide, PageKind
from monitor.page.lists import may_be_filled
from monitor.page.read import see
from monitor.page.tree import Node, Root
from monitor.page.words import bare, element_mentions, element_words
from monitor.text import printable
from monitor.urls import is_web

_MOST_STRINGS = 4000
_MOST_LABELS = 200
_MOST_CELLS = 40
_LONGEST = 16
_TELLING = frozenset((Element.BASIS, Element.CONDITIONS, Element.MATERIALS, Element.FEES, Element.PROCEDURE))
"""Categories that make a page a guide; an address, a telephone, hours and an office stand in the foot of any page."""
_ENOUGH = 2
"""So many of them: where fewer are recognised, nothing is said of the others."""
_ASIDE = re.compile(r"[(（【\[][^()（）【】\[\]]{0,20}[)）】\]]")
_TAIL = re.compile(r"(?:如下|要求|说明|信息|一览表?|目录|清单|情况|及要求|须知|表)$")
_AND = re.compile(r"[及和与、/]|以及")
_COLONS = ("：", ":", "】", "]")
_SMALL = re.compile(r"icon|logo|btn|arrow|share|qr|ewm|\bdot|gongan|ico\b|blank", re.IGNORECASE)
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|foot|footer|crumbs?|copyright|header|friend\w*|top)(?=$|[\s_\d-])", re.IGNORECASE
)
_HOLDS_ALL = re.compile(r"指南|须知|流程|全文|详情|一次性告知")


def read_guide(body: bytes, url: str, today: date, *, content_type: str = "") -> Guide:
    """The categories that a guide's page shows, lacks, or leaves untold. Never raises on any bytes.

    A category is shown where words that name it head something or label it, missing only where nothing on the page
    may tell it: neither running text, nor a picture, a file, a frame, a tab or a script.
    """
    sight = see(body, url, today, content_type, PageKind.ARTICLE)
    strings = [(text, node) for text, node, _, _ in sight.survey.strings[:_MOST_STRINGS] if not _framed(node)]
    named, empty = _named(strings)
    shown = set(named)
    if sight.title.strip():
        shown.add(Element.NAME)
    rest = frozenset(Element) - shown
    if not rest:
        return Guide(title=printable(sight.title), url=url, shown=frozenset(shown), recognised=True)
    reason = _untold_by_page(sight.root, sight.decoded.text, sight.survey.text(20_000), shown)
    unknown = rest if reason else frozenset(rest & (empty | _mentioned(strings) | _pictured(sight.root)))
    return Guide(
        title=printable(sight.title),
        url=url,
        shown=frozenset(shown),
        missing=rest - unknown,
        unknown=unknown,
        recognised=len(shown & _TELLING) >= _ENOUGH,
        reason=reason or ("named without a text, or only in running text or a picture" if unknown else ""),
    )


def _framed(node: Node) -> bool:
    """Whether an element belongs to what frames every page of a portal."""
    for up in (node, *node.above()):
        if up.tag in ("nav", "header", "footer"):
            return True
        if up.tag != "body" and _FRAME.search(up.attrs.get("class", "") + " " + up.attrs.get("id", "")):
            return True
    return False


def elements_of(heading: str) -> frozenset[Element]:
    """The categories that a heading or a label names; none for any other words."""
    words = element_words()
    text = bare(_ASIDE.sub("", heading))
    if not text or len(text) > _LONGEST:
        return frozenset()
    for candidate in (text, _TAIL.sub("", text)):
        if candidate in words:
            return words[candidate]
    parts = [_TAIL.sub("", part) for part in _AND.split(text) if part]
    found = [words[part] for part in parts if part in words]
    return frozenset().union(*found) if len(found) == len(parts) > 1 else frozenset()


def _named(strings: list[tuple[str, Node]]) -> tuple[set[Element], set[Element]]:
    """The categories that head or label something, and those that are named and head nothing: tabs, empty cells."""
    named: set[Element] = set()
    empty: set[Element] = set()
    looked = 0
    for place, (text, node) in enumerate(strings):
        elements, rest = _label(text)
        if not elements - named or looked >= _MOST_LABELS:
            continue
        looked += 1
        if rest or _heads_something(strings, place) or _stands_over(node):
            named |= elements
        else:
            empty |= elements
    return named, empty - named


def _label(text: str) -> tuple[frozenset[Element], str]:
    """The categories named at the start of a line, and what follows them there."""
    elements = elements_of(text)
    if elements:
        return elements, ""
    for colon in _COLONS:
        head, found, tail = text.partition(colon)
        if found and len(head) <= 2 * _LONGEST:
            elements = elements_of(head.lstrip("【["))
            if elements:
                return elements, bare(tail)
    head, _, tail = text.partition(" ")
    return (elements_of(head), bare(tail)) if tail and len(head) <= _LONGEST else (frozenset(), "")


def _heads_something(strings: list[tuple[str, Node]], place: int) -> bool:
    """Whether the next words are no heading of another category; of the same cell or of the next one."""
    following = next(((text, node) for text, node in strings[place + 1 : place + 4] if bare(text)), None)
    if following is None or _label(following[0])[0]:
        return False
    cell = _cell(strings[place][1])
    other = _cell(following[1])
    return cell is None or other is None or cell is other or cell.parent is other.parent or _alone(cell)


def _cell(node: Node) -> Node | None:
    for count, up in enumerate((node, *node.above())):
        if up.tag in ("td", "th"):
            return up
        if count > 6:
            break
    return None


def _alone(cell: Node) -> bool:
    row = cell.parent
    return row is None or sum(isinstance(kid, Node) for kid in row.kids[:9]) == 1


def _stands_over(node: Node) -> bool:
    """Whether words in the head of a table stand over a cell with something in it."""
    cell = _cell(node)
    row = cell.parent if cell is not None else None
    table = next((up for up in row.above() if up.tag == "table"), None) if row is not None else None
    if cell is None or row is None or table is None:
        return False
    cells = [kid for kid in row.kids[: 2 * _MOST_CELLS + 1] if isinstance(kid, Node)]
    if not 1 < len(cells) <= _MOST_CELLS:
        return False
    rows = list(islice(table.find("tr"), _MOST_CELLS))
    below = next((number for number, one in enumerate(rows) if one is row), len(rows)) + 1
    under = [kid for kid in rows[below].kids if isinstance(kid, Node)] if below < len(rows) else []
    words = under[cells.index(cell)].text(60) if len(under) == len(cells) else ""
    return bool(bare(words)) and not _label(words)[0]


def _mentioned(strings: Iterable[tuple[str, Node]]) -> set[Element]:
    """The categories of which running text may tell something."""
    text = "\n".join(words for words, _ in strings)[:50_000]
    return {element for element, pattern in element_mentions().items() if pattern.search(text)}


def _pictured(root: Root) -> set[Element]:
    """The procedure may be drawn."""
    return {Element.PROCEDURE} if any(_is_picture(node) for node in root.find("img", "embed", "object")) else set()


def _is_picture(node: Node) -> bool:
    if _framed(node) or _SMALL.search(node.attrs.get("src", "") + " " + node.attrs.get("class", "")):
        return False
    return not any(up.tag == "a" and is_web(up.attrs.get("href", "")) for up in node.above())


def _untold_by_page(root: Root, source: str, said: str, shown: set[Element]) -> str:
    """Why a page may tell more than was read of it; "" where it does not."""
    if len(shown & _TELLING) < _ENOUGH:
        return "no guide recognised on the page"
    if may_be_filled(root, source, said):
        return "a script may fill parts of the page"
    if any(node.attrs.get("src") and not _framed(node) for node in root.find("iframe", "frame")):
        return "a frame may show more"
    for link in root.find("a"):
        href, words = link.attrs.get("href", ""), link.text(60) + link.attrs.get("title", "")
        if _FILE.search(href) and _HOLDS_ALL.search(words) and not _framed(link):
            return "a file may hold more"
    return ""


_FILE = re.compile(r"\.(?:docx?|wps|pdf|xlsx?|et|ofd|zip|rar|jpe?g|png)(?:[?#]|$)", re.IGNORECASE)
