"""The judge: what a crawl and its history mean under the rules. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.census.columns import judge_column
from monitor.census.ranking import open_findings, rank

__all__ = ["judge_column", "open_findings", "rank"]
