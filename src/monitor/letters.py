"""What a run, or a person's word, has to say by mail or chat -> rows for the outbox, each rendered once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from monitor import chat, mail, notices
from monitor.model import (
    Changes,
    Envelope,
    Fleet,
    Letter,
    Letterhead,
    MailSettings,
    Notice,
    NoticeSettings,
    Outgoing,
    Report,
)
from monitor.report import (
    PACKAGE,
    FormError,
    Style,
    chat_json,
    chat_text,
    follow_up_letter,
    is_well,
    letter,
    notice_letter,
)
from monitor.store import Queued

_log = logging.getLogger(__name__)
_THREADS = 10
"""The most notices whose threads a mail joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a row of the outbox needs beside its letter."""

    recipient: str
    key: str
    """What keeps it from being queued twice."""
    id: str
    """Of the row, and of the mail before its "@"."""
    kind: str
    unit: str = ""
    about: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    thread: tuple[str, ...] = ()
    unsubscribe: str = ""


def of_run(fleet: Fleet, whole: Report, run: str, now: datetime, style: Style = PACKAGE) -> list[Queued]:
    """All that is sent of a run itself: the day's mail to the office, and a message to each chat group and webhook."""
    return (_daily(fleet.mail, whole, run, now, style) if fleet.mail else []) + _messages(fleet, whole, run)


def _messages(fleet: Fleet, whole: Report, run: str) -> list[Queued]:
    """A message to each chat group and webhook that wants one."""
    place = Path(fleet.reports) / whole.run.today.isoformat() / "report.html"
    wanted = [target for target in fleet.chat if not (target.quiet and is_well(whole))]
    queued = []
    for target in wanted:
        key = f"chat/{run}/{target.name}"
        content = chat_json(whole) if target.kind == chat.WEBHOOK else chat_text(whole, str(place)).encode()
        outgoing = Outgoing(
            id=id_of(run, key), channel=chat.CHANNEL, sender=target.kind, recipient=target.name, content=content
        )
        queued.append(Queued(outgoing=outgoing, dedupe_key=key))
    return queued


def _daily(settings: MailSettings, whole: Report, run: str, now: datetime, style: Style) -> list[Queued]:
    """The day's mail to the office, one row for each who gets it; it goes out also when all is well."""
    written = letter(whole, style=style)
    return [
        row(
            settings,
            written,
            Slip(
                recipient=recipient,
                key=f"report/{run}/{recipient}",
                id=id_of(run, f"report/{run}/{recipient}"),
                kind="report",
                unsubscribe=settings.answer_to,
            ),
            now,
        )
        for recipient in settings.recipients
    ]


def of_notices(
    fleet: Fleet,
    changes: Changes,
    notices_: Iterable[Notice],
    day: date,
    now: datetime,
    style: Style = PACKAGE,
    bad: Collection[str] = (),
) -> list[Queued]:
    """What changes to the notices have to say: each new notice by itself, all else in one mail for each who is told.

    `notices_`: those of the past and the new ones. `bad`: addresses that were refused for good. Empty without mail.
    """
    settings = fleet.mail
    if settings is None:
        return []
    hours = fleet.notices.hours_apart if fleet.notices else NoticeSettings().hours_apart
    head = Letterhead(office=fleet.office, language=fleet.language, day=day, answer_to=settings.answer_to, hours=hours)
    units = {unit.id: unit for unit in fleet.units}
    new = notices.issued(changes, units, office=settings.recipients, bad=bad)
    later = notices.follow_ups(changes, notices_, units, office=settings.recipients, bad=bad)
    return [
        *_new(settings, new, head, Path(fleet.forms) if fleet.forms else None, style, now),
        *_later(settings, later, head, changes.version, style, now),
    ]


