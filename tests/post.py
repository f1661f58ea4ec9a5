"""Notices through their whole life, over simulated weeks, by mail through a server that fails at random and senders that
are killed: nothing lost, nothing twice without need. By hand: `python3 dev.py post [N]`; a small one among the tests."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import random
import sqlite3
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from multiprocessing.process import BaseProcess
from pathlib import Path
from zoneinfo import ZoneInfo

import trustme

from monitor import clerk, letters, operators, posting, run
from monitor.mail import message
from monitor.model import (
    Book,
    Case,
    Change,
    CrawlSettings,
    Fleet,
    Holidays,
    Kind,
    Letter,
    MailSettings,
    Notice,
    NoticeSettings,
    Outgoing,
    Report,
    RunInfo,
    Site,
    SiteFinding,
    Step,
    Unit,
    Violation,
    WorkCalendar,
)
from monitor.notices import Refused, act
from monitor.store import Queued, Store
from roughpost import PASSWORD, USER, RoughPost, Weather, rough

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = date(2026, 3, 2)
OPERATOR, OFFICE = "ops@office.example", "clerk@office.example"
EACH = 20
"""Notices of a unit, one a day."""
DAYS = 45
_TICK = timedelta(minutes=15)
_PATIENCE = 0.3
_AT = timedelta(hours=2, minutes=30)
_SENDERS = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
_SENDERS.set_forkserver_preload(["monitor.posting", "monitor.clerk", "trustme"])


# --- who and what there is ------------------------------------------------------------------


def fleet_of(folder: Path, units: int, port: int, security: str) -> Fleet:
    """An office with districts that have departments; in a file of its own under the folder."""
    districts = [
        Unit(id=f"d{n}", name=f"第{n}区", contacts=(f"head@d{n}.example",)) for n in range(max(1, units // 10))
    ]
    departments = [
        Unit(
            id=f"u{n}",
            name=f"第{n}局",
            contacts=(f"web@u{n}.example", f"boss@u{n}.example")[: 1 + n % 2],
            within=f"d{n % len(districts)}",
        )
        for n in range(units)
    ]
    settings = MailSettings(
        host="127.0.0.1", port=port, security=security, user="" if security == "none" else USER, password_env="X",
        sender="monitor@office.example", reply_to="", recipients=(OFFICE,), operators=(OPERATOR,),
    )  # fmt: skip
    return Fleet(
        office="市政府办", language="zh-CN", timezone=ZONE.key, at="02:30", crawl=CrawlSettings(),
        reports=str(folder / "reports"), data=str(folder), mail=settings, units=(*departments, *districts),
        sites=tuple(Site(id=u.id, name=u.name, url=f"http://{u.id}.example/", unit=u) for u in departments),
        notices=NoticeSettings(
            deadline=2, reminders=(-1, 0, 2), repeat=5, escalation=4, calendar=WorkCalendar(holidays=Holidays.NONE)
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A dead link and the days on which it is seen, as [first, last) spans."""

    site: str
    number: int
    spans: tuple[tuple[int, int], ...]

    @property
    def url(self) -> str:
        return f"http://{self.site}.example/{self.number}.html"

    def is_there(self, day: int) -> bool:
        return any(first <= day < last for first, last in self.spans)


def faults_of(fleet: Fleet, dice: random.Random) -> list[Fault]:
    """Faults of each site that begin on days of their own, so that each becomes a notice; some come back."""
    found = []
    for site in fleet.sites:
        for number, first in enumerate(sorted(dice.sample(range(DAYS - 8), EACH))):
            last = min(first + dice.choice((4, 5, 6, 9, 14, 20)), DAYS - 3)
            spans = [(first, max(last, first + 2))]
            if dice.random() < 0.15 and last + 9 < DAYS - 3:
                spans.append((last + 4, last + 9))
            found.append(Fault(site.id, number, tuple(spans)))
    return found


