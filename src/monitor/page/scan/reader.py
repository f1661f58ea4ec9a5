"""A page's letters to its outline: one pass over its tags, in linear time.

Only what is nested plainly is taken; elsewhere UnclearError says so, and the tree must read the page.
"""

from __future__ import annotations

import re

from monitor.model import Place
from monitor.page import scripts
from monitor.page.scan import tags as t
from monitor.page.scan.graft import graft
from monitor.page.scan.outline import BLANK
from monitor.page.scan.rules import Rules
from monitor.page.scan.tags import Tag, UnclearError, read_tag, words_of

MAX_ELEMENTS = 20_000
MAX_DEPTH = 120
MAX_SCRIPTS = 500

_KNOWN: dict[str, Tag] = {}
_MOST_KNOWN = 10_000
RAW = re.compile(r"<(?:!--|(?:script|style)(?=[\s>/]))", re.IGNORECASE)
RAW_END = {"script": re.compile(r"</script\s*>", re.IGNORECASE), "style": re.compile(r"</style\s*>", re.IGNORECASE)}
_HEAD = Tag("head", {}, t.FRAME)
_BODY = Tag("body", {}, t.FRAME)
_TAG_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?\x01")


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


class Reader(Rules):
    """The outline of one page as it is read."""

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
        while match := RAW.search(text, position):
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
            closed = RAW_END[tag.name].search(text, opened)
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
            markup, what = scripts._markup(source[: scripts.MAX_SCRIPT])
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

    def _begin(self, tag: Tag) -> None:
        if self._unscripted:
            raise UnclearError("a body within noscript")
        self._in_head = False
        self._place = Place.BODY
        self.pop()
        self.body = len(self.tags)
        self.enter(tag)

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
