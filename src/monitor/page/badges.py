"""The badges and ways of a home page: links, images, scripts and boxes that show what it offers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from monitor import urls
from monitor.model import NOWHERE, Sign
from monitor.page.sweep import Sweep, Thing, sign
from monitor.text import printable

POLICE_SITE = re.compile(r"beian\.(?:mps\.)?gov\.cn", re.IGNORECASE)
_IDLE_LINK = re.compile(r"#|javascript:|void\(", re.IGNORECASE)
_MAP_LINK = re.compile(r"(?:网站|站点|本站)地图|site ?map", re.IGNORECASE)
_MAP_MAYBE = re.compile(r"(?:网站|站点|本站)导航|(?:^|/)(?:wzdt|zddt|site_?map)\b", re.IGNORECASE)
_BADGE = re.compile(r"\bconac\.cn|_ideConac|imgConac|\bCA\d{15,30}\.js", re.IGNORECASE)
_BADGE_WORDS = re.compile(r"党政机关|政府机关(?:网站)?标[识志]|机关网站标[识志]|事业单位(?:网站)?标[识志]")
_BADGE_MAYBE = re.compile(
    r"(?:(?:^|[/_-])(?:red|blue)\d?|(?:conac|dzjg|dangzheng|jiguan|gov_?red|gov_?blue|sydw|zfjg)[\w-]{0,30})"
    r"\.(?:png|gif|jpe?g)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"exposure/jiucuo|zfwz(?:gl|xx)\.www\.gov\.cn|pucha\.kaipuyun\.cn|121\.43\.68\.40/exposure|\bjiucuo\.js|_jiucuo_",
    re.IGNORECASE,
)
_ERROR_WORDS = re.compile(r"政府网站找错")
_ERROR_MAYBE = re.compile(r"网站[找纠]错|我[要来][找纠]错|jiucuo|zhaocuo", re.IGNORECASE)
_ERROR_CODE = re.compile(r"site_?code\s*=\s*['\"]?(\w{8,14})", re.IGNORECASE)
_SEARCH = re.compile(
    r"search|sousuo|souso\b|jiansuo|key_?words?\b|\bq(?:t|uery)?\b|\bwd\b|检索|搜索|搜 ?一 ?搜|关键[词字]|搜一下",
    re.IGNORECASE,
)
_SEARCH_LINK = re.compile(
    r"\s*(?:站内|全站|全文|智能|高级|网站|本站|信息)?(?:搜索|检索)(?:一下)?\s*|(?:site )?search", re.IGNORECASE
)
_ENGINES = re.compile(r"\b(?:baidu|so|sogou|google|bing|360)\.(?:com|cn)", re.IGNORECASE)
_TYPED = frozenset(["", "text", "search"])
_WORDS_OF_FOOT = "foot(?:er)?|bottom|copyright|dibu|banquan|yejiao"
_WORDS_OF_HEAD = "head(?:er)?|top|nav|banner|menu|daohang"
_INCLUDE = re.compile(r"<!--\s*#include|\{\{.{1,40}\}\}|<esi:include", re.IGNORECASE)
_NAMES_A_MARK = re.compile(r"标识码|ICP备|公网安备|主办")
_SHELL = 60
_STANDS = 2
"""Marks from which on a foot stands on the page, whatever empty element is called one."""
_MOST_SCRIPT = 60_000
_MOST_BOXES = 500


def linked(link: Thing, url: str, *, sure: bool = True) -> Sign:
    """A link as a mark; one that leads nowhere by itself is not sure."""
    href = link.attr("href")
    target = urls.resolve(url, href)
    leads = bool(target and urls.is_web(target[0]) and href and not _IDLE_LINK.match(href))
    address = target[0] if target and leads else ""
    return sign(address, f"{link.said()} {href}".strip(), "link", sure=sure and leads and not link.hidden)


def source_of(script: Thing) -> str:
    """The letters of a script without the lines that are switched off, percent signs undone."""
    source = "".join(kid for kid in script.node.kids if isinstance(kid, str))[:_MOST_SCRIPT]
    if "//" in source:
        source = "\n".join(line for line in source.split("\n") if not line.lstrip().startswith("//"))
    return unquote(source) if "%3" in source else source


def _addresses(thing: Thing) -> Iterator[str]:
    for name in ("href", "src", "data-src", "data-original", "onclick", "action", "id"):
        value = thing.attr(name)
        if value:
            yield value


def _surest(signs: Iterable[Sign]) -> Sign:
    """The first that is sure; else the first."""
    first = NOWHERE
    for found in signs:
        if found.sure:
            return found
        first = first if first.evidence else found
    return first


def badge(seen: Sweep, scripts: list[tuple[Thing, str]]) -> Sign:
    """The badge of a party or government body, or of a public institution (党政机关网站标识)."""
    return _surest(_badges(seen, scripts))


def _badges(seen: Sweep, scripts: list[tuple[Thing, str]]) -> Iterator[Sign]:
    for thing in seen.of("a", "area", "img", "script"):
        for address in _addresses(thing):
            if _BADGE.search(address):
                yield sign(address, address, _KIND[thing.node.tag], sure=not thing.hidden)
    for _, source in scripts:
        match = _BADGE.search(source)
        if match:
            yield sign("", source[max(0, match.start() - 30) : match.end() + 60], "script")
    for thing in seen.of("named"):
        if _BADGE.search(thing.attr("id")):
            yield sign("", f'id="{thing.attr("id")}"', "script", sure=not thing.hidden)
    for thing in seen.of("img", "a", "area"):
        words = f"{thing.attr('alt')} {thing.attr('title')} {thing.words}"
        if _BADGE_WORDS.search(words) and not (thing.node.tag == "a" and len(thing.words) > 12):
            yield sign("", words, _KIND[thing.node.tag], sure=thing.node.tag == "img" and not thing.hidden)
    for thing in seen.of("img"):
        if _BADGE_MAYBE.search(thing.attr("src")):
            yield sign("", thing.attr("src"), "image", sure=False)


_KIND = {"a": "link", "area": "link", "img": "image", "script": "script", "iframe": "script"}


def error_entry(seen: Sweep, scripts: list[tuple[Thing, str]], text: str) -> Sign:
    """The entry of the error reports (我为政府网站找错), with the site code that it hands over."""
    return _surest(_error_entries(seen, scripts, text))


def _error_entries(seen: Sweep, scripts: list[tuple[Thing, str]], text: str) -> Iterator[Sign]:
    for thing in seen.of("a", "area", "img", "script"):
        for address in _addresses(thing):
            if _ERROR.search(address):
                code = _ERROR_CODE.search(address)
                value = code[1] if code else thing.attr("sitecode")
                yield sign(value, thing.attr("src") or address, _KIND[thing.node.tag], sure=not thing.hidden)
    for _, source in scripts:
        match = _ERROR.search(source)
        if match:
            code = _ERROR_CODE.search(source)
            evidence = source[max(0, match.start() - 30) : match.end() + 60]
            yield sign(code[1] if code else "", evidence, "script")
    match = _ERROR_WORDS.search(text)
    if match:
        yield sign("", text[max(0, match.start() - 2) : match.end()], "text")
    for thing in seen.of("img", "a", "area"):
        words = f"{thing.attr('alt')} {thing.attr('title')} {thing.words}"
        if _ERROR_WORDS.search(words):
            yield sign("", words, _KIND[thing.node.tag], sure=not thing.hidden)
        elif _ERROR_MAYBE.search(f"{words} {thing.attr('src')} {thing.attr('href')}"):
            yield sign("", f"{words} {thing.attr('src') or thing.attr('href')}", _KIND[thing.node.tag], sure=False)


def site_map(seen: Sweep, url: str) -> Sign:
    """The link to the site map."""
    return _surest(_site_maps(seen, url))


def _site_maps(seen: Sweep, url: str) -> Iterator[Sign]:
    for link in seen.of("a", "area"):
        words = f"{link.words} {link.attr('title')}"
        if _MAP_LINK.search(words):
            yield linked(link, url)
        elif _MAP_MAYBE.search(f"{words} {link.attr('href')}"):
            yield linked(link, url, sure=False)
    for image in seen.of("img"):
        if _MAP_LINK.search(f"{image.attr('alt')} {image.attr('title')}"):
            if image.anchor is not None:
                yield linked(image.anchor, url)
            else:
                yield sign("", image.said(), "image", sure=False)


def search(seen: Sweep, url: str) -> Sign:
    """The box to search the site by, or the link to a page that has one."""
    return _surest(_searches(seen, url))


def _searches(seen: Sweep, url: str) -> Iterator[Sign]:
    forms = {id(form.node): form for form in seen.of("form")}
    for box in seen.of("input")[:_MOST_BOXES]:
        if box.attr("type").lower() not in _TYPED:
            continue
        form = next((forms[id(up)] for up in box.node.above() if id(up) in forms), None)
        names = [box.attr(name) for name in ("name", "id", "class", "placeholder", "value", "title", "onkeydown")]
        names += [form.attr(name) for name in ("action", "name", "id", "class")] if form else []
        if any(_SEARCH.search(name) for name in names):
            action = form.attr("action") if form else ""
            said = next((name for name in (box.attr("placeholder"), box.attr("name"), box.attr("id")) if name), "input")
            foreign = bool(_ENGINES.search(action))
            yield sign(action, f"{said} {action}".strip(), "form", sure=not (foreign or box.hidden))
    for link in seen.of("a", "area"):
        if _SEARCH_LINK.fullmatch(link.said()):
            yield linked(link, url)
    for frame in seen.of("iframe"):
        if _SEARCH.search(frame.attr("src")):
            yield sign(frame.attr("src"), frame.attr("src"), "form")
    for thing in seen.of("img", "button"):
        if _SEARCH_LINK.fullmatch(thing.said()):
            yield sign("", thing.said(), "image", sure=False)
    for script in seen.of("script"):
        if _SEARCH.search(script.attr("src").rpartition("/")[2]):
            yield sign("", script.attr("src"), "script", sure=False)


class _Part:
    """How a part of a page looks that is put there by a script."""

    def __init__(self, words: str) -> None:
        self.name = re.compile(
            rf"(?:page|site|web|g|main)?[-_]?(?:{words})\d?(?:[-_]?(?:box|wrap(?:per)?|con|content|main|inner|div|area|bar|id))?\d?",
            re.IGNORECASE,
        )
        self.file = re.compile(rf"(?:^|[/_.-])(?:{words})(?:[\d_.-][^/]{{0,40}})?$", re.IGNORECASE)
        self.filled = re.compile(
            rf"(?<![a-z])(?:{words})[\w-]{{0,20}}['\"]?\s*\)\s*\.\s*"
            r"(?:load|html|append|prepend|innerHTML|insertAdjacentHTML|after|replaceWith)\b",
            re.IGNORECASE,
        )


_FOOT, _HEAD = _Part(_WORDS_OF_FOOT), _Part(_WORDS_OF_HEAD)


def script_footer(seen: Sweep, scripts: list[tuple[Thing, str]], markup: str, marks: int) -> str:
    """What suggests that the foot of the page is put there by a script. `marks`: how many were read in its words."""
    filled = _filled(_FOOT, seen, scripts, holders=marks < _STANDS)
    if filled:
        return filled
    text = seen.text()
    for _, source in scripts:
        named = _NAMES_A_MARK.search(source)
        if named and named[0] not in text:
            return printable(f"script {source[max(0, named.start() - 30) : named.end() + 40]}", 120)
    bare = marks == 0
    if bare and _INCLUDE.search(markup[-20_000:]):
        return "a part of the page was not put in"
    outside = [script for script, _ in scripts if script.attr("src")]
    return f"nothing of a foot on the page, but {len(outside)} scripts from files" if bare and outside else ""


def script_header(seen: Sweep, scripts: list[tuple[Thing, str]]) -> str:
    """What suggests that the head of the page is put there by a script."""
    return _filled(_HEAD, seen, scripts, holders=True)


def _filled(part: _Part, seen: Sweep, scripts: list[tuple[Thing, str]], *, holders: bool) -> str:
    for thing in seen.of("script", "iframe"):
        if part.file.search(thing.attr("src").partition("?")[0]):
            return printable(f"{thing.node.tag} {thing.attr('src')}", 120)
    for _, source in scripts:
        match = part.filled.search(source)
        if match:
            return printable(f"script {source[max(0, match.start() - 10) : match.end() + 40]}", 120)
    for thing in seen.of("named") if holders else ():
        names = f"{thing.attr('id')} {thing.attr('class')}".split()
        if thing.node.tag in _HOLDERS and any(map(part.name.fullmatch, names[:20])) and _is_empty(thing):
            return printable(f"empty {thing.node.tag} {' '.join(names)}", 120)
    return "next to no words on the page, but scripts" if seen.letters < _SHELL and scripts else ""


_HOLDERS = frozenset(["div", "footer", "header", "section", "td"])


def _is_empty(thing: Thing) -> bool:
    """Whether nothing stands in it: neither words nor images nor links."""
    kids = [kid for kid in thing.node.kids if not (isinstance(kid, str) and not kid.strip())]
    return all(not isinstance(kid, str) and kid.tag in ("script", "style") for kid in kids[:20])


def is_wordless(image: Thing) -> bool:
    """Whether an image says neither by itself nor by its link what it shows."""
    link = image.anchor
    told = image.said() or (link and (link.said() or POLICE_SITE.search(link.attr("href"))))
    return bool(image.attr("src")) and not told and not _badge_or_entry(image)


def _badge_or_entry(image: Thing) -> bool:
    around = [image, *([image.anchor] if image.anchor else [])]
    return any(_BADGE.search(a) or _ERROR.search(a) for thing in around for a in _addresses(thing))
