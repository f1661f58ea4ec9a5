"""Probes in the history, in a file and in a database: what was kept comes back, and no more than the last days of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from monitor.model import Probe
from monitor.store import opened

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVER = datetime(2020, 1, 1, tzinfo=UTC)


def probe(site: str = "a", hours: float = 0, **more: object) -> Probe:
    given = {"seconds": 0.25, "open": True, **more}
    return Probe(site=site, at=NOON + timedelta(hours=hours), **given)  # type: ignore[arg-type]


def test_probes_come_back_by_site_in_the_order_of_time(where: Path | str) -> None:
    walled = probe("b", open=False, doubtful=True, reason="403 Forbidden; 证书已过期")
    dead = probe("a", 1, open=False, seconds=None, reason="connection refused")
    with opened(where) as store:
        store.keep_probes([dead, walled], EVER)
        store.keep_probes([probe("a")], EVER)
    with opened(where) as store:
        assert store.probes(EVER) == {"a": (probe("a"), dead), "b": (walled,)}
        assert store.probes(EVER, "b") == {"b": (walled,)}
        assert store.probes(NOON + timedelta(milliseconds=1)) == {"a": (dead,)}
        assert store.probes(EVER, "c") == {}


def test_one_look_is_kept_once(where: Path | str) -> None:
    elsewhere = Probe(
        site="a", at=NOON.astimezone(timezone(timedelta(hours=8))), seconds=9.0, open=False, reason="the same look"
    )
    with opened(where) as store:
        store.keep_probes([probe(), elsewhere], EVER)
        store.keep_probes([elsewhere], EVER)
        assert store.probes(EVER) == {"a": (probe(),)}


@pytest.mark.parametrize(("seconds", "read"), [(14.9999, 14.999), (15.0, 15.0), (0.0, 0.0), (None, None)])
def test_no_look_becomes_slower_by_being_kept(where: Path | str, seconds: float | None, read: float | None) -> None:
    with opened(where) as store:
        store.keep_probes([probe(seconds=seconds)], EVER)
        assert store.probes(EVER)["a"][0].seconds == read


def test_of_a_site_that_is_looked_at_only_the_last_days_are_kept(where: Path | str) -> None:
    with opened(where) as store:
        store.keep_probes([probe("a", -3), probe("a", -2), probe("b", -3)], EVER)
        store.keep_probes([probe("a")], NOON - timedelta(hours=2))
        kept = store.probes(EVER)
        assert [p.at for p in kept["a"]] == [NOON - timedelta(hours=2), NOON]
        assert len(kept["b"]) == 1


def test_who_was_looked_at_lately_is_known(where: Path | str) -> None:
    with opened(where) as store:
        store.keep_probes([probe("a", -1), probe("b", 0)], EVER)
        assert store.probed_since(["a", "b", "c"], NOON) == {"b"}
        assert store.probed_since(["a", "c"], NOON - timedelta(hours=1)) == {"a"}
