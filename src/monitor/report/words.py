"""The words of reports and mails in the reader's language, and its way of writing days and spans."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from monitor.model import RunInfo, Span

LANGUAGES = ("zh-CN", "en")
_QUOTED = re.compile("(“[^”]*”|「[^」]*」)")
_LETTERS = re.compile("[a-z]{3}")
_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's word list."""

    language: str
    entries: dict[str, str]
    """By "section.key"."""
    clauses: tuple[tuple[re.Pattern[str], str], ...] = ()
    """How the monitor's own English clauses are said; what is not among them stays."""

    def say(self, key: str, **values: object) -> str:
        """The phrase under `key` with its places filled; KeyError when the list lacks it."""
        if values.get("n") == 1 and f"{key}_one" in self.entries:
            key = f"{key}_one"
        phrase = self.entries[key]
        return phrase.format(**values) if values else phrase

    def known(self, section: str, word: str) -> str:
        """A word of a section, or the word itself when the list does not know it."""
        return self.entries.get(f"{section}.{word}", word)

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


@cache
def words(language: str) -> Words:
    """The word list for a language tag; any other Chinese reads zh-CN, all else English."""
    known = language if language in LANGUAGES else ("zh-CN" if language.lower().startswith("zh") else "en")
    folder = files("monitor").joinpath("locale")
    sections: dict[str, dict[str, str]] = tomllib.loads(folder.joinpath(f"{known}.toml").read_text(encoding="utf-8"))
    clauses = folder.joinpath(f"{known}.clauses.toml")
    pairs = tomllib.loads(clauses.read_text(encoding="utf-8"))["clause"] if clauses.is_file() else ()
    return Words(
        language=known,
        entries={f"{section}.{key}": phrase for section, list_ in sections.items() for key, phrase in list_.items()},
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
