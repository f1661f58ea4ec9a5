"""The words by which letters and guides name their parts: data, made ready once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.model import Element, MessageState

_EDGES = "[\\s\u3000\xa0:：()（）\\[\\]【】<>《》「」{}|·•*#＊◆●■□▪、，。,.;；—_-]*"
_NUMBER = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}[、.．)）章节条]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}\s?[、.．)）])\s*"
)
_BLANKS = re.compile(r"[\s\u3000\xa0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """How letters name their days, their state and their answer."""

    asked: re.Pattern[str]
    """Matches what ends with the name of the day of a question (来信时间：)."""
    answered: re.Pattern[str]
    states: Mapping[str, MessageState]
    state_labels: frozenset[str]
    reply_labels: frozenset[str]
    title_labels: frozenset[str]


def bare(text: str) -> str:
    """Words without blanks, brackets, colons and a number before them: 「（三）办 理 依 据：」 gives 办理依据."""
    return _strip(_NUMBER.sub("", _BLANKS.sub(" ", text).strip(), count=1))


def _strip(text: str) -> str:
    return _BLANKS.sub("", re.sub(f"^{_EDGES}|{_EDGES}$", "", text))


@cache
def letter_words() -> LetterWords:
    """The words of service.toml for letters."""
    table: dict[str, Any] = _table("service.toml")["letter"]
    states = {word: MessageState(name.replace("_", " ")) for name, words in table["state"].items() for word in words}
    return LetterWords(
        asked=_day_of(table["asked"]),
        answered=_day_of(table["answered"]),
        states=states,
        state_labels=frozenset(table["state_labels"]),
        reply_labels=frozenset(table["reply_labels"]),
        title_labels=frozenset(table["title_labels"]),
    )


@cache
def element_words() -> Mapping[str, frozenset[Element]]:
    """Which categories of a guide a heading names."""
    found: dict[str, frozenset[Element]] = {}
    for row in _table("guides.toml")["element"]:
        for word in row["words"]:
            found[word] = found.get(word, frozenset()) | {Element(row["key"])}
    return found


@cache
def element_mentions() -> Mapping[Element, re.Pattern[str]]:
    """The words in running text that may tell a category; none for one that running text does not tell."""
    rows: list[dict[str, Any]] = _table("guides.toml")["element"]
    return {Element(row["key"]): re.compile("|".join(row["mention"])) for row in rows if row["mention"]}


def _day_of(words: list[str]) -> re.Pattern[str]:
    names = "|".join(r"\s*".join(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:{names})\s*的?\s*(?:时\s*间|日\s*期|時\s*間|时|于)\s*[\])】]?\s*[:：]?\s*[\[(（【]?\s*$")


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("monitor.data").joinpath(name).read_text(encoding="utf-8"))
