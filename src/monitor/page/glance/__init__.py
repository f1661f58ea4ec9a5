"""Articles at a glance: where they lead, put together from stretches of letters that a portal repeats."""

from __future__ import annotations

from monitor.page.glance.glances import Glance, Glances

__all__ = ["Glance", "Glances"]
