"""What the folder of a demo remembers of its city from one time to the next: where it stood, and when it was built."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from monitor.demo.server import Served

_PORTS, _CITY = "ports.json", "city.json"


def recollect(folder: Path) -> tuple[dict[str, int], date | None]:
    """The ports of the last time, so that addresses and history stay, and the day on which the city was built.

    Nothing and None at first, or where the files say nothing that can be used.
    """
    try:
        ports = {str(name): int(port) for name, port in _read(folder / _PORTS).items()}
    except (ValueError, AttributeError, TypeError):
        ports = {}
    try:
        built = date.fromisoformat(_read(folder / _CITY)["built"])
    except (ValueError, KeyError, TypeError):
        built = None
    return ports, built


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}


def remember(folder: Path, served: Served) -> None:
    """Keep both for the next time."""
    (folder / _PORTS).write_text(json.dumps(served.ports) + "\n", encoding="utf-8")
    (folder / _CITY).write_text(json.dumps({"built": served.city.built.isoformat()}) + "\n", encoding="utf-8")
