"""The one path, in order: crawl, judge, keep, report, queue the mail. The ad-hoc check is this path cut short."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from monitor import __version__, clerk, letters, operators, urls
from monitor.claims import Claims, bury, somebody
from monitor.crawl import Aid, Memory, Progress, crawl_site
from monitor.digest import Digest, digest, faults_of, mass_flip, not_looked_at, report, without_silent_sites
from monitor.fetch import Fetcher, Policy, Tries, user_agent
from monitor.model import (
    LINK_KINDS,
    Crawl,
    CrawlSettings,
    Fetch,
    Fleet,
    Period,
    Reading,
    Report,
    RunInfo,
    Site,
    SiteFinding,
    Unit,
)
from monitor.recall import Recall
from monitor.render import Browser
from monitor.report import Style, document, period, restore, style_of, write
from monitor.store import Run, Seen, Store, StoreError, opened
from monitor.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)
HISTORY = "history.db"
"""The history's name in the folder for data."""
_PAGES = "pages.db"
"""What is known of the pages, there too; it may be deleted."""
_BLIND = "no canary answers: the monitor's own network is at fault"
WHOLE_FLEET = "*"
"""What a run for all sites is known by in the history."""
_PROBES_BACK = timedelta(days=9)
"""Looks at home pages that are older say nothing about the past week."""
_ILL = timedelta(days=30)
"""For so long a link that was put right is looked at every day: a second good look is no memory, nor is a relapse."""
_PATIENCE = 16.0
"""Seconds that an ad-hoc check waits for an answer: the census calls a page that takes 15 not open."""

Clock = Callable[[], datetime]


class BusyError(Exception):
    """Another run holds the history; the sentence says so."""


class UnwritableError(Exception):
    """The reports cannot be written; the sentence says where, why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDone:
    """A site has been looked at to its end."""

    finding: SiteFinding
    violations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who is told how far things are."""

    progress: Callable[[Progress], None] = lambda _: None
    done: Callable[[SiteDone], None] = lambda _: None
    started: Callable[[int, int], None] = lambda _sites, _of: None
    """How many sites are to be looked at, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is left to say once the sites have been looked at and kept."""

    missed: list[SiteFinding]
    """The sites that were not looked at."""
    blind: bool
    """Whether no canary answers: then the monitor is blind."""


class Look(Protocol):
    """A place where sites are looked at."""

    async def __call__(
        self,
        fleet: Fleet,
        sites: list[Site],
        store: Store,
        run: Run,
        /,
        *,
        now: Clock,
        stop: asyncio.Event,
        watch: Watch,
    ) -> Looked:
        """Look at the sites and keep each as soon as it is done."""


def history(fleet: Fleet) -> Store:
    """The history where the fleet keeps it; the password of a database comes from the environment."""
    if not fleet.store:
        return opened(Path(fleet.data) / HISTORY)
    name = fleet.store_password_env
    return opened(fleet.store, password=os.environ.get(name, ""), password_env=name)


def policy(settings: CrawlSettings, sites: Iterable[Site]) -> Policy:
    """The manners of a run: what the operator listed is allowed, and nothing else that is private."""
    listed = {urls.authority(address) for site in sites for address in (site.url, *(c.url for c in site.columns))}
    listed |= {host for site in sites for host in site.hosts} | {urls.authority(url) for url in settings.canaries}
    contact = settings.contact or "the-operator@example.invalid"
    return Policy(
        user_agent=user_agent(contact),
        delay=settings.delay,
        concurrency=settings.concurrency,
        allow_private=settings.allow_private,
        allow_authorities=frozenset(listed),
        proxy=settings.proxy,
    )


def _browser(fetcher: Fetcher, settings: CrawlSettings, now: Clock) -> Browser:
    """The browser for what scripts fill; it starts when the first such column is met, and touches what we may touch."""
    zone = now().tzinfo
    return Browser(
        fetcher.addresses,
        configured=settings.browser,
        user_agent=fetcher.policy.user_agent,
        timezone=zone.key if isinstance(zone, ZoneInfo) else "",
        proxied=bool(settings.proxy),
    )


