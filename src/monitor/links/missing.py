"""Soft 404: what a site answers for an address that cannot exist, and whether a page is that answer."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import unquote

from monitor import urls
from monitor.links.plain import has_script, segments, title_of, without_links
from monitor.model import Fetch
from monitor.text import printable

_PHRASE = re.compile(
    r"(?:页面|网页|文章|信息|内容|资源|文件|栏目|链接|地址|记录|数据|稿件|新闻)(?:已经?)?(?:不存在|未找到"
    r"|没有找到|找不到|已被?删除|被删除|已失效|已过期|已下线|走丢了)"
    r"|(?:找不到|没有找到|未找到|无法找到)(?:您|你)?(?:所?(?:要|需|请求|访问)的?)?(?:该|此|相关)?(?:页面|网页"
    r"|文章|信息|内容|资源|文件|地址|记录)"
    r"|(?:访问|请求|查看|浏览|查找)的.{0,14}(?:不存在|已删除|被删除|找不到|未找到|已失效)"
    r"|(?:page|file|url|document|article|resource)(?: (?:you|that|which|was|were|is|are|requested|looking|for"
    r"|the|could|can)){0,8}"
    r" ?(?:not found|cannot be found|can't be found|could not be found|not be found|does(?: not|n't) exist"
    r"|no longer (?:exists|available))"
    r"|(?:page|article|file|content)(?: (?:you|that|which|requested|are|were|looking|for|the)){0,6}"
    r" has been (?:removed|deleted)"
    r"|(?:can't|cannot|couldn't|could not) find (?:the|that|this) (?:page|file|article|document)"
    r"|404[\s:：,，.。—-]{0,4}(?:error|not found|错误|页面|找不到|file)|(?:error|错误)[\s:：-]{0,3}404|http 404"
    r"|страница не найдена|page introuvable|seite nicht gefunden|página no encontrada|ページが見つかりません"
    r"|查無此頁|頁面不存在|找不到網頁",
    re.IGNORECASE,
)
MISSING_WORDS = (
    "不存在", "找到", "找不到", "删除", "失效", "过期", "下线", "走丢", "查無此頁", "found", "exist", "no longer",
    "has been ", "n't find", "not find", "404", "найдена", "introuvable", "gefunden", "encontrada", "見つかりません",
)  # fmt: skip
"""No phrase is without one of these, in lower case; looking for them is many times cheaper."""
_TITLE = re.compile(
    r"\W*(?:(?:error|错误|http|status|提示|系统提示|信息提示|出错了)?\W*404\W*(?:error|not found|错误|页面|页"
    r"|file|object|提示)?.{0,16}"
    r"|(?:the )?page (?:was )?not found|not found|(?:对不起|抱歉|sorry)?\W*.{0,8}(?:页面|网页|文章|信息"
    r"|内容)(?:不存在|未找到|找不到|已删除|已被删除)"
    r"|找不到(?:页面|网页|该页|文件)|страница не найдена|頁面不存在)(?:\W.{0,30})?",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:^|[/_-])(?:e?404|error_?404|not-?_?found|page-?_?not-?_?found|nopage)(?:\.\w{2,5})?/?$", re.IGNORECASE
)
_ALERT = re.compile(r"\balert\s*\(\s*(['\"])(.{1,200}?)\1", re.DOTALL)
_FORWARD = re.compile(
    r"(?:<meta\b[^>]{0,80}refresh[^>]{0,80}url\s*=\s*['\"]?|location(?:\.href)?\s*=\s*['\"]"
    r"|location\.(?:replace|assign)\(\s*['\"])([^'\" >;]{1,300})",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"/(?:[^/]+/)?(?:index|default|home|main|portal|welcome|sy)(?:\.\w{2,5})?/?$", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_GOES_ON = "或了哦啊啦呢呀吧，"
"""What may follow the words where they are the message; other letters make them part of a sentence."""
_MOST_NOISE = 0.6
"""Of a probe's letters, in no other probe: beyond it they are no two views of one page."""
_QUOTES = ("“", "‘", "「", "『", '"', "'", "《")
_ABOUT = re.compile(r"关于.{2,}|怎么|如何|问题|常见|帮助|how to|faq|history|story", re.IGNORECASE)
_IMPRINT = re.compile(
    r"版权|copyright|©|备案|主办|承办|标识码|技术支持|地址|电话|邮编|返回|首页|请(?:检查|核对|稍后|尝试|联系)|秒后|可能(?:的)?原因|网址|输入|sorry|抱歉|对不起|back|home",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"\d+|[0-9a-f]{8,}")
