"""What a look at a link means: the states of design's table, from values alone. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.links.anchors import fragment_lives
from monitor.links.hosts import folded
from monitor.links.missing import MissingPage, likeness, looks_missing, missing_page, probe_path, with_home
from monitor.links.signs import hijacked, is_maintenance, is_wall, wall
from monitor.links.verdicts import DOUBTS, plainly_alive, verdict, worth_second_look

__all__ = [
    "DOUBTS",
    "MissingPage",
    "folded",
    "fragment_lives",
    "hijacked",
    "is_maintenance",
    "is_wall",
    "likeness",
    "looks_missing",
    "missing_page",
    "plainly_alive",
    "probe_path",
    "verdict",
    "wall",
    "with_home",
    "worth_second_look",
]
