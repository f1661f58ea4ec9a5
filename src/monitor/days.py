"""Calendar spans: "6 months" is a place on the calendar, not 180 days."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from monitor.model import Span

_SPAN = re.compile(
    r"(?P<count>\d{1,4})\s*(?:(?P<days>d|days?|天|日)|(?P<weeks>w|weeks?|周)|(?P<months>months?|mo|个月|月)|(?P<years>y|years?|年))",
    re.IGNORECASE,
)


def span(text: str) -> Span | None:
    """A span from plain words: "14 days", "2 weeks", "6 months", "1 year", "6个月"; None when it is none.

    A span of nothing ("0 days") is none either: no column can be that fresh.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None or int(match["count"]) == 0:
        return None
    count = int(match["count"])
    if match["days"]:
        return Span(days=count)
    if match["weeks"]:
        return Span(days=7 * count)
    return Span(months=count) if match["months"] else Span(years=count)


def words(length: Span) -> str:
    """A span in plain English: "14 days", "6 months", "1 year"."""
    for count, unit in ((length.years, "year"), (length.months, "month"), (length.days, "day")):
        if count:
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return "0 days"


def after(start: date, length: Span) -> date:
    """The day that lies a span after `start`; a day that the month lacks becomes its last (31 August: 28 February)."""
    return _shift(start, length, 1)


def before(end: date, length: Span) -> date:
    """The day that lies a span before `end`, month-end safe."""
    return _shift(end, length, -1)


def _shift(day: date, length: Span, sign: int) -> date:
    months = day.year * 12 + day.month - 1 + sign * (length.years * 12 + length.months)
    year, month = divmod(months, 12)
    year = min(max(year, 1), 9999)
    moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    try:
        return moved + timedelta(days=sign * length.days)
    except OverflowError:
        return date.max if sign > 0 else date.min


def is_over(newest: date, length: Span, today: date) -> bool:
    """Whether the span has run out: limits are inclusive, the day on the limit counts as over.

    Census: 「超过(含)」 means "at least".
    """
    return newest <= before(today, length)


def length_in_days(length: Span, today: date) -> int:
    """How many days the span covers when it ends today; for ranking and for people."""
    return (today - before(today, length)).days
