"""The day of a plain article, read off its letters."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated, Trust
from monitor.page.skim.markup import DATE, TAG, clean
from monitor.text import printable

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


def article_day(text: str, today: date) -> Dated | None:
    """The one date that is named as published, or stands in an information line; None where there is doubt."""
    written = _WRITTEN.search(text)
    bare = clean(text, strict=written is None)
    if bare is None:
        return None
    body = bare.find("<body")
    best: tuple[int, int, Dated] | None = None
    hits = list(DATE.finditer(bare, max(body, 0)))
    if (not hits and written is None) or len(hits) > 40:
        return None
    for hit in hits:
        start, end = hit.span()
        opened = bare.rfind("<", max(0, start - 300), start)
        if opened > bare.rfind(">", max(0, start - 300), start):
            continue
        found = dates.find(hit[0])
        if found is None:
            continue
        scored = _line_score(bare, start, end)
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
    return " ".join(unescape(TAG.sub(" ", markup)).split())
