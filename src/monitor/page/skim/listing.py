"""The rows of a plain list, read off its letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from html import unescape
from itertools import pairwise

from monitor import urls
from monitor.model import Dated, Item
from monitor.page.lists import pin_leading
from monitor.page.rows import Row, is_title
from monitor.page.skim.markup import DATE, TAG, clean
from monitor.page.tree import Node
from monitor.text import Decoded, printable

_DAY = r"(?P<y>(?:19|20)\d\d)(?P<s>[-/.年])(?P<m>0?[1-9]|1[0-2])[-/.月](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)日?"
_SHORT_DATE = re.compile(r">\s*[\[(（【]?\d\d?[-/.月]\d\d?日?[\])）】]?\s*<")
_RELATIVE = ("天前", "小时前", "昨天<", "分钟前", " ago")
_CELL = re.compile(
    r"(?P<before>>(?:\s|&nbsp;|[\[(（【])*)(?P<all>"
    + _DAY
    + r")(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?(?:\s|&nbsp;|[\])）】])*<"
)
_ODD = re.compile(
    r"(?:class|id)=[\"'][^\"']*(?:side|aside|hot|recommend|related|rank)|<h[1-6]\b|置\s*顶|\[顶\]|pinned|(?:zhiding|top|ding)\.(?:gif|png)|class=[\"'][^\"']*\b(?:top|sticky|pin|zhiding|istop|stick)\b|<th\b|"
    r"<time\b|成文日期|发文日期|实施日期|印发日期|生成日期|更新时间",
)
_EDGE = re.compile(r"<(?:li|tr|dl|LI|TR)\b")
_ANCHOR = re.compile(r"<a\b([^<>]*)>((?:[^<]|<(?!/?a\b))*)</a>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|br|h\d)\b[^<>]*>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:li|tr|dl|ul|table)>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_TITLE = re.compile(r"\btitle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def rows(decoded: Decoded, url: str, today: date) -> tuple[Item, ...]:
    """The rows of a list whose dates all stand in the same element, one row to an li or tr; () where there is doubt."""
    text = None if "<record" in decoded.text else clean(decoded.text)
    if text is None:
        return ()
    cells = list(_CELL.finditer(text))
    if len(cells) < 3:
        return ()
    tags = {re.sub(r"\d+", "", text[text.rfind("<", 0, c.start()) : c.start()]) for c in cells}
    starts = [cell.start("all") for cell in cells]
    if len(tags) != 1 or not _even(starts):
        return ()
    if any(word in text for word in _RELATIVE):
        return ()
    others = len(DATE.findall(TAG.sub("", text))) - len(cells) + len(_SHORT_DATE.findall(text))
    if others * 5 > len(cells) * (4 if len(cells) >= 9 else 1):
        return ()
    edges = [edge.start() for edge in _EDGE.finditer(text, max(0, starts[0] - 4000), starts[-1] + 4000)]
    rows = [bisect_right(edges, start) for start in starts]
    if len(set(rows)) != len(rows) or not rows[0] or _ODD.search(text, edges[rows[0] - 1] - 600, starts[-1]):
        return ()
    return _items(text, cells, rows, edges, decoded, url, today)


def _even(starts: list[int]) -> bool:
    """Whether the dates follow each other without a hole: no second list stands apart."""
    gaps = sorted(b - a for a, b in pairwise(starts))
    return gaps[-1] <= gaps[len(gaps) // 2] * 3 + 300


def _items(
    text: str, cells: list[re.Match[str]], rows: list[int], edges: list[int], decoded: Decoded, url: str, today: date
) -> tuple[Item, ...]:
    found: list[Row] = []
    for number, (cell, row) in enumerate(zip(cells, rows, strict=True), 1):
        close = _CLOSE.search(text, cell.end(), cell.end() + 2000)
        end = min(close.start() if close else cell.end(), edges[row] if row < len(edges) else len(text))
        day = _day(cell, today)
        link = _link(text, edges[row - 1], end, cell)
        if day is None or link is None:
            return ()
        rule = "chinese" if cell["s"] == "年" else "iso"
        dated = Dated(day=day, text=printable(cell["all"], 80), where=f"list row {number}", rule=rule)
        found.append(Row(mark=None, node=_NOWHERE, title=link[0], href=link[1], published=dated))
    return tuple(
        Item(title=row.title, url=_address(row.href, decoded, url), published=row.published, pinned=row.pinned)
        for row in pin_leading(found)
    )


_NOWHERE = Node("", {}, None)


def _address(href: str, decoded: Decoded, url: str) -> str:
    if not href or href.lower().startswith(("javascript:", "#")):
        return ""
    target = urls.resolve(url, href, decoded.encoding)
    return target[0] if target else ""


def _day(cell: re.Match[str], today: date) -> date | None:
    try:
        day = date(int(cell["y"]), int(cell["m"]), int(cell["d"]))
    except ValueError:
        return None
    return day if day <= today else None


def _link(text: str, start: int, end: int, cell: re.Match[str]) -> tuple[str, str] | None:
    """The link of a row with the longest words; None without one, or where the date stands inside it."""
    best: tuple[str, str] | None = None
    most = 1
    for anchor in _ANCHOR.finditer(text, start, end):
        if anchor.start() < cell.start() < anchor.end():
            return None
        words = anchor[2]
        if "<" in words:
            words = TAG.sub("", _BLOCK.sub(" ", words))
        words = " ".join((unescape(words) if "&" in words else words).split())
        title = _TITLE.search(anchor[1])
        full = unescape(title[1] or title[2] or "").strip() if title else ""
        words = words or full
        if len(words) <= most or not is_title(words):
            continue
        most = len(words)
        bare = words.rstrip(".… ")
        if full and "\n" not in full and bare and full.startswith(bare[:200]):
            words = full
        href = _HREF.search(anchor[1])
        best = (printable(words), unescape(href[1] or href[2] or href[3] or "").strip() if href else "")
    return best
