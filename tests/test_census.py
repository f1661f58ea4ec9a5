"""The judge: columns against their limits by the calendar, and what ranks first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.census import judge_column, open_findings, rank
from monitor.model import (
    Change,
    Column,
    ColumnClass,
    ColumnFinding,
    ColumnLook,
    ColumnVerdict,
    Crawl,
    Dated,
    Exemption,
    Item,
    Kind,
    Link,
    LinkState,
    Parent,
    Reach,
    Reading,
    Site,
    Span,
    TlsFault,
    Trust,
    Undated,
    Unit,
    Violation,
)

V = ColumnVerdict
TWO_WEEKS, HALF_YEAR, YEAR = Span(days=14), Span(months=6), Span(years=1)
SITE = Site(id="slj", name="市水利局", url="http://slj.example/", unit=Unit(id="u", name="市水利局"), code="2302000004")
URL = "http://slj.example/tzgg/"


def column(limit: Span | None = TWO_WEEKS, **more: object) -> Column:
    return Column(name="通知公告", url=URL, klass=ColumnClass.B, limit=limit, **more)  # type: ignore[arg-type]


def dated(day: date, trust: Trust = Trust.SURE) -> Dated:
    return Dated(day=day, text=day.isoformat(), where="list row 1", rule="iso", trust=trust)


def look(
    newest: date | None,
    limit: Span | None = TWO_WEEKS,
    *,
    trust: Trust = Trust.SURE,
    reading: Reading = Reading.READ,
    **more: object,
) -> ColumnLook:
    return ColumnLook(
        column=column(limit, **more),
        reading=reading,
        newest=None if newest is None else dated(newest, trust),
        newest_title="关于防汛的通知",
        items=(Item(title="关于防汛的通知", url=""),) * 3,
    )


def judge(look_: ColumnLook, today: date) -> ColumnFinding:
    return judge_column("slj", look_, today)


# The day on which a column becomes stale; the day before it is not yet, the day after it still is.
@pytest.mark.parametrize(
    ("newest", "limit", "falls_due"),
    [
        (date(2026, 3, 1), TWO_WEEKS, date(2026, 3, 15)),
        (date(2026, 2, 20), TWO_WEEKS, date(2026, 3, 6)),
        (date(2024, 2, 20), TWO_WEEKS, date(2024, 3, 5)),  # over a leap day
        (date(2025, 12, 25), TWO_WEEKS, date(2026, 1, 8)),
        (date(2026, 1, 15), HALF_YEAR, date(2026, 7, 15)),
        (date(2025, 9, 15), HALF_YEAR, date(2026, 3, 15)),
        (date(2025, 8, 28), HALF_YEAR, date(2026, 2, 28)),
        (date(2025, 8, 29), HALF_YEAR, date(2026, 3, 1)),  # there is no 29 February 2026
        (date(2025, 8, 31), HALF_YEAR, date(2026, 3, 1)),
        (date(2023, 8, 29), HALF_YEAR, date(2024, 2, 29)),
        (date(2025, 6, 15), YEAR, date(2026, 6, 15)),
        (date(2023, 2, 28), YEAR, date(2024, 2, 28)),
        (date(2024, 2, 29), YEAR, date(2025, 3, 1)),
        (date(2024, 12, 31), YEAR, date(2025, 12, 31)),
    ],
)
def test_a_column_is_stale_from_the_very_day_its_limit_runs_out(newest: date, limit: Span, falls_due: date) -> None:
    for days, stale in ((-1, False), (0, True), (1, True)):
        today = falls_due + timedelta(days=days)
        found = judge(look(newest, limit), today)
        assert (found.verdict is V.STALE) is stale, today
        assert found.age_days == (today - newest).days


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 4000), st.sampled_from([TWO_WEEKS, HALF_YEAR, YEAR])
)
def test_a_column_never_turns_fresh_again_by_waiting(newest: date, age: int, limit: Span) -> None:
    order = [V.FRESH, V.DUE_SOON, V.STALE]
    today = newest + timedelta(days=age)
    early, late = (order.index(judge(look(newest, limit), day).verdict) for day in (today, today + timedelta(days=1)))
    assert late >= early


def test_the_verdict_says_how_long_and_by_which_evidence() -> None:
    found = judge(look(date(2026, 3, 1)), date(2026, 3, 20))
    assert (found.limit_days, found.age_days, found.newest) == (14, 19, date(2026, 3, 1))
    assert found.evidence == "2026-03-01 “关于防汛的通知” (list row 1)"


def test_a_doubtful_date_never_accuses() -> None:
    old = look(date(2020, 1, 1), trust=Trust.DOUBTFUL)
    assert judge(old, date(2026, 3, 1)).verdict is V.UNKNOWN
    assert judge(look(date(2020, 1, 1), trust=Trust.LIKELY), date(2026, 3, 1)).verdict is V.STALE


def test_a_doubtful_date_may_still_speak_for_a_column() -> None:
    assert judge(look(date(2026, 2, 28), trust=Trust.DOUBTFUL), date(2026, 3, 1)).verdict is V.FRESH


@pytest.mark.parametrize(("policy", "verdict"), [(Undated.STALE, V.STALE), (Undated.UNKNOWN, V.UNKNOWN)])
def test_a_list_without_dates_is_judged_as_the_operator_chose(policy: Undated, verdict: ColumnVerdict) -> None:
    found = judge(look(None, reading=Reading.NO_DATES, undated=policy), date(2026, 3, 1))
    assert (found.verdict, found.age_days) == (verdict, None)
    assert "3 items" in found.evidence


def test_an_exemption_holds_to_its_last_day_and_no_longer() -> None:
    until = date(2026, 6, 30)
    old = look(date(2020, 1, 1), exemption=Exemption(reason="机构改革", by="市政府办公室", until=until))
    assert judge(old, until).verdict is V.EXEMPT
    assert "机构改革" in judge(old, until).evidence
    assert judge(old, until + timedelta(days=1)).verdict is V.STALE


def test_a_blank_column_is_blank_even_without_a_limit() -> None:
    for limit in (TWO_WEEKS, None):
        assert judge(look(None, limit, reading=Reading.BLANK), date(2026, 3, 1)).verdict is V.BLANK


@pytest.mark.parametrize("reading", sorted(set(Reading) - {Reading.READ, Reading.BLANK, Reading.NO_DATES}))
def test_what_could_not_be_read_is_unknown_and_says_why(reading: Reading) -> None:
    found = judge(look(None, reading=reading), date(2026, 3, 1))
    assert found.verdict is V.UNKNOWN
    assert found.evidence.startswith(reading.value)


@pytest.mark.parametrize("reading", sorted(set(Reading) - {Reading.READ}))
def test_an_old_date_beside_a_page_that_was_not_read_accuses_nobody(reading: Reading) -> None:
    assert judge(look(date(2001, 1, 1), reading=reading), date(2026, 3, 1)).verdict in (V.UNKNOWN, V.BLANK)


def test_a_column_is_due_soon_when_four_fifths_of_its_limit_are_gone() -> None:
    newest = date(2026, 3, 1)
    verdicts = [judge(look(newest), newest + timedelta(days=n)).verdict for n in (11, 12, 13, 14)]
    assert verdicts == [V.FRESH, V.DUE_SOON, V.DUE_SOON, V.STALE]


def test_a_configured_warning_counts_instead() -> None:
    newest = date(2026, 3, 1)
    verdicts = [judge(look(newest, warn=Span(days=5)), newest + timedelta(days=n)).verdict for n in (4, 5, 13, 14)]
    assert verdicts == [V.FRESH, V.DUE_SOON, V.DUE_SOON, V.STALE]


@pytest.mark.parametrize("reading", [Reading.READ, Reading.NO_DATES])
def test_a_column_without_a_limit_is_never_stale(reading: Reading) -> None:
    newest = date(1999, 1, 1) if reading is Reading.READ else None
    found = judge(look(newest, None, reading=reading, undated=Undated.STALE), date(2026, 3, 1))
    assert (found.verdict, found.limit_days) == (V.FRESH, None)


# --- what a crawl shows to be wrong ---------------------------------------------------------

TODAY = date(2026, 3, 20)


def link(state: LinkState, name: str = "x", **more: object) -> Link:
    found_on = (Parent(url="http://slj.example/", text=""), Parent(url="http://slj.example/2", text="附件"))
    url = f"http://slj.example/{name}"
    return Link(url=url, state=state, reason="404 Not Found", status=404, final_url=url, found_on=found_on, **more)  # type: ignore[arg-type]


def crawl(*links: Link, reach: Reach = Reach.OPEN, **more: object) -> Crawl:
    return Crawl(site=SITE, reach=reach, reason="connection refused", complete=True, links=links, **more)  # type: ignore[arg-type]


def kinds(crawl_: Crawl, failing: dict[str, int] | None = None) -> list[Kind]:
    return [violation.kind for violation in open_findings(crawl_, [], TODAY, failing)]


def test_only_a_dead_link_accuses_at_once() -> None:
    accused = {state: kinds(crawl(link(state))) for state in LinkState}
    assert accused.pop(LinkState.DEAD) == [Kind.DEAD_LINK]
    assert not any(accused.values())


@pytest.mark.parametrize(("days", "accuses"), [(1, False), (2, False), (3, True), (9, True)])
def test_a_failing_link_accuses_only_when_it_failed_on_three_days(days: int, accuses: bool) -> None:
    failing = link(LinkState.FAILING)
    assert bool(kinds(crawl(failing), {failing.url: days})) is accuses


def test_a_dead_link_is_told_with_its_words_and_its_pages() -> None:
    (found,) = open_findings(crawl(link(LinkState.DEAD, reach=7, looks=2)), [], TODAY)
    assert (found.subject, found.reach, len(found.found_on)) == ("附件", 7, 2)
    assert found.evidence == "404 Not Found, looked at 2 times"
    assert (found.days_since_update, found.first_seen, found.change) == (None, TODAY, Change.NEW)


def test_a_site_that_does_not_answer_is_one_violation_and_a_walled_one_is_none() -> None:
    assert kinds(crawl(reach=Reach.UNREACHABLE, looks=3)) == [Kind.UNREACHABLE_SITE]
    for reach in (Reach.WALLED, Reach.MAINTENANCE, Reach.NOT_LOOKED):
        assert kinds(crawl(reach=reach)) == []


def test_a_certificate_that_only_lacks_its_issuer_accuses_nobody() -> None:
    """An intranet's own authority looks the same from here."""
    assert kinds(crawl(tls_fault=TlsFault.UNKNOWN_ISSUER)) == []
    assert kinds(crawl(tls_fault=TlsFault.EXPIRED)) == [Kind.TLS_FAULT]


