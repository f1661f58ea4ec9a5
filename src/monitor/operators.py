"""What the operators see to: mail that reached nobody goes to who is next, and they hear of every trouble once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from monitor import letters, mail
from monitor.model import Case, Fleet, MailSettings, Outgoing, Trouble, TroubleKind, Unit
from monitor.notices import contacts
from monitor.report import operator_letter, passed_on, style_of
from monitor.store import Queued, Store, Stranded


def refused(store: Store) -> frozenset[str]:
    """The addresses that get no mail, for a server has refused them."""
    return frozenset(marked.address for marked in store.bad_addresses())


def pass_on(store: Store, fleet: Fleet, now: datetime) -> int:
    """Queue the mails to units and operators whose address was refused for whoever is next; how many were passed on.

    Next are the unit's other contacts, those of the units above it, at last the office's own recipients; for the
    operators' the others of them, and then these. Who has the same letter already gets no other.
    """
    if fleet.mail is None:
        return 0
    passed = 0
    while some := store.mail_stranded():
        bad = refused(store)
        for one in some:
            others = _next(one, fleet, fleet.mail, bad)
            queued = [_in_place_of(one, fleet, fleet.mail, recipient) for recipient in others]
            passed += store.mail_pass_on(one.id, queued, now)
    return passed


def _next(one: Stranded, fleet: Fleet, settings: MailSettings, bad: Collection[str]) -> tuple[str, ...]:
    if one.kind == "operator":
        return _operators(settings, bad)
    units = {unit.id: unit for unit in fleet.units}
    unit = units.get(one.unit)
    reached = () if unit is None else contacts(unit, units, bad)
    return reached or _good(settings.recipients, bad)


def _operators(settings: MailSettings, bad: Collection[str]) -> tuple[str, ...]:
    return _good(settings.operators, bad) or _good(settings.recipients, bad)


def _good(addresses: Iterable[str], bad: Collection[str]) -> tuple[str, ...]:
    return tuple(address for address in addresses if address not in bad)


def _in_place_of(one: Stranded, fleet: Fleet, settings: MailSettings, recipient: str) -> Queued:
    key = f"{one.letter}/{recipient}"
    id_ = letters.id_of("for", key)
    unit = next((unit.name for unit in fleet.units if unit.id == one.unit), one.unit)
    said = passed_on(fleet.language, style_of(fleet), address=one.meant_for, unit=unit)
    content = mail.readdressed(
        one.content,
        recipient=recipient,
        message_id=letters.message_id(settings, id_),
        line=said.line,
        mark=said.mark,
        instead=said.instead,
    )
    return Queued(
        outgoing=Outgoing(id=id_, sender=one.sender, recipient=recipient, content=content),
        dedupe_key=key,
        kind=one.kind,
        unit=one.unit,
        about=one.about,
        origin=one.origin,
    )


def run_ended(store: Store, fleet: Fleet, *, problems: Iterable[str], cases: Iterable[Case], now: datetime) -> bool:
    """Note what a run could not do, and which units have open notices and nobody to write to; tell what is new.

    `problems`: sentences, such as those of its docket. `cases`: all of the notices. False when nothing is new.
    """
    said = [Trouble(kind=TroubleKind.RUN, id=clause, since=now, said=clause) for clause in problems]
    store.troubles_stand(TroubleKind.RUN, said)
    store.troubles_stand(TroubleKind.UNIT, _unreached(store, fleet, cases, now))
    return tell(store, fleet, now)


def _unreached(store: Store, fleet: Fleet, cases: Iterable[Case], now: datetime) -> list[Trouble]:
    bad = refused(store)
    units = {unit.id: unit for unit in fleet.units}
    numbers: dict[str, list[str]] = {}
    for case in cases:
        if case.is_open:
            numbers.setdefault(case.unit, []).append(case.notice)
    return [
        Trouble(
            kind=TroubleKind.UNIT,
            id=id_,
            since=now,
            said=units.get(id_, Unit(id=id_, name=id_)).name,
            about=tuple(dict.fromkeys(about)),
        )
        for id_, about in numbers.items()
        if id_ not in units or not contacts(units[id_], units, bad)
    ]


def tell(store: Store, fleet: Fleet, now: datetime) -> bool:
    """Queue a letter to the operators of the troubles that are new: of each kind one a day; False when none is.

    Where all their addresses are refused it goes to the office, and to nobody where that is refused, too: it is tried
    again with the next trouble, and `monitor mail --list` shows all of it.
    """
    if fleet.mail is None:
        return False
    zone = ZoneInfo(fleet.timezone)
    today = now.astimezone(zone).date()
    midnight = datetime.combine(today, time(), tzinfo=zone)
    troubles = store.troubles_untold(midnight)
    recipients = _operators(fleet.mail, refused(store))
    if not troubles or not recipients:
        return False
    shown = [replace(trouble, since=trouble.since.astimezone(zone)) for trouble in troubles]
    letter = operator_letter(fleet.office, fleet.language, shown, today, style_of(fleet))
    told = "+".join(sorted({trouble.kind.name.lower() for trouble in troubles}))
    keys = {recipient: f"operator/{today}/{told}/{recipient}" for recipient in recipients}
    slips = (
        letters.Slip(recipient=recipient, key=key, id=letters.id_of("operator", key), kind="operator")
        for recipient, key in keys.items()
    )
    return store.tell(troubles, [letters.row(fleet.mail, letter, slip, now) for slip in slips], midnight, now)
