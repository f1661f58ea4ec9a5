"""The place of an article's title in the markup."""

from __future__ import annotations

import re
from html import unescape

from monitor.page.head import _TITLE_PARTS, _letters
from monitor.page.skim.place import is_hidden, plain

# Literal starts are what makes a search quick: the few that shout are asked after the others.
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)")
_TITLE_LOUD = re.compile(r"<T(?:ITLE|itle)\b[^<>]*>([^<]*)")
_TAGGED = re.compile(r"rticle[Tt]itle\b")
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_TOP = 60_000
_MOST_HEAD = 30_000
_HEAD = re.compile(r"<[hH][12]\b[^<>]*>")


def heading_at(text: str, body: int) -> int:
    """Where the string that shows the title begins in the body; -1 when it is not found there as plain letters."""
    headline, first = _headline(text, body)
    wanted = "".join(headline.split())[:12]
    if len(wanted) < 4:
        return -1
    if first >= 0 and text.startswith(wanted, first):
        return _shown(text, first, wanted)
    places = [_shown(text, body, wanted)]
    if not headline.startswith(wanted):
        written = re.match(r"\s*(?:\S\s*){12}", headline)
        places.append(_shown(text, body, written[0].strip() if written else headline))
    return min((place for place in places if place >= 0), default=-1)


def _shown(text: str, body: int, wanted: str) -> int:
    """The start of the first string a reader sees that holds these letters; -1 without one."""
    position = text.find(wanted, body)
    for _ in range(8):
        if position < 0:
            return -1
        opened = max(text.rfind(">", max(0, position - 500), position), 0)
        if text.rfind("<", opened, position) < 0 and not is_hidden(text, position):
            return opened + 1
        position = text.find(wanted, position + 1)
    return -1


def _headline(text: str, body: int) -> tuple[str, int]:
    """The title, and where it is first shown if that is known."""
    end = min(body or _MOST_HEAD, _MOST_HEAD)
    tagged = _tagged(text, end)
    if tagged:
        return tagged, -1
    titled = _TITLE.search(text, 0, end) or _TITLE_LOUD.search(text, 0, end)
    title = " ".join(unescape(titled[1]).split()) if titled else ""
    parts = [p.strip() for p in _TITLE_PARTS.split(title) if p.strip()]
    named = parts[0] if parts and len(parts[0]) >= 8 else ""
    first = _headed(text, body, named) if named else -1
    if first >= 0:
        return named, first
    letters = _letters(title)
    heads: list[str] = []
    for found in _HEAD.finditer(text, body, body + _TOP):
        close = text.find("</" + found[0][1:3], found.end(), found.end() + 2000)
        words = plain(text[found.end() : close]) if close >= 0 else ""
        if len(words) >= 4 and _letters(words)[:20] in letters:
            return words, -1
        if words and found[0][2] == "1":
            heads.append(words)
        if len(heads) > 5:
            break
    if named or len(heads) != 1 or len(heads[0]) < 6:
        return named or (parts[0] if parts else title), -1
    return heads[0], -1


def _tagged(head: str, end: int) -> str:
    """The census tag of an article's title; "" without one."""
    named = _TAGGED.search(head, 0, end)
    opened = head.rfind("<meta", max(0, named.start() - 300), named.start()) if named else -1
    content = _CONTENT.search(head, opened, head.find(">", opened) + 1) if opened >= 0 else None
    value = unescape(content[1] or content[2] or "").strip() if content else ""
    return value if value.lower() != "null" else ""


def _headed(text: str, body: int, words: str) -> int:
    """Where the title's words are first written, if that is in a heading; -1 otherwise."""
    position = text.find(words[:12], body)
    opened = text.rfind("<", max(0, position - 300), position) if position >= 0 else -1
    return position if opened >= 0 and text.startswith(("<h1", "<h2", "<H1", "<H2"), opened) else -1
