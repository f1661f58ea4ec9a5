"""Every case of the fault server through our own fetch, decoding and verdicts, all at once, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faults.case import Case
from faults.check import Outcome, fits
from faults.table import CASES

DEADLINE = 5.0
TESTS = Path(__file__).parent


@pytest.fixture(scope="session")
def all_at_once() -> dict[str, Any]:
    command = [sys.executable, "-m", "faults", "--check", "--json", "--deadline", str(DEADLINE)]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("one", CASES, ids=lambda c: f"{c.group}/{c.name}")
def test_verdict_of_each_case(one: Case, all_at_once: dict[str, Any]) -> None:
    assert fits(one, Outcome(**all_at_once["outcomes"][one.name])) == ""


def test_nobody_opened_the_forbidden_door(all_at_once: dict[str, Any]) -> None:
    assert all_at_once["forbidden_hits"] == 0


def test_all_cases_at_once_stay_small_and_end_in_time(all_at_once: dict[str, Any]) -> None:
    assert all_at_once["megabytes"] < 300
    assert all_at_once["seconds"] < DEADLINE + 30


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 150
    assert len({c.name for c in CASES}) == len(CASES)
    assert all(c.expected for c in CASES)


def test_a_checker_by_status_alone_would_fail_the_table() -> None:
    """The table can tell: whoever calls every answer alive, or every odd one dead, is caught."""
    for state in ("alive", "dead", "failing", "unverified", "suspicious"):
        outcome = Outcome(name="", state=state, reason="", seconds=0, shows=True, tls_fault="")
        assert sum(bool(fits(c, outcome)) for c in CASES) >= 40
