"""The daily run killed at random moments: nothing damaged, nothing lost, nothing done twice. Many more: tests/kill.py."""

from __future__ import annotations

import sys

import pytest

import kill


@pytest.mark.timeout(600)  # some thirty starts of the program, each a second of a slow machine
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_run_goes_on_where_it_was_and_comes_to_the_same_findings() -> None:
    tally = kill.rehearse(20, kill.SMALL_CITY)
    assert tally.wrong == []
    assert tally.kills == 20
    assert tally.hit["no site kept"] < 20  # some came when there was something to lose
