"""What a site says of itself: the marks of its home page, and the census tags of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SITE_TAGS = ("SiteName", "SiteDomain", "SiteIDCode")
"""Tags that every page must carry (网站标签), in the standard's order."""
COLUMN_TAGS = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
"""Tags of list pages, beside those of the site (栏目标签)."""
CONTENT_TAGS = ("ArticleTitle", "PubDate", "ContentSource")
"""Tags of articles, beside those of the site and the column (内容页标签)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One mark of a page, and where it was read from; all "" when it was not found."""

    value: str = ""
    """The number, name or code itself; for a link, the address it leads to."""
    evidence: str = ""
    """The words or the address it was read from, as they stood on the page (at most 120 characters)."""
    where: str = ""
    """What it was read from: "text", "link", "image", "script" or "form"."""
    sure: bool = True
    """False when something stands there that may be it: a person must look."""


NOWHERE = Sign()
"""Not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """Which of a site's pages of one kind lack the tags that they must carry."""

    pages: int = 0
    """So many were looked at in this run; those that were not due are not among them."""
    lacking: int = 0
    """So many of them lack at least one."""
    by_tag: Mapping[str, int] = field(default_factory=dict)
    """How many lack each tag."""
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The first pages that lack some, with the tags they lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a home page shows of the site that it belongs to."""

    url: str
    """The home page as it was read, after redirects."""
    site_code: Sign = NOWHERE
    """网站标识码."""
    icp: Sign = NOWHERE
    """ICP备案编号."""
    police: Sign = NOWHERE
    """公安机关备案."""
    organiser: Sign = NOWHERE
    """主办单位."""
    owner: Sign = NOWHERE
    """版权所有: often the organiser, but it does not say so."""
    contractor: Sign = NOWHERE
    """承办单位."""
    contact: Sign = NOWHERE
    """Telephone, mail address, a link to how to get in touch, or a postal address: the first that stands there."""
    badge: Sign = NOWHERE
    """党政机关网站标识."""
    error_entry: Sign = NOWHERE
    """"我为政府网站找错". Its value is the site code that the entry hands over, "" when it names none."""
    site_map: Sign = NOWHERE
    search: Sign = NOWHERE
    """A box to type into, or a link to a page that has one."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The census tags of the home page that are not empty, by canonical name."""
    empty_tags: frozenset[str] = frozenset()
    """Census tags that stand there without a value ("" or "null")."""
    script_footer: str = ""
    """What suggests that a script fills the footer: then what is missing is unknown. "" when nothing does."""
    script_header: str = ""
    """The same for the head of the page, where the search box stands."""
    wordless_images: int = 0
    """Images at the foot of the page without words, which may show what was not found."""
    in_part: bool = False
    """Whether the page came or was read in part only."""
    seconds: float | None = None
    """From the request to the last byte of the page alone, redirects counted, images and scripts not.

    None when not measured, or when it had to be asked for more than once.
    """
    ipv6: bool | None = None
    """Whether the name service gives the host an IPv6 address; None when that could not be told."""
    lists: TagCount = TagCount()
    articles: TagCount = TagCount()


class Presence(StrEnum):
    """What can be said of a thing that must be there."""

    PRESENT = "present"
    MISSING = "missing"
    CONTRADICTION = "contradiction"
    """It is there, and says something else than it must."""
    UNKNOWN = "unknown"
    """A person must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck:
    """One thing that a site must show, held against what it shows."""

    name: str
    """Which: "site code", "icp", "domain", "certificate" …"""
    state: Presence
    evidence: str
    """What a reader can check, in one plain clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRules:
    """What is asked of a site, as its rule pack has it."""

    code_forms: tuple[str, ...]
    """Regular expressions; a site code must be one of them whole, in either case."""
    icp_form: str
    """Regular expression of a registration number as it was read, blanks taken out."""
    suffixes: tuple[str, ...]
    """How the host's name must end: ".gov.cn"."""
    other_suffixes: tuple[str, ...] = ()
    """Endings that are allowed beside, about which a person decides: ".xn--zfr164b" (.政务)."""
    portal_form: str
    """Regular expression of the host of a portal: "www.□□□.gov.cn"."""
    load_seconds: float
    """A page that takes longer is too slow; just as long is not."""
    certificate_days: int
    """A certificate with so many days left, or fewer, is spoken of."""
