"""Which strings may hold a date at all: a quick look before the careful one. It may say yes too often, never no."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor import dates
from monitor.dates import Found
from monitor.page import marks as reading

_DIGIT = re.compile(r"[\d昨前今刚〇二]")
_LETTER = re.compile(r"[a-zA-Zа-яА-Я]")
_YEAR = re.compile(r"(?:19|20)\d\d|[１２]\d|民|[一二][九〇○零OＯ]")
_PLAIN = re.compile(
    r"[^\W\d_a-zA-Zа-яёА-ЯЁ年月日号號星期周週一二三四五六七八九十天上下午前后昨今刚才以之个小时分钟秒礼拜两半民国國〇○零○：]"
)


_CELL = re.compile(r"[\[(（【]?(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}[\])）】]?")


@lru_cache(maxsize=4096)
def day_cell(text: str) -> Found | None:
    """The date of a string that is nothing but year, month and day, in brackets at most; None when it is none."""
    return dates.find(text) if _CELL.fullmatch(text) else None


def may_date(text: str) -> bool:
    """Whether a string is worth a careful look for a date."""
    if not _DIGIT.search(text):
        return len(text) <= 60 and _LETTER.search(text) is not None and reading._HINT.search(text) is not None
    if _YEAR.search(text):
        return True
    if len(text) > 60 or (not _DIGIT.search(text) and len(text) > 30):
        return False
    if text.isdecimal() and len(text) < 4:
        return False
    return ":" in text or "：" in text or _PLAIN.search(text) is None


def has_year(text: str) -> bool:
    """Whether a year may be written in a string: without one it holds no full date."""
    return _YEAR.search(text) is not None


_COLON = re.compile("[:：]")


def may_be_part(text: str) -> bool:
    """Whether a string, or what stands behind its label, may be a date with parts missing, or a part of one."""
    return len(text) <= 60 and _PLAIN.search(_COLON.split(text)[-1]) is None
