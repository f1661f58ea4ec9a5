"""A glance at an article: where it leads, read without a tree where its letters leave no doubt that it is one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from monitor.model import Outlink, Place
from monitor.page.address import by_address, is_home
from monitor.page.glance.chunk import ENTER, LEAVE, LISTS, SOURCE, Chunk, Event, Made, Source, chunk_of, style_sources
from monitor.page.glance.leads import Leads
from monitor.page.glance.memory import Memory, Room
from monitor.page.scan.reader import RAW, RAW_END, known
from monitor.page.scan.tags import UnclearError
from monitor.page.scripts import MAX_SCRIPT, _markup, goes_to
from monitor.text import decode

_ARTICLE_TITLE = re.compile(rb"<meta[^>]{0,200}ArticleTitle", re.IGNORECASE)
_LONGEST = 300_000
_MOST_TAGS = 8_000
_LONG_STRETCH = 20_000
"""Letters of a stretch or script that is not worth keeping."""
_ENOUGH = 420
"""Letters with which a page is none that only passes its readers on."""
_ARTICLE = 2
"""The score from which a page that is read whole is an article, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """An article as far as a crawl asks for it."""

    url: str
    parts: tuple[tuple[Outlink, ...], ...]
    """Its links by stretches of the page; a stretch that stands on page after page is one and the same object."""
    bad_links: tuple[tuple[str, str], ...]
    title: str
    letters: int
    """Letters that a reader sees, at least."""
    doubtful: bool
    """Whether words stand on it that want a closer look before it is called alive."""

    @property
    def outlinks(self) -> tuple[Outlink, ...]:
        """All its links, as `Page.outlinks`; some may be there twice."""
        return tuple(outlink for part in self.parts for outlink in part)


class Glances:
    """The memory of one site's frame: what was worked out of a stretch of letters serves wherever it stands again."""

    def __init__(self, doubts: tuple[str, ...] = ()) -> None:
        self._doubts = re.compile("|".join(map(re.escape, doubts)) or "(?!)")
        """Words in lower case that want a closer look."""
        self._room = Room()
        self._known = Memory[Chunk | None](self._room, _weight)
        self._scripts = Memory[str](self._room, lambda written: 1 + len(written) // 200)
        self._made: dict[tuple[str, str, str, Place, str], Made] = {}

    @property
    def most_links(self) -> int:
        """So many links are worth remembering by whoever follows them: those that may be met again."""
        return self._room.share // 2

    def at(self, body: bytes, url: str, content_type: str = "") -> Glance | None:
        """What an article leads to; None where the page may be anything else or is not plain: then it must be read."""
        if len(body) > _LONGEST or b"\x00" in body or is_home(url):
            return None
        if by_address(url) < 0 and not _ARTICLE_TITLE.search(body):
            return None
        decoded = decode(body, content_type)
        self._room.measure()
        try:
            return self._glance(decoded.text, decoded.encoding, url)
        except UnclearError:
            return None

    def _glance(self, text: str, charset: str, url: str) -> Glance | None:
        if text.count("<") > _MOST_TAGS:
            raise UnclearError("a flood of tags")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text, styles = self._without_raw(text)
        if "<a" in text[max(text.rfind("</html>"), text.rfind("</HTML>")) :]:
            raise UnclearError("links behind the page, or no end of it")
        blocks = self._blocks(text)
        sums = _sums(blocks)
        if not sums.names_article and _score(url, sums, blocks) < _ARTICLE:
            return None
        if sums.letters < _ENOUGH or sums.unbalanced:
            return None
        if len(self._made) > self.most_links:
            self._made.clear()
        page = Leads(self._made, url, charset)
        page.take(Chunk(events=tuple(Event(SOURCE, source=source) for source in styles), fixed=False, idle=False))
        for block in blocks:
            page.take(block)
        page.close()
        return Glance(
            url=url,
            parts=tuple(page.parts),
            bad_links=tuple(page.bad),
            title=sums.title,
            letters=sums.letters,
            doubtful=sums.doubtful,
        )

    def _blocks(self, text: str) -> list[Chunk]:
        """The page in stretches, each worked out once: frames repeat whole blocks."""
        found: list[Chunk] = []
        recall = self._known.young.get
        *blocks, last = text.split("</div>")
        for written in blocks:
            block = recall(hash(written))
            found.append(block if block is not None else self._block(written))
        found.append(self._chunk(last))
        return found

    def _block(self, written: str) -> Chunk:
        key = hash(written)
        is_known, block = self._known.find(key)
        if block is not None:
            return block
        if is_known:
            raise UnclearError("not plain, as before")
        try:
            block = self._chunk(written + "</div>")
        finally:  # None, where it is not plain
            kept = len(written) <= _LONG_STRETCH and self._known.offer(key, block)
        if kept and not self._room.is_ample:
            block.dates()  # its words are let go
        return block

    def _chunk(self, written: str) -> Chunk:
        chunk = chunk_of(written)
        chunk.doubtful = self._doubts.search(" ".join(chunk.texts).lower()) is not None
        return chunk

    def _without_raw(self, text: str) -> tuple[str, list[Source]]:
        """The page without comments and without the letters of its scripts and styles; and what its styles name."""
        if "\x01" in text:
            raise UnclearError("a control character")
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
        key = hash(source)
        _, written = self._scripts.find(key)
        if written is None:
            written = _what_writes(source)
            if len(source) <= _LONG_STRETCH:
                self._scripts.offer(key, written)
        if written == _UNCLEAR:
            raise UnclearError("a script that passes on, or holds rows")
        return written


def _weight(chunk: Chunk | None) -> int:
    """What a chunk holds of its own: most containers are told by events that all share."""
    return 1 + sum(event.kind not in (ENTER, LEAVE) for event in chunk.events) if chunk is not None else 1


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
    prose: int = 0
    names_article: bool = False
    names_column: bool = False
    doubtful: bool = False
    unbalanced: bool = False


def _sums(blocks: list[Chunk]) -> _Sums:
    sums = _Sums()
    balance: Counter[str] = Counter()
    in_item = in_link = False
    for chunk in blocks:
        sums.letters += chunk.letters
        if chunk.prose and not (in_item or in_link or any(balance[name] for name in LISTS)):
            sums.prose += chunk.prose
        in_item = in_item if chunk.in_item is None else chunk.in_item
        in_link = in_link if chunk.in_link is None else chunk.in_link
        for name, net in chunk.nets:
            balance[name] += net
        sums.title = sums.title or chunk.title
        sums.names_article = sums.names_article or chunk.names_article
        sums.names_column = sums.names_column or chunk.names_column
        sums.doubtful = sums.doubtful or chunk.doubtful
    sums.unbalanced = any(balance.values())
    return sums


def _score(url: str, sums: _Sums, blocks: list[Chunk]) -> int:
    """How much speaks for an article, at least: its address and running text, less the rows that its dates may make."""
    dates = sum(block.dates() for block in blocks)
    prose = 1 * (sums.prose > 150) + 2 * (sums.prose > 500)
    rows = 2 * (dates >= 4) + 2 * (dates >= 10)
    return by_address(url) + prose - rows - 2 * sums.names_column
