"""Which tags end or imply others, as browsers have it; where a browser would have to mend, the page is not plain."""

from __future__ import annotations

from monitor.page.scan import tags as t
from monitor.page.scan.outline import Outline
from monitor.page.scan.tags import Tag, UnclearError, words_of

_TBODY = Tag("tbody", {}, t.PART)
_P = Tag("p", {}, t.BLOCK)
_COLGROUP = Tag("colgroup", {}, t.PART)
_FENCES = frozenset(["button", "marquee", "object"])
_MARKERS = frozenset(["td", "th", "caption", "object", "marquee"])


class Rules(Outline):
    """An outline that knows what each tag does to the open elements."""

    def _structure(self, tag: Tag, pieces: list[str], number: int, words: str) -> None:
        """The tags that end or imply others."""
        op = tag.op
        if op == t.ITEM:
            self._item(tag)
        elif op == t.PART:
            self._part(tag)
        elif op == t.TABLE:
            if self._paragraph >= 0 or self.here().fosters:
                raise UnclearError("a table in a paragraph")
            self.enter(tag)
        elif op == t.HIDDEN:
            self._letters(tag, pieces, number, words)
        elif op == t.META:
            if self.here().fosters:
                raise UnclearError(f"{tag.name} between the cells of a table")
            self.enter(tag)
            self.pop()
        elif op == t.FRAME:
            if tag.attrs and tag.name != "head":
                self._merge(0 if tag.name == "html" else self.body, tag)
        elif op != t.END:
            raise UnclearError(tag.name)

    def _letters(self, tag: Tag, pieces: list[str], number: int, words: str) -> None:
        if self.here().fosters or tag.name == "option":
            raise UnclearError(f"{tag.name} out of place")
        if tag.name != "select":
            if tag.name == "textarea" and ("&" in words or "document" in words):
                raise UnclearError("markup in a form's text")
            self._swallow(tag, pieces, number, words)
        self.unseen += 1
        self.enter(tag)
        self._until = tag.name

    def _swallow(self, tag: Tag, pieces: list[str], position: int, words: str) -> None:
        """An element whose content is mere letters: its end must follow at once."""
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        if not following.lower().startswith(f"/{tag.name}"):
            raise UnclearError(f"{tag.name} with tags in it")
        self.inner[len(self.tags)] = words_of(words) if "&" in words else words

    def _merge(self, element: int, tag: Tag) -> None:
        """A second <html> or <body> gives its attributes to the first."""
        first = self.tags[element]
        self.tags[element] = Tag(tag.name, {**tag.attrs, **first.attrs}, t.FRAME)
        self.anchors.extend(a for key in ("id", "name") if key not in first.attrs for a in [tag.attrs.get(key)] if a)
        if tag.attrs.get("background") or "style" in tag.attrs or "hidden" in tag.attrs:
            raise UnclearError("a second body with a style")

    def _item(self, tag: Tag) -> None:
        ended = ("li",) if tag.name == "li" else ("dd", "dt")
        stack, tags = self._stack, self.tags
        if self.here().fosters:
            raise UnclearError("an item between cells")
        for depth in range(len(stack) - 1, 0, -1):
            name = tags[stack[depth]].name
            if name in ended:
                self.pop_to(depth)
                break
            if name in t.SPECIAL and name not in ("address", "div", "p"):
                break
        if self._paragraph >= 0:
            self._end_paragraph()
        self.enter(tag)

    def _part(self, tag: Tag) -> None:
        name, stack, tags = tag.name, self._stack, self.tags
        if name == "col":
            if self.here().name == "table":
                self.push(_COLGROUP)
            if self.here().name != "colgroup":
                raise UnclearError("a column out of place")
            self.enter(tag)
            self.pop()
            return
        over = ("tr",) if name in ("td", "th") else ("tbody", "thead", "tfoot", "table") if name == "tr" else ("table",)
        for depth in range(len(stack) - 1, 0, -1):
            found = tags[stack[depth]].name
            if found in over:
                self.pop_to(depth + 1, mended=True)
                break
            if found == "table" or (name in ("caption", "colgroup")):
                raise UnclearError(f"{name} in {found}")
        else:
            raise UnclearError(f"{name} outside a table")
        if name == "tr" and self.here().name == "table":
            self.push(_TBODY)
        self.enter(tag)

    def _close(self, tag: Tag) -> None:
        """An end tag that does not end the innermost element."""
        name, stack, tags = tag.name, self._stack, self.tags
        if name == "form" and self._form not in stack:
            self._form = -1
            return
        if name == "p" and self._paragraph < 0:
            if self.here().fosters:
                raise UnclearError("a paragraph between cells")
            self.push(_P)
            self.pop()
            return
        if name in ("marquee", "object"):
            raise UnclearError(f"{name} left open")
        table = name in t.PARTS or name == "table"
        special = table or name == "p" or name in t.ITEMS or name in t.BLOCKS or name == "button"
        passed = False
        for depth in range(len(stack) - 1, 0, -1):
            found = tags[stack[depth]].name
            if found == name:
                if passed:
                    raise UnclearError(f"{name} closed across others")
                if name == "form":
                    raise UnclearError("a form left open")
                self.pop_to(depth, mended=table)
                return
            if table:
                if found == "table":
                    return
            elif special:
                if name in ("p", "form") and found in _FENCES:
                    raise UnclearError(f"{name} fenced in")
                if found in t.BARRIERS or (name == "li" and found in ("ul", "ol")):
                    return
                if name in t.HEADINGS and found in t.HEADINGS:
                    raise UnclearError("another heading closed")
            elif name in t.FORMATTING:
                if found in _MARKERS:
                    return
                passed = passed or found in t.SPECIAL
            elif found in t.SPECIAL:
                return

    def _end_paragraph(self) -> None:
        depth = self._stack.index(self._paragraph)
        if any(self.tags[e].name in _FENCES for e in self._stack[depth:]):
            raise UnclearError("a block fenced in")
        self.pop_to(depth)

    def _between_cells(self, tag: Tag) -> None:
        """Between cells hidden inputs stay, and a form is closed at once, yet bars others until its end."""
        hidden = tag.name == "input" and tag.attrs.get("type", "").lower() == "hidden"
        if not hidden and tag.name != "form":
            raise UnclearError(f"{tag.name} between the cells of a table")
        if hidden or self._form < 0:
            self.enter(tag)
            element = self._stack[-1]
            self.pop()
            self._form = self._form if hidden else element

    def _skipped(self, tag: Tag, words: str) -> bool:
        """Within a select or a text of mere letters only its own tags may stand."""
        if tag.op == t.CLOSE and tag.name == self._until:
            self._until = ""
            return False
        if self._until == "select" and tag.name in ("option", "optgroup"):
            self.anchors.extend(tag.anchors)
            return True
        if self._until == "select" and tag.name == "a":
            if tag.op == t.OPEN:
                self.unseen += 1
                self.enter(tag)
                self._late.append((self._stack[-1], words_of(words)))
                self.pop()
            return True
        if not tag.name or (self._until == "select" and tag.op == t.CLOSE and tag.name in ("li", "ul", "div", "span")):
            return True
        raise UnclearError(f"{tag.name} in {self._until}")

    def _opened(self, element: int, tag: Tag) -> None:
        name = tag.name
        if name == "a":
            self._anchor = element
        elif name == "p":
            self._paragraph = element
        elif name == "form":
            self._form = element
        elif name in t.HEADINGS and self.tags[self.ups[element]].name in t.HEADINGS:
            raise UnclearError("a heading within a heading")
        if tag.marked:
            self._note(element, tag)
