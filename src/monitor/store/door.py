"""What the history asks of a database; each kind of it has a door of its own beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol


class Database(Protocol):
    """A place for rows that survives a crash. Statements have `?` for their values; failures are StoreErrors.

    Threads may share it: each waits for the other's transaction.
    """

    name: str
    """As an operator knows it; without secrets."""
    shared: bool
    """Whether other machines may be at work on it."""

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written within stands at its end, or nothing of it; one process at a time is within."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Do one statement; the rows that it gives."""
        ...

    def many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Do one statement for each row of values."""
        ...

    def version(self) -> int:
        """How many steps its tables have taken; 0 for a new one."""
        ...

    def set_version(self, version: int) -> None:
        """Note how many steps its tables have taken."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


def utc(moment: datetime) -> str:
    """The moment so that later ones sort behind earlier ones, also across a change of the clocks."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
