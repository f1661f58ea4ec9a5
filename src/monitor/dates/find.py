"""Full dates (day, month and year all written) anywhere in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

_WIDE = "０１２３４５６７８９．－—–‐‑−／：，（）［］【】　\u00a0\u2002\u2003\u2009"
_NARROW = "0123456789.------/:,()[][]     "
_FOLD = str.maketrans(_WIDE, _NARROW)

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6,
    "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip

_EN = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # noqa: E501
_RU = r"(?:янв(?:аря|арь)?|фев(?:раля|раль)?|мар(?:та|т)?|апр(?:еля|ель)?|ма[яй]|июн[яь]?|июл[яь]?|авг(?:уста|уст)?|сен(?:т(?:ября|ябрь)?)?|окт(?:ября|ябрь)?|ноя(?:б(?:ря|рь)?)?|дек(?:абря|абрь)?)\.?"  # noqa: E501
MONTH_NAME = rf"(?:{_EN}|{_RU})"

_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "Ｏ": 0, "O": 0, "元": 1}
_HAN = "〇○零一二三四五六七八九"

_PATTERN = re.compile(
    # A time may be glued to the day: 2026-11-0309:12.
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s{0,2}(?:(?P<sep>[-/._])\s{0,2}(?P<m>0?[1-9]|1[0-2])\s{0,2}(?P=sep)\s{0,2}"
    r"(?P<d>3[01]|[12]\d|0?[1-9])(?:(?!\d)|(?=\d\d:\d\d))(?!-\d{1,2}(?!\d)|\.\d)"
    r"|\s{0,2}年\s{0,2}(?P<cm>0?[1-9]|1[0-2])\s{0,2}月\s{0,2}(?P<cd>3[01]|[12]\d|0?[1-9])(?!\d)\s{0,2}[日号號]?)"
    r"|(?:中[华華])?民[国國]\s{0,2}(?P<my>\d{2,3})\s{0,2}[-/.年]\s{0,2}(?P<mm>0?[1-9]|1[0-2])\s{0,2}[-/.月]\s{0,2}"
    r"(?P<md>3[01]|[12]\d|0?[1-9])(?!\d)\s{0,2}[日号號]?"
    rf"|(?:中[华華])?民[国國]\s{{0,2}}(?P<hmy>[{_HAN}十百]{{1,6}})年\s{{0,2}}(?P<hmm>[{_HAN}十]{{1,3}})月\s{{0,2}}(?P<hmd>[{_HAN}十廿卅]{{1,3}})日"
    rf"|(?P<hy>[一二][九{_HAN[:3]}O][{_HAN}O]{{2}})\s{{0,2}}年\s{{0,2}}(?P<hm>[{_HAN}十]{{1,3}})\s{{0,2}}月\s{{0,2}}(?P<hd>[{_HAN}十廿卅]{{1,3}})\s{{0,2}}日"
    rf"|(?<![a-zа-я])(?P<n1>{MONTH_NAME})\s{{0,2}}(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s{{0,2}},?\s{{0,2}}(?P<y1>(?:19|20)\d\d)(?!\d)"
    rf"|(?<!\d)(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:\s{{1,2}}|[-/.]|\s?,\s?)(?:of\s)?(?P<n2>{MONTH_NAME})(?:\s{{0,2}},?\s{{0,2}}|[-/.])(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d.])(?P<d3>\d{1,2})(?P<sep3>[./-])(?P<m3>\d{1,2})(?P=sep3)(?P<y3>(?:19|20)\d\d)(?![\d]|[./-]\d)",
    re.IGNORECASE,
)

_YEAR = re.compile(r"(?:19|20)\d\d|[１２][９０]|[民年]")
"""No full date is without one of these; looking for them is many times cheaper than for a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A day read from a text.

    `start`/`end` bound it there; `sure` is False where the order of day and month is a guess.
    """

    day: date
    rule: str
    start: int
    end: int
    sure: bool = True


def fold(text: str) -> str:
    """Full-width digits, dashes, dots, brackets and spaces as their plain selves; the length stays."""
    return text if text.isascii() else text.translate(_FOLD)


def find(text: str) -> Found | None:
    """The first full date in a text; None when there is none."""
    return next(find_all(text), None)


def find_all(text: str) -> Iterator[Found]:
    """Every full date in a text, in order, look-alikes included: the caller knows the context."""
    if not _YEAR.search(text):
        return
    folded = fold(text)
    for match in _PATTERN.finditer(folded):
        found = _read(match)
        if found is not None:
            yield found


def _read(match: re.Match[str]) -> Found | None:
    rule, read = _RULES[match.lastgroup or ""]
    try:
        year, month, day, sure = read(match)
        if year > 9998:
            return None
        value = date(year, month, day)
    except (ValueError, KeyError):
        return None
    return Found(day=value, rule=rule, start=match.start(), end=match.end(), sure=sure)


_Parts = tuple[int, int, int, bool]


def _iso(m: re.Match[str]) -> _Parts:
    return int(m["y"]), int(m["m"]), int(m["d"]), True


def _chinese(m: re.Match[str]) -> _Parts:
    return int(m["y"]), int(m["cm"]), int(m["cd"]), True


def _minguo(m: re.Match[str]) -> _Parts:
    return int(m["my"]) + 1911, int(m["mm"]), int(m["md"]), True


def _minguo_han(m: re.Match[str]) -> _Parts:
    return chinese_number(m["hmy"]) + 1911, chinese_number(m["hmm"]), chinese_number(m["hmd"]), True


def _han(m: re.Match[str]) -> _Parts:
    year = int("".join(str(_CHINESE_DIGITS[c]) for c in m["hy"]))
    return year, chinese_number(m["hm"]), chinese_number(m["hd"]), True


def _month_first(m: re.Match[str]) -> _Parts:
    return int(m["y1"]), MONTHS[m["n1"][:3].lower()], int(m["d1"]), True


def _day_first(m: re.Match[str]) -> _Parts:
    return int(m["y2"]), MONTHS[m["n2"][:3].lower()], int(m["d2"]), True


def _year_last(m: re.Match[str]) -> _Parts:
    """03.11.2026 is day first by dots; by slash or dash only a number above 12 tells, or it is a guess."""
    first, second, year = int(m["d3"]), int(m["m3"]), int(m["y3"])
    if m["sep3"] == ".":
        return year, second, first, True
    if second > 12:
        return year, first, second, True
    return year, second, first, first > 12 or first == second


_RULES: dict[str, tuple[str, Callable[[re.Match[str]], _Parts]]] = {
    "d": ("iso", _iso),
    "cd": ("chinese", _chinese),
    "md": ("minguo", _minguo),
    "hmd": ("minguo", _minguo_han),
    "hd": ("chinese numerals", _han),
    "y1": ("month name", _month_first),
    "y2": ("month name", _day_first),
    "y3": ("year last", _year_last),
}


def chinese_number(text: str) -> int:
    """十一, 二十三, 廿三, 〇三, 一百一十五 as a number; ValueError when it is none."""
    total, digit = 0, None
    for letter in text:
        if letter in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[letter] if digit is None else digit * 10 + _CHINESE_DIGITS[letter]
        elif letter in "十百":
            total += (1 if digit is None else digit) * (10 if letter == "十" else 100)
            digit = None
        elif letter in "廿卅":
            total += 20 if letter == "廿" else 30
        else:
            raise ValueError(text)
    return total + (digit or 0)
