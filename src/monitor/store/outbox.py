"""The outbox: mails in, claimed, handed over, and what became of each. Every function is part of a transaction.

A claim keeps others from a mail until its lease is over; a mail is "sending" from the moment it is handed over until
the answer is kept. Who dies before that moment costs nothing, who dies after it leaves a mail that may have arrived.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from monitor.model import Outcome, Outgoing, Posted, Trouble, TroubleKind
from monitor.store.door import Database, utc
from monitor.store.rows import BadAddress, Kept, Queued, Stranded
from monitor.store.troubles import end_trouble, keep_trouble

_log = logging.getLogger(__name__)
_WAITS = (1, 5, 15, 60)
"""Minutes before the next try of a mail; after the last, hourly."""
_JITTER = 0.5
"""The largest part of a wait that is added to it."""
_GIVE_UP = timedelta(hours=48)
_PASSED_ON = ("notice", "follow-up", "operator")
"""What goes to another where its address is refused; the office's own letters go to all of its recipients anyway."""
_DIED = "its sender died while it was handed over"
_WITHDRAWN = "its notices were withdrawn before it left"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When the lease ended of what an earlier version had under way."""
_IN_ORDER = "CASE kind WHEN 'operator' THEN 0 WHEN 'report' THEN 1 WHEN 'notice' THEN 2 ELSE 3 END, queued_at, id"
"""The office's own few first, for they say how all else stands; then what starts a deadline; then all that follows."""
_AFTER_ITS_NOTICE = (
    "(kind <> 'follow-up' OR NOT EXISTS (SELECT 1 FROM outbox_notice AS mine"
    " JOIN outbox_notice AS its ON its.notice = mine.notice JOIN outbox AS first ON first.id = its.mail"
    " WHERE mine.mail = outbox.id AND first.kind = 'notice' AND first.recipient = outbox.recipient"
    " AND first.channel = outbox.channel AND first.state IN ('queued', 'sending')))"
)
"""Nobody hears how a notice goes on before the notice itself."""
_KEPT = tuple(field.name for field in fields(Kept) if field.name != "about")


def enqueue(db: Database, queued: Iterable[Queued], now: datetime, recalled: Collection[str] = ()) -> None:
    """Put mails in, but those whose key is known. Older follow-ups about nothing but the same points are superseded.

    `recalled`: the numbers of notices that were withdrawn whole. What waits about them alone is superseded, and no
    follow-up about them alone goes to whom no mail of them can have reached.
    """
    _recall(db, frozenset(recalled), now)
    for one in queued:
        about = frozenset(one.about)
        if one.kind == "follow-up" and about and about.issubset(recalled) and not _may_know(db, one):
            continue
        if _put(db, one, now) and one.kind == "follow-up" and about and not one.origin:
            _supersede(db, one, now)


def _put(db: Database, one: Queued, now: datetime) -> bool:
    out, moment = one.outgoing, utc(now)
    new = db.rows(
        "INSERT INTO outbox (id, dedupe_key, channel, kind, unit, sender, recipient, content, state, queued_at, due_at,"
        " changed_at, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (
            *(out.id, one.dedupe_key, out.channel, one.kind, one.unit, out.sender, out.recipient, out.content),
            *(moment, moment, moment, one.origin),
        ),
    )
    if new and one.about:
        db.many(
            "INSERT INTO outbox_notice (mail, notice, points) VALUES (?, ?, ?)",
            [(out.id, n, " ".join(str(p) for of, p in one.points if of == n)) for n in dict.fromkeys(one.about)],
        )
    return bool(new)


def _supersede(db: Database, newer: Queued, now: datetime) -> None:
    waiting = db.rows(
        "SELECT id FROM outbox WHERE recipient = ? AND state = 'queued' AND channel = ? AND kind = 'follow-up'"
        " AND uncertain = 0 AND id <> ?",
        (newer.outgoing.recipient, newer.outgoing.channel, newer.outgoing.id),
    )
    all_of_it = _points(db, newer.outgoing.id)
    for (older,) in waiting:
        spoken_of = _points(db, older)
        if spoken_of and all_of_it.issuperset(spoken_of):
            _set_aside(db, older, f"{newer.outgoing.id} speaks of all of it", now)


