"""The history of all runs: what each site showed, since when a fault stands, and the outbox."""

from __future__ import annotations

from pathlib import Path

from monitor.store.history import Store
from monitor.store.rows import Queued, Run, Seen, StoreError
from monitor.store.sqlite import File

__all__ = ["Queued", "Run", "Seen", "Store", "StoreError", "opened"]


def opened(where: Path, *, patience: float = 30.0) -> Store:
    """The history in a SQLite file, made or brought up to date. Raises StoreError when it cannot be used.

    `patience`: seconds to wait for another process that is writing.
    """
    return Store(File(where, patience=patience))
