"""The command line: words in, exit codes out. Nothing is decided here. Door for typer."""

from __future__ import annotations

import asyncio
import difflib
import errno
import gc
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import typer

from monitor import __version__, chat, config, demo, desk, engine, page, posting, probing, run, service, terminal, urls
from monitor.census import why
from monitor.cluster import ClusterError, UnfitError
from monitor.model import Budget, CrawlSettings, Fleet, Outgoing, PageKind, Report, Site, Unit
from monitor.report import FORMS, check_forms, check_style, dump, lines, offered, shipped_form, to_be_changed
from monitor.store import StoreError
from monitor.terminal import count
from monitor.terminal.outbox import show_outbox
from monitor.terminal.rules import show_rules, show_why
from monitor.text import file_name, printable
from monitor.yamlfile import ConfigError

_T = TypeVar("_T")
_MOST_FILES = 16384
CLEAN, VIOLATIONS, MISUSED, INCOMPLETE = 0, 1, 2, 3
_SAVED = "http://saved.page.invalid/"
"""Where a saved page is taken to come from when nobody says: its links need some base."""

app = typer.Typer(
    help="Watches public portals: finds dead links and columns nobody updates, and says who must put them right.",
    epilog="Exit codes: 0 nothing found, 1 violations, 2 configuration or usage, 3 the run is incomplete.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(desk.app)

Config = Annotated[Path, typer.Option("--config", help="The file that lists the sites.", metavar="FILE")]
Today = Annotated[
    str,
    typer.Option(
        "--today",
        help="Judge as if this were today: a rehearsal, kept in the same history.",
        metavar="YYYY-MM-DD",
        show_default=False,
    ),
]
AsOf = Annotated[
    str,
    typer.Option("--today", help="Judge as if this were today.", metavar="YYYY-MM-DD", show_default=False),
]
OfDay = Annotated[
    str,
    typer.Option("--today", help="The day whose report is meant; today.", metavar="YYYY-MM-DD", show_default=False),
]
Delay = Annotated[
    float | None, typer.Option("--delay", min=0, help="Seconds between two looks at one host.", metavar="SECONDS")
]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", min=1, max=256, help="Looks at one host at the same time.", metavar="N")
]
MaxPages = Annotated[int | None, typer.Option("--max-pages", min=1, help="Most pages read of one site.", metavar="N")]
AllowPrivate = Annotated[
    list[str] | None,
    typer.Option("--allow-private", help="A private network that may be looked at (repeatable).", metavar="CIDR"),
]
EveryPage = Annotated[
    bool, typer.Option("--every-page", help="Look at every page, also those that have not changed for long.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=64, help="Processes that share the sites.", metavar="N")
]
Cluster = Annotated[
    str,
    typer.Option(
        "--cluster",
        help="The Dask scheduler whose workers look at the sites.",
        metavar="tcp://HOST:PORT",
        show_default=False,
    ),
]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")]
DEFAULT = Path("sites.yaml")
_ADVICE = {
    errno.ENOENT: ("make its folder", MISUSED),
    errno.EEXIST: ("name another, a file stands where a folder is meant", MISUSED),
    errno.ENOTDIR: ("name another, a file stands where a folder is meant", MISUSED),
    errno.EISDIR: ("name another, a folder stands where a file is meant", MISUSED),
}
"""What to do where a named file or folder is the mistake, and its exit code."""
_ALLOCATIONS = 50_000
"""Objects between two rounds of Python's garbage collector: a crawl makes many, and next to none in circles."""


def main() -> None:
    """Run the command line; every operator's mistake ends in one sentence and exit code 2 or 3."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _open_many()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    with _explained():
        app()


def _open_many() -> None:
    """Ask the system for as many open connections as it lets us have: a fleet is many hosts at once."""
    if os.name != "posix":
        return
    import resource  # there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def _explained() -> Iterator[None]:
    """Expected failures of the operator's side as one sentence; ours keep their trace."""
    try:
        yield
    except ConfigError as error:
        _leave(str(error), MISUSED)
    except (UnfitError, desk.RefusedError) as error:
        _leave(str(error), MISUSED)
    except (ClusterError, run.BusyError, run.UnwritableError, service.NoPasswordError, StoreError) as error:
        _leave(str(error), INCOMPLETE)
    except BrokenPipeError:
        os._exit(CLEAN)  # whoever read the answer has read enough
    except OSError as error:
        if error.filename is None:
            traceback.print_exc()
            raise SystemExit(INCOMPLETE) from None
        advice, code = _ADVICE.get(error.errno or 0, ("make room there or give the right to write", INCOMPLETE))
        _leave(f"{error.filename}: {error.strerror}; {advice}, then start again", code)


def _leave(message: str, code: int) -> NoReturn:
    for line in message.splitlines():
        terminal.messages().print(terminal.safe(line, 600))
    raise SystemExit(code)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)] = False,
) -> None:
    """Watches public portals: finds dead links and columns nobody updates, and says who must put them right."""
    if show:
        terminal.console().print(f"monitor {__version__}")
        raise typer.Exit


