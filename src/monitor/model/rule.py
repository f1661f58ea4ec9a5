"""The rules by which a site is judged as a whole, and what was found by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.model.identity import IdentityRules
from monitor.model.limit import ColumnClass, Confidence, Limit


class Part(StrEnum):
    """What a rule does to the result."""

    VETO = "veto"
    DEDUCTION = "deduction"
    DUTY = "duty"
    """Neither: a duty of its own, told beside the result."""


class Applies(StrEnum):
    """To which sites a rule applies."""

    ALL = "all"
    PORTALS = "portals"
    DEPARTMENTS = "departments"


class RuleVerdict(StrEnum):
    """How a site stands under one rule."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    BREACH = "breach"
    UNKNOWN = "unknown"
    PERSON = "for a person"
    """Only a person can judge it; what speaks for a breach is listed."""
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a pack."""

    id: str
    part: Part
    indicator: str
    aspect: str = ""
    """What is measured (考察点)."""
    clause: str
    """The original words."""
    meaning: str
    """The rule in plain English."""
    source: str
    confidence: Confidence
    applies: Applies = Applies.ALL
    check: str
    """The name of the function that judges it."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Its thresholds, inclusive."""
    warn: Mapping[str, object] = field(default_factory=dict)
    """The thresholds from which on it warns."""
    points: float = 0.0
    """Deducted for each finding."""
    most: float = 0.0
    """The most that is deducted under the indicator; 0: no cap of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """The rules of one standard."""

    id: str
    name: str
    language: str
    document: str
    """The paper that sets it."""
    inherits: str = ""
    limits: Mapping[ColumnClass, Limit]
    rules: tuple[Rule, ...]
    total: float = 0.0
    """The points from which is deducted; 0: there is no score."""
    pass_line: float = 0.0
    """Below it a site fails."""
    score_confidence: Confidence = Confidence.OWN
    note: str = ""
    identity: IdentityRules | None = None
    """What a site must show of itself; None: nothing is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A column, link or page that a finding rests on."""

    name: str
    url: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """What was found under one rule."""

    rule: Rule
    verdict: RuleVerdict
    evidence: str
    """One sentence: what was seen, and what is missing to the threshold."""
    subjects: tuple[Subject, ...] = ()
    """The first of what it rests on."""
    points: float = 0.0
    """Deducted, before the indicator's cap."""


def lost_points(findings: Iterable[RuleFinding]) -> dict[str, float]:
    """The points that are lost by indicator, none losing more than it has (单项指标扣分之和不超过本项指标总分值)."""
    lost: dict[str, float] = {}
    most: dict[str, float] = {}
    for finding in findings:
        rule = finding.rule
        if rule.part is Part.DEDUCTION:
            lost[rule.indicator] = lost.get(rule.indicator, 0.0) + finding.points
            most[rule.indicator] = max(most.get(rule.indicator, 0.0), rule.most)
    return {name: round(min(points, most[name]) if most[name] else points, 1) for name, points in lost.items()}


class Result(StrEnum):
    """How a site stands under a pack."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - no password
    OPEN = "open"
    """Nothing speaks against it, and not everything could be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The self-check of one site under one pack."""

    site_id: str
    pack_id: str
    findings: tuple[RuleFinding, ...]
    result: Result
    score: float | None
    """At most so many points: what could not be judged is not deducted. None: no score, or a veto."""
