"""The judge: what a crawl and its history mean under the rules. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.census.activities import Held, held
from monitor.census.availability import Yardstick, judge_week
from monitor.census.checks import CHECKS
from monitor.census.columns import judge_column
from monitor.census.consultation import NewestAnswer, Unanswered, newest_answer, unanswered
from monitor.census.guides import Lacking, lacking
from monitor.census.identity import check_identity, days_left
from monitor.census.interpretation import Pair, Pairing, is_interpretation, pair
from monitor.census.items import Reckoned, key_of, reckon
from monitor.census.ranking import accuses, open_findings, rank
from monitor.census.sheet import judge_site
from monitor.census.why import Why, why

__all__ = [
    "CHECKS",
    "Held",
    "Lacking",
    "NewestAnswer",
    "Pair",
    "Pairing",
    "Reckoned",
    "Unanswered",
    "Why",
    "Yardstick",
    "accuses",
    "check_identity",
    "days_left",
    "held",
    "is_interpretation",
    "judge_column",
    "judge_site",
    "judge_week",
    "key_of",
    "lacking",
    "newest_answer",
    "open_findings",
    "pair",
    "rank",
    "reckon",
    "unanswered",
    "why",
]