async def check(
    site: Site, settings: CrawlSettings, *, office: str, today: date, now: Clock, stop: asyncio.Event, watch: Watch
) -> Report:
    """Look at one site ad hoc; nothing is kept."""
    started = now()
    manners = replace(policy(settings, [site]), deadline=_PATIENCE, try_deadline=_PATIENCE, tries=Tries(timeout=1))
    async with Fetcher(manners) as fetcher, _browser(fetcher, settings, now) as browser:
        crawl = await crawl_site(
            site,
            fetcher,
            today=today,
            now=now,
            concurrency=settings.concurrency,
            gap=settings.second_look,
            stop=stop,
            watch=watch.progress,
            aid=Aid(browser=browser),
        )
    info = RunInfo(
        id=f"check-{started:%Y%m%dT%H%M%S}",
        started_at=started,
        finished_at=now(),
        today=today,
        complete=crawl.complete,
        sites_checked=int(crawl.complete),
        sites_total=1,
    )
    return report(info, office, [digest(crawl, {}, today)])


async def crawl_fleet(
    fleet: Fleet,
    *,
    today: date,
    now: Clock,
    stop: asyncio.Event,
    watch: Watch,
    only: str = "",
    look: Look | None = None,
) -> Report:
    """The daily run: every site (or `only` one), judged against its history, reported, its mail queued.

    `look` says where the sites are looked at; None: here.

    A day's run that was cut short is taken up where it stopped. Raises BusyError when another run is under way,
    StoreError or UnwritableError when the history or the reports cannot be written; what was kept before stays.
    """
    sites = [site for site in fleet.sites if not only or site.id == only]
    with alone(Path(fleet.data)), history(fleet) as store:
        run = store.begin(today, only or WHOLE_FLEET, now())
        bury(store, run, Path(fleet.data))
        done = store.done_in(run.id)
        to_do = [site for site in sites if site.id not in done]
        watch.started(len(to_do), len(sites))
        looked = await (look or look_at_all)(fleet, to_do, store, run, now=now, stop=stop, watch=watch)
        run = replace(run, held=_BLIND if looked.blind else "")
        finished = now()
        whole = day_report(fleet, store, run, looked.missed, finished)
        if not store.done_in(run.id).issuperset(site.id for site in sites):  # an earlier run of the day may have been
            whole = replace(whole, run=replace(whole.run, complete=False))
        mailing = not only and not stop.is_set()  # the day's mail speaks of all sites, also where one of them failed us
        return _end(fleet, store, run, whole, only=only, stopped=stop.is_set(), mailing=mailing, finished=finished)


def _end(
    fleet: Fleet, store: Store, run: Run, whole: Report, *, only: str, stopped: bool, mailing: bool, finished: datetime
) -> Report:
    """Write the reports, and end the run with its mail and its notices; the report with their numbers.

    A run that was stopped says nothing of the notices: it is taken up again.
    """
    style = style_of(fleet)
    while True:
        entry = None
        if fleet.notices is not None and not stopped:
            entry = clerk.enter(store, fleet.notices, whole, only=only, finished=finished)
        whole = entry.report if entry else numbered(fleet, store, whole)
        _put(whole, fleet, style)
        queued = letters.of_run(fleet, whole, run.id, finished, style) if mailing else []
        if entry and whole.docket:
            queued += letters.of_notices(
                fleet, entry.changes, whole.docket.notices, run.day, finished, style, operators.refused(store)
            )
        if store.finish(
            run.id,
            complete=whole.run.complete,
            held=whole.run.held,
            queued=queued,
            now=finished,
            changes=entry.changes if entry else None,
        ):
            break  # nobody else wrote to the notices meanwhile
    say_faults(style)
    for problem in entry.changes.problems if entry else ():
        _log.warning("notices wait: %s", problem)
    if entry and whole.docket and not (only or whole.run.held):  # such a run meets no hindrance, and ends none
        operators.run_ended(store, fleet, problems=entry.changes.problems, cases=whole.docket.cases, now=finished)
    return whole


