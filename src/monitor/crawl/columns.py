"""Which of the pages read are columns (栏目), and what was seen of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor import urls
from monitor.crawl.pager import further_pages
from monitor.crawl.rows import Rows, rows_of
from monitor.model import (
    Column,
    ColumnLook,
    Dated,
    Filling,
    LinkState,
    Page,
    PageKind,
    Reading,
    Render,
    Site,
    Trust,
    Verdict,
)
from monitor.taxonomy import fold, sort_of

_MOST_ITEMS = 40
_ROWS_TO_TELL = 5
_LONGEST_NAME = 30
_EDGES = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_MORE = frozenset(("更多", "more", "查看更多", "更多信息", "подробнее", "ещё", "全部", "readmore", "moreinfo"))
_PAGER = frozenset(("下页", "下一页", "尾页", "末页", "next", "last", "后页", "最后一页"))
_LONGEST_MORE = 10
SHORT_LIST = 10
"""Rows of a list: where there are fewer, no script parts it into pages."""
_NO_COLUMN = re.compile(
    "首页|主页|网站首页|返回首页|home|登录|注册|login|english|русский|搜索|search|设为首页|加入收藏|手机版|无障碍|长者模式"
    "|上一页|下一页|尾页|末页|next|previous"
)
_PAGE_NUMBER = re.compile(r"^\W*\d{1,4}\W*$")
_HOPS = 3
ONLY_BROWSER = "a page that only a browser can fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is kept of a page that may be a column, once it has been read."""

    url: str
    kind: PageKind
    filling: Filling
    title: str
    newest: Dated | None
    rows: Rows
    breadcrumb: tuple[str, ...]
    column_name: str
    is_article: bool
    sorted_newest_first: bool
    next_page: str | None
    forwards_to: str | None
    text_length: int
    maintenance: bool
    looked_at: datetime | None
    leads_on: bool = False
    """Whether words on it lead to more of the same."""
    cut: bool = False
    """Whether the page was cut short: what is not on it may stand on the rest."""
    how: str = ""
    """By what way it was read where that was not the plain one, or why it could not be."""
    data_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking for a column's page: its verdict as a link, and where the answer was found."""

    verdict: Verdict
    final_url: str
    foreign: bool = False
    reading: Reading | None = None
    """What is said of the column, where that is not to be concluded from the verdict."""


def listing(page: Page, *, looked_at: datetime | None, maintenance: bool, cut: bool = False) -> Listing:
    """The facts of a page by which it is recognised and judged as a column."""
    return Listing(
        url=page.url,
        kind=page.kind,
        filling=page.filling,
        title=page.title,
        newest=page.newest,
        rows=rows_of(page.items[:_MOST_ITEMS]),
        breadcrumb=page.breadcrumb,
        column_name=page.tags.get("ColumnName", ""),
        is_article="ArticleTitle" in page.tags or page.kind is PageKind.ARTICLE,
        sorted_newest_first=page.sorted_newest_first,
        next_page=page.next_page,
        forwards_to=page.forwards_to,
        text_length=page.text_length,
        maintenance=maintenance,
        looked_at=looked_at,
        leads_on=leads_on(page),
        cut=cut,
    )


def leads_on(page: Page) -> bool:
    """Whether words on a page lead to more of the same (更多, 下一页), be it by a script."""
    words = (*(link.text for link in page.outlinks), *(text for _, text in page.bad_links))
    return page.next_page is not None or any(
        len(text) <= _LONGEST_MORE and ((name := fold(text)) in _MORE or name in _PAGER) for text in words
    )


def may_be_column(page: Page) -> bool:
    """Whether a page's facts are worth keeping."""
    return page.kind is PageKind.LIST or page.filling is not Filling.UNCLEAR or page.forwards_to is not None


