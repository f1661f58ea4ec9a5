"""What people see of the outbox on a terminal: what waits, what will not be sent and why, and who gets no mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from rich.table import Table

from monitor.store import BadAddress, Kept
from monitor.terminal import console, count, safe

_NUMBERS = 3
"""The most notices that are named for one mail."""
_WORDS = {
    "report": "daily report",
    "notice": "notice",
    "follow-up": "follow-up",
    "operator": "word to the operators",
}


def show_outbox(
    kept: Iterable[Kept],
    counts: Mapping[str, int],
    bad: Iterable[BadAddress],
    *,
    now: datetime,
    zone: tzinfo,
) -> None:
    """The mails in the order given, what became of all others as numbers, and the addresses that get none."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Queued", "To", "What", "State"):
        table.add_column(heading)
    for one in kept:
        table.add_row(_moment(one.queued_at, zone), safe(one.recipient, 80), _what(one), _state(one, now, zone))
    screen = console()
    if table.row_count:
        screen.print(table)
    said = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    screen.print(f"In all: {said}." if said else "The outbox is empty.")
    marked = list(bad)
    if marked:
        screen.print("No mail goes to these addresses, for a server has refused them:")
    for address in marked:
        screen.print(safe(f"{address.address}, since {_moment(address.since, zone)}: {address.said}", 400, indent=2))
    if marked:
        screen.print("For one that works again: monitor mail --again ADDRESS")


def _what(one: Kept) -> str:
    named = " ".join(one.about[:_NUMBERS]) + (" …" if len(one.about) > _NUMBERS else "")
    stands_in = " (for another, whose address was refused)" if one.origin else ""
    return safe(f"{_WORDS.get(one.kind, one.kind)} {named}{stands_in}".strip(), 160).plain


def _state(one: Kept, now: datetime, zone: tzinfo) -> str:
    why = f": {one.said}" if one.said else ""
    if one.state == "sending":
        return "under way"
    if one.state != "queued":
        return safe(f"{one.state} {_moment(one.changed_at, zone)}{why}", 300).plain
    if not one.tries:
        return "waits, not tried yet"
    due = "is due" if one.due_at <= now else f"comes {_moment(one.due_at, zone)}"
    return safe(f"waits, the next try {due}; {count(one.tries, 'time')} in vain{why}", 300).plain


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