def test_only_stale_and_blank_columns_accuse() -> None:
    looks = {
        V.STALE: look(date(2026, 3, 1)),
        V.DUE_SOON: look(date(2026, 3, 8)),
        V.FRESH: look(TODAY),
        V.BLANK: look(None, reading=Reading.BLANK),
        V.UNKNOWN: look(None, reading=Reading.SCRIPT),
    }
    columns = [judge(one, TODAY) for one in looks.values()]
    assert [column_.verdict for column_ in columns] == list(looks)
    found = open_findings(crawl(), columns, TODAY)
    assert [(v.kind, v.days_since_update, v.days_over) for v in found] == [
        (Kind.STALE_COLUMN, 19, 5),
        (Kind.BLANK_COLUMN, None, None),
    ]


# --- ranking --------------------------------------------------------------------------------


def violation(kind: Kind, days: int | None = None, *, over: int = 0, reach: int = 1, seen: date = TODAY, url: str = "u") -> Violation:  # fmt: skip
    return Violation(
        rank=0, site_id="slj", site_name="", site_url="", site_code="", unit=SITE.unit, kind=kind, subject="", url=url,
        days_since_update=days, limit_days=None, days_over=None if days is None else over, newest=None, klass=None,
        evidence="", first_seen=seen, change=Change.NEW, reach=reach,
    )  # fmt: skip