def _recall(db: Database, numbers: frozenset[str], now: datetime) -> None:
    for number in sorted(numbers):
        waiting = db.rows(
            "SELECT id FROM outbox JOIN outbox_notice ON mail = id WHERE notice = ?"
            " AND (state = 'queued' OR stranded = 1) AND uncertain = 0 AND kind IN ('notice', 'follow-up')",
            (number,),
        )
        for (id_,) in waiting:
            if numbers.issuperset(_about(db, id_)):
                _set_aside(db, id_, _WITHDRAWN, now)


def _may_know(db: Database, one: Queued) -> bool:
    """Whether a mail about any of these notices reached, or may still reach, the recipient."""
    asked = ", ".join("?" * len(one.about))
    found = db.rows(
        "SELECT 1 FROM outbox JOIN outbox_notice ON mail = id"  # noqa: S608 - our own words
        " WHERE recipient = ? AND channel = ?"
        f" AND (state IN ('queued', 'sending', 'sent') OR uncertain > 0) AND notice IN ({asked})",
        (one.outgoing.recipient, one.outgoing.channel, *one.about),
    )
    return bool(found)


def _set_aside(db: Database, id_: str, why: str, now: datetime) -> None:
    db.rows(
        "UPDATE outbox SET state = 'superseded', said = ?, changed_at = ?, who = '', until = '', stranded = 0"
        " WHERE id = ?",
        (why, utc(now), id_),
    )


def _about(db: Database, id_: str) -> tuple[str, ...]:
    return tuple(n for (n,) in db.rows("SELECT notice FROM outbox_notice WHERE mail = ? ORDER BY notice", (id_,)))


def _points(db: Database, id_: str) -> frozenset[tuple[str, str]]:
    """The points of notices that a mail speaks of; "" where that is all of one, or was not kept."""
    rows = db.rows("SELECT notice, points FROM outbox_notice WHERE mail = ?", (id_,))
    return frozenset((notice, point) for notice, points in rows for point in points.split() or ("",))


def claim(db: Database, who: str, now: datetime, lease: timedelta, most: int, channel: str) -> tuple[str, ...]:
    """Claim mails of a channel whose time has come, `most` of them, until the lease is over; their ids, in order."""
    moment = utc(now)
    _take_up_what_the_dead_left(db, now)
    if channel == "mail":
        _refuse_bad_addresses(db, now)
    rows = db.rows(
        "SELECT id FROM outbox"  # noqa: S608 - our own words
        " WHERE state = 'queued' AND due_at <= ? AND until <= ? AND channel = ?"
        f" AND {_AFTER_ITS_NOTICE} ORDER BY {_IN_ORDER} LIMIT ?",
        (moment, moment, channel, most),
    )
    db.many("UPDATE outbox SET who = ?, until = ? WHERE id = ?", [(who, utc(now + lease), i) for (i,) in rows])
    return tuple(id_ for (id_,) in rows)


def _take_up_what_the_dead_left(db: Database, now: datetime) -> None:
    """What was under way when its sender died may have arrived: it is tried once more, and then given up."""
    left = db.rows(
        "SELECT id, who, tries, uncertain, queued_at FROM outbox WHERE state = 'sending' AND until <= ?", (utc(now),)
    )
    for id_, who, tries, uncertain, queued_at in left:
        _log.warning("the mail %s may have arrived: %s, its sender, did not keep an answer", id_, who or "somebody")
        next_ = _next_try(id_, Posted.UNCERTAIN, tries, uncertain, datetime.fromisoformat(queued_at), now)
        _keep(db, id_, next_, _DIED, now, uncertain=1)


def _refuse_bad_addresses(db: Database, now: datetime) -> None:
    waiting = db.rows(
        "SELECT id, kind, contact.said FROM outbox JOIN contact ON address = recipient"
        " WHERE state = 'queued' AND until <= ? AND channel = 'mail'",
        (utc(now),),
    )
    db.many(
        "UPDATE outbox SET state = 'refused', said = ?, changed_at = ?, stranded = ? WHERE id = ?",
        [
            (f"not sent, for its address was refused before: {said}"[:300], utc(now), int(kind in _PASSED_ON), id_)
            for id_, kind, said in waiting
        ],
    )


def begin(db: Database, id_: str, who: str, now: datetime, lease: timedelta) -> Outgoing | None:
    """Note that a claimed mail is handed over from now on; None when it is no longer to be: then leave it alone."""
    rows = db.rows(
        "UPDATE outbox SET state = 'sending', until = ? WHERE id = ? AND state = 'queued' AND who = ? AND until > ?"
        " AND (channel <> 'mail' OR NOT EXISTS (SELECT 1 FROM contact WHERE address = recipient))"
        " RETURNING channel, sender, recipient, content",
        (utc(now + lease), id_, who, utc(now)),
    )
    for channel, sender, recipient, content in rows:
        return Outgoing(id=id_, channel=channel, sender=sender, recipient=recipient, content=bytes(content))
    return None


