"""What each step makes of a case: its state is nothing but its events, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from monitor.model import Case, Event, Stage, Step

_UNPAUSED: dict[str, Any] = {
    "disputed": False, "waived_until": None, "waiver_warned": False, "suspended": False, "paused_on": None,
}  # fmt: skip


def words(case: Case) -> str:
    """Where a case stands, in the words of an office."""
    if not case.is_open:
        return case.stage.value
    if case.waived_until is not None:
        return "waived"
    if case.suspended:
        return "suspended"
    if case.disputed:
        return "disputed"
    if case.claimed_at is not None:
        return "claimed fixed"
    return "acknowledged" if case.acknowledged_at is not None else "issued"


def apply(case: Case | None, event: Event) -> Case:
    """The case after an event; None before its first."""
    if event.step is Step.OBSERVED:
        return Case(
            site=event.site,
            kind=event.kind,
            url=event.url,
            unit=event.unit,
            subject=event.subject,
            stage=Stage.OBSERVED,
            observed_at=event.at,
            changed_at=event.at,
            times=case.times if case else 0,
        )
    assert case is not None, "the first event of every case is that it was observed"
    changed = replace(case, changed_at=event.at, **_CHANGES[event.step](case, event))
    if changed.is_paused:
        return replace(changed, paused_on=changed.paused_on or event.day)
    return replace(changed, paused_on=None, due=event.due or changed.due)


def _issued(case: Case, event: Event) -> dict[str, Any]:
    return {
        "stage": Stage.ISSUED,
        "notice": event.notice,
        "point": event.point,
        "unit": event.unit,
        "issued_on": event.day,
        "evidence": event.evidence,
        "reminded": event.level,
        "times": case.times + 1,
    }


def _reopened(case: Case, event: Event) -> dict[str, Any]:
    return _UNPAUSED | {
        "stage": Stage.ISSUED,
        "evidence": event.evidence,
        "reminded": event.level,
        "escalated": False,
        "acknowledged_at": None,
        "claimed_at": None,
        "good_since": None,
        "closed_at": None,
        "closed_on": None,
        "relapsed_at": None,
        "times": case.times + 1,
    }


def _closed(_: Case, event: Event) -> dict[str, Any]:
    return _UNPAUSED | {"stage": Stage.CLOSED, "closed_at": event.at, "closed_on": event.day, "relapsed_at": None}


def _withdrawn(_: Case, event: Event) -> dict[str, Any]:
    return _UNPAUSED | {"stage": Stage.WITHDRAWN, "closed_at": event.at, "closed_on": event.day}


def _superseded(_: Case, event: Event) -> dict[str, Any]:
    return _UNPAUSED | {"stage": Stage.SUPERSEDED, "closed_at": event.at, "closed_on": event.day}


def _improved(case: Case, event: Event) -> dict[str, Any]:
    return {"relapsed_at": None} if case.stage is Stage.CLOSED else {"good_since": event.at}


def _relapsed(case: Case, event: Event) -> dict[str, Any]:
    return {"relapsed_at": event.at} if case.stage is Stage.CLOSED else {"good_since": None, "claimed_at": None}


_CHANGES: Mapping[Step, Callable[[Case, Event], dict[str, Any]]] = {
    Step.DISMISSED: lambda _, __: {"stage": Stage.DISMISSED},
    Step.CONFIRMED: lambda _, __: {"stage": Stage.CONFIRMED},
    Step.ISSUED: _issued,
    Step.REMINDED: lambda _, event: {"reminded": event.level},
    Step.ESCALATED: lambda _, __: {"escalated": True},
    Step.ACKNOWLEDGED: lambda _, event: {"acknowledged_at": event.at},
    Step.CLAIMED: lambda _, event: {"claimed_at": event.at},
    Step.REFUTED: lambda _, __: {"claimed_at": None},
    Step.DISPUTED: lambda _, __: {"disputed": True},
    Step.UPHELD: lambda _, __: {"disputed": False},
    Step.WAIVED: lambda _, event: {"waived_until": event.until, "waiver_warned": False},
    Step.WAIVER_ENDS: lambda _, __: {"waiver_warned": True},
    Step.WAIVER_ENDED: lambda _, __: {"waived_until": None, "waiver_warned": False},
    Step.SUSPENDED: lambda _, __: {"suspended": True},
    Step.RESUMED: lambda _, __: {"suspended": False},
    Step.IMPROVED: _improved,
    Step.RELAPSED: _relapsed,
    Step.CLOSED: _closed,
    Step.REOPENED: _reopened,
    Step.WITHDRAWN: _withdrawn,
    Step.SUPERSEDED: _superseded,
}
