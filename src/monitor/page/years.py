"""Days for the rows of a list, the years that are not written inferred from addresses, order and the reference day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated, Trust
from monitor.page.marks import Mark, Stand
from monitor.page.rows import Row
from monitor.page.tree import Node
from monitor.text import printable


def date_rows(rows: list[Row], today: date, where: str) -> list[str]:
    """Give every row its Dated; years that are not written are inferred. Returns notes."""
    notes: list[str] = []
    previous: date | None = None
    limit = today
    wraps = _wraps(rows)
    _settle_order(rows)
    for number, row in enumerate(rows, 1):
        mark = row.mark
        if mark is None:
            continue
        place = f"{where} {number}"
        if mark.found is not None:
            day, rule = mark.found.day, mark.found.rule
            trust = Trust.SURE if mark.found.sure and mark.stand is not Stand.GLUED else Trust.LIKELY
            if not mark.found.sure or mark.role is Role.REFUSED:
                trust = Trust.DOUBTFUL
                if mark.role is Role.REFUSED and not any(n.startswith("the column") for n in notes):
                    notes.append("the column's head names another date than that of publication")
        else:
            if wraps and previous is not None and number - 1 in wraps:
                limit = previous
            inferred = _infer(mark, row.href, limit, wraps is not None)
            if inferred is None:
                continue
            day, rule, trust = inferred
            previous = day
            if trust is not Trust.SURE and not any(n.startswith("years") for n in notes):
                notes.append(
                    "years that are not written were inferred from the addresses, the order of the rows and today"
                )
        if day > today:
            trust = Trust.DOUBTFUL
            notes.append(f"refused a date in the future: {printable(mark.text, 40)} ({place})")
        row.published = Dated(day=day, text=printable(mark.text, 80), where=place, rule=rule, trust=trust)
    return notes[:20]


def _settle_order(rows: list[Row]) -> None:
    """11/03/2026 in a list: a neighbour with a number above 12 tells whether the month or the day comes first."""
    written = [(row.mark, _NUMBERS.match(row.mark.text)) for row in rows if row.mark and row.mark.found]
    numbers = [(mark, int(m[1]), int(m[2]), int(m[3])) for mark, m in written if m is not None]
    month_first = any(second > 12 for _, _, second, _ in numbers)
    day_first = any(first > 12 for _, first, _, _ in numbers)
    if month_first == day_first:
        return
    for mark, first, second, year in numbers:
        month, day = (first, second) if month_first else (second, first)
        try:
            settled = date(year, month, day)
        except ValueError:
            continue
        if mark.found is not None:
            mark.found = replace(mark.found, day=settled, sure=True)


_NUMBERS = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_HEADING_YEAR = re.compile(r"\s*[\[【(]?((?:19|20)\d\d)\s?年?(?:度)?[\])】]?\s*")


def _heading_year(mark: Mark) -> int | None:
    """The year that stands alone in a heading right above the rows: 2025年."""
    node: Node = mark.node
    for _ in range(5):
        parent = node.parent
        if parent is None:
            return None
        for kid in reversed(parent.kids[: min(400, next((i for i, k in enumerate(parent.kids) if k is node), 0))]):
            if isinstance(kid, Node):
                match = _HEADING_YEAR.fullmatch(kid.text(20))
                if match is not None:
                    return int(match[1])
        node = parent
    return None


def _wraps(rows: list[Row]) -> set[int] | None:
    """Where a list without years, newest first, passes a new year: rows whose month jumps up; None if unsorted."""
    days = [(i, r.mark.partial) for i, r in enumerate(rows) if r.mark and r.mark.partial and not r.pinned]
    found: set[int] = set()
    for (_, a), (i, b) in pairwise(days):
        rise = (b.month * 31 + b.day) - (a.month * 31 + a.day)
        if rise > 0:
            if rise < 120:
                return None
            found.add(i)
    return found if len(found) * 2 <= len(days) else None


def _infer(mark: Mark, href: str, limit: date, ordered: bool) -> tuple[date, str, Trust] | None:
    partial = mark.partial
    assert partial is not None
    by_url = dates.from_url(href)
    if by_url is not None:
        if by_url.whole and (by_url.day.month, by_url.day.day) == (partial.month, partial.day):
            return by_url.day, "month-day, year from address", Trust.SURE
        if not by_url.whole and by_url.day.month == partial.month:
            day = partial.latest(date(by_url.day.year, 12, 31))
            if day and day.year == by_url.day.year:
                return day, "month-day, year from address", Trust.SURE
        # The address is as late as the text or later: it was moved here then.
        year_end = by_url.day if by_url.whole else date(by_url.day.year, 12, 31)
        near = date.fromordinal(min(year_end.toordinal() + 31, limit.toordinal()))
        day = partial.latest(near)
        if day is not None:
            return day, "month-day, year from address", Trust.LIKELY
    year = _heading_year(mark)
    if year is not None and year <= limit.year:
        day = partial.latest(date(year, 12, 31))
        if day is not None and day.year == year:
            return day, "month-day, year from the heading", Trust.LIKELY
    day = partial.latest(limit)
    return None if day is None else (day, "month-day", Trust.LIKELY)