_LONG = 6000
"""A page that says so much is no answer for a missing one, whatever words stand in it."""
_NEAR = 40
"""So many runs are compared letter by letter; more differences than that are differences."""
_NOISE = re.compile(r"\s+|[-_:：/.,，。|]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPage:
    """What a site answers for addresses that cannot exist."""

    authority: str
    """The site it was seen on, as `urls.bare` gives it."""
    honest: bool
    """True when it answers 404 or 410, as it should."""
    status: int
    lands: str = ""
    """Where it redirects every such address (`urls.same_page`); "" when it answers in place."""
    goes_home: bool = False
    title: str = ""
    """Its title; "" when it has none or it changes."""
    length: int = 0
    """Characters of visible text."""
    core: frozenset[str] = frozenset()
    """The runs of text that every probe showed."""
    noise: float = 0.0
    """The largest share of a probe's text that others did not show: advertisements, clocks."""
    shows_home: bool = False
    """Whether it is the home page, shown in place: then likeness proves nothing where no page is any different."""
    says: str = ""
    """The words with which it says that there is nothing; "" when it does not."""


def probe_path(seed: str) -> str:
    """A path that no site has, the same for the same seed: "/" + 16 letters + ".html"."""
    digest = hashlib.sha256(f"missing page of {seed}".encode()).digest()
    return "/" + "".join(chr(97 + byte % 26) for byte in digest[:16]) + ".html"


def likeness(a: str, b: str) -> float:
    """How much two texts share, 0 to 1, by runs of three letters; numbers and spaces do not count."""
    one, two = _grams(_plain(a)), _grams(_plain(b))
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def _grams(text: str) -> Counter[str]:
    padded = f"\x02{text}\x03" if text else ""
    return Counter(padded[i : i + 3] for i in range(max(0, len(padded) - 2)))


def _plain(text: str) -> str:
    return _NOISE.sub("", _RANDOM.sub("0", text.lower()))


def missing_page(probes: Sequence[Fetch], texts: Sequence[str], home: str = "") -> MissingPage | None:
    """The profile of a site's answer, from looks at one or more `probe_path`s and their decoded markup.

    Two probes tell random parts apart; one will do. None when they failed, came in part, met a wall or disagree:
    then nothing can be compared.
    """
    if not probes or any(p.failure is not None or p.status is None or p.truncated for p in probes):
        return None
    status = probes[0].status or 0
    authority = urls.bare(urls.authority(probes[0].asked))
    if all(p.status in (404, 410) for p in probes):
        return MissingPage(authority=authority, honest=True, status=status)
    if any(p.status is None or not 200 <= p.status < 300 for p in probes):
        return None
    runs = [_runs(p, t) for p, t in zip(probes, texts, strict=True)]
    core = frozenset(runs[0]).intersection(*runs[1:])
    noise = max(_share_outside(run, core) for run in runs)
    if noise > _MOST_NOISE:
        return None
    landings = {_key(p.url) if p.hops else "" for p in probes}
    lands = landings.pop() if len(landings) == 1 else ""
    titles = {_plain(_without_path(title_of(t), p)) for p, t in zip(probes, texts, strict=True)}
    said = _phrase(" ".join([title_of(texts[0]), *segments(texts[0])]))
    return MissingPage(
        authority=authority,
        honest=False,
        status=status,
        lands=lands,
        goes_home=bool(lands) and lands == _key(home or _root(probes[0].url)),
        title=titles.pop() if len(titles) == 1 else "",
        length=max(sum(map(len, segments(t))) for t in texts),
        core=core,
        noise=noise,
        says=printable(said, 40),
    )


def with_home(missing: MissingPage, home: Fetch, markup: str) -> MissingPage:
    """The profile, knowing the home page."""
    if missing.honest or missing.lands or not _alike(home, markup, title_of(markup), missing):
        return missing
    return replace(missing, shows_home=True)


def _key(address: str) -> str:
    """What tells pages apart; a malformed address is its own."""
    try:
        return urls.same_page(address)
    except ValueError:
        return address


def _root(address: str) -> str:
    return f"{address.partition('://')[0]}://{urls.authority(address)}/"


def _without_path(text: str, fetch: Fetch) -> str:
    """The text without the address that was asked for, which many such pages repeat."""
    for address in dict.fromkeys((fetch.asked, fetch.url)):
        path = urls.path(address)
        for echo in (address, path, unquote(path), path.rpartition("/")[2], path.rpartition("/")[2].partition(".")[0]):
            if len(echo) > 3:
                text = text.replace(echo, "")
    return text


def _runs(fetch: Fetch, markup: str) -> set[str]:
    plain = (_plain(_without_path(run, fetch)) for run in segments(markup))
    return {run for run in plain if len(run) > 1}


def _share_outside(runs: set[str], core: frozenset[str]) -> float:
    """The share of the runs' letters that stands in no run of the core, nor in one very like it."""
    total = sum(map(len, runs))
    return sum(map(len, _strange(runs, core))) / total if total else 0.0


def _strange(runs: Iterable[str], known: frozenset[str]) -> list[str]:
    """The runs that are neither known nor very like a known one."""
    left = [run for run in runs if run not in known]
    if len(left) > _NEAR:
        return left
    return [run for run in left if not _resembles(run, known)]


def _resembles(run: str, known: frozenset[str]) -> bool:
    if not 7 < len(run) < 400:
        return False
    near = (k for k in known if len(k) > 7 and 0.7 <= len(k) / len(run) <= 1.4)
    return any(likeness(k, run) >= 0.75 for k in islice(near, _NEAR))


def looks_missing(fetch: Fetch, text: str, title: str, missing: MissingPage | None, home: str = "") -> tuple[bool, str]:
    """Whether a page that came with 200 is the site's answer for a missing one: (sure, why).

    (True, why) is a soft 404; (False, why) cannot be told; (False, "") is not one. A phrase alone is
    never proof on a page that says anything else.
    """
    runs = segments(text)
    seen = " ".join(runs)
    if _is_home(fetch.asked, home):
        return False, ""
    said = _phrase(f"{title} {seen}") if len(seen) <= _LONG else ""
    why = _by_itself(fetch, text, title, seen) or (_says_only(text, title) if said else "")
    if why:
        return True, why
    if missing is not None and not missing.honest and missing.authority == urls.bare(urls.authority(fetch.asked)):
        sure, why = _by_probe(fetch, text, title, missing)
        if why:
            return sure, why
    if said and len(seen) <= 120:
        return (not title or title == seen), f"says “{printable(said, 40)}” and little else"
    return False, _sent_home(fetch, home)


def _by_itself(fetch: Fetch, text: str, title: str, seen: str) -> str:
    """Proof that needs no comparing: two signs at once that there is nothing."""
    named = _NAME.search(urls.path(fetch.url)) and not _NAME.search(urls.path(fetch.asked))
    if fetch.hops and named and (len(seen) <= 300 or "404" in seen or _phrase(f"{title} {seen[:_LONG]}")):
        return f"soft 404: redirected to {printable(urls.path(fetch.url), 60)}"
    if _TITLE.fullmatch(title) and len(seen) <= 600 and (_PHRASE.search(seen) or "404" in seen or len(seen) <= 60):
        return f"soft 404: titled “{printable(title, 40)}” and says nothing else"
    if len(seen) <= 40:
        alert = _ALERT.search(text[:5000])
        if alert and _PHRASE.search(alert[2]):
            return f"soft 404: a script says “{printable(alert[2], 40)}”"
        forward = _FORWARD.search(text[:20000])
        if forward and _NAME.search(forward[1].partition("?")[0]):
            return f"soft 404: sent on to {printable(forward[1], 60)}"
    return ""


def _by_probe(fetch: Fetch, text: str, title: str, missing: MissingPage) -> tuple[bool, str]:
    """The comparison with what the site answers for an address that cannot exist."""
    if missing.lands and fetch.hops and _key(fetch.url) == missing.lands:
        if missing.goes_home and _is_shallow(fetch.asked):
            return False, "redirected to the home page, as this site does with every unknown address"
        if missing.goes_home:
            return True, "soft 404: redirected to the home page, as this site does with every unknown address"
        return True, "soft 404: redirected to where this site sends every unknown address"
    if missing.lands:
        return False, ""
    if not _alike(fetch, text, title, missing):
        return False, ""
    if missing.length < 10 or (has_script(text) and missing.length < 200 and not missing.says):
        return False, "a page that only a browser can fill; every unknown address answers the same"
    if missing.says:
        return True, f"soft 404: says “{missing.says}” and looks like this site's answer for a missing page"
    if _ENTRY.fullmatch(urls.path(fetch.asked)):
        return False, "looks like this site's answer for every unknown address"
    return True, "soft 404: looks like this site's answer for a missing page"


def _alike(fetch: Fetch, text: str, title: str, missing: MissingPage) -> bool:
    """Whether all that the missing page always shows stands here, under its title, and little besides."""
    own_title = _plain(_without_path(title, fetch))
    if missing.title and missing.title != own_title and likeness(missing.title, own_title) < 0.8:
        return False
    runs = _runs(fetch, text)
    if _strange(missing.core, frozenset(runs)):
        return False
    besides = _share_outside(runs, missing.core)
    return besides <= missing.noise * 1.5 + (0.3 if missing.says else 0.03)


def _phrase(text: str) -> str:
    """The first words that say there is nothing; "" when there are none, or a quoting page only speaks of them."""
    low = text.lower()
    if not any(word in low for word in MISSING_WORDS):
        return ""
    for said in _PHRASE.finditer(text):
        before, after = text[max(said.start() - 1, 0) : said.start()], text[said.end() : said.end() + 1]
        if before not in _QUOTES and (not after or after in _GOES_ON or not _HAN.match(after)):
            return said[0]
    return ""


def _says_only(text: str, title: str) -> str:
    """Proof by words on a page that, its links and imprint apart, says nothing but that there is nothing."""
    if _ABOUT.search(title):
        return ""
    words, besides = "", 0
    for run in segments(without_links(text)):
        said = _phrase(run) if len(run) <= 80 and not words else ""
        if said:
            words = said
        elif not _IMPRINT.search(run):
            besides += len(run)
            if besides > 60:
                return ""
    return f"soft 404: says “{printable(words, 40)}” and nothing else" if words else ""


def _is_home(asked: str, home: str) -> bool:
    """Whether the home page was asked for, by any of its names: it is never "missing"."""
    if home and _key(asked) == _key(home):
        return True
    return _key(asked) == _key(_root(asked))


def _is_shallow(asked: str) -> bool:
    """Whether the address may be meant as a way in: one word without an ending, or an index by name."""
    path = urls.path(asked).strip("/")
    return bool(_ENTRY.fullmatch("/" + path)) or ("/" not in path and "." not in path and "?" not in asked)


def _sent_home(fetch: Fetch, home: str) -> str:
    """A deep address that ends at the home page, on a site that does not do so with every address."""
    if not fetch.hops or urls.authority(fetch.url) != urls.authority(home or fetch.url):
        return ""
    deep = urls.path(fetch.asked).strip("/").count("/") >= 1 or "." in urls.path(fetch.asked).rpartition("/")[2]
    same_site = urls.bare(urls.authority(fetch.asked)) == urls.bare(urls.authority(fetch.url))
    if deep and same_site and _key(fetch.url) == _key(home or _root(fetch.url)):
        return "redirected to the home page instead of the page asked for"
    return ""
