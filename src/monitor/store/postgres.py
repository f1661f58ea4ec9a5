"""The history in a PostgreSQL database, for many machines at once. Door for psycopg."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from monitor.store.rows import StoreError

_ANSWERS = 10
"""Seconds in which a server answers a call, or is not there."""
WRITING = "hashtext('freshness monitor, writing in ' || current_schema())"
"""What those who write hold, one at a time: then no two transactions can be at odds, as in a file."""
_DIALECT = (("?", "%s"), (" STRICT", ""), (" BLOB ", " BYTEA "), (" TEXT ", ' TEXT COLLATE "C" '))


class Server:
    """An open connection to a PostgreSQL database; what is lost with it is the transaction under way."""

    shared = True

    def __init__(self, url: str, *, password: str, password_env: str, patience: float) -> None:
        """`patience`: seconds to wait for another that is writing. `password_env` is named where one is missing."""
        asked = _asked(url)
        self.name = f"the database {asked['dbname']} at {asked['host']}"
        self._asked, self._password_env = asked, password_env
        self._turn = threading.RLock()
        try:
            self._db = psycopg.connect(
                url,
                password=password or None,
                autocommit=True,
                connect_timeout=_ANSWERS,
                application_name="freshness-monitor",
                keepalives_idle=60,
                tcp_user_timeout=60_000,
            )
        except psycopg.Error as error:
            raise StoreError(self._refusal(str(error))) from None  # the address in it is the operator's own
        with self._told():
            self._db.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            self._set("lock_timeout", patience)
            self._set("idle_in_transaction_session_timeout", patience / 2)  # who falls silent midway is thrown out

    def _set(self, setting: str, seconds: float) -> None:
        self._db.execute("SELECT set_config(%s, %s, false)", (setting, f"{max(1, round(1000 * seconds))}ms"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written within; others wait outside."""
        with self._turn, self._told():
            self._db.execute("BEGIN")
            try:
                self._db.execute(f"SELECT pg_advisory_xact_lock({WRITING})")
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):  # then the connection is gone, and with it the transaction
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        with self._turn, self._told():
            cursor = self._db.execute(_dialect(sql), _sayable(values))
            return cursor.fetchall() if cursor.description else []

    def many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Do a statement for each row of values."""
        with self._turn, self._told(), self._db.cursor() as cursor:
            cursor.executemany(_dialect(sql), [_sayable(row) for row in values])

    def version(self) -> int:
        """How many steps its tables have taken."""
        there = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'"
        if not self.rows(there):  # to_regclass would answer from before we waited for another
            return 0
        return int(self.rows("SELECT max(version) FROM schema_version")[0][0])

    def set_version(self, version: int) -> None:
        """Note how many steps its tables have taken."""
        self.rows("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        self.rows("DELETE FROM schema_version")
        self.rows("INSERT INTO schema_version (version) VALUES (?)", (version,))

    def close(self) -> None:
        """Hang up."""
        self._db.close()

    def _refusal(self, said: str) -> str:
        """Why the server does not let us in, as one sentence: its code is not told, only its words."""
        name, user = self.name, self._asked["user"]
        if "password" in said or "authentication" in said:
            return (
                f"{name} does not let {user} in with this password; set the environment variable {self._password_env}"
            )
        if "FATAL" in said and "does not exist" in said:
            return f"{name} cannot be used: there is no such database or user; make it, or correct store: in sites.yaml"
        if "FATAL" in said:
            return f"{name} cannot be used now: {_last_clause(said)}"
        return f"nobody answers for {name}; start the server, or correct store: in sites.yaml ({_last_clause(said)})"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns the database's and the line's failures into one sentence for the operator."""
        try:
            yield
        except errors.DiskFull as error:
            raise StoreError(f"the disk of {self.name} is full; make room and start again, nothing is lost") from error
        except errors.LockNotAvailable as error:
            raise StoreError(f"{self.name} is in use by another run; wait for it to end") from error
        except (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction) as error:
            raise StoreError(
                f"{self.name} cannot be written ({_last_clause(str(error))}); give {self._asked['user']} the right to"
            ) from error
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InternalError) as error:
            raise StoreError(f"{self.name} cannot be used: {_last_clause(str(error))}") from error
        except psycopg.OperationalError as error:
            if self._db.closed:
                raise StoreError(
                    f"the connection to {self.name} was lost; what was kept is kept, and the next start goes on"
                ) from error
            raise StoreError(f"{self.name} cannot be used: {_last_clause(str(error))}") from error


def _asked(url: str) -> dict[str, str]:
    """Host, database and user that an address means; what it leaves out as the server's own programs take it."""
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    user = given.get("user", "this user")
    port = f":{given['port']}" if "port" in given else ""
    return {"host": given.get("host", "localhost") + port, "dbname": given.get("dbname", user), "user": user}


@cache
def _dialect(sql: str) -> str:
    for ours, theirs in _DIALECT:
        sql = sql.replace(ours, theirs)
    return sql


def _sayable(values: Sequence[object]) -> list[object]:
    """The values without the one sign that this database keeps in no text."""
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]


def _last_clause(said: str) -> str:
    """The server's own words, in one line."""
    return " ".join(said.split("\n")[0].split()).rpartition("FATAL: ")[2]
