"""The roll-up: honest shares, shared ranks, a tree that cannot break, and changes over what can be compared."""

import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

import judged
import sample
from judged import found, rule
from monitor.model import Part, Period, Report, Result, RuleVerdict, SiteFinding, Standing, Unit
from monitor.report import document, lines, period, restore
from monitor.report.rollup import RollUp, Section, roll
from monitor.report.totals import share
from test_report import schema
from test_report_sheets import others, text

BEFORE = date(2026, 11, 16)


def office(
    *units: tuple[str, str], sites: tuple[tuple[str, Result, float | None], ...], unseen: tuple[str, ...] = ()
) -> Report:
    """An office of units (id, within), each site as (unit, result, score); `unseen`: units of sites not seen."""
    known = {id_: Unit(id=id_, name=f"单位{id_}", within=within) for id_, within in units}
    of = judged.rules(rule(part=Part.VETO))
    lines_: list[SiteFinding] = [
        sample.site(n, id=f"s{n}", unit=known[unit]) for n, (unit, _, _) in enumerate(sites)
    ]  # fmt: skip
    lines_ += [sample.site(50 + n, "unreachable", id=f"u{n}", unit=known[unit]) for n, unit in enumerate(unseen)]
    told = tuple(
        judged.sheet(f"s{n}", result, found(of.rules[0]), score=score) for n, (_, result, score) in enumerate(sites)
    )
    base = sample.well()
    return replace(base, sites=tuple(lines_), sheets=told, rules=of, units=tuple(known.values()), columns=())


def section(rolled: RollUp, name: str = "") -> Section:
    return next(s for s in rolled.sections if (s.path[-1].id if s.path else "") == name)


def ranks(of: Section) -> list[tuple[str, int | None]]:
    return [(line.unit.id, line.rank) for line in of.lines]


F, O, P = Result.FAIL, Result.OPEN, Result.PASS  # noqa: E741 - the three results
CITY = office(
    ("city", ""), ("east", "city"), ("west", "city"), ("edu", "east"), ("tax", "east"), ("law", "west"),
    sites=(("city", O, 90.0), ("edu", F, None), ("tax", P, None), ("law", O, None), ("law", P, None)),
    unseen=("tax",),
)  # fmt: skip


def test_a_unit_counts_all_that_lies_within_it() -> None:
    rolled = roll(CITY)
    assert (rolled.total.sites, rolled.total.failed, rolled.total.open, rolled.total.passed, rolled.total.unseen) == (
        6,
        1,
        2,
        2,
        1,
    )
    assert [s.name for s in rolled.sections] == ["", "单位city", "单位city › 单位west", "单位city › 单位east"]
    assert [(line.unit.id, line.own, line.sites) for line in section(rolled, "city").lines] == [
        ("city", True, 1),
        ("west", False, 2),
        ("east", False, 3),
    ]
    assert rolled.widest.path[-1].id == "city"


def test_shares_are_said_as_what_is_sure_and_what_is_possible() -> None:
    rolled = roll(CITY)
    assert rolled.total.rate == ("40%", "80%")
    assert rolled.total.settled == "60%"
    said = text(others(CITY)["rollup"])
    assert "已检查的 5 个网站中，确定合格 40%；待核查的网站如全部合格，最高可达 80%。目前已有定论的占 60%。" in said
    none = office(("a", ""), sites=(), unseen=("a",))
    assert "不能得出合格率" in text(others(none)["rollup"])
    assert ranks(section(roll(none))) == [("a", None)]


def test_the_mean_is_over_scored_sites_only() -> None:
    report = office(("a", ""), sites=(("a", O, 90.0), ("a", F, 40.0), ("a", F, None)))
    assert (roll(report).total.score, roll(report).total.scored) == (65.0, 2)
    assert "2 个评分网站最多 65 分" in text(others(report)["rollup"])


def test_equals_share_a_rank_and_the_next_rank_is_left_out() -> None:
    report = office(*((u, "") for u in "abcd"), sites=(("b", O, None), ("a", P, None), ("c", F, None), ("d", F, None)))
    assert ranks(section(roll(report))) == [("a", 1), ("b", 1), ("c", 3), ("d", 3)]
    accused = replace(
        report, violations=(sample.violation(0, sample.Kind.DEAD_LINK, "x", "http://x.example/", "", site_id="s2"),)
    )
    assert ranks(section(roll(accused))) == [("a", 1), ("b", 1), ("d", 3), ("c", 4)]


