"""The monitor as a service: the daily run and the looks at home pages by themselves, and the mail until it is taken."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import config, engine, posting, probing, run, schedule, terminal
from monitor.cluster import ClusterError
from monitor.model import Fleet, Posted, Report
from monitor.store import StoreError
from monitor.yamlfile import ConfigError

_log = logging.getLogger(__name__)
_TICK = 60.0
"""Seconds between two questions whose turn it is to have its home page looked at."""
_NAMED = 20
"""The most mails that are named one by one when the server took them."""
_LATE = timedelta(minutes=5)
"""Turns that are longer ago were missed: the machine slept. They are not made up."""


class NoPasswordError(Exception):
    """The environment lacks the mail server's password; the sentence says which variable."""


_EXPECTED = (ConfigError, ClusterError, run.BusyError, run.UnwritableError, NoPasswordError, StoreError, OSError)
"""What may go wrong on the operator's side: told in a sentence, and the service stays."""


async def serve(config_file: Path, fleet: Fleet, stop: asyncio.Event, *, tick: float = _TICK) -> None:
    """Do the daily run at the fleet's time of day until `stop` is set; the inventory is read anew each day.

    Every `tick` seconds the home pages are looked at whose turn it is.
    """
    zone = ZoneInfo(fleet.timezone)

    async def daily() -> None:
        await _daily(config_file, stop)

    async def mailing() -> None:
        await asyncio.to_thread(_mailing, config_file)

    looks = asyncio.ensure_future(_Doorkeeper(config_file, fleet).stay(stop, tick))
    try:
        await schedule.serve(
            fleet.at,
            zone,
            daily=daily,
            post=mailing,
            overdue=_is_missed(fleet) and schedule.is_worth_making_up(fleet.at, zone, datetime.now(zone)),
            stop=stop,
            announce=_announce,
        )
    finally:
        looks.cancel()
        await asyncio.gather(looks, return_exceptions=True)


class _Doorkeeper:
    """Looks at the home pages whose turn it is, minute by minute."""

    def __init__(self, config_file: Path, fleet: Fleet) -> None:
        self._file = config_file
        self._fleet = fleet
        self._read_at = _changed_at(config_file)
        self._prober = probing.Prober()
        self._said = ""

    async def stay(self, stop: asyncio.Event, tick: float) -> None:
        """Until `stop` is set; whatever goes wrong is told once, and the next minute is another."""
        since = datetime.now(UTC)
        while not await _is_set_within(stop, tick):
            until = datetime.now(UTC)
            try:
                await self._look(max(since, until - _LATE), until, stop)
            except run.BusyError:
                pass  # `monitor probe` is at it, and looks at these sites, too
            except _EXPECTED as error:
                self._say(f"the home pages could not be looked at: {error}")
            except Exception:
                _log.exception("the monitor itself failed at the home pages")
            since = until

    async def _look(self, since: datetime, until: datetime, stop: asyncio.Event) -> None:
        await asyncio.to_thread(self._read_anew)
        rounds = await probing.probe_due(self._fleet, self._prober, since, until, stop=stop)
        blind = next((one.blind for one in rounds if one.blind), "")
        if blind or rounds:
            self._say(blind and f"looks at home pages do not count: {blind}")

    def _read_anew(self) -> None:
        """Take the inventory up again where it has changed; one with mistakes is told, the old one stays."""
        changed = _changed_at(self._file)
        if changed != self._read_at:
            self._read_at = changed
            self._fleet = config.load(self._file)

    def _say(self, what: str) -> None:
        if what and what != self._said:
            terminal.messages().print(terminal.safe(what, 600))
        self._said = what


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


async def _is_set_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _announce(when: datetime) -> None:
    terminal.messages().print(f"Next run: {when:%Y-%m-%d %H:%M %Z}. Ctrl-C ends the service.")


def clock(fleet: Fleet) -> Callable[[], datetime]:
    """The clock on the wall of the office: now, in the fleet's own time zone."""
    zone = ZoneInfo(fleet.timezone) if fleet.timezone else None
    return lambda: datetime.now(zone).astimezone(zone)


