"""One walk over a page for its marks: the lines that a reader sees, and its links, images, scripts and boxes."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from monitor.model import Sign
from monitor.page.tree import SPACED, UNSEEN, Node, Root
from monitor.text import printable

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MOST_LETTERS = 400_000
_MOST_THINGS = 20_000
_MOST_WORDS = 60
_WIDE = str.maketrans(
    {**{0xFF10 + n: str(n) for n in range(10)}, **{0xFF21 + n: chr(65 + n) for n in range(26)}}
    | {0xFF41 + n: chr(97 + n) for n in range(26)}
)


@dataclass(slots=True, kw_only=True)
class Thing:
    """An element that may be a mark."""

    node: Node
    line: int
    """How many lines of text stand before it."""
    hidden: bool
    anchor: Thing | None = None
    """The link it stands in."""
    words: str = ""
    """The first words in it."""

    def attr(self, name: str) -> str:
        """An attribute, "" when it has none; long ones cut."""
        return self.node.attrs.get(name, "")[:500].strip()

    def said(self) -> str:
        """Its words, or what stands for them."""
        return self.words.strip() or self.attr("alt") or self.attr("title")


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What one walk has found, in the order of the page."""

    lines: list[str] = field(default_factory=list)
    """Blanks folded, full-width digits and letters made plain."""
    things: dict[str, list[Thing]] = field(default_factory=dict)
    """By tag: a, area, img, input, form, iframe, script, and "named" for what has an id or a class."""
    starts: list[int] = field(default_factory=list)
    letters: int = 0
    cut: bool = False

    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(self.lines)

    def line_at(self, offset: int) -> int:
        """The number of the line that holds a place of the text."""
        if not self.starts:
            self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        return bisect_right(self.starts, offset) - 1

    def offset_of(self, line: int) -> int:
        """Where a line begins in the text."""
        self.line_at(0)
        return self.starts[max(0, min(line, len(self.lines)))]

    def of(self, *tags: str) -> list[Thing]:
        """The elements of these tags."""
        return [thing for tag in tags for thing in self.things.get(tag, ())]


_KEPT = frozenset(["a", "area", "img", "input", "form", "iframe", "script", "button"])


def sweep(root: Root) -> Sweep:
    """Walk over a page once; linear in its size, and bounded."""
    found = Sweep()
    here: list[str] = []
    stack: list[tuple[Node | str, Thing | None, bool]] = [(root, None, False)]
    while stack:
        item, anchor, hidden = stack.pop()
        if isinstance(item, str):
            if item is _END:
                _end_line(found, here)
            elif found.letters < _MOST_LETTERS:
                here.append(item)
                found.letters += len(item.strip())
                if anchor is not None and len(anchor.words) < _MOST_WORDS:
                    anchor.words += item[:_MOST_WORDS]
            else:
                found.cut = True
            continue
        tag = item.tag
        if tag == "br":
            _end_line(found, here)
            continue
        attrs = item.attrs
        if attrs and "style" in attrs and _HIDDEN.search(attrs["style"][:300]):
            hidden = True
        if tag in _KEPT:
            thing = Thing(node=item, line=len(found.lines), hidden=hidden, anchor=anchor)
            _keep(found, tag, thing)
            anchor = thing if tag == "a" else anchor
        if attrs and ("id" in attrs or "class" in attrs):
            _keep(found, "named", Thing(node=item, line=len(found.lines), hidden=hidden))
        if tag in UNSEEN and tag not in ("head", "noscript"):
            continue
        if tag in SPACED:
            _end_line(found, here)
            stack.append((_END, None, False))
        for kid in reversed(item.kids):
            stack.append((kid, anchor, hidden))  # noqa: PERF401 - a generator here costs twice
    _end_line(found, here)
    return found


_END = "".join(["\0", "end"])  # a string of its own, told by identity


def _keep(found: Sweep, kind: str, thing: Thing) -> None:
    kept = found.things.setdefault(kind, [])
    if len(kept) < _MOST_THINGS:
        kept.append(thing)
    else:
        found.cut = True


def _end_line(found: Sweep, here: list[str]) -> None:
    if here:
        line = " ".join("".join(here).split()).translate(_WIDE)
        if line:
            found.lines.append(line)
        here.clear()


def sign(value: str, evidence: str, where: str, *, sure: bool = True) -> Sign:
    """A mark with its words made safe."""
    return Sign(value=printable(value, 200), evidence=printable(evidence, 120), where=where, sure=sure)
