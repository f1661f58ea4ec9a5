"""The life of a notice: each way through it by name, and the whole machine under random looks and hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.model import (
    Book,
    Case,
    Change,
    Changes,
    Event,
    Holidays,
    Kind,
    Notice,
    NoticeSettings,
    Sight,
    Stage,
    Step,
    Unit,
    Violation,
    WorkCalendar,
)
from monitor.notices import Refused, Seen, act, apply, follow, words

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SETTINGS = NoticeSettings(calendar=WorkCalendar(holidays=Holidays.NONE))
WATER, SCHOOLS = Unit(id="water", name="市水利局"), Unit(id="schools", name="市教育局")
A, B, C = "http://slj.example/tzgg/", "http://slj.example/gzdt/", "http://jyj.example/tzgg/"


def violation(url: str, *, rank: int = 1, silent: int = 200, since: date = date(2026, 1, 5)) -> Violation:
    unit = SCHOOLS if "jyj" in url else WATER
    return Violation(
        rank=rank,
        site_id=unit.id,
        site_name=unit.name,
        site_url=url,
        site_code="",
        unit=unit,
        kind=Kind.STALE_COLUMN,
        subject="通知公告",
        url=url,
        days_since_update=silent,
        limit_days=180,
        days_over=silent - 180,
        newest=date(2025, 8, 1),
        klass=None,
        evidence=f"{silent} days without an update",
        first_seen=since,
        change=Change.STILL,
    )


@dataclass
class Office:
    """The book as a store keeps it, and the clock."""

    settings: NoticeSettings = SETTINGS
    now: datetime = MONDAY
    cases: dict[tuple[str, str, str], Case] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def book(self) -> Book:
        serials: dict[int, int] = {}
        for notice in self.notices:
            serials[notice.year] = max(notice.serial, serials.get(notice.year, 0))
        kept = tuple(case for case in self.cases.values() if case.times or case.stage is not Stage.DISMISSED)
        return Book(cases=kept, serials=tuple(serials.items()), version=len(self.events))

    def keep(self, changes: Changes) -> Changes:
        self.events += changes.events
        self.notices += changes.notices
        self.cases |= {case.key: case for case in changes.cases}
        return changes

    def look(self, bad: Iterable[Violation] = (), *, issuing: bool = True, **others: Sight) -> list[str]:
        """What a look does; sights of others by the letter of their address."""
        violations = {v.key: v for v in bad}
        sights = {case.key: Sight.UNSEEN for case in self.cases.values()}
        sights |= {violation(globals()[letter]).key: sight for letter, sight in others.items()}
        sights |= dict.fromkeys(violations, Sight.BAD)
        seen = Seen(violations=violations, sights=sights)
        changes = follow(
            self.book, seen, self.settings, run="r", at=self.now, day=self.now.date(), issuing=issuing
        )  # fmt: skip
        self.problems = changes.problems
        return [event.step.value for event in self.keep(changes).events]

    def later(self, days: int = 1, hours: int = 0) -> Office:
        self.now += timedelta(days=days, hours=hours)
        return self

    def hand(self, step: Step, *points: int, until: date | None = None, number: str = "〔2026〕1号") -> list[str] | str:
        done = act(
            self.book, step, number, self.settings,
            who="王五", why="as the letter says", at=self.now, day=self.now.date(), points=points, until=until,
        )  # fmt: skip
        if isinstance(done, Refused):
            return done.why
        return [event.step.value for event in self.keep(done).events]

    def case(self, url: str = A) -> Case:
        return self.cases[violation(url).key]


@pytest.fixture
def issued() -> Office:
    """An office whose first notice went out on Tuesday, 3 March, due on the 10th."""
    office = Office()
    office.look([violation(A)])
    office.later().look([violation(A)])
    return office


# --- until it is issued ---------------------------------------------------------------------


def test_nobody_is_told_before_two_bad_looks_six_hours_apart() -> None:
    office = Office()
    assert office.look([violation(A)]) == ["observed"]
    assert office.later(0, 5).look([violation(A)]) == []
    assert office.later(0, 1).look([violation(A)]) == ["confirmed", "issued"]
    (notice,) = office.notices
    assert (notice.number, notice.due, notice.points) == ("〔2026〕1号", date(2026, 3, 9), 1)


def test_what_a_second_look_does_not_show_is_dismissed_and_starts_anew_when_it_comes_back() -> None:
    office = Office()
    office.look([violation(A)])
    assert office.later().look(A=Sight.GOOD) == ["dismissed"]
    assert office.later().look([violation(A)]) == ["observed"]
    assert office.notices == []


@pytest.mark.parametrize("sight", [Sight.UNSEEN, Sight.BLIND])
def test_silence_neither_confirms_nor_dismisses(sight: Sight) -> None:
    office = Office()
    office.look([violation(A)])
    assert office.later().look(A=sight) == []
    assert office.later().look([violation(A)]) == ["confirmed", "issued"]


def test_one_notice_for_each_unit_and_run_with_the_longest_silent_first() -> None:
    office = Office()
    found = [violation(C, rank=2, silent=300), violation(A, rank=3, silent=200), violation(B, rank=1, silent=400)]
    office.look(found)
    office.later().look(found)
    assert [(n.number, n.unit, n.points) for n in office.notices] == [
        ("〔2026〕1号", "water", 2),
        ("〔2026〕2号", "schools", 1),
    ]
    assert [(office.case(url).notice, office.case(url).point) for url in (B, A, C)] == [
        ("〔2026〕1号", 1),
        ("〔2026〕1号", 2),
        ("〔2026〕2号", 1),
    ]


def test_the_evidence_is_frozen_when_the_notice_is_issued(issued: Office) -> None:
    issued.later().look([violation(A, silent=999)])
    evidence = issued.case().evidence
    assert evidence is not None
    assert (evidence.sentence, evidence.days_since_update) == ("200 days without an update", 200)


def test_what_is_confirmed_waits_for_the_daily_run() -> None:
    office = Office()
    office.look([violation(A)])
    assert office.later().look([violation(A)], issuing=False) == ["confirmed"]
    assert office.later(0, 1).look([violation(A)]) == ["issued"]


def test_numbers_count_anew_each_year() -> None:
    office = Office(
        settings=replace(SETTINGS, number="JC-{year}-{number:04d}"), now=datetime(2026, 12, 29, 3, tzinfo=UTC)
    )
    office.look([violation(A)])
    office.later().look([violation(A), violation(B)])
    office.later().look([violation(B), violation(C)])
    office.later().look([violation(C)])
    assert [n.number for n in office.notices] == ["JC-2026-0001", "JC-2026-0002", "JC-2027-0001"]


def test_without_the_calendar_of_a_year_nothing_is_issued_and_the_operator_hears_why() -> None:
    office = Office(settings=NoticeSettings(), now=datetime(2039, 3, 1, 3, tzinfo=UTC))
    office.look([violation(A)])
    assert office.later().look([violation(A)]) == ["confirmed"]
    assert [problem.partition(":")[0] for problem in office.problems] == ["the working days of 2039 are not known yet"]
    office.settings = SETTINGS
    assert office.later().look([violation(A)]) == ["issued"]


# --- reminders ------------------------------------------------------------------------------


def test_reminders_come_before_on_and_after_the_deadline_then_weekly_and_it_escalates(issued: Office) -> None:
    said = {}
    for _ in range(40):
        issued.later()
        if steps := issued.look([violation(A)]):
            said[issued.now.date().isoformat()] = steps
    assert said == {
        "2026-03-06": ["reminded"],
        "2026-03-10": ["reminded"],
        "2026-03-17": ["reminded"],
        "2026-03-24": ["reminded", "escalated"],
        "2026-03-31": ["reminded"],
        "2026-04-07": ["reminded"],
    }


def test_reminders_that_a_silent_monitor_skipped_are_not_made_up_for(issued: Office) -> None:
    assert issued.later(40).look([violation(A)]) == ["reminded", "escalated"]
    assert issued.later(0, 7).look([violation(A)]) == []


def test_nobody_is_reminded_of_what_a_look_did_not_show(issued: Office) -> None:
    for _ in range(30):
        assert issued.later().look(A=Sight.UNSEEN) == []
    assert issued.later().look([violation(A)]) == ["reminded", "escalated"]


def move(office: Office, units: dict[str, str], *bad: Violation) -> list[str]:
    """A look that also shows who answers for which site."""
    violations = {v.key: v for v in bad}
    sights = {case.key: Sight.BLIND for case in office.cases.values()} | dict.fromkeys(violations, Sight.BAD)
    seen = Seen(violations=violations, sights=sights, units=units)
    changes = follow(office.book, seen, office.settings, run="r", at=office.now, day=office.now.date())
    return [event.step.value for event in office.keep(changes).events]


def test_a_site_that_goes_to_another_unit_takes_its_old_notice_from_the_first_and_begins_anew(issued: Office) -> None:
    assert move(issued.later(), {"water": "water"}, violation(A)) == []
    moved = replace(violation(A), unit=SCHOOLS)
    assert move(issued.later(), {"water": "schools"}, moved) == ["superseded"]
    assert (issued.case().stage, issued.case().is_open) == (Stage.SUPERSEDED, False)
    assert move(issued.later(), {"water": "schools"}, moved) == ["observed"]
    assert move(issued.later(), {"water": "schools"}, moved) == ["confirmed", "issued"]
    assert [(notice.number, notice.unit) for notice in issued.notices][-1] == ("〔2026〕2号", "schools")
    assert issued.case().unit == "schools"


def test_the_notices_of_a_site_that_nobody_watches_any_more_end(issued: Office) -> None:
    assert move(issued.later(), {}) == ["superseded"]
    assert move(issued.later(), {}) == []


def test_no_reminder_after_a_good_look(issued: Office) -> None:
    assert issued.later(3).look(A=Sight.GOOD) == ["looked good once"]
    assert issued.later(20).look() == []


# --- closing and coming back ----------------------------------------------------------------


def test_two_good_looks_close_it_and_the_first_says_whether_in_time(issued: Office) -> None:
    issued.later(7).look(A=Sight.GOOD)
    assert issued.case().due == issued.now.date()
    assert issued.later(0, 5).look(A=Sight.GOOD) == []
    assert issued.later(3).look(A=Sight.GOOD) == ["closed"]
    assert issued.events[-1].why == "re-checked, in time"
    assert words(issued.case()) == "closed"


def test_a_day_late_is_late(issued: Office) -> None:
    issued.later(8).look(A=Sight.GOOD)
    issued.later().look(A=Sight.GOOD)
    assert issued.events[-1].why == "re-checked, late"


def test_a_bad_look_between_two_good_ones_starts_the_count_anew(issued: Office) -> None:
    issued.later().look(A=Sight.GOOD)
    assert issued.later(1).look([violation(A)])[0] == "looked bad again"
    assert issued.later().look(A=Sight.GOOD) == ["looked good once"]


def test_a_relapse_within_thirty_days_opens_the_same_number(issued: Office) -> None:
    issued.later().look(A=Sight.GOOD)
    issued.later().look(A=Sight.GOOD)
    assert issued.later(30).look([violation(A)]) == ["looked bad again"]
    assert issued.later().look([violation(A, silent=3)]) == ["reopened"]
    case = issued.case()
    assert (case.notice, case.times, case.due) == ("〔2026〕1号", 2, date(2026, 4, 10))
    assert issued.events[-1].why == "for the 2nd time: 3 days without an update"


def test_a_relapse_after_its_site_went_to_another_unit_is_a_notice_to_that_one(issued: Office) -> None:
    for _ in range(2):
        issued.later().look(A=Sight.GOOD)
    issued.later().look([violation(A)])
    moved = replace(violation(A), unit=SCHOOLS)
    assert issued.later().look([moved]) == ["observed"]
    assert issued.later().look([moved]) == ["confirmed", "issued"]
    assert [(notice.number, notice.unit) for notice in issued.notices] == [
        ("〔2026〕1号", WATER.id),
        ("〔2026〕2号", SCHOOLS.id),
    ]


def test_a_single_bad_look_after_closing_reopens_nothing(issued: Office) -> None:
    for _ in range(2):
        issued.later().look(A=Sight.GOOD)
    issued.later().look([violation(A)])
    assert issued.later().look(A=Sight.GOOD) == ["looked good once"]
    assert issued.later().look([violation(A)]) == ["looked bad again"]


def test_a_relapse_after_thirty_days_is_a_notice_of_its_own(issued: Office) -> None:
    for _ in range(2):
        issued.later().look(A=Sight.GOOD)
    assert issued.later(31).look([violation(A)]) == ["observed"]
    assert issued.later().look([violation(A)]) == ["confirmed", "issued"]
    assert (issued.case().notice, issued.case().times) == ("〔2026〕2号", 2)


# --- pauses ---------------------------------------------------------------------------------


def test_a_silent_site_stops_the_clock_and_closes_nothing(issued: Office) -> None:
    assert issued.later().look(A=Sight.BLIND) == ["suspended"]  # Wednesday the 4th
    assert issued.later(20).look(A=Sight.BLIND) == []
    assert issued.later().look([violation(A)]) == ["resumed"]  # Wednesday the 25th, fifteen working days later
    assert issued.case().due == date(2026, 3, 31)


def test_a_dispute_stops_the_clock_until_it_is_turned_down(issued: Office) -> None:
    assert issued.later().hand(Step.DISPUTED) == ["disputed"]
    assert issued.later(14).look([violation(A)]) == []
    assert issued.later(0, 1).hand(Step.UPHELD) == ["upheld"]
    assert issued.case().due == date(2026, 3, 24)


def test_a_waiver_warns_before_it_ends_and_gives_the_time_back(issued: Office) -> None:
    assert issued.later().hand(Step.WAIVED, until=date(2026, 4, 3)) == ["waived"]
    assert issued.later(22).look([violation(A)]) == []
    assert issued.later().look([violation(A)]) == ["waiver ends soon"]
    assert issued.later(7).look([violation(A)]) == []
    assert issued.later(3).look([violation(A)]) == ["waiver ended"]
    assert issued.case().due == date(2026, 4, 10)  # four working days are left, as on the day it was waived


def test_two_pauses_that_overlap_count_once(issued: Office) -> None:
    issued.later().hand(Step.DISPUTED)
    issued.later().look(A=Sight.BLIND)
    issued.later().hand(Step.UPHELD)
    assert issued.case().due == date(2026, 3, 10)
    assert issued.later(3).look([violation(A)]) == ["resumed"]
    assert issued.case().due == date(2026, 3, 13)


# --- people ---------------------------------------------------------------------------------


def test_a_claim_that_a_later_look_refutes(issued: Office) -> None:
    issued.hand(Step.ACKNOWLEDGED)
    assert words(issued.case()) == "acknowledged"
    issued.later(0, 1).hand(Step.CLAIMED)
    assert words(issued.case()) == "claimed fixed"
    assert issued.later(0, 5).look([violation(A)]) == []
    assert issued.later(0, 1).look([violation(A)]) == ["claim refuted"]


def test_what_was_withdrawn_stays_silent_until_it_was_put_right_in_between(issued: Office) -> None:
    assert issued.hand(Step.WITHDRAWN) == ["withdrawn"]
    for _ in range(40):
        assert issued.later().look([violation(A)]) == []
    anew = violation(A, since=issued.now.date())
    assert issued.later().look([anew]) == ["observed"]


def test_each_refusal_says_why(issued: Office) -> None:
    assert issued.hand(Step.ACKNOWLEDGED, number="〔2026〕9号") == "there is no notice 〔2026〕9号"
    assert issued.hand(Step.ACKNOWLEDGED, 2) == "notice 〔2026〕1号 has no point 2; it has 1"
    assert issued.hand(Step.UPHELD) == "point 1 of 〔2026〕1号 is not disputed"
    assert issued.hand(Step.WAIVED, until=issued.now.date()) == "a waiver needs an end that is still to come"
    issued.hand(Step.CLOSED)
    assert issued.hand(Step.CLAIMED) == "point 1 of 〔2026〕1号 is closed already"
    nameless = act(issued.book, Step.CLOSED, "〔2026〕1号", SETTINGS, who=" ", why="x", at=MONDAY, day=MONDAY.date())
    assert nameless == Refused(why="who does it and why must be said; both stay in the history")


def test_some_points_of_a_notice_go_their_own_way() -> None:
    office = Office()
    for _ in range(2):
        office.later().look([violation(A), violation(B, rank=2)])
    assert office.hand(Step.DISPUTED, 2) == ["disputed"]
    assert office.hand(Step.DISPUTED) == ["disputed"]
    assert office.hand(Step.DISPUTED, 1, 2) == "point 1 of 〔2026〕1号 is disputed already"


def test_a_deadline_that_a_pause_moved_is_not_taken_back_by_a_relapse(issued: Office) -> None:
    issued.later().look(A=Sight.BLIND)
    issued.later(60).look([violation(A)])
    assert issued.case().due == date(2026, 5, 7)
    issued.hand(Step.CLOSED)
    issued.settings = replace(SETTINGS, deadline=1)
    issued.later(0, 1).look([violation(A)])
    assert issued.later(0, 6).look([violation(A)])[0] == "reopened"
    assert issued.case().due == date(2026, 5, 7)


def test_two_pauses_one_after_the_other_count_both_and_nothing_between(issued: Office) -> None:
    issued.later().look(A=Sight.BLIND)  # Wednesday the 4th
    issued.later().look([violation(A)])
    assert issued.case().due == date(2026, 3, 11)
    issued.later(4).look(A=Sight.BLIND)  # Monday the 9th
    issued.later().look()
    assert issued.case().due == date(2026, 3, 12)


def test_what_is_reopened_escalates_again(issued: Office) -> None:
    assert "escalated" in issued.later(40).look([violation(A)])
    issued.hand(Step.CLOSED)
    for _ in range(2):
        issued.later().look([violation(A)])
    assert issued.case().due == date(2026, 4, 21)
    assert issued.later(12).look([violation(A)]) == ["reminded"]
    assert issued.later(9).look([violation(A)]) == ["reminded", "escalated"]


def test_a_hand_whose_clock_is_behind_comes_after_what_was_there(issued: Office) -> None:
    issued.later(0, -2).hand(Step.ACKNOWLEDGED)
    assert issued.events[-1].at == issued.events[-2].at
    assert issued.case().acknowledged_at == issued.events[-1].at


def test_a_rehearsal_of_an_earlier_day_changes_nothing(issued: Office) -> None:
    assert issued.later(-1, 6).look(A=Sight.GOOD) == []
    assert issued.later(-30).look(A=Sight.BLIND) == []


# --- the whole machine ----------------------------------------------------------------------

_HANDS = (Step.ACKNOWLEDGED, Step.CLAIMED, Step.DISPUTED, Step.UPHELD, Step.WAIVED, Step.WITHDRAWN, Step.CLOSED)
_SHOWN = st.fixed_dictionaries({url: st.sampled_from([*Sight, Sight.BAD, Sight.GOOD]) for url in (A, B, C)})


class Life(RuleBasedStateMachine):
    """Random looks and hands; what must hold, holds after each."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.blind: set[tuple[datetime, tuple[str, str, str]]] = set()

    @rule(hours=st.sampled_from([1, 6, 24, 24, 72, 24 * 35]), shown=_SHOWN, issuing=st.booleans())
    def look(self, hours: int, shown: dict[str, Sight], issuing: bool) -> None:
        office = self.office.later(0, hours)
        bad = {v.key: v for v in (violation(url) for url, sight in shown.items() if sight is Sight.BAD)}
        sights = {violation(url).key: sight for url, sight in shown.items()}
        self.blind |= {(office.now, key) for key, sight in sights.items() if sight in (Sight.BLIND, Sight.UNSEEN)}
        seen = Seen(violations=bad, sights=sights)

        def once(again: NoticeSettings = office.settings) -> Changes:
            return follow(office.book, seen, again, run="r", at=office.now, day=office.now.date(), issuing=issuing)

        office.keep(once())
        again = once()
        assert not again.events
        assert not again.notices
        assert not again.cases

    @precondition(lambda self: self.office.notices)
    @rule(
        step=st.sampled_from(_HANDS),
        which=st.integers(0, 99),
        point=st.sampled_from([(), (1,), (2,)]),
        days=st.integers(1, 40),
    )
    def hand(self, step: Step, which: int, point: tuple[int, ...], days: int) -> None:
        office = self.office.later(0, 1)
        number = office.notices[which % len(office.notices)].number
        office.hand(step, *point, number=number, until=office.now.date() + timedelta(days=days))

    @invariant()
    def a_case_is_nothing_but_its_events(self) -> None:
        folded: dict[tuple[str, str, str], Case] = {}
        for event in self.office.events:
            folded[event.key] = apply(folded.get(event.key), event)
        assert folded == self.office.cases

    @invariant()
    def a_notice_is_neither_lost_nor_issued_twice(self) -> None:
        open_: set[tuple[str, str, str]] = set()
        for event in self.office.events:
            if event.step in (Step.ISSUED, Step.REOPENED):
                assert event.key not in open_
                open_.add(event.key)
            elif event.step in (Step.CLOSED, Step.WITHDRAWN):
                open_.remove(event.key)
        assert open_ == {case.key for case in self.office.cases.values() if case.is_open}

    @invariant()
    def numbers_have_no_gap_and_stay_with_their_points(self) -> None:
        for year in {n.year for n in self.office.notices}:
            serials = [n.serial for n in self.office.notices if n.year == year]
            assert serials == list(range(1, len(serials) + 1))
        owners: dict[tuple[str, int], tuple[str, str, str]] = {}
        for event in self.office.events:
            if event.notice:
                assert owners.setdefault((event.notice, event.point), event.key) == event.key
        assert sum(n.points for n in self.office.notices) == len(owners)

    @invariant()
    def a_deadline_never_moves_earlier(self) -> None:
        due: dict[tuple[str, int], date] = {}
        for event in self.office.events:
            if event.due is not None:
                assert due.get((event.notice, event.point), event.due) <= event.due
                due[event.notice, event.point] = event.due

    @invariant()
    def nothing_happens_after_withdrawal(self) -> None:
        over: set[tuple[str, int]] = set()
        for event in self.office.events:
            assert not event.notice or (event.notice, event.point) not in over
            if event.step is Step.WITHDRAWN:
                over.add((event.notice, event.point))

    @invariant()
    def silence_is_never_health(self) -> None:
        for event in self.office.events:
            if event.run and (event.at, event.key) in self.blind:
                assert event.step not in (Step.CLOSED, Step.IMPROVED, Step.DISMISSED, Step.CONFIRMED, Step.ISSUED)

    @invariant()
    def time_runs_forward_and_all_is_said_by_someone(self) -> None:
        moments = [event.at for event in self.office.events]
        assert moments == sorted(moments)
        assert all(event.who and event.why for event in self.office.events)


TestLife = Life.TestCase
TestLife.settings = effort(max_examples=60, stateful_step_count=30, deadline=None)
