"""Which member of a data row is its title, its date, its link: by name and by what stands in it. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from enum import IntEnum

from monitor import dates
from monitor.text import printable

Scalar = str | int | float | bool | tuple[int, ...]
"""What may stand in a row; a tuple is a day written as [2026, 11, 3, ...]."""
Row = dict[str, Scalar]
"""A row's members by dotted path."""


class Rank(IntEnum):
    """What a member's name says of the date in it; higher is better evidence of publication."""

    REFUSED = -1
    UNNAMED = 0
    UPDATED = 1
    CREATED = 2
    DATE = 3
    PUBLISHED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A day read from one value; `text` shows it as it stood."""

    day: date
    text: str
    rule: str
    sure: bool = True


_REFUSED = re.compile(
    r"(?:^|[._])(?:end|now|sign|stop|plan|write|server|system)|expir|deadline|birth|valid|effect|begin|start|clos(?:e|ing)"
    r"|finish|cwrq|yxq|sxrq|jzsj|jzrq|kssj|jssj"
    r"|meet|activity|exam|regist|login|delet|cutoff|schedul|repl(?:y|ied)|answer|accept|handle|crawl|collect|visit"
    r"|response|request|download|founded"
    r"|成文|截止|有效|生效|实施|开始|结束|印发|发文|废止|办结|回复|答复|出生|成立"
)
_NAMED = (
    (
        Rank.PUBLISHED,
        re.compile(
            r"publi|pub_?(?:date|time|on)?$|pub(?:date|time)|release|issue|rel_?time|fbsj|fbrq|fabu|post"
            r"|(?:show|display|news|article|info|doc|notice)_?(?:date|time)|发布|发表|公开|上载"
        ),
    ),
    (Rank.UPDATED, re.compile(r"updat|modif|edit|gxsj|gxrq|xgsj|mtime|last|refresh|更新|修改")),
    (
        Rank.CREATED,
        re.compile(
            r"creat|insert|input|add|lrsj|lrrq|cjsj|cjrq|ctime|save|submit|entry|upload|录入|创建|添加",
        ),
    ),
    (
        Rank.DATE,
        re.compile(
            r"(?:^|[._])(?:date|time|day|rq|sj|riqi|shijian|date_?time|time_?stamp|dateline|ptime|pdate|dt|日期|时间)$"
            r"|(?:^|[a-z_.])(?:date|time)(?:_?(?:str|string|text|format|stamp|ms))?$"
        ),
    ),
)
_TITLE = re.compile(r"title|headline|biaoti|(?:^|[._])bt$|标题|subject|topic")
_NO_TITLE = re.compile(
    r"sub_?title|short_?title|title_?(?:color|style|url|img|pic|type)|column|channel|catalog|categor|site|source|author|dept|unit|user|keyword|meta|(?:^|[._])parent"
)
_NAME = re.compile(r"name$|(?:^|[._])mc$|text$|caption|名称$")
_LINK = re.compile(r"url|link|href|address|path|网址|链接")
_NO_LINK = re.compile(
    r"im(?:g|age)|pic|thumb|cover|icon|logo|photo|video|audio|file|attach|site|column|channel|api|avatar"
)
_PIN = re.compile(r"(?:^|[._])(?:is_?)?(?:top|topped|pinned|sticky|stick|zhiding)(?:_?flag)?$")
_ADDRESS = re.compile(
    r"(?:https?:)?//[^\s/]|\.{0,2}/[^\s]|[^\s:<>]{1,200}\.(?:s?html?|jsp|jspx|aspx?|php|do)(?:[?#]|$)|[#?][/\w]"
)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|ico|bmp|mp4|mp3|css|js)(?:\?|$)", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,300}>")
_WORDS = re.compile(r"[^\W\d_]")
_EPOCH = re.compile(r"(?:/Date\()?(-?\d{9,13})(?:[.]\d{1,6})?(?:[+-]\d{4})?(?:\)/)?")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?\s?(?:Z|[+-]\d\d:?\d\d)")
_MAIL_DATE = re.compile(r"(?:[A-Za-z]{3},?\s)?\d{1,2}\s[A-Za-z]{3}\s\d{4}\s\d\d:\d\d.{0,20}")
_OTHERS = re.compile(r"[\d\s:.,/\-T年月日号时分秒Z+()\[\]]|星期.|周.|[ap]m", re.IGNORECASE)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


def rank_of(path: str) -> Rank:
    """What a member's name makes of a date in it."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path).lower()
    own = ".".join(name.split(".")[-2:])
    if _REFUSED.search(own):
        return Rank.REFUSED
    return next((rank for rank, pattern in _NAMED if pattern.search(own)), Rank.UNNAMED)


def stamp_of(value: Scalar, rank: Rank, today: date, zone: tzinfo) -> Stamp | None:
    """The day that one value holds and nothing else; bare numbers only where the name speaks of a date.

    `zone` is where the office's day begins: epochs and UTC times are told in it.
    """
    if isinstance(value, bool) or rank is Rank.REFUSED:
        return None
    if isinstance(value, tuple):
        return _stamp(value[:3], ", ".join(map(str, value)))
    if isinstance(value, int | float):
        return _epoch(str(value), today, zone) if rank > Rank.UNNAMED else None
    text = value.strip()
    if not 4 <= len(text) <= 40:
        return None
    return _zoned(text, zone) or _written(text, rank, today, zone)


