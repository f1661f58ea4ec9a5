"""What people see of the rules on a terminal: the list of them, and why a column stands as it does."""

from __future__ import annotations

from rich.console import Console

from monitor import days
from monitor.census import Why
from monitor.model import Confidence, Limit, Part, Rule, RulePack
from monitor.terminal import console, safe

_HEADINGS = {Part.VETO: "Vetoes", Part.DEDUCTION: "Deductions", Part.DUTY: "Duties"}
_KNOWN = {
    Confidence.READ: "",
    Confidence.SECOND_HAND: "second-hand",
    Confidence.RECALLED_HIGH: "RECALLED, not confirmed",
    Confidence.RECALLED_MID: "RECALLED, its number may be off",
    Confidence.RECALLED_LOW: "RECALLED, a placeholder",
    Confidence.JUDGED: "concluded",
    Confidence.OWN: "own",
}
"""How far a rule is known, in words; "" for one that was read."""


def show_rules(pack: RulePack) -> None:
    """Every rule of a pack: what is judged, in which words, from which source, and how far they are known."""
    screen = console()
    inherits = f", inherits {pack.inherits}" if pack.inherits else ""
    screen.print(safe(f"{pack.id}: {pack.name} ({pack.document}{inherits})"), style="bold")
    if pack.total:
        known = f" [{_KNOWN[pack.score_confidence]}]" if _KNOWN[pack.score_confidence] else ""
        screen.print(safe(f"Score: {pack.total:g} points, below {pack.pass_line:g} fails{known}"))
    screen.print("Limits: " + "; ".join(f"{k.value} {_limit(limit)}" for k, limit in pack.limits.items()))
    for part in Part:
        rules = [rule for rule in pack.rules if rule.part is part]
        if rules:
            screen.print()
            screen.print(_HEADINGS[part], style="bold")
        for rule in rules:
            _show_rule(screen, rule)


def _show_rule(screen: Console, rule: Rule) -> None:
    known = f" [{_KNOWN[rule.confidence]}]" if _KNOWN[rule.confidence] else ""
    points = f", {rule.points:g} points" + (f", {rule.most:g} at most" if rule.most else "") if rule.points else ""
    screen.print(safe(f"{rule.id}  {rule.indicator}: {rule.meaning}{points}{known}", 400))
    screen.print(safe(rule.clause, 600, indent=6), style="dim")
    settings = ", ".join(f"{name} {_plain(value)}" for name, value in rule.settings.items())
    warns = ", ".join(f"{name} {_plain(value)}" for name, value in rule.warn.items())
    said = f"{rule.check}" + (f": {settings}" if settings else "") + (f"; warns at {warns}" if warns else "")
    screen.print(safe(f"{said}; {rule.source}; for {rule.applies.value}", 400, indent=6), style="dim")


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _limit(limit: Limit) -> str:
    if limit.limit is None:
        return "by no age"
    return days.words(limit.limit) + (f" (warns at {days.words(limit.warn)})" if limit.warn else "")


def show_why(found: Why) -> None:
    """Why a column stands as it does."""
    screen, column = console(), found.column
    screen.print(safe(f"{column.name}  {column.url}", 300), style="bold")
    age = f", {column.age_days} days ago" if column.age_days is not None else ""
    limit = f"limit {days.words(column.limit)} (inclusive)" if column.limit else "not judged by age"
    screen.print(safe(f"{column.verdict.value}: class {column.klass.value} ({found.sort}), {limit}", indent=2))
    screen.print(safe(f"date that counts: {column.newest or 'none'}{age}", indent=2))
    screen.print(safe(f"read from: {column.evidence}", 300, indent=2))
    for one in found.counts:
        known = f" [{_KNOWN[one.rule.confidence]}]" if _KNOWN[one.rule.confidence] else ""
        said = f"counts under {one.rule.id} {one.rule.indicator}: {one.verdict.value}, {one.evidence}{known}"
        screen.print(safe(said, 400, indent=2))
        screen.print(safe(one.rule.clause, 600, indent=6), style="dim")
    if found.passes_with:
        screen.print(safe(f"would pass with: {found.passes_with}", 300, indent=2))
