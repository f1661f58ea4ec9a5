"""What earlier looks at a site's pages left: enough to ask only whether they changed. Door for its own SQLite file.

The file may be deleted at any time: then every page is read anew. Nothing is judged from it but that a page which was
found alive is as it was; columns, home pages and bad news are looked at on the day they are spoken of.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from monitor.model import Outlink, Place

_log = logging.getLogger(__name__)
_ANEW = (
    "DROP TABLE IF EXISTS page",
    "DROP TABLE IF EXISTS part",
    "CREATE TABLE page (key INTEGER PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL, body INTEGER NOT NULL,"
    " looked INTEGER NOT NULL, whole INTEGER NOT NULL, hours INTEGER NOT NULL, facts BLOB) STRICT",
    "CREATE TABLE part (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, links BLOB NOT NULL) STRICT",
)
_READ = "SELECT key, etag, modified, body, looked, whole, hours, facts FROM page WHERE key = ?"
_KEEP_PAGE = "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_KEEP_PART = "INSERT INTO part VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET used = excluded.used"
_PATIENCE = 20.0
"""Seconds to wait for another process that is writing."""
_PENDING = 250
"""So many pages are written in one step."""
_PARTS = 1_000
_LONGEST = 300
"""A validator that is longer is not kept."""
_FORGET = 90
"""Days after which a page that nobody led to any more is forgotten."""
_PLACES = {str(place): place for place in Place}
_Row = tuple[int, str, str, int, int, int, int, bytes | None]

Part = tuple[Outlink, ...]
"""A stretch of a page's links; one that stands on page after page is one and the same object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page leads to."""

    parts: tuple[Part, ...]
    bad_links: tuple[tuple[str, str], ...] = ()
    next_page: str = ""
    ordered: bool = True
    """Whether its rows stand with the newest first, so that those of the next page are older."""
    lists: bool = False
    """Whether it may be a column: then it is read on every day."""
    told: str = ""
    """What it told as a letter or a guide, as `crawl.service` writes it; "" for any other page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an address that was found alive at its last look."""

    etag: str = ""
    modified: str = ""
    body: int = 0
    """The fingerprint of its body."""
    looked_on: date
    whole_on: date
    """The day on which it was last asked for whatever it had said before."""
    hours: int
    """After so many it is to be looked at again."""
    facts: Facts | None = None
    """None for an address that was only looked at."""
    folded: bytes | None = None
    """The facts as they are kept; None where they are new."""


def fingerprint(body: bytes) -> int:
    """63 bits that tell bodies apart."""
    return int.from_bytes(sha256(body).digest()[:8], "big") >> 1


