"""A glance at an article: where it leads, read without a tree where its letters leave no doubt that it is one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from monitor import urls
from monitor.model import Outlink, Place
from monitor.page import chunk as c
from monitor.page.address import by_address, is_home
from monitor.page.chunk import Chunk, Event, Made, Source, chunk_of, link_words, style_sources
from monitor.page.scan.reader import RAW, RAW_END, known
from monitor.page.scan.tags import Tag, UnclearError
from monitor.page.scripts import MAX_SCRIPT, _markup, goes_to
from monitor.text import decode, printable

_ARTICLE_TITLE = re.compile(rb"<meta[^>]{0,200}ArticleTitle", re.IGNORECASE)
_LONGEST = 300_000
_MOST_CHUNKS = 12_000
_MOST_LETTERS = 3_000_000
_MOST_MADE = 300
_MOST_OUTLINKS = 40_000
_MOST_SCRIPTS = 500
_ENOUGH = 420
"""Letters with which a page is none that only passes its readers on."""
_ARTICLE = 2
"""The score from which a page that is read whole is an article, too."""
_LISTS = ("ul", "ol", "dl", "footer")
_MOST_LINKS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """An article as far as a crawl asks for it."""

    url: str
    outlinks: tuple[Outlink, ...]
    """As `Page.outlinks`; one and the same object for a link that stands on page after page."""
    bad_links: tuple[tuple[str, str], ...]
    title: str
    letters: int
    """Letters that a reader sees, at least."""
    doubtful: bool
    """Whether words stand on it that want a closer look before it is called alive."""


class Glances:
    """The memory of one site's frame: what was worked out of a stretch of letters serves wherever it stands again."""

    def __init__(self, doubts: tuple[str, ...] = ()) -> None:
        self._doubts = doubts
        """Words in lower case that want a closer look."""
        self._chunks: dict[str, Chunk | None] = {}
        self._kept = 0
        self._scripts: dict[str, str] = {}
        self._outlinks: dict[tuple[str, str, str, Place, str], Outlink] = {}

    def at(self, body: bytes, url: str, content_type: str = "") -> Glance | None:
        """What an article leads to; None where the page may be anything else or is not plain: then it must be read."""
        if len(body) > _LONGEST or is_home(url):
            return None
        if by_address(url) < 0 and not _ARTICLE_TITLE.search(body):
            return None
        decoded = decode(body, content_type)
        try:
            return self._glance(decoded.text, decoded.encoding, url)
        except UnclearError:
            return None

    def _glance(self, text: str, charset: str, url: str) -> Glance | None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text, styles = self._without_raw(text)
        if "<a" in text[max(text.rfind("</html>"), text.rfind("</HTML>")) :]:
            raise UnclearError("links behind the page, or no end of it")
        chunks = self._chunks_of(text)
        sums = _sums(chunks)
        if not sums.names_article and _score(url, sums) < _ARTICLE:
            return None
        if sums.letters < _ENOUGH or sums.unbalanced:
            return None
        page = _Leads(self._outlinks, url, charset)
        for source in styles:
            page.source(source, {})
        for chunk in chunks:
            page.take(chunk)
        if len(self._outlinks) > _MOST_OUTLINKS:
            self._outlinks.clear()
        return page.result(sums)

    def _chunks_of(self, text: str) -> list[Chunk]:
        """The page in stretches that end with a link or with a tag at a line's end, each worked out once."""
        found: list[Chunk] = []
        novel: list[tuple[str, Chunk]] = []
        recall = self._chunks.get
        for written in (text.replace("</a>", "</a>\n") + "\n").split(">\n"):
            chunk = recall(written)
            if chunk is None:
                chunk = self._novel(written)
                novel.append((written, chunk))
            found.append(chunk)
        if novel and self._is_doubtful("\n".join([written for written, _ in novel])):
            for written, chunk in novel:
                chunk.doubtful = self._is_doubtful(written)
        return found

    def _is_doubtful(self, written: str) -> bool:
        low = written.lower()
        return bool(self._doubts) and ("&#" in low or any(word in low for word in self._doubts))

    def _novel(self, written: str) -> Chunk:
        if written in self._chunks:
            raise UnclearError("not plain, as before")
        if len(self._chunks) >= _MOST_CHUNKS or self._kept > _MOST_LETTERS:
            self._chunks.clear()
            self._kept = 0
        self._chunks[written] = None
        self._kept += len(written)
        chunk = self._chunks[written] = chunk_of(written + ">" if "<" in written else written)
        return chunk

    def _without_raw(self, text: str) -> tuple[str, list[Source]]:
        """The page without comments and without the letters of its scripts and styles; and what its styles name."""
        if "\x00" in text or "\x01" in text:
            raise UnclearError("control characters")
        parts: list[str] = []
        styles: list[Source] = []
        position = 0
        while match := RAW.search(text, position):
            start = match.end()
            if match[0] == "<!--":
                end = text.find("-->", start)
                if end < 0 or text.startswith((">", "->"), start) or text.find("--!>", start, end) >= 0:
                    raise UnclearError("a comment left open")
                parts.append(text[position : match.start()])
                position = end + 3
                continue
            opened = text.find(">", start)
            tag = known(text[match.start() + 1 : opened])
            closed = RAW_END[tag.name].search(text, opened) if opened > 0 else None
            if closed is None:
                raise UnclearError("a script left open")
            source = text[opened + 1 : closed.start()]
            if tag.name == "style":
                styles.extend(style_sources(source) if "url(" in source else ())
            parts.append(text[position : opened + 1])
            if source and tag.name == "script":
                parts.append(self._written(source))
            position = closed.end()
        parts.append(text[position:])
        return "".join(parts), styles

    def _written(self, source: str) -> str:
        """What a script writes onto the page; UnclearError where it leads away from it or holds rows or a pager."""
        written = self._scripts.get(source)
        if written is None:
            written = _what_writes(source)
            if len(self._scripts) >= _MOST_SCRIPTS:
                self._scripts.clear()
            self._scripts[source] = written
        if written == _UNCLEAR:
            raise UnclearError("a script that passes on, or holds rows")
        return written


