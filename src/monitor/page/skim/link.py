"""The link of a row in letters: its words and where it leads."""

from __future__ import annotations

import re
from html import unescape

from monitor.page.rows import is_title
from monitor.text import printable

_HREF = re.compile(rb"(?:^|[\s\"'])href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_TITLE = re.compile(rb"(?:^|[\s\"'])title\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|br|h\d|li|ul|ol|table|tr|td|th|dl|dt|dd|section|article|center)\b[^<>]*>", re.IGNORECASE
)
_PLAIN = re.compile(rb"<a\b([^<>]*)>([^<]*)</a", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_QUOTES = (b'"', b"'")
_DIGIT = re.compile(r"[\d年]")
_OPENERS = frozenset("[(【<>»+更详查阅下点返上打关首收rRmMdDпПдД（〔")


def link_of(region: bytes, low: bytes, start: int, end: int, place: int) -> tuple[str, str] | None:
    """The title and href of a row's link with the longest words; None without one, or round the row's date."""
    plain = _PLAIN.findall(region, start, end)
    if len(plain) == 1 and low.count(b"<a", start, end) == 1:
        attrs, inner = plain[0]
        words = inner.decode()
        if b"&" not in inner and b"<" not in inner and (words := " ".join(words.split())) and _titled(words):
            outside = not region.find(b"<a", start, end) < place < region.find(b"</a", start, end)
            return _made(words, attrs, _full(attrs)) if outside and len(words) > 1 and _even(attrs) else None
    best: tuple[str, bytes, str] | None = None
    most = 1
    opened = low.find(b"<a", start, end)
    while opened >= 0:
        if low[opened + 2 : opened + 3].isalnum():
            opened = low.find(b"<a", opened + 2, end)
            continue
        inside = low.find(b">", opened, end)
        close = low.find(b"</a", inside, end)
        if inside < 0 or close < 0 or opened < place < close:
            return None
        if (again := low.find(b"<a ", inside, close)) >= 0:
            close = again
        attrs = region[opened + 2 : inside]
        if not _even(attrs) or b"<" in attrs:
            return None
        words = _words(region[inside + 1 : close])
        if words is None:
            return None
        full = _full(attrs)
        words = words or full
        if len(words) > most and _titled(words):
            most, best = len(words), (words, attrs, full.strip())
        opened = low.find(b"<a", close, end)
    if best is None:
        return None
    return _made(*best)


def _even(attrs: bytes) -> bool:
    """Whether every quote is closed: then the tag ended where it seemed to."""
    return not (attrs.count(b'"') & 1 or attrs.count(b"'") & 1)


def _full(attrs: bytes) -> str:
    return _value(attrs, b" title=", _TITLE) if b"title" in attrs or b"TITLE" in attrs else ""


def _made(words: str, attrs: bytes, full: str) -> tuple[str, str]:
    """The title that a link shows or names in full, and its href."""
    if full and full != words:
        full = full.strip()
        bare = words.rstrip(".… ")
        if bare and full.startswith(bare[:200]) and "\n" not in full:
            words = printable(full)
    return printable(words), _value(attrs, b" href=", _HREF).strip()


def _value(attrs: bytes, name: bytes, pattern: re.Pattern[bytes]) -> str:
    """The value of an attribute, its references read; "" without one. `name` is how it begins where it is plain."""
    begun = attrs.find(name)
    if begun >= 0 and (quote := attrs[begun + len(name) : begun + len(name) + 1]) in _QUOTES:
        begun += len(name) + 1
        value = attrs[begun : attrs.find(quote, begun)].decode()
    else:
        found = pattern.search(attrs)
        if found is None:
            return ""
        value = (found[1] or found[2] or found[3] or b"").decode()
    return unescape(value) if "&" in value else value


def _words(inner: bytes) -> str | None:
    """The words in a link; None where they are too long to be told simply."""
    words = inner.decode()
    if "<" in words:
        if len(words) > 1500:
            return None
        words = _TAG.sub("", _BLOCK.sub(" ", words))
        if "<" in words or len(words) > 300:
            return None
    return " ".join((unescape(words) if "&" in words else words).split())


def _titled(words: str) -> bool:
    """As `is_title`, for plain words at once."""
    if words[0] not in _OPENERS and (len(words) >= 24 or not _DIGIT.search(words)):
        return True
    return is_title(words)
