"""A week of probes against the rule: on, one below and one above each limit, at the borders of days, and at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.census import Yardstick, judge_week
from monitor.model import Availability, Downtime, Probe, Reachability

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 3, 2)  # its week lies across the end of February
RULE = Yardstick(
    days=7, per_day=20, seconds=15.0, share=Fraction(5, 100), warn=Fraction(3, 100), apart=timedelta(minutes=10)
)


def moment(day: date, clock: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)


def look(at: datetime, **more: object) -> Probe:
    return replace(Probe(site="water", at=at, seconds=0.3, open=True), **more)  # type: ignore[arg-type]


def failing(probe: Probe, reason: str = "connection refused") -> Probe:
    return replace(probe, open=False, seconds=None, reason=reason)


def walled(probe: Probe) -> Probe:
    return replace(probe, open=False, doubtful=True, reason="403 Forbidden")


def week(per_day: int = 20, today: date = TODAY, days: int = 7, zone: ZoneInfo = SHANGHAI) -> list[Probe]:
    """So many looks on each day of the week, an hour apart from midnight on."""
    firsts = [today - timedelta(days=back) for back in range(days, 0, -1)]
    return [look(moment(day, "00:00", zone) + timedelta(hours=n)) for day in firsts for n in range(per_day)]


def spoilt(probes: list[Probe], failures: int, doubtful: int = 0) -> list[Probe]:
    """The same with the first ones failing and the last ones doubtful."""
    end = len(probes) - doubtful
    return [
        *[failing(p) for p in probes[:failures]], *probes[failures:end], *[walled(p) for p in probes[end:]]
    ]  # fmt: skip


def judge(probes: list[Probe], *downtimes: Downtime, today: date = TODAY, zone: ZoneInfo = SHANGHAI) -> Availability:
    return judge_week("water", probes, downtimes, today, zone, RULE)


# --- the share ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per_day", "failures", "standing", "left"),
    [
        (20, 0, Reachability.PASSED, 7),
        (20, 4, Reachability.PASSED, 3),  # 2.86 %
        (20, 5, Reachability.WARNED, 2),  # 3.57 %
        (20, 6, Reachability.WARNED, 1),
        (20, 7, Reachability.BREACHED, 0),  # 5 % and not a look more
        (20, 8, Reachability.BREACHED, 0),
        (24, 5, Reachability.PASSED, 4),  # 2.98 % of 168
        (24, 6, Reachability.WARNED, 3),
        (24, 8, Reachability.WARNED, 1),  # 4.76 %
        (24, 9, Reachability.BREACHED, 0),  # 5.36 %
        (20, 140, Reachability.BREACHED, 0),
    ],
)
def test_the_share_is_compared_exactly_and_its_limit_is_inclusive(
    per_day: int, failures: int, standing: Reachability, left: int
) -> None:
    found = judge(spoilt(week(per_day), failures))
    assert (found.standing, found.failures, found.probes, found.left) == (standing, failures, 7 * per_day, left)
    assert found.valid


def test_a_share_that_no_float_holds_is_met_exactly() -> None:
    tenth = replace(RULE, share=Fraction("0.1"), warn=Fraction("0.1"))
    for failures, standing in ((13, Reachability.PASSED), (14, Reachability.BREACHED)):
        assert judge_week("water", spoilt(week(), failures), (), TODAY, SHANGHAI, tenth).standing is standing


@pytest.mark.parametrize(
    ("seconds", "fails"), [(14.999, False), (15.0, True), (15.001, True), (0.0, False), (None, False)]
)
def test_a_page_that_took_fifteen_seconds_was_not_open(seconds: float | None, fails: bool) -> None:
    first, *others = week()
    found = judge([replace(first, seconds=seconds), *others])
    assert found.failures == int(fails)
    assert found.causes == ((("open only after 15 s or more", 1),) if fails else ())


def test_the_numbers_are_the_rules_own() -> None:
    strict = replace(RULE, days=3, per_day=10, seconds=2.0, share=Fraction(1, 30), warn=Fraction(1, 60))
    probes = week(10, days=3)
    slow = [replace(probes[0], seconds=2.0), *probes[1:]]
    assert judge_week("water", probes, (), TODAY, SHANGHAI, strict).standing is Reachability.PASSED
    assert judge_week("water", slow, (), TODAY, SHANGHAI, strict).standing is Reachability.BREACHED


# --- days with too few looks ----------------------------------------------------------------


@pytest.mark.parametrize(("missing", "valid"), [(0, True), (1, False)])
def test_a_day_with_too_few_looks_makes_the_week_unknown_not_passed(missing: int, valid: bool) -> None:
    probes = week()
    found = judge(probes[: 80 - missing] + probes[80:])  # the fourth day's last ones
    assert (found.valid, found.standing) == (valid, Reachability.PASSED if valid else Reachability.UNKNOWN)
    assert found.why == ("" if valid else "fewer than 20 looks a day on 2026-02-26 (19)")


def test_an_invalid_week_accuses_nobody_however_many_failed() -> None:
    found = judge([failing(p) for p in week(19)])
    assert (found.standing, found.failures, found.probes) == (Reachability.UNKNOWN, 133, 133)
    assert found.why.count("(19)") == 7


def test_no_looks_at_all_are_unknown() -> None:
    found = judge([])
    assert (found.standing, found.probes, found.left, found.valid) == (Reachability.UNKNOWN, 0, 1, False)
    assert [day.day for day in found.days] == [date(2026, 2, n) for n in range(23, 29)] + [date(2026, 3, 1)]


# --- the calendar ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2026-02-22T15:59:59", None),  # a second before the week begins in Shanghai
        ("2026-02-22T16:00:00", date(2026, 2, 23)),
        ("2026-02-28T15:59:59", date(2026, 2, 28)),
        ("2026-02-28T16:00:00", date(2026, 3, 1)),
        ("2026-03-01T15:59:59", date(2026, 3, 1)),
        ("2026-03-01T16:00:00", None),  # today, which is not over
    ],
)
def test_days_begin_at_the_offices_midnight(clock: str, day: date | None) -> None:
    found = judge([look(datetime.fromisoformat(clock).replace(tzinfo=UTC))])
    assert {one.day: one.probes for one in found.days if one.probes} == ({day: 1} if day else {})


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2028, 3, 1), date(2028, 2, 23), date(2028, 2, 29)),  # a leap day
        (date(2027, 1, 1), date(2026, 12, 25), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 24), date(2026, 12, 30)),
    ],
)
def test_the_week_is_the_seven_whole_days_before_today(today: date, first: date, last: date) -> None:
    found = judge(week(today=today), today=today)
    assert (found.days[0].day, found.days[-1].day, found.standing) == (first, last, Reachability.PASSED)


@pytest.mark.parametrize("today", [date(2026, 3, 9), date(2026, 11, 2)])  # a day of 23 hours, and one of 25
def test_an_hourly_look_is_often_enough_also_when_the_clocks_change(today: date) -> None:
    start = moment(today - timedelta(days=7), "00:00", NEW_YORK)
    probes = [look(start + timedelta(hours=n)) for n in range(7 * 24 + 1)]
    found = judge(probes, today=today, zone=NEW_YORK)
    assert found.standing is Reachability.PASSED
    assert found.days[-1].probes == (23 if today.month == 3 else 25)


# --- spacing --------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "counted"), [(599, 1), (600, 2), (601, 2)])
def test_looks_too_close_to_another_count_once(seconds: int, counted: int) -> None:
    at = moment(date(2026, 2, 28), "12:00")
    found = judge([look(at + timedelta(seconds=seconds)), look(at)])
    assert (found.probes, found.days[5].crowded) == (counted, 2 - counted)


def test_a_burst_fills_no_day_and_sinks_no_site() -> None:
    burst = [failing(look(moment(date(2026, 2, 28), "12:05") + timedelta(seconds=n))) for n in range(60)]
    found = judge([*week(), *burst])
    assert (found.standing, found.failures, found.probes) == (Reachability.PASSED, 0, 140)
    lazy = [
        look(moment(p.at.astimezone(SHANGHAI).date(), "12:00") + timedelta(minutes=n)) for n, p in enumerate(week())
    ]
    assert judge(lazy).standing is Reachability.UNKNOWN


# --- registered downtimes -------------------------------------------------------------------


def downtime(start: datetime, end: datetime) -> Downtime:
    return Downtime(start=start, end=end, reason="机房搬迁", by="市信息中心", reference="2026-017")


def test_only_what_is_registered_is_left_out() -> None:
    probes = spoilt(week(), 20)  # the whole of the first day
    day = date(2026, 2, 23)
    off = downtime(moment(day, "00:00"), moment(day + timedelta(days=1), "00:00"))
    assert judge(probes).standing is Reachability.BREACHED
    found = judge(probes, off)
    assert (found.standing, found.probes, found.failures, found.days[0].excused) == (Reachability.PASSED, 120, 0, 20)
    assert found.valid, "the day was watched"


@pytest.mark.parametrize(("start", "end", "excused"), [
    ("05:00", "06:00", 1), ("05:00:01", "06:00", 0), ("05:00", "06:00:01", 2), ("04:00", "05:00", 1),
])  # fmt: skip
def test_a_downtime_begins_on_its_moment_and_ends_before_its_end(start: str, end: str, excused: int) -> None:
    day = date(2026, 2, 25)
    assert judge(week(), downtime(moment(day, start), moment(day, end))).days[2].excused == excused


def test_a_day_off_line_that_nobody_watched_is_still_unknown() -> None:
    day = date(2026, 2, 25)
    off = downtime(moment(day, "00:00"), moment(day + timedelta(days=1), "00:00"))
    others = [p for p in week() if p.at.astimezone(SHANGHAI).date() != day]
    assert judge(others, off).standing is Reachability.UNKNOWN


def test_a_week_off_line_says_so() -> None:
    found = judge(
        [failing(p) for p in week()], downtime(moment(date(2026, 2, 1), "00:00"), moment(date(2026, 4, 1), "00:00"))
    )
    assert (found.standing, found.why) == (Reachability.UNKNOWN, "every look lies in a registered downtime")


# --- doubt and evidence ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "doubtful", "standing"),
    [
        (7, 0, Reachability.BREACHED),
        (7, 133, Reachability.BREACHED),
        (6, 1, Reachability.UNKNOWN),
        (0, 7, Reachability.UNKNOWN),
        (0, 6, Reachability.WARNED),
        (4, 1, Reachability.WARNED),
        (0, 4, Reachability.PASSED),
        (0, 140, Reachability.UNKNOWN),
    ],
)
def test_doubtful_looks_accuse_nobody_and_clear_nobody(failures: int, doubtful: int, standing: Reachability) -> None:
    found = judge(spoilt(week(), failures, doubtful))
    assert (found.standing, found.failures, found.doubtful) == (standing, failures, doubtful)
    assert found.why.startswith(f"{doubtful} of 140 looks") is (standing is Reachability.UNKNOWN)


def test_the_evidence_names_the_first_and_last_failure_and_all_causes() -> None:
    probes = week()
    probes[3] = failing(probes[3], "timed out")
    probes[70] = failing(probes[70], "500 Internal Server Error")
    probes[139] = failing(probes[139], "timed out")
    probes[5] = walled(probes[5])
    found = judge(list(reversed(probes)))
    assert (found.first_failure, found.last_failure) == (probes[3], probes[139])
    assert found.causes == (("timed out", 2), ("500 Internal Server Error", 1))
    assert found.doubts == (("403 Forbidden", 1),)


def test_another_sites_looks_are_none_of_its_own() -> None:
    assert judge([*week(), *[replace(failing(p), site="land") for p in week()]]).failures == 0


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2026, 2, 20), datetime(2026, 3, 4), timezones=st.just(UTC)),  # noqa: DTZ001
            st.sampled_from(["open", "failing", "walled"]),
        ),
        max_size=60,
    ),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_the_sums_agree_whatever_the_order(looks: list[tuple[datetime, str]], per_day: int, random: object) -> None:
    made = {"open": lambda p: p, "failing": failing, "walled": walled}
    probes = [made[sort](look(at)) for at, sort in dict(looks).items()]
    rule = replace(RULE, per_day=per_day)
    found = judge_week("water", probes, (), TODAY, SHANGHAI, rule)
    random.shuffle(probes)  # type: ignore[attr-defined]
    assert judge_week("water", probes, (), TODAY, SHANGHAI, rule) == found
    assert found.probes == sum(day.probes for day in found.days)
    assert found.failures == sum(n for _, n in found.causes)
    assert found.failures + found.doubtful <= found.probes
    within = [p for p in probes if found.days[0].day <= p.at.astimezone(SHANGHAI).date() <= found.days[-1].day]
    assert len(within) == sum(day.probes + day.excused + day.crowded for day in found.days)
    assert (found.standing is Reachability.UNKNOWN) or found.valid
    if found.standing is Reachability.BREACHED:
        assert 100 * found.failures >= 5 * found.probes
    if found.standing is Reachability.PASSED:
        assert 100 * (found.failures + found.doubtful) < 3 * found.probes or found.failures + found.doubtful == 0
    if found.probes and found.left:
        reached = found.failures + found.left
        assert 100 * reached >= 5 * found.probes > 100 * (reached - 1)
