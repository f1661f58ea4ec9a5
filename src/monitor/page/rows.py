"""Lists without configuration: dates that stand alike, each with its link, are rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated
from monitor.page.marks import Mark, Stand
from monitor.page.tree import Node
from monitor.text import printable

_MORE = re.compile(
    r"\s*[\[(【<]*\s*(?:更\s*多|more|详\s*[细情].*|查看.*|阅读(?:全文|更多).*|下载|点击.*|返\s*回.*|[上下]一?[篇页]|打\s*印.*|关\s*闭.*|首\s*页|收\s*藏|>+|»|\+"
    r"|read more.*|details?|подробнее.*|далее.*)\s*[\])】>»…+.]*\s*",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"[\[【(（〔].{1,12}[\])】）〕]")
_PIN = re.compile(r"置\s*顶|\[顶\]|【顶】|\bpinned\b|\bsticky\b|закреплено", re.IGNORECASE)
_PIN_CLASS = re.compile(r"(?:^|[\s_-])(?:top|sticky|pin(?:ned)?|zhiding|istop|stick)(?:$|[\s_-])", re.IGNORECASE)
_PIN_PICTURE = re.compile(r"(?:zhiding|top|ding)\.(?:gif|png)|置顶")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True, kw_only=True)
class Row:
    """One row found: its date's mark, its link and words."""

    mark: Mark | None
    node: Node
    title: str
    href: str
    link: Node | None = None
    pinned: bool = False
    published: Dated | None = None


@dataclass(slots=True, kw_only=True)
class Block:
    """Rows that stand alike."""

    rows: list[Row] = field(default_factory=list)
    weight: float = 0.0
    aside: bool = False


