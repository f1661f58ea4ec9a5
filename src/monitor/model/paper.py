"""A policy document or an interpretation of one, as far as both are needed to be paired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One item of a policy column or of a column of interpretations."""

    title: str
    url: str
    day: date | None = None
    links: frozenset[str] = frozenset()
    """Where its page leads among the papers of the other sort, by `urls.same_page` key."""
    column: str = ""
