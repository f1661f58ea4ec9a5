"""Every rule of every pack, exactly on its limit, one below and one above; and the score that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import days
from monitor.census import CHECKS, judge_column, judge_site
from monitor.census.sheet import deducted
from monitor.config import load_pack, names
from monitor.model import (
    Column,
    ColumnClass,
    ColumnFinding,
    ColumnLook,
    ColumnVerdict,
    Confidence,
    Dated,
    HomeLook,
    IdentityCheck,
    Kind,
    Link,
    LinkState,
    Parent,
    Part,
    Presence,
    Probe,
    Reach,
    Reading,
    Result,
    Rule,
    RuleFinding,
    RulePack,
    RuleVerdict,
    Site,
    SiteFacts,
    Unit,
    Violation,
    Waiver,
)

TODAY = date(2026, 11, 3)
HOME = "http://slj.example.gov.cn/"
SITE = Site(id="slj", name="市水利局", url=HOME, unit=Unit(id="u", name="市水利局"), portal=True)
PACKS = {name: load_pack(name, Path()) for name in names()}
ALL = [(pack, rule) for pack in PACKS.values() for rule in pack.rules]


def named(rules: list[tuple[RulePack, Rule]]) -> list[object]:
    return [pytest.param(pack, rule, id=f"{pack.id}-{rule.id}") for pack, rule in rules]


def of_check(*checks: str) -> list[object]:
    found = [(pack, rule) for pack, rule in ALL if rule.check in checks]
    assert found
    return named(found)


def facts(**more: object) -> SiteFacts:
    base = SiteFacts(site=SITE, today=TODAY, reach=Reach.OPEN, reason="", whole=True, home_url=HOME)
    return replace(base, **more)  # type: ignore[arg-type]


def column(n: int, klass: ColumnClass, verdict: ColumnVerdict, name: str = "") -> ColumnFinding:
    return ColumnFinding(
        site_id="slj", name=name or f"栏目{n}", url=f"{HOME}{klass}/{n}/", klass=klass, limit=days.span("14 days"),
        limit_days=14, newest=None, age_days=None, verdict=verdict, evidence="said",
    )  # fmt: skip


def found(pack: RulePack, rule: Rule, known: SiteFacts) -> RuleFinding:
    one = replace(pack, rules=(rule,))
    (said,) = judge_site(one, known).findings
    return said


def classes(rule: Rule) -> list[ColumnClass]:
    named_ = rule.settings["classes"]
    assert isinstance(named_, list)
    return [ColumnClass(str(name)) for name in named_]


def meant(rule: Rule, n: int, klass: ColumnClass, verdict: ColumnVerdict) -> ColumnFinding:
    """A column that the rule means, by its class and by its name."""
    wanted = rule.settings.get("names", [""])
    assert isinstance(wanted, list)
    return column(n, klass, verdict, f"{wanted[0]}{n}")


@pytest.mark.parametrize(("pack", "rule"), of_check("silent columns", "blank columns"))
@pytest.mark.parametrize("past", [-1, 0, 1])
def test_columns_are_counted_up_to_the_threshold_and_it_is_inclusive(pack: RulePack, rule: Rule, past: int) -> None:
    most = int(str(rule.settings["at_least"]))
    klass = classes(rule)[-1] if "classes" in rule.settings else ColumnClass.A
    bad = ColumnVerdict.BLANK if rule.check == "blank columns" else ColumnVerdict.STALE
    columns = [meant(rule, n, klass, bad) for n in range(most + past)]
    columns += [meant(rule, 900 + n, klass, ColumnVerdict.FRESH) for n in range(20)]
    said = found(pack, rule, facts(columns=tuple(columns)))
    line = rule.warn.get("at_least")
    expected = RuleVerdict.BREACH if past >= 0 else RuleVerdict.WARN if line else RuleVerdict.PASS
    assert said.verdict is expected
    assert len(said.subjects) == most + past


@pytest.mark.parametrize(("pack", "rule"), of_check("silent columns", "blank columns"))
def test_what_could_not_be_judged_is_never_passed_in_silence(pack: RulePack, rule: Rule) -> None:
    most = int(str(rule.settings["at_least"]))
    klass = classes(rule)[-1] if "classes" in rule.settings else ColumnClass.A
    unknown = tuple(meant(rule, n, klass, ColumnVerdict.UNKNOWN) for n in range(most))
    assert found(pack, rule, facts(columns=unknown)).verdict is RuleVerdict.UNKNOWN
    assert found(pack, rule, facts(columns=(), whole=False)).verdict is RuleVerdict.UNKNOWN


@pytest.mark.parametrize(("pack", "rule"), of_check("silent columns"))
@pytest.mark.parametrize("klass", list(ColumnClass))
def test_only_the_classes_of_the_rule_count(pack: RulePack, rule: Rule, klass: ColumnClass) -> None:
    most = int(str(rule.settings["at_least"]))
    columns = tuple(meant(rule, n, klass, ColumnVerdict.STALE) for n in range(most))
    said = found(pack, rule, facts(columns=columns))
    assert (said.verdict is RuleVerdict.BREACH) == (klass in classes(rule))


def test_2019_counts_notices_of_the_first_level_only_and_2015_all() -> None:
    columns = tuple(column(n, ColumnClass.B, ColumnVerdict.STALE) for n in range(5))
    deep = facts(columns=columns, levels={c.url: 2 for c in columns[:1]})
    by_id = {rule.id: (pack, rule) for pack, rule in ALL}
    assert found(*by_id["W4-1"], deep).verdict is RuleVerdict.WARN
    assert found(*by_id["W4-1"], replace(deep, levels={})).verdict is RuleVerdict.BREACH
    assert found(*by_id["V3-1"], deep).verdict is RuleVerdict.BREACH


def test_a_blank_column_counts_among_the_long_silent_ones_too() -> None:
    by_id = {rule.id: (pack, rule) for pack, rule in ALL}
    blank = tuple(column(n, ColumnClass.C, ColumnVerdict.BLANK) for n in range(10))
    assert found(*by_id["W4-2"], facts(columns=blank)).verdict is RuleVerdict.BREACH
    assert found(*by_id["W4-1"], facts(columns=blank)).verdict is RuleVerdict.PASS


def dated(day: date) -> Dated:
    return Dated(day=day, text=str(day), where="home row 1", rule="iso")


@pytest.mark.parametrize(("pack", "rule"), of_check("home page"))
@pytest.mark.parametrize("past", [-1, 0, 1])
def test_the_home_page_on_its_limit(pack: RulePack, rule: Rule, past: int) -> None:
    limit = days.span(str(rule.settings["within"]))
    assert limit is not None
    newest = days.before(TODAY, limit) - timedelta(days=past)
    home = HomeLook(dated=(dated(newest),))
    expected = RuleVerdict.BREACH if past >= 0 else RuleVerdict.WARN
    assert found(pack, rule, facts(home=home)).verdict is expected
    if past >= 0:  # a newer one may stand there that carries no date, or in a column that was not read
        assert found(pack, rule, facts(home=replace(home, undated=1))).verdict is RuleVerdict.UNKNOWN
        unread = (column(1, ColumnClass.A, ColumnVerdict.UNKNOWN),)
        assert found(pack, rule, facts(home=home, columns=unread)).verdict is RuleVerdict.UNKNOWN


@pytest.mark.parametrize(("pack", "rule"), of_check("home page"))
def test_a_home_page_that_is_a_menu_is_judged_by_its_columns(pack: RulePack, rule: Rule) -> None:
    fresh = replace(column(1, ColumnClass.A, ColumnVerdict.FRESH), newest=TODAY, newest_url=f"{HOME}a.html")
    assert found(pack, rule, facts(home=HomeLook(), columns=(fresh,))).verdict is RuleVerdict.PASS
    old = replace(fresh, newest=TODAY - timedelta(days=60))
    assert found(pack, rule, facts(home=HomeLook(), columns=(old,))).verdict is RuleVerdict.BREACH
    assert found(pack, rule, facts(home=HomeLook())).verdict is RuleVerdict.UNKNOWN
    assert found(pack, rule, facts(home=None)).verdict is RuleVerdict.UNKNOWN


@pytest.mark.parametrize(("pack", "rule"), of_check("home page items"))
@pytest.mark.parametrize("past", [-1, 0, 1])
def test_items_of_the_home_page(pack: RulePack, rule: Rule, past: int) -> None:
    count = int(str(rule.settings["fewer_than"])) + past
    home = HomeLook(dated=tuple(dated(TODAY) for _ in range(count)))
    said = found(pack, rule, facts(home=home))
    assert said.verdict is (RuleVerdict.PASS if past >= 0 else RuleVerdict.BREACH)
    assert said.points == (0 if past >= 0 else rule.points)


def link(n: int, on: str, state: LinkState = LinkState.DEAD) -> Link:
    url = f"{HOME}gone{n}.html"
    met = (Parent(url=on, text="附件"),)
    return Link(url=url, state=state, reason="404 Not Found", status=404, final_url=url, found_on=met)


@pytest.mark.parametrize(("pack", "rule"), of_check("dead links"))
def test_dead_links_count_where_they_stand_and_only_those_that_are_held_against_the_site(
    pack: RulePack, rule: Rule
) -> None:
    home, other = [link(n, HOME) for n in range(3)], [link(n, f"{HOME}a/") for n in range(3, 8)]
    failing = link(9, HOME, LinkState.FAILING)
    links = (*home, *other, failing)
    known = facts(links=links, accused=frozenset(one.url for one in (*home, *other)))
    wanted = {"home": 3, "other pages": 5, "any page": 8}[str(rule.settings["on"])]
    said = found(pack, rule, known)
    assert (said.verdict, len(said.subjects)) == (RuleVerdict.BREACH, wanted)
    assert said.points == (round(rule.points * wanted, 1) if rule.part is Part.DEDUCTION else 0)
    assert found(pack, rule, facts(links=(failing,))).verdict is RuleVerdict.PASS
    assert found(pack, rule, facts(whole=False)).verdict is RuleVerdict.UNKNOWN


@pytest.mark.parametrize(("pack", "rule"), of_check("hijacked links", "person"))
def test_what_only_a_person_can_judge_is_left_to_one(pack: RulePack, rule: Rule) -> None:
    bad = facts(links=(link(1, HOME, LinkState.SUSPICIOUS),))
    for known in (facts(), bad):
        assert found(pack, rule, known).verdict is RuleVerdict.PERSON


@pytest.mark.parametrize(("pack", "rule"), of_check("forged dates"))
def test_old_items_under_newer_dates_are_shown_to_a_person(pack: RulePack, rule: Rule) -> None:
    violation = Violation(
        rank=1, site_id="slj", site_name="s", site_url=HOME, site_code="", unit=SITE.unit, kind=Kind.REDATED_ITEM,
        subject="旧文", url=f"{HOME}a", days_since_update=None, limit_days=None, days_over=None, newest=None, klass=None,
        evidence="dated 2024-01-02 when first seen", first_seen=TODAY, change="new",  # type: ignore[arg-type]
    )  # fmt: skip
    assert found(pack, rule, facts(redated=(violation,))).verdict is RuleVerdict.PERSON
    assert found(pack, rule, facts()).verdict is RuleVerdict.PASS


@pytest.mark.parametrize(("pack", "rule"), named(ALL))
def test_every_rule_has_its_words_and_says_how_far_it_is_known(pack: RulePack, rule: Rule) -> None:
    assert rule.check in CHECKS
    assert rule.clause
    assert rule.meaning
    assert rule.indicator
    assert pack.document in rule.source
    assert rule.id
    assert rule.points >= 0 <= rule.most
    if rule.part is Part.DEDUCTION and rule.check != "person":
        assert rule.points > 0


@pytest.mark.parametrize("name", names())
def test_a_site_that_could_not_be_looked_at_is_neither_passed_nor_failed(name: str) -> None:
    sheet = judge_site(PACKS[name], facts(reach=Reach.UNREACHABLE, reason="timed out"))
    assert sheet.result is Result.OPEN
    assert {f.verdict for f in sheet.findings} <= {RuleVerdict.UNKNOWN, RuleVerdict.PERSON}


def test_a_veto_leaves_no_score_and_a_department_is_not_scored() -> None:
    pack = PACKS["census-2019"]
    blank = tuple(column(n, ColumnClass.C, ColumnVerdict.BLANK) for n in range(5))
    vetoed = judge_site(pack, facts(columns=blank))
    assert (vetoed.result, vetoed.score) == (Result.FAIL, None)
    department = judge_site(pack, facts(site=replace(SITE, portal=False)))
    assert (department.result, department.score) == (Result.OPEN, None)
    scored = judge_site(pack, facts(columns=blank[:2]))
    assert scored.score is not None
    assert scored.score < 100


def test_nothing_is_deducted_twice() -> None:
    """A policy column that is not updated counts under its own indicator, and not among the others."""
    pack = PACKS["census-2019"]
    policy = column(1, ColumnClass.B, ColumnVerdict.STALE, "政策文件")
    other = column(2, ColumnClass.C, ColumnVerdict.STALE, "人事信息")
    sheet = judge_site(pack, facts(columns=(policy, other)))
    lost = {f.rule.id: [s.name for s in f.subjects] for f in sheet.findings if f.points}
    assert lost["K2"] == ["政策文件"]
    assert lost["K4"] == ["人事信息"]


def finding(indicator: str, points: float, most: float) -> RuleFinding:
    rule = Rule(
        id=indicator, part=Part.DEDUCTION, indicator=indicator, clause="c", meaning="m", source="s",
        confidence=Confidence.READ, check="person", points=points, most=most,
    )  # fmt: skip
    return RuleFinding(rule=rule, verdict=RuleVerdict.BREACH, evidence="e", points=points)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 400)), max_size=30), st.integers(0, 120))
def test_no_indicator_loses_more_than_it_has(lost: list[tuple[str, int]], most: int) -> None:
    findings = [finding(name, tenths / 10, most / 10) for name, tenths in lost]
    sums = {name: sum(tenths for other, tenths in lost if other == name) for name in "ab"}
    true = sum(min(total, most) if most else total for total in sums.values()) / 10
    assert deducted(findings) == pytest.approx(true)


def test_a_waiver_leaves_a_rule_out_until_its_day() -> None:
    pack = PACKS["census-2019"]
    waived = replace(SITE, waivers=(Waiver(rule="W6", reason="没有对外服务职能", by="市政府办", until=TODAY),))
    by_id = {f.rule.id: f for f in judge_site(pack, facts(site=waived)).findings}
    assert by_id["W6"].verdict is RuleVerdict.NOT_APPLICABLE
    assert "市政府办" in by_id["W6"].evidence
    tomorrow = judge_site(pack, facts(site=waived, today=TODAY + timedelta(days=1)))
    assert {f.rule.id: f.verdict for f in tomorrow.findings}["W6"] is not RuleVerdict.NOT_APPLICABLE


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("klass", list(ColumnClass))
@pytest.mark.parametrize(
    "today", [date(2026, 3, 31), date(2026, 8, 31), date(2024, 2, 29), date(2027, 2, 28), date(2026, 1, 1)]
)
def test_every_limit_on_its_day_at_the_ends_of_months_and_in_leap_years(
    name: str, klass: ColumnClass, today: date
) -> None:
    limit = PACKS[name].limits[klass].limit
    if limit is None:
        return
    last = days.before(today, limit)
    looked = ColumnLook(
        column=Column(name="栏目", url=HOME, klass=klass, limit=limit, warn=PACKS[name].limits[klass].warn),
        reading=Reading.READ,
    )
    for past, expected in ((0, True), (1, True), (-1, False)):
        newest = dated(last - timedelta(days=past))
        verdict = judge_column("slj", replace(looked, newest=newest), today).verdict
        assert (verdict is ColumnVerdict.STALE) == expected


@given(st.lists(st.tuples(st.sampled_from(ColumnClass), st.sampled_from(ColumnVerdict)), max_size=40), st.booleans())
def test_every_rule_answers_for_every_site(columns: list[tuple[ColumnClass, ColumnVerdict]], portal: bool) -> None:
    known = facts(site=replace(SITE, portal=portal), columns=tuple(column(n, k, v) for n, (k, v) in enumerate(columns)))
    for pack in PACKS.values():
        sheet = judge_site(pack, known)
        assert [f.rule.id for f in sheet.findings] == [rule.id for rule in pack.rules]
        assert all(f.evidence for f in sheet.findings)
        assert sheet.score is None or 0 <= sheet.score <= pack.total


def looks(a_day: int, failing: int, seconds: float = 1.0) -> tuple[Probe, ...]:
    """So many looks on each of the seven days before today, spaced, of which the first ones failed."""
    found = []
    for back in range(7, 0, -1):
        day = datetime.combine(TODAY - timedelta(days=back), time(), UTC)
        for n in range(a_day):
            bad = len(found) < failing
            at = day + timedelta(hours=24 * n / a_day)
            found.append(Probe(site="slj", at=at, seconds=None if bad else seconds, open=not bad, reason="timed out"))
    return tuple(found)


@pytest.mark.parametrize(("pack", "rule"), of_check("availability"))
@pytest.mark.parametrize("past", [-1, 0, 1])
def test_a_week_of_looks_on_its_share_of_failures(pack: RulePack, rule: Rule, past: int) -> None:
    fewest = ceil(140 * float(str(rule.settings["percent"])) / 100)
    said = found(pack, rule, facts(probes=looks(20, fewest + past)))
    below = RuleVerdict.WARN if rule.warn else RuleVerdict.PASS
    assert said.verdict is (RuleVerdict.BREACH if past >= 0 else below)
    assert f"{fewest + past} of 140 looks not open" in said.evidence


@pytest.mark.parametrize(("pack", "rule"), of_check("availability"))
def test_a_week_with_too_few_looks_is_neither_passed_nor_failed(pack: RulePack, rule: Rule) -> None:
    for probes in ((), looks(19, 0), looks(19, 133)):
        assert found(pack, rule, facts(probes=probes)).verdict is RuleVerdict.UNKNOWN
    slow = looks(20, 0, seconds=float(str(rule.settings["seconds"])))
    assert found(pack, rule, facts(probes=slow)).verdict is RuleVerdict.BREACH


def test_each_percent_of_failures_costs_points_in_2015() -> None:
    by_id = {rule.id: (pack, rule) for pack, rule in ALL}
    assert found(*by_id["D1"], facts(probes=looks(20, 5))).points == 15  # 3.57 %
    assert found(*by_id["D1"], facts(probes=looks(20, 1))).points == 0


@pytest.mark.parametrize(("pack", "rule"), of_check("identity"))
def test_what_a_site_must_show_of_itself(pack: RulePack, rule: Rule) -> None:
    items = [str(name) for name in rule.settings["items"]]  # type: ignore[attr-defined]

    def verdict(state: Presence) -> RuleFinding:
        checks = tuple(IdentityCheck(name=name, state=state, evidence="said") for name in (*items, "another"))
        return found(pack, rule, facts(identity=checks))

    assert verdict(Presence.PRESENT).verdict is RuleVerdict.PASS
    assert verdict(Presence.UNKNOWN).verdict is RuleVerdict.PERSON
    for state in (Presence.MISSING, Presence.CONTRADICTION):
        said = verdict(state)
        assert said.verdict is RuleVerdict.BREACH
        assert said.points == rule.points * (len(items) if rule.most > rule.points else 1)
    assert found(pack, rule, facts(identity=None)).verdict is RuleVerdict.UNKNOWN


@pytest.mark.parametrize("confidence", list(Confidence))
def test_what_is_only_recalled_fails_nobody(confidence: Confidence) -> None:
    base = PACKS["census-2019"]
    by_id = {rule.id: rule for rule in base.rules}
    blank = tuple(column(n, ColumnClass.C, ColumnVerdict.BLANK) for n in range(5))
    veto = replace(base, rules=(replace(by_id["W4-3"], confidence=confidence),))
    many = tuple(link(n, HOME) for n in range(60))
    costly = replace(base, rules=(replace(by_id["K11"], confidence=confidence, most=60.0),))
    bad = facts(links=many, accused=frozenset(one.url for one in many))
    expected = Result.OPEN if "recalled" in confidence else Result.FAIL
    assert judge_site(veto, facts(columns=blank)).result is expected
    assert judge_site(costly, bad).result is expected


def test_where_there_are_duties_only_a_breach_fails() -> None:
    pack = PACKS["freshness"]
    blank = judge_site(pack, facts(columns=(column(1, ColumnClass.C, ColumnVerdict.BLANK),)))
    assert blank.result is Result.FAIL
