"""What inline scripts would put on the page: data islands, document.write, forwards, pagers. Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import islice

from monitor.page.tree import Root, build_plain

_WRITE = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(")
_STRING = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", re.DOTALL)
_VARIABLE = re.compile(
    r"(?:\bvar\s+|\blet\s+|\bconst\s+|[;\n{]\s*|^\s*)([A-Za-z_$][\w$]{0,40})\s*=\s*(?:'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\")"
)
_TERM = re.compile(
    r"\s*(?:'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|([A-Za-z_$][\w$.]{0,60})(\([^()]{0,80}\))?)\s*([+,]?)"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_GOES = re.compile(
    r"(?:(?:window|document|self|top|parent|this)\s*\.\s*)?\blocation\s*(?:\.\s*href\s*)?(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)"
    r"(?:'([^'\n]{1,500})'|\"([^\"\n]{1,500})\")"
)
_PAGER = re.compile(
    r"createPage(?:HTML)?\w*\s*\(\s*['\"]?(\d{1,6})['\"]?\s*,\s*['\"]?(\d{1,6})['\"]?\s*,\s*['\"]([\w./-]{1,80})['\"]\s*,\s*['\"](\w{1,8})['\"]"
)
MAX_SCRIPT = 400_000
_MOST_KEPT = 8_000
_MAX_SCRIPTS = 1500


def expand(root: Root) -> list[str]:
    """Put what scripts write onto the page in their place, as far as it is written in plain letters; notes of it."""
    notes: list[str] = []
    for script in list(root.find("script", "textarea", "template", "xmp"))[:_MAX_SCRIPTS]:
        source = "".join(kid for kid in script.kids if isinstance(kid, str))[:MAX_SCRIPT]
        markup, what = _markup(source)
        parent = script.parent
        if not markup or parent is None:
            continue
        written = build_plain(markup)
        written.tag = "div" if parent.tag not in ("ul", "ol", "tr", "tbody", "table", "dl") else parent.tag
        written.attrs = {"data-written": what}
        written.parent = parent
        root.take(written)
        parent.kids.insert(parent.kids.index(script) + 1, written)
        if what not in notes:
            notes.append(what)
    return notes


def _markup(source: str) -> tuple[str, str]:
    return _kept_markup(source) if len(source) <= _MOST_KEPT else _find_markup(source)


def _find_markup(source: str) -> tuple[str, str]:
    if "<record" in source:
        records = list(_records(source))
        if records:
            return "".join(
                unescape(r) if r.lstrip().startswith("&lt;") else r for r in records
            ), "rows read from a data island in a script"
    if "document" in source and _WRITE.search(source):
        return "".join(_writes(source)), "rows read from document.write"
    return "", ""


def _records(source: str) -> Iterator[str]:
    position = source.find("<record>")
    while position >= 0:
        end = source.find("</record>", position)
        if end < 0:
            return
        yield source[position + 8 : end].strip().removeprefix("<![CDATA[").removesuffix("]]>")
        position = source.find("<record>", end)


def _writes(source: str) -> list[str]:
    """The arguments of document.write whose every part is a literal or a plain variable."""
    known: dict[str, str] = {}
    for name, single, double in _VARIABLE.findall(source):
        known.setdefault(name, _unescape(single or double))
    found: list[str] = []
    for match in list(_WRITE.finditer(source))[:3000]:
        before = source[max(0, match.start() - 120) : match.start()].rstrip()
        if re.search(r"\belse\s*\{?$", before):
            continue
        found.append(_sum(source, match.end(), known))
    return found


def _sum(source: str, position: int, known: dict[str, str]) -> str:
    parts: list[str] = []
    for _ in range(60):
        term = _TERM.match(source, position)
        if term is None:
            return ""
        if term[3]:
            if term[4] is not None or term[3] not in known:
                if term[4] is None and "." not in term[3]:
                    return ""
            else:
                parts.append(known[term[3]])
        else:
            parts.append(_unescape(term[1] if term[1] is not None else term[2] or ""))
        position = term.end()
        if not term[5]:
            break
    return "".join(parts)


def _unescape(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            return chr(int(match[1] or match[2], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "\n": ""}.get(match[3], match[3])

    return _ESCAPE.sub(letter, text) if "\\" in text else text


def goes_to(source: str, short_page: bool) -> str | None:
    """Where a script sends the reader as soon as it loads, without a condition; None when it does not."""
    for match in _GOES.finditer(source[:20_000]):
        before = source[: match.start()]
        depth = before.count("{") - before.count("}")
        statement = re.split(r"[;{}\n]", before)[-1]
        if re.search(r"\bif\b|\belse\b|\?|&&|\|\||\bcase\b|=>|\bfunction\b|\bon\w+\s*=", statement):
            continue
        if depth > 0 and not (short_page and _runs_at_load(before)):
            continue
        return match[1] or match[2]
    return None


_AT_LOAD = re.compile(
    r"setTimeout\s*\(\s*function|onload\s*=\s*function|\$\s*\(\s*(?:document\s*\)\s*\.\s*ready\s*\(\s*)?function"
    r"|^\s*\(?function\s*\(\s*\)\s*$"
)


def _runs_at_load(before: str) -> bool:
    opened = before.rfind("{")
    head = before[max(0, opened - 80) : opened]
    return "if" not in head and bool(_AT_LOAD.search(head))


def next_of(source: str) -> tuple[str, int] | None:
    """The second page that createPageHTML(pages, current, "index", "html") names, and how many pages there are."""
    match = _PAGER.search(source)
    if match is None:
        return None
    pages, current = int(match[1]), int(match[2])
    return (f"{match[3]}_{current + 1}.{match[4]}", pages) if current + 1 < pages else ("", pages)


_VARIABLE_DATE = re.compile(
    r"(?:pub[_-]?(?:date|time)|publish(?:ed)?(?:_?(?:date|time|at|on))?|fbsj|fbrq|release_?(?:date|time)|doc_?rel_?time|docpub\w*|create_?time|ctime|ptime|article_?date|news_?(?:date|time))"
    r"['\"]?\s*[:=]\s*['\"]?([^'\"\n;,}]{6,40})",
    re.IGNORECASE,
)


def named_dates(source: str) -> tuple[tuple[str, str], ...]:
    """Values of variables named like a publication date, as (name and value as written, value)."""
    return _kept_dates(source) if len(source) <= _MOST_KEPT else _find_dates(source)


def _find_dates(source: str) -> tuple[tuple[str, str], ...]:
    return tuple((m[0][:80], m[1]) for m in islice(_VARIABLE_DATE.finditer(source[:MAX_SCRIPT]), 20))


# A site's pages repeat their scripts: what the last short ones said is remembered.
_kept_markup = lru_cache(maxsize=64)(_find_markup)
_kept_dates = lru_cache(maxsize=64)(_find_dates)
