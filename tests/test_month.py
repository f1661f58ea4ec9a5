"""A few days of the living city, played by the real path: every case ends as it should. A month: tests/month.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

import month
from lives import Act, lives
from monitor.demo.story import Down, Emptied, Redated, Repaired, Unlinked, Woken

SCRIPT = month.Script(
    days=9,
    portals=("wlj", "gxj", "gaj", "zjj", "jyj"),
    story=(
        Woken(site="wlj", path="/photo/", on=2),
        Repaired(site="gxj", href="/art/2018/5/4/art_9_999.html", on=2, again=5),
        Unlinked(site="zjj", href="/go/loop.html", on=2),
        Down(site="gaj", on=3, until=5),
        Redated(site="jyj", path="/mtjj/", on=3),
        Emptied(site="wlj", path="/notice/", on=4),
    ),
    acts=(
        Act(on=2, step="disputed", site="zjj", kind="stale column", path="/zwgk/zcjd/"),
        Act(on=2, step="claimed fixed", site="zjj", kind="dead link", path="/go/nowhere.html"),
        Act(on=2, step="waived", site="jyj", kind="stale column", path="/mtjj/", until=6),
        Act(on=3, step="withdrawn", site="gxj", kind="stale column", path="/col102/"),
        Act(on=6, step="upheld", site="zjj", kind="stale column", path="/zwgk/zcjd/"),
    ),
)
ENDS = {
    ("wlj", "stale column", "/photo/"): "09-17 closed in time",
    ("wlj", "blank column", "/notice/"): "09-19 dismissed",
    ("gxj", "dead link", "/art_9_999.html"): "09-20 reopened due 09-28 -5",
    ("gxj", "stale column", "/col102/"): "09-17 withdrawn",
    ("gxj", "stale column", "/col101/"): "09-21 reminded +0",
    ("gaj", "unreachable site", "/"): "09-20 closed in time",
    ("gaj", "stale column", "/tzgg/"): "09-22 reminded +0",
    ("zjj", "stale column", "/zwgk/zcjd/"): "09-22 reminded -2",
    ("zjj", "dead link", "/go/nowhere.html"): "09-21 reminded +0",
    ("jyj", "re-dated item", "/mtjj/"): "09-22 reminded -2",
    ("jyj", "stale column", "/mtjj/"): "09-21 waiver ended due 09-28",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> month.Played:
    return month.play(SCRIPT, tmp_path_factory.mktemp("month"), lambda _: None)


def test_every_day_is_told_as_it_is_and_every_case_ends_as_it_should(played: month.Played) -> None:
    assert played.wrong == []
    assert month.judge(played, SCRIPT) == []
    assert month.endings(lives(played.truths, SCRIPT.acts), ENDS) == []


def test_the_judge_of_a_month_sees_what_is_missing_and_what_is_too_much(played: month.Played) -> None:
    closed = next(event for event in played.events if event.step.value == "closed")
    without = replace(played, events=tuple(event for event in played.events if event is not closed))
    assert len(month.judge(without, SCRIPT)) == 1
    stranger = replace(closed, url="http://127.0.0.1:9/nobody.html")
    assert len(month.judge(replace(played, events=(*played.events, stranger)), SCRIPT)) > 0
    assert len(month.judge(replace(played, notices=played.notices[:-1]), SCRIPT)) > 0
