"""Dates with a part missing: month and day without a year, two-digit and bare 民國 years, compact digits, split cells.

They are read only where a whole cell or a labelled value is nothing else: inside a sentence they are anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from monitor.dates.find import MONTH_NAME, MONTHS, Found, fold

_TRIM = " \t\r\n[]()<>{}|·•:,;.-/「」〔〕《》»›‹«"
_TIME = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?$", re.IGNORECASE)
_WEEKDAY = re.compile(r"\s*(?:星期|周|週)[一二三四五六日天]\s*")
_MONTH_DAY = re.compile(
    r"(?P<m>0?[1-9]|1[0-2])\s?(?:[-/.]|月)\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?[日号號]?"
    rf"|(?P<n>{MONTH_NAME})\s{{0,2}}(?P<nd>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
    r"|(?P<d3>3[01]|[12]\d|0?[1-9])\s?日?[\s/|,-]{1,3}(?P<m3>0?[1-9]|1[0-2])\s?月"
    rf"|(?P<nd2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?[\s-]{{0,2}}(?P<n2>{MONTH_NAME})",
    re.IGNORECASE,
)
_SHORT = re.compile(r"'?(?P<y>\d\d)(?P<s>[-/.年])(?P<m>0?[1-9]|1[0-2])[-/.月](?P<d>3[01]|[12]\d|0?[1-9])日?")
_MINGUO = re.compile(r"(?P<y>1[0-3]\d|[89]\d)(?P<s>[-/.年])(?P<m>0?[1-9]|1[0-2])[-/.月](?P<d>3[01]|[12]\d|0?[1-9])日?")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?")
_YEAR_MONTH = r"(?P<{0}y>(?:19|20)\d\d)\s?[-/.年]\s?(?P<{0}m>0?[1-9]|1[0-2])\s?月?"
_DAY = r"(?P<{0}d>3[01]|[12]\d|0?[1-9])\s?日?"
_SPLIT = re.compile(
    "(?:"
    + _DAY.format("a") + r"[\s/|,-]{1,4}" + _YEAR_MONTH.format("a")
    + "|" + _YEAR_MONTH.format("b") + r"[\s/|,-]{1,4}" + _DAY.format("b")
    + r"|(?P<cm>0?[1-9]|1[0-2])\s?[-/.月]\s?(?P<cd>3[01]|[12]\d|0?[1-9])\s?日?[\s/|,]{1,4}(?P<cy>(?:19|20)\d\d)\s?年?"
    + r"|(?P<ey>(?:19|20)\d\d)\s?年?[\s/|,]{1,4}(?P<em>0?[1-9]|1[0-2])\s?[-/.月]\s?(?P<ed>3[01]|[12]\d|0?[1-9])\s?日?"
    + r"|(?P<fd>3[01]|[12]\d|0?[1-9])[\s/|,-]{1,4}(?P<fm>0?[1-9]|1[0-2])\s?月[\s/|,-]{1,4}(?P<fy>(?:19|20)\d\d)\s?年?"
    + ")"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A month and a day whose year must be found elsewhere."""

    month: int
    day: int

    def latest(self, limit: date) -> date | None:
        """The last such day that is not after `limit`; None for 02-30."""
        for year in range(limit.year, limit.year - 9, -1):
            try:
                candidate = date(year, self.month, self.day)
            except ValueError:
                continue
            if candidate <= limit:
                return candidate
        return None


def strip_cell(text: str) -> str:
    """A cell without brackets, weekday and time of day, folded."""
    bare = _WEEKDAY.sub(" ", fold(text)).strip(_TRIM)
    return _TIME.sub("", bare).strip(_TRIM) if ":" in bare else bare


def month_day(text: str) -> MonthDay | None:
    """A cell that holds only a month and a day ([11-03], 11月3日, Nov 3); None when it holds anything else."""
    match = _MONTH_DAY.fullmatch(strip_cell(text))
    if match is None:
        return None
    if match["m"]:
        month, day = int(match["m"]), int(match["d"])
    elif match["m3"]:
        month, day = int(match["m3"]), int(match["d3"])
    else:
        month = MONTHS[(match["n"] or match["n2"])[:3].lower()]
        day = int(match["nd"] or match["nd2"])
    return MonthDay(month=month, day=day) if day <= 31 else None


def short_year(text: str, today: date) -> Found | None:
    """A cell that holds only a date with a two-digit, bare 民國 or unseparated year; None when it is none."""
    cell = strip_cell(text)
    if not 6 <= len(cell) <= 16 or not cell.lstrip("'")[:1].isdigit():
        return None
    if match := _COMPACT.fullmatch(cell):
        return _found(int(match["y"]), match, "compact", len(text))
    match = _SHORT.fullmatch(cell)
    if match:
        year = 2000 + int(match["y"])
        if year <= today.year + 1:
            return _found(year, match, "two-digit year", len(text))
    match = _MINGUO.fullmatch(cell)
    if match and int(match["y"]) + 1911 <= today.year + 1:
        return _found(int(match["y"]) + 1911, match, "minguo", len(text))
    return None


def pair_split(text: str) -> Found | None:
    """A day and its month and year in separate elements, joined by blanks: "23 2026-11"; None when it is none."""
    match = _SPLIT.fullmatch(strip_cell(text))
    if match is None:
        return None
    for key in "abcef":
        if match[key + "y"]:
            try:
                day = date(int(match[key + "y"]), int(match[key + "m"]), int(match[key + "d"]))
            except ValueError:
                return None
            return Found(day=day, rule="split cell", start=0, end=len(text))
    return None


def _found(year: int, match: re.Match[str], rule: str, end: int) -> Found | None:
    try:
        day = date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return Found(day=day, rule=rule, start=0, end=end)
