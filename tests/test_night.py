"""A night in which a fifth of all answers over the made-up city is spoiled: nobody is accused wrongly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import night
from monitor.model import LinkState


@pytest.mark.parametrize("seed", [0, 4])
def test_no_fault_is_told_that_is_not_there(seed: int, tmp_path: Path) -> None:
    found = night.night(night.Weather(seed=seed, share=0.2), tmp_path)
    print(night.tell(seed, found))  # noqa: T201 - shown with -s, or when it fails
    assert found.comparison.wrong == ()
    assert found.comparison.found > found.comparison.planted // 2
    assert set(found.spoiled) == set(night.FAULTS)
    assert 0.15 < found.spoiled.total() / found.answers < 0.25


def test_without_bad_weather_every_fact_is_told(tmp_path: Path) -> None:
    found = night.night(night.Weather(seed=1, share=0.0), tmp_path)
    assert (found.comparison.wrong, found.comparison.missed) == ((), ())
    assert found.spoiled == Counter()
    assert any(link.link.state is LinkState.DEAD for link in found.report.links)
