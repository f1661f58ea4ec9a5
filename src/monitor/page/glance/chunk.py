"""A stretch of a page's letters and what it adds to the page: worked out once, for a portal repeats its frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from monitor.model import Outlink, Place
from monitor.page import marks
from monitor.page.head import is_next
from monitor.page.links import Links, _css, _element
from monitor.page.scan.dating import has_year, may_be_part, may_date
from monitor.page.scan.reader import known
from monitor.page.scan.tags import (
    BLOCKS,
    CLOSE,
    END,
    FORMATTING,
    HIDDEN,
    ITEMS,
    OPEN,
    PARTS,
    SKIP,
    Tag,
    UnclearError,
    words_of,
)
from monitor.page.tree import Node
from monitor.text import printable

LINK, OPENED, WORDS, PICTURE, CLOSED, ENTER, LEAVE, SOURCE, BODY = range(9)
"""What happens in a chunk, in order: a link; one's beginning, inside and end; containers; other sources."""

CONTAINERS = frozenset(("div", "ul", "table", "section", "dl", "ol", "nav", "header", "footer"))
LISTS = ("ul", "ol", "dl", "footer")
"""What stands in these is no running text."""
_IDLE = frozenset((WORDS, PICTURE, ENTER, LEAVE))
_ENDS = BLOCKS | CONTAINERS | ITEMS | PARTS | {"hr", "button"}
"""Where these begin or end, no paragraph goes on."""
_INERT = FORMATTING - {"a"} | {"span"}
"""Without attributes that matter, these change nothing."""
_ELSEWHERE = frozenset(("base", "frame", "textarea", "xmp", "noembed", "noframes", "object", "embed", "marquee"))
"""Elements that change what stands round or within them in ways that only the tree knows."""
_PARAGRAPH = 20
_LONGEST = 20_000
_MOST_WORDS = 390
_NOWHERE = Node("", {}, None)
_BLANK = " \t "
_UNREAD = frozenset(("title", "option", "select", "iframe"))


Source = tuple[str, str, str, Place | None]
"""An element that names an address: href, text, element, its own place or None for the one round it."""
Made = tuple[Outlink | None, tuple[str, str] | None]
"""What became of a link: the link, or what is told of one that leads nowhere."""
Open = tuple[tuple[str, Place, bool, int], ...]
Where = tuple[str, Place, bool, Open]
"""A folder or host, the place, whether hidden, and the containers that are open round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a chunk comes to where it stands: its links, and what holds behind it."""

    outlinks: tuple[Outlink, ...]
    bad: tuple[tuple[str, str], ...]
    place: Place
    hidden: bool
    open: Open


class Event:
    """One thing in a chunk; `tag`, `words` and `source` where its kind has them."""

    __slots__ = ("kind", "marked", "name", "source", "tag", "words")

    def __init__(
        self,
        kind: int,
        tag: Tag | None = None,
        words: str = "",
        source: Source | None = None,
    ) -> None:
        self.kind = kind
        self.tag = tag
        self.words = words
        self.source = source
        self.name = tag.name if tag is not None else ""
        self.marked = tag is not None and (tag.place is not None or tag.hidden)

    def address(self) -> str | None:
        """The address it names; None when it names none."""
        if self.source is not None:
            return self.source[0]
        if self.tag is None or self.kind not in (LINK, OPENED) or self.tag.empty:
            return None
        return self.tag.attrs.get("href")


@dataclass(slots=True)
class Chunk:
    """What a stretch of letters adds to its page."""

    events: tuple[Event, ...] = ()
    letters: int = 0
    """Letters that a reader sees, at least."""
    texts: tuple[str, ...] = ()
    """Its words; dropped once its dates were counted, which most pages never ask for."""
    dated: int = 0
    """Dates counted so far, at first those that stand in tags."""
    prose: int = 0
    """Letters of its paragraphs beyond twenty each, links and lists left out: of a page's running text, at least."""
    in_item: bool | None = None
    """Whether an item of a list may be open behind it; None where that is as before it."""
    in_link: bool | None = None
    """Whether a link is open behind it; None where that is as before it."""
    nets: tuple[tuple[str, int], ...] = ()
    """Containers opened less those closed, by name, where they differ."""
    title: str = ""
    """The page's title, where it stands here."""
    names_article: bool = False
    names_column: bool = False
    doubtful: bool = False
    """Whether its words want the slow way to a verdict."""
    fixed: bool = True
    """Whether its addresses hang on nothing but the folder and place it stands in."""
    relative: bool = False
    """Whether they hang on the folder."""
    idle: bool = True
    """Whether it leads nowhere and gives no place, so that it counts only within containers that do."""
    moved: dict[Where, Moved] = field(default_factory=dict)
    """What it comes to, by where it stands; filled as pages are put together."""

    def dates(self) -> int:
        """Dates that may be a row's, at most."""
        self.dated += sum(map(_dates_in, self.texts))
        self.texts = ()
        return self.dated


