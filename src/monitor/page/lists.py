"""The list of a page: which rows are its items, what fills it, and its newest credible date."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.model import Dated, Filling, Item, PageKind, Trust
from monitor.page.links import Links
from monitor.page.marks import Survey, survey_of
from monitor.page.rows import Block, Row, best_link, blocks_of, is_pinned
from monitor.page.tree import Node, Root, build_plain, select
from monitor.page.years import date_rows
from monitor.text import printable

_SIDE = re.compile(
    r"side|aside|recommend|comment|cmt|reply|hot|related|rank|foot|friend|links|weather|calendar", re.IGNORECASE
)
_NOTHING = re.compile(
    r"暂\s*无\s*(?:相关)?\s*(?:内容|数据|信息|记录|文章|资料|公告|结果)|没有(?:找到|查到)?(?:相关|任何)?(?:内容|数据|信息|记录|文章)|无相关(?:内容|数据|信息|记录)|共\s*0\s*[条页篇]|尚无(?:内容|数据|信息)|"
    r"no\s+(?:records?|data|content|results?|items?|entries)(?:\s+found)?|nothing\s+found|нет\s+(?:данных|записей|материалов)|ничего\s+не\s+найдено",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\{\{[^{}]{1,200}\}\}|\bv-for\s*=|\bng-repeat\s*=|\b:key\s*=|<%[=-]?[^%]{1,200}%>|\$\{\s*\w+\.\w+\s*\}|data-bind\s*=|<app-root|<div\s+id=[\"']?(?:app|root|__nuxt|__next)[\"']?\s*>\s*(?:</div>|<!--)"
)
_AJAX = re.compile(
    r"\$\.(?:ajax|post|get|getJSON)\s*\(|axios\s*[.(]|\bfetch\s*\(|XMLHttpRequest|layui\.\w+|\.jpage\s*\(|\.datagrid\s*\(|\.load\s*\(|dataproxy\.jsp|queryList|getList\s*\(|initList\s*\(|loadData\s*\(",
    re.IGNORECASE,
)
_LOADING = re.compile(r"加载中|载入中|数据加载|loading\s*(?:\.{2,}|…)|请稍[候后]", re.IGNORECASE)
_LOADS_LIST = re.compile(r"list|jpage|dataproxy|datagrid|pageNo|pageNum|pageIndex|pageSize", re.IGNORECASE)
_LIST_CLASS = re.compile(r"list|news|wzlb|liebiao|lb\b|content|con\b|right|main", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The lists of a page: the main one's rows and all rows."""

    main: tuple[Item, ...] = ()
    every: tuple[Item, ...] = ()
    undated: tuple[Item, ...] = ()
    filling: Filling | None = None
    """None until `fill` is asked."""
    items: tuple[Item, ...] = ()
    newest: Dated | None = None
    sorted_newest_first: bool = True
    notes: tuple[str, ...] = field(default=())
    dating: frozenset[int] = frozenset()
    """The ids of the marks that date rows of a list of three rows or more."""
    aside: bool = False
    """Whether the main list looks like a selection beside something else."""
    first_order: int = -1
    """The place of the main list's first date on the page; -1 when there is none."""


def read_lists(
    root: Root, source: str, survey: Survey, links: Links, today: date, item_selector: str, date_selector: str
) -> Listing:
    """Find the rows of a page, the main list apart from its neighbours."""
    if item_selector:
        return _selected(source, links, today, item_selector, date_selector)
    notes: list[str] = []
    blocks = blocks_of(survey.marks)
    for block in blocks:
        for row in block.rows:
            row.pinned = is_pinned(row)
        notes.extend(date_rows(block.rows, today, "list row"))
        block.weight = _weight(block)
    blocks = [b for b in blocks if b.weight > 0]
    main = max(blocks, key=lambda b: b.weight, default=None)
    parts = _main_parts(blocks, main, _is_channel(root))
    made = {id(r): _item(r, links) for b in parts for r in pin_leading(b.rows)}
    main_items = tuple(made[id(r)] for b in parts for r in b.rows)
    every = tuple(made.get(id(r)) or _item(r, links) for b in blocks for r in b.rows)
    dating = frozenset(id(r.mark) for b in blocks if len(b.rows) >= 3 for r in b.rows)
    first = main.rows[0].mark if main else None
    return Listing(
        main=main_items,
        every=every,
        notes=tuple(notes),
        dating=dating,
        aside=main.aside if main else False,
        first_order=first.order if first else -1,
    )


def fill(listing: Listing, root: Root, source: str, survey: Survey, links: Links) -> Listing:
    """With what stands where the rows belong: asked for only where the page may be a list."""
    if listing.filling is not None:
        return listing
    undated = () if listing.main else _undated(root, links)
    return replace(listing, undated=undated, filling=_filling(root, source, survey, listing.main or undated))


