"""The rows of a plain list, read off its letters: dates first, then the rows round them, proven by their tags."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from html import unescape
from itertools import pairwise

from monitor import dates, urls
from monitor.dates import Role
from monitor.model import Dated, Item
from monitor.page.lists import pin_leading
from monitor.page.rows import Row, is_pinned
from monitor.page.skim import shape
from monitor.page.skim.cells import Cell, bared, cell_at, lesser, others, places
from monitor.page.skim.link import link_of
from monitor.page.skim.spans import Spans
from monitor.page.tree import Node, build_plain
from monitor.text import Decoded

_NOWHERE = Node("", {}, None)
_MORE = re.compile(r">[\s\[(<]*(?:查看)?(?:更多|[mM][oO][rR][eE])".encode())
_APART = (b"footer", b"nav", b"header", b"aside")
_PIN_WORDS = tuple(word.encode() for word in ["顶", "pinned", "sticky", "закр"])
_PIN_NAMES = (b"top", b"stick", b"pin", b"zhiding", b"ding.")
_PINNED = tuple(
    re.compile(name + rb"\s*=\s*(?:\"[^\"<>]*?|'[^'<>]*?|)(?:top|stick|pin|zhiding|ding\.)")
    for name in (b"class", b"src", b"alt")
)
_REMARK = re.compile(rb"<!--.*?-->", re.DOTALL)
_CLASS = re.compile(rb"class\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_STRANGE = re.compile(rb"<[tTxXbBrR](?:extarea|EXTAREA|emplate\b|mp\b|ase\b[^<>]*href|ASE\b|ecord)")
_STATE = re.compile(rb"\d+|\b(?:first|last|odd|even|on|active|current|cur|hover|hide|show|selected)\b")
_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]*)")
_DEEPER = re.compile(r"(/|(?:\.\./){0,8})((?:\w[\w-]*/){0,8}\w[\w-]*\.\w{1,5})", re.ASCII)
"""An href that only goes on from a folder, in letters that no parser changes."""
_NEVER = 4000
_Own = tuple[bytes, bytes, Role | None]


def rows(decoded: Decoded, raw: bytes, url: str, today: date) -> tuple[Item, ...]:
    """The rows of a page's one list, as the tree finds them; () where there is doubt. `raw` is the page in UTF-8."""
    spots = places(raw)
    if len(spots) < 2:
        return ()
    if _STRANGE.search(raw):
        return ()
    main, rest = _sort(raw, spots)
    if len(main) < 2 or rest is None:
        return ()
    title = raw.find(b"<title", 0, main[0].start)
    if title >= 0 and raw.find(b"</title>", title, main[0].start) < 0:
        return ()
    found = _rows(raw, main, today)
    if not found:
        return ()
    own = _own(raw, main[0])[:2]
    for tag in others(raw):
        if _named(tag) == tuple(map(bared, own)):
            return ()
        rest += 1
    if rest and not _outweighs(found, raw, main[0].start, rest):
        return ()
    folders = _folders(url)
    return tuple(
        Item(title=row.title, url=_address(row.href, decoded, url, folders), published=row.published, pinned=row.pinned)
        for row in pin_leading(found)
    )


def _sort(raw: bytes, spots: list[tuple[int, int]]) -> tuple[list[Cell], int | None]:
    """The dates that stand alike most often, and how many others count; None for those where there is doubt."""
    groups: dict[_Own, list[Cell]] = {}
    loose: list[tuple[int, int]] = []
    for spot in spots:
        cell = cell_at(raw, *spot)
        if cell is None:
            loose.append(spot)
        else:
            groups.setdefault(_own(raw, cell), []).append(cell)
    if not groups:
        return [], None
    own = max(groups, key=lambda k: len(groups[k]))
    first, last = groups[own][0].start, groups[own][-1].end
    seen = [spot for spot in loose if raw.rfind(b"<", 0, spot[0]) < raw.rfind(b">", 0, spot[0])]
    if seen or len(groups) > 1 or not _read(raw, first, last):
        spans = Spans(raw)
        if not spans.plain or any(spans.writes(raw, start) for start, _ in spots):
            return [], None
        groups = {
            key: kept for key, cells in groups.items() if (kept := [c for c in cells if spans.around(c.start) < 0])
        }
        seen = [spot for spot in seen if spans.around(spot[0]) < 0]
    main = groups.pop(own, [])
    counted = [start for start, end in seen if not lesser(raw[raw.rfind(b">", 0, start) + 1 : raw.find(b"<", end)])]
    counted.extend(cell.start for cells in groups.values() for cell in cells)
    if any(other[:2] == own[:2] for other in groups) or any(_unsettled(raw, start, main) for start in counted):
        return [], None
    return main, len(counted)


