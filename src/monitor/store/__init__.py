"""The history of all runs: what each site showed, since when a fault stands, and the outbox."""

from __future__ import annotations

from pathlib import Path

from monitor.store.history import Store
from monitor.store.rows import BadAddress, Kept, Queued, Run, Seen, StoreError, Stranded
from monitor.store.sqlite import File

__all__ = ["BadAddress", "Kept", "Queued", "Run", "Seen", "Store", "StoreError", "Stranded", "opened"]


_INSTALL = 'store: postgresql://… needs its driver: pip install "freshness-monitor[postgres]"'


def opened(where: Path | str, *, password: str = "", password_env: str = "", patience: float = 30.0) -> Store:
    """The history in a SQLite file or, by its address, a PostgreSQL database; made or brought up to date.

    `password` of the database, "" for none; `password_env` is the variable that it came from. `patience`: seconds to
    wait for another process that is writing. Raises StoreError when it cannot be used.
    """
    if isinstance(where, Path):
        return Store(File(where, patience=patience))
    try:
        from monitor.store.postgres import Server
    except ImportError as error:
        raise StoreError(_INSTALL) from error
    return Store(Server(where, password=password, password_env=password_env, patience=patience))
