"""Where one page leads, put together from its blocks: the place of a link is that of the containers open round it."""

from __future__ import annotations

from monitor import urls
from monitor.model import Outlink, Place
from monitor.page.glance import chunk as c
from monitor.page.glance.chunk import Chunk, Event, Made, Moved, Open, link_words
from monitor.page.scan.tags import Tag, UnclearError
from monitor.text import printable

_MOST_LINKS = 10_000
_MOST_MOVED = 60
_LONGEST = 8_000
_Key = tuple[str, str, str, Place, str]


class Leads:
    """The links of one page as its blocks are taken in. `made`: links made before, so that each stays one object."""

    def __init__(self, made: dict[_Key, Made], url: str, charset: str) -> None:
        self.parts: list[tuple[Outlink, ...]] = []
        self.bad: dict[tuple[str, str], None] = {}
        self._made = made
        self._url = url
        self._charset = charset
        path = url.partition("?")[0].partition("#")[0]
        self._folder = path[: path.rfind("/") + 1]
        self._origin = path[: path.find("/", 8) + 1]
        self._own = urls.bare(urls.authority(url))
        self._place = Place.HEAD
        self._hidden = False
        self._open: Open = ()
        """Containers that gave a place or hide what they hold: name, what held before, how many of its name in it."""
        self._link: Tag | None = None
        self._words: list[str] = []
        self._picture = ""
        self._found: dict[int, Outlink] = {}

    def take(self, block: Chunk) -> None:
        """Take in what a block adds: at once where it stood in such a place before."""
        if block.idle and not self._open and self._link is None:
            return
        if self._link is not None or not block.fixed:
            self._keep(self._moved(block))
            return
        where = self._folder if block.relative else self._origin, self._place, self._hidden, self._open
        moved = block.moved.get(where)
        if moved is None:
            moved = self._moved(block)
            if self._link is None:
                if len(block.moved) >= _MOST_MOVED:
                    block.moved.clear()
                block.moved[where] = moved
        else:
            self._place, self._hidden, self._open = moved.place, moved.hidden, moved.open
        self._keep(moved)

    def close(self) -> None:
        """Raise UnclearError where something was left open."""
        if self._open or self._link is not None or self._place is Place.HEAD:
            raise UnclearError("left open")
        if sum(map(len, self.parts)) > _MOST_LINKS:
            raise UnclearError("a flood of links")

    def _keep(self, moved: Moved) -> None:
        if moved.outlinks:
            self.parts.append(moved.outlinks)
        for bad in moved.bad:
            self.bad.setdefault(bad)

    def _moved(self, block: Chunk) -> Moved:
        """What a block comes to where it stands."""
        self._found, before, self.bad = {}, self.bad, {}
        for event in block.events:
            self._event(event)
        found, self.bad = self.bad, before
        return Moved(
            outlinks=tuple(self._found.values()),
            bad=tuple(found),
            place=self._place,
            hidden=self._hidden,
            open=self._open,
        )

    def _event(self, event: Event) -> None:
        kind = event.kind
        if kind == c.ENTER:
            if event.marked or self._open:
                self._enter(event)
        elif kind == c.LEAVE:
            if self._open:
                self._leave(event.name)
        elif kind == c.SOURCE:
            if event.source is not None:
                href, text, tag, place = event.source
                self._add(href, text, tag, place or self._place)
        elif kind == c.BODY:
            if self._place is not Place.HEAD and (event.marked or (event.tag is not None and event.tag.source)):
                raise UnclearError("a second body")
            self._place = Place.BODY if self._place is Place.HEAD else self._place
        elif kind == c.LINK or kind == c.OPENED:
            if self._link is not None:
                raise UnclearError("a link within a link")
            if kind == c.LINK:
                self._lead(event)
            else:
                self._link, self._words, self._picture = event.tag, [], ""
        elif self._link is not None:
            self._inside(self._link, event)

    def _inside(self, link: Tag, event: Event) -> None:
        """What stands in a link that began in an earlier line, and its end."""
        if event.kind == c.PICTURE:
            self._picture = self._picture or event.words
            return
        self._words.append(event.words)
        if event.kind == c.CLOSED:
            self._lead(Event(c.LINK, link, link_words("".join(self._words), self._picture, link)))
            self._link = None

    def _enter(self, event: Event) -> None:
        tag, name = event.tag, event.name
        if event.marked and tag is not None:
            self._open = (*self._open, (name, self._place, self._hidden, 0))
            if tag.place is not None and (self._place is Place.BODY or name in ("nav", "header", "footer")):
                self._place = tag.place
            self._hidden = self._hidden or tag.hidden
            return
        self._count(name, 1)

    def _leave(self, name: str) -> None:
        last = self._open[-1]
        if last[0] == name and not last[3]:
            self._open, self._place, self._hidden = self._open[:-1], last[1], last[2]
        else:
            self._count(name, -1)

    def _count(self, name: str, step: int) -> None:
        """One more or less of a name within the innermost open container of that name."""
        for number in range(len(self._open) - 1, -1, -1):
            own, place, hidden, inner = self._open[number]
            if own == name:
                if inner + step < 0:
                    raise UnclearError("containers closed across each other")
                self._open = (*self._open[:number], (own, place, hidden, inner + step), *self._open[number + 1 :])
                return

    def _lead(self, event: Event) -> None:
        tag = event.tag
        if tag is None or "href" not in tag.attrs:
            return
        href = tag.attrs["href"]
        if tag.empty:
            if "onclick" not in tag.attrs and (event.words or href):
                self.bad.setdefault((printable(href), event.words))
            return
        place = self._place
        if self._hidden or tag.hidden:
            target = urls.resolve(self._url, href, self._charset) if len(href) <= _LONGEST else None
            if target and urls.is_web(target[0]) and urls.bare(urls.authority(target[0])) != self._own:
                place = Place.HIDDEN
        self._add(href, event.words, "a", place)

    def _add(self, href: str, text: str, tag: str, place: Place) -> None:
        if c.hangs_on_page(href):
            outlink, bad = self._make(href, text, tag, place)
        else:
            key = (href, text, tag, place, self._origin if c.hangs_on_host(href) else self._folder)
            made = self._made.get(key)
            if made is None:
                made = self._made[key] = self._make(href, text, tag, place)
            outlink, bad = made
        if outlink is not None:
            self._found[id(outlink)] = outlink
        elif bad is not None:
            self.bad.setdefault(bad)

    def _make(self, href: str, text: str, tag: str, place: Place) -> Made:
        if not href.strip():
            return None, None
        target = urls.resolve(self._url, href, self._charset) if len(href) <= _LONGEST else None
        if target is None:
            return None, (printable(href), text)
        if not urls.is_web(target[0]):
            return None, None
        return Outlink(url=target[0], text=text, tag=tag, place=place, fragment=target[1]), None
