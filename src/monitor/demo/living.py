"""The city on the days after it was built: what lives is published, what sleeps gets older, and offices react."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from monitor.demo import files, shell
from monitor.demo.column import numbered
from monitor.demo.plan import Answer, Draft, Entry, Leaf, Plant, Section, base, months_back
from monitor.demo.story import Asleep, Broken, Deed, Down, Emptied, Redated, Repaired, Unlinked, Woken

_DAYS = {"A": 14, "L": 30}
_MONTHS = {"B": 6, "C": 12}
_WARNED = {"A": 10, "B": 160, "C": 335}
"""The age in days from which a column of a class is due soon, where neither its limit nor its warning is its own."""
_PORTAL = "www"
"""Its home page leads to every other."""


def stand(drafts: Iterable[Draft], built: date, today: date, story: tuple[Deed, ...]) -> tuple[Draft, ...]:
    """The portals as they stand on `today`, from what they were when they were `built`; never earlier.

    No item changes its day, its address or its title, but for those that the story re-dates.
    """
    standing = []
    for draft in drafts:
        mine = [deed for deed in story if deed.site == draft.id]
        lived = replace(draft, today=today, sections=tuple(_lived(s, built, today, mine) for s in draft.sections))
        for deed in mine:
            lived = _done(lived, deed, built, today)
        standing.append(lived)
    away = [d for d in story if isinstance(d, Down) and d.on <= (today - built).days < d.until]
    return tuple(_led(draft, away, built) if draft.id == _PORTAL else draft for draft in standing)


def _lived(section: Section, built: date, today: date, deeds: Iterable[Deed]) -> Section:
    """A column with what was published since, its newest day, and the verdict that it deserves by now."""
    section, woken = numbered(section), False
    first = built + timedelta(days=1) if section.verdict == "fresh" else None
    for deed in deeds:
        if isinstance(deed, Asleep) and deed.path == section.path:
            first = None
        elif isinstance(deed, Woken) and deed.path == section.path and deed.on <= (today - built).days:
            first, woken = built + timedelta(days=deed.on), True
    if first is not None and (woken or section.newest is not None):
        section = _published(section, _days(section, first, today, woken=woken))
    shown = [entry.day for entry in section.entries if entry.day is not None and entry.day <= today]
    if not shown or (section.newest is None and not woken):
        return section
    newest = max(shown)
    section = replace(section, newest=newest, why=f"newest {(today - newest).days} days old")
    return section if section.verdict == "unknown" else replace(section, verdict=by_age(section, newest, today))


def _days(section: Section, first: date, today: date, *, woken: bool) -> Iterator[date]:
    """The days on which something is published, up to today: who wakes begins at once, the others keep their rhythm."""
    day = first
    if not woken and section.newest is not None:
        day += timedelta(days=(section.newest - first).days % section.step)
    while day <= today:
        yield day
        day += timedelta(days=section.step)


def _published(section: Section, days: Iterable[date]) -> Section:
    entries = section.entries
    count = len(entries)
    new = tuple(Entry(day=day, number=count + n) for n, day in enumerate(days))
    return replace(section, entries=(*entries[: section.lead], *reversed(new), *entries[section.lead :]))


def by_age(section: Section, newest: date, today: date) -> str:
    """How a column with an item of that day stands: its own limit or its class's, inclusive, by the calendar."""
    if section.limit:
        last = today - timedelta(days=int(section.limit.removesuffix(" days")))
    elif section.klass in _MONTHS:
        last = months_back(today, _MONTHS[section.klass])
    else:
        last = today - timedelta(days=_DAYS[section.klass])
    if newest <= last:
        return "stale"
    if section.warn:
        warned: float = int(section.warn.removesuffix(" days"))
    else:
        warned = 0.8 * (today - last).days if section.limit else _WARNED.get(section.klass, 0.8 * _DAYS["L"])
    return "due soon" if (today - newest).days >= warned else "fresh"


