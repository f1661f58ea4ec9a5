"""The words of reports and mails in the reader's language, and its way of writing days and spans."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from monitor.model import RunInfo, Span

LANGUAGES = ("zh-CN", "en")
_QUOTED = re.compile("(“[^”]*”|「[^」]*」)")
_LETTERS = re.compile("[a-z]{3}")
_LONGEST = 1000
_MANY = 2
"""What is counted as where nothing is, or a fraction: it takes the general form."""


class _Silent(NullTranslations):
    """Says nothing of a key that the catalogue lacks, where gettext would say the key itself."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's phrases, each under its key, "section.key"."""

    language: str
    catalogue: NullTranslations
    """Says "" of a key that has no plurals."""
    single: Mapping[str, str]
    """The phrases without plurals, and the office's own: looked up here, for a large report says 160,000 phrases."""
    clauses: tuple[tuple[re.Pattern[str], str], ...] = ()
    """How the monitor's own English clauses are said; what is not among them stays."""

    @property
    def entries(self) -> dict[str, str]:
        """Every phrase by its key, of those with plurals the general form."""
        return {key if isinstance(key, str) else key[0]: phrase for key, phrase in _held(self.catalogue).items() if key}

    def say(self, key: str, **values: object) -> str:
        """The phrase under `key` with its places filled, in the plural form of `n`; KeyError when there is none."""
        phrase = self._phrase(key, values.get("n"))
        if not phrase:
            raise KeyError(key)
        return phrase.format(**values) if values else phrase

    def known(self, section: str, word: str) -> str:
        """A word of a section, or the word itself when there is no phrase for it."""
        return self._phrase(f"{section}.{word}", None) or word

    def _phrase(self, key: str, n: object) -> str:
        counted = n if isinstance(n, int) else _MANY
        return self.single.get(key) or self.catalogue.ngettext(key, key, counted)

    def clause(self, text: str) -> str:
        """Evidence or a reason in the reader's words; what stands between quotation marks is the page's own."""
        if not self.clauses:
            return text
        parts = _QUOTED.split(text[:_LONGEST])
        return "".join(part if number % 2 else _said(self.language, part) for number, part in enumerate(parts))

    def plain_day(self, day: date) -> str:
        """A day without its weekday."""
        return self.say("report.day", year=day.year, month=day.month, day=day.day)

    def day(self, day: date) -> str:
        """A day in full, with its weekday."""
        weekday = self.say(f"report.weekday_{day.isoweekday()}")
        return self.say("report.date", year=day.year, month=day.month, day=day.day, weekday=weekday)

    def short_day(self, day: date) -> str:
        """Month and day, for subjects."""
        return self.say("report.short_date", month=day.month, day=day.day)

    def limit(self, limit: Span | None, days: int | None) -> str:
        """A limit as it was set ("6 months"), else in days; "" when there is none."""
        if limit is not None:
            parts = (("years", limit.years), ("months", limit.months), ("days", limit.days))
            said = [self.say(f"columns.span_{name}", n=n) for name, n in parts if n]
            if said:
                return " ".join(said)
        return "" if days is None else self.say("columns.span_days", n=days)

    def over(self, days: int | None) -> str:
        """How far beyond its limit; "" when it is not known."""
        if days is None:
            return ""
        return self.say("columns.over_count", n=days) if days else self.say("columns.at_limit")

    def age(self, days: int, limit: str, over: int | None) -> str:
        """How long nothing came, with the limit and how far beyond it where there is one."""
        said = self.say("columns.age", n=days)
        if not limit or over is None:
            return said
        return self.say("columns.age_limit", days=said, limit=limit, over=self.over(over))

    def ran(self, run: RunInfo) -> str:
        """When the run began and ended and how long it took, in one sentence."""
        zone = run.finished_at.strftime("%z")
        return self.say(
            "trust.time",
            start=clock(run.started_at, run.today),
            finish=clock(run.finished_at, run.today),
            zone=self.say("report.bracket", text=f"UTC{zone[:3]}:{zone[3:5]}") if zone else "",
            span=self._lasted(run.finished_at - run.started_at),
        )

    def _lasted(self, span: timedelta) -> str:
        seconds = max(0, round(span.total_seconds()))
        if seconds >= 3600:
            return self.say("trust.hours", hours=seconds // 3600, minutes=seconds % 3600 // 60)
        if seconds >= 60:
            return self.say("trust.minutes", minutes=seconds // 60, seconds=seconds % 60)
        return self.say("trust.seconds", seconds=seconds)


def clock(moment: datetime, beside: date) -> str:
    """Hour and minute; with the day when that is not `beside`."""
    return moment.strftime("%H:%M" if moment.date() == beside else "%Y-%m-%d %H:%M")


def _held(catalogue: NullTranslations) -> dict[str | tuple[str, int], str]:
    """All of a catalogue, its own head under ""; plural forms by key and number, in order, the general one last."""
    held: dict[str | tuple[str, int], str] = vars(catalogue)["_catalog"]  # the library has no public way to list it
    return held


@lru_cache(maxsize=16)
def words(language: str, own: tuple[tuple[str, str], ...] = ()) -> Words:
    """The phrases for a language tag; any other Chinese reads zh-CN, all else English.

    `own`: key and phrase of those that the office words otherwise.
    """
    known = language if language in LANGUAGES else ("zh-CN" if language.lower().startswith("zh") else "en")
    folder = files("monitor").joinpath("locale")
    with folder.joinpath(f"{known}.mo").open("rb") as compiled:
        catalogue = GNUTranslations(compiled)
    catalogue.add_fallback(_Silent())
    clauses = folder.joinpath(f"{known}.clauses.toml")
    pairs = tomllib.loads(clauses.read_text(encoding="utf-8"))["clause"] if clauses.is_file() else ()
    return Words(
        language=known,
        catalogue=catalogue,
        single={key: phrase for key, phrase in _held(catalogue).items() if key and isinstance(key, str)} | dict(own),
        clauses=tuple((re.compile(pattern), phrase) for pattern, phrase in pairs),
    )


@lru_cache(maxsize=8192)
def _said(language: str, text: str) -> str:
    """The clauses replaced one after the other; kept, for a fleet says the same few things of thousands of links."""
    if not _LETTERS.search(text):
        return text
    for pattern, phrase in words(language).clauses:
        text = pattern.sub(phrase, text)
    return text
