"""What a crawl keeps of letters, guides, policies and interpretations, from pages that it reads anyway."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from monitor import page, urls
from monitor.crawl.columns import SHORT_LIST, leads_on
from monitor.crawl.entry import is_file
from monitor.crawl.rows import day_of, plain_day
from monitor.model import (
    Element,
    Fetch,
    Guide,
    Message,
    MessageList,
    MessageState,
    Outlink,
    Page,
    PageKind,
    Paper,
    Place,
    Service,
    ServiceKind,
)
from monitor.taxonomy import kind_of

_MOST_LETTERS = 200
_MOST_GUIDES = 50
_MOST_PAPERS = 300
_MOST_EARLY = 100
_NEAR = 1
"""Clicks from the home page within which it may lead to letters and guides by itself."""
_MOST_LISTS = 20
"""Columns of letters of one site."""
_MOST_PAGES = 10
"""Pages of one list of letters."""
_RECENT = timedelta(days=400)
"""Rules look back a year: a list whose page shows only older letters is not read on."""
_MOST_LINKS = 10
"""Links between papers on one page; more belong to a list beside the text."""
_SURE_LINKS = 3
_GUIDE_SIGNS = 4
"""Words of so many categories in a page's bytes make it worth reading as a guide."""
_LEADS_TO_PAPER = re.compile(r"解读|图解|一图|读懂|问答|答记者|原文|相关文件|政策文件|文件链接|《")
_LETTERS = (ServiceKind.CONSULTATION, ServiceKind.MIXED)
_OPEN = (MessageState.UNANSWERED, MessageState.IN_HAND)
_PAPERS = (ServiceKind.POLICY, ServiceKind.INTERPRETATION)


@dataclass(slots=True)
class _Wanted:
    """A page that a list leads to: which kind of list, which one, and which of its rows; -1 for a later page of it."""

    kind: ServiceKind
    list_key: str = ""
    row: int = 0


