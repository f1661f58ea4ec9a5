"""The dates of a page without its tree, where the markup leaves no doubt; everything else is left to the tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from html import unescape
from itertools import pairwise

from monitor import dates, urls
from monitor.dates import Role
from monitor.model import Dated, Item, PageKind, Trust
from monitor.page.lists import pin_leading
from monitor.page.read import see
from monitor.page.rows import Row, is_title
from monitor.page.tree import Node
from monitor.text import Decoded, decode, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What a page's dates say, without its links: the same as `read` finds."""

    kind: PageKind
    published: Dated | None
    newest: Dated | None
    items: tuple[Item, ...]
    skimmed: bool
    """Whether the markup alone decided, without a tree."""


def freshness(body: bytes, url: str, today: date, kind: PageKind, content_type: str = "") -> Freshness:
    """The dates of a list or an article when nothing else is wanted: as `read` finds them, often quicker."""
    if len(body) <= _MOST:
        decoded = decode(body, content_type)
        if kind is PageKind.LIST:
            items = _rows(decoded, url, today)
            if items:
                newest = max((i.published for i in items if i.published), key=lambda d: d.day)
                return Freshness(kind=kind, published=None, newest=newest, items=items, skimmed=True)
        elif kind is PageKind.ARTICLE:
            published = _article(decoded.text, today)
            if published is not None:
                return Freshness(kind=kind, published=published, newest=published, items=(), skimmed=True)
    sight = see(body, url, today, content_type, kind)
    items = () if kind is PageKind.ARTICLE else sight.listing.items
    return Freshness(kind=kind, published=sight.published, newest=sight.newest, items=items, skimmed=False)


_MOST = 1_000_000
_DAY = r"(?P<y>(?:19|20)\d\d)(?P<s>[-/.年])(?P<m>0?[1-9]|1[0-2])[-/.月](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)日?"
_DATE = re.compile(r"(?:19|20)\d\d(?:[-/.]\d\d?[-/.]\d\d?(?!\d)|年\d\d?月\d\d?日)")
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
_TAG = re.compile(r"<[^<>]*>")


def _clean(text: str, strict: bool = True) -> str | None:
    """The markup without comments, scripts and styles; None (if `strict`) where a script may write dates."""
    for start, end in (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")):
        parts: list[str] = []
        position = 0
        while (begin := text.find(start, position)) >= 0:
            close = text.find(end, begin)
            if close < 0:
                return None
            parts.append(text[position:begin])
            position = close + len(end)
            if (
                strict
                and start == "<script"
                and text.find("document.write", begin, close) >= 0
                and _DATE.search(text, begin, close)
            ):
                return None
        if parts:
            parts.append(text[position:])
            text = "".join(parts)
    return None if "<SCRIPT" in text or "<base" in text else text


def _rows(decoded: Decoded, url: str, today: date) -> tuple[Item, ...]:
    """The rows of a list whose dates all stand in the same element, one row to an li or tr; () where there is doubt."""
    text = None if "<record" in decoded.text else _clean(decoded.text)
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
    others = len(_DATE.findall(_TAG.sub("", text))) - len(cells) + len(_SHORT_DATE.findall(text))
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
            words = _TAG.sub("", _BLOCK.sub(" ", words))
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


_INFO = re.compile(
    r"来\s*源|作\s*者|浏\s*览|点\s*击|阅\s*读|访\s*问|编\s*辑|字\s*[号体]|次\s*数|人\s*气|出\s*处|source|author|views?|\sby\s|hits",
    re.IGNORECASE,
)
_LINE_EDGE = re.compile(
    r"</?(?:p|div|li|td|tr|th|h\d|ul|ol|table|br|section|dl|dt|dd|article|center|header)\b[^<>]*>", re.IGNORECASE
)
_CLOCK = re.compile(r"(?:\s|&nbsp;){0,4}\d{1,2}:\d\d")
_ASIDE = re.compile(
    r"(?:class|id)=[\"'][^\"']*(?:side|related|recommend|hot|comment|rank|xgxw|weather|clock|foot|copyright|cmt|reply)",
    re.IGNORECASE,
)


def _article(text: str, today: date) -> Dated | None:
    """The one date that is named as published, or stands in an information line; None where there is doubt."""
    written = _WRITTEN.search(text)
    clean = _clean(text, strict=written is None)
    if clean is None:
        return None
    body = clean.find("<body")
    best: tuple[int, int, Dated] | None = None
    hits = list(_DATE.finditer(clean, max(body, 0)))
    if (not hits and written is None) or len(hits) > 40:
        return None
    for hit in hits:
        start, end = hit.span()
        opened = clean.rfind("<", max(0, start - 300), start)
        if opened > clean.rfind(">", max(0, start - 300), start):
            continue
        found = dates.find(hit[0])
        if found is None:
            continue
        scored = _line_score(clean, start, end)
        if scored is None:
            continue
        rank, where = scored
        if rank < 0 or found.day > today:
            return None
        trust = Trust.SURE if rank > 2 else Trust.LIKELY
        value = Dated(day=found.day, text=hit[0], where=where, rule=found.rule, trust=trust)
        if best is None or rank > best[0]:
            best = (rank, start, value)
        elif rank == best[0] and value.day != best[2].day:
            return None
    return best[2] if best is not None else _written(text, written, today)


_WRITTEN = re.compile(
    r"var\s+(?P<name>pub\w*)\s*=\s*(?:'(?P<one>[^'\n<>]{8,40})'|\"(?P<two>[^\"\n<>]{8,40})\")", re.IGNORECASE
)


def _written(text: str, variable: re.Match[str] | None, today: date) -> Dated | None:
    """The date of a script variable which document.write puts onto the page; None where there is none."""
    if variable is None or not re.search(rf"document\.write\s*\(\s*{re.escape(variable['name'])}\s*\)", text):
        return None
    found = dates.find(variable["one"] or variable["two"])
    if found is None or found.day > today or text.count("document.write(" + variable["name"]) != 1:
        return None
    return Dated(day=found.day, text=printable(variable[0], 80), where="script variable", rule=found.rule)


def _line_score(clean: str, start: int, end: int) -> tuple[int, str] | None:
    """How sure the line round a date makes it: 5 named, 4 a date, 3 with information, 2 with a time; -1 is doubt."""
    head, tail = clean[max(0, start - 500) : start], clean[end : end + 400]
    in_link = head.rfind("<a ") > head.rfind("</a>")
    edges = [edge.end() for edge in _LINE_EDGE.finditer(head)]
    near = _plain(head[edges[-1] :] if edges else head)
    before = near if near.strip() else _plain(head)[-20:]
    role = dates.role_before(before)
    if role is Role.REFUSED:
        return None
    if role in (Role.PUBLISHED, Role.DATE):
        if in_link or _ASIDE.search(head):
            return -1, ""
        return (5, "label 发布时间") if role is Role.PUBLISHED else (4, "label 日期")
    edge = _LINE_EDGE.search(tail)
    line = near + _plain(tail[: edge.start()] if edge else tail)
    if in_link or role is Role.UPDATED or len(line.strip()) > 90:
        return None
    if not _INFO.search(line):
        if len(line) > 60:
            return None
        return (2, "line with a time of day") if _CLOCK.match(tail) and not _ASIDE.search(head) else (-1, "")
    return (-1, "") if _ASIDE.search(head) else (3, "information line")


def _plain(markup: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", markup)).split())