def numbered(fleet: Fleet, store: Store, whole: Report) -> Report:
    """A report of the past with the numbers of the notices that are open now, and how all of them stand now."""
    if fleet.notices is None:
        return whole
    cases = store.book().cases
    return replace(clerk.numbered(whole, cases), docket=clerk.docket(store, cases, whole.run.today))


def contact(fleet: Fleet) -> str:
    """Whom a unit is to answer; "" where no mail is sent."""
    return fleet.mail.answer_to if fleet.mail else ""


def say_faults(style: Style) -> None:
    """Tell what is wrong with them, each once."""
    for fault in style.faults.values():
        _log.warning("%s; until then the package's own is used", printable(fault, 600))


def _put(whole: Report, fleet: Fleet, style: Style) -> None:
    """Write the reports, or say why not; the history keeps what they would say."""
    folder = Path(fleet.reports)
    try:
        write(whole, folder, Path(fleet.forms) if fleet.forms else None, style, contact=contact(fleet))
    except OSError as error:
        raise UnwritableError(
            f"the reports cannot be written to {folder}: {error.strerror}; make room there or give the right to write,"
            " then `monitor report` writes them: nothing is lost"
        ) from error


@contextmanager
def alone(folder: Path, what: str = "run") -> Iterator[None]:
    """One run (or `what` else) at a time over one history; the kernel frees the lock of one that was killed."""
    lock = FileLock(folder / f"{what}.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"another {what} is under way on {folder}; wait for it to end") from None
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}; check data: in sites.yaml") from error
    try:
        yield
    finally:
        lock.release()


async def look_at_all(
    fleet: Fleet,
    sites: list[Site],
    store: Store,
    run: Run,
    *,
    now: Clock,
    stop: asyncio.Event,
    watch: Watch,
    who: str = "",
) -> Looked:
    """Look at the sites, many at a time, and keep each as soon as it is done.

    Each is claimed for `who` ("": a name made here) first. Those that others have under way are waited for, and taken
    over from whoever died on them.
    """
    claims = Claims(store, run, who or somebody(Path(fleet.data)), now, sites)
    elsewhere: list[Site] = []
    places = asyncio.Semaphore(fleet.crawl.sites_at_once)
    missed: list[SiteFinding] = []
    hosts = frozenset(urls.bare(urls.authority(site.url)) for site in fleet.sites)
    recall = Recall(Path(fleet.data) / _PAGES, reader=__version__, today=run.day)
    within = fleet.crawl.recheck_days if run.fleet == WHOLE_FLEET else 1  # who asks for one site wants all of it

    async def one(site: Site, fetcher: Fetcher, browser: Browser) -> None:
        async with places:
            if stop.is_set():
                missed.append(not_looked_at(site, "the run was stopped before it came to this site"))
                return
            if not claims.take(site):
                elsewhere.append(site)
                return
            try:
                aid = Aid(browser=browser, data_addresses=store.data_addresses(site.id))
                ill = store.lately(site.id, LINK_KINDS, run.day - _ILL)
                memory = Memory(recall=recall, site=site.id, today=run.day, within=within, ill=ill)
                await _look_at(fleet, site, fetcher, aid, memory, hosts, store, run, now=now, stop=stop, watch=watch)
                recall.flush()
            except StoreError:
                raise
            except Exception:
                _log.exception("the monitor itself failed on site %s", printable(site.id))
                missed.append(not_looked_at(site, "the monitor itself failed on this site; see the log"))
            claims.give_back(site)

    async with (
        Fetcher(policy(fleet.crawl, fleet.sites)) as fetcher,
        _browser(fetcher, fleet.crawl, now) as browser,
        claims.kept(),
    ):
        _say_if_few(fetcher.most_open, min(fleet.crawl.sites_at_once, len(sites)))
        looks = [asyncio.ensure_future(one(site, fetcher, browser)) for site in sites]
        try:
            await asyncio.gather(*looks)
            while freed := await claims.freed(elsewhere, fleet.crawl.sites_at_once, stop):
                elsewhere[:] = [site for site in elsewhere if site not in freed]
                looks = [asyncio.ensure_future(one(site, fetcher, browser)) for site in freed]
                await asyncio.gather(*looks)
            missed += _left(elsewhere, store.done_in(run.id))
            blind = bool(fleet.crawl.canaries) and not stop.is_set() and not await _answers(fleet, fetcher)
        finally:  # without a history the other looks are for nothing
            for task in looks:
                task.cancel()
            await asyncio.gather(*looks, return_exceptions=True)
            recall.close()
    return Looked(missed=missed, blind=blind)


