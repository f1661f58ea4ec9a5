"""Looks at home pages, many times a day: whether a site is open, and nothing else."""

from __future__ import annotations

from monitor.probing.prober import PATIENCE, Prober, Round
from monitor.probing.rounds import probe, probe_due
from monitor.probing.sight import probe_of
from monitor.probing.turns import due

__all__ = ["PATIENCE", "Prober", "Round", "due", "probe", "probe_due", "probe_of"]
