"""Plays a month of the made-up city day by day by the real path, and holds all that became of its faults against what
should have become of them. By hand: `python3 dev.py month [DAYS [FOLDER]]`; a small one stands among the tests."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lives import Act, Key, Life, Lived, is_workday, lives, meant
from monitor import clerk, config, demo, run, urls
from monitor.demo.story import STORY, Deed
from monitor.model import Event, Fleet, Notice, Report, Step
from monitor.notices import Refused
from monitor.store import Store

BUILT = date(2026, 9, 14)
"""A Monday; a Sunday that is worked, Mid-Autumn, National Day and a Saturday that is worked lie within a month of it."""
LOOK, DESK = timedelta(hours=2, minutes=30), timedelta(hours=10)
"""When the day's run begins, and when people do things."""
ACTS = (
    Act(on=2, step="acknowledged", site="wlj", kind="stale column", path="/photo/", why="签收单"),
    Act(on=2, step="waived", site="www", kind="stale column", path="/ghjh/", until=16, why="机构改革"),
    Act(on=3, step="disputed", site="nyj", kind="stale column", path="/mtbd/", why="栏目已并入工作动态"),
    Act(on=8, step="upheld", site="nyj", kind="stale column", path="/mtbd/", who="李四", why="栏目仍在导航中"),
    Act(on=4, step="withdrawn", site="rsj", kind="stale column", path="/zkxx/", who="李四", why="本年不招考"),
    Act(on=4, step="claimed fixed", site="sfj", kind="stale column", path="/gzdt/", why="已更新"),
    Act(on=5, step="claimed fixed", site="zrj", kind="dead link", path="/upload/gone.pdf", why="附件已重新上传"),
)
ENDS = {
    ("wlj", "stale column", "/photo/"): "09-18 closed in time",
    ("wlj", "dead link", "/images/festival.jpg"): "09-19 closed in time",
    ("wlj", "blank column", "/notice/"): "09-25 dismissed",
    ("gxj", "dead link", "/art/2018/5/4/art_9_999.html"): "10-09 reminded +0",
    ("zjj", "dead link", "/go/loop.html"): "09-19 closed in time",
    ("zjj", "dead link", "/go/nowhere.html"): "09-19 closed in time",
    ("zrj", "dead link", "/upload/gone.pdf"): "09-20 closed in time",
    ("zrj", "dead link", "/upload/gone.xls"): "09-20 closed in time",
    ("nyj", "blank column", "/zbgg/"): "09-21 closed in time",
    ("mzj", "stale column", "/shjz/"): "09-24 closed late",
    ("wjw", "dead link", "/zt/jkzg/"): "09-26 closed in time",
    ("gaj", "unreachable site", "/"): "09-23 closed in time",
    ("www", "stale column", "/ghjh/"): "10-12 reminded +0",
    ("rsj", "stale column", "/zkxx/"): "09-18 withdrawn",
    ("czj", "stale column", "/list.asp?"): "10-12 escalated",
}
"""How the stories of the month end that are told for their sake, by hand."""

Say = Callable[[str], None]
Evening = Callable[[Fleet, date], None]
"""What else is done when a day's run is over, such as posting its mail."""


@dataclass(slots=True)
class Played:
    """The days that were played."""

    truths: list[dict[str, Any]] = field(default_factory=list)
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    wrong: list[str] = field(default_factory=list)
    """What was not as it should be."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is played."""

    days: int
    portals: tuple[str, ...] = ()
    """Only these are watched; all where empty."""
    story: tuple[Deed, ...] = STORY
    acts: tuple[Act, ...] = ACTS


