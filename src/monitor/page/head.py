"""What a page says of itself: title, census tags, breadcrumb, where it forwards to, its second page, its language."""

from __future__ import annotations

import re
import string

from monitor import urls
from monitor.page.links import Links, refresh_of
from monitor.page.marks import Survey
from monitor.page.scripts import goes_to, next_of
from monitor.page.tree import Node, Root
from monitor.text import printable

CENSUS_TAGS = {
    name.lower(): name
    for name in [
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
        "ColumnId",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
        "Keywords",
        "Author",
        "Description",
        "Image",
        "Url",
    ]
}
_HOME = re.compile(
    r"(?:网站|本站|返回|站点|官网)?首\s*页|主页|home(?:\s?page)?|main|главная|index|正文|内容|详细内容|文章正文|content",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"(?:您|你)?(?:现在|当前|目前)?(?:的|所在|所处)*(?:的)?(?:位置|页面|栏目|位置是)\s*(?:是|为)?\s*[:：>»]?|you\s+are\s+(?:here|in)\s*[:：]?|current\s+(?:location|position|page)\s*[:：]?|(?:^|\b)(?:location|position)\s*[:：]|вы\s+здесь\s*:?",
    re.IGNORECASE,
)
_CRUMB_CLASS = re.compile(
    r"bread-?crumbs?|crumbs?|dqwz|weizhi|position|location|cur-?pos|path|local|wz\b|mbx", re.IGNORECASE
)
_SPLIT = re.compile(r"\s*(?:-+>|>>|>|»|›|→|＞|/|\||::|-{2,}|·|&gt;|⟩|❯|\\)+\s*")
_NEXT = re.compile(
    r"\s*[\[<(]?\s*(?:下\s*一?\s*页|下\s*一\s*頁|下頁|后一页|后页|next(?:\s*page)?|следующая|вперед|далее)\s*[\])>»›]*\s*",
    re.IGNORECASE,
)
_PAGERS = re.compile(r"page|pagin|fenye|pager|fy\b", re.IGNORECASE)


def tags_of(root: Root) -> dict[str, str]:
    """The census page tags by canonical name; the first of several equal ones counts, "null" and "" none."""
    found: dict[str, str] = {}
    for node in root.find("meta"):
        name = CENSUS_TAGS.get(node.attrs.get("name", "").strip().lower())
        value = printable(node.attrs.get("content", ""))
        if name and value and value.lower() != "null":
            found.setdefault(name, value)
    return found


def title_of(root: Root) -> str:
    """The text of <title>; of the first <h1> when there is none."""
    for node in root.find("title"):
        if not any(up.tag == "svg" for up in node.above()):
            text = printable("".join(kid for kid in node.kids if isinstance(kid, str)))
            if text:
                return text
    return next((printable(node.text(300)) for node in root.find("h1") if node.text(300)), "")


def headline_of(root: Root, tags: dict[str, str], title: str) -> str:
    """The title of an article: its tag, the heading that <title> repeats, or <title> without the site's name."""
    if "ArticleTitle" in tags:
        return tags["ArticleTitle"]
    heads = [text for node in root.find("h1", "h2") if len(text := printable(node.text(300))) >= 4]
    plain = _letters(title)
    for text in heads:
        if _letters(text)[:20] in plain:
            return text
    parts = [p.strip() for p in _TITLE_PARTS.split(title) if p.strip()]
    if parts and len(parts[0]) >= 8:
        return parts[0]
    first = [printable(node.text(300)) for node in root.find("h1")]
    return first[0] if len(first) == 1 and len(first[0]) >= 6 else (parts[0] if parts else title)


_TITLE_PARTS = re.compile(r"\s*[_|]\s*|\s+[-—–]+\s+|-{2,}|(?<=[\u4e00-\u9fff])[-—–](?=[\u4e00-\u9fff]{2,12}$)")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def breadcrumb_of(root: Root, survey: Survey) -> tuple[str, ...]:
    """The path shown on the page, from the outside in, without 首页; () when none is shown."""
    looked = 0
    for words, node, _, _ in survey.strings:
        if len(words) < 200 and _HERE_HINT.search(words) and _HERE.search(words):
            parts = _crumbs(node) or (_crumbs(node.parent) if node.parent is not None else ())
            looked += 1
            if parts:
                return parts
            if looked > 10:
                break
    for node in root.find("div", "ul", "ol", "p", "nav", "td", "span", "section", "h2", "h3"):
        name = node.attrs.get("class", "") + " " + node.attrs.get("id", "") if node.attrs else ""
        if len(name) > 3 and _CRUMB_CLASS.search(name):
            parts = _crumbs(node)
            looked += 1
            if parts:
                return parts
            if looked > 30:
                break
    return ()


