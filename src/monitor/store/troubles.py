"""What the operators must hear of: noted as it begins, told once, ended when it is gone. Each part of a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model import Trouble, TroubleKind
from monitor.store.door import Database, utc

_COLUMNS = "kind, id, since, said, address, about"


def keep_trouble(db: Database, trouble: Trouble) -> None:
    """Note a trouble; one that stands already stays as it is, one that had ended begins anew."""
    db.rows(
        f"INSERT INTO trouble ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE"  # noqa: S608 - our own words
        " SET since = excluded.since, said = excluded.said, address = excluded.address, about = excluded.about,"
        " ended = 0 WHERE trouble.ended = 1",
        (
            *(trouble.kind.value, trouble.id, utc(trouble.since), trouble.said, trouble.address),
            "\n".join(trouble.about),
        ),
    )


def end_trouble(db: Database, kind: TroubleKind, id_: str) -> None:
    """Note that a trouble is gone; if it comes again, it is told again."""
    db.rows("UPDATE trouble SET ended = 1 WHERE kind = ? AND id = ?", (kind.value, id_))


def stand(db: Database, kind: TroubleKind, troubles: Iterable[Trouble]) -> None:
    """Note all troubles of a kind that stand now; all others of that kind are gone."""
    standing = {trouble.id: trouble for trouble in troubles}
    for (id_,) in db.rows("SELECT id FROM trouble WHERE kind = ? AND ended = 0", (kind.value,)):
        if id_ not in standing:
            end_trouble(db, kind, id_)
    for trouble in standing.values():
        keep_trouble(db, trouble)


def untold(db: Database, midnight: datetime) -> tuple[Trouble, ...]:
    """The troubles that nobody was told of, but for kinds of which something was told since midnight; oldest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM trouble WHERE ended = 0 AND told_at < since AND kind NOT IN"  # noqa: S608 - our own words
        " (SELECT kind FROM trouble WHERE told_at >= ?) ORDER BY since, kind, id",
        (utc(midnight),),
    )
    return tuple(_trouble(row) for row in rows)


def standing(db: Database) -> tuple[Trouble, ...]:
    """All troubles that stand, told or not; the newest first."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM trouble WHERE ended = 0 ORDER BY since DESC, kind, id")  # noqa: S608 - our own words
    return tuple(_trouble(row) for row in rows)


def mark_told(db: Database, troubles: Iterable[Trouble], now: datetime) -> None:
    """Note that the operators are told of these."""
    db.many(
        "UPDATE trouble SET told_at = ? WHERE kind = ? AND id = ?",
        [(utc(now), trouble.kind.value, trouble.id) for trouble in troubles],
    )


def _trouble(row: tuple[str, str, str, str, str, str]) -> Trouble:
    kind, id_, since, said, address, about = row
    return Trouble(
        kind=TroubleKind(kind),
        id=id_,
        since=datetime.fromisoformat(since),
        said=said,
        address=address,
        about=tuple(about.split("\n")) if about else (),
    )
