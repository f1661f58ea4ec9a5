"""An outline seen as the tree: the same nodes, made only when somebody asks for them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date

from monitor import dates
from monitor.dates import Found
from monitor.page import marks as reading
from monitor.page.marks import Mark, Stand, Survey
from monitor.page.scan.dating import day_cell, may_date
from monitor.page.scan.outline import BLANK, Outline
from monitor.page.scan.tags import UnclearError
from monitor.page.tree import MAX_NODES, UNSEEN, Node, Root


class Seen(Node):
    """An element of an outline, as a node."""

    __slots__ = ("_kids", "element", "top")

    def __init__(self, top: Top, element: int) -> None:
        tag = top.outline.tags[element]
        self.tag = tag.name
        self.attrs = tag.attrs
        self.top = top
        self.element = element
        self._kids: list[Node | str] | None = None

    @property
    def parent(self) -> Node | None:  # type: ignore[override]
        """The element round it."""
        up = self.top.outline.ups[self.element]
        return self.top.node(up) if up >= 0 else None

    @property
    def kids(self) -> list[Node | str]:  # type: ignore[override]
        """Its elements and strings."""
        if self._kids is None:
            self._kids = self.top.kids_of(self.element)
        return self._kids

    def walk(self, most: int = MAX_NODES) -> Iterator[Node]:
        """This element and all below it, in the order of the page, `most` at most."""
        node, last = self.top.node, self.top.outline.lasts[self.element]
        return (node(element) for element in range(self.element, min(last + 1, self.element + most)))

    def find(self, *tags: str) -> Iterator[Node]:
        """The elements of these tags below this one."""
        element, top = self.element, self.top
        last = top.outline.lasts[element]
        if last == element:
            return iter(())
        if len(tags) == 1 and not top.outline.grafts:
            places = top.places().get(tags[0], ())
            first = bisect_left(places, element + 1)
            return (top.node(place) for place in places[first : bisect_left(places, last + 1, first)])
        names = top.outline.tags
        return (top.node(place) for place in range(element + 1, last + 1) if names[place].name in tags)

    def text(self, limit: int = 2000) -> str:
        """The words that a reader sees in it, blanks folded, about `limit` characters at most."""
        return self.top.text(self.element, limit)

    def above(self) -> Iterator[Node]:
        """Its ancestors, nearest first."""
        node, ups = self.top.node, self.top.outline.ups
        up = ups[self.element]
        while up >= 0:
            yield node(up)
            up = ups[up]


class Top(Root):
    """The top of an outline, as the root of a tree."""

    __slots__ = ("_nodes", "_places", "outline")

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.tag = "html"
        self.attrs = outline.tags[0].attrs
        self.parent = None
        self._nodes: dict[int, Node] = {0: self}
        self._places: dict[str, list[int]] | None = None

    @property
    def kids(self) -> list[Node | str]:  # type: ignore[override]
        """Its elements."""
        return self.kids_of(0)

    def node(self, element: int) -> Node:
        """The node of an element; always the same."""
        found = self._nodes.get(element)
        if found is None:
            found = self._nodes[element] = Seen(self, element)
        return found

    def places(self) -> dict[str, list[int]]:
        """The elements by tag."""
        if self._places is None:
            found: dict[str, list[int]] = {}
            grafted = {place for first, last in self.outline.grafts for place in range(first, last + 1)}
            order = [place for place in range(len(self.outline.tags)) if place not in grafted] if grafted else None
            tags = self.outline.tags
            # What scripts write comes after all else, as in the index of a tree.
            for element in [*order, *sorted(grafted)] if order else range(len(tags)):
                tag = tags[element]
                if element:
                    if tag.name in found:
                        found[tag.name].append(element)
                    else:
                        found[tag.name] = [element]
            self._places = found
        return self._places

    def find(self, *tags: str) -> Iterator[Node]:
        """The elements of these tags on the page; of several tags, one tag after the other."""
        node, places = self.node, self.places()
        return (node(place) for tag in tags for place in places.get(tag, ()))

    def walk(self, most: int = MAX_NODES) -> Iterator[Node]:
        """All elements in the order of the page, `most` at most."""
        return (self.node(element) for element in range(min(len(self.outline.tags), most)))

    def text(self, element: int = 2000, limit: int = 0) -> str:  # type: ignore[override]
        """The words of an element; of the whole page when only a limit is given."""
        if not limit:
            element, limit = 0, element
        outline = self.outline
        if outline.tags[element].name in UNSEEN and outline.tags[element].name != "select":
            return " ".join(outline.inner.get(element, "").split())
        pieces = outline.pieces[outline.starts[element] : outline.ends[element]]
        if len(pieces) == 1:
            return " ".join(pieces[0].split())
        joined = "".join(pieces)
        if len(joined) > limit:
            taken: list[str] = []
            budget = 500 + limit * 8
            for piece in pieces:
                taken.append(piece)
                limit -= len(piece.strip())
                budget -= 1
                if limit <= 0 or budget <= 0:
                    break
            joined = "".join(taken)
        return " ".join(joined.split())

    def kids_of(self, element: int) -> list[Node | str]:
        """What stands in an element: strings and elements in their order."""
        outline = self.outline
        if element in outline.inner:
            return [outline.inner[element]] if outline.inner[element] else []
        pieces, starts, ends = outline.pieces, outline.starts, outline.ends
        found: list[Node | str] = []
        place, end = starts[element], ends[element]
        kid, last = element + 1, outline.lasts[element]
        while True:
            if kid <= last and starts[kid] == place:
                found.append(self.node(kid))
                place = ends[kid]
                kid = outline.lasts[kid] + 1
            elif place < end:
                if pieces[place] is not BLANK:
                    found.append(pieces[place])
                place += 1
            else:
                return found

    def take(self, node: Node) -> None:
        """An outline takes nothing up: what scripts write needs a tree."""
        raise UnclearError("scripts write onto the page")

    def survey(self, today: date) -> Survey:
        """The dates of the page and its strings, as `survey_of` finds them."""
        outline = self.outline
        found: list[Mark] = []
        strings: list[tuple[str, Node, int, int]] = []
        offset = 0
        node = self.node
        for number, (words, element, order, anchor) in enumerate(outline.strings):
            text = words.strip()
            strings.append((text, node(element), order, offset))
            cell = day_cell(text) if len(text) < 15 else None
            if cell is not None and len(found) < reading.MAX_MARKS:
                found.append(_cell_mark(cell, text, words, node(element), node(anchor) if anchor >= 0 else None))
                found[-1].order, found[-1].offset = order, offset
                if text[0].isdigit():
                    found[-1].role = dates.role_before(reading._own_label(_before(strings, number)))
            elif may_date(text) and len(text) < 20_000 and len(found) < reading.MAX_MARKS:
                parent = node(element)
                around = node(anchor) if anchor >= 0 else None
                for mark in reading._read(text, parent, around, order, today, _before(strings, number)):
                    mark.offset = offset
                    if mark.node is parent:
                        mark.raw = words
                    found.append(mark)
            offset += len(text)
        for element, order in outline.titled:
            node_ = node(element)
            found.extend(reading._titled(node_.attrs.get("title", ""), node_, order))
        if outline.titled:
            found.sort(key=lambda m: m.order)
        return Survey(marks=reading._without_covered(found), strings=strings, letters=offset)


def _cell_mark(cell: Found, text: str, words: str, node: Node, anchor: Node | None) -> Mark:
    """The mark of a date that stands alone in its element, in brackets at most."""
    return Mark(
        node=node,
        order=0,
        text=text[cell.start : cell.end],
        stand=Stand.CELL,
        role=None,
        found=cell,
        anchor=anchor,
        rest=(text[: cell.start] + text[cell.end :]).strip(),
        raw=words,
    )


def _before(strings: list[tuple[str, Node, int, int]], number: int) -> str:
    """The words before a string."""
    shorts = ""
    while number > 0:
        number -= 1
        words = strings[number][0]
        if len(words) > reading.SHORT:
            return reading.words_before(words, shorts)
        shorts = words + shorts
    return shorts