@app.command()
def crawl(
    config_file: Config = DEFAULT,
    site: Annotated[
        str, typer.Option("--site", help="Only the site with this id.", metavar="ID", show_default=False)
    ] = "",
    today: Today = "",
    delay: Delay = None,
    concurrency: Concurrency = None,
    max_pages: MaxPages = None,
    allow_private: AllowPrivate = None,
    workers: Workers = None,
    every_page: EveryPage = False,
    cluster: Cluster = "",
) -> None:
    """Do the daily run now. Crawls every site, judges it, writes the reports, queues the mail."""
    fleet = _tuned(config.load(config_file), delay, concurrency, max_pages, allow_private)
    if every_page:
        fleet = replace(fleet, crawl=replace(fleet.crawl, recheck_days=1))
    if workers is not None:
        fleet = replace(fleet, crawl=replace(fleet.crawl, workers=workers))
    if cluster and not config.is_cluster(cluster):
        _leave(f"--cluster: a scheduler's address is meant, such as tcp://10.1.2.3:8786 (found {cluster!r})", MISUSED)
    if cluster:
        fleet = replace(fleet, crawl=replace(fleet.crawl, cluster=cluster))
    if site and site not in {s.id for s in fleet.sites}:
        _leave(f"{config_file}: no site has the id {site}; it lists {', '.join(s.id for s in fleet.sites)}", MISUSED)
    report = _crawl(fleet, _day(today, fleet.timezone), site)
    service.say_where(fleet, report)
    raise SystemExit(_code(report))


@app.command()
def check(
    target: Annotated[str, typer.Argument(help="An address, or the id of a site in sites.yaml.", metavar="URL|ID")],
    config_file: Config = DEFAULT,
    format_: Format = "text",
    today: AsOf = "",
    delay: Delay = None,
    concurrency: Concurrency = None,
    max_pages: MaxPages = None,
    allow_private: AllowPrivate = None,
) -> None:
    """Look at one site now and say what was found. An address needs no configuration."""
    fleet, site = _target(target, config_file)
    fleet = _tuned(replace(fleet, sites=(site,)), delay, concurrency, max_pages, allow_private)
    day = _day(today, fleet.timezone)
    with terminal.watching(quiet=format_ == "json" and not sys.stderr.isatty()) as watch:
        report = _stoppable(
            lambda stop: run.check(
                fleet.sites[0],
                fleet.crawl,
                office=fleet.office,
                today=day,
                now=service.clock(fleet),
                stop=stop,
                watch=watch,
            )
        )
    if format_ == "json":
        sys.stdout.writelines(lines(report))
    else:
        terminal.show(report)
    raise SystemExit(_code(report))


@app.command()
def probe(config_file: Config = DEFAULT, allow_private: AllowPrivate = None) -> None:
    """Look once at every home page now, and keep whether it opens. `monitor run` does it by itself, hour by hour.

    For those who start the monitor from cron: once an hour. Exits with 1 when a home page does not open, with 3 when
    our own network is at fault; such looks are not kept.
    """
    fleet = _tuned(config.load(config_file), None, None, None, allow_private)
    sites = list(fleet.sites)
    with terminal.counting("home pages", len(sites)) as done:
        rounds = _stoppable(
            lambda stop: probing.probe(fleet, sites, probing.Prober(), stop=stop, done=done),
            said="Stopping after the looks that are under way",
        )
    terminal.show_probes(rounds, {site.id: site.name for site in sites})
    probes = [one for round_ in rounds for one in round_.probes]
    if len(probes) < len(sites):
        raise SystemExit(INCOMPLETE)
    raise SystemExit(CLEAN if all(one.open or one.doubtful for one in probes) else VIOLATIONS)


