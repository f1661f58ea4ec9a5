"""History: runs, what each site showed on each day, since when a fault stands, and the outbox. Door for sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType

from monitor.model import Fault, ItemSeen, Outcome, Outgoing, Posted

_STEPS = (
    """
    CREATE TABLE run (
        id TEXT PRIMARY KEY, day TEXT NOT NULL, fleet TEXT NOT NULL, started_at TEXT NOT NULL,
        finished_at TEXT, complete INTEGER NOT NULL DEFAULT 0, held TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE site_day (
        day TEXT NOT NULL, site TEXT NOT NULL, run TEXT NOT NULL, complete INTEGER NOT NULL,
        finished_at TEXT NOT NULL, findings TEXT NOT NULL, PRIMARY KEY (day, site)
    ) STRICT;
    CREATE TABLE fault (
        site TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, subject TEXT NOT NULL,
        first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, days INTEGER NOT NULL, fixed_on TEXT,
        PRIMARY KEY (site, kind, url)
    ) STRICT;
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, recipient TEXT NOT NULL,
        content BLOB NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        queued_at TEXT NOT NULL, due_at TEXT NOT NULL, said TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX outbox_due ON outbox (state, due_at);
    """,
    """
    ALTER TABLE outbox ADD COLUMN uncertain INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE data_address (
        site TEXT NOT NULL, column_url TEXT NOT NULL, data_url TEXT NOT NULL, found_on TEXT NOT NULL,
        PRIMARY KEY (site, column_url)
    ) STRICT;
    """,
    """
    CREATE TABLE item (
        site TEXT NOT NULL, column_url TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
        published TEXT, whole INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
        PRIMARY KEY (site, column_url, key)
    ) STRICT;
    """,
)
_WAITS = (1, 5, 15, 60)
"""Minutes before the next try of a mail; after the last, hourly."""
_GIVE_UP = timedelta(hours=48)


class StoreError(Exception):
    """The history cannot be read or written; the sentence says what the operator can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A fault as one look shows it."""

    kind: str
    url: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the history knows it."""

    id: str
    day: date
    started_at: datetime
    finished_at: datetime | None
    complete: bool
    held: str
    fleet: str
    """What was asked for: all sites, or one by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A mail to be put into the outbox; its key keeps it from being queued twice."""

    outgoing: Outgoing
    dedupe_key: str


class Store:
    """The history in one SQLite file. Every method is one transaction; a crash leaves the last whole one."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        """`patience`: seconds to wait for another process that is writing."""
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=patience, check_same_thread=False)
        self._path = path
        try:
            with _told(path):
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._migrate()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def _migrate(self) -> None:
        if self._version() > len(_STEPS):
            raise StoreError(f"{self._path} was written by a newer version of the monitor; update this one")
        while self._version() < len(_STEPS):
            with self._transaction() as db:
                version = self._version()  # another process may have been quicker
                for statement in "".join(_STEPS[version : version + 1]).split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {min(version + 1, len(_STEPS))}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _told(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def begin(self, day: date, fleet: str, now: datetime) -> Run:
        """The run to work on: the day's unfinished one, resumed, or a new one.

        `fleet` names what is asked for (all sites, or one); only a run for the same is resumed.
        """
        with self._transaction() as db:
            row = db.execute(
                "SELECT id, started_at FROM run WHERE day = ? AND fleet = ? AND complete = 0 ORDER BY rowid DESC",
                (day.isoformat(), fleet),
            ).fetchone()
            if row is None:
                (count,) = db.execute("SELECT count(*) FROM run WHERE day = ?", (day.isoformat(),)).fetchone()
                row = (f"{day.isoformat()}-{count + 1}", _utc(now))
                db.execute(
                    "INSERT INTO run (id, day, fleet, started_at) VALUES (?, ?, ?, ?)",
                    (row[0], day.isoformat(), fleet, row[1]),
                )
        started = datetime.fromisoformat(row[1])
        return Run(id=row[0], day=day, started_at=started, finished_at=None, complete=False, held="", fleet=fleet)

    def done_in(self, run: str) -> frozenset[str]:
        """The sites that this run has already looked at whole."""
        with _told(self._path):
            rows = self._db.execute("SELECT site FROM site_day WHERE run = ? AND complete = 1", (run,)).fetchall()
        return frozenset(site for (site,) in rows)

    def faults(self, site: str) -> dict[tuple[str, str], Fault]:
        """The faults of a site that stand open, by kind and address."""
        with _told(self._path):
            rows = self._db.execute(
                "SELECT site, kind, url, subject, first_seen, last_seen, days FROM fault"
                " WHERE site = ? AND fixed_on IS NULL",
                (site,),
            ).fetchall()
        return {
            (kind, url): Fault(
                site=site_,
                kind=kind,
                url=url,
                subject=subject,
                first_seen=date.fromisoformat(first),
                last_seen=date.fromisoformat(last),
                days=days,
            )
            for site_, kind, url, subject, first, last, days in rows
        }

    def site_done(
        self,
        run: Run,
        site: str,
        *,
        complete: bool,
        findings: str,
        seen: Iterable[Seen],
        fixed: Iterable[tuple[str, str]],
        now: datetime,
        items: Mapping[str, Iterable[ItemSeen]] = MappingProxyType({}),
        data_addresses: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keep all that one site showed, in one step: a crash leaves the whole of it or nothing.

        `findings` as JSON, the faults `seen`, and those a healthy look no longer finds (`fixed`). `items` by their
        column's address: of those known, only the day they were seen last changes. `data_addresses`: where columns
        get their rows; "" forgets a column's, and one that is known keeps its first day.
        Asked twice for the same site and run, it changes nothing the second time. A look that was cut short
        does not replace a whole one of the same day.
        """
        day = run.day.isoformat()
        with self._transaction() as db:
            db.execute(
                "INSERT INTO site_day (day, site, run, complete, finished_at, findings) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (day, site) DO UPDATE SET run = excluded.run, complete = excluded.complete,"
                " finished_at = excluded.finished_at, findings = excluded.findings"
                " WHERE excluded.complete >= site_day.complete",
                (day, site, run.id, int(complete), _utc(now), findings),
            )
            db.executemany(
                "INSERT INTO fault (site, kind, url, subject, first_seen, last_seen, days) VALUES (?, ?, ?, ?, ?, ?, 1)"
                " ON CONFLICT (site, kind, url) DO UPDATE SET subject = excluded.subject,"
                " first_seen = iif(fixed_on IS NULL, first_seen, excluded.first_seen),"
                " days = iif(fixed_on IS NULL, days + (last_seen < excluded.last_seen), 1),"
                " last_seen = max(last_seen, excluded.last_seen), fixed_on = NULL",
                [(site, s.kind, s.url, s.subject, day, day) for s in seen],
            )
            db.executemany(
                "UPDATE fault SET fixed_on = ? WHERE site = ? AND kind = ? AND url = ?",
                [(day, site, kind, url) for kind, url in fixed],
            )
            _keep_items(db, site, items)
            _keep_data_addresses(db, site, data_addresses, day)

    def items(self, site: str) -> dict[str, dict[str, ItemSeen]]:
        """The items that were ever seen in a site's columns, by the column's address and the item's key."""
        with _told(self._path):
            rows = self._db.execute(
                "SELECT column_url, key, title, url, published, whole, first_seen, last_seen FROM item WHERE site = ?",
                (site,),
            ).fetchall()
        found: dict[str, dict[str, ItemSeen]] = {}
        for column, key, title, url, published, whole, first, last in rows:
            found.setdefault(column, {})[key] = ItemSeen(
                key=key,
                title=title,
                url=url,
                published=date.fromisoformat(published) if published else None,
                whole=bool(whole),
                first_seen=date.fromisoformat(first),
                last_seen=date.fromisoformat(last),
            )
        return found

    def data_addresses(self, site: str) -> dict[str, str]:
        """Where the scripts of a site's columns get their rows, by the column's address."""
        with _told(self._path):
            rows = self._db.execute("SELECT column_url, data_url FROM data_address WHERE site = ?", (site,)).fetchall()
        return dict(rows)

    def findings_of(self, day: date) -> dict[str, str]:
        """What every site looked at on a day showed, as JSON by site."""
        with _told(self._path):
            rows = self._db.execute("SELECT site, findings FROM site_day WHERE day = ?", (day.isoformat(),)).fetchall()
        return dict(rows)

    def finish(self, run: str, *, complete: bool, held: str, queued: Iterable[Queued], now: datetime) -> None:
        """End a run and queue its mail in one step: neither stands without the other."""
        with self._transaction() as db:
            if held:  # a day on which we may have been off line ourselves is no day of anybody's failing
                db.execute(
                    "UPDATE fault SET days = days - 1 WHERE kind = 'failing link' AND days > 1"
                    " AND last_seen = (SELECT day FROM run WHERE id = ?)",
                    (run,),
                )
            db.execute(
                "UPDATE run SET finished_at = ?, complete = ?, held = ? WHERE id = ?",
                (_utc(now), int(complete), held, run),
            )
            _enqueue(db, queued, _utc(now))

    def queue(self, queued: Iterable[Queued], now: datetime) -> None:
        """Put mails into the outbox; those whose key is known stay as they are."""
        with self._transaction() as db:
            _enqueue(db, queued, _utc(now))

    def runs(self, day: date | None = None) -> tuple[Run, ...]:
        """The runs of a day, or all of them, newest first."""
        where, values = ("WHERE day = ?", (day.isoformat(),)) if day else ("", ())
        with _told(self._path):
            rows = self._db.execute(
                f"SELECT id, day, started_at, finished_at, complete, held, fleet FROM run {where}",  # noqa: S608 - our own words
                values,
            ).fetchall()
        found = [
            Run(
                id=id_,
                day=date.fromisoformat(day_),
                started_at=datetime.fromisoformat(started),
                finished_at=datetime.fromisoformat(finished) if finished else None,
                complete=bool(complete),
                held=held,
                fleet=asked,
            )
            for id_, day_, started, finished, complete, held, asked in rows
        ]
        return tuple(sorted(found, key=lambda run: run.started_at, reverse=True))

    def mail_due(self, now: datetime) -> tuple[Outgoing, ...]:
        """The mails whose time has come, oldest first; nothing is claimed yet."""
        with _told(self._path):
            rows = self._db.execute(
                "SELECT id, sender, recipient, content FROM outbox"
                " WHERE state IN ('queued', 'sending') AND due_at <= ? ORDER BY queued_at, id",
                (_utc(now),),
            ).fetchall()
        return tuple(Outgoing(id=i, sender=s, recipient=r, content=bytes(c)) for i, s, r, c in rows)

    def mail_claimed(self, ids: Iterable[str]) -> None:
        """Note that these mails are about to be handed over; a crash in between leaves them to be tried again."""
        with self._transaction() as db:
            db.executemany("UPDATE outbox SET state = 'sending' WHERE id = ?", [(i,) for i in ids])

    def mail_answered(self, outcomes: Iterable[Outcome], now: datetime) -> None:
        """Keep what became of each mail, and when those that failed are tried again (1, 5, 15, 60 minutes, hourly)."""
        with self._transaction() as db:
            for outcome in outcomes:
                tries, uncertain, queued_at = db.execute(
                    "SELECT tries, uncertain, queued_at FROM outbox WHERE id = ?", (outcome.id,)
                ).fetchone()
                state, due = _next_try(outcome.state, tries, uncertain, datetime.fromisoformat(queued_at), now)
                db.execute(
                    "UPDATE outbox SET state = ?, tries = tries + 1, uncertain = uncertain + ?, due_at = ?, said = ?"
                    " WHERE id = ?",
                    (state, int(outcome.state is Posted.UNCERTAIN), _utc(due), outcome.reason, outcome.id),
                )

    def mail_next(self) -> datetime | None:
        """When the next try of a mail is due; None when none waits."""
        with _told(self._path):
            due = self._db.execute("SELECT min(due_at) FROM outbox WHERE state IN ('queued', 'sending')").fetchone()[0]
        return datetime.fromisoformat(due) if due else None

    def mail_counts(self) -> dict[str, int]:
        """How many mails are in each state: queued, sending, sent, refused, given up."""
        with _told(self._path):
            return dict(self._db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())


def _keep_items(db: sqlite3.Connection, site: str, seen: Mapping[str, Iterable[ItemSeen]]) -> None:
    db.executemany(
        "INSERT INTO item (site, column_url, key, title, url, published, whole, first_seen, last_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, column_url, key) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)",
        [
            (
                site,
                column,
                item.key,
                item.title,
                item.url,
                item.published.isoformat() if item.published else None,
                int(item.whole),
                item.first_seen.isoformat(),
                item.last_seen.isoformat(),
            )
            for column, items in seen.items()
            for item in items
        ],
    )


def _keep_data_addresses(db: sqlite3.Connection, site: str, found: Mapping[str, str], day: str) -> None:
    db.executemany(
        "INSERT INTO data_address (site, column_url, data_url, found_on) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (site, column_url) DO UPDATE SET found_on ="
        " iif(data_url = excluded.data_url, found_on, excluded.found_on), data_url = excluded.data_url",
        [(site, column, data, day) for column, data in found.items() if data],
    )
    db.executemany(
        "DELETE FROM data_address WHERE site = ? AND column_url = ?",
        [(site, column) for column, data in found.items() if not data],
    )


def _enqueue(db: sqlite3.Connection, queued: Iterable[Queued], moment: str) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO outbox (id, dedupe_key, sender, recipient, content, state, queued_at, due_at)"
        " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)",
        [
            (q.outgoing.id, q.dedupe_key, q.outgoing.sender, q.outgoing.recipient, q.outgoing.content, moment, moment)
            for q in queued
        ],
    )


