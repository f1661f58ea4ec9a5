"""The outline of a page: its elements as rows of numbers, built from its tags by the rules browsers follow.

Only what is nested plainly is taken; where a browser would have to mend, the page is UnclearError.
"""

from __future__ import annotations

import re

from monitor.model import Place
from monitor.page import scripts
from monitor.page.scan import tags as t
from monitor.page.scan.graft import graft
from monitor.page.scan.tags import Tag, UnclearError, read_tag, words_of

MAX_ELEMENTS = 20_000
MAX_DEPTH = 120
MAX_SCRIPTS = 500
BLANK = " \t "[:]
"""Stands in `pieces` where a block begins or ends or a line breaks: told from the page's own blanks by identity."""

_KNOWN: dict[str, Tag] = {}
_MOST_KNOWN = 30_000
_RAW = re.compile(r"<(?:!--|(?:script|style)(?=[\s>/]))", re.IGNORECASE)
_RAW_END = {"script": re.compile(r"</script\s*>", re.IGNORECASE), "style": re.compile(r"</style\s*>", re.IGNORECASE)}
_HEAD = Tag("head", {}, t.FRAME)
_HTML = Tag("html", {}, t.FRAME)
_BODY = Tag("body", {}, t.FRAME)
_TBODY = Tag("tbody", {}, t.PART)
_TAG_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?\x01")
_P = Tag("p", {}, t.BLOCK)
_LOST_IN_SELECT = frozenset(
    ("a", "b", "br", "div", "em", "font", "i", "img", "label", "li", "p", "span", "strong", "ul", "")
)
_COLGROUP = Tag("colgroup", {}, t.PART)
_FENCES = frozenset(["button", "marquee", "object"])
_MARKERS = frozenset(("td", "th", "caption", "object", "marquee"))


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


_QUOTED = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]{0,3000}\"|'[^']{0,3000}')*+>")


def _escaped(match: re.Match[str]) -> str:
    """A tag whose attributes hold neither < nor >."""
    written = match[0][1:-1]
    if "<" in written or ">" in written:
        return "<" + written.replace("<", "&lt;").replace(">", "&gt;") + ">"
    return match[0]