@dataclass(slots=True)
class Services:
    """What one walk gathers. Every store is bounded."""

    today: date
    owns: Callable[[str], bool]
    lists: dict[str, MessageList] = field(default_factory=dict)
    places: dict[tuple[str, ...], tuple[str, int]] = field(default_factory=dict)
    """In which list a letter stands, and in which row: one that several lists show is kept once."""
    pages: dict[str, int] = field(default_factory=dict)
    """How many pages of each list of letters were read."""
    guides: dict[str, Guide] = field(default_factory=dict)
    guides_elsewhere: set[str] = field(default_factory=set)
    papers: dict[str, tuple[ServiceKind, Paper]] = field(default_factory=dict)
    wanted: dict[str, _Wanted] = field(default_factory=dict)
    early: dict[str, str] = field(default_factory=dict)
    """What pages told to which no list has led yet."""
    links: dict[str, frozenset[str]] = field(default_factory=dict)
    """Where pages lead that may be papers, to what may be one of the other sort."""
    cut: dict[str, int] = field(default_factory=dict)
    """How many were left out, by what they are."""

    def must_see(self, url: str, told: str) -> bool:
        """Whether a page must be looked at today, due or not: bad news is asked for on the day it is spoken of."""
        if not self.wanted:
            return False
        wanted = self.wanted.get(urls.same_page(url))
        if wanted is None or wanted.kind in _PAPERS:
            return False
        if wanted.kind is ServiceKind.GUIDE:
            return not told or _accuses(told)
        row = self.lists[wanted.list_key].messages[wanted.row]
        return row.state in _OPEN or (row.state is MessageState.UNKNOWN and _accuses(told))

    def reads_anew(self, url: str) -> bool:
        """Whether a page is a later one of a list of letters: what it shows is not remembered."""
        wanted = self._wants(url)
        return wanted is not None and wanted.row < 0

    def read_whole(self, names: Iterable[str], found: Page, fetch: Fetch, depth: int, *, is_column: bool) -> str:
        """Take what a page that was read whole tells; `names`: what it may be called, the surest first.

        `is_column`: whether it is configured, or a menu leads to it. Gives what is to be remembered of it, as `recall`
        takes it; "" for nothing.
        """
        key = urls.same_page(found.url)
        wanted = self.wanted.get(key)
        if wanted is not None and wanted.row >= 0:
            return self.read(found.url, fetch, (found.outlinks,), depth)
        if wanted is not None:
            self._take_letters(wanted.list_key, wanted.kind, "", found, fetch, is_column=True)
            return ""
        name, kind = next(((n, k) for n in names if n and (k := kind_of(n))), ("", None))
        if kind is None and found.kind is PageKind.ARTICLE:
            return self.read(found.url, fetch, (found.outlinks,), depth)
        if kind is None or found.kind is PageKind.HOME:
            return ""
        if kind in _LETTERS and (is_column or found.kind is not PageKind.ARTICLE):
            self._take_letters(key, kind, name, found, fetch, is_column=is_column)
        elif kind is ServiceKind.GUIDE:
            self._take_guides(found, fetch)
        elif kind in _PAPERS:
            self._take_papers(kind, name, found)
        return ""

    def read(self, url: str, fetch: Fetch, parts: Iterable[Iterable[Outlink]], depth: int) -> str:
        """Take what the page of a letter, a guide or a paper tells. Gives what is to be remembered; "" for nothing.

        `depth`: clicks from the home page; near it a page may come before the list that leads to it.
        """
        wanted = self._wants(url)
        if wanted is None and depth > _NEAR:
            return ""
        told = "" if fetch.truncated else self._told(wanted, fetch)  # what is not on a part may stand on the rest
        self.recall(url, told, parts, depth)
        return told

    def recall(self, url: str, told: str, parts: Iterable[Iterable[Outlink]], depth: int) -> None:
        """Take what a page told: now, or at its last look, where it is as it was."""
        key = urls.same_page(url)
        wanted = self.wanted.get(key)
        if wanted is not None:
            self._take(wanted, url, told)
        elif told and len(self.early) < _MOST_EARLY:
            self.early[key] = told
        may_be_paper = wanted.kind in _PAPERS if wanted is not None else depth <= _NEAR
        links = _links_to_papers(parts) - {key} if may_be_paper else frozenset[str]()
        if links and len(self.links) < 2 * _MOST_PAPERS:
            self.links[key] = links

    def _told(self, wanted: _Wanted | None, fetch: Fetch) -> str:
        """What a page tells as a guide or a letter, as it is remembered; of a page not asked for, by its words."""
        guide = wanted is not None and wanted.kind is ServiceKind.GUIDE
        letter = wanted is not None and wanted.kind in _LETTERS
        if wanted is None and len(self.early) < _MOST_EARLY:
            guide, letter = _looks_like_guide(fetch.body), _looks_like_letter(fetch.body)
        kind = fetch.headers.get("content-type", "")
        if guide:
            return _told_of_guide(page.read_guide(fetch.body, fetch.url, self.today, content_type=kind))
        message = page.read_message(fetch.body, fetch.url, self.today, content_type=kind) if letter else None
        return _told_of_letter(message) if message is not None else ""

    def _take(self, wanted: _Wanted, url: str, told: str) -> None:
        with suppress(ValueError, TypeError, LookupError):
            if told and wanted.kind is ServiceKind.GUIDE:
                self.guides[urls.same_page(url)] = _guide(told, url)
            elif told and wanted.kind in _LETTERS:
                self._join(wanted, _letter(told, url))

    def facts(self) -> Service:
        """All that was gathered."""
        left = [key for key, one in self.wanted.items() if one.kind is ServiceKind.GUIDE and key not in self.guides]
        papers = {key: (kind, self._linked(key)) for key, (kind, _) in self.papers.items()}
        return Service(
            letters=tuple(self.lists.values()),
            guides=tuple(self.guides.values()),
            guides_left=len(left) + len(self.guides_elsewhere) + self.cut.get("guides", 0),
            policies=tuple(one for kind, one in papers.values() if kind is ServiceKind.POLICY),
            interpretations=tuple(one for kind, one in papers.values() if kind is ServiceKind.INTERPRETATION),
            left_out=tuple(f"{count} {what} beyond the bound were not kept" for what, count in self.cut.items()),
        )

    def _wants(self, url: str) -> _Wanted | None:
        return self.wanted.get(urls.same_page(url)) if self.wanted else None

    def _want(self, url: str, wanted: _Wanted) -> None:
        key = urls.same_page(url) if url else ""
        if key and key not in self.wanted and self.owns(url) and not is_file(url):
            self.wanted[key] = wanted
            if key in self.early:
                self._take(wanted, url, self.early.pop(key))

    def _leave_out(self, what: str, count: int) -> None:
        if count > 0:
            self.cut[what] = self.cut.get(what, 0) + count

    def _take_letters(
        self, key: str, kind: ServiceKind, name: str, found: Page, fetch: Fetch, *, is_column: bool
    ) -> None:
        if key not in self.lists and len(self.lists) >= _MOST_LISTS:
            self._leave_out("columns of letters", 1)
            return
        content_type = fetch.headers.get("content-type", "")
        messages = page.read_messages(fetch.body, found.url, self.today, content_type=content_type)
        if not messages and not is_column:
            return
        before = self.lists.get(key) or MessageList(name=name, url=found.url, mixed=kind is ServiceKind.MIXED)
        room = max(0, _MOST_LETTERS - len(self.places))
        new: list[Message] = []
        for message in messages:
            place = self.places.get(_key_of(message))
            if place is not None:
                self._join(_Wanted(kind, *place), message)  # one that stands twice on this page is not yet in a list
            elif len(new) < room:
                self.places[_key_of(message)] = key, len(before.messages) + len(new)
                new.append(message)
            else:
                self._leave_out("letters", 1)
        there = self.lists.get(key, before)
        short = key in self.lists or len(messages) < SHORT_LIST
        whole = bool(messages) and short and len(new) < room and not (leads_on(found) or fetch.truncated)
        self.lists[key] = replace(there, messages=(*there.messages, *new), whole=whole)
        self.pages[key] = self.pages.get(key, 0) + 1
        for row, message in enumerate(new, len(before.messages)):
            if message.state is not MessageState.ANSWERED or message.answered is None:
                self._want(message.url, _Wanted(kind, key, row))
        goes_on = self.pages[key] < _MOST_PAGES and len(new) < room and _is_recent(messages, self.today)
        if found.next_page and goes_on:
            self._want(found.next_page, _Wanted(kind, key, -1))

    def _join(self, wanted: _Wanted, message: Message) -> None:
        """Put what a letter's page tells to what its row told: an answer on either is one."""
        there = self.lists.get(wanted.list_key)
        if there is None or not 0 <= wanted.row < len(there.messages):
            return
        row = there.messages[wanted.row]
        state, said = row.state, row.said
        if message.state is not MessageState.UNKNOWN and row.state is not MessageState.ANSWERED:
            state, said = message.state, message.said
        asked, answered = row.asked or message.asked, row.answered or message.answered
        shown = None if message.asked or message.answered else row.shown
        joined = replace(row, state=state, said=said, asked=asked, answered=answered, shown=shown)
        messages = (*there.messages[: wanted.row], joined, *there.messages[wanted.row + 1 :])
        self.lists[wanted.list_key] = replace(there, messages=messages)

    def _take_guides(self, found: Page, fetch: Fetch) -> None:
        if not found.items and not fetch.truncated:
            content_type = fetch.headers.get("content-type", "")
            guide = page.read_guide(fetch.body, found.url, self.today, content_type=content_type)
            if guide.recognised and len(self.guides) < _MOST_GUIDES:
                self.guides[urls.same_page(found.url)] = guide
            return
        for item in found.items:
            if not item.url or not self.owns(item.url) or is_file(item.url):
                if len(self.guides_elsewhere) < _MOST_GUIDES:
                    self.guides_elsewhere.add(item.url or item.title)
            elif sum(one.kind is ServiceKind.GUIDE for one in self.wanted.values()) < _MOST_GUIDES:
                self._want(item.url, _Wanted(ServiceKind.GUIDE))
            elif urls.same_page(item.url) not in self.wanted:
                self._leave_out("guides", 1)

    def _take_papers(self, kind: ServiceKind, name: str, found: Page) -> None:
        for item in found.items:
            key = urls.same_page(item.url) if item.url else item.title
            if not item.title or key in self.papers:
                continue
            if sum(known is kind for known, _ in self.papers.values()) >= _MOST_PAPERS:
                self._leave_out("policies" if kind is ServiceKind.POLICY else "interpretations", 1)
                continue
            day = item.published.day if item.published else None
            self.papers[key] = kind, Paper(title=item.title, url=item.url, day=day, column=name)
            self._want(item.url, _Wanted(kind))

    def _linked(self, key: str) -> Paper:
        """A paper with its links to papers of the other sort; a page that leads to many of them shows a list."""
        kind, paper = self.papers[key]
        links = frozenset(
            one for one in self.links.get(key, ()) if one in self.papers and self.papers[one][0] is not kind
        )
        return replace(paper, links=links if len(links) <= _SURE_LINKS else frozenset())