def test_the_longest_silence_stands_first_then_the_rest_by_reach_age_and_kind() -> None:
    expected = [
        violation(Kind.STALE_COLUMN, 900),
        violation(Kind.STALE_COLUMN, 20, over=6),
        violation(Kind.STALE_COLUMN, 20, over=1, seen=TODAY - timedelta(days=5)),
        violation(Kind.STALE_COLUMN, 20, over=1),
        violation(Kind.DEAD_LINK, reach=300),
        violation(Kind.DEAD_LINK, reach=2, seen=TODAY - timedelta(days=30)),
        violation(Kind.DEAD_LINK, reach=2, url="a"),
        violation(Kind.DEAD_LINK, reach=2, url="b"),
        violation(Kind.UNREACHABLE_SITE),
        violation(Kind.BLANK_COLUMN),
        violation(Kind.TLS_FAULT),
    ]
    ranked = rank(reversed(expected))
    assert [(v.kind, v.days_since_update, v.days_over, v.reach, v.first_seen, v.url) for v in ranked] == [
        (v.kind, v.days_since_update, v.days_over, v.reach, v.first_seen, v.url) for v in expected
    ]


_VIOLATIONS = st.lists(
    st.builds(
        violation,
        st.sampled_from(Kind),
        st.none() | st.integers(0, 5000),
        over=st.integers(0, 100),
        reach=st.integers(1, 500),
        seen=st.dates(date(2025, 1, 1), TODAY),
        url=st.text(max_size=3),
    )
)


@given(_VIOLATIONS, st.randoms())
def test_ranks_run_from_one_without_gaps_and_days_never_rise(found: list[Violation], dice: object) -> None:
    ranked = rank(found)
    assert [v.rank for v in ranked] == list(range(1, len(found) + 1))
    days = [-1 if v.days_since_update is None else v.days_since_update for v in ranked]
    assert days == sorted(days, reverse=True)
    dice.shuffle(found)  # type: ignore[attr-defined]
    key = [(v.kind, v.days_since_update, v.reach, v.first_seen, v.url) for v in ranked]
    assert [(v.kind, v.days_since_update, v.reach, v.first_seen, v.url) for v in rank(found)] == key
