"""The judge: what a crawl and its history mean under the rules. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.census.columns import judge_column
from monitor.census.identity import IdentityRules, check_identity, days_left
from monitor.census.items import Reckoned, key_of, reckon
from monitor.census.ranking import open_findings, rank

__all__ = [
    "IdentityRules",
    "Reckoned",
    "check_identity",
    "days_left",
    "judge_column",
    "key_of",
    "open_findings",
    "rank",
    "reckon",
]