# --- what a day brings ----------------------------------------------------------------------


def report_of(fleet: Fleet, faults: Iterable[Fault], day: int, at: datetime, run_id: str) -> Report:
    """What the day's run saw."""
    sites = {site.id: site for site in fleet.sites}
    seen = [fault for fault in faults if fault.is_there(day)]
    violations = tuple(
        Violation(
            rank=rank, site_id=fault.site, site_name=sites[fault.site].name, site_url=sites[fault.site].url,
            site_code="", unit=sites[fault.site].unit, kind=Kind.DEAD_LINK, subject="链接", url=fault.url,
            days_since_update=None, limit_days=None, days_over=None, newest=None, klass=None, evidence="404 Not Found",
            first_seen=BEGIN, change=Change.STILL,
        )
        for rank, fault in enumerate(seen, 1)
    )  # fmt: skip
    info = RunInfo(
        id=run_id, started_at=at, finished_at=at, today=at.date(), complete=True, sites_checked=len(sites),
        sites_total=len(sites),
    )  # fmt: skip
    findings = tuple(
        SiteFinding(
            id=site.id, name=site.name, unit=site.unit, url=site.url, verdict="violations", pages=1, links=1,
            seconds=0.0, fresh=0, due_soon=0, stale=0, blank=0, unknown=0, not_judged=(), reason="",
        )
        for site in sites.values()
    )  # fmt: skip
    return Report(run=info, office=fleet.office, violations=violations, fixed=(), columns=(), links=(), sites=findings)


def _row(
    fleet: Fleet, key: str, to: str, kind: str, unit: str, about: tuple[str, ...], subject: str, body: str, now: datetime
) -> Queued:  # fmt: skip
    assert fleet.mail is not None
    id_ = hashlib.sha256(key.encode()).hexdigest()[:20]
    page = f"<html><body><p>{body}</p></body></html>"
    content = message(
        Letter(subject=subject, text=body, html=page),
        sender=fleet.mail.sender, recipient=to, message_id=f"<{id_}@office.example>", date=now,
    )  # fmt: skip
    out = Outgoing(id=id_, sender=fleet.mail.sender, recipient=to, content=content)
    return Queued(outgoing=out, dedupe_key=key, kind=kind, unit=unit, about=about)


# --- the play -------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What was done, and what was wrong afterwards."""

    notices: int = 0
    kills: int = 0
    pairs: int = 0
    """Times that two senders were at it together."""
    sends: int = 0
    hindered: int = 0
    died: set[str] = field(default_factory=set)
    """Rows that were under way when their sender was killed."""
    recalled: set[str] = field(default_factory=set)
    steps: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    passed_on: int = 0
    words: int = 0
    """Letters to the operators."""
    wrong: list[str] = field(default_factory=list)


