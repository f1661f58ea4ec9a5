"""What a day's report says of the cases: bad, good, or nothing, which is never health."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.digest import not_looked_at
from monitor.model import (
    Case,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Evidence,
    Kind,
    Link,
    LinkFinding,
    LinkState,
    Report,
    RunInfo,
    Sight,
    Site,
    SiteFinding,
    Stage,
    Unit,
)
from monitor.notices import looks
from test_notices import A, violation

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
DEAD = "http://slj.example/old.html"
UNIT = Unit(id="water", name="市水利局")


def case(kind: Kind = Kind.STALE_COLUMN, url: str = A, *, newest: date | None = date(2025, 8, 1)) -> Case:
    evidence = Evidence(
        site_name="市水利局", site_url=A, site_code="", unit_name="市水利局", column_class="B", newest=newest,
        days_since_update=200, limit_days=180, days_over=20, sentence="x", first_seen=date(2026, 3, 1), reach=1,
        day=date(2026, 3, 2),
    )  # fmt: skip
    return Case(
        site="water", kind=kind.value, url=url, unit="water", subject="通知公告", stage=Stage.ISSUED,
        observed_at=NOON, changed_at=NOON, notice="1", point=1, evidence=evidence,
    )  # fmt: skip


def column(verdict: ColumnVerdict, newest: date | None = date(2026, 3, 8)) -> ColumnFinding:
    return ColumnFinding(
        site_id="water", name="通知公告", url=A, klass=ColumnClass.B, limit=None, limit_days=180, newest=newest,
        age_days=None, verdict=verdict, evidence="",
    )  # fmt: skip


def site(verdict: str = "ok") -> SiteFinding:
    found = not_looked_at(Site(id="water", name="市水利局", url="http://slj.example/", unit=UNIT), "")
    return replace(found, verdict=verdict)


def report(*columns: ColumnFinding, verdict: str = "ok", held: str = "") -> Report:
    run = RunInfo(
        id="r", started_at=NOON, finished_at=NOON, today=NOON.date(), complete=True, sites_checked=1, sites_total=1,
        held=held,
    )  # fmt: skip
    return Report(run=run, office="", violations=(), fixed=(), columns=columns, links=(), sites=(site(verdict),))


def sight(report: Report, case: Case, *standing: tuple[str, str, str]) -> Sight:
    return looks(report, [case], standing).sights[case.key]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (ColumnVerdict.FRESH, Sight.GOOD),
        (ColumnVerdict.DUE_SOON, Sight.GOOD),
        (ColumnVerdict.BLANK, Sight.UNSEEN),
        (ColumnVerdict.UNKNOWN, Sight.UNSEEN),
        (ColumnVerdict.EXEMPT, Sight.UNSEEN),
    ],
)
def test_only_a_fresh_column_is_good(verdict: ColumnVerdict, said: Sight) -> None:
    assert sight(report(column(verdict)), case()) is said


def test_a_column_that_is_gone_is_not_put_right() -> None:
    assert sight(report(), case()) is Sight.UNSEEN


@pytest.mark.parametrize("newest", [date(2025, 8, 1), None])
def test_a_longer_limit_is_no_new_item(newest: date | None) -> None:
    assert sight(report(column(ColumnVerdict.FRESH, newest)), case()) is Sight.UNSEEN
    assert sight(report(column(ColumnVerdict.FRESH, newest)), case(Kind.BLANK_COLUMN, newest=None)) is Sight.GOOD


def test_what_stands_is_bad() -> None:
    found = replace(report(column(ColumnVerdict.FRESH)), violations=(violation(A),))
    seen = looks(found, [case()], ())
    assert seen.sights == {case().key: Sight.BAD}
    assert seen.violations == {case().key: violation(A)}


@pytest.mark.parametrize("verdict", ["unreachable", "walled", "maintenance", "suspicious", "moved", "not looked at"])
def test_a_site_that_does_not_open_says_nothing_of_its_columns(verdict: str) -> None:
    assert sight(report(column(ColumnVerdict.FRESH), verdict=verdict), case()) is Sight.BLIND


def test_a_held_run_says_nothing_of_anybody() -> None:
    held = replace(report(column(ColumnVerdict.FRESH), held="no canary"), violations=(violation(A),))
    seen = looks(held, [case()], ())
    assert (dict(seen.violations), dict(seen.sights)) == ({}, {case().key: Sight.BLIND})


def test_a_site_that_is_listed_no_more_closes_nothing() -> None:
    assert sight(replace(report(), sites=()), case()) is Sight.BLIND


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("ok", Sight.GOOD), ("walled", Sight.GOOD), ("maintenance", Sight.GOOD), ("not looked at", Sight.BLIND)],
)
def test_an_unreachable_site_is_put_right_when_it_answers(verdict: str, said: Sight) -> None:
    assert sight(report(verdict=verdict), case(Kind.UNREACHABLE_SITE)) is said


@pytest.mark.parametrize("kind", [Kind.DEAD_LINK, Kind.TLS_FAULT, Kind.REDATED_ITEM])
def test_a_link_is_good_when_the_history_has_it_no_more_and_nothing_is_said_of_it(kind: Kind) -> None:
    link = case(kind, DEAD)
    assert sight(report(), link, link.key) is Sight.UNSEEN
    assert sight(report(), link) is Sight.GOOD
    assert sight(report(verdict="unreachable"), link) is Sight.BLIND
    ill = Link(url=DEAD, final_url=DEAD, state=LinkState.FAILING, status=None, reason="time out", found_on=())
    failing = replace(report(), links=(LinkFinding(site_id="water", link=ill, first_seen=date(2026, 3, 9)),))
    assert sight(failing, link) is Sight.UNSEEN


def test_a_run_for_one_site_says_nothing_of_the_others() -> None:
    other = replace(case(), site="schools")
    assert set(looks(report(column(ColumnVerdict.FRESH)), [case(), other], (), only="water").sights) == {case().key}