def test_scores_rank_only_where_all_have_one() -> None:
    scored = office(("a", ""), ("b", ""), sites=(("a", O, 70.0), ("b", O, 80.0)))
    assert ranks(section(roll(scored))) == [("b", 1), ("a", 2)]
    mixed = office(("a", ""), ("b", ""), ("c", ""), sites=(("a", O, 70.0), ("b", O, 80.0), ("c", O, None)))
    assert ranks(section(roll(mixed))) == [("a", 1), ("b", 1), ("c", 1)]
    assert not section(roll(mixed)).by_score


def test_flat_units_are_one_table() -> None:
    report = judged.city()
    assert len(roll(report).sections) == 1
    assert others(report)["rollup"].count('class="cards rollup"') == 1


units_in_any_tangle = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["", "a", "b", "c", "d", "e", "gone"])),
    unique_by=lambda pair: pair[0],
    min_size=1,
)


@given(units_in_any_tangle, st.data())
def test_every_site_counts_once_however_the_units_are_tangled(
    units: list[tuple[str, str]], data: st.DataObject
) -> None:
    one_of = st.sampled_from([id_ for id_, _ in units])
    sites = data.draw(
        st.lists(st.tuples(one_of, st.sampled_from([F, O, P]), st.none() | st.floats(0, 100)), max_size=6)
    )
    rolled = roll(office(*units, sites=tuple(sites)))
    assert rolled.total.sites == len(sites)
    for part in rolled.sections:
        above = [line for s in rolled.sections for line in s.lines if line.section == part.id]
        whole = above[0].sites if above else len(sites)
        assert sum(line.sites for line in part.lines) == whole
        placed = [line.rank for line in part.lines if line.rank is not None]
        assert placed == sorted(placed)
    shown = [s.id for s in rolled.sections]
    assert len(shown) == len(set(shown))


def before(*standings: tuple[str, Result, float | None, int], pack: str = "made-up") -> Period:
    stood = tuple(Standing(site_id=s, result=r, score=p, violations=n) for s, r, p, n in standings)
    return Period(day=BEFORE, pack_id=pack, standings=stood)


def test_changes_count_only_sites_that_were_judged_both_times() -> None:
    report = office(("a", ""), sites=(("a", F, None), ("a", O, 80.0), ("a", P, None), ("a", F, None)), unseen=("a",))
    then = before(("s0", O, 90.0, 2), ("s1", F, 70.0, 1), ("s2", P, None, 0), ("u0", F, None, 9), ("gone", F, None, 5))
    move = roll(replace(report, before=then)).total.move
    assert move is not None
    assert (move.worse, move.better, move.violations, move.score, move.sites) == (1, 1, -3, 10.0, 3)
    said = text(others(replace(report, before=then))["rollup"])
    assert (
        "与上期（2026-11-16）相比：新增不合格 1 个，不再不合格 1 个，问题减少 3 项（只比较两期都检查过的 3 个网站）。"
        in said
    )


def test_other_rules_and_a_first_day_are_not_compared() -> None:
    report = office(("a", ""), sites=(("a", F, None),))
    other = replace(report, before=before(("s0", P, None, 0), pack="census-2015"))
    assert roll(other).total.move is None
    assert "所用规则不同" in text(others(other)["rollup"])
    assert "没有上期可比" in text(others(report)["rollup"])


def test_a_period_is_read_from_what_was_kept_and_comes_back_equal() -> None:
    report = judged.city()
    found_ = period(BEFORE, [document(report)])
    assert found_ is not None
    assert found_.pack_id == "census-2019"
    assert found_.standings[0].violations == len(report.violations)
    assert period(BEFORE, [document(sample.city())]) is None
    whole = replace(report, before=found_, units=CITY.units)
    loaded = json.loads("".join(lines(whole)))
    schema().validate(loaded)
    assert restore(loaded) == whole


def test_duties_that_were_not_kept_count_as_failing_where_there_is_nothing_else() -> None:
    bad = found(rule(part=Part.DUTY), RuleVerdict.BREACH)
    report = judged.single(bad, result=Result.FAIL, total=0.0)
    assert roll(report).total.failed == 1
    assert "未达要求" in text(others(report)["rollup"])
    assert "不合格" not in text(others(report)["rollup"])
    kept = period(BEFORE, [document(report)])
    assert kept is not None
    assert kept.standings[0].result is Result.FAIL


def test_a_share_is_never_rounded_to_nothing_nor_to_all() -> None:
    assert [share(n, 1000) for n in (0, 1, 500, 999, 1000)] == ["0%", "<1%", "50%", ">99%", "100%"]
    assert share(0, 0) == "0%"
