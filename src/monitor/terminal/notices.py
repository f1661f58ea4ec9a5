"""What people see of the notices on a terminal: the list, one of them, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo

from rich.table import Table

from monitor.model import Case, Changes, Event, Notice, Step
from monitor.notices import words
from monitor.terminal import console, count, safe


def show_notices(notices: Iterable[Notice], cases: Iterable[Case], *, every: bool, today: date) -> None:
    """The notices with open points (or `every` one), newest first."""
    points: dict[str, list[Case]] = {}
    for case in cases:
        points.setdefault(case.notice, []).append(case)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Notice", "Unit", "Issued", "Deadline", "Open", "State"):
        table.add_column(heading)
    for notice in notices:
        open_ = [case for case in points.get(notice.number, []) if case.is_open]
        if not open_ and not every:
            continue
        running = [case for case in open_ if not case.is_paused] or open_
        due = min((case.due for case in running if case.due), default=notice.due)
        late = " (late)" if any(not case.is_paused for case in open_) and due < today else ""
        said = ", ".join(sorted({words(case) for case in open_})) or "settled"
        table.add_row(
            safe(notice.number, 60),
            safe(notice.unit_name, 60),
            str(notice.issued_on),
            f"{due}{late}",
            f"{len(open_)} of {notice.points}",
            said,
        )
    if table.row_count:
        console().print(table)
    else:
        console().print("No notice has open points." if not every else "No notice was issued yet.")


def show_notice(notice: Notice, cases: Iterable[Case], events: Iterable[Event]) -> None:
    """One notice: its points, where each stands, and the evidence as it was issued."""
    screen = console()
    screen.print(safe(f"{notice.number}  {notice.unit_name}"), style="bold")
    screen.print(f"issued {notice.issued_on}, due {notice.due}, {count(notice.points, 'point')}")
    now = {case.point: case for case in cases if case.notice == notice.number}
    for event in events:
        if event.step is not Step.ISSUED or event.evidence is None:
            continue
        case = now.get(event.point)  # None where a later notice speaks of the same fault
        state = words(case) if case else "closed; spoken of in a later notice"
        due = f", due {case.due}" if case and case.is_open else ""
        name = case.subject if case else event.subject
        about = "" if name in ("", event.url, event.evidence.site_name) else f" “{name}”"
        screen.print(safe(f"{event.point}. {event.evidence.site_name}: {event.kind}{about}, {state}{due}", 300))
        screen.print(safe(event.url, 400, indent=3))
        screen.print(safe(event.evidence.sentence, 400, indent=3), style="dim")


def show_events(events: Iterable[Event], zone: tzinfo | None) -> None:
    """What happened, in order, by the office's clock; the machine's where it has none."""
    for event in events:
        screen = console()
        run = f", run {event.run}" if event.run else ""
        due = f"; due {event.due}" if event.due else ""
        until = f"; until {event.until}" if event.until else ""
        screen.print(
            safe(
                f"{event.at.astimezone(zone):%Y-%m-%d %H:%M} point {event.point}: {event.step.value}{due}{until}"
                f" ({event.who}{run}) {event.why}",
                600,
            )
        )


def show_acts(changes: Changes) -> None:
    """What was done just now."""
    for event in changes.events:
        due = f", due {event.due}" if event.due else ""
        console().print(safe(f"{event.notice} point {event.point}: {event.step.value}{due}", 300))
