"""The day of an article read off its letters: the ladder of `monitor.page.article`, climbed without a tree.

Only what is sure to come out as the tree's reading is answered; where there is doubt the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape

from monitor import dates
from monitor.dates import Found, Role
from monitor.model import Dated, Trust
from monitor.page.article import _CLOCK
from monitor.page.marks import Stand
from monitor.page.skim import machine
from monitor.page.skim.heading import heading_at
from monitor.page.skim.place import (
    Place,
    around,
    in_link,
    is_aside,
    is_classed,
    is_hidden,
    is_information,
    letters,
    names_above,
    role_at,
    stand_of,
    string_at,
)
from monitor.text import printable

# Every full date on the web's articles has a year that begins with 20; a literal start is what makes this quick.
_YEAR = re.compile(
    r"20\d\d(?:\s{0,2}[-/._年]\s{0,2}[01]?\d\s{0,2}[-/._月]\s{0,2}\d"
    r"|(?:(?<=[a-zа-я\d,.]\s20\d\d)|(?<=\d[./-]20\d\d))(?![\d年./-]))"
)
_PARTIAL = re.compile(
    r">\s*+(?:\d+\s?(?:天|小时|分钟|秒钟?|周|个?月|年)之?前|昨[天日]|前天|今[天日]|刚[刚才]|\d+ (?:day|hour|minute)s? ago"  # noqa: E501
    r"|'?[12]\d[-/.年][01]?\d[-/.月][0-3]?\d日?|20[0-3]\d[01]\d[0-3]\d)(?=\s*(?:<|\d\d?:))"
)
_LABELLED = re.compile(
    r"发[布表](?:(?:时间|日期)?\s?[:：]|时间|日期|于)\s*+(?:<[^<>]*>\s*+){0,3}"
    r"(?:\d{1,3}\s?(?:天|小时|分钟|月)|[昨今前]天|刚刚|'?[012]?\d[-/.]\d)"
)
_LABEL = re.compile(r"发[布表](?:时间|日期|于)")
_NEAR = 80
_MOST = 250
_LONG = 200
_HEAD = 16_000
_Rung = tuple[float, Trust, str]


@dataclass(slots=True)
class _Climb:
    text: str
    body: int
    heading: int
    """Where the title is shown; -1 when it is not found."""
    today: date
    best: tuple[float, int, Dated, Place] | None = None
    doubt: str = ""
    """Why the tree must decide."""
    seen: int = 0
    asked: bool = False
    """Whether the machines were asked about the best date."""
    counted: tuple[int, int] = (0, 0)
    """A place after the title and the letters between them."""


def article_day(text: str, today: date) -> Dated | None:
    """The day that the tree's reading finds, with its evidence; None where there is doubt."""
    body = text.find("<body")
    if body < 0:
        body = max(text.find("<BODY"), 0)
    climb = _Climb(text, body, heading_at(text, body), today)
    start = climb.heading if climb.heading >= 0 else body
    if _climb(climb, start, len(text)):
        shorter = climb.best is not None and _LABELLED.search(text, start, climb.best[1])
        return None if climb.doubt or climb.best is None or shorter else climb.best[2]
    if start > body:
        _climb(climb, body, start)
    return None if climb.doubt else _settle(climb)


def _settle(climb: _Climb) -> Dated | None:
    """The best of all dates that were seen, with what scripts and machines say where it is not sure."""
    text, today = climb.text, climb.today
    if climb.best is None:
        short = machine.short_day(text, max(climb.heading, climb.body), today)
        if short is not None:
            return short
        hidden = machine.script_day(text, today)
        if hidden is None and (_LABELLED.search(text, climb.body) or _PARTIAL.search(text, climb.body)):
            return None
        told = hidden or machine.told_day(text, today)
        return told if told is not None and told.trust > Trust.DOUBTFUL else None
    rank, position, value, place = climb.best
    if rank == 5:
        return None if _LABELLED.search(text, climb.body) else value
    hidden = machine.script_day(text, today) if value.trust is not Trust.SURE else None
    if hidden is not None and hidden.day != value.day:
        return None
    start = climb.heading if 0 <= climb.heading < position else climb.body
    if position - start > 20_000 or _PARTIAL.search(text, start, position):
        return None
    if _LABELLED.search(text, climb.body) or _in_rows(climb, place, value.trust):
        return None
    return value


def _in_rows(climb: _Climb, place: Place, trust: Trust) -> bool:
    """Whether the date may be one of a list's: in an item that soon ends, or not sure, with other dates soon after."""
    text = climb.text
    item = next((name for name, _ in names_above(place)[:3] if name in ("li", "tr", "dd", "dl")), "")
    close = text.find(f"</{item}>", place.end, place.end + 600) if item else -1
    if close < 0 and trust is Trust.SURE:
        return False
    if item and trust is not Trust.SURE and "<a " in text[text.rfind(f"<{item}", 0, place.start) : place.start]:
        return True
    start = max(close, place.end)
    others = [hit.start() for hit in _YEAR.finditer(text, start, start + 1500)]
    return sum(string_at(text, position) is not None for position in others) >= 2


def _climb(climb: _Climb, start: int, end: int) -> bool:
    """Look at the dates from `start` to `end`; whether one is found that no other can beat."""
    text = climb.text
    for position in _years(climb, start, end):
        if text[position - 1] in "\"'":
            _quoted(climb, position)
        elif place := string_at(text, position):
            _weigh(climb, place, position)
        if climb.doubt:
            return True
        if climb.best is not None and _is_final(climb, climb.best):
            return True
    return False


