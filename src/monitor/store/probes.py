"""The probes of the last days: a row for each, the older ones deleted as new ones come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.model import Probe
from monitor.store.door import Database


def keep_probes(db: Database, probes: Iterable[Probe], oldest: datetime) -> None:
    """Add probes; of the same sites, those before `oldest` go. One that is known already stays as it is."""
    rows = [(p.site, _utc(p.at), _thousandths(p.seconds), int(p.open), int(p.doubtful), p.reason) for p in probes]
    db.many(
        "INSERT INTO probe (site, at, milliseconds, is_open, doubtful, reason) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, at) DO NOTHING",
        rows,
    )
    db.many("DELETE FROM probe WHERE site = ? AND at < ?", [(site, _utc(oldest)) for site in {row[0] for row in rows}])


def read_probes(db: Database, since: datetime, site: str | None) -> dict[str, tuple[Probe, ...]]:
    """The probes from a moment on, by site (or of one), in the order of time."""
    where, values = ("at >= ?", [_utc(since)]) if site is None else ("at >= ? AND site = ?", [_utc(since), site])
    rows = db.rows(
        f"SELECT site, at, milliseconds, is_open, doubtful, reason FROM probe WHERE {where} ORDER BY site, at",  # noqa: S608 - our own words
        values,
    )
    found: dict[str, list[Probe]] = {}
    for name, at, milliseconds, is_open, doubtful, reason in rows:
        found.setdefault(name, []).append(
            Probe(
                site=name,
                at=datetime.fromisoformat(at),
                seconds=None if milliseconds is None else milliseconds / 1000,
                open=bool(is_open),
                doubtful=bool(doubtful),
                reason=reason,
            )
        )
    return {name: tuple(probes) for name, probes in found.items()}


def sites_probed_since(db: Database, sites: Iterable[str], since: datetime) -> frozenset[str]:
    """Those of the sites that were looked at from a moment on."""
    asked = "SELECT 1 FROM probe WHERE site = ? AND at >= ? LIMIT 1"
    return frozenset(site for site in sites if db.rows(asked, (site, _utc(since))))


def _thousandths(seconds: float | None) -> int | None:
    """Whole milliseconds, cut and not rounded: 14.9999 s must not become 15."""
    return None if seconds is None else int(seconds * 1000)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
