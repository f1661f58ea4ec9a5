"""Markup cut down to what a reader sees, roughly and in linear time: for comparing pages, not for reading them."""

from __future__ import annotations

import html
import re
from functools import lru_cache

CAP = 300_000
"""Characters of markup that are looked at; an error page or a wall is never longer."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(
    r"<(script|style|noscript|template|svg|title|textarea|select|iframe)\b[^<>]{0,5000}>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|font|small|sup|sub|a|wbr)\b[^<>]{0,2000}>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]{0,5000}>(?:[^<]|<(?!/?a\b)){0,5000}(?:</a\s*>)?", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,20000}>?")
_TITLE = re.compile(r"<title\b[^>]{0,500}>([^<]{0,2000})", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def title_of(markup: str) -> str:
    """The words of the first <title>, one line of at most 200 letters; "" when there is none."""
    found = _TITLE.search(markup, 0, CAP)
    return _SPACES.sub(" ", html.unescape(found[1])).strip()[:200] if found else ""


@lru_cache(maxsize=4)
def segments(markup: str) -> tuple[str, ...]:
    """The runs of visible text between block tags, in order, none empty; of plain text, its lines."""
    seen = _UNSEEN.sub("\n", _COMMENT.sub("", markup[:CAP]))
    broken = _TAG.sub("\n", _INLINE.sub(" ", seen))
    lines = (" ".join((html.unescape(line) if "&" in line else line).split()) for line in broken.splitlines())
    return tuple(line for line in lines if line)


def without_links(markup: str) -> str:
    """The markup without the words of its links: what is left is what the page itself says."""
    return _LINK.sub("<p>", markup[:CAP])


@lru_cache(maxsize=4)
def visible(markup: str) -> str:
    """The visible text as one line."""
    return " ".join(segments(markup))


def has_script(markup: str) -> bool:
    """Whether a script stands in the markup."""
    return _SCRIPT.search(markup, 0, CAP) is not None
