"""Days for the rows of a list, the years that are not written inferred from addresses, order and the reference day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated, Trust
from monitor.page.marks import Mark, Stand
from monitor.page.rows import Row
from monitor.text import printable


def date_rows(rows: list[Row], today: date, where: str) -> list[str]:
    """Give every row its Dated; years that are not written are inferred. Returns notes."""
    notes: list[str] = []
    previous: date | None = None
    limit = today
    wraps = _wraps(rows)
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
    day = partial.latest(limit)
    return None if day is None else (day, "month-day", Trust.LIKELY)
