"""The day an article was published: candidates from sure to doubtful, and why the others were not taken."""

from __future__ import annotations

import json
import re
from datetime import date

from monitor import dates
from monitor.dates import Role
from monitor.model import Dated, Trust
from monitor.page.marks import Mark, Stand, Survey
from monitor.page.scripts import named_dates
from monitor.page.tree import Node, Root
from monitor.text import printable

# Names of meta elements, from sure to doubtful; blanks in names are dropped before they are looked up.
_META = {
    name: rank
    for rank, names in enumerate(
        (
            """
        article:published_time og:article:published_time og:published_time datepublished og:release_date
        article:create_at weibo:article:create_at weibo:article:create_at og:time
        bytedance:published_time
            """,
            """
        pubdate publishdate publish_date publish-date publish_time pub_date publishtime releasedate
        firstpublishedtime apub:time citation_publication_date dc.date.issued dcterms.created
        sailthru.date parsely-pub-date _pubtime publication_date
            """,
            """
        dc.date date dcterms.date created createdate dateupdate
            """,
        )
    )
    for name in names.split()
}
_INFO = re.compile(
    r"来\s*源|作\s*者|浏\s*览|点\s*击|阅\s*读|访\s*问|编\s*辑|字\s*[号体]|次\s*数|人\s*气|出\s*处|分\s*享|打\s*印|评\s*论"
    r"|source|author|views?|by\s|hits|автор|источник|просмотр",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:：][0-5]\d(?!\d)")
_INFO_CLASS = re.compile(
    r"time|date|info|source|meta|pub|rq|shij|sj\b|laiyuan|author|byline|ly\b|fbsj|xx\b", re.IGNORECASE
)
_ASIDE_CLASS = re.compile(
    r"side|aside|related|recommend|hot|comment|rank|xgxw|xgwz|weather|clock|foot|copyright|cmt|reply", re.IGNORECASE
)


def article_date(
    root: Root, survey: Survey, in_rows: frozenset[int], headline: str, url: str, today: date
) -> tuple[Dated | None, list[str], int]:
    """An article's day, notes on what was refused, and the place of its visible date on the page (-1: none).

    What a reader sees overrules what only machines see. `in_rows` holds the ids of the marks that date rows of a list.
    """
    notes: list[str] = []
    own = [m for m in survey.marks if id(m) not in in_rows or m.role is Role.PUBLISHED][:400]
    seen, order = _visible(own, _heading(survey, headline), root, url, today, notes)
    day = _choose(seen, root, url, today, notes)
    return day, notes, order if day is not None and day is seen else -1


def _choose(seen: Dated | None, root: Root, url: str, today: date, notes: list[str]) -> Dated | None:
    """From sure to doubtful: a sure visible date, a script's, a likely visible one, the machines', the address."""
    machine = _from_json(root, today) or _from_meta(root, today)
    if seen is not None and seen.trust is Trust.SURE:
        if machine is not None and machine.day != seen.day:
            notes.append(f"{machine.where} says {machine.day.isoformat()}; the page shows {seen.day.isoformat()}")
        return seen
    hidden = _from_scripts(root, today)
    if hidden is not None and hidden.trust is Trust.SURE:
        return hidden
    if seen is not None and seen.trust is Trust.LIKELY:
        return seen
    if machine is not None:
        return machine
    if hidden is not None:
        return hidden
    address = _from_address(url, today)
    if address is not None and seen is not None and seen.day == address.day:
        return seen
    return address or seen


def _visible(
    marks: list[Mark], heading: tuple[int, int], root: Root, url: str, today: date, notes: list[str]
) -> tuple[Dated | None, int]:
    best: tuple[tuple[float, ...], Dated, int] | None = None
    for mark in marks:
        if mark.role is Role.REFUSED:
            if len(notes) < 5:
                notes.append(f"not a date of publication: {printable(mark.text, 40)}")
            continue
        scored = _score(mark, heading)
        if scored is None:
            continue
        rank, trust, where = scored
        if mark.found is None:
            value = _with_year(mark, where, root, url, today)
        else:
            value = Dated(
                day=mark.found.day,
                text=printable(mark.text, 80),
                where=where,
                rule=mark.found.rule,
                trust=trust if mark.found.sure else Trust.DOUBTFUL,
            )
        if value is None:
            continue
        if value.day > today:
            notes.append(f"refused a date in the future: {printable(mark.text, 40)}")
        elif best is None or rank > best[0]:
            best = (rank, value, mark.order)
    return (None, -1) if best is None else best[1:]


def _with_year(mark: Mark, where: str, root: Root, url: str, today: date) -> Dated | None:
    """A visible month and day; the year from what machines see or the address, else the last such day."""
    partial = mark.partial
    if partial is None or (mark.stand is Stand.CELL and mark.role is None):
        return None
    for other in (
        _from_json(root, today),
        _from_meta(root, today),
        _from_address(url, today),
        _from_scripts(root, today),
    ):
        if other is not None and (other.day.month, other.day.day) == (partial.month, partial.day):
            return Dated(
                day=other.day, text=printable(mark.text, 80), where=where, rule=f"month-day, year from {other.where}"
            )
    day = partial.latest(today)
    if day is None:
        return None
    return Dated(day=day, text=printable(mark.text, 80), where=where, rule="month-day", trust=Trust.DOUBTFUL)