class Play:
    """One play: the office, its server, and the clock."""

    def __init__(self, folder: Path, post: RoughPost, units: int, seed: int, kills: int) -> None:
        self.folder, self.post, self.units = folder, post, units
        self.issued: list[Notice] = []
        self.dice = random.Random(seed)
        self.tally = Tally()
        self.faults = faults_of(self.fleet, self.dice)
        addresses = [address for unit in self.fleet.units for address in unit.contacts]
        self.gone = set(self.dice.sample(addresses, max(2, len(addresses) // 20)))
        self.moody = set(self.dice.sample([a for a in addresses if a not in self.gone], max(1, len(addresses) // 50)))
        self.to_kill = 0
        self.kill_days = Counter(self.dice.choices(range(2, DAYS), k=kills))
        self.pair_days = Counter(self.dice.choices(range(2, DAYS), k=kills))

    @property
    def fleet(self) -> Fleet:
        return fleet_of(self.folder, self.units, self.post.port, self.post.mode)

    def all(self) -> None:
        """The days, and after them as long as mail waits or the operators must still hear of something."""
        for day in range(DAYS):
            at = datetime.combine(BEGIN, datetime.min.time(), tzinfo=ZONE) + timedelta(days=day) + _AT
            self.post.bad = self.gone | (self.moody if 10 <= day < 15 else set())
            if day == 16:
                for address in self.moody:
                    posting.mail_again(self.fleet, address)
            self._run(day, at)
            self._people(at + timedelta(hours=6), day)
            self._send_until(at, at + timedelta(days=1), day)
        end = at + timedelta(days=1)
        for more in range(12):
            self._send_until(end + timedelta(days=more), end + timedelta(days=more + 1), None)
            self._send(end + timedelta(days=more + 1))

    def _run(self, day: int, at: datetime) -> None:
        fleet = self.fleet
        assert fleet.notices is not None
        with run.history(fleet) as store:
            begun = store.begin(at.date(), run.WHOLE_FLEET, at)
            report = report_of(fleet, self.faults, day, at, begun.id)
            entry = clerk.enter(store, fleet.notices, report, only="", finished=at)
            self.issued += entry.changes.notices
            queued = letters.of_notices(fleet, entry.changes, self.issued, at.date(), at, bad=_bad(store))
            queued.append(
                _row(fleet, f"report/{begun.id}/{OFFICE}", OFFICE, "report", "", (), "日报", "一切正常\n", at)
            )
            assert store.finish(begun.id, complete=True, held="", queued=queued, now=at, changes=entry.changes)
            docket = entry.report.docket
            assert docket is not None
            operators.run_ended(store, fleet, problems=docket.problems, cases=docket.cases, now=at)
        self.tally.notices += len(entry.changes.notices)
        self.tally.steps.update(event.step.value for event in entry.changes.events)

    def _people(self, at: datetime, day: int) -> None:
        """Some units claim to have put things right, and the office takes some notices back."""
        fleet = self.fleet
        assert fleet.notices is not None
        with run.history(fleet) as store:
            book, bad = store.book(), _bad(store)
            today = [case for case in book.cases if case.is_open and case.claimed_at is None]
            for case in today:
                new = case.issued_on == at.date()
                step = Step.WITHDRAWN if new and self.dice.random() < 0.04 else Step.CLAIMED
                if step is Step.CLAIMED and self.dice.random() >= 0.04:
                    continue
                book = self._do(store, book, case, step, bad, at)

    def _do(
        self, store: Store, book: Book, case: Case, step: Step, bad: Collection[str], at: datetime
    ) -> Book:  # fmt: skip
        fleet = self.fleet
        assert fleet.notices is not None
        changes = act(
            book, step, case.notice, fleet.notices, who="王五", why="电话", at=at, day=at.date(), points=[case.point]
        )
        assert not isinstance(changes, Refused)
        queued = letters.of_notices(fleet, changes, self.issued, at.date(), at, bad=bad)
        recalled = (case.notice,) if step is Step.WITHDRAWN else ()
        self.tally.recalled.update(recalled)
        assert store.note(changes, queued=queued, recalled=recalled, now=at)
        self.tally.steps.update(event.step.value for event in changes.events)
        return replace(book, version=book.version + len(changes.events))

    def _send_until(self, begin: datetime, end: datetime, day: int | None) -> None:
        """Send as the service does, every quarter of an hour, while something is due before the end."""
        if day is not None:
            self.to_kill += self.kill_days[day]
        down = [] if day is None else self._hours_down(begin)
        now = begin
        while (due := posting.next_mail(self.fleet)) is not None:
            now = _ceiling(max(due, now + _TICK), begin)
            if now >= end:
                return
            (self.post.go_down if any(first <= now < last for first, last in down) else self.post.go_up)()
            self.post.mode = self.dice.choice(("none", "none", "starttls", "tls"))
            if self.to_kill and not self.post.down:
                self.to_kill -= self._send_and_kill(now)
            elif day is not None and self.pair_days[day] and not self.post.down:
                self.pair_days[day] -= 1
                self._send_beside_another(now)
            else:
                self._send(now)

    def _hours_down(self, begin: datetime) -> list[tuple[datetime, datetime]]:
        if self.dice.random() < 0.6:
            return []
        first = begin + timedelta(hours=self.dice.uniform(0, 8))
        return [(first, first + timedelta(hours=self.dice.uniform(1, 10)))]

    def _send(self, now: datetime) -> None:
        answered = posting.send_due(self.fleet, PASSWORD, now=lambda: now, patience=_PATIENCE)
        self.tally.sends += 1
        self.tally.hindered += any(outcome.hindered for outcome in answered)

    def _send_and_kill(self, now: datetime) -> bool:
        """A sender in a process of its own, killed after a random number of commands; False when it was too late."""
        due = len(posting.waiting_mail(self.fleet, now=lambda: now))
        process = self._other(now)
        self._wait(process, self.dice.randint(3, max(4, 4 * due)))
        killed = process.is_alive()
        if killed:
            process.kill()
            self.tally.kills += 1
            process.join()
        else:
            self._ended(process)
        with self._history() as db:
            self.tally.died |= {id_ for (id_,) in db.execute("SELECT id FROM outbox WHERE state = 'sending'")}
        return killed

    def _send_beside_another(self, now: datetime) -> None:
        """Two senders at once: this process comes when the other has begun."""
        process = self._other(now)
        self._wait(process, 1)
        self.tally.pairs += process.is_alive()
        self._send(now)
        self._ended(process)

    def _wait(self, process: BaseProcess, commands: int) -> None:
        """Until the server has had so many more commands, or the sender has ended."""
        last, ends = self.post.did["commands"] + commands, time.monotonic() + 60
        while time.monotonic() < ends and process.is_alive() and self.post.did["commands"] < last:
            time.sleep(0.0002)

    def _other(self, now: datetime) -> BaseProcess:
        """Another sender, in a process that has loaded all it needs already."""
        words = (self.folder, self.units, self.post.port, self.post.mode, now, os.environ["SSL_CERT_FILE"])
        process = _SENDERS.Process(target=_send, args=words)
        process.start()
        return process

    def _ended(self, process: BaseProcess) -> None:
        process.join(120)
        if process.exitcode != 0:
            self.tally.wrong.append(f"a sender ended with {process.exitcode}")

    @contextlib.contextmanager
    def _history(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.folder / run.HISTORY)) as db:
            yield db

    # --- what must be true afterwards ---

    def judge(self) -> None:
        """Hold the outbox against what the server has."""
        with self._history() as db:
            rows = [Row(*row) for row in db.execute(f"SELECT {', '.join(Row.__slots__)} FROM outbox")]
            about = list(db.execute("SELECT mail, notice, points FROM outbox_notice"))
            numbers = {number for (number,) in db.execute("SELECT number FROM notice")}
        with run.history(self.fleet) as store:
            troubles = store.troubles()
            untold = store.troubles_untold(datetime.max.replace(tzinfo=ZONE) - timedelta(days=2))
        spoken: dict[str, set[str]] = {}
        told_of: dict[str, set[tuple[str, str]]] = {}
        for mail_, notice, points in about:
            spoken.setdefault(mail_, set()).add(notice)
            told_of.setdefault(mail_, set()).update((notice, point) for point in points.split() or ("",))
        self.tally.states = Counter(row.state for row in rows)
        self.tally.did = self.post.did
        self.tally.passed_on = sum(bool(row.origin) for row in rows)
        told = {(one.kind.value, one.id) for one in troubles}
        self._wrong(f"told to nobody: {one.kind.value} {one.id}" for one in untold)
        self._wrong(self._of_the_rows(rows, told))
        self._wrong(self._of_the_server(rows))
        self._wrong(self._of_the_superseded(rows, spoken, told_of))
        self._wrong(self._of_the_notices(rows, spoken, numbers))
        self._wrong(self._of_the_operators(rows))

    def _wrong(self, clauses: Iterable[str]) -> None:
        self.tally.wrong += clauses

    def _of_the_rows(self, rows: list[Row], told: set[tuple[str, str]]) -> Iterator[str]:
        for row in rows:
            if row.state not in ("sent", "refused", "given up", "superseded"):
                yield f"{row.id} is {row.state} in the end"
            if row.stranded:
                yield f"{row.id} was refused and not passed on"
            if row.state == "given up" and ("given up", row.id) not in told and row.kind != "operator":
                yield f"{row.id} was given up, and nobody hears of it"
            never = row.recipient in self.gone | self.moody
            if row.state == "refused" and not never and ("refused", row.id) not in told and row.kind != "operator":
                yield f"{row.id} was refused, and nobody hears of it"
            if row.state == "refused" and not (never or self._is_spurned(row)):
                yield f"{row.id} to {row.recipient} is refused, and the server never said so"

    def _is_spurned(self, row: Row) -> bool:
        """Whether the server refused it for what it says."""
        return hashlib.sha256(row.content).hexdigest() in self.post.spurned

    def _of_the_server(self, rows: list[Row]) -> Iterator[str]:
        by_digest = {hashlib.sha256(row.content).hexdigest(): row for row in rows}
        if len(by_digest) != len(rows):
            yield "two rows have the same bytes"
        copies: dict[str, list[bool]] = {}
        for taken in self.post.taken:
            row = by_digest.get(taken.digest)
            if row is None:
                yield f"{taken.recipient} got bytes that stand in no row"
            elif row.recipient != taken.recipient:
                yield f"{taken.recipient} got what was for {row.recipient}"
            else:
                copies.setdefault(row.id, []).append(taken.answered)
        for row in rows:
            answers = copies.get(row.id, [])
            if row.state == "sent" and not answers:
                yield f"{row.id} is called sent, and was lost"
            if row.state == "superseded" and answers:
                yield f"{row.id} is called superseded, and was sent"
            if answers and row.state in ("refused", "given up") and not row.uncertain:
                yield f"{row.id} is called {row.state}, and was taken"
            if len(answers) > 2:
                yield f"{row.id} was taken {len(answers)} times"
            if len(answers) == 2:
                self.tally.twice += 1
                if answers[0] and row.id not in self.tally.died:
                    yield f"{row.id} was taken twice, and the first time was answered"

    def _of_the_superseded(
        self, rows: list[Row], spoken: dict[str, set[str]], told_of: dict[str, set[tuple[str, str]]]
    ) -> Iterator[str]:
        by_id = {row.id: row for row in rows}
        for row in rows:
            if row.state != "superseded":
                continue
            newer = by_id.get(row.said.partition(" ")[0])
            if row.kind == "follow-up" and newer is not None:
                rightly = newer.recipient == row.recipient and newer.queued_at >= row.queued_at
                rightly = rightly and told_of[newer.id] >= told_of[row.id]
            else:
                rightly = spoken[row.id] <= self.tally.recalled
            if not rightly:
                yield f"{row.id} was superseded without a reason: {row.said}"

    def _of_the_notices(self, rows: list[Row], spoken: dict[str, set[str]], numbers: set[str]) -> Iterator[str]:
        """Each notice reached somebody, or the operators know that it did not, or it was withdrawn in time."""
        reached: dict[str, set[str]] = {}
        for row in rows:
            if row.kind == "notice":
                for number in spoken[row.id]:
                    reached.setdefault(number, set()).add(row.state)
        for number in sorted(numbers):
            states = reached.get(number, set())
            if not states:
                yield f"notice {number} was never mailed"
            elif "sent" not in states and not states & {"given up"} and number not in self.tally.recalled:
                spurned = any(
                    row.kind == "notice" and number in spoken[row.id] and self._is_spurned(row) for row in rows
                )
                if not spurned:
                    yield f"notice {number} reached nobody: {sorted(states)}"

    def _of_the_operators(self, rows: list[Row]) -> Iterator[str]:
        """Their letters name every address that is gone and every mail given up, and there is one a day at most."""
        letters = [_text(taken.content) for taken in self.post.taken if taken.recipient == OPERATOR]
        self.tally.words = len(letters)
        said = "\n".join(letters)
        tried = {row.recipient for row in rows if row.state == "refused"}
        for address in sorted((self.gone | self.moody) & tried):
            if address not in said and "另有" not in said:
                yield f"the operators never heard of {address}"
        for row in rows:
            if row.state == "given up" and row.kind != "operator" and row.recipient not in said and "另有" not in said:
                yield f"the operators never heard that {row.id} was given up"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox."""

    id: str
    kind: str
    recipient: str
    state: str
    uncertain: int
    queued_at: str
    said: str
    origin: str
    stranded: int
    content: bytes


def _bad(store: Store) -> frozenset[str]:
    return frozenset(one.address for one in store.bad_addresses())


def _text(content: bytes) -> str:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _ceiling(moment: datetime, begin: datetime) -> datetime:
    """The next turn of the clock at or after a moment."""
    turns = -((begin - moment) // _TICK)
    return begin + turns * _TICK


def play(
    notices: int,
    *,
    seed: int = 1,
    kills: int = 10,
    weather: Weather | None = None,
    where: str | None = None,
) -> Tally:
    """So many notices from their issue to their end, by mail; gives what was seen. `where`: a folder for the history."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    with tempfile.TemporaryDirectory(dir=where) as root, _trusted(ca, Path(root)):
        folder = Path(root) / "data"
        with rough(weather or Weather(), seed, context, frozenset((OPERATOR,))) as post:
            one = Play(folder, post, max(1, notices // EACH), seed, kills)
            one.all()
            one.judge()
        return one.tally


@contextlib.contextmanager
def _trusted(ca: trustme.CA, root: Path) -> Iterator[None]:
    """What this process and its children trust beside the system's certificates."""
    path, before = root / "ca.pem", os.environ.get("SSL_CERT_FILE")
    ca.cert_pem.write_to_path(path)
    os.environ["SSL_CERT_FILE"] = str(path)
    try:
        yield
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before


def _send(folder: Path, units: int, port: int, security: str, now: datetime, trusted: str) -> None:
    """What a sender's process does."""
    os.environ["SSL_CERT_FILE"] = trusted
    posting.send_due(fleet_of(folder, units, port, security), PASSWORD, now=lambda: now, patience=_PATIENCE)


def tell(tally: Tally) -> str:
    """What was done, in lines."""
    lines = [
        f"{tally.notices} notices, {tally.states.total()} mails, {tally.sends} sends of which {tally.hindered} met no"
        f" server, {tally.kills} senders killed, {tally.pairs} times two at once",
        "steps: " + ", ".join(f"{n} {what}" for what, n in tally.steps.most_common()),
        "mails: " + ", ".join(f"{n} {what}" for what, n in tally.states.most_common()),
        "the server: " + ", ".join(f"{n} {what}" for what, n in tally.did.most_common()),
        f"taken twice: {tally.twice}, all of them after a broken answer or a dead sender; passed on: {tally.passed_on};"
        f" letters to the operators: {tally.words}",
        f"lost, doubled without need, or told to nobody: {len(tally.wrong)}",
    ]
    return "\n".join([*lines, *(f"  WRONG {clause}" for clause in tally.wrong[:50])])


def main() -> int:
    """Play with as many notices as the first word says (10,000), and print what came of it."""
    begun = time.monotonic()
    tally = play(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.stdout.write(f"{tell(tally)}\n{time.monotonic() - begun:.0f} s, {time.process_time():.0f} s of CPU\n")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    import post  # under this name the senders' processes know it, too

    raise SystemExit(post.main())
