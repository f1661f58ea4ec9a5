"""History: runs, what each site showed on each day, since when a fault stands, and the outbox."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType, TracebackType

from monitor.model import (
    Book,
    Changes,
    Event,
    Fault,
    ItemSeen,
    Notice,
    Outcome,
    Outgoing,
    Probe,
    Trouble,
    TroubleKind,
)
from monitor.store import outbox, troubles
from monitor.store.door import Database, utc
from monitor.store.notices import (
    is_current,
    read_book,
    read_events,
    read_issues,
    read_notices,
    read_replies,
    write_changes,
)
from monitor.store.probes import keep_probes, read_probes, sites_probed_since
from monitor.store.rows import BadAddress, Kept, Queued, Run, Seen, Stranded
from monitor.store.steps import bring_up_to_date

_log = logging.getLogger(__name__)


class Store:
    """The history in one database. Every method is one transaction; a crash leaves the last whole one."""

    def __init__(self, db: Database) -> None:
        """`db` is closed again when its tables cannot be brought up to date."""
        self._db = db
        try:
            bring_up_to_date(db)
        except BaseException:
            db.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the database back."""
        self._db.close()

    @property
    def shared(self) -> bool:
        """Whether other machines may be at work on this history."""
        return self._db.shared

    def begin(self, day: date, fleet: str, now: datetime) -> Run:
        """The run to work on: the day's unfinished one, resumed, or a new one.

        `fleet` names what is asked for (all sites, or one); only a run for the same is resumed.
        """
        with self._db.transaction():
            found = self._db.rows(
                "SELECT id, started_at FROM run WHERE day = ? AND fleet = ? AND complete = 0 ORDER BY started_at DESC",
                (day.isoformat(), fleet),
            )
            if found:
                row = found[0]
            else:
                ((count,),) = self._db.rows("SELECT count(*) FROM run WHERE day = ?", (day.isoformat(),))
                row = (f"{day.isoformat()}-{count + 1}", utc(now))
                self._db.rows(
                    "INSERT INTO run (id, day, fleet, started_at) VALUES (?, ?, ?, ?)",
                    (row[0], day.isoformat(), fleet, row[1]),
                )
        started = datetime.fromisoformat(row[1])
        return Run(id=row[0], day=day, started_at=started, finished_at=None, complete=False, held="", fleet=fleet)

    def done_in(self, run: str) -> frozenset[str]:
        """The sites that this run has already looked at whole."""
        rows = self._db.rows("SELECT site FROM site_day WHERE run = ? AND complete = 1", (run,))
        return frozenset(site for (site,) in rows)

    def claim(
        self, run: Run, sites: Iterable[str], who: str, now: datetime, lease: timedelta, *, most: int | None = None
    ) -> frozenset[str]:
        """Those of the sites (`most` of them) that `who` may look at for this run until the lease is over.

        Not those that are done in this run, nor those for which another's lease of the same day still runs. What
        `who` holds already is its own still, and its lease begins anew.
        """
        ours: set[str] = set()
        with self._db.transaction():
            for site in sites:
                if len(ours) == most:
                    break
                if self._is_done(run, site):
                    continue
                held = self._db.rows(
                    "SELECT who, until FROM claim WHERE day = ? AND site = ?", (run.day.isoformat(), site)
                )
                if held and held[0][0] != who and held[0][1] > utc(now):
                    continue
                if held and held[0][0] != who:
                    _log.warning("%s takes over %s from %s, whose lease ended at %s", who, site, *held[0])
                ours.add(site)
            self._db.many(
                "INSERT INTO claim (day, site, run, who, until) VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, site)"
                " DO UPDATE SET run = excluded.run, who = excluded.who, until = excluded.until",
                [(run.day.isoformat(), site, run.id, who, utc(now + lease)) for site in sorted(ours)],
            )
        return frozenset(ours)

    def renew(self, run: Run, who: str, now: datetime, lease: timedelta) -> frozenset[str]:
        """Let the leases of all that `who` holds in this run begin anew; gives its sites, without any taken over."""
        with self._db.transaction():
            self._db.rows("UPDATE claim SET until = ? WHERE run = ? AND who = ?", (utc(now + lease), run.id, who))
            rows = self._db.rows("SELECT site FROM claim WHERE run = ? AND who = ?", (run.id, who))
        return frozenset(site for (site,) in rows)

    def claimants(self, run: Run) -> frozenset[str]:
        """Who holds sites in a run, leases that ran out included."""
        return frozenset(who for (who,) in self._db.rows("SELECT DISTINCT who FROM claim WHERE run = ?", (run.id,)))

    def release(self, run: Run, who: str | None = None, site: str | None = None) -> None:
        """Give up what `who` holds in a run, or one site of it. `who` None: whoever holds it, for all are dead."""
        given = {"run": run.id, "who": who, "site": site}
        asked = {column: value for column, value in given.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in asked)
        with self._db.transaction():
            self._db.rows(f"DELETE FROM claim WHERE {where}", tuple(asked.values()))  # noqa: S608 - our own words

    def _is_done(self, run: Run, site: str) -> bool:
        return bool(
            self._db.rows(
                "SELECT 1 FROM site_day WHERE day = ? AND site = ? AND run = ? AND complete = 1",
                (run.day.isoformat(), site, run.id),
            )
        )

    def faults(self, site: str) -> dict[tuple[str, str], Fault]:
        """The faults of a site that stand open, by kind and address."""
        rows = self._db.rows(
            "SELECT site, kind, url, subject, first_seen, last_seen, days FROM fault"
            " WHERE site = ? AND fixed_on IS NULL",
            (site,),
        )
        return {
            (kind, url): Fault(
                site=site_,
                kind=kind,
                url=url,
                subject=subject,
                first_seen=date.fromisoformat(first),
                last_seen=date.fromisoformat(last),
                days=days,
            )
            for site_, kind, url, subject, first, last, days in rows
        }

    def lately(self, site: str, kinds: Collection[str], since: date) -> frozenset[str]:
        """The addresses of a site at which a fault of these kinds stands open, or stood on that day or later."""
        asked = "SELECT url FROM fault WHERE site = ? AND kind = ? AND (fixed_on IS NULL OR fixed_on >= ?)"
        day = since.isoformat()
        return frozenset(url for kind in kinds for (url,) in self._db.rows(asked, (site, kind, day)))

    def site_done(
        self,
        run: Run,
        site: str,
        *,
        complete: bool,
        findings: str,
        seen: Iterable[Seen],
        fixed: Iterable[tuple[str, str]],
        now: datetime,
        items: Mapping[str, Iterable[ItemSeen]] = MappingProxyType({}),
        data_addresses: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keep all that one site showed, in one step: a crash leaves the whole of it or nothing.

        `findings` as JSON, the faults `seen`, and those a healthy look no longer finds (`fixed`). `items` by their
        column's address: of those known, only the day they were seen last changes. `data_addresses`: where columns
        get their rows; "" forgets a column's, and one that is known keeps its first day.
        The first whole look of a run is the one that is kept: a later one changes nothing, whoever made it, so that
        whoever lost its claim to another does no harm. A look that was cut short does not replace a whole one of the
        same day. A whole look ends the claim on its site.
        """
        day = run.day.isoformat()
        with self._db.transaction():
            if self._is_done(run, site):
                return
            self._db.rows(
                "INSERT INTO site_day (day, site, run, complete, finished_at, findings) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (day, site) DO UPDATE SET run = excluded.run, complete = excluded.complete,"
                " finished_at = excluded.finished_at, findings = excluded.findings"
                " WHERE excluded.complete >= site_day.complete",
                (day, site, run.id, int(complete), utc(now), findings),
            )
            self._db.many(
                "INSERT INTO fault (site, kind, url, subject, first_seen, last_seen, days) VALUES (?, ?, ?, ?, ?, ?, 1)"
                " ON CONFLICT (site, kind, url) DO UPDATE SET subject = excluded.subject,"
                " first_seen = CASE WHEN fault.fixed_on IS NULL THEN fault.first_seen ELSE excluded.first_seen END,"
                " days = CASE WHEN fault.fixed_on IS NOT NULL THEN 1 WHEN fault.last_seen < excluded.last_seen"
                " THEN fault.days + 1 ELSE fault.days END,"
                " last_seen = CASE WHEN fault.last_seen < excluded.last_seen THEN excluded.last_seen"
                " ELSE fault.last_seen END, fixed_on = NULL",
                [(site, s.kind, s.url, s.subject, day, day) for s in seen],
            )
            self._db.many(
                "UPDATE fault SET fixed_on = ? WHERE site = ? AND kind = ? AND url = ?",
                [(day, site, kind, url) for kind, url in fixed],
            )
            if complete:
                self._db.rows("DELETE FROM claim WHERE day = ? AND site = ?", (day, site))
            _keep_items(self._db, site, items)
            _keep_data_addresses(self._db, site, data_addresses, day)

    def items(self, site: str) -> dict[str, dict[str, ItemSeen]]:
        """The items that were ever seen in a site's columns, by the column's address and the item's key."""
        rows = self._db.rows(
            "SELECT column_url, key, title, url, published, whole, first_seen, last_seen FROM item WHERE site = ?",
            (site,),
        )
        found: dict[str, dict[str, ItemSeen]] = {}
        for column, key, title, url, published, whole, first, last in rows:
            found.setdefault(column, {})[key] = ItemSeen(
                key=key,
                title=title,
                url=url,
                published=date.fromisoformat(published) if published else None,
                whole=bool(whole),
                first_seen=date.fromisoformat(first),
                last_seen=date.fromisoformat(last),
            )
        return found

    def data_addresses(self, site: str) -> dict[str, str]:
        """Where the scripts of a site's columns get their rows, by the column's address."""
        rows = self._db.rows("SELECT column_url, data_url FROM data_address WHERE site = ?", (site,))
        return dict(rows)

    def findings_of(self, day: date) -> dict[str, str]:
        """What every site looked at on a day showed, as JSON by site."""
        rows = self._db.rows("SELECT site, findings FROM site_day WHERE day = ?", (day.isoformat(),))
        return dict(rows)

    def finish(
        self,
        run: str,
        *,
        complete: bool,
        held: str,
        queued: Iterable[Queued],
        now: datetime,
        changes: Changes | None = None,
        recalled: Collection[str] = (),
    ) -> bool:
        """End a run, queue its mail and keep what it does to the notices in one step: none stands without the others.

        `recalled`: as for queue().

        False when another wrote to the notices since the book for `changes` was read: then nothing is done.
        """
        with self._db.transaction():
            if changes is not None and not is_current(self._db, changes):
                return False
            if (
                held
            ):  # no day of anybody's failing, for we may have been off line ourselves; counted once, whoever ends it
                self._db.rows(
                    "UPDATE fault SET days = days - 1 WHERE kind = 'failing link' AND days > 1"
                    " AND last_seen = (SELECT day FROM run WHERE id = ? AND held = '')",
                    (run,),
                )
            self._db.rows(
                "UPDATE run SET finished_at = ?, complete = ?, held = ? WHERE id = ?",
                (utc(now), int(complete), held, run),
            )
            if complete:
                self._db.rows("DELETE FROM claim WHERE run = ?", (run,))
            if changes is not None:
                write_changes(self._db, changes)
            outbox.enqueue(self._db, queued, now, recalled)
        return True

    def queue(self, queued: Iterable[Queued], now: datetime, recalled: Collection[str] = ()) -> None:
        """Put mails into the outbox; those whose key is known stay as they are.

        `recalled`: the numbers of notices all of whose points are withdrawn. Mails that wait about them alone are
        superseded, and of these follow-ups none goes to whom no mail of them can have reached.
        """
        with self._db.transaction():
            outbox.enqueue(self._db, queued, now, recalled)

    def runs(self, day: date | None = None) -> tuple[Run, ...]:
        """The runs of a day, or all of them, newest first."""
        where, values = ("WHERE day = ?", (day.isoformat(),)) if day else ("", ())
        rows = self._db.rows(
            f"SELECT id, day, started_at, finished_at, complete, held, fleet FROM run {where}",  # noqa: S608 - our own words
            values,
        )
        found = [
            Run(
                id=id_,
                day=date.fromisoformat(day_),
                started_at=datetime.fromisoformat(started),
                finished_at=datetime.fromisoformat(finished) if finished else None,
                complete=bool(complete),
                held=held,
                fleet=asked,
            )
            for id_, day_, started, finished, complete, held, asked in rows
        ]
        return tuple(sorted(found, key=lambda run: run.started_at, reverse=True))

    def mail_due(self, now: datetime, channel: str = "mail") -> tuple[Outgoing, ...]:
        """The mails whose time has come, in the order in which they would go; nothing is claimed."""
        return outbox.due(self._db, now, channel)

    def mail_claim(
        self, who: str, now: datetime, lease: timedelta, most: int, channel: str = "mail"
    ) -> tuple[str, ...]:
        """Claim mails whose time has come for `who`, until the lease is over; their ids, in order.

        What a dead sender had under way comes back as uncertain, and what goes to a bad address is refused.
        """
        with self._db.transaction():
            return outbox.claim(self._db, who, now, lease, most, channel)

    def mail_begin(self, id_: str, who: str, now: datetime, lease: timedelta) -> Outgoing | None:
        """Note that a claimed mail is handed over from now on; None when it is no longer to be: leave it alone."""
        with self._db.transaction():
            return outbox.begin(self._db, id_, who, now, lease)

    def mail_release(self, who: str) -> None:
        """Give back what `who` claimed and did not begin."""
        with self._db.transaction():
            outbox.release(self._db, who)

    def mail_answered(self, outcome: Outcome, who: str, now: datetime) -> None:
        """Keep what became of a mail that `who` handed over, when it is tried again, and what is wrong with it."""
        with self._db.transaction():
            outbox.keep_answer(self._db, outcome, who, now)

    def mail_next(self, channels: Collection[str] = ("mail",)) -> datetime | None:
        """When the next try of a mail is due by one of these channels; None when none waits."""
        return outbox.next_due(self._db, channels)

    def mail_counts(self) -> dict[str, int]:
        """How many mails are in each state: queued, sending, sent, refused, given up, superseded."""
        return outbox.counts(self._db)

    def mail_kept(self, *states: str, most: int = 1000) -> tuple[Kept, ...]:
        """The mails in these states, the newest first, `most` of them; without their content."""
        return outbox.kept(self._db, states, most)

    def mail_stranded(self) -> tuple[Stranded, ...]:
        """Mails whose address was refused and that are still to be passed on, the oldest first; a few at a time."""
        return outbox.stranded(self._db)

    def mail_pass_on(self, id_: str, queued: Collection[Queued], now: datetime) -> bool:
        """Queue what goes out in place of a stranded mail; False when that is done already.

        With nothing to queue nobody is left, and the operators hear of it.
        """
        with self._db.transaction():
            return outbox.pass_on(self._db, id_, queued, now)

    def bad_addresses(self) -> tuple[BadAddress, ...]:
        """The addresses that get no mail, for a server has refused them; the newest first."""
        return outbox.bad_addresses(self._db)

    def mail_again(self, address: str) -> bool:
        """Let an address get mail again; False when it is none of those that get none."""
        with self._db.transaction():
            return outbox.try_again(self._db, address)

    def troubles_stand(self, kind: TroubleKind, found: Iterable[Trouble]) -> None:
        """Note all troubles of a kind that stand now; what is not among them is gone."""
        with self._db.transaction():
            troubles.stand(self._db, kind, found)

    def troubles(self) -> tuple[Trouble, ...]:
        """All troubles that stand, the newest first."""
        return troubles.standing(self._db)

    def troubles_untold(self, midnight: datetime) -> tuple[Trouble, ...]:
        """The troubles that nobody was told of, but for kinds of which something was told since midnight."""
        return troubles.untold(self._db, midnight)

    def tell(self, told: Collection[Trouble], queued: Iterable[Queued], midnight: datetime, now: datetime) -> bool:
        """Queue the mail that tells of these troubles; False, and nothing done, when another has told of them."""
        with self._db.transaction():
            left = {(one.kind, one.id) for one in troubles.untold(self._db, midnight)}
            if not left.issuperset((one.kind, one.id) for one in told):
                return False
            outbox.enqueue(self._db, queued, now)
            troubles.mark_told(self._db, told, now)
        return True

    def book(self) -> Book:
        """The cases of all notices, open and settled, and how far the notices are counted."""
        return read_book(self._db)

    def note(self, changes: Changes, queued: Iterable[Queued], now: datetime, recalled: Collection[str] = ()) -> bool:
        """Keep what a person did to a notice, and queue what is to be said of it, in one step.

        `recalled`: as for queue(). False, and nothing done, when another wrote since the book was read.
        """
        with self._db.transaction():
            if not is_current(self._db, changes):
                return False
            write_changes(self._db, changes)
            outbox.enqueue(self._db, queued, now, recalled)
        return True

    def notices(self) -> tuple[Notice, ...]:
        """All notices as they were issued, newest first."""
        return read_notices(self._db)

    def events(self, number: str | None = None, key: tuple[str, str, str] | None = None) -> tuple[Event, ...]:
        """What happened to a notice, to the case of a violation (by its key), or to all; in order."""
        return read_events(self._db, number, key)

    def replies(self) -> tuple[Event, ...]:
        """All that people did to the cases of notices, in order."""
        return read_replies(self._db)

    def issues(self, day: date) -> tuple[Event, ...]:
        """What was issued and opened again on a day, each with its evidence; in order."""
        return read_issues(self._db, day)

    def standing(self, kinds: Iterable[str]) -> frozenset[tuple[str, str, str]]:
        """The keys of the faults of these kinds that stand open: site, kind, address."""
        asked = "SELECT site, kind, url FROM fault WHERE kind = ? AND fixed_on IS NULL"
        return frozenset((site, kind, url) for one in kinds for site, kind, url in self._db.rows(asked, (one,)))

    def keep_probes(self, probes: Iterable[Probe], oldest: datetime) -> None:
        """Add looks at home pages; of the same sites, those before `oldest` are deleted."""
        with self._db.transaction():
            keep_probes(self._db, probes, oldest)

    def probes(self, since: datetime, site: str | None = None) -> dict[str, tuple[Probe, ...]]:
        """The looks at home pages from a moment on, by site (or of one), in the order of time."""
        return read_probes(self._db, since, site)

    def probed_since(self, sites: Iterable[str], since: datetime) -> frozenset[str]:
        """Those of the sites whose home page was looked at from a moment on, by whomever."""
        return sites_probed_since(self._db, sites, since)


def _keep_items(db: Database, site: str, seen: Mapping[str, Iterable[ItemSeen]]) -> None:
    db.many(
        "INSERT INTO item (site, column_url, key, title, url, published, whole, first_seen, last_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, column_url, key) DO UPDATE SET last_seen = excluded.last_seen"
        " WHERE item.last_seen < excluded.last_seen",
        [
            (
                site,
                column,
                item.key,
                item.title,
                item.url,
                item.published.isoformat() if item.published else None,
                int(item.whole),
                item.first_seen.isoformat(),
                item.last_seen.isoformat(),
            )
            for column, items in seen.items()
            for item in items
        ],
    )


def _keep_data_addresses(db: Database, site: str, found: Mapping[str, str], day: str) -> None:
    db.many(
        "INSERT INTO data_address (site, column_url, data_url, found_on) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (site, column_url) DO UPDATE SET found_on ="
        " CASE WHEN data_address.data_url = excluded.data_url THEN data_address.found_on ELSE excluded.found_on END,"
        " data_url = excluded.data_url",
        [(site, column, data, day) for column, data in found.items() if data],
    )
    db.many(
        "DELETE FROM data_address WHERE site = ? AND column_url = ?",
        [(site, column) for column, data in found.items() if not data],
    )