def _unsettled(raw: bytes, place: int, main: list[Cell]) -> bool:
    """Whether another date may belong to the main list: among its rows, or in an element that its letters hide."""
    if not main or main[0].start < place < main[-1].end:
        return True
    opened = raw.rfind(b"<", 0, place)
    return raw[opened + 1 : opened + 2] == b"/" or raw[opened + 1 : opened + 4].lower() in (
        b"br>",
        b"br/",
        b"br ",
        b"img",
    )


def _read(raw: bytes, first: int, last: int) -> bool:
    """Whether no script, style or comment stands between two places or round them."""
    for opens, closes in ((b"<!--", b"-->"), (b"<script", b"</script"), (b"<style", b"</style")):
        if raw.find(opens, first, last) >= 0 or raw.rfind(opens, 0, first) > raw.rfind(closes, 0, first):
            return False
    return b"<SCRIPT" not in raw[first:last]


def _own(raw: bytes, cell: Cell) -> _Own:
    """The element of a date by tag, class and the role of its words."""
    return *_named(raw[raw.rfind(b"<", 0, cell.start) : cell.start]), cell.form.role


@lru_cache(maxsize=4096)
def _named(tag: bytes) -> tuple[bytes, bytes]:
    """A tag's name and class, without what tells rows apart."""
    name = _TAG.match(tag)
    kind = _CLASS.search(tag) if b"class" in tag else None
    styled = kind[1] or kind[2] or kind[3] or b"" if kind else b""
    return name[1].lower() if name else tag[:12], _STATE.sub(b"", styled).strip() if styled else b""


def _outweighs(found: list[Row], raw: bytes, first: int, others: int) -> bool:
    """Whether other dates, were each of them a row of one more list, change nothing of the main one."""
    if others >= len(found) or len(_MORE.findall(raw)) > 2:
        return False
    weight = 0.3 * sum(1 + min(len(row.title), 40) / 10 for row in found)
    if any(raw.count(b"<" + tag, 0, first) != raw.count(b"</" + tag, 0, first) for tag in _APART):
        weight *= 0.1
    return others * 5 * (1 if len(found) >= 9 else 3) < weight


def _rows(raw: bytes, cells: list[Cell], today: date) -> list[Row]:
    """The rows of dates that stand alike; [] where their tags do not prove them to be siblings of one form."""
    first, last = cells[0].start, cells[-1].end
    offset = max(0, first - _NEVER)
    region = raw[offset : last + _NEVER]
    low = region.lower()
    if b"<!--" in low or b"<script" in low:
        region, low, cells = _blanked(region, cells, offset)
    parts = _between(low, cells, offset, _may_be_torn(raw, cells[0]) if b"</table" in low else 0)
    if parts is None:
        return []
    chain, bounds = parts
    if b"td" in chain and not _heads_well(raw, offset + bounds[0][0]):
        return []
    inner = low[bounds[0][0] : bounds[-1][1]]
    pins = _pins(inner)
    found: list[Row] = []
    for number, (cell, (start, end)) in enumerate(zip(cells, bounds, strict=True), 1):
        form, place = cell.form, cell.start - offset
        day = form.day(cell.words)
        link = link_of(region, low, start, end, place)
        if day is None or day > today or link is None or not (form.role is not None or _unnamed(region, place)):
            return []
        shown = cell.words[form.start : form.end]
        dated = Dated(day=day, text=shown, where=f"list row {number}", rule=form.rule)
        row = Row(mark=None, node=_NOWHERE, title=link[0], href=link[1], published=dated)
        if pins:
            row.node = next(
                (k for k in build_plain(region[start:end].decode("utf-8", "replace")).kids if isinstance(k, Node)),
                _NOWHERE,
            )
            row.pinned = is_pinned(row)
        found.append(row)
    return found


