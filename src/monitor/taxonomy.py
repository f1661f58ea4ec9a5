"""Which class a column belongs to, and what it holds, by its name. The tables are data: columns.toml, service.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from monitor import days
from monitor.model import ColumnClass, ServiceKind, Span

_GAPS = re.compile(r"[\s\u3000·•|/\\,，、:：()（）\[\]【】《》“”\"'-]+")
_PATH = re.compile(r"\s*[>›»→]+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """The class of a column, its limit, and why."""

    klass: ColumnClass
    limit: Span | None
    """None: the class is not judged by age."""
    basis: str
    own: bool = False
    """Whether the limit is its name's own, not that of its class."""


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    sort: Sort


def fold(name: str) -> str:
    """A column's name without gaps and case: 「首　页」 and 「首页」 are one."""
    return _GAPS.sub("", name).lower()


def sort_of(path: str) -> Sort:
    """The class of a column named by its path ("财政信息 > 通知"), by the most specific name in it.

    The column's own name counts first. Where it says nothing, or only a short word that many names
    share, its parents' count too, and the longer limit holds: "新闻动态 > 网信工作" is no news by its
    parent's name alone. Without a match: the default class (one year, the usual local practice).
    """
    segments = [fold(s) for s in _PATH.split(path) if fold(s)]
    if not segments:
        return _default()
    leaf, parents = segments[-1], segments[-2::-1]
    own = _longest(leaf, _names())
    if own is not None:
        return own
    weak = _longest(leaf, _weak_names())
    above = next((found for parent in parents if (found := _longest(parent, _names())) is not None), None)
    by_itself = weak or _default()
    return by_itself if above is None else max(above, by_itself, key=_leniency)


def class_limit(klass: ColumnClass) -> Span | None:
    """The limit of a class by itself; None when it is not judged by age."""
    return _class_limits()[klass]


def kind_of(path: str) -> ServiceKind | None:
    """What letters, interviews, guides or papers a column named by its path holds; None for any other column.

    The column's own name counts first; where it says nothing, the nearest of its parents that does.
    """
    for segment in reversed([fold(s) for s in _PATH.split(path) if fold(s)]):
        words = _kind_words()
        told = {name for name, known in words.items() if any(word in segment for word in known)}
        if told:
            return _kind(told)
    return None


def _kind(told: set[str]) -> ServiceKind | None:
    """One kind of all that the words of a name tell: what is excepted or only about letters holds none."""
    for kind in (ServiceKind.INTERPRETATION, ServiceKind.INTERVIEW, ServiceKind.SURVEY):
        if kind in told:
            return kind
    if ServiceKind.CONSULTATION in told:
        if "excepted" in told or "about" in told:
            return None
        return ServiceKind.MIXED if "complaint" in told else ServiceKind.CONSULTATION
    if told & {"excepted", "complaint"}:
        return None
    return next((kind for kind in (ServiceKind.GUIDE, ServiceKind.POLICY) if kind in told), None)


@cache
def _kind_words() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads(files("monitor.data").joinpath("service.toml").read_text(encoding="utf-8"))
    return {name: tuple(map(fold, row["words"])) for name, row in table["kind"].items()}


def _longest(name: str, known: tuple[_Name, ...]) -> Sort | None:
    found = [n for n in known if n.folded in name and (not n.folded.isascii() or n.folded == name)]
    return max(found, key=lambda n: len(n.folded)).sort if found else None


def _leniency(sort: Sort) -> int:
    limit = sort.limit
    return 100_000 if limit is None else limit.days + 30 * limit.months + 365 * limit.years


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("monitor.data").joinpath("columns.toml").read_text(encoding="utf-8"))


@cache
def _class_limits() -> dict[ColumnClass, Span | None]:
    return {klass: days.span(_table()["class"][klass].get("limit", "")) for klass in ColumnClass}


@cache
def _names() -> tuple[_Name, ...]:
    return _read("row")


@cache
def _weak_names() -> tuple[_Name, ...]:
    return _read("weak")


def _read(section: str) -> tuple[_Name, ...]:
    rows: list[dict[str, Any]] = _table()[section]
    return tuple(
        _Name(
            fold(name),
            Sort(
                klass=ColumnClass(row["class"]),
                limit=days.span(row["limit"]) if "limit" in row else class_limit(ColumnClass(row["class"])),
                basis=f"named 「{name}」",
                own="limit" in row,
            ),
        )
        for row in rows
        for name in row["names"]
    )


def _default() -> Sort:
    klass = ColumnClass(_table()["default"]["class"])
    return Sort(klass=klass, limit=class_limit(klass), basis="no known name: the default class")