def _is_final(climb: _Climb, best: tuple[float, int, Dated, Place]) -> bool:
    """Whether nothing further down can matter: a label under the title, or a line there and what machines are told."""
    rank, position, value, _ = best
    if rank < 3 or not 0 <= climb.heading <= position or (rank < 5 and climb.asked):
        return False
    climb.asked = rank < 5
    return climb.text.count("<", climb.heading, position) <= _NEAR and (rank == 5 or _is_told(climb, value))


def _is_told(climb: _Climb, value: Dated) -> bool:
    """Whether machines are told the day under the title, and no label names another: the rest is not asked then."""
    told = machine.told_day(climb.text, climb.today, min(climb.body or _HEAD, _HEAD))
    return told is not None and told.day == value.day and not _LABEL.search(climb.text, climb.body)


def _quoted(climb: _Climb, position: int) -> None:
    """A date in quotes: what a script writes counts as seen, and a time element's attribute needs the tree."""
    if climb.best is not None and climb.best[0] >= 4:
        return
    text = climb.text
    if text.startswith("<time", text.rfind("<", max(0, position - 200), position)):
        climb.doubt = "a time element"
    written = machine.written_day(text, position, climb.today)
    if written is not None:
        climb.best = (5, position, written, Place(text, position, position))


def _years(climb: _Climb, start: int, end: int) -> Iterator[int]:
    """The places of what may be full dates, one to a string; none of addresses."""
    text = climb.text
    done = -1
    for hit in _YEAR.finditer(text, start, end):
        position = hit.start()
        if position < done or (text[position - 1] in "/=_" and text[position + 4] in "/_-"):
            continue
        climb.seen += 1
        if climb.seen > _MOST:
            climb.doubt = "too many dates"
            return
        yield position
        done = text.find("<", position, position + _LONG) if text[position - 1] not in "\"'" else -1


def _weigh(climb: _Climb, place: Place, position: int) -> None:
    first, last = place.start, place.end
    if last - first > _LONG:
        # A sentence: only a label just before the date makes it more than that.
        first, last = max(first, position - 45), min(last, position + 30)
    raw = climb.text[first:last]
    words = (unescape(raw) if "&" in raw else raw).strip()
    whole = last - first == place.end - place.start
    last = 0
    for found in dates.find_all(words):
        head = words[last : found.start]
        role = role_at(place, head) if last == 0 and first == place.start else dates.role_before(head)
        shown = words[found.start : found.end]
        last = found.end
        if role is Role.REFUSED or found.day > climb.today:
            continue
        least = climb.best[0] if climb.best else 0
        if role is None and (least >= 3.5 or not whole or place.start < climb.heading):
            continue
        rung = _rung(climb, place, words, found, role, least)
        if rung is None or is_hidden(climb.text, place.start):
            continue
        _take(climb, place, found, shown, rung)


def _letters_from_title(climb: _Climb, position: int) -> int:
    """The letters between the title and a place; -1 before the title and without one, 600 and more are all the same."""
    if not 0 <= climb.heading < position:
        return -1
    start, found = climb.counted if climb.counted[0] <= position else (0, 0)
    if found < 600:
        found += letters(climb.text[max(start, climb.heading) : position])
        climb.counted = (position, found)
    return found


def _take(climb: _Climb, place: Place, found: Found, shown: str, rung: _Rung) -> None:
    rank, trust, where = rung
    best = climb.best
    if best is not None and rank < best[0]:
        return
    if best is not None and rank == best[0]:
        # Of equals the nearest to the title counts: the first after it, if the title is known and near.
        first = climb.heading >= 0 and best[1] >= climb.heading
        near = first and (place.start > best[1] or climb.text.count("<", climb.heading, best[1]) <= _NEAR)
        if best[2].day != found.day and not near:
            climb.doubt = "two days, equally likely"
        return
    value = Dated(
        day=found.day,
        text=printable(shown, 80),
        where=where,
        rule=found.rule,
        trust=trust if found.sure else Trust.DOUBTFUL,
    )
    climb.best = (rank, place.start, value, place)
    if not found.sure:
        climb.doubt = "day or month first"


def _rung(climb: _Climb, place: Place, words: str, found: Found, role: Role | None, least: float) -> _Rung | None:
    """Rank, trust and place of a date, as the tree's reading gives them; None when nothing speaks for it."""
    rung: _Rung | None = None
    if in_link(place):
        return None
    if role is Role.PUBLISHED:
        rung = (5, Trust.SURE, "label 发布时间")
    elif role is Role.DATE:
        rung = (4, Trust.SURE, "label 日期")
    elif role is Role.UPDATED:
        rung = (1.5, Trust.LIKELY, "label 更新时间")
    else:
        rung = _unlabelled(climb, place, words, found, least)
    if rung is None or rung[0] < least:
        return None
    return None if is_aside(place, climb.body) else rung


def _unlabelled(climb: _Climb, place: Place, words: str, found: Found, least: float) -> _Rung | None:
    stand = stand_of(words[: found.start], words[found.end :], found, None)
    if len(words) > (100 if stand is Stand.INNER else 160) or is_hidden(climb.text, place.start):
        return None
    line = around(place)
    if is_information(line, words[found.start : found.end], stand):
        return (3.5, Trust.SURE, "information line")
    if least >= 3 or stand not in (Stand.CELL, Stand.GLUED):
        return None
    far = _letters_from_title(climb, place.start)
    if is_classed(names_above(place)) and (climb.heading < 0 or 0 <= far < 600):
        return (3, Trust.SURE, "information line")
    if 0 <= far < 250 and len(line) <= 160:
        return (2.5, Trust.LIKELY, "under the title")
    if len(line) <= 60 and _CLOCK.search(line):
        return (2, Trust.LIKELY, "line with a time of day")
    return None
