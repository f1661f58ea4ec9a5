"""What a crawl kept of the columns by which a portal answers and serves its readers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model.guide import Guide
from monitor.model.message import MessageList
from monitor.model.paper import Paper


class ServiceKind(StrEnum):
    """What a column of interaction, service or policies holds, beside its class."""

    CONSULTATION = "consultation"
    """Letters that must be answered: 信箱, 咨询, 留言."""
    MIXED = "mixed"
    """Letters and complaints together: 咨询投诉."""
    INTERVIEW = "interview"
    SURVEY = "survey"
    GUIDE = "guide"
    POLICY = "policy"
    INTERPRETATION = "interpretation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Letters, guides, policies and their interpretations of one site, each within its bound."""

    letters: tuple[MessageList, ...] = ()
    guides: tuple[Guide, ...] = ()
    guides_left: int = 0
    """Guides that lists lead to and that were not read in this run."""
    policies: tuple[Paper, ...] = ()
    interpretations: tuple[Paper, ...] = ()
    left_out: tuple[str, ...] = ()
    """What was not kept, one clause each."""
