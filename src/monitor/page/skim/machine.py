"""What machines are told of an article's day, read off the letters: script variables, JSON-LD, meta elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated, Trust
from monitor.page.article import _META, _epoch, _json_date
from monitor.page.scripts import named_dates
from monitor.page.skim.place import Place, role_at
from monitor.text import printable

_SHOWN = (re.compile(r"document\.write"), re.compile(r"var\s+pub"))
_WRITTEN = re.compile(
    r"var\s+(?P<name>pub\w*)\s*=\s*(?:'(?P<one>[^'\n<>]{8,40})'|\"(?P<two>[^\"\n<>]{8,40})\")", re.IGNORECASE
)
_JSON = re.compile(r"<script\b[^<>]*ld\+json[^<>]*>")
_META_TAG = re.compile(r"<meta\b[^<>]*>")
_META_LOUD = re.compile(r"<M(?:ETA|eta)\b[^<>]*>")
_SHORT = re.compile(r"发布(?:时间|日期)[:：]\s*+((?:\d\d[-/.])?[01]?\d[-/.][0-3]?\d)\s*<")
_NUMBER = re.compile(r"\d\d[-/.年\d]\d")
_DATING = re.compile(r"time|date|pub|creat|issued", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(property|name|itemprop|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)


def written_day(text: str, position: int, today: date) -> Dated | None:
    """The date there, if a script writes it behind the label of a publication date; None otherwise."""
    variable = _WRITTEN.search(text, max(0, position - 40), position + 42)
    if variable is None or text.count("document.write(" + variable["name"]) != 1:
        return None
    found = dates.find(variable["one"] or variable["two"])
    opened = text.rfind("<script", 0, variable.start())
    if found is None or found.day > today or opened < 0:
        return None
    label = role_at(Place(text, opened, opened), "")
    if label is None and text[opened - 200 : opened].rstrip()[-1:] in ":：":
        label = dates.role_before(text[opened - 40 : opened])
    if label is not Role.PUBLISHED:
        return None
    shown = variable["one"] or variable["two"]
    return Dated(day=found.day, text=printable(shown, 80), where="label 发布时间", rule=found.rule)


def script_day(text: str, today: date) -> Dated | None:
    """The date of a script variable which the page shows; None where there is none."""
    for opened, closed in sorted({span for pattern in _SHOWN for span in _scripts(text, pattern)}):
        for written, value in named_dates(text[opened:closed]):
            found = dates.find(value) or dates.short_year(value, today) or _epoch(value)
            if found is not None and found.day <= today:
                if found.rule == "epoch":
                    return None
                return Dated(day=found.day, text=printable(written, 80), where="script variable", rule=found.rule)
    return None


def _scripts(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The scripts in which a pattern is found."""
    done = 0
    while (hit := pattern.search(text, done)) is not None:
        opened = text.rfind("<script", 0, hit.start())
        done = text.find("</script", hit.start())
        if done < 0:
            return
        if opened >= 0:
            yield text.find(">", opened) + 1, done


def told_day(text: str, today: date, end: int = 1 << 40) -> Dated | None:
    """The date of JSON-LD, else that of the best meta element; None without one."""
    return _json_day(text, today, end) or _meta_day(text, today, end)


def short_day(text: str, start: int, today: date) -> Dated | None:
    """The date without its century or year that is labelled as published, the year from what machines are told."""
    hits = list(_SHORT.finditer(text, start))
    if len(hits) != 1 or hits[0].start() - start > 4000:
        return None
    value = hits[0][1]
    shown, where = printable(value.strip(), 80), "label 发布时间"
    found = dates.short_year(value, today)
    if found is not None:
        return Dated(day=found.day, text=shown, where=where, rule=found.rule) if found.day <= today else None
    partial, told = dates.month_day(value), told_day(text, today)
    if partial is None or told is None or (told.day.month, told.day.day) != (partial.month, partial.day):
        return None
    return Dated(day=told.day, text=shown, where=where, rule=f"month-day, year from {told.where}")


def _json_day(text: str, today: date, most: int) -> Dated | None:
    if text.find("ld+json", 0, most) < 0:
        return None
    for opened in _JSON.finditer(text, 0, most):
        end = min(text.find("</script", opened.end()), opened.end() + 200_000)
        named = any(text.find(key, opened.end(), end) >= 0 for key in ("datePublished", "pubDate"))
        value = _json_date(text[opened.end() : end]) if named else ""
        found = dates.find(value) if value else None
        if found is not None and found.day <= today:
            return Dated(
                day=found.day,
                text=printable(value, 80),
                where="JSON-LD datePublished",
                rule=found.rule,
                trust=Trust.LIKELY,
            )
    return None


def _meta_day(text: str, today: date, most: int) -> Dated | None:
    best: tuple[int, Dated] | None = None
    for tag in _META_TAG.findall(text, 0, most) or _META_LOUD.findall(text, 0, most):
        if not _NUMBER.search(tag) or not _DATING.search(tag):
            continue
        attributes = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(tag)}
        name = (
            (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").strip().lower()
        )
        rank = _META.get(name.replace(" ", ""))
        content = unescape(attributes.get("content", ""))[:100]
        if rank is None or not content:
            continue
        found = dates.find(content) or dates.short_year(content, today)
        if found is None or found.day > today or (best is not None and rank >= best[0]):
            continue
        trust = Trust.LIKELY if rank < 2 else Trust.DOUBTFUL
        where = f"meta {printable(name, 40)}"
        best = (rank, Dated(day=found.day, text=printable(content, 80), where=where, rule=found.rule, trust=trust))
    return best[1] if best else None
