"""A rule and the site it is held against, and how a finding is said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor import days
from monitor.model import Rule, RuleFinding, RuleVerdict, SiteFacts, Span, Subject

MOST_SUBJECTS = 30
"""So many of what a finding rests on are kept."""


@dataclass(frozen=True, slots=True)
class Case:
    """A rule and a site, and what earlier rules of the pack have already deducted for."""

    rule: Rule
    facts: SiteFacts
    taken: frozenset[str] = frozenset()
    """Addresses of columns for which an earlier indicator deducts: nothing is deducted twice."""

    def number(self, name: str, *, warn: bool = False) -> float | None:
        """A threshold of the rule; None when it has none of that name."""
        found = (self.rule.warn if warn else self.rule.settings).get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def span(self, name: str, *, warn: bool = False) -> Span | None:
        """A length of time of the rule; None when it has none of that name."""
        return days.span(str((self.rule.warn if warn else self.rule.settings).get(name, "")))

    def words(self, name: str) -> tuple[str, ...]:
        """Words of the rule."""
        found = self.rule.settings.get(name, ())
        return tuple(map(str, found)) if isinstance(found, list | tuple) else (str(found),)

    def says(
        self, verdict: RuleVerdict, evidence: str, subjects: Iterable[Subject] = (), points: float = 0.0
    ) -> RuleFinding:
        """The finding of this rule."""
        kept = tuple(subjects)[:MOST_SUBJECTS]
        return RuleFinding(rule=self.rule, verdict=verdict, evidence=evidence, subjects=kept, points=round(points, 1))


def counted(number: int, what: str, plural: str = "") -> str:
    """A number with its noun: "1 column", "2 columns"."""
    return f"{number} {what if number == 1 and not plural else plural or what + 's'}"
