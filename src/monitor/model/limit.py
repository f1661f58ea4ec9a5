"""How long columns may stay silent, and how far that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnClass(StrEnum):
    """How often a column must be updated: the census classes."""

    A = "A"
    A24 = "A24"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    L = "L"
    R = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time by the calendar: "6 months" is not 180 days."""

    days: int = 0
    months: int = 0
    years: int = 0


class Confidence(StrEnum):
    """How a figure or wording is known; only what was read may be shown as official without a mark."""

    READ = "read"
    """The wording was read in a public copy of the source."""
    SECOND_HAND = "second-hand"
    """Read in a source that describes the rule."""
    RECALLED_HIGH = "recalled-high"
    """From memory: sure of the number, close on the wording."""
    RECALLED_MID = "recalled-mid"
    """From memory: the rule exists, its number may be off."""
    RECALLED_LOW = "recalled-low"
    """From memory: a placeholder."""
    JUDGED = "judged"
    """Concluded from the definitions."""
    OWN = "own"
    """Set by this project or by the office itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a class of columns may stay silent; None: not judged by age."""

    limit: Span | None
    warn: Span | None = None
    """From this age on a column is due soon; None: at four fifths of the limit."""
    confidence: Confidence = Confidence.OWN
