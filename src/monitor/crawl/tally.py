"""Which pages of a site lack the census tags that they must carry, counted as the walk meets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

from monitor.model import COLUMN_TAGS, CONTENT_TAGS, SITE_TAGS, Page, PageKind, TagCount

_LIST = SITE_TAGS + COLUMN_TAGS
_ARTICLE = _LIST + CONTENT_TAGS
_AS_BYTES = tuple((name, name.lower().encode()) for name in _ARTICLE)
_HEAD = 64 * 1024
"""Bytes in which the head of a page has ended."""
_EXAMPLES = 20


@dataclass(slots=True)
class _Count:
    pages: int = 0
    lacking: int = 0
    by_tag: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def take(self, url: str, absent: tuple[str, ...]) -> None:
        self.pages += 1
        if absent:
            self.lacking += 1
            self.by_tag.update(absent)
            if len(self.examples) < _EXAMPLES:
                self.examples.append((url, absent))

    def whole(self) -> TagCount:
        return TagCount(pages=self.pages, lacking=self.lacking, by_tag=dict(self.by_tag), examples=tuple(self.examples))


class TagTally:
    """Counts as it goes; asks for nothing."""

    def __init__(self) -> None:
        self._lists = _Count()
        self._articles = _Count()

    @property
    def lists(self) -> TagCount:
        """What was counted of list pages."""
        return self._lists.whole()

    @property
    def articles(self) -> TagCount:
        """What was counted of articles."""
        return self._articles.whole()

    def read(self, page: Page, *, column: bool) -> None:
        """Count a page that was read whole; a tag without a value is none. `column`: it is listed as a column."""
        if page.forwards_to is not None:
            return
        if column or page.kind is PageKind.LIST:
            self._lists.take(page.url, _absent(_LIST, page.tags))
        elif page.kind is PageKind.ARTICLE:
            self._articles.take(page.url, _absent(_ARTICLE, page.tags))

    def glanced(self, url: str, body: bytes) -> None:
        """Count an article of which only the letters were seen: it lacks the tags that its head does not name.

        A tag without a value counts as there: that much is not seen at a glance.
        """
        end = body.find(b"<body", 0, _HEAD)
        head = body[: end if end >= 0 else _HEAD].lower()
        if (end < 0 and len(body) > _HEAD and b"<body" not in head) or b"\0" in head[:100]:
            return
        head = head.partition(b"<body")[0]
        self._articles.take(url, tuple(name for name, letters in _AS_BYTES if letters not in head))


def _absent(names: tuple[str, ...], tags: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in tags)
