"""Which policies have an interpretation (解读率): by links between their pages, or by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor import urls
from monitor.model import Paper

_QUOTED = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_NOTICE = re.compile(r"^.{0,40}?关于(?:公布|发布|印发|转发|修订印发|下发|实施|执行|同意|颁布)?")
_KIND = re.compile(r"的?(?:通知|公告|通告|决定|意见函|批复|函)$")
_NUMBER = re.compile(r"[〔\[(（【]?(?:19|20)\d\d[〕\])）】]?\s*\d{1,4}\s*号")
_ASIDE = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕]{0,12}[)）】\]〕]")
_ABOUT = re.compile(
    r"一图读懂|一图看懂|一图解读|图解|图文解读|文字解读|视频解读|音频解读|动漫解读|漫画解读|专家解读|媒体解读|部门解读|负责人解读|政策解读|文件解读|解读|政策问答|问答|答记者问|起草说明|编制说明|说明"
)
_EXPLAINS = re.compile(r"一图读懂|一图看懂|图解|解读|政策问答|答记者问|起草说明|编制说明")
_CHANGE = re.compile(r"修改|修订|废止|失效|补充|延长")
_WORDS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST = 6
"""Letters of a title's core below which it names too little to be recognised within another one."""
_ALIKE = 0.6
_PLACE = re.compile(r"[一-鿿]{1,12}(?:省|市|县|区|旗|州|盟|乡|镇|人民政府|办公室|办公厅|局|委员会|厅)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A policy and its interpretation, and by what they belong together."""

    policy: Paper
    interpretation: Paper
    by: str
    """"link", "title" or, where a person must look, "alike"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How many of the policies are interpreted. The counts are of policies, each title once."""

    pairs: tuple[Pair, ...]
    uncertain: tuple[Pair, ...]
    """Policies without a sure pair that may have one."""
    unpaired: tuple[Paper, ...]

    @property
    def total(self) -> int:
        """How many policies there are."""
        return len(self.pairs) + len(self.uncertain) + len(self.unpaired)

    @property
    def least(self) -> float | None:
        """The share that is interpreted for sure; None without a policy."""
        return len(self.pairs) / self.total if self.total else None

    @property
    def most(self) -> float | None:
        """The share if every uncertain pair is one; None without a policy."""
        return (len(self.pairs) + len(self.uncertain)) / self.total if self.total else None


def is_interpretation(title: str) -> bool:
    """Whether a title says that it explains another paper."""
    return bool(_EXPLAINS.search(title))


def pair(policies: Iterable[Paper], interpretations: Iterable[Paper]) -> Pairing:
    """Give each policy the interpretation that its page links, that links it, or that names it.

    An interpretation among the policies counts as one. A title that is only alike, or names another year, is uncertain.
    """
    given = list(policies)
    papers = _once(one for one in given if not is_interpretation(one.title))
    readings = [*interpretations, *(one for one in given if is_interpretation(one.title))]
    named = [(one, list(dict.fromkeys(_cores(one.title)))) for one in readings]
    pairs: list[Pair] = []
    uncertain: list[Pair] = []
    unpaired: list[Paper] = []
    for paper in papers:
        found = _best(paper, named)
        if found is None:
            unpaired.append(paper)
        else:
            (uncertain if found.by == "alike" else pairs).append(found)
    return Pairing(pairs=tuple(pairs), uncertain=tuple(uncertain), unpaired=tuple(unpaired))


def _once(papers: Iterable[Paper]) -> list[Paper]:
    """A policy that stands in two columns is one; what its pages link is put together."""
    found: dict[str, Paper] = {}
    for one in papers:
        key = _plain(one.title)
        before = found.get(key)
        if not key:
            continue
        if before is None or (one.links and not before.links):
            found[key] = one
    return list(found.values())


def _best(paper: Paper, named: list[tuple[Paper, list[str]]]) -> Pair | None:
    own = urls.same_page(paper.url) if paper.url else ""
    cores = list(dict.fromkeys(_cores(paper.title)))
    alike: Pair | None = None
    for reading, _ in named:
        if (own and own in reading.links) or (reading.url and urls.same_page(reading.url) in paper.links):
            return Pair(policy=paper, interpretation=reading, by="link")
    for reading, names in named:
        likeness = max((_likeness(one, other) for one in cores for other in names), default="", key=_RANK.index)
        changes_one = bool(_CHANGE.search(paper.title)) != bool(_CHANGE.search(reading.title))
        if likeness == "title" and not changes_one:
            return Pair(policy=paper, interpretation=reading, by="title")
        if likeness and alike is None:
            alike = Pair(policy=paper, interpretation=reading, by="alike")
    return alike


_RANK = ("", "alike", "title")


def _likeness(one: str, other: str) -> str:
    """Whether two cores name the same paper: alike but for who issued it, or, uncertain, mostly alike."""
    if not one or not other:
        return ""
    if one == other:
        return "title" if len(one) >= _SHORTEST else "alike"
    years = set(_YEAR.findall(one)), set(_YEAR.findall(other))
    shorter, longer = sorted((one, other), key=len)
    if years[0] and years[1] and not years[0] & years[1]:
        return ""
    if len(shorter) >= _SHORTEST and longer.endswith(shorter) and years[0] == years[1]:
        return "title" if _PLACE.fullmatch(longer[: -len(shorter)]) else "alike"
    if len(shorter) >= _SHORTEST and shorter in longer:
        return "alike"
    same = _pairs(one) & _pairs(other)
    return "alike" if 2 * len(same) >= _ALIKE * (len(_pairs(one)) + len(_pairs(other))) else ""


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _cores(title: str) -> Iterator[str]:
    """What a title names: the papers in its outermost 《》, or itself without the words about it."""
    quoted = [_plain(name) for name in _QUOTED.findall(title[:300])]
    yield from quoted
    if not quoted:
        yield _plain(title)


def _plain(title: str) -> str:
    """A title without its number, its asides, the notice that carries it and the words that explain it."""
    text = _ASIDE.sub("", _NUMBER.sub("", title[:300]))
    text = _ABOUT.sub("", text)
    inner = _QUOTED.findall(text)
    if inner:
        text = max(inner, key=len)
    text = _KIND.sub("", text.strip())
    text = _NOTICE.sub("", text, count=1) if "关于" in text else text
    return _WORDS.sub("", _KIND.sub("", text)).rstrip("的")