def _score(mark: Mark, title: tuple[int, int]) -> tuple[tuple[float, ...], Trust, str] | None:
    """Rank, trust and place of a visible date that may be the article's; None when nothing speaks for it."""
    heading, letters = title
    near = -abs(mark.order - heading) / 10_000 if heading >= 0 else -mark.order / 10_000
    if heading >= 0 and mark.order < heading:
        near -= 0.01
    aside = any(
        _ASIDE_CLASS.search(up.attrs.get("class", "") + up.attrs.get("id", ""))
        for up in (mark.node, *mark.node.above())
        if up.attrs
    )
    in_link = mark.anchor is not None
    if aside or in_link:
        return None
    if mark.role is Role.PUBLISHED:
        return (5, near), Trust.SURE, "label 发布时间"
    if mark.role is Role.DATE:
        return (4, near), Trust.SURE, "label 日期"
    around = _line(mark.node)
    info = bool(_INFO.search(around.replace(mark.text, "")))
    classed = any(
        _INFO_CLASS.search(n.attrs.get("class", "") + " " + n.attrs.get("id", ""))
        for n in (mark.node, mark.node.parent)
        if n is not None and n.attrs
    )
    if mark.role is Role.UPDATED:
        return (1.5, near), Trust.LIKELY, "label 更新时间"
    if info and (len(around) <= 100 or (len(around) <= 160 and mark.stand is not Stand.INNER)):
        return (3.5, near), Trust.SURE, "information line"
    if classed and mark.stand in (Stand.CELL, Stand.GLUED) and (heading < 0 or abs(mark.offset - letters) < 600):
        return (3, near), Trust.SURE, "information line"
    if (
        mark.stand in (Stand.CELL, Stand.GLUED)
        and heading >= 0
        and 0 <= mark.offset - letters < 250
        and len(around) <= 160
    ):
        return (2.5, near), Trust.LIKELY, "under the title"
    if (
        mark.stand in (Stand.CELL, Stand.GLUED)
        and mark.found is not None
        and len(around) <= 60
        and _CLOCK.search(around)
    ):
        return (2, near), Trust.LIKELY, "line with a time of day"
    return None


def _line(node: Node) -> str:
    """The words of the line round a date: of its element, or of one or two above while they are short."""
    text = node.text(400)
    for count, up in enumerate(node.above()):
        if count >= 2:
            break
        wider = up.text(400)
        if len(wider) > 160:
            break
        text = wider
    return text


def _heading(survey: Survey, headline: str) -> tuple[int, int]:
    """The place of the title on the page and the letters before it; (-1, 0) when it is not shown."""
    wanted = re.sub(r"\s+", "", headline)[:12]
    if len(wanted) >= 4:
        first = wanted[0]
        for words, _, order, offset in survey.strings:
            if first in words and len(words) >= 4 and wanted in re.sub(r"\s+", "", words[:500]):
                return order, offset
    return -1, 0


def _from_scripts(root: Root, today: date) -> Dated | None:
    for node in root.find("script"):
        source = "".join(kid for kid in node.kids if isinstance(kid, str))
        if "json" in node.attrs.get("type", ""):
            continue
        for written, value in named_dates(source):
            found = dates.find(value) or dates.short_year(value, today) or _epoch(value)
            if found is not None and found.day <= today:
                shown = "document.write" in source or re.search(r"var\s+pub", source)
                return Dated(
                    day=found.day, text=printable(written, 80), where="script variable", rule=found.rule,
                    trust=Trust.SURE if shown and found.rule != "epoch" else Trust.LIKELY,
                )  # fmt: skip
    return None


def _epoch(value: str) -> dates.Found | None:
    match = re.fullmatch(r"\s*(1[0-9]{9})(\d{3})?\s*", value)
    if match is None:
        return None
    day = date.fromordinal(date(1970, 1, 1).toordinal() + (int(match[1]) + 8 * 3600) // 86400)
    return dates.Found(day=day, rule="epoch", start=0, end=len(value))


def _from_meta(root: Root, today: date) -> Dated | None:
    best: tuple[int, Dated] | None = None
    for node in root.find("meta"):
        name = (
            (node.attrs.get("property") or node.attrs.get("name") or node.attrs.get("itemprop") or "").strip().lower()
        )
        rank = _META.get(name.replace(" ", ""))
        content = node.attrs.get("content", "")[:100]
        if rank is None or not content:
            continue
        found = dates.find(content) or dates.short_year(content, today)
        if found is None or found.day > today:
            continue
        value = Dated(
            day=found.day, text=printable(content, 80), where=f"meta {printable(name, 40)}", rule=found.rule,
            trust=Trust.LIKELY if rank < 2 else Trust.DOUBTFUL,
        )  # fmt: skip
        if best is None or rank < best[0]:
            best = (rank, value)
    return best[1] if best else None


def _from_json(root: Root, today: date) -> Dated | None:
    for node in root.find("script"):
        if "ld+json" not in node.attrs.get("type", "").lower():
            continue
        source = "".join(kid for kid in node.kids if isinstance(kid, str))[:200_000]
        value = _json_date(source)
        found = dates.find(value) if value else None
        if found is not None and found.day <= today:
            return Dated(
                day=found.day,
                text=printable(value, 80),
                where="JSON-LD datePublished",
                rule=found.rule,
                trust=Trust.LIKELY,
            )
    return None


def _json_date(source: str) -> str:
    try:
        stack = [json.loads(source)]
    except (ValueError, RecursionError):
        match = re.search(r"\"(?:datePublished|pubDate)\"\s*:\s*\"([^\"]{8,40})\"", source)
        return match[1] if match else ""
    looked = 0
    while stack and looked < 2000:
        looked += 1
        item = stack.pop()
        if isinstance(item, dict):
            for key in ("datePublished", "pubDate"):
                if isinstance(item.get(key), str):
                    return str(item[key])
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item[:50])
    return ""


def _from_address(url: str, today: date) -> Dated | None:
    found = dates.from_url(url)
    if found is None or not found.whole or found.day > today:
        return None
    return Dated(day=found.day, text=printable(found.text, 80), where="url", rule="address", trust=Trust.DOUBTFUL)
