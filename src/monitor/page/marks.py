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
_PART = re.compile(
    rf"(?:(?:19|20)\d\d\s?[-/.年]\s?\d{{1,2}}\s?月?|(?:19|20)\d\d\s?年?|\d{{1,2}}\s?月|{dates.MONTH_NAME}(?:,?\s(?:19|20)\d\d)?)",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?<!\d):|:(?!\d)")
_DRESS = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|(?:星期|周|週)[一二三四五六日天]|[\s\[\](){}<>|·•:,;./\-「」〔〕《》»›‹«_~*#]|г\.?$|(?:am|pm)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[^\s\d]{0,12}(?:时\s*间|日\s*期|发\s*布|更\s*新|上\s*载|date|time|posted|published|on)\s*(?:于|on)?\s*[:：]?\s*$",
    re.IGNORECASE,
)
_GLUE_AFTER = re.compile(r"[，,。至起前后止以到的召举和或、日—~]|\s*(?:to|and|-)\b")


MAX_MARKS = 10_000
SHORT = 3
"""Letters of a string that may be a part of a label."""
_LABEL_LETTERS = 8
_LEAD_LETTERS = 5
"""Letters of a string that may be the first part of a label (信息发布 | 时间：); a longer one is a title."""


_TERM = re.compile(r"\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:至|到|-+|~|～|—+|–|to|по)\s*", re.IGNORECASE)


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
    raw: str | None = ""
    """The string itself, as it hangs in the tree; None when the date is spread over elements."""
    offset: int = 0
    """Letters on the page before it."""


@dataclass(slots=True, kw_only=True)
class Survey:
    """One walk over what a reader sees: the dates, and the strings with their elements and places."""

    marks: list[Mark]
    strings: list[tuple[str, Node, int, int]]
    """Each string without its outer blanks, its element, its order and the letters before it."""
    letters: int

    def text(self, limit: int) -> str:
        """The words of the page from its start, `limit` letters at least where there are so many."""
        taken: list[str] = []
        for words, _, _, offset in self.strings:
            if offset > limit:
                break
            taken.append(words)
        return " ".join(taken)


def survey_of(root: Node, today: date) -> Survey:
    """All dates on a page in its order, each with how it stands; sentences' dates are there as INNER."""
    found: list[Mark] = []
    strings: list[tuple[str, Node, int, int]] = []
    stack: list[tuple[Node | str, Node, Node | None]] = [(root, root, None)]
    order = offset = 0
    lead = shorts = ""
    hint = _HINT.search
    while stack:
        item, parent, anchor = stack.pop()
        order += 1
        if isinstance(item, str):
            text = item.strip()
            if not text:
                order -= 1
                continue
            if hint(text) and len(text) < 20_000 and len(found) < MAX_MARKS:
                for mark in _read(text, parent, anchor, order, today, words_before(lead, shorts)):
                    mark.offset = offset
                    if mark.node is parent:
                        mark.raw = item
                    found.append(mark)
            strings.append((text, parent, order, offset))
            offset += len(text)
            lead, shorts = (text, "") if len(text) > SHORT else (lead, shorts + text)
            continue
        tag = item.tag
        if tag in UNSEEN:
            order -= 1
            continue
        if tag == "time" and item.attrs.get("datetime"):
            stamped = dates.find(item.attrs["datetime"])
            if stamped is not None:
                found.append(
                    Mark(
                        node=item,
                        order=order,
                        text=item.attrs["datetime"],
                        stand=Stand.CELL,
                        role=None,
                        found=stamped,
                        anchor=anchor,
                        offset=offset,
                    )
                )
                continue
        if tag == "a":
            anchor = item
            titled = item.attrs.get("title", "")
            if len(titled) > 12 and hint(titled):
                found.extend(_titled(titled, item, order))
        for kid in reversed(item.kids):
            stack.append((kid, item, anchor))  # noqa: PERF401 - a generator here costs twice
    return Survey(marks=_without_covered(found), strings=strings, letters=offset)


