"""The outline of a page: its elements as rows of numbers, built from its tags by the rules browsers follow.

Only what is nested plainly is taken; where a browser would have to mend, the page is Unclear.
"""

from __future__ import annotations

import re

from monitor.model import Place
from monitor.page.scan import tags as t
from monitor.page.scan.tags import Tag, Unclear, read_tag, words_of

MAX_ELEMENTS = 20_000
BLANK = " \t "[:]
"""Stands in `pieces` where a block begins or ends or a line breaks: told from the page's own blanks by identity."""

_KNOWN: dict[str, Tag] = {}
_MOST_KNOWN = 30_000
_RAW = re.compile(r"<(?:!--|(?:script|style)(?=[\s>/]))", re.IGNORECASE)
_RAW_END = {"script": re.compile(r"</script\s*>", re.IGNORECASE), "style": re.compile(r"</style\s*>", re.IGNORECASE)}
HINT = re.compile(r"[\d昨前今刚〇二]")
_HTML = Tag("html", {}, t.FRAME)
_BODY = Tag("body", {}, t.FRAME)
_TBODY = Tag("tbody", {}, t.PART)
_P = Tag("p", {}, t.BLOCK)
_MARKERS = frozenset(("td", "th", "caption", "object"))


def known(written: str) -> Tag:
    """The tag written between < and >, remembered for short ones; the memory is bounded."""
    tag = _KNOWN.get(written)
    if tag is None:
        tag = read_tag(written)
        if len(written) <= 600:
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[written] = tag
    return tag