def _left(sites: Iterable[Site], done: frozenset[str]) -> list[SiteFinding]:
    """The sites that nobody had done when this run was stopped."""
    why = "the run was stopped before it came to this site"
    return [not_looked_at(site, why) for site in sites if site.id not in done]


def _say_if_few(connections: int | None, sites: int) -> None:
    """Sites that wait for each other's connections are slow, which is nobody's fault but the system's limit."""
    if connections is not None and connections < sites:
        _log.warning(
            "%d sites at once share %d connections, as the system lets no more files be open: raise its limit"
            " (ulimit -n, or LimitNOFILE= of the service) or lower sites_at_once in sites.yaml",
            sites,
            connections,
        )


async def _answers(fleet: Fleet, fetcher: Fetcher) -> bool:
    """Whether any canary answers, whatever it says."""
    for address in fleet.crawl.canaries:
        if (await fetcher.look(address)).status is not None:
            return True
    return False


async def _look_at(
    fleet: Fleet,
    site: Site,
    fetcher: Fetcher,
    aid: Aid,
    memory: Memory,
    hosts: frozenset[str],
    store: Store,
    run: Run,
    *,
    now: Clock,
    stop: asyncio.Event,
    watch: Watch,
) -> None:
    crawl = await crawl_site(
        site,
        fetcher,
        neighbours=hosts,
        today=run.day,
        now=now,
        concurrency=fleet.crawl.concurrency,
        gap=fleet.crawl.second_look,
        stop=stop,
        watch=watch.progress,
        aid=aid,
        memory=memory,
    )
    probes = store.probes(now() - _PROBES_BACK, site.id).get(site.id, ())
    zone = ZoneInfo(fleet.timezone)
    said = digest(crawl, store.faults(site.id), run.day, store.items(site.id), fleet.rules, probes, zone)
    alone = report(_info(run, now(), complete=crawl.complete, checked=1, total=1), fleet.office, [said])
    store.site_done(
        run,
        site.id,
        complete=crawl.complete,
        findings=json.dumps(document(alone), ensure_ascii=False),
        seen=_seen(said),
        fixed=said.closed,
        now=now(),
        items=said.items,
        data_addresses=_data_addresses(crawl, aid.data_addresses),
    )
    watch.done(SiteDone(finding=said.site, violations=len(said.violations)))


def _data_addresses(crawl: Crawl, known: Mapping[str, str]) -> dict[str, str]:
    """Where columns get their rows, as far as this run found it out; "" for one that is read without by now."""
    return {
        look.column.url: look.data_url
        for look in crawl.columns
        if look.data_url or (look.column.url in known and look.reading is Reading.READ)
    }


def _seen(said: Digest) -> list[Seen]:
    return [Seen(kind=kind, url=url, subject=subject) for kind, url, subject in faults_of(said)]


def _info(run: Run, finished: datetime, *, complete: bool, checked: int, total: int) -> RunInfo:
    return RunInfo(
        id=run.id,
        started_at=run.started_at.astimezone(finished.tzinfo),
        finished_at=finished,
        today=run.day,
        held=run.held,
        complete=complete,
        sites_checked=checked,
        sites_total=total,
    )