@dataclass(slots=True, kw_only=True)
class _Sources(Links):
    """Takes up where an element leads, without knowing the page."""

    taken: list[Source] = field(default_factory=list)

    def add(self, href: str, text: str, tag: str, place: Place) -> None:
        """Keep one source."""
        self.taken.append((href, text, tag, None if place is Place.BODY else place))


def sources_of(tag: Tag) -> list[Source]:
    """Where an element other than a link leads: href, text, element, and its place where that is its own."""
    found = _Sources(page="", base="", charset="")
    if "style" in tag.attrs and "url(" in tag.attrs["style"]:
        _css(found, tag.attrs["style"], Place.BODY)
    if tag.name != "a":
        _element(found, Node(tag.name, tag.attrs, None), Place.BODY, False, "", frozenset())
    return found.taken


def style_sources(source: str) -> list[Source]:
    """The addresses that a style sheet on the page names."""
    found = _Sources(page="", base="", charset="")
    _css(found, source, Place.HEAD)
    return found.taken


_ENTERS = {name: Event(ENTER, tag=Tag(name, {}, OPEN)) for name in CONTAINERS}
_LEAVES = {name: Event(LEAVE, tag=Tag(name, {}, CLOSE)) for name in CONTAINERS}
"""Containers that tell nothing but their name, as most do: one event serves all."""


