"""Notices, their cases, and the events that nothing ever changes: rows and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from monitor.model import Book, Case, Changes, Event, Evidence, Notice, Parent, Place, Span, Stage, Step
from monitor.store.door import Database

_EVIDENCE_DAYS = ("newest", "first_seen", "day")
_CASE = tuple(field.name for field in fields(Case))
_EVENT = tuple(field.name for field in fields(Event))
_NOTICE = tuple(field.name for field in fields(Notice))


def read_book(db: Database) -> Book:
    """All cases and how far the notices are counted; the version first, so that none is missed unnoticed."""
    version = _version(db)
    serials = db.rows("SELECT year, max(serial) FROM notice GROUP BY year ORDER BY year")
    rows = db.rows(f"SELECT {', '.join(_CASE)} FROM notice_case ORDER BY site, kind, url")  # noqa: S608 - our own words
    cases = tuple(Case(**_read(_CASE, row)) for row in rows)
    return Book(cases=cases, serials=tuple((year, serial) for year, serial in serials), version=version)


def is_current(db: Database, changes: Changes) -> bool:
    """Whether nobody has written since the book was read for these changes."""
    return _version(db) == changes.version


def write_changes(db: Database, changes: Changes) -> None:
    """Keep the events behind all earlier ones, the notices, and the cases as they are now."""
    _insert(db, "notice", _NOTICE, [_row(_NOTICE, notice) for notice in changes.notices])
    numbered = enumerate(changes.events, changes.version + 1)
    _insert(db, "notice_event", ("seq", *_EVENT), [(seq, *_row(_EVENT, event)) for seq, event in numbered])
    db.many("DELETE FROM notice_case WHERE site = ? AND kind = ? AND url = ?", [case.key for case in changes.cases])
    kept = [case for case in changes.cases if case.times or case.stage is not Stage.DISMISSED]
    _insert(db, "notice_case", _CASE, [_row(_CASE, case) for case in kept])


def read_notices(db: Database) -> tuple[Notice, ...]:
    """All notices, newest first."""
    rows = db.rows(f"SELECT {', '.join(_NOTICE)} FROM notice ORDER BY year DESC, serial DESC")  # noqa: S608 - our own words
    return tuple(Notice(**_read(_NOTICE, row)) for row in rows)


def read_events(db: Database, number: str | None, key: tuple[str, str, str] | None) -> tuple[Event, ...]:
    """What happened to a notice, to a case (by its key), or to all, in order."""
    asked: dict[str, str] = {} if number is None else {"notice": number}
    asked |= {} if key is None else dict(zip(("site", "kind", "url"), key, strict=True))
    where = "WHERE " + " AND ".join(f"{name} = ?" for name in asked) if asked else ""
    rows = db.rows(
        f"SELECT {', '.join(_EVENT)} FROM notice_event {where} ORDER BY seq",  # noqa: S608 - our own words
        tuple(asked.values()),
    )
    return tuple(Event(**_read(_EVENT, row)) for row in rows)


def read_replies(db: Database) -> tuple[Event, ...]:
    """All that people did to cases, in order; what the monitor did carries a run."""
    rows = db.rows(f"SELECT {', '.join(_EVENT)} FROM notice_event WHERE run = '' ORDER BY seq")  # noqa: S608 - our own words
    return tuple(Event(**_read(_EVENT, row)) for row in rows)


def read_issues(db: Database, day: date) -> tuple[Event, ...]:
    """What was issued and opened again on a day, in order."""
    rows = db.rows(
        f"SELECT {', '.join(_EVENT)} FROM notice_event WHERE day = ? AND step IN (?, ?) ORDER BY seq",  # noqa: S608 - our own words
        (day.isoformat(), Step.ISSUED.value, Step.REOPENED.value),
    )
    return tuple(Event(**_read(_EVENT, row)) for row in rows)


def _version(db: Database) -> int:
    return int(db.rows("SELECT coalesce(max(seq), 0) FROM notice_event")[0][0])


def _insert(db: Database, table: str, names: Iterable[str], rows: Iterable[tuple[object, ...]]) -> None:
    columns = tuple(names)
    places = ", ".join("?" * len(columns))
    db.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608 - our own words


def _row(names: Iterable[str], value: Case | Event | Notice) -> tuple[object, ...]:
    return tuple(_written(getattr(value, name)) for name in names)


def _written(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Stage | Step):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return _evidence_json(value) if isinstance(value, Evidence) else value


def _evidence_json(evidence: Evidence) -> str:
    return json.dumps({name: _written(value) for name, value in asdict(evidence).items()}, ensure_ascii=False)


def _evidence(text: str) -> Evidence:
    found: dict[str, Any] = json.loads(text)
    read: dict[str, Any] = {name: date.fromisoformat(found[name]) for name in _EVIDENCE_DAYS if found[name] is not None}
    if limit := found.get("limit"):
        read["limit"] = Span(**limit)
    read["found_on"] = tuple(Parent(**(one | {"place": Place(one["place"])})) for one in found.get("found_on", ()))
    return Evidence(**(found | read))


_DAYS = ("day", "due", "issued_on", "closed_on", "until", "waived_until", "paused_on")
_MOMENTS = (
    *("at", "observed_at", "changed_at", "issued_at", "acknowledged_at"),
    *("claimed_at", "good_since", "closed_at", "relapsed_at"),
)
_FLAGS = ("disputed", "waiver_warned", "suspended", "escalated")
_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_DAYS, date.fromisoformat),
    **dict.fromkeys(_MOMENTS, datetime.fromisoformat),
    **dict.fromkeys(_FLAGS, bool),
    "stage": Stage,
    "step": Step,
    "evidence": _evidence,
}
"""How a column's value is read; as it is where none is named, and None stays None."""


def _read(names: Iterable[str], row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        name: value if value is None or name not in _READERS else _READERS[name](value)
        for name, value in zip(names, row, strict=True)
    }
