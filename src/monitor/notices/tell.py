"""What happened to notices -> who is told of it, each in one mail. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.model import FOLLOW_UPS, Case, Changes, Envelope, Event, Notice, Passage, Point, Step, Unit
from monitor.notices.contacts import contacts, superiors


def issued(
    changes: Changes, units: Mapping[str, Unit], *, office: Sequence[str], bad: Collection[str] = ()
) -> tuple[Envelope, ...]:
    """The new notices, each in a mail of its own to every contact of its unit.

    `office`: who gets it where mail reaches nobody of the unit or above it. `bad`: addresses refused for good.
    """
    passages = _passages(changes, changes.notices, (Step.ISSUED,), units)
    return tuple(
        Envelope(recipient=recipient, passages=(passage,))
        for one in passages
        for recipient, passage in _own(one, units, office, bad)
    )


def follow_ups(
    changes: Changes,
    notices: Iterable[Notice],
    units: Mapping[str, Unit],
    *,
    office: Sequence[str],
    bad: Collection[str] = (),
) -> tuple[Envelope, ...]:
    """All else that happened to notices, in one mail for each who is told: the units', and those above them.

    `notices`: those that the changes may speak of. What escalates goes to the tier above, too; to the office
    where there is none.
    """
    letters: dict[str, list[Passage]] = {}
    for passage in _passages(changes, notices, FOLLOW_UPS, units):
        own = _own(passage, units, office, bad)
        for recipient, said in own:
            letters.setdefault(recipient, []).append(said)
        late = tuple(point for point in passage.points if point.event.step is Step.ESCALATED)
        above = superiors(passage.unit, units, bad) or tuple(address for address in office if address not in bad)
        for recipient in above if late else ():
            if recipient not in {told for told, _ in own}:
                letters.setdefault(recipient, []).append(replace(passage, points=late, above=True))
    return tuple(Envelope(recipient=to, passages=tuple(said)) for to, said in letters.items())


def _own(
    passage: Passage, units: Mapping[str, Unit], office: Sequence[str], bad: Collection[str]
) -> list[tuple[str, Passage]]:
    """To whom a passage goes as to the unit itself."""
    reached = contacts(passage.unit, units, bad) or tuple(address for address in office if address not in bad)
    stands_in = not set(reached) & set(passage.unit.contacts)
    return [(recipient, replace(passage, stands_in=stands_in)) for recipient in reached]


def _passages(
    changes: Changes, notices: Iterable[Notice], steps: Sequence[Step], units: Mapping[str, Unit]
) -> list[Passage]:
    """What happened to each notice, by their numbers, its points in their order."""
    cases = {case.key: case for case in changes.cases}
    happened: dict[str, dict[tuple[str, str, str], Event]] = {}
    for event in changes.events:
        if event.step not in steps or not event.notice or (event.step is Step.RESUMED and event.due is None):
            continue
        of_notice = happened.setdefault(event.notice, {})
        before = of_notice.get(event.key)
        if before is None or steps.index(event.step) < steps.index(before.step):
            of_notice[event.key] = event
    known = {notice.number: notice for notice in notices}
    return [
        Passage(
            notice=known[number],
            points=tuple(sorted((_point(event, cases) for event in events.values()), key=lambda p: p.event.point)),
            unit=units.get(known[number].unit) or Unit(id=known[number].unit, name=known[number].unit_name),
        )
        for number, events in sorted(happened.items(), key=lambda one: (known[one[0]].year, known[one[0]].serial))
    ]


def _point(event: Event, cases: Mapping[tuple[str, str, str], Case]) -> Point:
    return Point(event=event, case=cases[event.key])
