"""What becomes of each fault of a played month: told from the truth of each day, what people did, and a calendar.

Written by docs/notices.md for looks that are a day apart, and by nothing that the monitor computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from monitor import urls

Json = Mapping[str, Any]
Key = tuple[str, str, str]
"""Site, kind, address."""

OFF = frozenset(date(2026, 9, d) for d in (25, 26, 27)) | frozenset(date(2026, 10, d) for d in range(1, 8))
"""Mid-Autumn and National Day of 2026."""
WORKED = frozenset((date(2026, 9, 20), date(2026, 10, 10)))
"""The Sunday and the Saturday that were worked for them."""
DEADLINE, REMINDERS, REPEAT, ESCALATION = 5, (-2, 0, 5), 5, 10
_FAILING = 3
_WARNED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person does at ten in the morning of a day, when the day's look is over."""

    on: int
    """Days after the city was built."""
    step: str
    site: str
    kind: str
    path: str
    """Part of its address that no other has."""
    who: str = "王五"
    why: str = "来函"
    until: int | None = None
    """The last day of a waiver, as `on`."""


@dataclass(frozen=True, slots=True)
class Lived:
    """One thing that happened to a case."""

    day: date
    step: str
    due: date | None = None
    level: int | None = None
    word: str = ""
    """In time or late, where it was closed."""

    def __str__(self) -> str:
        more = (f"due {self.due:%m-%d}" if self.due else "", f"{self.level:+}" if self.level is not None else "")
        return " ".join(filter(None, (f"{self.day:%m-%d}", self.step, *more, self.word)))


def is_workday(day: date) -> bool:
    """Whether it is worked in the autumn of 2026."""
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to `end`; less than 0 when it comes first."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def workday_after(day: date, count: int) -> date:
    """The `count`-th working day after a day."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def faults(truth: Json) -> Iterator[tuple[Key, bool]]:
    """Every fault of a day, and whether it is sure how a perfect report calls it."""
    for site in truth["sites"]:
        if site["reach"] == "unreachable":
            yield (site["id"], "unreachable site", urls.same_page(site["url"])), True
        for column in site["columns"]:
            if column["judged"] and column["verdict"] in ("stale", "blank"):
                yield (site["id"], f"{column['verdict']} column", urls.same_page(column["url"])), True
        for link in site["links"]:
            key = (site["id"], "dead link", urls.same_page(link["url"]))
            if link["states"] == ["dead"] or _has_failed(link, truth):
                yield key, True
            elif "dead" in link["states"]:
                yield key, False
        for address in site["redated"]:
            yield (site["id"], "re-dated item", urls.same_page(address)), True


def _has_failed(link: Json, truth: Json) -> bool:
    days = (date.fromisoformat(truth["today"]) - date.fromisoformat(link["since"])).days + 1
    return link["states"] == ["failing"] and days >= _FAILING


def sight(key: Key, truth: Json, newest_known: str | None) -> str:
    """What the day's look shows of a fault: "bad", "good", "unseen" or "blind"."""
    if (key, True) in faults(truth):
        return "bad"
    site = next(one for one in truth["sites"] if one["id"] == key[0])
    if site["reach"] != "open":
        return "blind"
    if key[1].endswith("column"):
        column = next(one for one in site["columns"] if urls.same_page(one["url"]) == key[2])
        healthy = column["verdict"] in ("fresh", "due soon") and (column["newest"] or "") > (newest_known or "")
        return "good" if healthy else "unseen"
    if key[1] == "dead link" and key[2] in {urls.same_page(link["url"]) for link in site["links"]}:
        return "unseen"
    return "good"


def newest_of(key: Key, truth: Json) -> str | None:
    """The newest day of the column that a fault is about; None where it is about none."""
    columns = (c for site in truth["sites"] if site["id"] == key[0] for c in site["columns"])
    return next((column["newest"] for column in columns if urls.same_page(column["url"]) == key[2]), None)


