"""What a script writes, put into the outline where the script stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.page.scan.tags import Tag, UnclearError, op_of
from monitor.page.tree import UNSEEN, Node, build_plain

if TYPE_CHECKING:
    from monitor.page.scan.outline import Outline

_ROWS = ("ul", "ol", "tr", "tbody", "table", "dl")


def graft(outline: Outline, markup: str, what: str, anchor: int) -> None:
    """Put written markup into the innermost open element, as `scripts.expand` does on a tree."""
    written = build_plain(markup)
    up = outline.here().name
    written.tag = up if up in _ROWS else "div"
    written.attrs = {"data-written": what}
    first = len(outline.tags)
    _put(outline, written, anchor, outline.in_head())
    outline.grafts.append((first, len(outline.tags) - 1))
    if what not in outline.notes:
        outline.notes.append(what)


def _put(outline: Outline, node: Node, anchor: int, unseen: bool) -> None:
    tag = Tag(node.tag, node.attrs, op_of(node.tag))
    element = len(outline.tags)
    dark = node.tag in UNSEEN
    outline.unseen += dark or unseen
    outline.enter(tag)
    if tag.name == "br":
        outline.line_break()
    if dark:
        if any(not isinstance(kid, str) for kid in node.kids):
            raise UnclearError("a script writes what nobody sees")
        outline.inner[element] = "".join(kid for kid in node.kids if isinstance(kid, str))
    else:
        around = element if node.tag == "a" else anchor
        for kid in node.kids:
            if not isinstance(kid, str):
                _put(outline, kid, around, unseen)
            elif unseen and kid.strip():
                raise UnclearError("a script writes words into the head")
            else:
                outline.letters(kid, around)
    outline.pop()