def is_menu_word(text: str) -> bool:
    """Whether a link's words could be the name of a column."""
    name = fold(text)
    return (
        len(name) > 1 and len(text) <= _LONGEST_NAME and not _NO_COLUMN.fullmatch(name) and not _PAGE_NUMBER.match(text)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything a crawl kept for recognising columns, by `urls.same_page` key."""

    home: str
    names: frozenset[str]
    """What the site calls itself, folded: no part of a column's path."""
    listings: Mapping[str, Listing]
    menu: Mapping[str, str]
    """The words under which menus lead to a page."""
    from_home: frozenset[str]
    """The pages that the home page links to, wherever on it."""
    outcomes: Mapping[str, Outcome]
    """What came of asking for the configured columns."""
    aliases: Mapping[str, str]
    """Where redirects led, among the pages read."""


def columns(site: Site, seen: Seen) -> tuple[ColumnLook, ...]:
    """What was seen of every column: the configured ones, and those found where the site lets them be found."""
    looks = [_look(column, seen) for column in site.columns]
    taken = {urls.same_page(look.column.url) for look in looks}
    listed = {_landing(look.column, seen) for look in looks}
    if site.discover:
        found = (look for look in _found(site, seen) if urls.same_page(look.column.url) not in taken)
        looks += [look for look in found if _landing(look.column, seen) not in listed]
    return tuple(_with_children(look, looks) for look in looks)


def _landing(column: Column, seen: Seen) -> tuple[str, str]:
    """Where a column's readers end, and its own name: one that is listed and led on from there is not found anew."""
    key = urls.same_page(column.url)
    there = _follow(key, seen)
    return urls.same_page(there.url) if there else key, fold(column.name.rpartition(" > ")[2])


def unfilled(site: Site, seen: Seen) -> list[tuple[Column, Listing]]:
    """The columns whose rows a browser may show and the plain page does not, each with that page."""
    looks, home = columns(site, seen), urls.same_page(seen.home)
    found: list[tuple[Column, Listing]] = []
    for look in looks:
        column, key = look.column, urls.same_page(look.column.url)
        shell = _shell(column, key, seen)
        there = _follow(key, seen) or shell
        blank = there is shell or look.reading in (Reading.SCRIPT, Reading.BLANK, Reading.NO_LIST)
        always = column.render is Render.ALWAYS and look.reading in (Reading.READ, Reading.NO_DATES)
        if there is None or urls.same_page(there.url) == home or there.maintenance or there.is_article:
            continue
        if blank or always:
            found.append((column, there))
    return found


def _shell(column: Column, key: str, seen: Seen) -> Listing | None:
    """A configured column whose page is one application's shell, the same for every address."""
    outcome = seen.outcomes.get(key)
    if outcome is None or outcome.foreign or ONLY_BROWSER not in outcome.verdict.reason:
        return None
    return Listing(
        url=outcome.final_url,
        kind=PageKind.LIST,
        filling=Filling.SCRIPT,
        title="",
        newest=None,
        rows=Rows(),
        breadcrumb=(),
        column_name="",
        is_article=False,
        sorted_newest_first=True,
        next_page=None,
        forwards_to=None,
        text_length=0,
        maintenance=False,
        looked_at=None,
    )


def _found(site: Site, seen: Seen) -> list[ColumnLook]:
    looks: dict[str, ColumnLook] = {}
    later_pages = {urls.same_page(one.next_page) for one in seen.listings.values() if one.next_page}
    further = _further(seen)
    says_so = (key for key, one in seen.listings.items() if _names_itself(one) and key not in further)
    for key in dict.fromkeys((*seen.menu, *sorted(seen.from_home), *says_so)):
        there = _follow(key, seen)
        if there is None or key in later_pages or key == urls.same_page(seen.home):
            continue
        name = _name(key, there, seen)
        own = urls.same_page(there.url)
        if not name or own in looks or not _is_column(key, there, seen):
            continue
        sort = sort_of(name)
        by_class = site.limits.get(sort.klass)
        column = Column(
            name=name,
            url=there.url,
            klass=sort.klass,
            limit=sort.limit if by_class is None or sort.own else by_class.limit,
            warn=None if by_class is None or sort.own else by_class.warn,
            basis=sort.basis,
            found=True,
            render=site.render,
        )
        looks[own] = _look(column, seen)
    return list(looks.values())


def _further(seen: Seen) -> frozenset[str]:
    return further_pages({key: _own_name(seen.listings.get(key)) for key in (*seen.outcomes, *seen.listings)})


def idle_pages(seen: Seen) -> frozenset[str]:
    """The later pages of lists on which nothing newer can stand than on the first: no column rests on them."""
    lists = seen.listings.values()
    later = {urls.same_page(one.next_page) for one in lists if one.next_page}
    needed = {urls.same_page(one.next_page) for one in lists if one.next_page and not one.sorted_newest_first}
    return (_further(seen) | later) - needed - seen.menu.keys() - seen.from_home


def _names_itself(there: Listing) -> bool:
    """A list of dated rows under a name of its own, though no menu leads there: a column behind its items."""
    named = bool(there.column_name) or bool(there.breadcrumb and fold(there.breadcrumb[-1]) in fold(there.title))
    return named and there.kind is PageKind.LIST and there.rows.count >= _ROWS_TO_TELL and "?" not in there.url


def _own_name(there: Listing | None) -> str:
    """What a list calls itself, folded; "" when it does not say or was not read."""
    return fold(there.column_name or (there.breadcrumb[-1] if there.breadcrumb else "")) if there else ""


def _is_column(key: str, there: Listing, seen: Seen) -> bool:
    """A list that a menu or the home page leads to; an empty or script-filled page only where a menu does."""
    if there.is_article or there.maintenance or there.kind is PageKind.HOME:
        return False
    if there.kind is PageKind.LIST and there.filling is Filling.ROWS:
        return True
    named = key in seen.menu or bool(there.column_name)
    return named and there.filling in (Filling.EMPTY, Filling.SCRIPT)


def _follow(key: str, seen: Seen) -> Listing | None:
    """The page a reader ends on: a column may pass on to its first child."""
    for _ in range(_HOPS):
        here = seen.listings.get(seen.aliases.get(key, key))
        if here is None or here.forwards_to is None:
            return here
        key = urls.same_page(here.forwards_to)
    return None


def _name(key: str, there: Listing, seen: Seen) -> str:
    """The column's name by path; "" when the page does not say what it is called.

    What a reader sees overrules the tag ColumnName, which templates often copy from another column.
    """
    menu = _trim(seen.menu.get(key, ""))
    crumbs = [c for c in map(_trim, there.breadcrumb) if c and fold(c) not in seen.names]
    folded = [fold(crumb) for crumb in crumbs]
    if crumbs and fold(menu) not in folded and folded[-1] in fold(there.title):
        menu = crumbs[-1]  # path and title agree; a menu may call it by a short or a foreign name
    leaf = menu if fold(menu) not in _MORE else ""
    leaf = leaf or (crumbs[-1] if crumbs else "") or _trim(there.column_name)
    if not leaf or len(leaf) > _LONGEST_NAME:
        return ""
    if fold(leaf) in folded[:-1]:
        return " > ".join(crumbs)  # the menu names a parent and leads to this child of it
    above = crumbs[: folded.index(fold(leaf))] if fold(leaf) in folded else []
    return " > ".join([*above, leaf])


def _trim(text: str) -> str:
    return _EDGES.sub("", text)


def _look(column: Column, seen: Seen) -> ColumnLook:
    """What was seen of one column."""
    key = urls.same_page(column.url)
    there = _follow(key, seen)
    if there is None:
        return _unread(column, key, seen)
    home = urls.same_page(seen.home)
    if urls.same_page(there.url) == home != key:
        detail = "redirected to the home page instead of the page asked for"
        return ColumnLook(column=column, reading=Reading.NO_LIST, detail=detail)
    reading, detail = _reading(there)
    newest, pages = there.newest, 1
    following = seen.listings.get(urls.same_page(there.next_page)) if there.next_page else None
    if not there.sorted_newest_first and following is not None:
        pages = 2
        newest = _newer(newest, following.newest)
    is_part = there.cut or (pages == 2 and following is not None and following.cut)
    unread = bool(there.next_page) and not there.sorted_newest_first and pages == 1
    if newest is not None and (is_part or unread):  # a newer one may stand on what was not read
        newest = replace(newest, trust=Trust.DOUBTFUL)
    items = there.rows.items() + (following.rows.items() if pages == 2 and following else ())
    item = next((i for i in items if newest and i.published and i.published.day == newest.day), None)
    return ColumnLook(
        column=column,
        reading=Reading.READ if newest and reading is not Reading.MAINTENANCE else reading,
        newest=newest,
        newest_title=item.title if item else "",
        newest_url=item.url if item else "",
        items=items,
        pages=pages,
        whole=_is_whole(there, following if pages == 2 else None),
        detail=detail,
        looked_at=there.looked_at,
        data_url=there.data_url,
    )


def _is_whole(there: Listing, following: Listing | None) -> bool:
    """Whether a list leads on to nothing that was not read; where there is no telling, it does."""
    last = following or there
    short = last is not there or there.rows.count < SHORT_LIST
    kept = all(one.rows.count < _MOST_ITEMS for one in (there, last))
    return short and kept and there.filling is Filling.ROWS and not (there.cut or last.cut or last.leads_on)


def _reading(there: Listing) -> tuple[Reading, str]:
    if there.maintenance:
        return Reading.MAINTENANCE, "says that it is being worked on"
    if there.cut and there.filling in (Filling.EMPTY, Filling.UNCLEAR):
        return Reading.NO_LIST, "the page was cut short on its way"
    if there.filling is Filling.EMPTY:
        return Reading.BLANK, there.how or "the list stands and holds nothing"
    if there.filling is Filling.SCRIPT:
        return Reading.SCRIPT, there.how or "a script fills the list"
    if there.filling is Filling.ROWS:
        return Reading.NO_DATES, ""
    return Reading.NO_LIST, ""


def _unread(column: Column, key: str, seen: Seen) -> ColumnLook:
    """A column whose page brought nothing to read, and why."""
    outcome = seen.outcomes.get(key)
    reading, detail = Reading.NOT_REACHED, ""
    if outcome is not None:
        detail = outcome.verdict.reason
        state = outcome.verdict.state
        if outcome.reading is not None:
            reading = outcome.reading
        elif outcome.foreign:
            reading, detail = Reading.FOREIGN, outcome.final_url
        elif state is LinkState.DEAD:
            reading = Reading.DEAD
        elif state is LinkState.FAILING:
            reading = Reading.UNREACHABLE
        elif state is LinkState.UNVERIFIED:
            reading = Reading.ROBOTS if "robots.txt" in detail else Reading.WALL
        else:
            reading, detail = Reading.NO_LIST, ""
    return ColumnLook(column=column, reading=reading, detail=detail)


def _newer(one: Dated | None, other: Dated | None) -> Dated | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda dated: dated.day)