@app.command()
def explain(
    pages: Annotated[
        list[str],
        typer.Argument(
            help="Saved pages, or addresses; or SITE/COLUMN for what the last run said of a column.", metavar="PAGE..."
        ),
    ],
    config_file: Config = DEFAULT,
    kind: Annotated[
        Literal["list", "article", "home"] | None,
        typer.Option("--kind", help="What the page is; found out by itself otherwise."),
    ] = None,
    today: AsOf = "",
    base: Annotated[
        str, typer.Option("--base", help="The address a saved page comes from.", metavar="URL", show_default=False)
    ] = "",
    format_: Format = "text",
) -> None:
    """Show what is read from a page, and why. Its dates, rows and links, for anyone who doubts a verdict.

    SITE/COLUMN (a site's id and a column's name) shows what the last run said of a column: which rules look at it,
    which date counts, and what would make it pass.
    """
    if len(pages) == 1 and _is_column(pages[0], config_file):
        raise SystemExit(_explain_column(pages[0], config_file, today))
    day = _day(today)
    if base and urls.normalise(base) is None:
        _leave(f"--base: an address is meant, such as http://www.example.gov.cn/tzgg/ (found {base!r})", MISUSED)
    unread = 0
    for name in pages:
        try:
            body, url, content_type = _page(name, base)
        except OSError as error:
            unread += 1
            terminal.messages().print(terminal.safe(f"{name}: cannot be read: {error.strerror or error}"))
            continue
        found = page.read(body, url, day, content_type=content_type, kind=PageKind(kind) if kind else None)
        if format_ == "json":
            sys.stdout.write(dump(page.explain_line(name, found)) + "\n")
        else:
            terminal.show_page(name, found)
    raise SystemExit(MISUSED if unread else CLEAN)


def _is_column(name: str, config_file: Path) -> bool:
    """Whether SITE/COLUMN is meant: no file, no address, and there is an inventory."""
    return "/" in name and "://" not in name and not Path(name).exists() and config_file.exists()


def _explain_column(name: str, config_file: Path, today: str) -> int:
    fleet = config.load(config_file)
    site, _, column = name.partition("/")
    if site not in {one.id for one in fleet.sites}:
        ids = ", ".join(one.id for one in fleet.sites[:20])
        _leave(f"{config_file}: no site has the id {site}, and no file is called {name}; it lists {ids}", MISUSED)
    report = run.last_look(fleet, site, _day(today, fleet.timezone) if today else None)
    if report is None:
        _leave(f"{site} was not looked at yet; `monitor crawl` does it now", MISUSED)
    found = why(report, column)
    if not found:
        names = "; ".join(one.name for one in report.columns[:40]) or "none"
        _leave(f"{site} has no column {column}; its columns: {names}", MISUSED)
    for one in found:
        show_why(one)
    return CLEAN


@app.command()
def rules(
    pack: Annotated[
        str, typer.Argument(help="A pack's name or file; that of sites.yaml otherwise.", metavar="PACK")
    ] = "",
    config_file: Config = DEFAULT,
) -> None:
    """List what is judged, by which words, and how far they are known. Packs: census-2019, census-2015, freshness."""
    if not pack and config_file.exists():
        found = config.load(config_file).rules
        assert found is not None
    else:
        wanted = pack or "census-2019"
        if wanted not in config.names() and not Path(wanted).is_file():
            _leave(f"{wanted} is no file of rules and none of {', '.join(config.names())}", MISUSED)
        found = config.load_pack(wanted, Path())
    show_rules(found)