def names_of(found: Page, menu: str) -> tuple[str, ...]:
    """What a page that may be a column is called: by its path, by the menu, by its tag."""
    path = found.breadcrumb if not menu or menu in found.breadcrumb else (*found.breadcrumb, menu)
    return (" > ".join(path) or found.tags.get("ColumnName", ""),)


def _key_of(message: Message) -> tuple[str, ...]:
    """What makes it the same letter on another page: its address; without one, its title and its day."""
    day = message.asked or message.shown
    return (urls.same_page(message.url),) if message.url else (message.title, str(day.day) if day else "")


def _links_to_papers(parts: Iterable[Iterable[Outlink]]) -> frozenset[str]:
    """The pages to which words such as 解读 or 原文 lead; none where so many do that they stand beside the text."""
    found = {
        link.url
        for part in parts
        for link in part
        if link.tag == "a" and link.place is Place.BODY and _LEADS_TO_PAPER.search(link.text)
    }
    return frozenset(map(urls.same_page, found)) if len(found) <= _MOST_LINKS else frozenset()


def _in_bytes(words: str) -> tuple[tuple[bytes, ...], ...]:
    return tuple(tuple(word.encode(coding) for word in words.split()) for coding in ("utf-8", "gb18030"))


_DECLARED = 1024
"""Bytes of a page in which its charset is declared."""
_GUIDE_WORDS = _in_bytes("依据 材料 流程 条件 时限 收费")
_LETTER_WORDS = _in_bytes("来信 留言 写信 提问 咨询 信件")
_ANSWER_WORDS = _in_bytes("回复时间 答复时间 回复内容 答复内容 办理状态 回复单位 答复单位 处理状态 办结时间")


