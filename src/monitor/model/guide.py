"""What is read of a service guide (办事指南)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Element(StrEnum):
    """The key categories that a guide must show, by the census of 2019, veto 6."""

    NAME = "name"
    BASIS = "basis"
    CONDITIONS = "conditions"
    MATERIALS = "materials"
    PLACE = "place"
    OFFICE = "office"
    FEES = "fees"
    TIME = "time"
    PHONE = "phone"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One guide: every category is shown, missing, or cannot be told."""

    title: str
    url: str
    shown: frozenset[Element] = frozenset()
    missing: frozenset[Element] = frozenset()
    unknown: frozenset[Element] = frozenset()
    recognised: bool = False
    """Whether its page shows enough to be read as a guide; where it does not, nothing is missing."""
    reason: str = ""
    """Why some cannot be told; "" when all can."""