def _new(
    settings: MailSettings,
    envelopes: Iterable[Envelope],
    head: Letterhead,
    forms: Path | None,
    style: Style,
    now: datetime,
) -> Iterator[Queued]:
    rendered: dict[object, Letter] = {}  # the contacts of one unit are told the same
    for envelope in envelopes:
        if envelope.passages not in rendered:
            rendered[envelope.passages] = _notice(envelope, head, forms, style, now)
        (passage,) = envelope.passages
        slip = Slip(
            recipient=envelope.recipient,
            key=f"notice/{passage.notice.year}-{passage.notice.serial}/{envelope.recipient}",
            id=_first(passage.notice, envelope.recipient),
            kind="notice",
            unit=passage.unit.id,
            about=(passage.notice.number,),
            thread=(message_id(settings, _first(passage.notice, "")),),
        )
        yield row(settings, rendered[envelope.passages], slip, now)


def _notice(envelope: Envelope, head: Letterhead, forms: Path | None, style: Style, now: datetime) -> Letter:
    try:
        return notice_letter(envelope, head, forms=forms, made=now, style=style)
    except FormError as error:
        _log.warning("%s; until then notices are written with the form of the package", error)
        return notice_letter(envelope, head, forms=None, made=now, style=style)


def _later(
    settings: MailSettings, envelopes: Iterable[Envelope], head: Letterhead, version: int, style: Style, now: datetime
) -> Iterator[Queued]:
    rendered: dict[object, Letter] = {}
    for envelope in envelopes:
        to = envelope.recipient
        if envelope.passages not in rendered:
            rendered[envelope.passages] = follow_up_letter(envelope, head, made=now, style=style)
        units = {passage.unit.within if passage.above else passage.unit.id for passage in envelope.passages}
        told = [passage.notice for passage in envelope.passages]
        key = f"follow-up/{version}/{_what_is_told(envelope)}/{to}"
        slip = Slip(
            recipient=to,
            key=key,
            id=id_of(f"follow-up-{version}", key + now.isoformat()),
            kind="follow-up",
            unit=units.pop() if len(units) == 1 else "",
            about=tuple(notice.number for notice in told),
            points=tuple((one.notice.number, point.case.point) for one in envelope.passages for point in one.points),
            thread=tuple(
                message_id(settings, _first(notice, whose)) for notice in told[:_THREADS] for whose in ("", to)
            ),
        )
        yield row(settings, rendered[envelope.passages], slip, now)


def _what_is_told(envelope: Envelope) -> str:
    """What tells a follow-up from the others of its version: the version is another whenever something happened."""
    told = [
        (passage.notice.year, passage.notice.serial, passage.above, passage.stands_in, point.case.point)
        for passage in envelope.passages
        for point in passage.points
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _first(notice: Notice, recipient: str) -> str:
    """The id of the mail by which a recipient got the notice; for "", that of the thread, whoever gets its mails."""
    name = f"notice-{notice.year}-{notice.serial}"
    return id_of(name, f"{name}/{recipient}/{notice.issued_at.astimezone(UTC).isoformat()}")


def id_of(name: str, key: str) -> str:
    """The id of a row, and of its mail before the "@"."""
    return f"{name}.{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def message_id(settings: MailSettings, id_: str) -> str:
    """The Message-ID of a row's mail."""
    return f"<{id_}@{settings.sender.rpartition('@')[2]}>"


def row(settings: MailSettings, written: Letter, slip: Slip, now: datetime) -> Queued:
    """A letter as a row of the outbox for one recipient."""
    content = mail.message(
        written,
        sender=settings.sender,
        recipient=slip.recipient,
        reply_to=settings.reply_to,
        message_id=message_id(settings, slip.id),
        date=now,
        thread=slip.thread,
        unsubscribe=slip.unsubscribe,
    )
    outgoing = Outgoing(id=slip.id, sender=settings.sender, recipient=slip.recipient, content=content)
    return Queued(
        outgoing=outgoing, dedupe_key=slip.key, kind=slip.kind, unit=slip.unit, about=slip.about, points=slip.points
    )
