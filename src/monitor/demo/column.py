"""Columns by the line: everything that the departments' files need to write one down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from monitor.demo.plan import Entry, Make, Section

STEP = {"A": 2, "B": 9, "C": 31, "L": 6}
COUNT = {"A": 12, "B": 9, "C": 6, "L": 8}


def column(
    path: str,
    name: str,
    klass: str,
    newest: date,
    verdict: str,
    why: str,
    *,
    count: int = 0,
    step: int = 0,
    extras: Mapping[int, str] | None = None,
    per_page: int = 20,
    make: Make | None = None,
    judged: bool = True,
) -> Section:
    """A column with rows from `newest` backwards; `extras` puts HTML at the end of the n-th article."""
    stride = step or STEP.get(klass, 20)
    entries = tuple(
        Entry(
            day=newest - timedelta(days=n * stride),
            extra=(extras or {}).get(n, ""),
        )
        for n in range(count or COUNT.get(klass, 6))
    )
    return Section(
        path=path, name=name, klass=klass, verdict=verdict, why=why, newest=newest, entries=entries,
        per_page=per_page, make=make, judged=judged, step=stride,
    )  # fmt: skip


def on_top(section: Section, *entries: Entry) -> Section:
    """The column with entries above its own; its newest date stays what it was."""
    return replace(section, entries=(*entries, *section.entries), lead=len(entries))


def numbered(section: Section) -> Section:
    """The column with a number for every entry that has none: its place."""
    entries = (e if e.number >= 0 else replace(e, number=n) for n, e in enumerate(section.entries))
    return replace(section, entries=tuple(entries))


def undated(section: Section, why: str, verdict: str = "unknown") -> Section:
    """The column with no date anywhere, neither in the list nor in its articles."""
    entries = tuple(replace(e, day=None) for e in section.entries)
    return replace(section, entries=entries, newest=None, verdict=verdict, why=why)


def blank(path: str, name: str, klass: str, empty: str) -> Section:
    """A column whose list stands and holds nothing; `empty` is what it says, "" when it says nothing."""
    why = "the list says that it is empty" if empty else "the list stands and has no rows"
    step = STEP.get(klass, 20)
    return Section(path=path, name=name, klass=klass, verdict="blank", why=why, empty=empty, step=step)


def plain(path: str, name: str, klass: str, main: str, why: str) -> Section:
    """A column that is one plain page and has no age."""
    return Section(path=path, name=name, klass=klass, verdict="unknown", why=why, main=main, judged=False)


def anchor(href: str, text: str) -> str:
    """A paragraph with one link, for the end of an article."""
    return f'<p>相关链接：<a href="{href}">{text}</a></p>\n'