@dataclass(slots=True)
class Life:
    """One case, told day by day."""

    key: Key
    told: list[Lived] = field(default_factory=list)
    stage: str = ""
    due: date = date.max
    newest: str | None = None
    good_since: date | None = None
    relapsed: bool = False
    claimed: bool = False
    pauses: set[str] = field(default_factory=set)
    paused_on: date = date.max
    waived_until: date | None = None
    warned: bool = False
    reminded: int = -DEADLINE
    escalated: bool = False

    def say(self, day: date, step: str, due: date | None = None, level: int | None = None, word: str = "") -> None:
        self.told.append(Lived(day, step, due, level, word))

    def look(self, day: date, truth: Json) -> None:
        """One look at it."""
        seen = sight(self.key, truth, self.newest)
        if self.stage in ("", "dismissed"):
            if seen == "bad":
                self.say(day, "observed")
                self.stage = "observed"
        elif self.stage == "observed":
            self._told_or_not(day, seen, truth)
        elif self.stage == "issued":
            self._pauses(day, seen)
            self._judge(day, seen)
            self._remind(day)
        elif self.stage == "closed":
            self._closed(day, seen, truth)

    def _told_or_not(self, day: date, seen: str, truth: Json) -> None:
        if seen == "good":
            self.say(day, "dismissed")
            self.stage = "dismissed"
        elif seen == "bad":
            self.say(day, "confirmed")
            self._issue(day, "issued", truth)

    def _issue(self, day: date, step: str, truth: Json) -> None:
        due = workday_after(day, DEADLINE)
        self.due = due if step == "issued" else max(due, self.due)
        self.stage, self.newest, self.reminded = "issued", newest_of(self.key, truth), -DEADLINE
        self.good_since, self.relapsed, self.claimed, self.escalated = None, False, False, False
        self.say(day, step, self.due, -DEADLINE)

    def pause(self, day: date, why: str) -> None:
        """Its clock stands from this day on."""
        if not self.pauses:
            self.paused_on = day
        self.pauses.add(why)

    def go_on(self, day: date, why: str) -> date | None:
        """A pause ends; the new deadline, if it was the last."""
        self.pauses.discard(why)
        if self.pauses:
            return None
        self.due = workday_after(self.due, workdays_between(self.paused_on, day))
        return self.due

    def _pauses(self, day: date, seen: str) -> None:
        if "suspended" in self.pauses and seen != "blind":
            self.say(day, "resumed", self.go_on(day, "suspended"))
        elif "suspended" not in self.pauses and seen == "blind":
            self.pause(day, "suspended")
            self.say(day, "suspended")
        if self.waived_until is not None and day > self.waived_until:
            self.waived_until = None
            self.say(day, "waiver ended", self.go_on(day, "waived"))
        elif self.waived_until is not None and not self.warned and self.waived_until - day <= _WARNED:
            self.warned = True
            self.say(day, "waiver ends soon")

    def _judge(self, day: date, seen: str) -> None:
        if seen == "good" and self.good_since is not None:
            self.say(day, "closed", word="in time" if self.good_since <= self.due else "late")
            self.stage, self.relapsed, self.pauses, self.waived_until = "closed", False, set(), None
        elif seen == "good":
            self.good_since = day
            self.say(day, "looked good once")
        elif seen == "bad":
            if self.good_since is not None:
                self.good_since, self.claimed = None, False
                self.say(day, "looked bad again")
            if self.claimed:
                self.claimed = False
                self.say(day, "claim refuted")

    def _remind(self, day: date) -> None:
        if self.stage != "issued" or self.pauses or self.good_since is not None:
            return
        late = workdays_between(self.due, day)
        levels = [level for level in REMINDERS if level <= late]
        levels += range(max(REMINDERS) + REPEAT, late + 1, REPEAT)
        if levels and levels[-1] > self.reminded:
            self.reminded = levels[-1]
            self.say(day, "reminded", level=self.reminded)
        if late >= ESCALATION and not self.escalated:
            self.escalated = True
            self.say(day, "escalated")

    def _closed(self, day: date, seen: str, truth: Json) -> None:
        if seen == "bad" and self.relapsed:
            self._issue(day, "reopened", truth)
        elif seen == "bad":
            self.relapsed = True
            self.say(day, "looked bad again")
        elif seen == "good" and self.relapsed:
            self.relapsed = False
            self.say(day, "looked good once")

    def act(self, day: date, act: Act, built: date) -> None:
        """What a person does to it."""
        match act.step:
            case "acknowledged":
                pass
            case "claimed fixed":
                self.claimed = True
            case "disputed":
                self.pause(day, "disputed")
            case "waived":
                self.pause(day, "waived")
                self.waived_until = built + timedelta(days=act.until or 0)
            case "withdrawn":
                self.stage = "withdrawn"
            case other:
                assert other == "upheld", other
        self.say(day, act.step, self.go_on(day, "disputed") if act.step == "upheld" else None)


def lives(truths: Sequence[Json], acts: Iterable[Act]) -> dict[Key, Life]:
    """The life of every fault that the days hold; those of which it is free what is said are left out."""
    built = date.fromisoformat(truths[0]["built"])
    known: dict[Key, Life] = {}
    free = {key for truth in truths for key, sure in faults(truth) if not sure}
    for truth in truths:
        day = date.fromisoformat(truth["today"])
        for key, _ in faults(truth):
            known.setdefault(key, Life(key=key))
        for life in known.values():
            life.look(day, truth)
        for act in acts:
            if built + timedelta(days=act.on) == day:
                mine = [life for key, life in known.items() if meant(act, key)]
                assert len(mine) == 1, f"{act} is about {len(mine)} faults"
                mine[0].act(day, act, built)
    return {key: life for key, life in known.items() if key not in free}


def meant(act: Act, key: Key) -> bool:
    """Whether an act is about a fault."""
    return (act.site, act.kind) == key[:2] and act.path in urls.same_page(key[2])