class Recall:
    """The memory of all sites of one process. It never fails: what cannot be read or written is not remembered."""

    def __init__(self, path: Path, *, reader: str, today: date) -> None:
        """`reader`: what tells this reader of pages from another, which would have read other links."""
        self._path = path
        self._today = today.toordinal()
        self._db: sqlite3.Connection | None = None
        self._pages: dict[int, _Row] = {}
        """What is still to be written."""
        self._new_parts: dict[int, Part] = {}
        self._parts: dict[int, Part] = {}
        self._ids: dict[int, tuple[int, Part]] = {}
        """The stretches met in this run, by their identity; each is kept to stay itself."""
        self._met_again: set[int] = set()
        with self._forgiving():
            self._db = _opened(path, fingerprint(reader.encode()) & 0x7FFFFFFF)

    def close(self) -> None:
        """Write what is left, forget what is old, and give the file back."""
        self.flush()
        with self._forgiving():
            if self._db is not None:
                old = self._today - _FORGET
                self._db.execute("DELETE FROM page WHERE looked < ?", (old,))
                self._db.execute("DELETE FROM part WHERE used < ?", (old,))
                self._db.close()
                self._db = None

    def known(self, site: str, url: str) -> Known | None:
        """What is known of an address of a site; None when it is not known to live."""
        known: Known | None = None
        with self._forgiving():
            if self._db is not None:
                key = _key(site, url)
                row = self._pages.get(key) or self._db.execute(_READ, (key,)).fetchone()
                known = self._known(row) if row else None
        return known

    def keep(self, site: str, url: str, known: Known) -> None:
        """Keep what a look found, or that it found nothing new."""
        blob = known.folded or (self._folded(known.facts) if known.facts is not None else None)
        etag, modified = (tag if len(tag) <= _LONGEST else "" for tag in (known.etag, known.modified))
        days = known.looked_on.toordinal(), known.whole_on.toordinal()
        key = _key(site, url)
        self._pages[key] = key, etag, modified, known.body, *days, known.hours, blob
        if len(self._pages) >= _PENDING:
            self.flush()

    def forget(self, site: str, url: str) -> None:
        """An address is not known to live any more."""
        key = _key(site, url)
        self._pages.pop(key, None)
        with self._forgiving():
            if self._db is not None:
                self._db.execute("DELETE FROM page WHERE key = ?", (key,))

    def flush(self) -> None:
        """Write what was kept since the last time, in one step."""
        with self._forgiving():
            if self._db is not None:
                with _transaction(self._db) as db:
                    parts = [(i, self._today, _folded(_plain(part))) for i, part in self._new_parts.items()]
                    db.executemany(_KEEP_PART, parts)
                    db.executemany(_KEEP_PAGE, self._pages.values())
        self._new_parts.clear()
        self._pages.clear()

    def print_of(self, facts: Facts) -> int:
        """The fingerprint of what a page leads to: another one where its links changed."""
        return fingerprint(json.dumps([[self._id(part) for part in facts.parts], facts.bad_links]).encode())

    def _folded(self, facts: Facts) -> bytes:
        ids = [self._id(part) for part in facts.parts]
        parts = [i if i in self._met_again else _plain(part) for i, part in zip(ids, facts.parts, strict=True)]
        return _folded([parts, facts.bad_links, facts.next_page, facts.ordered, facts.lists, facts.told])

    def _id(self, part: Part) -> int:
        """A stretch's own number; one that is met for the second time is kept by itself from then on."""
        met = self._ids.get(id(part))
        if met is not None:
            if met[0] not in self._met_again:
                self._met_again.add(met[0])
                self._new_parts[met[0]] = part
            return met[0]
        number = fingerprint("\n".join([f"{link.url} {link.text} {link.place}" for link in part]).encode())
        if len(self._ids) >= _PARTS:
            self._ids = {key: met for key, met in self._ids.items() if met[0] in self._met_again}
            if len(self._ids) >= _PARTS // 2:
                self._ids.clear()
                self._met_again.clear()
        self._ids[id(part)] = number, part
        return number

    def _part(self, number: int, db: sqlite3.Connection) -> Part:
        part = self._parts.get(number) or self._new_parts.get(number)
        if part is None:
            (blob,) = db.execute("SELECT links FROM part WHERE id = ?", (number,)).fetchone() or (b"",)
            part = _part(_unfolded(blob))
            self._new_parts[number] = part  # written again, so that it counts as used today
        if number not in self._parts:
            if len(self._parts) >= _PARTS:
                self._parts.clear()
            self._parts[number] = part
            self._ids[id(part)] = number, part
            self._met_again.add(number)
        return part

    def _known(self, row: _Row) -> Known:
        assert self._db is not None
        _, etag, modified, body, looked, whole, hours, blob = row
        facts = None
        if blob is not None:
            plain, bad, next_page, ordered, lists, *more = _unfolded(blob)
            parts = tuple(self._part(one, self._db) if isinstance(one, int) else _part(one) for one in plain)
            bad_links = tuple((href, words) for href, words in bad)
            told = str(more[0]) if more else ""
            facts = Facts(
                parts=parts, bad_links=bad_links, next_page=next_page, ordered=ordered, lists=lists, told=told
            )
        return Known(
            etag=etag,
            modified=modified,
            body=body,
            looked_on=date.fromordinal(looked),
            whole_on=date.fromordinal(whole),
            hours=hours,
            facts=facts,
            folded=blob,
        )

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Whatever happens to the file: it is said once, and from then on nothing is remembered."""
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError, zlib.error) as error:
            _log.warning("%s cannot be used (%s): pages are read anew", self._path, error)
            if self._db is not None:
                with suppress(sqlite3.Error):
                    self._db.close()
            self._db = None


def _opened(path: Path, stamp: int) -> sqlite3.Connection:
    """The file, empty when another reader wrote it or when it is none of ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _prepared(path, stamp)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        path.unlink()
        return _prepared(path, stamp)


def _prepared(path: Path, stamp: int) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -1000")
        with _transaction(db):
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found != stamp:
                for statement in _ANEW:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {stamp}")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _key(site: str, url: str) -> int:
    return fingerprint(f"{site}\n{url}".encode("utf-8", "surrogatepass"))


def _folded(plain: object) -> bytes:
    return zlib.compress(json.dumps(plain).encode(), 1)


def _unfolded(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))


def _plain(part: Part) -> list[tuple[str, str, str, str, str]]:
    return [(link.url, link.text, link.tag, link.place, link.fragment) for link in part]


def _part(plain: Iterable[tuple[str, str, str, str, str]]) -> Part:
    return tuple(
        Outlink(url=url, text=text, tag=tag, place=_PLACES[place], fragment=fragment)
        for url, text, tag, place, fragment in plain
    )
