"""The list in a data answer (JSON, JSONP, RSS, records in XML) by which a script fills a page. Pure."""

from __future__ import annotations

import itertools
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone, tzinfo

from monitor import urls
from monitor.model import Dated, Filling, Item, Page, PageKind, Trust
from monitor.page.fields import Rank, Row, Scalar, date_field, is_pinned, link_field, plain, stamp_of, title_field
from monitor.page.read import read
from monitor.text import decode, printable

MAX_BYTES = 2_000_000
_CHINA = timezone(timedelta(hours=8))
_MOST_NODES = 200_000
_MOST_ROWS = 500
_MOST_MEMBERS = 80
_MOST_INNER = 20
"""Strings that are opened because they look like JSON themselves."""
_DEPTH = 3
_JSONP = re.compile(
    r"\s{0,9}(?:/\*\*?/|try\s{0,9}\{|;)?\s{0,9}(?:(?:var|let|const)\s{1,9})?[A-Za-z_$][\w$.\[\]]{0,80}\s{0,9}(?:\(|=)\s{0,9}(?=[\[{])"
)
_ENTRY = re.compile(r"<(item|entry|record|row|doc|article|news)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<([A-Za-z_][\w:.-]{0,40})(?:\s[^<>]{0,500}?)?(?:/>|>\s*(?:<!\[CDATA\[(.{0,600}?)\]\]>|([^<]{0,2000}))\s*</\1\s*>)",
    re.DOTALL,
)
_HREF = re.compile(r"<link\s[^<>]{0,300}?href\s*=\s*[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:^|[._])(?:total(?:_?(?:count|elements|records?|num|rows|hits|size))?|record_?count|count|hits)$"
)
_PINS = 5


