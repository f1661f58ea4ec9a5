"""Bytes of a page to what stands on it: links, rows, dates with evidence. Pure; nothing is fetched or run."""

from __future__ import annotations

from monitor.page.data import read_data
from monitor.page.explain import evidence, explain_line
from monitor.page.glance import Glance, Glances
from monitor.page.identity import identify
from monitor.page.read import read
from monitor.page.skim import Freshness, freshness

__all__ = [
    "Freshness",
    "Glance",
    "Glances",
    "evidence",
    "explain_line",
    "freshness",
    "identify",
    "read",
    "read_data",
]
from monitor.page.guide import read_guide
from monitor.page.messages import read_message, read_messages

__all__ = [
    "Freshness",
    "Glance",
    "Glances",
    "evidence",
    "explain_line",
    "freshness",
    "read",
    "read_data",
    "read_guide",
    "read_message",
    "read_messages",
]
