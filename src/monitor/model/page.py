"""What is read from one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum


class Trust(IntEnum):
    """How far a date read from a page may be relied upon; higher is better."""

    DOUBTFUL = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day together with the evidence it was read from."""

    day: date
    text: str
    """The characters it was read from, as they stood on the page (at most 80)."""
    where: str
    """Where they stood, for people: "list row 3", "label 发布时间", "meta PubDate", "url"."""
    rule: str
    """The rule that read it: one short word, such as "iso", "month-day", "relative", "minguo"."""
    trust: Trust = Trust.SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of a list: what was published, and when."""

    title: str
    url: str
    """Absolute address; "" when the row links nowhere."""
    published: Dated | None = None
    pinned: bool = False


class Place(StrEnum):
    """The part of a page in which a link stands."""

    NAV = "nav"
    BODY = "body"
    FOOTER = "footer"
    HEAD = "head"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlink:
    """A link as it stands on a page, resolved to an absolute address."""

    url: str
    """Absolute and normalised, without its fragment."""
    text: str
    """What a reader sees of it: text, alt or title; "" when nothing."""
    tag: str = "a"
    """The element it came from: a, area, img, script, link, iframe, source, video, object, form, meta, css."""
    place: Place = Place.BODY
    fragment: str = ""


class PageKind(StrEnum):
    """What sort of page it is."""

    HOME = "home"
    LIST = "list"
    ARTICLE = "article"
    OTHER = "other"


class Filling(StrEnum):
    """What stands where the rows of a list belong."""

    ROWS = "rows"
    """Rows were read."""
    EMPTY = "empty"
    """The list stands and holds nothing, or says so (暂无内容)."""
    SCRIPT = "script"
    """A script fills it in a browser; nothing can be read without one."""
    UNCLEAR = "unclear"
    """No list was recognised: neither rows nor an empty list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read from one HTML page."""

    url: str
    encoding: str
    kind: PageKind
    title: str
    published: Dated | None
    """An article's own date."""
    newest: Dated | None
    """The newest credible date of the rows (lists, home pages) or of the article; None when there is none."""
    items: tuple[Item, ...]
    outlinks: tuple[Outlink, ...]
    filling: Filling
    next_page: str | None = None
    """The second page of a paginated list."""
    forwards_to: str | None = None
    """Where a meta refresh or a plain script redirect leads."""
    breadcrumb: tuple[str, ...] = ()
    """The path to this page as it is shown on it, from the outside in, without 首页/Home."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The census page tags found in <meta>, by canonical name: SiteName, ColumnName, PubDate …"""
    anchors: frozenset[str] = frozenset()
    """Every id and name that a fragment may point to."""
    bad_links: tuple[tuple[str, str], ...] = ()
    """Links that lead nowhere by themselves, as (href, text): malformed, "#", "javascript:void(0)"."""
    sorted_newest_first: bool = True
    """Whether the dated rows (pinned ones apart) descend."""
    text_length: int = 0
    """Characters of visible text."""
    language: str = ""
    """The page's language where it can be told: "zh", "en", "ru"; else ""."""
    notes: tuple[str, ...] = ()
    """What a doubter should know: dates refused and why, years inferred, rows found in scripts."""