def release(db: Database, who: str) -> None:
    """Give back what `who` claimed and did not begin."""
    db.rows("UPDATE outbox SET who = '', until = '' WHERE who = ? AND state = 'queued'", (who,))


def keep_answer(db: Database, outcome: Outcome, who: str, now: datetime) -> None:
    """Keep what became of a mail that `who` handed over.

    Of one whose lease ran out meanwhile only that it was sent counts; the rest is for whoever took it up.
    """
    ((state, holder, tries, uncertain, queued_at, kind, channel),) = db.rows(
        "SELECT state, who, tries, uncertain, queued_at, kind, channel FROM outbox WHERE id = ?", (outcome.id,)
    )
    late = state != "sending" or holder != who
    if late and (outcome.state is not Posted.SENT or state not in ("queued", "sending")):
        _log.warning("the answer to the mail %s came too late: %s", outcome.id, outcome.reason)
        return
    next_ = _next_try(outcome.id, outcome.state, tries, uncertain, datetime.fromisoformat(queued_at), now)
    refused = outcome.state is Posted.BAD_ADDRESS and channel == "mail"
    _keep(
        db,
        outcome.id,
        next_,
        outcome.reason,
        now,
        uncertain=int(outcome.state is Posted.UNCERTAIN),
        stranded=refused and kind in _PASSED_ON,
    )
    if refused:
        _mark_bad(db, outcome, now)
    elif next_[0] == "refused":
        _keep_mail_trouble(db, TroubleKind.REFUSED, outcome.id, outcome.reason, now)


def _keep(
    db: Database,
    id_: str,
    next_: tuple[str, datetime],
    said: str,
    now: datetime,
    *,
    uncertain: int = 0,
    stranded: bool = False,
) -> None:
    state, due = next_
    db.rows(
        "UPDATE outbox SET state = ?, tries = tries + 1, uncertain = uncertain + ?, due_at = ?, said = ?,"
        " changed_at = ?, who = '', until = '', stranded = ? WHERE id = ?",
        (state, uncertain, utc(due), said, utc(now), int(stranded), id_),
    )
    if state == "given up":
        _keep_mail_trouble(db, TroubleKind.GIVEN_UP, id_, said, now)


def _mark_bad(db: Database, outcome: Outcome, now: datetime) -> None:
    db.rows(
        "INSERT INTO contact (address, since, said) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (outcome.recipient, utc(now), outcome.reason),
    )
    trouble = Trouble(
        kind=TroubleKind.ADDRESS, id=outcome.recipient, since=now, said=outcome.reason, address=outcome.recipient
    )
    keep_trouble(db, trouble)


def _keep_mail_trouble(db: Database, kind: TroubleKind, id_: str, said: str, now: datetime) -> None:
    """Note what the operators must hear of a mail; not of one to themselves, or it would go on for ever."""
    ((recipient, what),) = db.rows("SELECT recipient, kind FROM outbox WHERE id = ?", (id_,))
    if what != "operator":
        about = _about(db, id_)
        keep_trouble(db, Trouble(kind=kind, id=id_, since=now, said=said, address=recipient, about=about))


def _next_try(
    id_: str, answer: Posted, tries: int, uncertain: int, queued_at: datetime, now: datetime
) -> tuple[str, datetime]:
    """The state after an answer, and when the mail's turn comes again."""
    if answer is Posted.SENT:
        return "sent", now
    if answer in (Posted.REFUSED, Posted.BAD_ADDRESS):
        return "refused", now
    if answer is Posted.UNCERTAIN and uncertain > 0:
        return "given up", now  # it may have arrived once already; a third copy helps nobody
    if now - queued_at > _GIVE_UP:
        return "given up", now
    return "queued", now + wait(id_, tries)


def wait(id_: str, tries: int) -> timedelta:
    """How long a mail rests after so many tries before this one; up to half as long again, as its id has it.

    Mails that failed together so come again one after the other, and the same mail always does so alike.
    """
    drawn = hashlib.sha256(f"{id_}/{tries}".encode()).digest()
    share = int.from_bytes(drawn[:4], "big") / 2**32
    return timedelta(minutes=_WAITS[min(tries, len(_WAITS) - 1)] * (1 + _JITTER * share))