class _Maker:
    """A chunk as it is read."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.letters = 0
        self.dated = 0
        self.texts: list[str] = []
        self.prose = 0
        self.paragraph = -1
        """Letters so far of the paragraph that is open, or -1."""
        self.in_item: bool | None = None
        """Whether an item of a list may be open; None where nothing says so yet."""
        self.nets: dict[str, int] = {}
        self.title = ""
        self.names_article = self.names_column = False
        self.link: Tag | None = None
        """The link that was opened here and is open."""
        self.at = 0
        self.inside: list[str] = []
        self.lead: list[str] = []
        """Words that belong to a link of an earlier chunk, if one is open."""
        self.picture = ""
        self.may_be_in_link = True
        """Whether a link of an earlier chunk may still be open."""

    def words(self, words: str) -> None:
        if "&" in words:
            words = words_of(words)
        text = words.strip()
        if text:
            self.texts.append(text)
            self.letters += len(text)
            if self.paragraph >= 0 and self.link is None:
                self.paragraph += len(text)
        self._in_link(words)

    def _in_link(self, words: str) -> None:
        if self.link is not None:
            self.inside.append(words)
        elif self.may_be_in_link:
            self.lead.append(words)

    def tag(self, tag: Tag) -> None:
        name = tag.name
        if tag.op == SKIP or tag.op == END:
            return
        if name in _ENDS:
            self._end_paragraph()
        if tag.op == CLOSE:
            self._close(tag)
            return
        if name == "p":
            self.paragraph = 0
        elif name in ITEMS:
            self.in_item = True
        if name == "a":
            self._open_link(tag)
        elif name in CONTAINERS:
            self.nets[name] = self.nets.get(name, 0) + 1
            self.events.append(Event(ENTER, tag=tag) if tag.hidden or tag.place is not None else _ENTERS[name])
        elif name in ("html", "head"):
            return
        elif (tag.hidden and name not in ("img", "input", "br")) or tag.place is not None:
            raise UnclearError("an element with a place of its own")
        elif name == "body":
            self.events.append(Event(BODY, tag=tag))
        elif name == "meta":
            self._meta(tag)
        elif name in _ELSEWHERE:
            raise UnclearError(name)
        elif name == "img" and tag.attrs.get("alt"):
            if self.link is not None:
                self.picture = self.picture or tag.attrs["alt"]
            elif self.may_be_in_link:
                self.events.append(Event(PICTURE, words=tag.attrs["alt"]))
        if tag.spaced or name == "br":
            self._in_link(_BLANK)
        if name == "link" and "next" in tag.attrs.get("rel", "").lower().split():
            raise UnclearError("a list that goes on")
        if name == "time" and tag.attrs.get("datetime"):
            self.dated += 1
        if tag.source and (name != "a" or "style" in tag.attrs):
            self.events.extend(Event(SOURCE, source=source) for source in sources_of(tag))

    def _close(self, tag: Tag) -> None:
        name = tag.name
        if name == "a":
            self._close_link()
        elif name in CONTAINERS:
            self.nets[name] = self.nets.get(name, 0) - 1
            self.events.append(_LEAVES[name])
        if name in ITEMS or name in LISTS:
            self.in_item = False
        if tag.spaced:
            self._in_link(_BLANK)

    def _end_paragraph(self) -> None:
        if self.paragraph > _PARAGRAPH and not self.in_item and not any(map(self.nets.get, LISTS)):
            self.prose += self.paragraph - _PARAGRAPH
        self.paragraph = -1

    def _meta(self, tag: Tag) -> None:
        attrs = tag.attrs
        if attrs.get("http-equiv", "").strip().lower() == "refresh":
            raise UnclearError("a page that passes on")
        name, value = attrs.get("name", "").strip().lower(), printable(attrs.get("content", ""))
        if value and value.lower() != "null":
            if name == "articletitle":
                self.names_article = True
            elif name in ("columnname", "columntype"):
                self.names_column = True

    def _open_link(self, tag: Tag) -> None:
        if self.link is not None:
            raise UnclearError("a link within a link")
        if tag.titled:
            self.dated += 1
        if "next" in tag.attrs.get("rel", "").lower().split():
            raise UnclearError("a list that goes on")
        self.link, self.at, self.inside, self.picture = tag, len(self.events), [], ""

    def _close_link(self) -> None:
        if self.link is None:
            if self.may_be_in_link:
                self.events.append(Event(CLOSED, words="".join(self.lead)))
                self.lead = []
                self.may_be_in_link = False
            return
        words = link_words("".join(self.inside), self.picture, self.link)
        self.events.insert(self.at, Event(LINK, tag=self.link, words=words))
        self.link, self.may_be_in_link = None, False

    def made(self) -> Chunk:
        """The chunk, a link that goes on behind it included."""
        self._end_paragraph()
        if self.link is not None:
            inside = [Event(WORDS, words="".join(self.inside))]
            inside += [Event(PICTURE, words=self.picture)] if self.picture else []
            self.events[self.at : self.at] = [Event(OPENED, tag=self.link), *inside]
        elif self.may_be_in_link and self.lead:
            self.events.append(Event(WORDS, words="".join(self.lead)))
        chunk = Chunk(
            events=tuple(self.events),
            letters=self.letters,
            texts=tuple(self.texts),
            dated=self.dated,
            prose=self.prose,
            in_item=self.in_item,
            in_link=True if self.link is not None else None if self.may_be_in_link else False,
            nets=tuple((name, net) for name, net in self.nets.items() if net) if self.nets else (),
            title=self.title,
            names_article=self.names_article,
            names_column=self.names_column,
        )
        for event in self.events:
            if event.marked or event.kind not in _IDLE:
                chunk.idle = False
            address = event.address()
            if address is not None:
                chunk.fixed = chunk.fixed and not hangs_on_page(address)
                chunk.relative = chunk.relative or not hangs_on_host(address)
        return chunk


def link_words(inside: str, picture: str, tag: Tag) -> str:
    """What a reader sees of a link; UnclearError where it is long, or leads on to a later page of a list."""
    text = " ".join(inside.split())
    if len(text) > _MOST_WORDS:
        raise UnclearError("a long link")
    text = printable(text or picture or tag.attrs.get("title", ""))
    if is_next(text) or is_next(tag.attrs.get("title", "")) or text.strip("[] ") == "2":
        raise UnclearError("a list that goes on")
    return text


def chunk_of(written: str) -> Chunk:
    """What a stretch of whole tags adds to its page; UnclearError where only the tree can tell."""
    first, *pieces = written.split("<")
    maker = _Maker()
    if first:
        maker.words(first)
    for piece in pieces:
        head, closed, words = piece.partition(">")
        if not closed:
            raise UnclearError("a tag left open")
        tag = known(head)
        if tag.marked or tag.name not in _INERT:
            maker.tag(tag)
        if tag.op == HIDDEN and tag.name in _UNREAD:
            if tag.name == "iframe" and words.strip():
                raise UnclearError("words in a frame")
            if tag.name == "title":
                maker.title = maker.title or " ".join(words_of(words).split())
                maker.texts.append(maker.title)
        elif words:
            maker.words(words)
    return maker.made()


def hangs_on_page(address: str) -> bool:
    """Whether an address says another thing on each page, or in each charset."""
    return address[:1] in ("?", "#", "") or ("?" in address and not address.isascii())


def hangs_on_host(address: str) -> bool:
    """Whether an address says the same in every folder of a host."""
    return address.startswith(("/", "http://", "https://"))


def _dates_in(text: str) -> int:
    """How many dates of a string may be a row's: what stands before and behind it is not known here."""
    if len(text) >= _LONGEST or not may_date(text):
        return 0
    if may_be_part(text):
        return 1
    return sum(
        mark.stand is not marks.Stand.INNER or text.startswith(mark.text)
        for mark in (marks._read(text, _NOWHERE, None, 0, date.max, "") if has_year(text) else ())
    )
