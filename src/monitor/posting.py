"""The mail of a run after it has ended: what waits, what is handed over, what is queued once more."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from monitor import carrier, letters, run
from monitor.model import Fleet, Outcome, Outgoing
from monitor.run import Clock

_MAILS_AT_ONCE = 20


def send_due(fleet: Fleet, password: str, *, now: Clock) -> tuple[Outcome, ...]:
    """Hand the mails whose time has come to the server, and keep what it said to each. Sent ones stay sent."""
    answered: list[Outcome] = []
    with run.alone(Path(fleet.data), "mail"), run.history(fleet) as store, store.alone("mail"):
        while due := store.mail_due(now())[:_MAILS_AT_ONCE]:
            store.mail_claimed(row.id for row in due)
            for outcome in carrier.outcomes(fleet, password, due, now=now):
                store.mail_answered([outcome], now())
                answered.append(outcome)
    return tuple(answered)


def queue_latest(fleet: Fleet, *, now: Clock, day: date | None = None) -> bool:
    """Put the mail of the last complete run (of a day) into the outbox, unless it is or was there.

    False when there is no such run.
    """
    with run.history(fleet) as store:
        last = next((one for one in store.runs(day) if one.complete and one.fleet == run.WHOLE_FLEET), None)
        if last is None:
            return False
        if fleet.mail is not None or fleet.chat:
            whole = run.numbered(fleet, store, run.day_report(fleet, store, last, (), run.ended(last, now)))
            style = run.style_of(fleet)
            store.queue(letters.of_run(fleet, whole, last.id, now(), style), now())
            run.say_faults(style)
    return True


def waiting_mail(fleet: Fleet, *, now: Clock) -> tuple[Outgoing, ...]:
    """The mails that would be sent now, as they would be sent; nothing is sent."""
    with run.history(fleet) as store:
        return store.mail_due(now())


def next_mail(fleet: Fleet) -> datetime | None:
    """When the next try of a mail is due; None when none waits."""
    with run.history(fleet) as store:
        return store.mail_next()


def mail_counts(fleet: Fleet) -> dict[str, int]:
    """How many mails the outbox holds, by state."""
    with run.history(fleet) as store:
        return store.mail_counts()
