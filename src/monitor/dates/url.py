"""Dates in addresses: what a publishing system wrote there, often the day of a migration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_COMPACT = re.compile(
    r"(?<![\da-zA-Z])(?:t|P0)?((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d{1,3}(?!\d)|\d{9})"
)
_SLASHED = re.compile(r"/((?:19|20)\d\d)[-/_]?(0?[1-9]|1[0-2])[-/_](0?[1-9]|[12]\d|3[01])(?=[/_.]|$|-)")
_FOUR = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/")
_MONTH = re.compile(r"/((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])/")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlDate:
    """A date in an address; `day` is the first of the month when only the month is written."""

    day: date
    text: str
    whole: bool


def from_url(url: str) -> UrlDate | None:
    """The date in an address' path (t20261103_12.html, /2026/11/3/, /202611/); None when there is none."""
    path = url.partition("?")[0].partition("://")[2].partition("/")[2] if "://" in url else url.partition("?")[0]
    path = "/" + path[:500]
    for pattern in (_COMPACT, _SLASHED, _FOUR):
        for match in pattern.finditer(path):
            day = _day(int(match[1]), int(match[2]), int(match[3]))
            if day is not None:
                return UrlDate(day=day, text=match[0].strip("/"), whole=True)
    match_ = _MONTH.search(path)
    if match_ is not None:
        return UrlDate(day=date(int(match_[1]), int(match_[2]), 1), text=match_[0].strip("/"), whole=False)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
