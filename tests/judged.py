"""Reports with self-checks to lay out: the made-up city judged by any rules, made-up rules, hostile sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sample
from monitor.census import judge_site
from monitor.config import load_pack
from monitor.model import (
    Confidence,
    Dated,
    HomeLook,
    LinkState,
    Part,
    Reach,
    Report,
    Result,
    Rule,
    RuleFinding,
    RulePack,
    RuleVerdict,
    Sheet,
    Site,
    SiteFacts,
    Subject,
    Unit,
)

HOME = HomeLook(dated=(Dated(day=sample.TODAY - timedelta(days=3), text="11-20", where="list row 2", rule="md"),))


def pack(name: str = "census-2019") -> RulePack:
    return load_pack(name, Path())


def city(rules: RulePack | None = None) -> Report:
    """The city, each site judged by real rules; site 0 is a portal."""
    rules = rules or pack()
    whole = sample.city()
    facts = (
        SiteFacts(
            site=Site(id=s.id, name=s.name, url=s.url, unit=s.unit, portal=s.id == "dept00"),
            today=sample.TODAY,
            reach=Reach.OPEN if s.verdict != "unreachable" else Reach.UNREACHABLE,
            reason=s.reason,
            whole=True,
            columns=tuple(c for c in whole.columns if c.site_id == s.id),
            home=HOME,
            home_url=s.url,
            links=tuple(f.link for f in whole.links if f.site_id == s.id),
            accused=frozenset(f.link.url for f in whole.links if f.link.state is LinkState.DEAD),
        )
        for s in whole.sites
    )
    return replace(whole, rules=rules, sheets=tuple(judge_site(rules, one) for one in facts))


def rule(number: int = 1, **more: object) -> Rule:
    values: dict[str, object] = {
        "id": f"X{number}",
        "part": Part.VETO,
        "indicator": f"指标{number}",
        "aspect": "考察点",
        "clause": "条款原文。",
        "meaning": "The meaning.",
        "source": "某文件",
        "confidence": Confidence.READ,
        "check": "person",
    }
    return Rule(**(values | more))  # type: ignore[arg-type]


def rules(*given: Rule, **more: object) -> RulePack:
    values: dict[str, object] = {
        "id": "made-up",
        "name": "某指标",
        "language": "zh-CN",
        "document": "某文件",
        "limits": {},
        "rules": given,
        "total": 100.0,
        "pass_line": 60.0,
        "score_confidence": Confidence.READ,
    }
    return RulePack(**(values | more))  # type: ignore[arg-type]


def found(of: Rule, verdict: RuleVerdict = RuleVerdict.PASS, **more: object) -> RuleFinding:
    return RuleFinding(**({"rule": of, "verdict": verdict, "evidence": "3 columns not updated"} | more))  # type: ignore[arg-type]


def sheet(site: str, result: Result, *findings: RuleFinding, score: float | None = None) -> Sheet:
    return Sheet(site_id=site, pack_id="made-up", findings=findings, result=result, score=score)


def single(*findings: RuleFinding, result: Result = Result.OPEN, score: float | None = None, **more: object) -> Report:
    """One well site with one sheet; `more` about the rules."""
    well = sample.well()
    of = rules(*(f.rule for f in findings), **more)
    return replace(well, sites=well.sites[:1], rules=of, sheets=(sheet("dept00", result, *findings, score=score),))


def hostile(text: str) -> Report:
    """The hostile city with sheets whose every word is a stranger's."""
    whole = sample.hostile(text)
    kinds = ((Part.VETO, RuleVerdict.BREACH), (Part.DEDUCTION, RuleVerdict.UNKNOWN), (Part.DUTY, RuleVerdict.PERSON))
    bad = [
        found(
            rule(n, part=part, indicator=text, aspect=text, clause=text, meaning=text, source=text),
            verdict,
            evidence=text,
            subjects=(Subject(name=text, url=text, said=text),),
            points=1.0,
        )
        for n, (part, verdict) in enumerate(kinds)
    ]
    idle = found(rule(9, indicator=text), RuleVerdict.NOT_APPLICABLE)
    of = rules(*(f.rule for f in bad), name=text, document=text, note=text, inherits=text)
    sheets = tuple(sheet(s.id, Result.FAIL, *bad, idle) for s in whole.sites)
    top = Unit(id="top", name=text)
    return replace(whole, rules=of, sheets=sheets, units=(top, replace(whole.sites[0].unit, within="top")))


def fleet(sites: int, each: int) -> Report:
    """A large fleet of counties, judged by `each` rules."""
    whole = sample.fleet(sites, 5)
    of = [rule(n, indicator=f"指标{n // 5}", part=Part.DEDUCTION, points=1.0, most=3.0) for n in range(each)]
    subjects = tuple(Subject(name="通知公告", url=sample.address(n), said="400 days, limit 1 year") for n in range(30))
    findings = [found(one, RuleVerdict.BREACH, subjects=subjects, points=1.0) for one in of]
    counties = tuple(Unit(id=f"county-{n}", name=f"第{n}县") for n in range(20))
    placed = tuple(
        replace(s, unit=replace(s.unit, within=f"county-{n % 20}"), verdict="ok") for n, s in enumerate(whole.sites)
    )
    sheets = tuple(sheet(s.id, Result.OPEN, *findings, score=70.0) for s in placed)
    units = (*counties, *(s.unit for s in placed))
    return replace(whole, sites=placed, rules=rules(*of), sheets=sheets, units=units)
