"""The self-check of one site under a pack of rules: every rule answers, and the score follows. Pure."""

from __future__ import annotations

from dataclasses import replace

from monitor.census.case import Case
from monitor.census.checks import CHECKS
from monitor.census.duties import judge_duties
from monitor.model import (
    Applies,
    Confidence,
    Part,
    Reach,
    Result,
    Rule,
    RuleFinding,
    RulePack,
    RuleVerdict,
    Sheet,
    SiteFacts,
    lost_points,
)

_RECALLED = frozenset((Confidence.RECALLED_HIGH, Confidence.RECALLED_MID, Confidence.RECALLED_LOW))
_OPEN = frozenset((RuleVerdict.UNKNOWN, RuleVerdict.PERSON))


def judge_site(pack: RulePack, facts: SiteFacts) -> Sheet:
    """Judge a site by every rule of a pack.

    A veto fails the site and no score is given (2019, 指标说明:
    「如网站出现单项否决指标中的任意一种情形,即判定为不合格网站,不再对其他指标进行评分」).
    The score is what is left at most: what could not be judged is not deducted, and a site passes only where
    nothing is left open. What is only recalled fails nobody: it leaves the site open until the words were checked.
    """
    findings: list[RuleFinding] = []
    taken: set[str] = set()
    for rule in pack.rules:
        finding = _judge(Case(rule, facts, frozenset(taken)))
        findings.append(finding)
        if rule.part is Part.DEDUCTION and finding.verdict is RuleVerdict.BREACH:
            taken.update(subject.url for subject in finding.subjects)
    findings += [_unless_waived(found, facts) for found in judge_duties(facts)]
    score = _score(pack, findings)
    result = _result(pack, findings)
    return Sheet(site_id=facts.site.id, pack_id=pack.id, findings=tuple(findings), result=result, score=score)


def _score(pack: RulePack, findings: list[RuleFinding]) -> float | None:
    vetoed = any(f.rule.part is Part.VETO and f.verdict is RuleVerdict.BREACH for f in findings)
    scored = any(f.rule.part is Part.DEDUCTION and f.verdict is not RuleVerdict.NOT_APPLICABLE for f in findings)
    return None if vetoed or not scored or not pack.total else round(pack.total - deducted(findings), 1)


def _result(pack: RulePack, findings: list[RuleFinding]) -> Result:
    sure = [f for f in findings if f.rule.confidence not in _RECALLED]
    if _fails(pack, sure):
        return Result.FAIL
    is_open = any(f.verdict in _OPEN for f in findings) or _fails(pack, findings)
    return Result.OPEN if is_open else Result.PASS


def _fails(pack: RulePack, findings: list[RuleFinding]) -> bool:
    """Whether these findings fail a site; duties do so only in a pack of nothing else."""
    parts = {rule.part for rule in pack.rules}
    deciding = Part.DUTY if parts <= {Part.DUTY} else Part.VETO
    breached = any(f.rule.part is deciding and f.verdict is RuleVerdict.BREACH for f in findings)
    return breached or (pack.total > 0 and pack.total - deducted(findings) < pack.pass_line)


def deducted(findings: list[RuleFinding]) -> float:
    """The points that are lost, no indicator losing more than it has (单项指标扣分之和不超过本项指标总分值)."""
    return round(sum(lost_points(findings).values()), 1)


def _judge(case: Case) -> RuleFinding:
    if not applies(case.rule, case.facts):
        whom = "portals" if case.rule.applies is Applies.PORTALS else "departments' sites"
        return case.says(RuleVerdict.NOT_APPLICABLE, f"judged on {whom} only")
    looks_at_site = case.rule.check not in ("availability", "person")
    if looks_at_site and case.facts.reach is not Reach.OPEN:
        why = case.facts.reason or case.facts.reach.value
        return case.says(RuleVerdict.UNKNOWN, f"the site could not be looked at: {why}")
    finding = CHECKS[case.rule.check](case)
    finding = finding if case.rule.part is Part.DEDUCTION else replace(finding, points=0.0)
    return _unless_waived(finding, case.facts)


def _unless_waived(finding: RuleFinding, facts: SiteFacts) -> RuleFinding:
    """The finding, or that the site is not judged by the rule, by whose word and until when."""
    for waiver in facts.site.waivers:
        if finding.rule.id in (waiver.rule, f"duty: {waiver.rule}") and facts.today <= waiver.until:
            said = f"{waiver.reason} ({waiver.by}, until {waiver.until})"
            return replace(finding, verdict=RuleVerdict.NOT_APPLICABLE, evidence=said, points=0.0)
    return finding


def applies(rule: Rule, facts: SiteFacts) -> bool:
    """Whether a rule is for this site."""
    return rule.applies is Applies.ALL or (rule.applies is Applies.PORTALS) == facts.site.portal