def _codings(body: bytes) -> tuple[int, ...]:
    """In which of the two codings its words may stand, by what its head declares; both where it declares none."""
    head = body[:_DECLARED].lower()
    if b"charset=gb" in head or b'charset="gb' in head:
        return (1,)
    return (0,) if b"utf-8" in head else (0, 1)


def _looks_like_guide(body: bytes) -> bool:
    """Whether the words of at least four categories stand in it."""
    return any(sum(word in body for word in _GUIDE_WORDS[coding]) >= _GUIDE_SIGNS for coding in _codings(body))


def _looks_like_letter(body: bytes) -> bool:
    return any(
        any(one in body for one in _LETTER_WORDS[coding]) and any(one in body for one in _ANSWER_WORDS[coding])
        for coding in _codings(body)
    )


def _is_recent(messages: Iterable[Message], today: date) -> bool:
    """Whether a page of a list shows a letter that a rule may ask for, or no day at all."""
    shown = [d.day for m in messages for d in (m.asked, m.answered, m.shown) if d is not None]
    return not shown or max(shown) > today - _RECENT


def _told_of_guide(guide: Guide) -> str:
    sets = (sorted(one) for one in (guide.shown, guide.missing, guide.unknown))
    return json.dumps([guide.title, guide.reason, guide.recognised, *sets])


def _guide(told: str, url: str) -> Guide:
    title, reason, recognised, *sets = json.loads(told)
    shown, missing, unknown = (frozenset(map(Element, one)) for one in sets)
    return Guide(
        title=title, url=url, shown=shown, missing=missing, unknown=unknown, recognised=recognised, reason=reason
    )


def _told_of_letter(message: Message) -> str:
    return json.dumps([message.state, message.said, plain_day(message.asked), plain_day(message.answered)])


def _letter(told: str, url: str) -> Message:
    state, said, asked, answered = json.loads(told)
    return Message(
        title="", url=url, state=MessageState(state), said=said, asked=day_of(asked), answered=day_of(answered)
    )


def _accuses(told: str) -> bool:
    """Whether a page told bad news: a letter without an answer, a guide that lacks something."""
    with suppress(ValueError, TypeError, LookupError):
        plain = json.loads(told) if told else []
        return plain[0] in _OPEN if len(plain) == _LETTER_TOLD else bool(plain[4])
    return False


_LETTER_TOLD = 4
"""Members of what a letter told; a guide tells more."""
