"""Who is told of what: each contact, once for each run, and those above when it escalates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.model import Changes, Sight, Step, Unit
from monitor.notices import follow_ups, issued
from test_notices import A, B, C, Office, violation

OFFICE = ("office@a.example",)
UNITS = {
    unit.id: unit
    for unit in (
        Unit(id="city", name="市", contacts=("city@a.example",)),
        Unit(id="water", name="市水利局", contacts=("one@a.example", "two@a.example"), within="city"),
        Unit(id="schools", name="市教育局", contacts=("one@a.example",)),
    )
}
ALL = [violation(A, rank=1), violation(B, rank=2), violation(C, rank=3)]


class Clerk(Office):
    """An office that also remembers its last changes."""

    changes: Changes

    def keep(self, changes: Changes) -> Changes:
        self.changes = changes
        return super().keep(changes)

    def told(self, bad: frozenset[str] = frozenset()) -> dict[str, list[tuple[str, list[str]]]]:
        """To whom what follows goes: the notices and what happened, by recipient."""
        found = follow_ups(self.changes, self.notices, UNITS, office=OFFICE, bad=bad)
        assert len(found) == len({envelope.recipient for envelope in found})
        return {
            envelope.recipient: [
                (passage.notice.number, [point.event.step.value for point in passage.points])
                for passage in envelope.passages
            ]
            for envelope in found
        }


@pytest.fixture
def clerk() -> Clerk:
    """The notices 1 (water, two points) and 2 (schools, one point), just issued."""
    clerk = Clerk()
    clerk.look(ALL)
    clerk.later().look(ALL)
    return clerk


def new(clerk: Clerk, bad: frozenset[str] = frozenset(), units: dict[str, Unit] = UNITS) -> list[tuple[str, str, bool]]:
    found = issued(clerk.changes, units, office=OFFICE, bad=bad)
    assert all(len(envelope.passages) == 1 for envelope in found)
    return [(one.recipient, one.passages[0].notice.number, one.passages[0].stands_in) for one in found]


def test_each_contact_gets_each_notice_by_itself(clerk: Clerk) -> None:
    assert new(clerk) == [
        ("one@a.example", "〔2026〕1号", False),
        ("two@a.example", "〔2026〕1号", False),
        ("one@a.example", "〔2026〕2号", False),
    ]
    assert clerk.told() == {}


def test_who_stands_in_is_asked_to_pass_it_on(clerk: Clerk) -> None:
    bad = frozenset(("one@a.example", "two@a.example"))
    assert new(clerk, bad) == [("city@a.example", "〔2026〕1号", True), ("office@a.example", "〔2026〕2号", True)]


def test_a_unit_that_sites_yaml_no_longer_has_leaves_its_notices_to_the_office(clerk: Clerk) -> None:
    assert new(clerk, units={"schools": UNITS["schools"]})[0] == ("office@a.example", "〔2026〕1号", True)


def test_all_that_one_must_hear_after_a_run_is_one_mail(clerk: Clerk) -> None:
    clerk.later(5).look(ALL)
    both = ("〔2026〕1号", ["reminded", "reminded"])
    assert clerk.told() == {"one@a.example": [both, ("〔2026〕2号", ["reminded"])], "two@a.example": [both]}


def test_what_escalates_goes_to_the_tier_above_too_and_only_that(clerk: Clerk) -> None:
    while not any(event.step is Step.ESCALATED for event in clerk.changes.events):
        clerk.later().look([ALL[0], ALL[2]], B=Sight.UNSEEN)
    above = [
        envelope
        for envelope in follow_ups(clerk.changes, clerk.notices, UNITS, office=OFFICE)
        if envelope.recipient == "city@a.example"
    ]
    ((passage,),) = (envelope.passages for envelope in above)
    assert passage.above
    assert {point.event.step for point in passage.points} == {Step.ESCALATED}
    assert passage.notice.number == "〔2026〕1号"  # schools have nobody above but the office


def test_nobody_is_told_the_same_as_unit_and_as_superior() -> None:
    units = UNITS | {"water": replace(UNITS["water"], contacts=("city@a.example",))}
    clerk = Clerk()
    for _ in range(30):
        clerk.later().look([violation(A)])
        if any(event.step is Step.ESCALATED for event in clerk.changes.events):
            break
    (envelope,) = follow_ups(clerk.changes, clerk.notices, units, office=OFFICE)
    (passage,) = envelope.passages
    assert not passage.above


@pytest.mark.parametrize(
    ("step", "until"), [(Step.DISPUTED, None), (Step.WAIVED, date(2026, 6, 1)), (Step.WITHDRAWN, None)]
)
def test_what_a_person_decides_is_told_to_the_unit(clerk: Clerk, step: Step, until: date | None) -> None:
    clerk.hand(step, until=until)
    word = ("〔2026〕1号", [step.value, step.value])
    assert clerk.told() == {"one@a.example": [word], "two@a.example": [word]}


@pytest.mark.parametrize("step", [Step.ACKNOWLEDGED, Step.CLAIMED])
def test_what_a_unit_itself_said_is_not_told_to_it_again(clerk: Clerk, step: Step) -> None:
    clerk.hand(step)
    assert clerk.told() == {}


def test_of_several_things_at_once_the_weightiest_is_told(clerk: Clerk) -> None:
    clerk.later(30).look(ALL[:2])
    steps = [event.step for event in clerk.changes.events if event.url == A]
    assert steps == [Step.REMINDED, Step.ESCALATED]
    assert clerk.told()["two@a.example"] == [("〔2026〕1号", ["escalated", "escalated"])]


def test_a_look_at_a_silent_site_tells_nobody(clerk: Clerk) -> None:
    clerk.later().look([], A=Sight.BLIND, B=Sight.BLIND, C=Sight.BLIND)
    assert {event.step for event in clerk.changes.events} == {Step.SUSPENDED}
    assert clerk.told() == {}


def test_a_blind_monitor_says_nothing_of_waivers_until_it_sees_again(clerk: Clerk) -> None:
    clerk.hand(Step.WAIVED, until=date(2026, 6, 1))
    blind = {"A": Sight.BLIND, "B": Sight.BLIND, "C": Sight.BLIND}
    for day in (date(2026, 5, 28), date(2026, 6, 2)):
        clerk.now = clerk.now.replace(month=day.month, day=day.day)
        clerk.look([], **blind)
        assert clerk.told() == {}
    clerk.later().look(ALL)
    assert clerk.told()["two@a.example"] == [("〔2026〕1号", ["waiver ended", "waiver ended"])]


def test_a_point_of_an_old_notice_that_a_new_one_speaks_of_is_told_under_the_new_one() -> None:
    clerk = Clerk()
    clerk.look([violation(A)])
    clerk.later().look([violation(A)])
    for _ in range(2):
        clerk.later().look([], A=Sight.GOOD)
    clerk.later(60)
    for _ in range(2):
        clerk.later().look([violation(A, since=clerk.now.date())])
    assert [number for _, number, _ in new(clerk)] == ["〔2026〕2号"] * 2
