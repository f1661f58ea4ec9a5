"""The judge: what a crawl and its history mean under the rules. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.census.availability import Yardstick, judge_week
from monitor.census.columns import judge_column
from monitor.census.items import Reckoned, key_of, reckon
from monitor.census.ranking import open_findings, rank

__all__ = ["Reckoned", "Yardstick", "judge_column", "judge_week", "key_of", "open_findings", "rank", "reckon"]