def play(script: Script, folder: Path, say: Say, evening: Evening = lambda _fleet, _day: None) -> Played:
    """Every day of the script, one after the other, over one history below the folder."""
    played, ports = Played(), dict[str, int]()
    for count in range(script.days):
        day, begun = BUILT + timedelta(days=count), time.monotonic()
        with _town(script, day, ports) as served:
            ports = served.ports
            (folder / "sites.yaml").write_text(demo.sites_yaml(served, folder), encoding="utf-8")
            fleet = config.load(folder / "sites.yaml")
            truth = demo.truth(served)
            played.truths.append(truth)
            report = look(fleet, day)
            played.wrong += [f"{day}: {clause}" for clause in _said_wrongly(truth, report)]
        with run.history(fleet) as store:
            for act in script.acts:
                if act.on == count:
                    played.wrong += do(store, fleet, act, day)
            before, played.events, played.notices = len(played.events), store.events(), store.notices()
        evening(fleet, day)
        say(
            f"{day:%a %m-%d}{'' if is_workday(day) else ' (off)'}: {len(report.violations)} violations, {time.monotonic() - begun:.1f} s"
        )
        for line in diary(played.events[before:]):
            say(f"    {line}")
    return played


@contextlib.contextmanager
def _town(script: Script, day: date, ports: Mapping[str, int]) -> Iterator[demo.Served]:
    city = demo.city(day, BUILT, script.story)
    quick = tuple(replace(p, draft=replace(p.draft, delay=0.0)) for p in city.portals)
    with demo.serve(replace(city, portals=quick), ports) as whole:
        watched = tuple(p for p in whole.city.portals if not script.portals or p.draft.id in script.portals)
        yield replace(whole, city=replace(whole.city, portals=watched))


def look(fleet: Fleet, day: date) -> Report:
    """The daily run of a day, begun at the office's half past two."""
    begun = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(fleet.timezone)) + LOOK
    started = time.monotonic()

    def now() -> datetime:
        return begun + timedelta(seconds=time.monotonic() - started)

    fleet = replace(fleet, crawl=replace(fleet.crawl, second_look=0.05))
    return asyncio.run(run.crawl_fleet(fleet, today=day, now=now, stop=asyncio.Event(), watch=run.Watch()))


def _said_wrongly(truth: dict[str, Any], report: Report) -> list[str]:
    found = demo.compare(truth, report)
    held = [f"the run was held: {report.run.held}"] if report.run.held else []
    return [*held, *found.missed, *found.wrong]


def do(store: Store, fleet: Fleet, act: Act, day: date) -> list[str]:
    """What a person does, by the function behind `monitor notices`; why it was refused."""
    assert fleet.notices is not None
    at = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(fleet.timezone)) + DESK
    case = next(case for case in store.book().cases if meant(act, case.key))
    until = BUILT + timedelta(days=act.until) if act.until else None
    done = clerk.done(
        store,
        fleet.notices,
        Step(act.step),
        case.notice,
        who=act.who,
        why=act.why,
        at=at,
        points=(case.point,),
        until=until,
    )
    return [f"{day}: {act.step} of {case.notice} was refused: {done.why}"] if isinstance(done, Refused) else []


_MANY = frozenset((Step.OBSERVED, Step.CONFIRMED, Step.ISSUED, Step.REMINDED, Step.ESCALATED))


def diary(events: Iterable[Event]) -> Iterator[str]:
    """What happened on a day in short lines: what happens to many is counted, the rest is named."""
    counted: Counter[str] = Counter()
    notices = defaultdict[str, set[str]](set)
    named = []
    for event in events:
        if event.step in _MANY:
            step = f"{event.step} {event.level:+}" if event.step is Step.REMINDED else event.step.value
            counted[step] += 1
            notices[step].add(event.notice)
        else:
            due = f", due {event.due:%m-%d}" if event.due else ""
            place = f"{event.notice}.{event.point}" if event.notice else "no notice"
            why = f" ({event.why})" if event.step is Step.CLOSED or event.who != "monitor" else ""
            named.append(f"{place} {event.site} {event.kind} {urls.path(event.url)}: {event.step}{due}{why}")
    for step, count in counted.items():
        of = f" of {len(notices[step])} notices" if notices[step] != {""} else ""
        yield f"{step}: {count}{of}"
    yield from sorted(named)


