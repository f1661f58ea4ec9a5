"""Words for a day as seen from today: 3天前, 昨天, 2 hours ago, вчера."""

from __future__ import annotations

import re
from datetime import date, timedelta

from monitor.dates.find import Found, chinese_number
from monitor.dates.months import strip_cell

_WORDS = {
    "刚刚": 0, "刚才": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2,
    "today": 0, "just now": 0, "yesterday": 1,
    "сегодня": 0, "вчера": 1, "позавчера": 2, "только что": 0,
}  # fmt: skip
_COUNTED = re.compile(
    r"(?P<n>\d{1,4}|[一二两三四五六七八九十]{1,3}|半|an?|one|один|одну)\s?个?\s?"
    r"(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|"
    r"секунд[уы]?|минут[уы]?|час(?:а|ов)?|дн(?:я|ей)|день|недел[юиь]|месяц(?:а|ев)?|год(?:а)?|лет)\s?(?:之?以?前|ago|назад)",
    re.IGNORECASE,
)
_DAYS = {"天": 1, "日": 1, "d": 1, "周": 7, "星": 7, "礼": 7, "w": 7, "月": 30, "年": 365, "y": 365}


def relative(text: str, today: date) -> Found | None:
    """A cell that is a relative word and nothing more (a time of day may follow); None when it is none."""
    cell = strip_cell(text).lower()
    if not cell or len(cell) > 20:
        return None
    if cell in _WORDS:
        return Found(day=today - timedelta(days=_WORDS[cell]), rule="relative", start=0, end=len(text))
    match = _COUNTED.fullmatch(cell)
    if match is None:
        return None
    back = _count(match["n"]) * _unit(match["unit"])
    day = today - timedelta(days=min(back, 3650))
    return Found(day=day, rule="relative", start=0, end=len(text), sure=back < 30)


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text == "半":
        return 0
    return chinese_number(text.replace("两", "二")) if text[0] in "一二两三四五六七八九十" else 1


def _unit(text: str) -> int:
    if text.startswith(("mo", "меся")):
        return 30
    if text.startswith(("год", "лет")):
        return 365
    if text.startswith("нед"):
        return 7
    if text.startswith(("дн", "ден")):
        return 1
    if text.startswith("день"):
        return 1
    return _DAYS.get(text[0], 0)