def forget() -> None:
    """Drop the tags remembered."""
    _KNOWN.clear()


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
        self.strings: list[tuple[str, int, int, int]] = []
        """What a reader sees: words, their element, their order on the page, the link round them or -1."""
        self.unseen = 0
        """Elements that no reader sees: they are not counted in the order."""
        self.sources: list[tuple[int, Tag, Place, bool]] = []
        """What may lead elsewhere, in order: element, tag, place, whether hidden."""
        self.titled: list[tuple[int, int]] = []
        """Links whose title names a date, and their order."""
        self.anchors: list[str] = []
        self.grafts: list[tuple[int, int]] = []
        """First and last element of what each script wrote."""
        self.notes: list[str] = []
        self.inner: dict[int, str] = {}
        """The letters in scripts, styles, titles and form texts, by element."""
        self._stack: list[int] = [0]
        self._place = Place.HEAD
        self._hidden = False
        self._kept: list[tuple[int, Place, bool]] = []
        self._kept_at = -1
        self._paragraph = -1
        self._anchor = -1
        self._form = -1
        self._until = ""
        self._late: list[tuple[int, str]] = []
        """Links in a select: their words are read of them, and of nothing round them."""
        self._in_head = True
        self._unscripted = False
        self._edge = 0
        """Where the last comment stands among the pieces: strings do not join across it."""
        self.body = 0

    def in_head(self) -> bool:
        """Whether the body has not begun."""
        return self._in_head

    def line_break(self) -> None:
        """A blank between words."""
        self.pieces.append(BLANK)

    def letters(self, words: str, anchor: int) -> None:
        """Words whose references are read, in the innermost element."""
        if words.strip():
            self.strings.append((words, self._stack[-1], len(self.strings) + 1 + len(self.tags) - self.unseen, anchor))
        if words and not self._in_head:
            self.pieces.append(words)

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
        if self.tags[element].watched:
            self._closed(element)

    def _lettered(self, piece: str, written: str, closed: str, words: str) -> bool:
        """Whether a piece is no tag: mere words with a < before them, a comment, or a script with its source."""
        if piece[:1] not in _TAG_STARTS:
            if not self._until:
                self._join("<" + piece)
            return True
        if not closed:
            raise UnclearError("a tag left open", tag=True)
        if written[:1] == "\x01":
            self._edge = len(self.pieces)
            if self._until and len(written) > 1:
                raise UnclearError(f"a script in {self._until}")
            self._raw(written)
            if not self._until:
                self._words(words)
            return True
        return False

    def _join(self, words: str) -> None:
        """Words after a tag that counts for nothing: they go on with the string before it."""
        here, last = self._stack[-1], len(self.tags) - 1
        if last == here:
            edge = self.starts[here]
        else:
            while self.ups[last] != here:
                last = self.ups[last]
            edge = self.ends[last]
        if not words or len(self.pieces) <= max(edge, self._edge) or self.pieces[-1] is BLANK:
            self._words(words)
            return
        before = self.pieces.pop()
        if not before.isspace():
            self.strings.pop()
        self._words(before + (words_of(words) if "&" in words else words), raw=False)

    def _closed(self, element: int) -> None:
        """Forget an element that was open, and what held only inside it."""
        if element == self._anchor:
            self._anchor = -1
        elif element == self._paragraph:
            self._paragraph = -1
        elif element == self._form:
            self._form = -1
        if element == self._kept_at:
            _, self._place, self._hidden = self._kept.pop()
            self._kept_at = self._kept[-1][0] if self._kept else -1

    def pop_to(self, depth: int, *, mended: bool = False) -> None:
        """Close all above and at `depth` of the stack; `mended` where formatting left open inside is dropped."""
        if not mended:
            for element in self._stack[depth + 1 :]:
                if self.tags[element].name in t.FORMATTING:
                    raise UnclearError("formatting left open")
        while len(self._stack) > depth:
            self.pop()

    def read(self, text: str, *, quoted: bool = False) -> None:
        """Take in a whole page; `quoted` where attributes hold < or >."""
        text = self._cut_raw(text)
        first, *pieces = (_QUOTED.sub(_escaped, text) if quoted else text).split("<")
        if first.strip():
            raise UnclearError("words before all tags")
        if len(pieces) > MAX_ELEMENTS * 2:
            raise UnclearError("a very long page")
        position = 0
        self.unseen = 1
        self.push(_HEAD)
        while self._in_head and position < len(pieces):
            position = self._head(pieces, position)
        if self._in_head:
            self._begin(_BODY)
        self._body(pieces[position:] if position else pieces)
        while self._stack:
            self.pop()
        for element, words in self._late:
            self.starts[element] = len(self.pieces)
            self.pieces.append(words)
            self.ends[element] = len(self.pieces)

    def _cut_raw(self, text: str) -> str:
        """The page without comments, scripts and styles: each leaves a tag of its own."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\x00" in text or "\x01" in text:
            raise UnclearError("control characters")
        parts: list[str] = []
        position = 0
        self._raws: list[tuple[Tag, str]] = []
        while match := _RAW.search(text, position):
            parts.append(text[position : match.start()])
            start = match.end()
            if match[0] == "<!--":
                end = text.find("-->", start)
                if end < 0 or text.startswith((">", "->"), start) or text.find("--!>", start, end) >= 0:
                    raise UnclearError("a comment left open")
                parts.append("<\x01>")
                position = end + 3
                continue
            opened = text.find(">", start)
            written = text[match.start() + 1 : opened]
            if opened < 0 or len(written) > 2000:
                raise UnclearError("a script's tag left open")
            tag = known(written)
            closed = _RAW_END[tag.name].search(text, opened)
            if closed is None:
                raise UnclearError("a script left open")
            source = text[opened + 1 : closed.start()]
            if "<!--" in source and "<script" in source:
                raise UnclearError("a script within a script")
            if len(self._raws) >= MAX_SCRIPTS:
                raise UnclearError("a flood of scripts")
            parts.append(f"<\x01{len(self._raws)}>")
            self._raws.append((tag, source))
            position = closed.end()
        parts.append(text[position:])
        return "".join(parts)

    def _raw(self, written: str) -> None:
        if len(written) == 1:
            return
        tag, source = self._raws[int(written[1:])]
        self.inner[len(self.tags)] = source
        self.unseen += 1
        self.enter(tag)
        self.pop()
        if tag.name == "style" and not tag.source and "url(" in source:
            self.sources.append((len(self.tags) - 1, tag, Place.HEAD, False))
        if tag.name == "script":
            markup, what = scripts._markup(source[: scripts._MAX_SCRIPT])
            if markup:
                graft(self, markup, what, self._anchor)

    def _head(self, pieces: list[str], position: int) -> int:
        """One tag of the head; where the body begins, `_in_head` falls and the tag is left for it."""
        written, closed, words = pieces[position].partition(">")
        if not closed:
            raise UnclearError("a tag left open", tag=True)
        if written[:1] == "\x01":
            self._raw(written)
        else:
            tag = known(written)
            if tag.name == "title" and tag.op == t.HIDDEN:
                self._swallow(tag, pieces, position, words)
                self.unseen += 1
                self.enter(tag)
                self.pop()
                words = ""
            elif tag.name == "title":
                pass
            elif tag.op == t.META:
                self.unseen += 1
                self.enter(tag)
                self.pop()
            elif tag.name == "html" and tag.op == t.FRAME:
                self._merge(0, tag)
            elif tag.op == t.CLOSE:
                self._unscripted = self._unscripted and tag.name != "noscript"
            elif tag.name in ("head", "noscript") or tag.op == t.SKIP:
                self._unscripted = self._unscripted or tag.name == "noscript"
                self.anchors.extend(tag.anchors)
                if tag.name == "head" and tag.attrs:
                    self.tags[1] = Tag("head", {**tag.attrs, **self.tags[1].attrs}, t.FRAME)
            elif tag.op == t.FRAME:
                self._begin(tag)
                self._words(words)
                return position + 1
            else:
                self._begin(_BODY)
                return position
        if words and not words.isspace():
            self._begin(_BODY)
            self._words(words)
        return position + 1

    def _merge(self, element: int, tag: Tag) -> None:
        """A second <html> or <body> gives its attributes to the first."""
        first = self.tags[element]
        self.tags[element] = Tag(tag.name, {**tag.attrs, **first.attrs}, t.FRAME)
        self.anchors.extend(a for key in ("id", "name") if key not in first.attrs for a in [tag.attrs.get(key)] if a)
        if tag.attrs.get("background") or "style" in tag.attrs or "hidden" in tag.attrs:
            raise UnclearError("a second body with a style")

    def _begin(self, tag: Tag) -> None:
        if self._unscripted:
            raise UnclearError("a body within noscript")
        self._in_head = False
        self._place = Place.BODY
        self.pop()
        self.body = len(self.tags)
        self.enter(tag)

    def _swallow(self, tag: Tag, pieces: list[str], position: int, words: str) -> None:
        """An element whose content is mere letters: its end must follow at once."""
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        if not following.lower().startswith(f"/{tag.name}"):
            raise UnclearError(f"{tag.name} with tags in it")
        self.inner[len(self.tags)] = words_of(words) if "&" in words else words

    def _note(self, element: int, tag: Tag) -> None:
        """Keep what the readers of the page will ask for."""
        if tag.anchors:
            self.anchors.extend(tag.anchors)
        name = tag.name
        if name == "time" and tag.attrs.get("datetime"):
            raise UnclearError("a machine's time")
        if name == "button" and any(self.tags[e].name == "button" for e in self._stack[:-1]):
            raise UnclearError("a button within a button")
        if tag.titled:
            self.titled.append((element, len(self.strings) + element + 1 - self.unseen))
        place, hidden = self._place, self._hidden
        inner = place
        if tag.place is not None and (place is Place.BODY or name in ("nav", "header", "footer")):
            inner = tag.place
        if (inner is not place or (tag.hidden and not hidden)) and tag.op not in (t.VOIDED, t.META):
            self._kept.append((element, place, hidden))
            self._kept_at = element
            self._place, self._hidden = inner, hidden or tag.hidden
        if tag.source:
            self.sources.append((element, tag, inner, hidden or tag.hidden))

    def _words(self, words: str, *, raw: bool = True) -> None:
        """Words between two tags; `raw` while their character references stand."""
        if not words:
            return
        if raw and "&" in words:
            words = words_of(words)
        if not words.isspace():
            here = self._stack[-1]
            if self.tags[here].fosters:
                raise UnclearError("words between the cells of a table")
            self.strings.append((words, here, len(self.strings) + 1 + len(self.tags) - self.unseen, self._anchor))
        self.pieces.append(words)

    def _body(self, pieces: list[str]) -> None:
        """Every tag of the body. One long loop, as each page passes through it thousands of times."""
        recall, strings = _KNOWN.get, self.strings
        tags, ups, starts, ends, lasts = self.tags, self.ups, self.starts, self.ends, self.lasts
        stack, texts = self._stack, self.pieces
        here = tags[stack[-1]]
        for number, piece in enumerate(pieces):
            written, closed, words = piece.partition(">")
            tag = recall(written)
            if tag is None or not closed:
                if self._lettered(piece, written, closed, words):
                    continue
                tag = known(written)
            if self._until and self._skipped(tag, words):
                continue
            op = tag.op
            if op == 4:
                if tag.name == here.name:
                    element = stack.pop()
                    if here.spaced:
                        texts.append(BLANK)
                    ends[element] = len(texts)
                    lasts[element] = len(tags) - 1
                    if here.watched:
                        self._closed(element)
                else:
                    before = len(stack), len(tags)
                    self._close(tag)
                    here = tags[stack[-1]]
                    if before == (len(stack), len(tags)):
                        self._join(words)
                        continue
                here = tags[stack[-1]]
            elif op <= 3 and op:
                if here.fosters:
                    self._between_cells(tag)
                    self._words(words)
                    continue
                if tag.name == "form" and self._form >= 0:
                    self._join(words)
                    continue
                if tag.block and self._paragraph >= 0:
                    self._end_paragraph()
                if tag.name == "a" and self._anchor >= 0:
                    self._close(tag)
                    if self._anchor >= 0:
                        raise UnclearError("a link within a link")
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
                    if element & 255 == 0 and len(stack) > MAX_DEPTH:
                        raise UnclearError("nested deeply")
                    if tag.spaced:
                        texts.append(BLANK)
                    here = tag
                    if tag.watched:
                        self._opened(element, tag)
            elif op:
                self._structure(tag, pieces, number, words)
                here = tags[stack[-1]]
                if op == 9:
                    continue
                if op == 10 or op == 12:
                    self._join(words)
                    continue
            elif tag.name == "!":
                self._edge = len(texts)
            else:
                self._join(words)
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
                    raise UnclearError("words between the cells of a table")
                strings.append((words, stack[-1], len(strings) + 1 + len(tags) - self.unseen, self._anchor))
                texts.append(words)

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

    def _end_paragraph(self) -> None:
        depth = self._stack.index(self._paragraph)
        if any(self.tags[e].name in _FENCES for e in self._stack[depth:]):
            raise UnclearError("a block fenced in")
        self.pop_to(depth)

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

    def enter(self, tag: Tag) -> None:
        """Open an element and keep what the readers of the page will ask for."""
        element = self.push(tag)
        if tag.marked:
            self._note(element, tag)

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
