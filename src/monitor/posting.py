"""The mail after a run has ended: what waits, what is handed over, what goes to another, what is queued once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor import carrier, letters, operators, run
from monitor.carrier import Sender
from monitor.claims import somebody
from monitor.model import Fleet, Outcome, Outgoing
from monitor.report import style_of
from monitor.run import Clock
from monitor.store import BadAddress, Kept, Store

_AT_ONCE = 50
"""Mails claimed together."""
_LEASE = timedelta(minutes=15)
"""So long a mail waits for a sender that has died on it. Handing one over takes a few minutes at the very most."""


def send_due(fleet: Fleet, password: str, *, now: Clock, patience: float = carrier.PATIENCE) -> tuple[Outcome, ...]:
    """Hand the mails and messages whose time has come over, and keep what was said to each. Sent ones stay sent.

    Others may send from the same history meanwhile. `patience`: seconds that the mail server has for each answer.
    """
    senders = carrier.senders(fleet, password, patience, now)
    who = somebody(Path(fleet.data))
    answered: list[Outcome] = []
    with run.history(fleet) as store:
        try:
            _send_all(fleet, store, senders, who, now, answered)
            if operators.tell(store, fleet, now()):
                _send_all(fleet, store, senders, who, now, answered)
        finally:
            store.mail_release(who)
    return tuple(answered)


def _send_all(
    fleet: Fleet, store: Store, senders: Mapping[str, Sender], who: str, now: Clock, answered: list[Outcome]
) -> None:
    """Send what is due by each channel, until nothing is or its server is not there: then the rest waits."""
    for channel, sender in senders.items():
        hindered = False
        while not hindered:
            operators.pass_on(store, fleet, now())
            claimed = store.mail_claim(who, now(), _LEASE, _AT_ONCE, channel)
            for outcome in sender(_begun(store, claimed, who, now)) if claimed else ():
                store.mail_answered(outcome, who, now())
                answered.append(outcome)
                hindered = outcome.hindered
            store.mail_release(who)
            if not claimed and not operators.pass_on(store, fleet, now()):
                break


def _begun(store: Store, claimed: Iterable[str], who: str, now: Clock) -> Iterator[Outgoing]:
    """Each claimed mail when its turn has come, and noted as under way; without those that are no longer to go."""
    for id_ in claimed:
        outgoing = store.mail_begin(id_, who, now(), _LEASE)
        if outgoing is not None:
            yield outgoing


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
            style = style_of(fleet)
            store.queue(letters.of_run(fleet, whole, last.id, now(), style), now())
            run.say_faults(style)
    return True


def waiting_mail(fleet: Fleet, *, now: Clock) -> tuple[Outgoing, ...]:
    """The mails that would be sent now, as they would be sent; nothing is sent."""
    with run.history(fleet) as store:
        return tuple(row for channel in carrier.CHANNELS for row in store.mail_due(now(), channel))


def next_mail(fleet: Fleet) -> datetime | None:
    """When the next try of a mail is due, by a way that sites.yaml has; None when none waits."""
    with run.history(fleet) as store:
        return store.mail_next(carrier.channels(fleet))


def mail_counts(fleet: Fleet) -> dict[str, int]:
    """How many mails the outbox holds, by state."""
    with run.history(fleet) as store:
        return store.mail_counts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """How the outbox stands."""

    kept: tuple[Kept, ...]
    """What waits and what will not be sent, the newest first."""
    counts: Mapping[str, int]
    """How many mails are in each state."""
    bad: tuple[BadAddress, ...]


def outbox(fleet: Fleet) -> Outbox:
    """What waits, was refused or given up, and the addresses that get no mail; the rest as numbers."""
    with run.history(fleet) as store:
        kept = store.mail_kept("queued", "sending", "refused", "given up")
        return Outbox(kept=kept, counts=store.mail_counts(), bad=store.bad_addresses())


def bad_addresses(fleet: Fleet) -> tuple[BadAddress, ...]:
    """The addresses that get no mail, for a server has refused them; the newest first."""
    with run.history(fleet) as store:
        return store.bad_addresses()


def mail_again(fleet: Fleet, address: str) -> bool:
    """Let an address get mail again; False when it is none of those that get none."""
    with run.history(fleet) as store:
        return store.mail_again(address)