def stranded(db: Database) -> tuple[Stranded, ...]:
    """Mails whose address was refused and that are still to be passed on, the oldest first; a few at a time."""
    rows = db.rows(
        "SELECT mail.id, first.id, first.recipient, first.content, first.dedupe_key, first.sender, mail.kind, mail.unit"
        " FROM outbox AS mail JOIN outbox AS first ON first.id = CASE mail.origin WHEN '' THEN mail.id"
        " ELSE mail.origin END WHERE mail.stranded = 1 ORDER BY mail.queued_at, mail.id LIMIT 50"
    )
    return tuple(
        Stranded(
            id=id_,
            origin=first,
            meant_for=recipient,
            content=bytes(content),
            kind=kind,
            unit=unit,
            about=_about(db, id_),
            letter=key.removesuffix(f"/{recipient}"),
            sender=sender,
        )
        for id_, first, recipient, content, key, sender, kind, unit in rows
    )


def pass_on(db: Database, id_: str, queued: Collection[Queued], now: datetime) -> bool:
    """Put the mails in that go out in place of a stranded one; none: nobody is left, and the operators hear of it.

    False when another has passed it on already.
    """
    found = db.rows("UPDATE outbox SET stranded = 0 WHERE id = ? AND stranded = 1 RETURNING said", (id_,))
    if not found:
        return False
    enqueue(db, queued, now)
    if not queued:
        _keep_mail_trouble(db, TroubleKind.NOBODY, id_, found[0][0], now)
    return True


def bad_addresses(db: Database) -> tuple[BadAddress, ...]:
    """The addresses that get no mail, the newest first."""
    rows = db.rows("SELECT address, since, said FROM contact ORDER BY since DESC, address")
    return tuple(BadAddress(address=a, since=datetime.fromisoformat(since), said=said) for a, since, said in rows)


def try_again(db: Database, address: str) -> bool:
    """Let an address get mail again; False when it is not marked."""
    found = db.rows("DELETE FROM contact WHERE address = ? RETURNING address", (address,))
    end_trouble(db, TroubleKind.ADDRESS, address)
    return bool(found)


def due(db: Database, now: datetime, channel: str) -> tuple[Outgoing, ...]:
    """The mails of a channel whose time has come, in the order in which they would go; nothing is claimed."""
    rows = db.rows(
        "SELECT id, sender, recipient, content FROM outbox"  # noqa: S608 - our own words
        " WHERE state = 'queued' AND due_at <= ? AND channel = ?"
        f" ORDER BY {_IN_ORDER}",
        (utc(now), channel),
    )
    return tuple(Outgoing(id=i, channel=channel, sender=s, recipient=r, content=bytes(c)) for i, s, r, c in rows)


def next_due(db: Database, channels: Collection[str]) -> datetime | None:
    """When a try is due, a dead sender's mail comes free, or a refused one goes to another; None: nothing waits."""
    asked = ", ".join("?" * len(channels)) or "NULL"
    ((moment,),) = db.rows(
        "SELECT min(CASE WHEN state = 'sending' OR until > due_at THEN until ELSE due_at END)"  # noqa: S608 - our own
        f" FROM outbox WHERE channel IN ({asked})"
        f" AND (state = 'sending' OR stranded = 1 OR (state = 'queued' AND {_AFTER_ITS_NOTICE}))",
        tuple(channels),
    )
    if moment is None:
        return None
    return datetime.fromisoformat(moment) if moment else _LONG_AGO


def counts(db: Database) -> dict[str, int]:
    """How many mails are in each state."""
    return dict(db.rows("SELECT state, count(*) FROM outbox GROUP BY state"))


def kept(db: Database, states: Collection[str], most: int) -> tuple[Kept, ...]:
    """The mails in these states, the newest first, `most` of them; without their content."""
    marks = ", ".join("?" * len(states))
    columns = ", ".join("coalesce(nullif(changed_at, ''), queued_at)" if c == "changed_at" else c for c in _KEPT)
    rows = db.rows(
        f"SELECT {columns} FROM outbox WHERE state IN ({marks}) ORDER BY queued_at DESC, id LIMIT ?",  # noqa: S608 - our own words
        (*states, most),
    )
    found = [dict(zip(_KEPT, row, strict=True)) for row in rows]
    for one in found:
        one |= {name: datetime.fromisoformat(one[name]) for name in ("queued_at", "due_at", "changed_at")}
    return tuple(Kept(**one, about=_about(db, one["id"])) for one in found)