_UNCLEAR = "<"


def _what_writes(source: str) -> str:
    if ("location" in source and goes_to(source, False) is not None) or "createPage" in source or "<record" in source:
        return _UNCLEAR
    if "<!--" in source and "<script" in source:
        return _UNCLEAR
    return _markup(source[:MAX_SCRIPT])[0]


@dataclass(slots=True)
class _Sums:
    """What a page's chunks add up to."""

    title: str = ""
    letters: int = 0
    dates: int = 0
    prose: int = 0
    names_article: bool = False
    names_column: bool = False
    doubtful: bool = False
    unbalanced: bool = False


def _sums(chunks: list[Chunk]) -> _Sums:
    sums = _Sums()
    balance: Counter[str] = Counter()
    for chunk in chunks:
        sums.letters += chunk.letters
        sums.dates += chunk.dates
        if chunk.prose and not chunk.listed and not any(balance[name] for name in _LISTS):
            sums.prose += chunk.prose
        for name, net in chunk.nets:
            balance[name] += net
        sums.title = sums.title or chunk.title
        sums.names_article = sums.names_article or chunk.names_article
        sums.names_column = sums.names_column or chunk.names_column
        sums.doubtful = sums.doubtful or chunk.doubtful
    sums.unbalanced = any(balance.values())
    return sums


def _score(url: str, sums: _Sums) -> int:
    """How much speaks for an article, at least: its address and running text, less the rows that its dates may make."""
    prose = 1 * (sums.prose > 150) + 2 * (sums.prose > 500)
    rows = 2 * (sums.dates >= 4) + 2 * (sums.dates >= 10)
    return by_address(url) + prose - rows - 2 * sums.names_column