@app.command()
def report(config_file: Config = DEFAULT, today: OfDay = "") -> None:
    """Write a day's reports again from the history. No site is looked at."""
    fleet = config.load(config_file)
    day = _day(today, fleet.timezone)
    written = run.rewrite(fleet, day, now=service.clock(fleet))
    if written is None:
        _leave(f"nothing was looked at on {day}" + ("" if today else "; `monitor crawl` does it now"), MISUSED)
    service.say_where(fleet, written)
    raise SystemExit(_code(written))


@app.command(name="mail")
def mail_(
    config_file: Config = DEFAULT,
    preview: Annotated[
        Path | None,
        typer.Option("--preview", help="Write the mails into this folder instead of sending them.", metavar="FOLDER"),
    ] = None,
    today: Annotated[
        str,
        typer.Option(
            "--today", help="The day whose report goes out; the last one.", metavar="YYYY-MM-DD", show_default=False
        ),
    ] = "",
    listing: Annotated[
        bool, typer.Option("--list", help="Show what waits and what was not sent, and why. Nothing is sent.")
    ] = False,
    again: Annotated[
        str,
        typer.Option(
            "--again", help="Let a refused address get mail again; no more.", metavar="ADDRESS", show_default=False
        ),
    ] = "",
) -> None:
    """Send the mail that is due. What the server does not take is kept and tried again."""
    fleet = config.load(config_file)
    if fleet.mail is None and not fleet.chat:
        _leave(f"{config_file}: mail: the mail server and the recipients are missing; add a mail: section", MISUSED)
    if listing:
        found = posting.outbox(fleet)
        show_outbox(found.kept, found.counts, found.bad, now=_now(), zone=ZoneInfo(fleet.timezone))
        return
    if again:
        if not posting.mail_again(fleet, again):
            _leave(f"{again} is none of the addresses that get no mail; `monitor mail --list` shows those", MISUSED)
        terminal.console().print(terminal.safe(f"{again} gets mail again."))
        return
    day = _day(today) if today else None
    if not posting.queue_latest(fleet, now=service.clock(fleet), day=day):
        if day:
            _leave(f"no complete run was made on {day}", MISUSED)
        _leave("no mail is due: no complete run has been made yet; `monitor crawl` makes one", CLEAN)
    if preview is not None:
        _preview(fleet, preview)
        return
    raise SystemExit(INCOMPLETE if service.post(fleet, say_idle=True) else CLEAN)


@app.command(name="run")
def run_(config_file: Config = DEFAULT) -> None:
    """Stay, and do the daily run by itself. At the time of day that sites.yaml gives; the mail is sent too."""
    fleet = config.load(config_file)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        _on_signal(stop, "Stopping; a run that is under way ends with a report that says so")
        await service.serve(config_file, fleet, stop)

    asyncio.run(until_stopped())


@app.command()
def init(
    url: Annotated[str, typer.Argument(help="The home page of the first site.", metavar="URL")],
    config_file: Config = DEFAULT,
) -> None:
    """Write a first sites.yaml for one site. Its places are to be filled in."""
    address = urls.normalise(_with_scheme(url))
    if address is None:
        _leave(f"{url}: an address is meant, such as http://www.example.gov.cn/", MISUSED)
    if config_file.exists():
        _leave(f"{config_file} is there already; it is left as it is. --config names another file.", MISUSED)
    config_file.write_text(config.first_file(address), encoding="utf-8")
    terminal.console().print(
        terminal.safe(f"Wrote {config_file}. Fill in the names, then: monitor validate; monitor crawl")
    )


@app.command()
def forms(config_file: Config = DEFAULT) -> None:
    """Put the forms for notice and circular beside sites.yaml. Change them in Word: letterhead, wording, layout."""
    fleet = config.load(config_file)
    folder = Path(fleet.forms)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FORMS:
        if (folder / name).exists():
            terminal.console().print(terminal.safe(f"{folder / name} is there already; it is left as it is."))
        else:
            (folder / name).write_bytes(shipped_form(name, fleet.language))
            terminal.console().print(terminal.safe(f"Wrote {folder / name}."))