def judge(played: Played, script: Script) -> list[str]:
    """Where what happened differs from what should have happened."""
    expected = lives(played.truths, script.acts)
    found = defaultdict[Key, list[Lived]](list)
    for event in played.events:
        found[event.site, event.kind, urls.same_page(event.url)].append(_lived(event))
    free = {key for key in found if key not in expected and _is_free(key, played.truths)}
    wrong = [f"nobody planted {' '.join(key)}: {_told(found[key])}" for key in found if key not in {*expected, *free}]
    for key, life in expected.items():
        if found[key] != life.told:
            wrong.append(f"{' '.join(key)}\n    should be: {_told(life.told)}\n    is:        {_told(found[key])}")
    return [*wrong, *_numbers(played)]


def _lived(event: Event) -> Lived:
    word = event.why.removeprefix("re-checked, ") if event.step is Step.CLOSED else ""
    return Lived(event.day, event.step.value, event.due, event.level, word)


def _told(told: Iterable[Lived]) -> str:
    return "; ".join(map(str, told)) or "nothing"


def _is_free(key: Key, truths: Iterable[Mapping[str, Any]]) -> bool:
    """Whether it is free to a monitor what it calls this link."""
    links = (
        (site["id"], "dead link", urls.same_page(link["url"]))
        for truth in truths for site in truth["sites"] for link in site["links"] if len(link["states"]) > 1
    )  # fmt: skip
    return key in set(links)


def _numbers(played: Played) -> Iterator[str]:
    """What is wrong with the numbers: gaps, two units in one, one unit in two of a day, a case that changed its own."""
    serials = sorted(notice.serial for notice in played.notices)
    if serials != list(range(1, len(serials) + 1)):
        yield f"the serials have gaps: {serials}"
    of_day = Counter((notice.issued_on, notice.unit) for notice in played.notices)
    yield from (f"{unit} has {count} notices of {day}" for (day, unit), count in of_day.items() if count > 1)
    points = defaultdict[str, list[int]](list)
    numbers = defaultdict[Key, set[str]](set)
    for event in played.events:
        if event.step is Step.ISSUED:
            points[event.notice].append(event.point)
        if event.notice:
            numbers[event.key].add(event.notice)
    yield from (f"{number} has the points {of}" for number, of in points.items() if of != list(range(1, len(of) + 1)))
    yield from (f"{' '.join(key)} has the numbers {of}" for key, of in numbers.items() if len(of) > 1)
    yield from (
        f"{n.number} has {n.points} points, {len(points[n.number])} issued"
        for n in played.notices
        if n.points != len(points[n.number])
    )


def endings(lived: Mapping[Key, Life], wanted: Mapping[tuple[str, str, str], str]) -> list[str]:
    """Where the last thing that should have happened to a case is not what was written down for it by hand."""
    wrong = []
    for (site, kind, path), end in wanted.items():
        told = next(life.told for key, life in lived.items() if key[:2] == (site, kind) and path in key[2])
        if str(told[-1]) != end:
            wrong.append(f"{site} {kind} {path} should end with {end}, not {told[-1]}")
    return wrong


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _list(played: Played) -> None:
    last = {event.key: event for event in played.events if event.notice}
    for notice in sorted(played.notices, key=lambda one: one.serial):
        states = Counter(event.step.value for event in last.values() if event.notice == notice.number)
        said = ", ".join(f"{count} {step}" for step, count in sorted(states.items()))
        _tell(
            f"{notice.number} {notice.unit_name}: issued {notice.issued_on}, due {notice.due}, {notice.points} points; {said}"
        )


def main(words: Sequence[str]) -> int:
    """Play as many days as the first word says (30), in the folder that the second names or in none that stays."""
    script = Script(days=int(words[0]) if words else 30)
    with contextlib.ExitStack() as stack:
        folder = Path(words[1]) if len(words) > 1 else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        played = play(script, folder.resolve(), _tell)
    _list(played)
    wrong = [*played.wrong, *judge(played, script)]
    if script.days == 30:
        wrong += endings(lives(played.truths, script.acts), ENDS)
    for clause in wrong:
        _tell(f"WRONG {clause}")
    _tell(f"{script.days} days, {len(played.notices)} notices, {len(played.events)} events, {len(wrong)} differences")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