def _pins(markup: bytes) -> bool:
    """Whether words, a class or a picture in the rows may say that one is kept on top."""
    if any(word in markup for word in _PIN_WORDS):
        return True
    return any(name in markup for name in _PIN_NAMES) and any(pattern.search(markup) for pattern in _PINNED)


def _blanked(region: bytes, cells: list[Cell], offset: int) -> tuple[bytes, bytes, list[Cell]]:
    """The region with its comments blanked, place for place."""
    region = _REMARK.sub(lambda m: b" " * len(m[0]), region)
    return region, region.lower(), cells


def _may_be_torn(raw: bytes, cell: Cell) -> int:
    """How many times a table's end may stand among its rows: tables lie open round it, and the dates have a class."""
    return raw.count(b"<table", 0, cell.start) - raw.count(b"</table", 0, cell.start) if _own(raw, cell)[1] else 0


def _between(
    low: bytes, cells: list[Cell], offset: int, tables: int
) -> tuple[tuple[bytes, ...], list[tuple[int, int]]] | None:
    """The elements round each date and the bounds of all rows; None where the tags between dates are not alike.

    Of `tables` that lie open all but one may be closed between two rows.
    """
    shapes: list[shape.Shape] = []
    chain: tuple[bytes, ...] = ()
    for one, two in pairwise(cells):
        found = shape.between(shape.tags_of(low, one.end - offset, two.start - offset))
        tables -= found is not None and found.torn
        if found is None or (found.torn and tables < 1):
            return None
        if chain and found.chain[-len(chain) :] != chain and chain[-len(found.chain) :] != found.chain:
            return None
        chain = found.chain if not chain or len(found.chain) < len(chain) else chain
        shapes.append(found)
    columns = shapes[0].cells
    starts: list[int] = []
    ends: list[int] = []
    level = len(chain)
    wrapped: list[tuple[tuple[bytes, bytes], ...]] = []
    for found, one, two in zip(shapes, cells, cells[1:], strict=False):
        over = len(found.chain) - level
        if over > 3 or found.cells != columns:
            return None
        right = two.start - offset
        ends.append(_nth(low, *found.ends[level - 1], one.end - offset))
        starts.append(_nth_back(low, *found.starts[over], right))
        if over:
            places = [_nth_back(low, *opened, right) for opened in found.starts[:over]]
            wrapped.append(tuple(_tag_at(low, place) for place in places))
    if len(chain) < 2 or (len(chain) > 5 and not {b"li", b"tr"} & set(chain)):
        return None
    first = cells[0].start - offset
    start = _first_start(low, chain, columns, first)
    end = shape.end_of(low, cells[-1].end - offset, chain)
    if start < 0 or end < 0:
        return None
    if wrapped and not _wrapped_alike(low, wrapped, start):
        return None
    starts.insert(0, start)
    ends.append(end)
    return chain, list(zip(starts, ends, strict=True))


def _tag_at(low: bytes, place: int) -> tuple[bytes, bytes]:
    return _named(low[place : low.find(b">", place) + 1])


def _wrapped_alike(low: bytes, wrapped: list[tuple[tuple[bytes, bytes], ...]], first: int) -> bool:
    """Whether a list that goes on in further wrappers began in ones of the same tags and classes."""
    around = shape.around(low, max(0, first - 1500), first)[-max(map(len, wrapped)) :]
    names = tuple(_tag_at(low, place) for place in around)
    return all(names[-len(wrap) :] == wrap for wrap in wrapped)