_HERE_HINT = re.compile(r"位置|页面|栏目|here|location|position|are in|здесь", re.IGNORECASE)


def _crumbs(node: Node) -> tuple[str, ...]:
    links = [words for a in node.walk(300) if a.tag == "a" and (words := a.text(100))]
    text = node.text(400)
    here = _HERE.search(text)
    if here:
        text = text[here.end() :]
    in_words = here is not None and len(text) < 120 and _SPLIT.search(text)  # a path that links nowhere
    if len(links) > 9 or not (links or in_words):
        return ()
    parts = [p for p in (part.strip(_CRUMB_EDGE) for part in _SPLIT.split(text)) if p]
    if len(parts) <= 1 < len(links):
        parts = [words.strip(_CRUMB_EDGE) for words in links]
    kept: list[str] = []
    for number, part in enumerate(parts[:9]):
        if len(part) > 40 and part not in links:
            break
        if part and not _HOME.fullmatch(part) and not (number == 0 and part.endswith(_SITE_ENDS)):
            kept.append(printable(part, 60))
    return tuple(kept)


_CRUMB_EDGE = " :：\u3000[]【】"
_SITE_ENDS = ("网", "网站", "门户", "门户网站", "平台")


def forward_of(root: Root, links: Links, short_page: bool) -> str | None:
    """Where a meta refresh or an unconditional script leads; None when nowhere or to the page itself."""
    for node in root.find("meta"):
        target = refresh_of(node)
        if target and target[0] <= 30:
            away = _away(links, target[1])
            if away:
                return away
    for node in root.find("script"):
        source = "".join(kid for kid in node.kids if isinstance(kid, str))
        if "location" in source:
            goal = goes_to(source, short_page)
            away = _away(links, goal) if goal else None
            if away:
                return away
    return None


def _away(links: Links, href: str) -> str | None:
    target = links.resolve(href)
    if target is None or not urls.is_web(target[0]):
        return None
    return target[0] if target[0] != links.page.partition("#")[0] else None


def is_next(words: str) -> bool:
    """Whether a link's words lead on to the next page of a list."""
    return _NEXT.fullmatch(words) is not None


def next_page_of(root: Root, links: Links) -> str | None:
    """The page after this one in a paginated list: 下一页, rel=next, TRS's createPageHTML, or the number 2."""
    second: str | None = None
    for node in root.find("link", "a"):
        href = node.attrs.get("href", "")
        if not href or href.startswith(("#", "javascript")):
            continue
        if "next" in node.attrs.get("rel", "").lower().split():
            return _away(links, href)
        if node.tag == "a":
            text = node.text(40) or node.attrs.get("title", "")
            if is_next(text):
                return _away(links, href)
            if second is None and text.strip("[] ") == "2" and _in_pager(node):
                second = _away(links, href)
    for node in root.find("script"):
        source = "".join(kid for kid in node.kids if isinstance(kid, str))
        if "createPage" in source:
            found = next_of(source)
            if found:
                return _away(links, found[0]) if found[0] else None
    return second


def _in_pager(node: Node) -> bool:
    """Whether the number stands among other page numbers."""
    for depth, up in enumerate(node.above()):
        if _PAGERS.search(up.attrs.get("class", "") + " " + up.attrs.get("id", "")):
            return True
        if depth >= 2:
            break
        numbers = [k.text(10).strip("[] ") for k in up.walk(60) if k.tag in ("a", "span", "b", "strong", "em")]
        if "3" in numbers or "1" in numbers:
            return True
    return False


_HAN_BYTES = bytes(range(0x4E, 0xA0))
_LATIN_BYTES = string.ascii_letters.encode()


def language_of(root: Root, text: str) -> str:
    """ "zh", "en" or "ru" by the letters that a reader sees, else by <html lang>; "" when it cannot be told."""
    sample = text[:6000]
    high = sample.encode("utf-16-be", "replace")[::2]
    han = len(high) - len(high.translate(None, _HAN_BYTES))
    cyrillic = len(re.findall(r"[а-яё]", sample, re.IGNORECASE)) if b"\x04" in high else 0
    plain = sample.encode("ascii", "ignore")
    latin = len(plain) - len(plain.translate(None, _LATIN_BYTES))
    if han * 4 > latin + cyrillic and han > 10:
        return "zh"
    if cyrillic > latin and cyrillic > 20:
        return "ru"
    if latin > 60:
        return "en"
    written = root.attrs.get("lang", "").lower()[:2]
    return written if written in ("zh", "en", "ru") else ""
