"""What a home page says of its site: code, registrations, who answers for it, badges, search. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.model import NOWHERE, Identity, Sign
from monitor.page import scan
from monitor.page.badges import (
    POLICE_SITE,
    badge,
    error_entry,
    is_wordless,
    linked,
    script_footer,
    script_header,
    search,
    site_map,
    source_of,
)
from monitor.page.head import CENSUS_TAGS, tags_of
from monitor.page.read import MAX_BYTES, MAX_TAGS
from monitor.page.sweep import Sweep, sign, sweep
from monitor.page.tree import Root
from monitor.text import decode

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁蜀滇黔陇秦港澳台"
_NUMBER = r"\d(?: ?\d)"
_CODE = re.compile(
    r"(?:标 ?识 ?码|识 ?别 ?码)(?: ?编 ?号)? ?[:：]?\s{0,2}"
    rf"(?P<value>(?:bm|n)? ?(?:\d{{8,14}}|{_NUMBER}{{7,13}}))(?!\d)",
    re.IGNORECASE,
)
_CODE_LABEL = re.compile(r"(?:政 ?府 ?)?网 ?站 ?(?:标 ?识 ?码|识 ?别 ?码)")
_ICP = re.compile(
    rf"(?P<value>[{_PROVINCE}] ?ICP ?备 ?案? ?号? ?[:：]? ?(?:\d{{8,10}}|{_NUMBER}{{7,9}})(?!\d)"
    r" ?号?(?: ?[-－—] ?\d{1,3})?)",
    re.IGNORECASE,
)
_ICP_OTHER = re.compile(
    r"ICP ?(?:备|证|證|許可|许可)[^\n\d]{0,8}[\w-]{5,20}"
    rf"|(?<!公安)(?<!安机关)备案(?:序?号|编号|证号)? ?[:：] ?[{_PROVINCE}][^\n]{{6,24}}",
    re.IGNORECASE,
)
_POLICE = re.compile(
    rf"(?:(?P<place>[{_PROVINCE}]) ?公 ?网? ?安 ?(?:网 ?)?备 ?案?|公安(?:机关|部门|局|网)?(?:联网)?备案|网警备案)"
    rf"(?: ?编? ?号)? ?[:：]?\s{{0,2}}(?P<value>(?:\d{{11,16}}|{_NUMBER}{{10,15}}))(?!\d) ?号?"
)
_POLICE_LINK = re.compile(r"beian[^?#]{0,80}[?#][^?#]{0,80}?(?:record)?code=(\d{11,16})", re.IGNORECASE)
_MINISTRY = re.compile(r"(?:beian\.miit|miitbeian|miibeian|beian\.miit\.gov)", re.IGNORECASE)
_NAME = r"[^\n|｜丨┃<>]{2,80}"
_ORGANISER = re.compile(rf"主 ?办 ?(?:单 ?位|机 ?构|方)? ?[:：]\s{{0,2}}({_NAME})|主 ?办 ?单 ?位 ({_NAME})")
_CONTRACTOR = re.compile(rf"承 ?办 ?(?:单 ?位|机 ?构|方)? ?[:：]\s{{0,2}}({_NAME})|承 ?办 ?单 ?位 ({_NAME})")
_HAN_NAME = r"(?:^|(?<=[\s:：|©]))(?:由 ?)?([\u4e00-\u9fff·（）()“”]{4,40})"
_ORGANISED = re.compile(rf"{_HAN_NAME} ?主办(?=$|[\s，,;；|]|承办)", re.MULTILINE)
_CONTRACTED = re.compile(rf"{_HAN_NAME} ?承办(?=$|[\s，,;；|])", re.MULTILINE)
_OWNER = re.compile(r"版 ?权 ?所 ?有")
_OWNER_AFTER = re.compile(rf" ?(?:(?P<mark>[:：]|©|\(c\)|（c）)| )[\s\d©–-]{{0,14}}(?P<name>{_NAME})", re.IGNORECASE)
_LEAD = re.compile(rf"^(?:[\d\s–—-]+|(?:备案号[:：] ?)?[{_PROVINCE}] ?I[CP]{{2}} ?备[^号]{{6,14}}号(?:-\d+)? )+")
_NO_NAME = re.compile(r"未 ?经|禁止|请勿|不得|转载|违者|翻版")
_NAME_ENDS = re.compile(
    r"主 ?办|承 ?办|协 ?办|版权所有|主管(?:单位|部门)?[:：]|管理单位|技术(?:支持|维护|保障)|运行维护|建议(?:使用|您)"
    r"|(?:(?:运维|运营|建设|开发|制作|维护|设计|保障)[及和、]?){1,3}(?:单位|[:：])|网站(?:邮箱|标识|地图|管理|维护|备案|声明)|政府网站|标识码"
    r"|地 ?址|电 ?话|联系(?:电话|我们|方式|地址|人|邮箱|信箱)|邮 ?编|邮 ?箱|邮政编码|传 ?真|热线(?:电话|[:：])"
    rf"|备案(?:序|编|号|[:：])|[{_PROVINCE}] ?(?:ICP|公网)|ICP|copyright|©|all rights|\btel\b|[。；;]| [-—] ",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"^.{0,40}(?:copyright|©|\(c\))[^\u4e00-\u9fff]{0,40}", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_PHONE = re.compile(r"(?<!支持)(?:电 ?话|热 ?线|tel) ?[:：]?\s{0,2}([\d+(（][\d ()（）+—–－-]{5,30}\d)", re.IGNORECASE)
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}(?:@|＠|\(at\)|\[at\])[A-Za-z0-9-]{1,40}\.[A-Za-z0-9.-]{2,40}"
)
_ADDRESS = re.compile(r"地 ?址 ?[:：]\s{0,2}((?:(?!邮 ?编|邮政|电 ?话|传 ?真)[^\s|｜丨]){4,60})")
_CONTACT_LINK = re.compile(r"联系(?:我们|方式|网站|本站)|contact(?: us)?", re.IGNORECASE)
_LONGEST_LINE = 80
"""Letters of a line of a page's foot; a longer one is a sentence about something else."""
_BEFORE_FOOT = 6
"""Lines before the first mark that still belong to the foot of a page: a badge, a menu."""
_NO_MARKS_FOOT = 12
"""Lines at the end of a page that are its foot, where no mark tells."""