@app.command()
def templates(
    names: Annotated[
        list[str] | None, typer.Argument(help="What to put there; without it, what there is.", metavar="[NAME...]")
    ] = None,
    config_file: Config = DEFAULT,
) -> None:
    """Put templates or the list of phrases beside sites.yaml, to be changed. Take only what you mean to change.

    The rest stays that of the package, and follows its later versions. Without a name, lists what there is.
    """
    fleet = config.load(config_file)
    folder, known = Path(fleet.templates), offered()
    for name in names or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"was {near[0]} meant?" if near else "`monitor templates` lists what there is"
            _leave(f"there is no template {name}; {hint}", MISUSED)
    if not names:
        for name, about in known.items():
            own = " (your own)" if (folder / name).is_file() else ""
            terminal.console().print(terminal.safe(f"{name}: {about}{own}"))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (folder / name).exists():
            terminal.console().print(terminal.safe(f"{folder / name} is there already; it is left as it is."))
        else:
            (folder / name).write_text(to_be_changed(name, fleet.language), encoding="utf-8")
            terminal.console().print(
                terminal.safe(f"Wrote {folder / name}. `monitor validate` checks what you change.")
            )


@app.command()
def validate(config_file: Config = DEFAULT) -> None:
    """Say what is wrong with sites.yaml. With line and column; and with the office's own forms and templates."""
    fleet = config.load(config_file)
    wrong = check_forms(Path(fleet.forms), fleet.language)
    wrong += check_style(Path(fleet.templates), fleet.language, fleet.rules)
    if wrong:
        _leave("\n".join(wrong), MISUSED)
    if lacking := chat.lacking(fleet.chat, os.environ):
        _leave("\n".join(f"{config_file}: chat: {said}" for said in lacking), MISUSED)
    columns = sum(len(site.columns) for site in fleet.sites)
    found = sum(site.discover for site in fleet.sites)
    terminal.console().print(
        terminal.safe(
            f"{config_file}: good. {count(len(fleet.sites), 'site')} of {count(len(fleet.units), 'unit')}; "
            f"{count(columns, 'column')} listed, {count(found, 'site')} whose columns the crawler finds."
        )
    )


@app.command(name="demo")
def demo_(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo writes.", metavar="FOLDER")] = Path(
        "demo-city"
    ),
    today: Today = "",
) -> None:
    """Crawl a made-up city and write its report. The program serves the city to itself; no network is needed.

    The city lives on: on a later day, or with a later --today, its offices have published, reacted or slept.
    Exits with 0 when the run is complete: its violations are planted.
    """
    day = _day(today, demo.ZONE)
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    ports, built = demo.recollect(folder)
    if built is not None and day < built:
        _leave(f"{folder}: the city was built on {built}, and has no earlier day; name another --folder", MISUSED)
    with demo.serve(demo.city(day, built), ports) as served:
        demo.remember(folder, served)
        config_file = folder / "sites.yaml"
        config_file.write_text(demo.sites_yaml(served, folder), encoding="utf-8")
        (folder / "truth.json").write_text(dump(demo.truth(served)) + "\n", encoding="utf-8")
        fleet = config.load(config_file)
        found = _crawl(fleet, day)
        terminal.show_city(found, demo.compare(demo.truth(served), found), folder)
    raise SystemExit(CLEAN if found.run.complete else INCOMPLETE)


def _crawl(fleet: Fleet, day: date, only: str = "") -> Report:
    with terminal.watching() as watch:
        return _stoppable(
            lambda stop: engine.crawl_fleet(
                fleet, today=day, now=service.clock(fleet), stop=stop, watch=watch, only=only
            )
        )


def _stoppable(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, _T]],
    said: str = "Stopping; the report will say that it is incomplete",
) -> _T:
    """Run to the end; the first Ctrl-C ends it cleanly, the second at once."""

    async def until_done() -> _T:
        stop = asyncio.Event()
        _on_signal(stop, said)
        return await work(stop)

    return asyncio.run(until_done())


def _on_signal(stop: asyncio.Event, said: str) -> None:
    loop = asyncio.get_running_loop()

    def end() -> None:
        if stop.is_set():
            os._exit(INCOMPLETE)
        terminal.messages().print(f"{said}. Again to stop at once.")
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, end)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(end))