def for_kind(listing: Listing, kind: PageKind) -> Listing:
    """The rows that count for a page of this kind: all blocks of a home page, the main list of the others."""
    items = (listing.every if kind is PageKind.HOME else listing.main) or listing.undated
    credible = [i.published for i in items if i.published is not None and i.published.trust is not Trust.DOUBTFUL]
    newest = max(credible, key=lambda d: d.day, default=None)
    return replace(listing, items=items, newest=newest, sorted_newest_first=_descends(items))


def _undated(root: Root, links: Links) -> tuple[Item, ...]:
    """The rows of a list that shows no dates: the longest run of like elements that each hold one titled link."""
    best: list[Node] = []
    most, budget = 0, 20_000
    for node in root.walk():
        if node.tag not in ("ul", "ol", "tbody", "div", "dl", "td") or len(node.kids) < 3 or budget < 0 or apart(node):
            continue
        budget -= len(node.kids)
        found = [
            (len(a.text(120)), a)
            for kid in node.kids
            if isinstance(kid, Node) and kid.tag != "a" and (a := _only_link(kid))
        ]
        weight = sum(min(length, 40) for length, _ in found)
        if len(found) >= 3 and weight >= 9 * len(found) and weight > most:
            best, most = [a for _, a in found], weight
    rows = [Row(mark=None, node=a, title=printable(a.text(300)), href=a.attrs.get("href", "")) for a in best[:2000]]
    return tuple(_item(row, links) for row in rows)


def apart(node: Node) -> bool:
    """Whether an element belongs to the navigation, a sidebar or the footer."""
    for up in (node, *node.above()):
        if up.tag in ("nav", "header", "footer", "aside"):
            return True
        if up.attrs and up.tag != "body" and _APART.search(up.attrs.get("class", "") + " " + up.attrs.get("id", "")):
            return True
    return False


_APART = re.compile(r"nav|menu|foot|side|crumb|friend|copyright|hot|related|recommend|banner|header", re.IGNORECASE)


def _only_link(node: Node) -> Node | None:
    """The one link with words in a row; None when there are several different ones or none."""
    found: Node | None = None
    for link in node.walk(120):
        if link.tag == "a" and len(link.text(40)) > 1:
            if found is not None and found.attrs.get("href") != link.attrs.get("href"):
                return None
            found = found or link
    return found


def _is_channel(root: Root) -> bool:
    """Whether a page shows several columns, each with its own "more", and no pages of one list."""
    more = 0
    for link in root.find("a"):
        text = link.text(12)
        shows_more = _MORE_LINK.fullmatch(text)
        if (shows_more or _PAGER_LINK.fullmatch(text)) and len(link.kids) == 1:
            if not shows_more:
                return False
            more += 1
    return more >= 3


_MORE_LINK = re.compile(r"[\[(【<]?\s*(?:查看)?(?:更多|more)\s*[\])】>+»…]*", re.IGNORECASE)
_PAGER_LINK = re.compile(r"[\[<]?\s*(?:下一?页|尾页|末页|next|last)\s*[\]>]?", re.IGNORECASE)


def _main_parts(blocks: list[Block], main: Block | None, channel: bool) -> list[Block]:
    """A long list stands alone; on a page of several short lists (a channel) all of them count, sidebars apart."""
    if main is None:
        return []
    if channel:
        return [b for b in blocks if b is main or not b.aside]
    if len(main.rows) >= 9:
        # Blocks of one form and one length are the parts of a channel; a long list has neighbours of other forms.
        return [
            b
            for b in blocks
            if b is main or (not b.aside and len(b.rows) == len(main.rows) and _form(b) == _form(main))
        ]
    return [b for b in blocks if b is main or (not b.aside and b.weight * 3 >= main.weight)]


def _form(block: Block) -> tuple[str, str]:
    mark = block.rows[0].mark
    return (mark.node.tag, mark.node.attrs.get("class", "")) if mark else ("", "")


def _weight(block: Block) -> float:
    rows = block.rows
    weight = 0.0
    for row in rows:
        weight += 1 + min(len(row.title), 40) / 10
    first = rows[0]
    above = " ".join(
        up.attrs.get("class", "") + " " + up.attrs.get("id", "") for up in (first.node, *first.node.above()) if up.attrs
    )
    block.aside = bool(_SIDE.search(above)) or _aside_heading(first.node)
    if block.aside:
        weight *= 0.3
    if any(up.tag in ("footer", "nav", "header", "aside") for up in first.node.above()):
        weight *= 0.1
    if first.mark and first.mark.found is None:
        weight *= 0.8
    return weight


_ASIDE_HEADING = re.compile(
    r"\s*(?:最新|热[门点]|相关|推荐|猜你|排行|点击|阅读|图片|更新|延伸|本月|本周|24小时|latest|recent|popular|related|most)[^。，]{0,12}\s*(?:更多|more|>>|\+)?\s*",
    re.IGNORECASE,
)