def _first_start(low: bytes, chain: tuple[bytes, ...], columns: int, date_at: int) -> int:
    """Where the first row opens; -1 where the tags from there to its date leave other elements open."""
    place = date_at
    for _ in range(4):
        place = low.rfind(b"<" + chain[0], 0, place)
        if place < 0:
            return -1
        names = shape.tags_of(low, place, date_at)
        if names is not None and shape.heads(names) == chain and names.split(b" ").count(b"td") == columns:
            return place
    return -1


def _nth(low: bytes, tag: bytes, count: int, place: int) -> int:
    for _ in range(count):
        place = low.find(tag, place) + 1
    return place - 1


def _nth_back(low: bytes, tag: bytes, count: int, place: int) -> int:
    if count == 1 and len(tag) > 2:
        return low.rfind(tag, 0, place)
    return [m.start() for m in re.finditer(tag + rb"(?![a-z0-9])", low[max(0, place - 20_000) : place])][-count] + max(
        0, place - 20_000
    )


_ENDS = "间 間 期 布 佈 表 于 新 改 生 日 天 是 为 至 自 ： 月 公 开 止 © : = | ; ] ) ） -"
_TELLING = tuple(words.encode() for words in _ENDS.split())
"""How strings end that may name a date."""
_TELLING_ENDS = frozenset(_TELLING)


def _unnamed(region: bytes, place: int) -> bool:
    """Whether no words before a date name it: the string before its element is none of the names of dates."""
    end = region.rfind(b"<", 0, place)
    before = region[max(0, end - 200) : end].rstrip()
    if before[-4:] == b"</a>":
        before = before[:-4].rstrip()
        if before[-1:] > b"z" and before[-3:] not in _TELLING_ENDS:
            return True
    left = max(0, place - 3000)
    while end > left:
        before = region[max(left, end - 200) : end].rstrip()
        if not before:
            end -= 200
        elif before.endswith(b">"):
            end = region.rfind(b"<", left, end)
        elif before.endswith(b"&nbsp;"):
            end = region.rfind(b"&", left, end)
        elif not before.endswith(_TELLING) and not before[-1:].isalpha():
            return True
        else:
            break
    else:
        return False
    words = unescape(region[region.rfind(b">", 0, end) + 1 : end].decode("utf-8", "replace")).strip()
    named = words[-20:] if len(words) <= 8 or words.endswith((":", "：")) else ""
    return bool(words) and (not named or dates.role_before(named) is None)


def _heads_well(raw: bytes, row: int) -> bool:
    """Whether the head of the table round a row does not name its dates as others than that of publication."""
    table = raw.rfind(b"<table", 0, row)
    end = raw.find(b"</tr", table, row)
    if table < 0 or end < 0:
        return table >= 0
    words = re.sub(rb"<[^<>]*>", b"\n", raw[table:end]).decode("utf-8", "replace")
    return all(dates.role_before(w.strip()) is not Role.REFUSED for w in words.split("\n") if 0 < len(w.strip()) <= 12)


def _folders(url: str) -> list[str]:
    """The folder of a page, the one above it, and so on to its host's top; [] where hrefs need a parser."""
    found = urls.resolve(url, ".")
    if found is None or not found[0].startswith(("http://", "https://")) or not found[0].endswith("/"):
        return []
    folders = [found[0]]
    while folders[-1].count("/") > 3:
        folders.append(folders[-1][: folders[-1].rstrip("/").rfind("/") + 1])
    return folders


def _address(href: str, decoded: Decoded, url: str, folders: list[str]) -> str:
    if folders and (plain := _DEEPER.fullmatch(href)):
        ups, below = plain.groups()
        return folders[-1 if ups == "/" else min(len(ups) // 3, len(folders) - 1)] + below
    if not href or href[:1] == "#" or href[:11].lower() == "javascript:" or len(href) >= 8000:
        return ""
    target = urls.resolve(url, href, decoded.encoding)
    return target[0] if target else ""