class Outline:
    """Elements in the order of the page; what belongs to one stands at one index in every list.

    `ups` is the parent, `lasts` the last element inside, `starts` and `ends` bound its words in `pieces`.
    """

    def __init__(self) -> None:
        self.tags: list[Tag] = [_HTML]
        self.ups: list[int] = [-1]
        self.starts: list[int] = [0]
        self.ends: list[int] = [0]
        self.lasts: list[int] = [0]
        self.pieces: list[str] = []
        self.hints: list[tuple[int, int, int]] = []
        """Texts that may hold a date: piece, element, the link round it or -1."""
        self.sources: list[tuple[int, Tag, Place, bool]] = []
        """What may lead elsewhere, in order: element (-1 in the head), tag, place, whether hidden."""
        self.anchors: list[str] = []
        self.paragraphs: list[int] = []
        self.crumbs: list[int] = []
        self.heads: list[int] = []
        self.metas: list[Tag] = []
        self.scripts: list[tuple[Tag, str]] = []
        self.styles: list[tuple[int, str]] = []
        self.title: str | None = None
        self.tailed = False
        """Whether links follow </html>."""
        self.ended = False
        self.html = _HTML
        self._stack: list[int] = [0]
        self._place = Place.HEAD
        self._hidden = False
        self._kept: list[tuple[int, Place, bool]] = []
        self._kept_at = -1
        self._paragraph = -1
        self._anchor = -1
        self._form = -1
        self._until = ""
        self._in_head = True

    def here(self) -> Tag:
        """The innermost open element."""
        return self.tags[self._stack[-1]]

    def push(self, tag: Tag) -> int:
        """Open an element."""
        element = len(self.tags)
        self.tags.append(tag)
        self.ups.append(self._stack[-1])
        self.starts.append(len(self.pieces))
        self.ends.append(0)
        self.lasts.append(element)
        self._stack.append(element)
        if tag.spaced:
            self.pieces.append(BLANK)
        return element

    def pop(self) -> None:
        """Close the innermost open element."""
        element = self._stack.pop()
        if self.tags[element].spaced:
            self.pieces.append(BLANK)
        self.ends[element] = len(self.pieces)
        self.lasts[element] = len(self.tags) - 1
        if element == self._anchor:
            self._anchor = -1
        elif element == self._paragraph:
            self._paragraph = -1
        if element == self._form:
            self._form = -1
        if element == self._kept_at:
            _, self._place, self._hidden = self._kept.pop()
            self._kept_at = self._kept[-1][0] if self._kept else -1

    def pop_to(self, depth: int, *, mended: bool = False) -> None:
        """Close all above and at `depth` of the stack; `mended` where formatting left open inside is dropped."""
        if not mended:
            for element in self._stack[depth + 1 :]:
                if self.tags[element].name in t.FORMATTING:
                    raise Unclear("formatting left open")
        while len(self._stack) > depth:
            self.pop()

    def read(self, text: str) -> None:
        """Take in a whole page."""
        first, *pieces = self._cut_raw(text).split("<")
        if first.strip():
            raise Unclear("words before all tags")
        if len(pieces) > MAX_ELEMENTS * 2:
            raise Unclear("a very long page")
        position = 0
        while self._in_head and position < len(pieces):
            position = self._head(pieces, position)
        if self._in_head:
            raise Unclear("no body")
        self._body(pieces[position:] if position else pieces)
        while self._stack:
            self.pop()

    def _cut_raw(self, text: str) -> str:
        """The page without comments, scripts and styles: each leaves a tag of its own."""
        if "\x00" in text or "\x01" in text:
            raise Unclear("control characters")
        parts: list[str] = []
        position = 0
        self._raws: list[tuple[Tag, str]] = []
        while match := _RAW.search(text, position):
            parts.append(text[position : match.start()])
            start = match.end()
            if match[0] == "<!--":
                end = text.find("-->", start)
                if end < 0 or text.startswith((">", "->"), start) or text.find("--!>", start, end) >= 0:
                    raise Unclear("a comment left open")
                parts.append("<\x01>")
                position = end + 3
                continue
            opened = text.find(">", start)
            written = text[match.start() + 1 : opened]
            if opened < 0 or len(written) > 2000:
                raise Unclear("a script's tag left open")
            tag = known(written)
            closed = _RAW_END[tag.name].search(text, opened)
            if closed is None:
                raise Unclear("a script left open")
            source = text[opened + 1 : closed.start()]
            if "<!--" in source and "<script" in source:
                raise Unclear("a script within a script")
            parts.append(f"<\x01{len(self._raws)}>")
            self._raws.append((tag, source))
            position = closed.end()
        parts.append(text[position:])
        return "".join(parts)

    def _raw(self, written: str) -> None:
        if len(written) == 1:
            return
        tag, source = self._raws[int(written[1:])]
        element = -1
        if not self._in_head:
            element = self.push(tag)
            if tag.spaced:
                raise Unclear("impossible")
            self.pop()
        if tag.anchors:
            self.anchors.extend(tag.anchors)
        if tag.source:
            self.sources.append((element, tag, self._place, self._hidden or tag.hidden))
        if tag.name == "script":
            self.scripts.append((tag, source))
        elif "url(" in source.lower():
            self.sources.append((-2 - len(self.styles), tag, Place.HEAD, False))
            self.styles.append((element, source))

    def _head(self, pieces: list[str], position: int) -> int:
        """One tag of the head; where the body begins, `_in_head` falls and the tag is left for it."""
        written, closed, words = pieces[position].partition(">")
        if not closed:
            raise Unclear("a tag left open")
        if written[:1] == "\x01":
            self._raw(written)
        else:
            tag = known(written)
            if tag.name == "title" and tag.op == t.HIDDEN:
                self._swallow(tag, pieces, position, words)
                words = ""
            elif tag.name == "title":
                pass
            elif tag.op == t.META:
                self._note_head(tag)
            elif tag.name == "html" and tag.op == t.FRAME:
                if self.html is not _HTML:
                    raise Unclear("two roots")
                self.html = self.tags[0] = tag
                self.anchors.extend(tag.anchors)
            elif tag.name == "head" or tag.op == t.SKIP or tag.name == "noscript":
                self.anchors.extend(tag.anchors)
            elif tag.op == t.FRAME:
                self._begin(tag)
                self._words(words)
                return position + 1
            elif tag.op == t.END:
                raise Unclear("no body")
            else:
                self._begin(_BODY)
                return position
        if words and not words.isspace():
            raise Unclear("words in the head")
        return position + 1

    def _begin(self, tag: Tag) -> None:
        self._in_head = False
        self._place = Place.BODY
        self.push(tag)
        self._note(1, tag)

    def _swallow(self, tag: Tag, pieces: list[str], position: int, words: str) -> None:
        """An element whose content is mere letters: its end must follow at once."""
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        if not following.lower().startswith(f"/{tag.name}"):
            raise Unclear(f"{tag.name} with tags in it")
        if tag.name == "title" and not self.title:
            self.title = words_of(words) if "&" in words else words

    def _note_head(self, tag: Tag) -> None:
        self.anchors.extend(tag.anchors)
        if tag.name == "meta":
            self.metas.append(tag)
        if tag.source:
            self.sources.append((-1, tag, self._place, False))

    def _note(self, element: int, tag: Tag) -> None:
        """Keep what the readers of the page will ask for."""
        if tag.anchors:
            self.anchors.extend(tag.anchors)
        if tag.crumb:
            self.crumbs.append(element)
        name = tag.name
        if name == "p":
            self.paragraphs.append(element)
        elif name in ("h1", "h2"):
            self.heads.append(element)
        elif name == "time" and tag.attrs.get("datetime"):
            raise Unclear("a machine's time")
        elif name == "meta":
            self.metas.append(tag)
        place, hidden = self._place, self._hidden
        inner = place
        if tag.place is not None and (place is Place.BODY or name in ("nav", "header", "footer")):
            inner = tag.place
        if inner is not place or (tag.hidden and not hidden):
            if tag.op not in (t.VOIDED, t.META):
                self._kept.append((element, place, hidden))
                self._kept_at = element
                self._place, self._hidden = inner, hidden or tag.hidden
        if tag.source:
            self.sources.append((element, tag, inner, hidden or tag.hidden))
            if self.ended and name == "a":
                self.tailed = True

    def _words(self, words: str) -> None:
        """Words between two tags."""
        if not words:
            return
        if "&" in words:
            words = words_of(words)
        if not words.isspace():
            here = self._stack[-1]
            if self.tags[here].fosters:
                raise Unclear("words between the cells of a table")
            if HINT.search(words):
                self.hints.append((len(self.pieces), here, self._anchor))
        self.pieces.append(words)

    def _body(self, pieces: list[str]) -> None:
        """Every tag of the body. One long loop, as each page passes through it thousands of times."""
        recall, hint = _KNOWN.get, HINT.search
        tags, ups, starts, ends, lasts = self.tags, self.ups, self.starts, self.ends, self.lasts
        stack, texts = self._stack, self.pieces
        here = tags[stack[-1]]
        for number, piece in enumerate(pieces):
            written, closed, words = piece.partition(">")
            tag = recall(written)
            if tag is None or not closed:
                if not closed:
                    raise Unclear("a tag left open")
                if written[:1] == "\x01":
                    self._raw(written)
                    if words:
                        self._words(words)
                    continue
                tag = known(written)
            if self._until and self._skipped(tag):
                continue
            op = tag.op
            if op == 4:
                if tag.name == here.name:
                    element = stack.pop()
                    if here.spaced:
                        texts.append(BLANK)
                    ends[element] = len(texts)
                    lasts[element] = len(tags) - 1
                    if element == self._anchor:
                        self._anchor = -1
                    elif element == self._paragraph:
                        self._paragraph = -1
                    elif element == self._kept_at or element == self._form:
                        stack.append(element)
                        texts_end = ends[element]
                        self._restore(element)
                        ends[element] = texts_end
                else:
                    self._close(tag)
                here = tags[stack[-1]]
            elif op <= 3 and op:
                if here.fosters:
                    raise Unclear(f"{tag.name} between the cells of a table")
                if tag.block and self._paragraph >= 0:
                    self._end_paragraph()
                element = len(tags)
                tags.append(tag)
                ups.append(stack[-1])
                starts.append(len(texts))
                lasts.append(element)
                if op == 3:
                    if tag.name == "br":
                        texts.append(BLANK)
                    ends.append(len(texts))
                    if tag.marked:
                        self._note(element, tag)
                    here = tags[stack[-1]]
                else:
                    ends.append(0)
                    stack.append(element)
                    if tag.spaced:
                        texts.append(BLANK)
                    here = tag
                    if tag.marked or tag.name == "a" or tag.name == "form":
                        self._opened(element, tag)
            elif op:
                self._structure(tag, pieces, number, words)
                here = tags[stack[-1]]
                if op == 9:
                    continue
            if words:
                if words.isspace():
                    texts.append(words)
                    continue
                if "&" in words:
                    words = words_of(words)
                    if words.isspace():
                        texts.append(words)
                        continue
                if here.fosters:
                    raise Unclear("words between the cells of a table")
                if hint(words):
                    self.hints.append((len(texts), stack[-1], self._anchor))
                texts.append(words)

    def _restore(self, element: int) -> None:
        self._stack.pop()
        if element == self._form:
            self._form = -1
        if element == self._kept_at:
            _, self._place, self._hidden = self._kept.pop()
            self._kept_at = self._kept[-1][0] if self._kept else -1

    def _opened(self, element: int, tag: Tag) -> None:
        name = tag.name
        if name == "a":
            if self._anchor >= 0:
                raise Unclear("a link within a link")
            self._anchor = element
        elif name == "p":
            self._paragraph = element
        elif name == "form":
            if self._form >= 0:
                raise Unclear("a form within a form")
            self._form = element
        elif name in t.HEADINGS and self.tags[self.ups[element]].name in t.HEADINGS:
            raise Unclear("a heading within a heading")
        if tag.marked:
            self._note(element, tag)

    def _skipped(self, tag: Tag) -> bool:
        """Within a select or a text of mere letters only its own tags may stand."""
        if tag.op == t.CLOSE and tag.name == self._until:
            self._until = ""
            return False
        if self._until == "select" and tag.name in ("option", "optgroup"):
            self.anchors.extend(tag.anchors)
            return True
        raise Unclear(f"{tag.name} in {self._until}")

    def _end_paragraph(self) -> None:
        self.pop_to(self._stack.index(self._paragraph))

    def _structure(self, tag: Tag, pieces: list[str], number: int, words: str) -> None:
        """The tags that end or imply others."""
        op = tag.op
        if op == t.ITEM:
            self._item(tag)
        elif op == t.PART:
            self._part(tag)
        elif op == t.TABLE:
            if self._paragraph >= 0 or self.here().fosters:
                raise Unclear("a table in a paragraph")
            self._enter(tag)
        elif op == t.HIDDEN:
            self._letters(tag, pieces, number, words)
        elif op == t.META:
            self._enter(tag)
            self.pop()
        elif op == t.END:
            self.ended = self.ended or tag.name == "html"
        elif op == t.FRAME:
            if tag.attrs or tag.name == "head":
                raise Unclear(f"a second {tag.name}")
        else:
            raise Unclear(tag.name)

    def _letters(self, tag: Tag, pieces: list[str], number: int, words: str) -> None:
        if self.here().fosters or tag.name == "option":
            raise Unclear(f"{tag.name} out of place")
        if tag.name != "select":
            if tag.name == "textarea" and "&" in words:
                raise Unclear("markup in a form's text")
            self._swallow(tag, pieces, number, words)
        self._enter(tag)
        self._until = tag.name

    def _enter(self, tag: Tag) -> None:
        element = self.push(tag)
        if tag.marked:
            self._note(element, tag)

    def _item(self, tag: Tag) -> None:
        ended = ("li",) if tag.name == "li" else ("dd", "dt")
        stack, tags = self._stack, self.tags
        if self.here().fosters:
            raise Unclear("an item between cells")
        for depth in range(len(stack) - 1, 0, -1):
            name = tags[stack[depth]].name
            if name in ended:
                self.pop_to(depth)
                break
            if name in t.SPECIAL and name not in ("address", "div", "p"):
                break
        if self._paragraph >= 0:
            self._end_paragraph()
        self._enter(tag)

    def _part(self, tag: Tag) -> None:
        name, stack, tags = tag.name, self._stack, self.tags
        over = ("tr",) if name in ("td", "th") else ("tbody", "thead", "tfoot", "table") if name == "tr" else ("table",)
        for depth in range(len(stack) - 1, 0, -1):
            found = tags[stack[depth]].name
            if found in over:
                self.pop_to(depth + 1, mended=True)
                break
            if found == "table" or (name in ("caption", "colgroup")):
                raise Unclear(f"{name} in {found}")
        else:
            raise Unclear(f"{name} outside a table")
        if name == "tr" and self.here().name == "table":
            self.push(_TBODY)
        self._enter(tag)

    def _close(self, tag: Tag) -> None:
        """An end tag that does not end the innermost element."""
        name, stack, tags = tag.name, self._stack, self.tags
        if name == "p" and self._paragraph < 0:
            if self.here().fosters:
                raise Unclear("a paragraph between cells")
            self.push(_P)
            self.paragraphs.append(stack[-1])
            self.pop()
            return
        table = name in t.PARTS or name == "table"
        special = table or name == "p" or name in t.ITEMS or name in t.BLOCKS
        passed = False
        for depth in range(len(stack) - 1, 0, -1):
            found = tags[stack[depth]].name
            if found == name:
                if passed:
                    raise Unclear(f"{name} closed across others")
                if name == "form":
                    raise Unclear("a form left open")
                self.pop_to(depth, mended=table)
                return
            if table:
                if found == "table":
                    return
            elif special:
                if found in t.BARRIERS or (name == "li" and found in ("ul", "ol")):
                    return
                if name in t.HEADINGS and found in t.HEADINGS:
                    raise Unclear("another heading closed")
            elif name in t.FORMATTING:
                if found in _MARKERS:
                    return
                passed = passed or found in t.SPECIAL
            elif found in t.SPECIAL:
                return
