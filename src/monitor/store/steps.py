"""The tables, as steps from each version of the history to the next. Each database's door puts the dialect right."""

from __future__ import annotations

from monitor.store.door import Database
from monitor.store.rows import StoreError

_STEPS = (
    """
    CREATE TABLE run (
        id TEXT PRIMARY KEY, day TEXT NOT NULL, fleet TEXT NOT NULL, started_at TEXT NOT NULL,
        finished_at TEXT, complete INTEGER NOT NULL DEFAULT 0, held TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE site_day (
        day TEXT NOT NULL, site TEXT NOT NULL, run TEXT NOT NULL, complete INTEGER NOT NULL,
        finished_at TEXT NOT NULL, findings TEXT NOT NULL, PRIMARY KEY (day, site)
    ) STRICT;
    CREATE TABLE fault (
        site TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, subject TEXT NOT NULL,
        first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, days INTEGER NOT NULL, fixed_on TEXT,
        PRIMARY KEY (site, kind, url)
    ) STRICT;
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, recipient TEXT NOT NULL,
        content BLOB NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        queued_at TEXT NOT NULL, due_at TEXT NOT NULL, said TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX outbox_due ON outbox (state, due_at);
    """,
    """
    ALTER TABLE outbox ADD COLUMN uncertain INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE data_address (
        site TEXT NOT NULL, column_url TEXT NOT NULL, data_url TEXT NOT NULL, found_on TEXT NOT NULL,
        PRIMARY KEY (site, column_url)
    ) STRICT;
    """,
    """
    CREATE TABLE item (
        site TEXT NOT NULL, column_url TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
        published TEXT, whole INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
        PRIMARY KEY (site, column_url, key)
    ) STRICT;
    """,
    """
    CREATE TABLE claim (
        day TEXT NOT NULL, site TEXT NOT NULL, run TEXT NOT NULL, who TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (day, site)
    ) STRICT;
    """,
    """
    CREATE TABLE probe (
        site TEXT NOT NULL, at TEXT NOT NULL, milliseconds INTEGER, is_open INTEGER NOT NULL,
        doubtful INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (site, at)
    ) STRICT;
    """,
    """
    CREATE TABLE notice (
        number TEXT PRIMARY KEY, year INTEGER NOT NULL, serial INTEGER NOT NULL, unit TEXT NOT NULL,
        unit_name TEXT NOT NULL, issued_at TEXT NOT NULL, issued_on TEXT NOT NULL, due TEXT NOT NULL,
        points INTEGER NOT NULL, UNIQUE (year, serial)
    ) STRICT;
    CREATE TABLE notice_case (
        site TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, unit TEXT NOT NULL, subject TEXT NOT NULL,
        stage TEXT NOT NULL, observed_at TEXT NOT NULL, changed_at TEXT NOT NULL, notice TEXT NOT NULL,
        point INTEGER NOT NULL, issued_on TEXT, due TEXT, evidence TEXT, acknowledged_at TEXT, claimed_at TEXT,
        disputed INTEGER NOT NULL, waived_until TEXT, waiver_warned INTEGER NOT NULL, suspended INTEGER NOT NULL,
        paused_on TEXT, good_since TEXT, reminded INTEGER, escalated INTEGER NOT NULL, closed_at TEXT,
        closed_on TEXT, relapsed_at TEXT, times INTEGER NOT NULL, PRIMARY KEY (site, kind, url)
    ) STRICT;
    CREATE TABLE notice_event (
        seq INTEGER PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, step TEXT NOT NULL,
        at TEXT NOT NULL, day TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, run TEXT NOT NULL,
        notice TEXT NOT NULL, point INTEGER NOT NULL, unit TEXT NOT NULL, subject TEXT NOT NULL, due TEXT,
        until TEXT, level INTEGER, evidence TEXT
    ) STRICT;
    CREATE INDEX notice_event_notice ON notice_event (notice, seq);
    CREATE INDEX notice_event_case ON notice_event (site, kind, url, seq);
    """,
    """
    ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
    ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'report';
    ALTER TABLE outbox ADD COLUMN unit TEXT NOT NULL DEFAULT '';
    ALTER TABLE outbox ADD COLUMN who TEXT NOT NULL DEFAULT '';
    ALTER TABLE outbox ADD COLUMN until TEXT NOT NULL DEFAULT '';
    ALTER TABLE outbox ADD COLUMN changed_at TEXT NOT NULL DEFAULT '';
    ALTER TABLE outbox ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    ALTER TABLE outbox ADD COLUMN stranded INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX outbox_recipient ON outbox (recipient, state);
    CREATE TABLE outbox_notice (mail TEXT NOT NULL, notice TEXT NOT NULL, PRIMARY KEY (mail, notice)) STRICT;
    CREATE INDEX outbox_notice_notice ON outbox_notice (notice);
    CREATE TABLE contact (address TEXT PRIMARY KEY, since TEXT NOT NULL, said TEXT NOT NULL) STRICT;
    CREATE TABLE trouble (
        kind TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL, said TEXT NOT NULL, address TEXT NOT NULL,
        about TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0, told_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, id)
    ) STRICT;
    """,
    """
    ALTER TABLE outbox_notice ADD COLUMN points TEXT NOT NULL DEFAULT '';
    """,
)


def bring_up_to_date(db: Database) -> None:
    """Take the steps that a history lacks, each in one transaction. Raises StoreError for a newer version's history."""
    if db.version() > len(_STEPS):
        raise StoreError(f"{db.name} was written by a newer version of the monitor; update this one")
    while db.version() < len(_STEPS):
        with db.transaction():
            version = db.version()  # another process may have been quicker
            for statement in "".join(_STEPS[version : version + 1]).split(";"):
                if statement.strip():
                    db.rows(statement)
            db.set_version(min(version + 1, len(_STEPS)))