def identify(body: bytes, url: str, *, content_type: str = "") -> Identity:
    """What the bytes of a home page show of their site. Never raises on any bytes; nothing is fetched or run.

    What belongs to the look and not to the page (`seconds`, `ipv6`) and what is counted on other pages is left open.
    """
    whole = len(body) <= MAX_BYTES and body.count(b"<") <= MAX_TAGS
    if not whole:
        body = b"<".join(body[:MAX_BYTES].split(b"<", MAX_TAGS)[:MAX_TAGS])
    decoded = decode(body, content_type)
    root, _ = scan.root_of(decoded.text)
    seen = sweep(root)
    text = seen.text()
    scripts = [(thing, source_of(thing)) for thing in seen.of("script")]
    code, icp, police = _code(text), _icp(seen, text), _police(seen, text)
    owner = _owner(text)
    foot = _foot_begins(seen, text, [code, icp, police, owner])
    organiser = _labelled(_ORGANISER, text, foot) or _named(_ORGANISED, text[foot:])
    contractor = _labelled(_CONTRACTOR, text, foot) or _named(_CONTRACTED, text[foot:])
    contact = _contact(seen, text, foot, url)
    tags = tags_of(root)
    foot_line = seen.line_at(foot)
    marks = sum(mark.evidence != "" for mark in (code, icp, police, owner, organiser))
    return Identity(
        url=url,
        site_code=code,
        icp=icp,
        police=police,
        organiser=organiser,
        owner=owner,
        contractor=contractor,
        contact=contact,
        badge=badge(seen, scripts),
        error_entry=error_entry(seen, scripts, text),
        site_map=site_map(seen, url),
        search=search(seen, url),
        tags=tags,
        empty_tags=_empty_tags(root, tags),
        script_header=script_header(seen, scripts),
        script_footer=script_footer(seen, scripts, decoded.text, marks),
        wordless_images=sum(is_wordless(image) for image in seen.of("img") if image.line >= foot_line),
        in_part=seen.cut or not whole,
    )


def _last(pattern: re.Pattern[str], text: str, begin: int = 0) -> re.Match[str] | None:
    """The last place on the page that the pattern fits: a page's foot stands at its end."""
    found = None
    for match in pattern.finditer(text, begin):
        found = match
    return found


def _code(text: str) -> Sign:
    match = _last(_CODE, text)
    if match is not None:
        return sign(match["value"].replace(" ", ""), match[0], "text")
    label = _last(_CODE_LABEL, text)
    return sign("", label[0], "text", sure=False) if label else NOWHERE


def _icp(seen: Sweep, text: str) -> Sign:
    match = _last(_ICP, text)
    if match is not None:
        return sign(re.sub(r"\s", "", match["value"]), match[0], "text")
    other = _last(_ICP_OTHER, text)
    if other is not None:
        return sign("", other[0], "text", sure=False)
    link = next((t for t in seen.of("a") if _MINISTRY.search(t.attr("href"))), None)
    return sign("", f"{link.said()} {link.attr('href')}", "link", sure=False) if link else NOWHERE


