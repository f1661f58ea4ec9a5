"""Sheets and the rules behind them as JSON and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from monitor.model import (
    Applies,
    ColumnClass,
    Confidence,
    IdentityRules,
    Limit,
    Part,
    Period,
    Result,
    Rule,
    RuleFinding,
    RulePack,
    RuleVerdict,
    Sheet,
    Span,
    Standing,
    Subject,
)

Json = dict[str, Any]


def rules_json(pack: RulePack | None) -> Json | None:
    """A pack of rules as a plain object; None for none."""
    if pack is None:
        return None
    return {
        "id": pack.id,
        "name": pack.name,
        "language": pack.language,
        "document": pack.document,
        "inherits": pack.inherits,
        "limits": {klass.value: _limit(limit) for klass, limit in pack.limits.items()},
        "rules": [_rule(rule) for rule in pack.rules],
        "total": pack.total,
        "pass_line": pack.pass_line,
        "score_confidence": pack.score_confidence.value,
        "note": pack.note,
        "identity": None if pack.identity is None else asdict(pack.identity),
    }


def to_rules(given: Json | None) -> RulePack | None:
    """The pack that `rules_json` was made from."""
    if given is None:
        return None
    return RulePack(
        id=given["id"],
        name=given["name"],
        language=given["language"],
        document=given["document"],
        inherits=given["inherits"],
        limits={ColumnClass(name): _to_limit(limit) for name, limit in given["limits"].items()},
        rules=tuple(map(_to_rule, given["rules"])),
        total=given["total"],
        pass_line=given["pass_line"],
        score_confidence=Confidence(given["score_confidence"]),
        note=given["note"],
        identity=_to_identity(given["identity"]),
    )


def _to_identity(given: Json | None) -> IdentityRules | None:
    if given is None:
        return None
    return IdentityRules(
        code_forms=tuple(given["code_forms"]),
        icp_form=given["icp_form"],
        suffixes=tuple(given["suffixes"]),
        other_suffixes=tuple(given["other_suffixes"]),
        portal_form=given["portal_form"],
        load_seconds=given["load_seconds"],
        certificate_days=given["certificate_days"],
    )


def sheet_json(sheet: Sheet) -> Json:
    """A sheet as a plain object; its rules by their ids."""
    return {
        "site": sheet.site_id,
        "rules": sheet.pack_id,
        "result": sheet.result.value,
        "score": sheet.score,
        "findings": [
            {
                "rule": found.rule.id,
                "part": found.rule.part.value,
                "indicator": found.rule.indicator,
                "verdict": found.verdict.value,
                "evidence": found.evidence,
                "points": found.points,
                "clause": found.rule.clause if found.rule.check == "duty" else "",
                "subjects": [{"name": s.name, "url": s.url, "said": s.said} for s in found.subjects],
            }
            for found in sheet.findings
        ],
    }


def to_sheet(given: Json, rules: RulePack | None) -> Sheet:
    """The sheet that `sheet_json` was made from. A rule that is in force no more keeps its name only."""
    known = {rule.id: rule for rule in (rules.rules if rules else ())}
    return Sheet(
        site_id=given["site"],
        pack_id=given["rules"],
        result=Result(given["result"]),
        score=given["score"],
        findings=tuple(_to_finding(found, known) for found in given["findings"]),
    )


def period(day: date, documents: Iterable[Json]) -> Period | None:
    """How the sites stood on a day, from what was kept of each; None when they were judged by no rules."""
    kept = [
        (to_sheet(found["sheets"][0], None), len(found["violations"])) for found in documents if found.get("sheets")
    ]
    if not kept:
        return None
    standings = tuple(
        Standing(site_id=sheet.site_id, result=sheet.result, score=sheet.score, violations=number)
        for sheet, number in kept
    )
    return Period(day=day, pack_id=kept[0][0].pack_id, standings=standings)


def period_json(period: Period | None) -> Json | None:
    """The period before as a plain object; None for none."""
    if period is None:
        return None
    standings = [
        {"site": s.site_id, "result": s.result.value, "score": s.score, "violations": s.violations}
        for s in period.standings
    ]
    return {"day": period.day.isoformat(), "rules": period.pack_id, "sites": standings}


def to_period(given: Json | None) -> Period | None:
    """The period that `period_json` was made from."""
    if given is None:
        return None
    standings = tuple(
        Standing(site_id=s["site"], result=Result(s["result"]), score=s["score"], violations=s["violations"])
        for s in given["sites"]
    )
    return Period(day=date.fromisoformat(given["day"]), pack_id=given["rules"], standings=standings)


def _to_finding(given: Json, known: Mapping[str, Rule]) -> RuleFinding:
    rule = known.get(given["rule"]) or Rule(
        id=given["rule"],
        part=Part(given["part"]),
        indicator=given["indicator"],
        clause=given.get("clause", ""),
        meaning="",
        source="",
        confidence=Confidence.OWN,
        check="duty" if given.get("clause") else "",
    )
    return RuleFinding(
        rule=rule,
        verdict=RuleVerdict(given["verdict"]),
        evidence=given["evidence"],
        points=given["points"],
        subjects=tuple(Subject(name=s["name"], url=s["url"], said=s["said"]) for s in given["subjects"]),
    )


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "part": rule.part.value,
        "indicator": rule.indicator,
        "aspect": rule.aspect,
        "clause": rule.clause,
        "meaning": rule.meaning,
        "source": rule.source,
        "confidence": rule.confidence.value,
        "applies": rule.applies.value,
        "check": rule.check,
        "settings": dict(rule.settings),
        "warn": dict(rule.warn),
        "points": rule.points,
        "most": rule.most,
    }


def _to_rule(given: Json) -> Rule:
    return Rule(
        id=given["id"],
        part=Part(given["part"]),
        indicator=given["indicator"],
        aspect=given["aspect"],
        clause=given["clause"],
        meaning=given["meaning"],
        source=given["source"],
        confidence=Confidence(given["confidence"]),
        applies=Applies(given["applies"]),
        check=given["check"],
        settings=given["settings"],
        warn=given["warn"],
        points=given["points"],
        most=given["most"],
    )


def _limit(limit: Limit) -> Json:
    return {"limit": _span(limit.limit), "warn": _span(limit.warn), "confidence": limit.confidence.value}


def _to_limit(given: Json) -> Limit:
    confidence = Confidence(given["confidence"])
    return Limit(limit=_to_span(given["limit"]), warn=_to_span(given["warn"]), confidence=confidence)


def _span(span: Span | None) -> Json | None:
    return None if span is None else {"days": span.days, "months": span.months, "years": span.years}


def _to_span(given: Json | None) -> Span | None:
    return None if given is None else Span(days=given["days"], months=given["months"], years=given["years"])