def day_report(fleet: Fleet, store: Store, run: Run, missed: Iterable[SiteFinding], finished: datetime) -> Report:
    """Everything that was looked at today, in this run or before it, as one report."""
    today = {site: restore(json.loads(found), fleet.rules) for site, found in store.findings_of(run.day).items()}
    known = {site.id for site in fleet.sites}
    parts = [part for site, part in today.items() if site in known]
    left_out = [finding for finding in missed if finding.id not in today]
    whole_sites = sum(part.run.complete for part in parts)
    digests = [
        Digest(
            site=part.sites[0],
            violations=part.violations,
            fixed=part.fixed,
            columns=part.columns,
            links=part.links,
            sheet=next(iter(part.sheets), None),
        )
        for part in parts
    ]
    asked = len(parts) + len(left_out)
    unasked = known - {finding.id for finding in left_out} - today.keys()
    later = run.fleet == WHOLE_FLEET
    why = "added to sites.yaml after this run" if later else f"only {run.fleet} was asked for in this run"
    others = [not_looked_at(site, why) for site in fleet.sites if site.id in unasked]
    info = _info(run, finished, complete=whole_sites == asked, checked=whole_sites, total=asked + len(others))
    if run.held == _BLIND:
        digests = [without_silent_sites(one) for one in digests]
    info = replace(info, language=fleet.language)
    whole = report(info, fleet.office, digests, [*left_out, *others], fleet.rules, fleet.units, _before(store, run.day))
    if whole.run.held or not _has_past(store, run.day):
        return whole
    return replace(whole, run=replace(whole.run, held=mass_flip(whole.violations, whole.columns)))


def _before(store: Store, day: date) -> Period | None:
    """How the sites stood after the last whole run of an earlier day; a run that was held says nothing of anybody."""
    whole = (run.day for run in store.runs() if run.complete and not run.held and run.fleet == WHOLE_FLEET)
    last = max((one for one in whole if one < day), default=None)
    return None if last is None else period(last, map(json.loads, store.findings_of(last).values()))


def ended(run: Run, now: Clock) -> datetime:
    """When a run ended, by the office's own clock: the history keeps every moment in UTC."""
    return run.finished_at.astimezone(now().tzinfo) if run.finished_at else now()


def _has_past(store: Store, day: date) -> bool:
    """Whether an earlier day was looked at whole: on the first one everything is new."""
    return any(run.complete and run.fleet == WHOLE_FLEET and run.day < day for run in store.runs())


def runs(fleet: Fleet, day: date | None = None) -> tuple[Run, ...]:
    """The runs of a day, or all, newest first."""
    with history(fleet) as store:
        return store.runs(day)


def rewrite(fleet: Fleet, day: date, *, now: Clock) -> Report | None:
    """Write the reports of a day again from the history; None when nothing was looked at on that day.

    A daily run that only lacked its reports ends with it, so that its mail can go.
    """
    with alone(Path(fleet.data)), history(fleet) as store:
        of_day = store.runs(day)
        if not of_day or not store.findings_of(day):
            return None
        daily = [run for run in of_day if run.fleet == WHOLE_FLEET]
        left = fleet.sites if daily and not any(run.complete for run in daily) else ()
        missed = [not_looked_at(site, "the run was stopped before it came to this site") for site in left]
        last = of_day[0]
        whole = numbered(fleet, store, day_report(fleet, store, last, missed, ended(last, now)))
        looked_at = store.done_in(last.id).issuperset(site.id for site in fleet.sites)
        if last.fleet == WHOLE_FLEET and not last.complete and whole.run.complete and looked_at:
            return _end(fleet, store, last, whole, only="", stopped=False, mailing=False, finished=now())
        style = style_of(fleet)
        _put(whole, fleet, style)
        say_faults(style)
    return whole


def last_look(fleet: Fleet, site: str, day: date | None = None) -> Report | None:
    """What the history says of one site on a day, or on the last one; None when it was not looked at."""
    with history(fleet) as store:
        for run in store.runs(day):
            found = store.findings_of(run.day).get(site)
            if found is not None:
                return restore(json.loads(found), fleet.rules)
    return None


async def look(address: str) -> Fetch:
    """One look at one page, as polite and guarded as a crawl's; for explaining what is read from it."""
    settings = CrawlSettings()
    site = Site(id="page", name="page", url=urls.normalise(address) or address, unit=Unit(id="page", name="page"))
    async with Fetcher(policy(settings, [site])) as fetcher:
        return await fetcher.look(site.url)
