"""The judge: what a crawl and its history mean under the rules. Pure: no I/O, no clock."""

from __future__ import annotations

from monitor.census.activities import Held, held
from monitor.census.columns import judge_column
from monitor.census.consultation import NewestAnswer, Unanswered, newest_answer, unanswered
from monitor.census.guides import Lacking, lacking
from monitor.census.interpretation import Pair, Pairing, is_interpretation, pair
from monitor.census.items import Reckoned, key_of, reckon
from monitor.census.ranking import open_findings, rank

__all__ = [
    "Held",
    "Lacking",
    "NewestAnswer",
    "Pair",
    "Pairing",
    "Reckoned",
    "Unanswered",
    "held",
    "is_interpretation",
    "judge_column",
    "key_of",
    "lacking",
    "newest_answer",
    "open_findings",
    "pair",
    "rank",
    "reckon",
    "unanswered",
]