def _is_missed(fleet: Fleet) -> bool:
    """Whether the run that was due last has not been made. A rehearsal of another day is no daily run."""
    zone = ZoneInfo(fleet.timezone)
    daily = (one for one in run.runs(fleet) if one.complete and one.fleet == run.WHOLE_FLEET and one.finished_at)
    real = (one for one in daily if abs((one.started_at.astimezone(zone).date() - one.day).days) <= 1)
    last = next((one.finished_at for one in real), None)
    return schedule.is_missed(fleet.at, zone, datetime.now(zone), last)


async def _daily(config_file: Path, stop: asyncio.Event) -> None:
    """One day's run of the service; whatever goes wrong on the operator's side is told, and the service stays."""
    try:
        fleet = config.load(config_file)
        if not _is_missed(fleet):
            return
        now = clock(fleet)
        today: date = now().date()
        with terminal.watching() as watch:
            report = await engine.crawl_fleet(fleet, today=today, now=now, stop=stop, watch=watch)
        say_where(fleet, report)
    except _EXPECTED as error:
        terminal.messages().print(terminal.safe(f"today's run could not be made: {error}", 600))
        return
    if not stop.is_set():
        await asyncio.to_thread(_mailing, config_file)


def _mailing(config_file: Path) -> None:
    try:
        post(config.load(config_file))
    except _EXPECTED as error:
        terminal.messages().print(terminal.safe(str(error), 600))


def say_where(fleet: Fleet, report: Report) -> None:
    """The end of a run in a few lines, and where its report is."""
    terminal.summary(report, Path(fleet.reports) / report.run.today.isoformat() / "report.html")


def post(fleet: Fleet, *, say_idle: bool = False) -> int:
    """Send what is due; gives how many mails still wait. Without any due it says so only when told to."""
    if fleet.mail is None and not fleet.chat:
        return 0
    due, noun = posting.next_mail(fleet), _noun(fleet)
    if due is None or due > clock(fleet)():
        if say_idle:
            terminal.messages().print(f"No {noun} is due{_waits(fleet)}.")
        return _waiting(fleet)
    password = os.environ.get(fleet.mail.password_env, "") if fleet.mail else ""
    if fleet.mail and fleet.mail.user and not password:
        raise NoPasswordError(
            f"the mail server asks for a password: set the environment variable {fleet.mail.password_env}"
            " (nothing is lost; the mail waits)"
        )
    answered = posting.send_due(fleet, password, now=clock(fleet))
    sent = sum(outcome.state is Posted.SENT for outcome in answered)
    hindered: set[str] = set()
    for outcome in answered:
        if outcome.hindered and outcome.reason in hindered:
            continue  # the server is not there: once is enough for all mail that waits for it
        if outcome.hindered:
            hindered.add(outcome.reason)
        if outcome.state is not Posted.SENT or sent <= _NAMED:
            said = f"{outcome.recipient}: {outcome.state.value}: {outcome.reason}"
            terminal.messages().print(terminal.safe(said, 400))
    terminal.messages().print(f"{terminal.count(sent, noun)} sent{_waits(fleet)}.")
    if marked := len(posting.bad_addresses(fleet)):
        said = "1 address gets" if marked == 1 else f"{marked} addresses get"
        terminal.messages().print(f"{said} no mail; `monitor mail --list` says why.")
    return _waiting(fleet)


def _noun(fleet: Fleet) -> str:
    """What the outbox of a fleet holds."""
    return "message" if fleet.chat else "mail"


def _waiting(fleet: Fleet) -> int:
    counts = posting.mail_counts(fleet)
    return counts.get("queued", 0) + counts.get("sending", 0)


def _waits(fleet: Fleet) -> str:
    """How many mails wait and until when, as the end of a sentence; "" when none does."""
    number, due = _waiting(fleet), posting.next_mail(fleet)
    if due is None:
        return ""
    verb = "waits" if number == 1 else "wait"
    at = due.astimezone(ZoneInfo(fleet.timezone))
    return f"; {terminal.count(number, _noun(fleet))} {verb}, the next try is due at {at:%H:%M %Z}"
