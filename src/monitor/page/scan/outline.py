"""The outline of a page: its elements as rows of numbers, with what its readers ask for."""

from __future__ import annotations

from monitor.model import Place
from monitor.page.scan import tags as t
from monitor.page.scan.tags import Tag, UnclearError, words_of

BLANK = " \t "
"""Stands in `pieces` where a block begins or ends or a line breaks: told from the page's own blanks by identity."""

_HTML = Tag("html", {}, t.FRAME)


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

    def pop_to(self, depth: int, *, mended: bool = False) -> None:
        """Close all above and at `depth` of the stack; `mended` where formatting left open inside is dropped."""
        if not mended:
            for element in self._stack[depth + 1 :]:
                if self.tags[element].name in t.FORMATTING:
                    raise UnclearError("formatting left open")
        while len(self._stack) > depth:
            self.pop()

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

    def line_break(self) -> None:
        """A blank between words."""
        self.pieces.append(BLANK)

    def letters(self, words: str, anchor: int) -> None:
        """Words whose references are read, in the innermost element."""
        if words.strip():
            self.strings.append((words, self._stack[-1], len(self.strings) + 1 + len(self.tags) - self.unseen, anchor))
        if words and not self._in_head:
            self.pieces.append(words)

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

    def enter(self, tag: Tag) -> None:
        """Open an element and keep what the readers of the page will ask for."""
        element = self.push(tag)
        if tag.marked:
            self._note(element, tag)

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
