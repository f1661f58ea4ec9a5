"""Some notices by mail through a rough server, with senders killed and two at once. Many more: tests/post.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import post
from roughpost import Weather

MEMORY = "/dev/shm"
"""Who is killed there loses no more than on a disk; only a machine without power would."""
WEATHER = Weather(hangs_up=0.1, drops=0.015, delays=0.06, blames=0.02, spurns=0.02, stalls=0.001, forgets=0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_no_notice_is_lost_and_none_comes_twice_without_need() -> None:
    tally = post.play(60, kills=2, weather=WEATHER, where=MEMORY if Path(MEMORY).is_dir() else None)
    print(post.tell(tally))  # noqa: T201 - shown with -s, or when it fails
    assert tally.wrong == []
    assert tally.notices == 60
    assert tally.kills > 0  # a sender may be quicker than its end
    assert tally.twice > 0
    assert tally.hindered > 0
    assert tally.passed_on > 0
    assert {"sent", "refused"} <= set(tally.states)
    assert {"hangs_up", "drops", "delays", "blames", "forgets", "no such address"} <= set(tally.did)
