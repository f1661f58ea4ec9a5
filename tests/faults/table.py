"""The whole table."""

from __future__ import annotations

from faults import bodies, files, handshakes, heads, letters, pages, routes, walls
from faults.case import Case

CASES: tuple[Case, ...] = (
    *heads.CASES,
    *bodies.CASES,
    *routes.CASES,
    *letters.CASES,
    *walls.CASES,
    *pages.CASES,
    *files.CASES,
    *handshakes.CASES,
)