def _aside_heading(node: Node) -> bool:
    """Whether the heading right above a list names it as a selection from elsewhere: 最新更新, 相关文章."""
    for count, up in enumerate(node.above()):
        if up.tag in ("body", "html") or count > 5:
            break
        for kid in up.kids[:4]:
            if (
                isinstance(kid, Node)
                and (kid.tag in ("h1", "h2", "h3", "h4", "h5") or "tit" in kid.attrs.get("class", ""))
                and kid is not node
                and _ASIDE_HEADING.fullmatch(kid.text(40))
            ):
                return True
    return False


def _item(row: Row, links: Links) -> Item:
    href = row.href.strip()
    url = ""
    if href and not href.lower().startswith(("javascript:", "#")):
        target = links.resolve(href) if len(href) < 8000 else None
        url = target[0] if target else ""
    return Item(title=printable(row.title), url=url, published=row.published, pinned=row.pinned)


def pin_leading(rows: list[Row]) -> list[Row]:
    """Mark older rows at the head of an otherwise descending list as pinned."""
    days = [(i, r.published.day) for i, r in enumerate(rows) if r.published]
    for start in range(1, min(9, max(3, len(days) // 3))):
        rest = [d for _, d in days[start:]]
        if all(a >= b for a, b in itertools.pairwise(rest)):
            if rest and all(d < rest[0] for _, d in days[:start]):
                for i, _ in days[:start]:
                    rows[i].pinned = True
            break
    return rows


def _descends(items: tuple[Item, ...]) -> bool:
    days = [i.published.day for i in items if i.published and not i.pinned]
    return all(a >= b for a, b in itertools.pairwise(days))


def _selected(source: str, links: Links, today: date, item_selector: str, date_selector: str) -> Listing:
    """Rows by the configuration's selectors."""
    rows: list[Row] = []
    for markup in select(source, item_selector)[:5000]:
        node = build_plain(markup)
        link = best_link(node)
        found = list(survey_of(node, today).marks)
        if date_selector:
            inner = [build_plain(part) for part in select(markup, date_selector)[:1]]
            found = [m for part in inner for m in survey_of(part, today).marks] or found[:0]
        mark = max(found, key=lambda m: (m.stand, m.found is not None), default=None)
        title = printable(link.text(300) or link.attrs.get("title", "")) if link else printable(node.text(200))
        rows.append(Row(mark=mark, node=node, title=title, href=link.attrs.get("href", "") if link else ""))
    notes = date_rows(rows, today, "selected row")
    items = tuple(_item(r, links) for r in pin_leading(rows))
    if not items:
        notes.append(f"the selector {printable(item_selector, 60)!r} found nothing")
    return Listing(main=items, every=items, filling=Filling.ROWS if items else Filling.UNCLEAR, notes=tuple(notes))


def may_be_filled(root: Root, source: str, said: str) -> bool:
    """Whether a script may fill parts of a page later: it is bound to data, loads some, or says that it is loading."""
    inline = "\n".join(kid for n in root.find("script") for kid in n.kids if isinstance(kid, str))[:500_000]
    return bool(_BOUND.search(source[:2_000_000]) or _LOADING.search(said) or _AJAX.search(inline))


def _filling(root: Root, source: str, survey: Survey, items: tuple[Item, ...]) -> Filling:
    if items:
        return Filling.ROWS
    if _BOUND.search(source[:2_000_000]):
        return Filling.SCRIPT
    inline = "\n".join(kid for n in root.find("script") for kid in n.kids if isinstance(kid, str))[:500_000]
    said = survey.text(20_000)
    # A page that loads its rows may say that there are none until they have come: then nobody knows.
    loads = _AJAX.search(inline)
    if _LOADING.search(said) or (loads and (_LOADS_LIST.search(inline) or not _NOTHING.search(said))):
        return Filling.SCRIPT
    if not _has_prose(survey) and any(
        len(words) <= 30 and _NOTHING.search(words) and not apart(node) for words, node, _, _ in survey.strings
    ):
        return Filling.EMPTY
    if _has_prose(survey):
        return Filling.UNCLEAR
    looked = 0
    for node in root.find("ul", "ol", "tbody", "dl"):
        name = node.attrs.get("class", "") + " " + node.attrs.get("id", "")
        parent = node.parent.attrs.get("class", "") if node.parent else ""
        if not _LIST_CLASS.search(name + " " + parent) or apart(node):
            continue
        looked += 1
        if looked > 200:
            break
        if not node.text(50) and not any(k.tag in ("img", "a", "input") for k in node.walk(200)):
            return Filling.EMPTY
    return Filling.UNCLEAR


def _has_prose(survey: Survey) -> bool:
    """Whether a text of some length stands on the page: then an empty list beside it does not make it blank."""
    return any(
        len(words) >= 60 and not _IMPRINT.search(words) and not apart(node) for words, node, _, _ in survey.strings
    )


_IMPRINT = re.compile(r"版权|ICP备|公网安备|copyright|主办|承办|技术支持|标识码|浏览器|分辨率", re.IGNORECASE)