def _stamp(parts: Sequence[int], text: str) -> Stamp | None:
    try:
        return Stamp(day=date(*parts[:3]), text=printable(text, 80), rule="parts")
    except (ValueError, TypeError, OverflowError):
        return None


def _epoch(text: str, today: date, zone: tzinfo) -> Stamp | None:
    match = _EPOCH.fullmatch(text)
    if match is None:
        return None
    seconds = int(match[1]) / (1000 if len(match[1].lstrip("-")) >= 12 else 1)
    latest = datetime(min(today.year + 5, 9000), 1, 1, tzinfo=UTC).timestamp()
    if not _OLDEST.timestamp() <= seconds <= latest:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return Stamp(day=moment.astimezone(zone).date(), text=f"{text} = {moment.astimezone(zone):%Y-%m-%d}", rule="epoch")


def _zoned(text: str, zone: tzinfo) -> Stamp | None:
    """A time with its offset from UTC, as the office's own day."""
    try:
        if _ZONED.fullmatch(text):
            moment = datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z"))
        elif _MAIL_DATE.fullmatch(text):
            moment = parsedate_to_datetime(text)
        else:
            return None
        day = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return Stamp(day=day, text=printable(text, 80), rule="timestamp")


def _written(text: str, rank: Rank, today: date, zone: tzinfo) -> Stamp | None:
    found = dates.find(text)
    if found is not None:
        rest = _OTHERS.sub("", text[: found.start] + text[found.end :])
        return (
            Stamp(day=found.day, text=printable(text, 80), rule=found.rule, sure=found.sure) if len(rest) <= 2 else None
        )
    if rank is Rank.UNNAMED:
        return None
    other = _epoch(text, today, zone)
    if other is not None:
        return other
    short = dates.short_year(text, today) or dates.relative(text, today)
    if short is not None:
        return Stamp(day=short.day, text=printable(text, 80), rule=short.rule, sure=short.sure)
    partial = dates.month_day(text)
    day = partial.latest(today) if partial else None
    return Stamp(day=day, text=printable(text, 80), rule="month-day", sure=False) if day else None


def plain(text: str) -> str:
    """A title without the markup that search engines put into it."""
    return printable(html.unescape(_MARKUP.sub("", text[:2000])), 300)


def title_field(rows: Sequence[Row], paths: Sequence[str]) -> tuple[str, bool] | None:
    """The member that holds the titles, and whether its name says so; None when none does."""
    best: tuple[float, str, bool] | None = None
    for path in paths:
        name = path.rpartition(".")[2].lower()
        values = [plain(v) for r in rows if isinstance(v := r.get(path), str)]
        values = [v for v in values if _WORDS.search(v) and not _ADDRESS.match(v)]
        if len(values) * 2 < len(rows) or not values or _NO_TITLE.search(path.lower().replace("_source.", "")):
            continue
        length = sum(min(len(v), 60) for v in values) / len(values)
        strong = bool(_TITLE.search(name))
        weak = bool(_NAME.search(name))
        distinct = len(set(values)) / len(values)
        if not strong and (length < (5 if weak else 8) or distinct < 0.7):
            continue
        score = length / 60 + distinct + (4 if strong else 1.5 if weak else 0) - 0.1 * path.count(".")
        if best is None or score > best[0]:
            best = (score, path, strong)
    return (best[1], best[2]) if best else None


def date_field(rows: Sequence[Row], paths: Sequence[str], today: date, zone: tzinfo) -> tuple[str, Rank] | None:
    """The member that holds the day of publication, and what its name says; None when none does."""
    best: tuple[tuple[int, int, int], str, Rank] | None = None
    for place, path in enumerate(paths):
        rank = rank_of(path)
        read = sum(1 for r in rows if path in r and stamp_of(r[path], rank, today, zone) is not None)
        if not read or read * 2 < len(rows):
            continue
        score = (int(rank), read, -place)
        if best is None or score > best[0]:
            best = (score, path, rank)
    return (best[1], best[2]) if best else None


def link_field(rows: Sequence[Row], paths: Sequence[str]) -> str:
    """The member that holds the rows' addresses; "" when there is none."""
    best, found = -1.0, ""
    for path in paths:
        name = path.lower()
        values = [v.strip() for r in rows if isinstance(v := r.get(path), str) and v.strip()]
        good = [v for v in values if _ADDRESS.match(v) and not _IMAGE.search(v) and len(v) < 2000]
        if len(good) * 2 < len(rows) or not good or _NO_LINK.search(name):
            continue
        score = len(set(good)) / len(rows) + (2 if _LINK.search(name) else 0)
        if score > best:
            best, found = score, path
    return found


def is_pinned(row: Row) -> bool:
    """Whether a row says that it is kept on top."""
    return any(_PIN.search(path.lower()) and value in (True, 1, "1", "true", "Y") for path, value in row.items())
