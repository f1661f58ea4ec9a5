"""Every place on a page where a date stands, and how it stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from monitor import dates
from monitor.dates import Found, MonthDay, Role
from monitor.page.tree import UNSEEN, Node

_HINT = re.compile(r"\d|[昨前今刚]|〇|二[○零О]|ago|day|вчера|сегод|назад", re.IGNORECASE)
_YEAR_OR_MONTH = re.compile(r"(?:(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?月?|(?:19|20)\d\d\s?年?)")
_DRESS = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|(?:星期|周|週)[一二三四五六日天]|[\s\[\](){}<>|·•:,;./\-「」〔〕《》»›‹«_~*#]|г\.?$|(?:am|pm)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[^\s\d]{0,12}(?:时\s*间|日\s*期|发\s*布|更\s*新|上\s*载|date|time|posted|published|on)\s*(?:于|on)?\s*[:：]?\s*$",
    re.IGNORECASE,
)
_GLUE_AFTER = re.compile(r"[，,。至起前后止以到的召举和或、日—~]|\s*(?:to|and|-)\b")


class Stand(IntEnum):
    """How a date stands among other words; higher is better."""

    INNER = 0
    """Inside a sentence: no evidence."""
    GLUED = 1
    """At the start or end of other words."""
    LABELLED = 2
    """After a word that names it."""
    CELL = 3
    """Alone in its element."""


@dataclass(slots=True, kw_only=True)
class Mark:
    """A date where it stands. Exactly one of `found` and `partial` is set."""

    node: Node
    order: int
    text: str
    stand: Stand
    role: Role | None
    found: Found | None = None
    partial: MonthDay | None = None
    anchor: Node | None = None
    """The link it stands in."""
    rest: str = ""
    """The other words of its string."""


def marks_of(root: Node, today: date) -> list[Mark]:
    """All dates on a page in its order, each with how it stands; sentences' dates are there as INNER."""
    found: list[Mark] = []
    stack: list[tuple[Node | str, Node, Node | None]] = [(root, root, None)]
    order = 0
    before = ""
    while stack:
        item, parent, anchor = stack.pop()
        if isinstance(item, str):
            text = item.strip()
            if not text:
                continue
            order += 1
            if len(text) < 20_000 and _HINT.search(text):
                found.extend(_read(text, parent, anchor, order, today, before))
            before = text if len(text) > 3 or not before else before + text
            continue
        if item.tag in UNSEEN or item.tag == "script":
            continue
        order += 1
        if item.tag == "time" and item.attrs.get("datetime"):
            stamped = dates.find(item.attrs["datetime"])
            if stamped is not None:
                found.append(Mark(node=item, order=order, text=item.attrs["datetime"], stand=Stand.CELL,
                                  role=None, found=stamped, anchor=anchor))  # fmt: skip
                continue
        if item.tag == "a":
            anchor = item
        stack.extend((kid, item, anchor) for kid in reversed(item.kids))
    return _without_covered(found)


def _without_covered(marks: list[Mark]) -> list[Mark]:
    """A day and a month-year in neighbouring elements give one mark on what holds both; its parts go."""
    covers = {id(m.node) for m in marks if m.found is not None and m.found.rule == "split cell"}
    if not covers:
        return marks
    kept: list[Mark] = []
    seen: set[int] = set()
    for mark in marks:
        if mark.found is not None and mark.found.rule == "split cell":
            if id(mark.node) not in seen:
                seen.add(id(mark.node))
                kept.append(mark)
            continue
        if any(id(up) in covers for up in (mark.node, *_near(mark.node))):
            continue
        kept.append(mark)
    return kept


def _near(node: Node) -> list[Node]:
    near: list[Node] = []
    for up in node.above():
        near.append(up)
        if len(near) == 3:
            break
    return near


def _read(text: str, node: Node, anchor: Node | None, order: int, today: date, before: str) -> list[Mark]:
    marks: list[Mark] = []
    end = 0
    for found in dates.find_all(text):
        head, tail = text[end : found.start], text[found.end :]
        role = dates.role_before(head if head.strip(" :：|") else before[-20:] + head)
        stand = _stand(text[: found.start], tail, found, role)
        marks.append(
            Mark(node=node, order=order, text=text[found.start : found.end], stand=stand, role=role, found=found,
                 anchor=anchor, rest=(text[: found.start] + tail).strip())
        )  # fmt: skip
        end = found.end
        if len(marks) > 200:
            break
    return marks or _partial(text, node, anchor, order, today, before)


def _stand(head: str, tail: str, found: Found, role: Role | None) -> Stand:
    if not _DRESS.sub("", dates.fold(_LABEL.sub("", head) + tail)):
        return Stand.LABELLED if role is not None and role is not Role.REFUSED and head else Stand.CELL
    if role is not None and role is not Role.REFUSED:
        return Stand.LABELLED
    rest_before, rest_after = _DRESS.sub("", head), _DRESS.sub("", tail)
    short = len(rest_before) + len(rest_after) <= 90
    if short and found.rule in ("iso", "minguo", "split cell", "year last", "month name"):
        if not rest_before and not _GLUE_AFTER.match(dates.fold(tail)):
            return Stand.GLUED
        if not rest_after:
            return Stand.GLUED
    if short and found.rule == "chinese" and not rest_after and head.rstrip().endswith(("(", "（", "[", " ")):
        return Stand.GLUED
    return Stand.INNER


def _partial(text: str, node: Node, anchor: Node | None, order: int, today: date, before: str) -> list[Mark]:
    """A string that is nothing but a date with a part missing, or a relative word; with its label, if it has one."""
    if len(text) > 60:
        return []
    value, role = text, None
    cut = max(text.rfind("："), text.rfind(": "), text.find(":") if text.count(":") == 1 else -1)
    label = _LABEL.search(text[: cut + 1]) if cut > 0 else None
    if label:
        value = text[cut + 1 :]
        role = dates.role_before(text[: cut + 1])
    elif before:
        role = dates.role_before(before[-20:])
    found = dates.short_year(value, today) or dates.relative(value, today)
    stand = Stand.LABELLED if label else Stand.CELL
    if found is None and _YEAR_OR_MONTH.fullmatch(dates.strip_cell(value)):
        for up in (node, *_near(node)):
            joined = up.text(60)
            if len(joined) > 30:
                break
            found = dates.pair_split(joined)
            if found is not None:
                return [Mark(node=up, order=order, text=joined, stand=stand, role=role, found=found, anchor=anchor)]
    if found is not None:
        if found.rule in ("two-digit year", "compact") and found.day > today:
            return []
        return [Mark(node=node, order=order, text=value.strip(), stand=stand, role=role, found=found, anchor=anchor)]
    partial = dates.month_day(value)
    if partial is None:
        return []
    return [Mark(node=node, order=order, text=value.strip(), stand=stand, role=role, partial=partial, anchor=anchor)]