def _police(seen: Sweep, text: str) -> Sign:
    match = _last(_POLICE, text)
    if match is not None:
        value = match["value"].replace(" ", "")
        return sign(f"{match['place']}公网安备{value}号" if match["place"] else value, match[0], "text")
    links = [t for t in seen.of("a") if POLICE_SITE.search(t.attr("href"))]
    for link in links:
        numbered = _POLICE_LINK.search(link.attr("href"))
        if numbered:
            return sign(numbered[1], link.attr("href"), "link")
    return sign("", f"{links[0].said()} {links[0].attr('href')}", "link", sure=False) if links else NOWHERE


def _owner(text: str) -> Sign:
    match = _last(_OWNER, text)
    if match is None:
        return NOWHERE
    before = re.split(r"[\n|｜丨:：]", text[max(0, match.start() - 80) : match.start()])[-1]
    shown = sign(_name(_COPYRIGHT.sub("", before)), before + match[0], "text")
    after = _OWNER_AFTER.match(text, match.end())
    if after is None or (shown.value and not after["mark"]):
        return shown
    name = _name(after["name"])
    told = name and not _NO_NAME.search(name)
    return sign(name, match[0] + _as_far_as(name, after, "name"), "text") if told else shown


def _name(written: str) -> str:
    """A body's name as far as it goes: what follows it on the line is cut."""
    end = _NAME_ENDS.search(written)
    name = (written[: end.start()] if end else written).strip(" :：,，、-—.()（）@\u3000")
    name = _LEAD.sub("", name)
    if re.fullmatch(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff])+", name):
        name = name.replace(" ", "")
    return name if _HAN.search(name) or len(name) > 6 else ""


def _as_far_as(name: str, match: re.Match[str], group: int | str) -> str:
    """What was matched, up to the end of the name in it."""
    end = match.start(group) - match.start() + match[group].find(name) + len(name) if name else None
    return match[0][:end]


def _labelled(pattern: re.Pattern[str], text: str, foot: int) -> Sign | None:
    """A name behind its label; one above the foot of the page may belong to a piece of news."""
    best: Sign | None = None
    for match in pattern.finditer(text):
        group = 1 if match[1] else 2
        name = _name(match[group])
        if name:
            best = sign(name, _as_far_as(name, match, group), "text", sure=match.start() >= foot)
    return best


def _named(pattern: re.Pattern[str], text: str) -> Sign:
    """A name before its word: ××市人民政府主办."""
    found = NOWHERE
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - _LONGEST_LINE) : match.start()].rpartition("\n")[2]
        after = text[match.end() : match.end() + _LONGEST_LINE].partition("\n")[0]
        if len(before) + len(match[0]) + len(after) <= _LONGEST_LINE:
            found = sign(match[1], match[0], "text")
    return found


def _foot_begins(seen: Sweep, text: str, marks: Iterable[Sign]) -> int:
    """The place in the text where the foot of the page begins: a little before the first of the marks found last."""
    last = len(seen.lines)
    lines = []
    for mark in marks:
        at = text.rfind(mark.evidence.rstrip("…")) if mark.evidence and mark.where == "text" else -1
        if at >= 0:
            lines.append(seen.line_at(at))
    near = [line for line in lines if line >= max(lines) - 40] if lines else []
    return seen.offset_of(min(near) - _BEFORE_FOOT if near else last - _NO_MARKS_FOOT)


def _contact(seen: Sweep, text: str, foot: int, url: str) -> Sign:
    for pattern in (_PHONE, _MAIL):
        match = _last(pattern, text, foot)
        if match is not None:
            return sign(match[1] if pattern is _PHONE else match[0], match[0], "text")
    for link in seen.of("a"):
        if link.attr("href").lower().startswith("mailto:"):
            return sign(link.attr("href")[7:], link.attr("href"), "link")
    for link in seen.of("a", "area"):
        if _CONTACT_LINK.fullmatch(link.said().strip(" |·[]【】")):
            return linked(link, url)
    match = _last(_ADDRESS, text, foot)
    return sign(match[1], match[0], "text") if match else NOWHERE


def _empty_tags(root: Root, tags: dict[str, str]) -> frozenset[str]:
    named = (CENSUS_TAGS.get(node.attrs.get("name", "").strip().lower()) for node in root.find("meta"))
    return frozenset(name for name in named if name and name not in tags)
