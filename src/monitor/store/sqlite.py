"""The history in one SQLite file of this machine. Door for sqlite3."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from monitor.store.rows import StoreError


class File:
    """An open SQLite file; a crash leaves the last whole transaction."""

    shared = False

    def __init__(self, path: Path, *, patience: float) -> None:
        """`patience`: seconds to wait for another process that is writing."""
        self.name = str(path)
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=patience, check_same_thread=False)
        self._path = path
        self._turn = threading.RLock()
        try:
            with _told(path):
                self._keep_a_log(time.monotonic() + patience)
                self._db.execute("PRAGMA synchronous = FULL")
        except BaseException:
            self._db.close()
            raise

    def _keep_a_log(self, ends: float) -> None:
        """Turn to the write-ahead log; while another opens the new file too, sqlite waits for nobody by itself."""
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > ends:
                    raise
                time.sleep(0.02)
            else:
                return

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written within; others wait outside."""
        with self._turn, _told(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        with self._turn, _told(self._path):
            return self._db.execute(sql, values).fetchall()

    def many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Do a statement for each row of values."""
        with self._turn, _told(self._path):
            self._db.executemany(sql, values)

    def version(self) -> int:
        """How many steps its tables have taken."""
        return int(self.rows("PRAGMA user_version")[0][0])

    def set_version(self, version: int) -> None:
        """Note how many steps its tables have taken."""
        self.rows(f"PRAGMA user_version = {version}")

    def close(self) -> None:
        """Give the file back."""
        self._db.close()


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