class _Leads:
    """Where one page leads, gathered chunk by chunk."""

    def __init__(self, outlinks: dict[tuple[str, str, str, Place, str], Outlink], url: str, charset: str) -> None:
        self._known = outlinks
        self._url = url
        self._charset = charset
        path = url.partition("?")[0].partition("#")[0]
        self._folder = path[: path.rfind("/") + 1]
        self._own = urls.bare(urls.authority(url))
        self._place = Place.HEAD
        self._hidden = False
        self._open: list[tuple[str, Place, bool]] = []
        """Open containers that gave a place or hide what they hold, and what held before each."""
        self._depths: list[int] = []
        """How many containers of its name are open within each."""
        self._link: Tag | None = None
        self._words: list[str] = []
        self._picture = ""
        self._found: dict[int, Outlink] = {}
        self._bad: dict[tuple[str, str], None] = {}

    def take(self, chunk: Chunk) -> None:
        """Take in what a chunk adds."""
        for event in chunk.events:
            kind = event.kind
            if kind == c.LINK:
                if self._link is not None:
                    raise UnclearError("a link within a link")
                self._lead(event)
            elif kind == c.ENTER or kind == c.LEAVE:
                if self._open or (kind == c.ENTER and event.marked):
                    self._container(event)
            elif kind == c.SOURCE:
                self.source(event.source, event.made)
            elif kind == c.WORDS:
                if self._link is not None:
                    self._words.append(event.words)
            elif kind == c.PICTURE:
                if self._link is not None:
                    self._picture = self._picture or event.words
            elif kind == c.OPENED:
                if self._link is not None:
                    raise UnclearError("a link within a link")
                self._link, self._words, self._picture = event.tag, [], ""
            elif kind == c.CLOSED:
                if self._link is not None:
                    self._lead(
                        Event(
                            c.LINK,
                            self._link,
                            link_words("".join(self._words) + event.words, self._picture, self._link),
                        )
                    )
                    self._link = None
            elif self._place is Place.HEAD:
                self._place = Place.BODY
            elif event.marked or (event.tag is not None and event.tag.source):
                raise UnclearError("a second body")

    def _container(self, event: Event) -> None:
        name = event.name
        if event.kind == c.ENTER:
            if event.marked and event.tag is not None:
                tag = event.tag
                self._open.append((name, self._place, self._hidden))
                self._depths.append(0)
                if tag.place is not None and (self._place is Place.BODY or name in ("nav", "header", "footer")):
                    self._place = tag.place
                self._hidden = self._hidden or tag.hidden
                return
            for number in range(len(self._open) - 1, -1, -1):
                if self._open[number][0] == name:
                    self._depths[number] += 1
                    return
            return
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number][0] == name:
                if self._depths[number]:
                    self._depths[number] -= 1
                elif number == len(self._open) - 1:
                    _, self._place, self._hidden = self._open.pop()
                    self._depths.pop()
                else:
                    raise UnclearError("containers closed across each other")
                return

    def _lead(self, event: Event) -> None:
        tag = event.tag
        if tag is None or "href" not in tag.attrs:
            return
        href = tag.attrs["href"]
        if tag.empty:
            if "onclick" not in tag.attrs and (event.words or href):
                self._bad.setdefault((printable(href), event.words))
            return
        place = self._place
        if self._hidden or tag.hidden:
            target = urls.resolve(self._url, href, self._charset) if len(href) <= 8000 else None
            if target and urls.is_web(target[0]) and urls.bare(urls.authority(target[0])) != self._own:
                place = Place.HIDDEN
        self._add((href, event.words, "a", place), event.made)

    def source(self, source: Source | None, made: dict[tuple[str, Place], Made]) -> None:
        """Take in what an element other than a link names."""
        if source is not None:
            href, text, tag, place = source
            self._add((href, text, tag, place or self._place), made)

    def _add(self, link: tuple[str, str, str, Place], made: dict[tuple[str, Place], Made]) -> None:
        key = (self._folder, link[3])
        found = made.get(key)
        if found is None:
            found = self._make(*link)
            href = link[0]
            if href[:1] not in "?#" and (self._charset == "utf-8" or "?" not in href):
                if len(made) >= _MOST_MADE:
                    made.clear()
                made[key] = found
        outlink, bad = found
        if outlink is not None:
            self._found[id(outlink)] = outlink
        elif bad is not None:
            self._bad.setdefault(bad)

    def _make(self, href: str, text: str, tag: str, place: Place) -> Made:
        if not href.strip():
            return None, None
        target = urls.resolve(self._url, href, self._charset) if len(href) <= 8000 else None
        if target is None:
            return None, (printable(href), text)
        if not urls.is_web(target[0]):
            return None, None
        key = (target[0], text, tag, place, target[1])
        outlink = self._known.get(key)
        if outlink is None:
            outlink = Outlink(url=target[0], text=text, tag=tag, place=place, fragment=target[1])
            self._known[key] = outlink
        return outlink, None

    def result(self, sums: _Sums) -> Glance:
        """What was gathered; UnclearError where something was left open."""
        if self._open or self._link is not None or self._place is Place.HEAD or len(self._found) > _MOST_LINKS:
            raise UnclearError("left open")
        return Glance(
            url=self._url,
            outlinks=tuple(self._found.values()),
            bad_links=tuple(self._bad),
            title=sums.title,
            letters=sums.letters,
            doubtful=sums.doubtful,
        )