def _preview(fleet: Fleet, folder: Path) -> None:
    waiting = posting.waiting_mail(fleet, now=service.clock(fleet))
    folder.mkdir(parents=True, exist_ok=True)
    for row in waiting:
        (folder / file_name(f"{row.id}{_ending(row)}")).write_bytes(row.content)
    noun = "message" if fleet.chat else "mail"
    terminal.console().print(terminal.safe(f"{count(len(waiting), noun)} written to {folder}; nothing was sent.", 400))


def _ending(row: Outgoing) -> str:
    if row.channel != chat.CHANNEL:
        return ".eml"
    return ".json" if row.sender == chat.WEBHOOK else ".txt"


def _code(report: Report) -> int:
    if not report.run.complete:
        return INCOMPLETE
    return VIOLATIONS if report.violations else CLEAN


def _now() -> datetime:
    return datetime.now().astimezone()


def _day(text: str, zone: str = "") -> date:
    """The day to judge for: the one given, or today in the fleet's own time zone."""
    if not text:
        return _now().astimezone(ZoneInfo(zone)).date() if zone else _now().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        _leave(f"--today: a day is meant, such as 2026-11-23 (found {text!r})", MISUSED)


def _tuned(
    fleet: Fleet, delay: float | None, concurrency: int | None, max_pages: int | None, allow_private: list[str] | None
) -> Fleet:
    """The fleet with what the command line says instead."""
    crawl_ = fleet.crawl
    if delay is not None:
        crawl_ = replace(crawl_, delay=delay, second_look=min(crawl_.second_look, 10 * delay))
    if concurrency is not None:
        crawl_ = replace(crawl_, concurrency=concurrency)
    if allow_private:
        crawl_ = replace(crawl_, allow_private=(*crawl_.allow_private, *_networks(allow_private)))
    sites = fleet.sites
    if max_pages is not None:
        sites = tuple(replace(s, budget=replace(s.budget, pages=max_pages)) for s in sites)
    return replace(fleet, crawl=crawl_, sites=sites)


def _networks(given: list[str]) -> tuple[str, ...]:
    for text in given:
        if not config.is_network(text):
            _leave(f"--allow-private: a network is meant, such as 10.0.0.0/8 (found {text!r})", MISUSED)
    return tuple(given)


def _target(target: str, config_file: Path) -> tuple[Fleet, Site]:
    """The site that is meant, by its id in sites.yaml or by its address, and the fleet's habits."""
    looks_like_address = "://" in target or "." in target or ":" in target or target == "localhost"
    if not looks_like_address:
        if not config_file.exists():
            _leave(
                f"{target}: an address is meant, such as http://www.example.gov.cn/, or the id of a site; "
                f"{config_file}: there is no such file",
                MISUSED,
            )
        fleet = config.load(config_file)
        site = next((s for s in fleet.sites if s.id == target), None)
        if site is None:
            _leave(f"{config_file}: no site has the id {target}; an address works too", MISUSED)
        return fleet, site
    address = urls.normalise(_with_scheme(target))
    if address is None:
        _leave(f"{printable(target)}: an address is meant, such as http://www.example.gov.cn/", MISUSED)
    unit = Unit(id="adhoc", name=urls.host(address))
    site = Site(
        id=urls.authority(address), name=urls.host(address), url=address, unit=unit, budget=Budget(seconds=1800)
    )
    fleet = Fleet(
        office="", language="en", timezone="", at="", crawl=CrawlSettings(second_look=3.0), reports="", data="",
        mail=None, units=(unit,), sites=(site,),
    )  # fmt: skip
    return fleet, site


def _with_scheme(text: str) -> str:
    if "://" in text:
        return text
    return "" if "@" in text else f"http://{text}"  # a mail address is no site


def _page(name: str, base: str) -> tuple[bytes, str, str]:
    """A page's bytes, address and content type, from a file or the web. Raises OSError when there are none."""
    if not name.startswith(("http://", "https://")):
        file = Path(name)
        return file.read_bytes(), base or _SAVED + quote("/".join(file.parts[-3:]).lstrip("/")), ""
    fetch = asyncio.run(run.look(name))
    if not fetch.body:
        why = fetch.failure.cause.value if fetch.failure else f"status {fetch.status} without a body"
        raise OSError(why)
    return fetch.body, fetch.url, fetch.headers.get("content-type", "")
