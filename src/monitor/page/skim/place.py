"""Where a date stands in the markup: its string, the words before it, the line round it, the elements above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from monitor import dates
from monitor.dates import Role
from monitor.page.article import _ASIDE_CLASS, _INFO, _INFO_CLASS
from monitor.page.marks import SHORT, Stand, _own_label, _stand, words_before

_FAR = 600
_NARROW = 700
_WIDE = 2500
_LABEL_END = frozenset("间間期布於佈于表載新改至效名生北今天是在间：:Ia©")
_NOISE = re.compile(
    r"<(script|style|select|textarea|iframe|noframes|template)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE
)
_BLOCK = re.compile(
    r"</?(?:p|div|li|t[dhr]|d[dtl]|h[1-6]|[uo]l|table|section|article|header|footer|nav|aside|form|center|br)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_STRUCTURE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_BOXES = re.compile(r"</?(?:div|td|table|section|aside|article|form|footer|main|body|DIV|TD|TABLE|BODY)\b[^<>]*")
_VOID = frozenset(("br", "img", "input", "hr", "meta", "link", "area", "wbr", "col", "embed", "param", "source"))
_NAMED = re.compile(r"\b(class|id)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


@dataclass(slots=True)
class Place:
    """A date's own string in the markup, from `start` to `end`."""

    text: str
    start: int
    end: int
    opened: list[tuple[str, str, int]] | None = None
    """What is open round it, once looked up as far back as `reach`."""
    reach: int = 0


def string_at(text: str, position: int) -> Place | None:
    """The string between tags that holds a position; None inside a tag, and where the string is very long."""
    opened = text.rfind(">", max(0, position - _FAR), position)
    if opened < 0 or text.rfind("<", opened, position) >= 0:
        return None
    end = text.find("<", position, position + _FAR)
    return Place(text, opened + 1, end) if end >= 0 else None


def role_at(place: Place, head: str) -> Role | None:
    """What the words before a date say of it: those of its own string, else the string before when it is a label."""
    words = head if head.strip(" :：|\n\t\r\xa0") else _own_label(_before(place.text, place.start)) + head
    tail = words[-40:].rstrip("\"'[(<{（【 \t\r\n\xa0\u3000:;|=]-：；)）")
    if not tail:
        return None
    last = tail[-1]
    if last in _LABEL_END or not "\u4e00" <= last <= "\u9fff" or words.rstrip()[-1:] in ":：":
        return dates.role_before(words)
    return dates.role_before(words) if words.rstrip()[-1:] in ")）" else None


def _before(text: str, start: int) -> str:
    """The words before a string: the last of more than three letters, and the short ones after it."""
    shorts = ""
    position = start - 1
    for _ in range(14):
        opened = text.rfind("<", max(0, position - _FAR), position)
        if opened < 0:
            break
        if text.startswith(("</script", "</style", "</select"), opened):
            opened = text.rfind("<" + text[opened + 2 : opened + 6], 0, opened)
        position = text.rfind(">", max(0, opened - _FAR), opened)
        if position < 0:
            break
        own = text[position + 1 : opened]
        own = (unescape(own) if "&" in own else own).strip()
        if len(own) > SHORT:
            return words_before(own, shorts)
        shorts = own + shorts
    return shorts


def names_above(place: Place) -> list[tuple[str, str]]:
    """The elements open round a string near by, nearest first, three at least if there are: name and attributes."""
    found = [(name, attributes) for name, attributes, _ in _opened(place, _NARROW)]
    return found if len(found) >= 3 else [(name, attributes) for name, attributes, _ in _opened(place, _WIDE)]


