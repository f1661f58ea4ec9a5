"""The elements between two dates of a list: which of them is the row, proven by open and closed tags alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TAGS = re.compile(rb"<(/?[a-z!][a-z0-9]*)[^<>]*>")


def tags_of(low: bytes, start: int, end: int) -> bytes | None:
    """The names of the tags in markup of small letters, joined by blanks, a slash before those that close.

    None where a bracket stands outside a whole tag.
    """
    names: list[bytes] = _TAGS.findall(low, start, end)
    whole = len(names)
    return b" ".join(names) if whole == low.count(b"<", start, end) == low.count(b">", start, end) else None


VOID = frozenset(b"img br input hr wbr".split())
_BLOCK = frozenset(
    b"p div ul ol li dl dt dd table tr td th h1 h2 h3 h4 h5 h6 section article header center form tbody".split()
)
_KNOWN = _BLOCK | frozenset(b"a span font b strong i em u small label figure time cite abbr".split())
_INSIDE: dict[bytes, frozenset[bytes]] = {
    b"table": frozenset([b"tr", b"tbody"]),
    b"tbody": frozenset([b"tr"]),
    b"tr": frozenset([b"td", b"th"]),
    b"ul": frozenset([b"li"]),
    b"ol": frozenset([b"li"]),
    b"dl": frozenset([b"dt", b"dd"]),
}
_OWNED = {
    b"tr": b"table tbody",
    b"td": b"tr",
    b"th": b"tr",
    b"tbody": b"table",
    b"li": b"ul ol",
    b"dt": b"dl",
    b"dd": b"dl",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one row ends and the next begins between their dates."""

    chain: tuple[bytes, ...]
    """The elements open round a date, the row's own first."""
    ends: tuple[tuple[bytes, int], ...]
    """The tags that close what was open round the first date, innermost first; which of its sort each is after it."""
    starts: tuple[tuple[bytes, int], ...]
    """The tags of `chain` as they open; which of its sort each is, counted back from the next date."""
    cells: int
    """How many cells of a table open from the row's start to the date."""
    torn: bool
    """Whether the table was closed in between: its next rows stand in the table round it."""


def _opens(name: bytes, stack: list[tuple[bytes, int]]) -> bool:
    """Whether a tag may open here without closing another by the rules of HTML."""
    if name not in _KNOWN:
        return False
    if not stack:
        return True
    up = stack[-1][0]
    if up in _INSIDE and name not in _INSIDE[up]:
        return False
    if name in _OWNED and up not in _OWNED[name].split():
        return False
    names = [n for n, _ in stack]
    return not (name == b"a" and b"a" in names[:-1]) and not (name in _BLOCK and b"p" in names)


@lru_cache(maxsize=2048)
def between(tags: bytes | None) -> Shape | None:
    """The shape of the tags (names joined by a blank) between two dates; None where they do not pair."""
    if tags is None:
        return None
    names = tags.split(b" ")
    closed: list[bytes] = []
    stack: list[tuple[bytes, int]] = []
    beside: list[bytes] = []
    lasts: list[tuple[bytes, int]] = []
    for place, name in enumerate(names):
        if name in VOID:
            continue
        if name[:1] == b"/":
            if not stack:
                closed.append(name[1:])
                lasts.append((b"<" + name, names[: place + 1].count(name)))
                beside.clear()
            elif stack.pop()[0] != name[1:]:
                return None
        elif not _opens(name, stack):
            return None
        elif name == b"a" and stack and stack[-1][0] == b"a":
            stack[-1] = (name, place)
        else:
            if not stack:
                beside.append(name)
            stack.append((name, place))
    chain = tuple(name for name, _ in stack)
    torn = chain[:1] == (b"tr",) and tuple(closed[len(chain) :]) == (b"table", b"td", b"tr")
    if not chain or chain[::-1] != tuple(closed[: len(chain)] if torn else closed):
        return None
    if chain[0] in _OWNED and any(name != chain[0] for name in beside):
        return None
    return Shape(
        chain=chain,
        ends=tuple(lasts),
        starts=tuple((b"<" + name, names[place:].count(name)) for name, place in stack),
        cells=names[stack[0][1] :].count(b"td"),
        torn=torn,
    )


@lru_cache(maxsize=1024)
def heads(tags: bytes | None) -> tuple[bytes, ...]:
    """The elements left open after these tags; () where they do not pair."""
    if tags is None:
        return ()
    stack: list[tuple[bytes, int]] = []
    for name in tags.split(b" "):
        if name in VOID:
            continue
        if name[:1] == b"/":
            if not stack or stack.pop()[0] != name[1:]:
                return ()
        elif not _opens(name, stack):
            return ()
        elif name != b"a" or not stack or stack[-1][0] != b"a":
            stack.append((name, 0))
    return tuple(name for name, _ in stack)


def end_of(low: bytes, start: int, chain: tuple[bytes, ...]) -> int:
    """Where the last row ends: the place of the tag that closes the outermost of `chain`; -1 where tags do not pair."""
    opened: list[tuple[bytes, int]] = []
    left = list(chain)
    position = start
    for count, tag in enumerate(_TAGS.finditer(low, start)):
        name = tag[1]
        if low.find(b"<", position, tag.start()) >= 0 or low.find(b">", position, tag.start()) >= 0:
            return -1
        position = tag.end()
        if name in VOID:
            continue
        if name[:1] == b"/":
            if opened:
                if opened.pop()[0] != name[1:]:
                    return -1
            elif left.pop() != name[1:]:
                return -1
            elif not left:
                return tag.start()
        elif count > 200 or not _opens(name, opened):
            return -1
        elif name != b"a" or not opened or opened[-1][0] != b"a":
            opened.append((name, 0))
    return -1


def around(low: bytes, start: int, end: int) -> list[int]:
    """The places of the tags that are open at `end` as far as they open after `start`, by what closes in between."""
    opened: list[int] = []
    for tag in _TAGS.finditer(low, start, end):
        if tag[1][:1] == b"/":
            if opened:
                opened.pop()
        elif tag[1] not in VOID:
            opened.append(tag.start())
    return opened