def blocks_of(marks: list[Mark]) -> list[Block]:
    """The lists of a page, one for each way in which dates stand; several date columns of one list are one."""
    groups: dict[tuple[str, ...], list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.role is Role.REFUSED or mark.stand is Stand.INNER:
            continue
        groups[_signature(mark)].append(mark)
    blocks = []
    for group in groups.values():
        role = _head_role(group[-1])
        for mark in group:
            mark.role = mark.role if mark.role is not None else role
        kept = _usable(group)
        if kept:
            block = Block(rows=_rows(kept))
            if block.rows:
                blocks.append(block)
    return _one_per_row(_rejoin(blocks))


def _rejoin(blocks: list[Block]) -> list[Block]:
    """A block whose first or last rows were torn off by broken markup is one again: same class, next to each other."""
    joined: list[Block] = []
    named: dict[tuple[str, str], list[Block]] = defaultdict(list)
    for block in blocks:
        mark = block.rows[0].mark
        name = (mark.node.tag, mark.node.attrs.get("class", "")) if mark else ("", "")
        for other in named[name][:50]:
            last = other.rows[-1].mark
            if mark and last and name[1] and _close(last.node, mark.node):
                other.rows.extend(block.rows)
                other.rows.sort(key=lambda r: r.mark.order if r.mark else 0)
                break
        else:
            joined.append(block)
            named[name].append(block)
    return joined


def _close(one: Node, two: Node) -> bool:
    """Whether two nodes meet within a few levels and no sidebar lies between."""
    ups = [one, *one.above()][:9]
    places = {id(n): i for i, n in enumerate(ups)}
    for i, node in enumerate([two, *two.above()][:9]):
        if id(node) in places:
            return (
                node.tag in ("table", "tbody", "ul", "ol", "dl", "td", "div", "tr")
                and i + places[id(node)] <= 11
                and (node.tag != "div" or i <= 4)
            )
    return False


def _usable(group: list[Mark]) -> list[Mark]:
    """Dates glued to a link's own words count only where every row has one: alone they belong to the title."""
    if group[0].stand is Stand.GLUED and group[0].anchor is not None:
        return group if len(group) >= 3 and all(m.found and m.found.rule == "iso" for m in group) else []
    return group


def _signature(mark: Mark) -> tuple[str, ...]:
    """How a date stands: the elements round it, and above its row their classes too."""
    node = mark.node
    stand = "glued" if mark.stand is Stand.GLUED else ""
    path = [
        f"{node.tag}.{_class(node)}{stand}",
        "a" if mark.anchor is not None else "",
        f"{mark.raw is None}{mark.role}",
    ]
    if node.tag == "td":
        path.append(_column(node))
    above_row = node.tag in ("li", "tr")
    for count, up in enumerate(node.above()):
        if up.tag not in _DRESSING:
            if up.tag == "td" and not above_row:
                path.append(_column(up))
            path.append(f"{up.tag}.{_class(up)}" if (above_row and up.tag != "tr") or count >= 4 else up.tag)
        above_row = above_row or up.tag in ("li", "tr", "article", "dl")
        if count >= 14:
            break
    return tuple(path)


def _column(cell: Node) -> str:
    """The number of a cell in its row, of the first thirty."""
    cells = [kid for kid in (cell.parent.kids[:60] if cell.parent else ()) if isinstance(kid, Node)]
    return str(next((number for number, kid in enumerate(cells) if kid is cell), 99))


_DRESSING = frozenset(["span", "font", "b", "strong", "i", "em", "tbody"])
_STATE = re.compile(r"\d+|\b(?:first|last|odd|even|on|active|current|cur|hover|hide|show|selected)\b")


def _class(node: Node) -> str:
    name = node.attrs.get("class", "")
    return _STATE.sub("", name).strip()[:40] if name else ""


def _head_role(mark: Mark) -> Role | None:
    """What the head of a table says of the column in which a date stands."""
    words = head_words(mark.node)
    return dates.role_before(words) if len(words) <= 12 and not dates.find(words) else None


def head_words(node: Node) -> str:
    """The words in the head of a table over the column in which a node stands; "" where there are none."""
    cell = next((n for n in (node, *node.above()) if n.tag in ("td", "th")), None)
    row = cell.parent if cell is not None else None
    table = next((n for n in row.above() if n.tag == "table"), None) if row is not None else None
    if cell is None or row is None or table is None or row.tag != "tr":
        return ""
    cells = [k for k in row.kids if not isinstance(k, str)]
    first = next(table.find("tr"), None)
    if first is None or first is row:
        return ""
    heads = [k for k in first.kids if not isinstance(k, str)]
    return heads[cells.index(cell)].text(40) if len(heads) == len(cells) else ""


def _rows(group: list[Mark]) -> list[Row]:
    counts: dict[int, int] = defaultdict(int)
    for mark in group:
        counts[id(mark.node)] += 1
        for up in mark.node.above():
            counts[id(up)] += 1
    height = min(_height(mark, counts) for mark in group) if len(group) > 1 else 0
    rows: list[Row] = []
    lonely: list[tuple[int, Node, int]] = []
    seats: dict[int, dict[int, int]] = {}
    for mark in group:
        row, top = _own_row(mark, counts, height)
        if row is None:
            parent, index = _seat(mark, top, counts, seats)
            # Beside its link a date stands with few other words; a long text that ends with a date is no row.
            if parent is not None and (counts[id(mark.node)] > 1 or len(top.text(200)) <= 120):
                lonely.append((len(rows), parent, index))
            rows.append(Row(mark=mark, node=top, title="", href=""))
        else:
            rows.append(row)
    if lonely:
        _pair_siblings(rows, lonely)
    return [row for row in rows if row.title]


def _seat(mark: Mark, top: Node, counts: dict[int, int], seats: dict[int, dict[int, int]]) -> tuple[Node | None, int]:
    """The parent under which a date without a row of its own hangs, and its place there (`seats` remembers places)."""
    parent, kid = (mark.node, mark.raw) if counts[id(mark.node)] > 1 else (top.parent, top)
    if parent is None:
        return None, 0
    places = seats.get(id(parent))
    if places is None:
        places = seats[id(parent)] = {id(kid): index for index, kid in enumerate(parent.kids)}
    return parent, places.get(id(kid), 0)


def _height(mark: Mark, counts: dict[int, int]) -> int:
    """How many levels up a date is still alone of its sort."""
    height = 0
    for up in (mark.node, *mark.node.above()):
        if counts[id(up)] > 1 or up.tag in ("body", "html"):
            break
        height += 1
    return height


def _own_row(mark: Mark, counts: dict[int, int], height: int) -> tuple[Row | None, Node]:
    """The element round the date which holds a link and no other such date: at the height of all rows, or above."""
    anchor = mark.anchor
    if anchor is not None and (anchor is mark.node or anchor.text(300) != mark.node.text(300)):
        title, href = _title_without(anchor, mark)
        if title:
            return Row(mark=mark, node=anchor, title=title, href=href, link=anchor), anchor
    top = mark.node
    for climbed, up in enumerate((mark.node, *mark.node.above()), 1):
        if counts[id(up)] > 1 or up.tag in ("body", "html") or (height == 0 and climbed > 5):
            break
        top = up
        if climbed < height:
            continue
        link = best_link(up)
        if link is not None and height == 0 and len(up.text(700)) > 500:
            break
        if link is not None:
            return Row(mark=mark, node=up, title=_link_title(link), href=link.attrs.get("href", ""), link=link), up
    return None, top


def best_link(node: Node) -> Node | None:
    """The link that carries a row's title: the longest words, "more" and categories apart; None without one."""
    best: Node | None = None
    most = 1
    for link in node.walk(1500):
        if link.tag != "a":
            continue
        text = link.text(300) or link.attrs.get("title", "")
        if len(text) > most and is_title(text):
            best, most = link, len(text)
    return best


_DATING = re.compile(r"[\d年]")


def is_title(text: str) -> bool:
    """Whether the words of a link may be a title: not "more", not a category, not a mere date."""
    if _MORE.fullmatch(text) or _CATEGORY.fullmatch(text):
        return False
    if len(text) >= 24 or not _DATING.search(text):
        return True
    return not (dates.month_day(text) or (dates.find(text) and not re.search(r"[^\W\d年月日_]{2}", text)))


def _link_title(link: Node) -> str:
    text = link.text(300)
    full = link.attrs.get("title", "").strip()
    if full and (not text or (text.rstrip(".… ") and full.startswith(text.rstrip(".… ")[:200]) and "\n" not in full)):
        text = full
    return printable(text)


def _title_without(anchor: Node, mark: Mark) -> tuple[str, str]:
    """A link's words without the date that stands in it."""
    words: list[str] = []
    apart = mark.node if mark.raw is None and mark.node is not anchor else None
    for piece in anchor.pieces(600, apart):
        if mark.text in piece:
            piece = piece.replace(mark.text, " ")
        words.append(piece)
    text = printable(" ".join("".join(words).split()).strip(" []()【】|:：-"))
    heading = next((h.text(300) for h in anchor.walk(200) if h.tag in _HEADINGS and len(h.text(300)) > 3), "")
    text = printable(heading) or text
    full = printable(anchor.attrs.get("title", ""))
    if full and (not text or (len(text) > 3 and full.startswith(text.rstrip(".… ")[:200]))):
        text = full
    return (text if re.search(r"\w", text) else ""), anchor.attrs.get("href", "")


def _pair_siblings(rows: list[Row], lonely: list[tuple[int, Node, int]]) -> None:
    """Dates beside their links, with nothing round both: the order of the first decides for all."""
    before = [_link_beside(parent, index, -1) for _, parent, index in lonely]
    after = [_link_beside(parent, index, 1) for _, parent, index in lonely]
    has_before, has_after = sum(x is not None for x in before), sum(x is not None for x in after)
    if has_before == has_after:
        # Both sides have links: what stands before the first date is its title, unless it stands far off.
        pairs = before if _distance(lonely[0], before[0]) <= _distance(lonely[0], after[0]) else after
    else:
        pairs = before if has_before > has_after else after
    for (row, parent, index), link in zip(lonely, pairs, strict=True):
        mark = rows[row].mark
        top = parent.kids[index]
        if link is not None:
            rows[row] = Row(mark=mark, node=link, title=_link_title(link), href=link.attrs.get("href", ""), link=link)
        elif isinstance(top, Node) and top.tag in ("li", "tr", "p", "dd") and mark is not None:
            text = top.text(300).replace(mark.text, " ").strip()
            if len(text) > 5:
                rows[row].title = printable(text)


def _distance(seat: tuple[int, Node, int], link: Node | None) -> int:
    if link is None:
        return 99
    _, parent, index = seat
    for step in range(1, 9):
        for place in (index - step, index + step):
            kid = parent.kids[place] if 0 <= place < len(parent.kids) else None
            if isinstance(kid, Node) and (kid is link or any(n is link for n in kid.walk(300))):
                return step
    return 99


def _link_beside(parent: Node, index: int, step: int) -> Node | None:
    kids = parent.kids
    index += step
    looked = 0
    while 0 <= index < len(kids) and looked < 8:
        kid = kids[index]
        if isinstance(kid, str):
            if dates.find(kid) is not None:
                return None
        elif kid.tag == "a" and len(kid.text(100)) > 1 and not _MORE.fullmatch(kid.text(100)):
            return kid
        elif kid.tag not in ("br", "hr", "img"):
            if dates.find(kid.text(60)) or dates.month_day(kid.text(60)):
                return None
            link = best_link(kid)
            if link is not None:
                return link
        index += step
        looked += 1
    return None


_RANK = {None: 1, Role.PUBLISHED: 3, Role.DATE: 2, Role.UPDATED: 0, Role.REFUSED: -1}


def _one_per_row(blocks: list[Block]) -> list[Block]:
    """Of several dates in one row the best stays: named as published, whole, in a cell, the earlier column."""
    best: dict[int, tuple[tuple[int, ...], Block, Row]] = {}
    for number, block in enumerate(blocks):
        for row in block.rows:
            mark = row.mark
            if mark is None:
                continue
            rank = (
                _RANK[mark.role],
                int(mark.found is not None),
                int(mark.stand is not Stand.GLUED),
                len(block.rows),
                -number,
            )
            key = id(row.link or row.node)
            if key not in best or rank > best[key][0]:
                best[key] = (rank, block, row)
    kept = {id(row) for _, _, row in best.values()}
    seen: set[int] = set()
    for block in blocks:
        block.rows = [r for r in block.rows if id(r) in kept and id(r) not in seen]
        seen.update(id(r) for r in block.rows)
    return [b for b in blocks if b.rows]


def is_pinned(row: Row) -> bool:
    """Whether a row says that it is kept on top."""
    node = row.node
    if _PIN.search(node.text(200)[:60]) or _PIN_CLASS.search(node.attrs.get("class", "")):
        return True
    for mark in islice((k for k in node.walk(60) if k.tag in ("img", "i", "em", "span")), 10):
        picture = mark.attrs.get("src", "") + mark.attrs.get("alt", "")
        if _PIN_CLASS.search(mark.attrs.get("class", "")) or _PIN_PICTURE.search(picture):
            return True
    return False
