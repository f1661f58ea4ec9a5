"""Text to days, with the rule and the characters each was read by. Pure: today is passed in."""

from __future__ import annotations

from monitor.dates.find import MONTH_NAME, Found, find, find_all, fold
from monitor.dates.label import Role, role_before
from monitor.dates.months import MonthDay, month_day, pair_split, short_year, strip_cell
from monitor.dates.relative import relative
from monitor.dates.url import UrlDate, from_url

__all__ = [
    "MONTH_NAME",
    "Found",
    "MonthDay",
    "Role",
    "UrlDate",
    "find",
    "find_all",
    "fold",
    "from_url",
    "month_day",
    "pair_split",
    "relative",
    "role_before",
    "short_year",
    "strip_cell",
]