def _with_children(look: ColumnLook, looks: list[ColumnLook]) -> ColumnLook:
    """A parent column is as fresh as its freshest child: its own page may show only some of them."""
    if look.reading not in (Reading.READ, Reading.BLANK, Reading.NO_DATES):
        return look
    children = [c for c in looks if c is not look and c.newest and _is_child(c.column, look.column)]
    freshest = max(children, key=lambda c: c.newest.day if c.newest else date.min, default=None)
    if freshest is None or freshest.newest is None or (look.newest and freshest.newest.day <= look.newest.day):
        return look
    where = f"{freshest.newest.where}, in its child 「{freshest.column.name}」"
    return replace(
        look,
        reading=Reading.READ,
        newest=replace(freshest.newest, where=where),
        newest_title=freshest.newest_title,
        newest_url=freshest.newest_url,
    )


def _is_child(column: Column, parent: Column) -> bool:
    """Whether a column lies below another one, by its address or by its name's path."""
    folder = _folder(parent.url)
    by_address = folder is not None and column.url.startswith(folder) and column.url != folder
    return by_address or column.name.startswith(f"{parent.name} > ")


def _folder(url: str) -> str | None:
    """The folder that a column's own page opens; None for the site's root and for pages that are no folder's index."""
    address = url.partition("?")[0]
    head, _, last = address.rpartition("/")
    if "?" in url or (last and not re.match(r"(?:index|default)\.", last)) or head.count("/") < 3:
        return None
    return head + "/"