def _without_covered(marks: list[Mark]) -> list[Mark]:
    """A day and a month-year in neighbouring elements give one mark on what holds both; its parts go."""
    covers = {id(m.node): m.found is not None for m in marks if m.raw is None}
    if not covers:
        return marks
    kept: list[Mark] = []
    seen: set[int] = set()
    for mark in marks:
        over = [id(up) for up in (mark.node, *_near(mark.node)) if id(up) in covers]
        if mark.raw is None:
            if id(mark.node) in seen or any(covers[o] and o != id(mark.node) for o in over):
                continue
            seen.add(id(mark.node))
        elif over:
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
        role = dates.role_before(head if head.strip(" :：|") else _own_label(before) + head)
        stand = _stand(text[: found.start], tail, found, role)
        marks.append(
            Mark(node=node, order=order, text=text[found.start : found.end], stand=stand, role=role, found=found,
                 anchor=anchor, rest=(text[: found.start] + tail).strip())
        )  # fmt: skip
        if len(marks) > 1 and _TERM.fullmatch(text[end : found.start]):
            for mark in marks[-2:]:
                mark.stand, mark.role = Stand.INNER, Role.REFUSED
        end = found.end
        if len(marks) > 200:
            break
    return marks or _partial(text, node, anchor, order, today, before)


def _titled(text: str, node: Node, order: int) -> list[Mark]:
    """Labelled dates in a link's title attribute: 标题：… 发布时间：2026-11-03."""
    for found in dates.find_all(text[:600]):
        role = dates.role_before(text[: found.start])
        if role in (Role.PUBLISHED, Role.DATE, Role.UPDATED):
            words = text[found.start : found.end]
            return [
                Mark(
                    node=node,
                    order=order,
                    text=words,
                    stand=Stand.LABELLED,
                    role=Role.UPDATED,  # what is seen in the row itself overrules it
                    found=found,
                    anchor=node,
                    raw=None,
                )
            ]
    return []


def words_before(lead: str, shorts: str) -> str:
    """What stands before a string: the last one of more than `SHORT` letters, and the short ones after it.

    Letters of a label may stand each in an element of its own; a whole label behind a long title stands for itself.
    """
    return shorts if shorts and len(lead) > _LEAD_LETTERS else lead + shorts


def _own_label(before: str) -> str:
    """The string before a date where it can be its label: a short one, or one that ends with a colon."""
    return before[-20:] if len(before) <= _LABEL_LETTERS or before.rstrip().endswith((":", "：")) else ""


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
    own = node
    value, role, labelled = text, None, False
    colons = [m.end() for m in _COLON.finditer(dates.fold(text))]
    if colons and _LABEL.search(text[: colons[-1]]):
        value, role, labelled = text[colons[-1] :], dates.role_before(text[: colons[-1]]), True
    elif before:
        role = dates.role_before(_own_label(before))
    stand = Stand.LABELLED if labelled else Stand.CELL
    found = dates.short_year(value, today) or dates.relative(value, today)
    if found is not None and found.rule in ("two-digit year", "compact") and found.day > today:
        return []
    partial = dates.month_day(value) if found is None else None
    shown = value.strip()
    if found is None and _PART.fullmatch(dates.strip_cell(value)):
        for up in (node, *_near(node)):
            joined = up.spaced(60)
            if len(joined) > 30:
                break
            found = dates.pair_split(joined) or _whole(joined)
            partial = None if found else dates.month_day(joined)
            if found is not None or partial is not None:
                node, shown = up, joined
                break
    if found is None and partial is None:
        return []
    return [
        Mark(
            node=node,
            order=order,
            text=shown,
            stand=stand,
            role=role,
            found=found,
            partial=partial,
            anchor=anchor,
            raw=None if node is not own else "",
        )
    ]


def _whole(joined: str) -> Found | None:
    found = dates.find(joined)
    return found if found is not None and not _DRESS.sub("", joined[: found.start] + joined[found.end :]) else None