def _done(draft: Draft, deed: Deed, built: date, today: date) -> Draft:
    """The portal after a deed whose day has come; what concerns its columns' lives is told already."""
    since = (today - built).days
    match deed:
        case Emptied(path=path, on=on) if since == on:
            return _column(draft, path, _emptied)
        case Redated(path=path, on=on) if since >= on:
            return _column(draft, path, lambda section: _redated(section, built + timedelta(days=on)))
        case Repaired(on=on, again=again) if since >= on:
            if again is None or since < again:
                return _repaired(draft, deed.href)
            back = built + timedelta(days=again)
            plants = (replace(p, since=back) if p.href == deed.href else p for p in draft.plants)
            return replace(draft, plants=tuple(plants))
        case Unlinked(href=href, on=on) if since >= on:
            return _unlinked(draft, href)
        case Broken(on=on) if since >= on:
            return _broken(draft, deed, built + timedelta(days=on))
        case Down(on=on, until=until) if on <= since < until:
            return _away(draft)
    return draft


def _column(draft: Draft, path: str, change: Callable[[Section], Section]) -> Draft:
    return replace(draft, sections=tuple(change(s) if s.path == path else s for s in draft.sections))


def _emptied(section: Section) -> Section:
    why = "emptied by mistake, for a day"
    return replace(section, entries=(), newest=None, empty="暂无内容", verdict="blank", why=why)


def _redated(section: Section, day: date) -> Section:
    newest = max((e for e in section.entries if e.day), key=lambda e: e.day or day)
    entries = tuple(replace(e, day=day, first=e.day) if e is newest else e for e in section.entries)
    return replace(section, entries=entries, why=f"{section.why}; its newest item bears another day since {day}")


def _broken(draft: Draft, deed: Broken, day: date) -> Draft:
    plant = Plant(href=deed.href, states=("dead",), reason="404 for a new link in every footer", since=day)
    footer = f"{draft.footer} {shell.link(deed.href, deed.words)}"
    return replace(draft, footer=footer, plants=(*draft.plants, plant))


def _repaired(draft: Draft, href: str) -> Draft:
    draft = replace(draft, plants=tuple(p for p in draft.plants if p.href != href))
    if href.endswith((".html", "/")):
        leaf = Leaf(path=href, title="恢复的页面", main="<h1>恢复的页面</h1><p>本页面已恢复正常访问。</p>")
        return replace(draft, leaves=(*draft.leaves, leaf))
    picture = Answer(body=shell.picture("#2f6b1f", 320, 200), kind="image/png")
    return replace(draft, answers={**draft.answers, href: files.PDF if href.endswith(".pdf") else picture})


def _unlinked(draft: Draft, href: str) -> Draft:
    """The portal without the anchors that lead there, wherever a draft holds some; what stands in them stays."""
    anchor = re.compile(f'<a href="{re.escape(href)}">(.*?)</a>')

    def plain(section: Section) -> Section:
        return replace(section, entries=tuple(replace(e, extra=anchor.sub(r"\1", e.extra)) for e in section.entries))

    return replace(
        draft,
        sections=tuple(map(plain, draft.sections)),
        footer=anchor.sub(r"\1", draft.footer),
        aside=anchor.sub(r"\1", draft.aside),
        plants=tuple(p for p in draft.plants if p.href != href),
    )


def _away(draft: Draft) -> Draft:
    """The portal while it is down: nothing can be said of what stands on it."""
    why = "the site cannot be reached"
    sections = tuple(replace(s, verdict="unknown", newest=None, why=why, entries=()) for s in draft.sections)
    return replace(draft, listening=False, reach="unreachable", sections=sections, leaves=(), plants=(), innocents=())


def _led(draft: Draft, away: Iterable[Down], built: date) -> Draft:
    """The city's own portal, whose home page leads to sites that are down."""
    plants = tuple(
        Plant(
            href=base(deed.site) + "/",
            states=("failing",),
            reason="the portal is down: connection refused",
            since=built + timedelta(days=deed.on),
        )
        for deed in away
    )
    return replace(draft, plants=(*draft.plants, *plants))