def read_data(
    body: bytes, url: str, today: date, *, page_url: str, content_type: str = "", zone: tzinfo = _CHINA
) -> Page | None:
    """The list that a data answer holds, as a page whose rows name their evidence; None when it holds none.

    `page_url` is the column's page: relative addresses start there. `zone` is where the office's day begins, in
    which epochs and UTC times are told. Never raises on any bytes.
    """
    decoded = decode(body[:MAX_BYTES], content_type)
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        tables = [entries] if (entries := list(itertools.islice(_entries(text), _MOST_ROWS))) else []
        total = None
    else:
        value = _parsed(text)
        tables, total = list(_tables(value)), _total(value)
    best = max((t for t in (_table(rows, today, zone) for rows in tables) if t), key=lambda t: t.weight, default=None)
    if best is None:
        return _markup(text, page_url, today) if text.startswith("<") else None
    items = _items(best, page_url, today, zone)
    return _page(items, url, decoded.encoding, total)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Rows, and which of their members is what."""

    rows: Sequence[Row]
    title: str
    day: str
    rank: Rank
    link: str
    weight: float


def _parsed(text: str) -> object:
    """The value of JSON, bare or wrapped in a call or an assignment; None when it is none."""
    found = _JSONP.match(text)
    start = found.end() if found and text[:1] not in "[{" else 0
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _tables(value: object) -> Iterator[list[Row]]:
    """Every run of objects in a value, from the outside in, each row flattened."""
    waiting: deque[tuple[object, int]] = deque([(value, 0)])
    nodes = inner = 0
    while waiting and nodes < _MOST_NODES:
        here, depth = waiting.popleft()
        nodes += 1
        if isinstance(here, str):
            if depth < 8 and here[:1] in ("[", "{") and len(here) > 20 and inner < _MOST_INNER:
                inner += 1
                waiting.append((_parsed(here), depth + 4))
            continue
        if isinstance(here, dict):
            kids: list[object] = list(here.values())
        elif isinstance(here, list):
            kids = here
        else:
            continue
        rows = [kid for kid in kids[:_MOST_ROWS] if isinstance(kid, dict)]
        if rows and len(rows) * 2 > len(kids[:_MOST_ROWS]) and (isinstance(here, list) or len(rows) > 1):
            yield [dict(itertools.islice(_members(row, "", 0), _MOST_MEMBERS)) for row in rows]
        waiting.extend((kid, depth + 1) for kid in kids if isinstance(kid, dict | list | str))


def _members(row: dict[str, object], above: str, depth: int) -> Iterator[tuple[str, Scalar]]:
    for name, value in row.items():
        path = f"{above}{name}"[:120]
        if isinstance(value, str | int | float):
            yield path, value
        elif isinstance(value, dict) and depth < _DEPTH:
            yield from _members(value, f"{path}.", depth + 1)
        elif isinstance(value, list) and 3 <= len(value) <= 7 and all(type(v) is int for v in value):
            yield path, tuple(value)


def _entries(text: str) -> Iterator[Row]:
    """The rows of RSS, Atom and record-like XML; none where the rows are markup themselves."""
    position = 0
    while len(text) > position and (opened := _ENTRY.search(text, position)):
        end = text.find(f"</{opened[1]}>", opened.end())
        if end < 0:
            return
        inner = text[opened.end() : min(end, opened.end() + 20_000)]
        row: Row = {}
        for name, quoted, bare in _ELEMENT.findall(inner):
            row.setdefault(name, quoted or bare)
        if (href := _HREF.search(inner)) and not row.get("link"):
            row["link"] = href[1]
        if len(row) > 1:
            yield row
        position = end


def _markup(text: str, page_url: str, today: date) -> Page | None:
    """Rows that come as markup: a fragment of HTML, or records that hold some."""
    island = f'<div><script type="text/xml">{text}</script></div>' if "<record" in text[:MAX_BYTES] else text
    found = read(island.encode("utf-8", "replace"), page_url, today, kind=PageKind.LIST, content_type="charset=utf-8")
    return found if found.filling is Filling.ROWS and found.newest is not None else None


def _table(rows: Sequence[Row], today: date, zone: tzinfo) -> _Table | None:
    paths = list(dict.fromkeys(path for row in rows[:50] for path in row))[: 2 * _MOST_MEMBERS]
    head = rows[:50]
    title, day = title_field(head, paths), date_field(head, paths, today, zone)
    if title is None or day is None:
        return None
    link = link_field(head, paths)
    if not (link or title[1]) or (len(rows) == 1 and not (title[1] and day[1] >= Rank.CREATED)):
        return None
    weight = sum(1 + min(len(str(row.get(title[0], ""))), 40) / 10 for row in rows)
    weight *= (1.0 if link else 0.6) * (1.0 if title[1] else 0.5) * (1.0 if day[1] >= Rank.CREATED else 0.5)
    return _Table(rows=rows, title=title[0], day=day[0], rank=day[1], link=link, weight=weight)


def _items(table: _Table, page_url: str, today: date, zone: tzinfo) -> tuple[Item, ...]:
    items: list[Item] = []
    for number, row in enumerate(table.rows, 1):
        words = row.get(table.title)
        title = plain(words) if isinstance(words, str) else ""
        href = row.get(table.link) if table.link else None
        target = urls.resolve(page_url, href.strip()) if isinstance(href, str) and 0 < len(href) < 4000 else None
        published: Dated | None = None
        stamp = stamp_of(row[table.day], table.rank, today, zone) if table.day in row else None
        if stamp is not None:
            trust = Trust.SURE if stamp.sure and table.rank >= Rank.DATE else Trust.LIKELY
            published = Dated(
                day=stamp.day,
                text=stamp.text,
                where=f"data row {number}, field {printable(table.day, 60)}",
                rule=stamp.rule,
                trust=Trust.DOUBTFUL if stamp.day > today else trust,
            )
        if title or published:
            url = target[0] if target and urls.is_web(target[0]) else ""
            items.append(Item(title=title, url=url, published=published, pinned=is_pinned(row)))
    return tuple(items)


def _page(items: tuple[Item, ...], url: str, encoding: str, total: int | None) -> Page | None:
    credible = [i.published for i in items if i.published and i.published.trust is not Trust.DOUBTFUL]
    newest = max(credible, key=lambda d: d.day, default=None)
    if newest is None:
        return None
    ordered = _descends(items)
    notes: list[str] = []
    if not ordered and total is not None and total > len(items):
        # A newer one may stand on a page of the data that was not read.
        newest = Dated(day=newest.day, text=newest.text, where=newest.where, rule=newest.rule, trust=Trust.DOUBTFUL)
        notes.append(f"{len(items)} of {total} rows, not sorted: a newer one may be among the others")
    if any(i.published and i.published not in credible for i in items):
        notes.append("refused a date in the future")
    return Page(
        url=url,
        encoding=encoding,
        kind=PageKind.LIST,
        title="",
        published=None,
        newest=newest,
        items=items,
        outlinks=(),
        filling=Filling.ROWS,
        sorted_newest_first=ordered,
        notes=tuple(notes),
    )


def _descends(items: tuple[Item, ...]) -> bool:
    """Whether the rows descend, pinned ones apart: those that say so, and a few older ones at the head."""
    days = [i.published.day for i in items if i.published and not i.pinned]
    for start in range(min(_PINS, len(days))):
        if all(a >= b for a, b in itertools.pairwise(days[start:])):
            return start == 0 or (len(days) - start >= 2 * start and all(d < days[start] for d in days[:start]))
    return len(days) < 2


def _total(value: object) -> int | None:
    """How many rows there are in all, where the answer says so."""
    waiting: deque[tuple[object, int]] = deque([(value, 0)])
    while waiting:
        here, depth = waiting.popleft()
        if not isinstance(here, dict) or depth > 3:
            continue
        for name, one in itertools.islice(here.items(), _MOST_MEMBERS):
            if _TOTAL.search(str(name).lower()) and str(one).isascii() and str(one).isdigit() and len(str(one)) < 10:
                return int(str(one))
            waiting.append((one, depth + 1))
    return None