def _utc(moment: datetime) -> str:
    """The moment so that later ones sort behind earlier ones, also across a change of the clocks."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _next_try(answer: Posted, tries: int, uncertain: int, queued_at: datetime, now: datetime) -> tuple[str, datetime]:
    if answer is Posted.SENT:
        return "sent", now
    if answer is Posted.REFUSED:
        return "refused", now
    if answer is Posted.UNCERTAIN and uncertain > 0:
        return "given up", now  # it may have arrived once already; a third copy helps nobody
    if now - queued_at > _GIVE_UP:
        return "given up", now
    return "queued", now + timedelta(minutes=_WAITS[min(tries, len(_WAITS) - 1)])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns the database's and the disk's failures into one sentence for the operator."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said:
            raise StoreError(f"{path} is in use by another run; wait for it to end") from error
        if "full" in said:
            raise StoreError(
                f"the disk that holds {path} is full; make room and start again, nothing is lost"
            ) from error
        if "readonly" in said or "unable to open" in said:
            raise StoreError(f"{path} cannot be written; check the folder's rights (data: in sites.yaml)") from error
        raise StoreError(f"{path} cannot be used: {said}") from error
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError):
        raise  # ours, not the file's
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is damaged or no history of the monitor ({error}); put it aside or restore it"
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}; check data: in sites.yaml") from error
