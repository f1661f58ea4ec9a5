"""The life of notices: findings and open cases -> what happens next. Pure."""

from __future__ import annotations

from monitor.notices.act import Refused, act
from monitor.notices.contacts import contacts, superiors
from monitor.notices.follow import follow
from monitor.notices.life import apply, words
from monitor.notices.sight import Seen, looks
from monitor.notices.tell import follow_ups, issued

__all__ = [
    "Refused",
    "Seen",
    "act",
    "apply",
    "contacts",
    "follow",
    "follow_ups",
    "issued",
    "looks",
    "superiors",
    "words",
]