def _opened(place: Place, reach: int) -> list[tuple[str, str, int]]:
    """The elements opened before a string and not closed: name, attributes and the end of the tag."""
    if place.opened is not None and (place.reach >= reach or len(place.opened) >= 3):
        return place.opened
    floor = max(0, place.start - reach)
    window = place.text[floor : place.start]
    if "<!--" in window or "</script" in window or "</SCRIPT" in window:
        window = _NOISE.sub(_blank, window)
    found: list[tuple[str, str, int]] = []
    closed: list[str] = []
    for tag in reversed(list(_STRUCTURE.finditer(window))):
        name = tag[2].lower()
        if name in _VOID:
            continue
        if tag[1]:
            closed.append(name)
        elif not closed:
            found.append((name, tag[3], floor + tag.end()))
        elif name in closed:
            while closed.pop() != name:
                pass
    place.opened, place.reach = found, reach
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def is_aside(place: Place, body: int) -> bool:
    """Whether an element round the string is named as something beside the article."""
    depth = 0
    for tag in reversed(_BOXES.findall(place.text, body, place.start)):
        if tag[1] == "/":
            depth += 1
        elif depth:
            depth -= 1
        elif "=" in tag and _ASIDE_CLASS.search(names_of(tag)):
            return True
    return False


def names_of(attributes: str) -> str:
    """The class and id of an element."""
    return " ".join(m[2] or m[3] or m[4] or "" for m in _NAMED.finditer(attributes))


def around(place: Place) -> str:
    """The words of the line: of the element round a string, or of one or two above it while they are short."""
    text = place.text
    names_above(place)
    starts = [end for _, _, end in place.opened or ()]
    words = ""
    for start, end in zip(starts[:3], _closings(place), strict=False):
        wider = plain(text[start:end])
        if words and len(wider) > 160:
            break
        words = wider
        if len(wider) > 160:
            break
    return (words or " ".join(unescape(text[place.start : place.end]).split()))[:420]


def _closings(place: Place) -> Iterator[int]:
    """Where the elements round a string end, nearest first."""
    depth = 0
    for tag in _STRUCTURE.finditer(place.text, place.end, place.end + _WIDE):
        name = tag[2]
        if tag[1]:
            if depth:
                depth -= 1
            else:
                yield tag.start()
        elif name not in _VOID and name.lower() not in _VOID:
            depth += 1


def plain(markup: str) -> str:
    """The words of markup, blanks folded; block elements and breaks give a blank, as they do in a tree's text."""
    if "<" in markup:
        if "<s" in markup or "<!" in markup or "<S" in markup:
            markup = _NOISE.sub("", markup)
        # Where the blanks cannot decide whether a line is short, they are spared.
        bare = _TAG.sub("", markup)
        markup = _TAG.sub("", _BLOCK.sub(" ", markup)) if 70 < len(bare) <= 400 else bare
    return " ".join((unescape(markup) if "&" in markup else markup).split())


def letters(markup: str) -> int:
    """The letters of the strings in markup, their outer blanks left out."""
    markup = _NOISE.sub("", markup)
    return sum(len(unescape(part).strip()) for part in _TAG.split(markup))


def in_link(place: Place) -> bool:
    """Whether a string stands in a link."""
    text, start = place.text, place.start
    floor = max(0, start - _FAR)
    opened = max(text.rfind("<a ", floor, start), text.rfind("<A ", floor, start))
    return opened >= 0 and text.find("</a", opened, start) < 0 and text.find("</A", opened, start) < 0


def is_information(words: str, date_text: str, stand: Stand) -> bool:
    """Whether the line speaks of a source, an author or readers."""
    return (len(words) <= 100 or (len(words) <= 160 and stand is not Stand.INNER)) and bool(
        _INFO.search(words.replace(date_text, ""))
    )


def is_classed(above: list[tuple[str, str]]) -> bool:
    """Whether the element of a string or the one round it is named as a line of information."""
    return any(_INFO_CLASS.search(names_of(attributes)) for _, attributes in above[:2] if attributes)


def stand_of(head: str, tail: str, found: dates.Found, role: Role | None) -> Stand:
    """How the date stands in its string."""
    return _stand(head, tail, found, role)


def is_hidden(text: str, position: int) -> bool:
    """Whether a place is in a script, a style or a comment."""
    for opening, closing in (("<script", "</script"), ("<!--", "-->"), ("<style", "</style")):
        opened = text.rfind(opening, max(0, position - 30_000), position)
        if opened >= 0 and text.find(closing, opened, position) < 0:
            return True
    return False
