"""What people see of a run: bars on a terminal, plain lines elsewhere, and answers that can be read. Door for rich."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from monitor import crawl, page
from monitor.demo import Comparison
from monitor.links import folded
from monitor.model import Change, ColumnFinding, ColumnVerdict, Kind, LinkState, Page, Report, Violation
from monitor.probing import Round
from monitor.report import expiring
from monitor.run import SiteDone, Watch
from monitor.text import printable

_MOST = 20
_WIDE = 400
"""Columns where nobody looks at a terminal: addresses stay whole for whoever reads on."""
_PLAIN_EVERY = 100
"""On no terminal, a line after so many pages of a site."""


def console() -> Console:
    """The screen for answers."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def messages() -> Console:
    """The screen for messages beside the answer."""
    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _WIDE)


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 page", "2 pages"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def safe(text: str, limit: int = 200, indent: int = 0) -> Text:
    """Strangers' text for the screen: neither control characters nor markup."""
    return Text(" " * indent + printable(text, limit))


def show_probes(rounds: Iterable[Round], names: Mapping[str, str]) -> None:
    """What looks at home pages showed: a sentence, and a line for each that did not open. `names` by site id."""
    screen = console()
    rounds = list(rounds)
    probes = [probe for one in rounds for probe in one.probes]
    doubtful = [probe for probe in probes if probe.doubtful]
    closed = [probe for probe in probes if not probe.open and not probe.doubtful]
    for probe in (*closed, *doubtful):
        mark = " (a person must look)" if probe.doubtful else ""
        screen.print(safe(f"{probe.site} {names.get(probe.site, '')}: {probe.reason}{mark}", 400))
    for one in rounds:
        for site in one.left_out:
            screen.print(safe(f"{site} {names.get(site, '')}: not looked at, the fault was ours", 400))
        if one.blind:
            screen.print(safe(f"Looks do not count and are not kept: {one.blind}.", 400))
    opened = len(probes) - len(closed) - len(doubtful)
    screen.print(
        f"{count(len(probes), 'home page')} looked at: {opened} open, {len(closed)} not,"
        f" {len(doubtful)} that only a person can judge."
    )


@contextmanager
def watching(quiet: bool = False) -> Iterator[Watch]:
    """Someone to be told how far a run is: bars on a terminal, plain lines otherwise, nothing when quiet."""
    screen = messages()
    if quiet:
        yield Watch()
    elif screen.is_terminal:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}", markup=False),  # a site's name
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
        ) as bars:
            yield _Bars(bars).watch()
    else:
        yield _Lines(screen).watch()


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Someone to be told of so many more that are done: a bar on a terminal, nothing elsewhere."""
    screen = messages()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bars:
        task = bars.add_task(what, total=total)
        yield lambda more: bars.advance(task, more)


class _Bars:
    """Two bars: the sites, and the pages of them all."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._sites = bars.add_task("sites", total=1, note="")
        self._pages = bars.add_task("pages", total=None, note="")
        self._of_site: dict[str, tuple[int, int]] = {}
        self._read = self._known = 0

    def watch(self) -> Watch:
        return Watch(progress=self.progress, done=self.done, started=self.started)

    def started(self, to_do: int, of: int) -> None:
        self._bars.update(self._sites, total=of, completed=of - to_do)

    def progress(self, step: crawl.Progress) -> None:
        read, known = self._of_site.get(step.site_id, (0, 0))
        self._of_site[step.site_id] = (step.pages, step.pages + step.waiting)
        self._read += step.pages - read  # never a sum over all sites: it would be made at every page of each
        self._known += step.pages + step.waiting - known
        self._show(self._pages, self._read, self._known)

    def _show(self, task: TaskID, pages: int, known: int) -> None:
        elapsed = self._bars.tasks[task].elapsed or 0.0
        rate = f"{pages / elapsed:.0f} pages/s" if elapsed > 1 else ""
        self._bars.update(task, completed=pages, total=known, note=rate)

    def done(self, site: SiteDone) -> None:
        self._bars.advance(self._sites)
        self._bars.update(self._sites, note=printable(site.finding.name, 24))


class _Lines:
    """A line for every site, and now and then one for the pages of a long one."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._done = 0
        self._of = 1
        self._told: dict[str, int] = {}

    def watch(self) -> Watch:
        return Watch(progress=self.progress, done=self.done, started=self.started)

    def started(self, to_do: int, of: int) -> None:
        self._done, self._of = of - to_do, of

    def progress(self, step: crawl.Progress) -> None:
        if step.pages >= self._told.get(step.site_id, 0) + _PLAIN_EVERY and step.waiting:
            self._told[step.site_id] = step.pages
            self._screen.print(safe(f"{step.site_id}: {step.pages} pages read, {step.waiting} known and waiting"))

    def done(self, site: SiteDone) -> None:
        self._done += 1
        found = site.finding
        self._screen.print(
            safe(
                f"[{self._done}/{self._of}] {found.id}: {found.verdict}, {count(found.pages, 'page')}, "
                f"{count(found.links, 'link')}, {count(site.violations, 'violation')}, {found.seconds:.1f} s"
            )
        )


def show(report: Report) -> None:
    """A report for reading on the terminal: what is wrong first, what could not be judged, and the counts."""
    screen = console()
    run = report.run
    for site in report.sites:
        screen.print(safe(f"{site.name}  {site.url}"), style="bold")
        why = f" ({site.reason})" if site.reason else ""
        screen.print(
            safe(
                f"{site.verdict}{why}: {count(site.pages, 'page')} read, {count(site.links, 'link')} looked at, "
                f"{site.seconds:.1f} s"
            )
        )
    if not run.complete:
        screen.print("This run is INCOMPLETE: what it did not look at is not judged.", style="bold")
    if run.held:
        screen.print(safe(f"Held: {run.held}. Nothing is sent."), style="bold")
    screen.print()
    _violations(screen, report)
    _columns(screen, report)
    _links(screen, report)
    for site in report.sites:
        for clause in site.not_judged:
            screen.print(safe(f"Not judged: {clause}"))
    for left, site in expiring(report):
        screen.print(safe(f"The certificate of {site.name} ends in {count(left, 'day')}."))


def _violations(screen: Console, report: Report) -> None:
    if not report.violations:
        screen.print("No violations found.", style="bold")
        return
    screen.print(f"{count(len(report.violations), 'violation')}, the longest silence first", style="bold")
    table = _table("no.", "what", "days", "limit", "newest", "where")
    many_sites = len(report.sites) > 1
    for violation in report.violations[:_MOST]:
        table.add_row(
            str(violation.rank),
            safe(violation.kind.value),
            _number(violation.days_since_update),
            _number(violation.limit_days),
            str(violation.newest or "-"),
            _where(violation, many_sites),
        )
    screen.print(table)
    if len(report.violations) > _MOST:
        screen.print(f"… and {len(report.violations) - _MOST} more; --format json shows all.")


def _where(violation: Violation, with_site: bool) -> Text:
    site = f"{violation.site_name} · " if with_site else ""
    text = safe(f"{site}{violation.subject}", 80)
    text.append(f"\n{printable(violation.url, 160)}\n", style="dim")
    text.append(printable(violation.evidence, 160))
    if violation.found_on:
        text.append(f"\non {printable(violation.found_on[0].url, 140)}")
        if violation.reach > 1:
            text.append(f" and {count(violation.reach - 1, 'more page')}")
    return text


def _columns(screen: Console, report: Report) -> None:
    """The columns that are well, and those that nobody can judge, each with its reason."""
    rest = [c for c in report.columns if c.verdict not in (ColumnVerdict.STALE, ColumnVerdict.BLANK)]
    if not rest:
        return
    screen.print()
    screen.print(f"{count(len(rest), 'column')} without a violation, the doubtful first", style="bold")
    table = _table("verdict", "class", "days", "limit", "column and evidence")
    for column in sorted(rest, key=_doubtful_first)[:_MOST]:
        text = safe(column.name, 60)
        text.append(f"\n{printable(column.evidence, 140)}", style="dim")
        table.add_row(
            safe(column.verdict.value), column.klass.value, _number(column.age_days), _number(column.limit_days), text
        )
    screen.print(table)
    if len(rest) > _MOST:
        screen.print(f"… and {len(rest) - _MOST} more; --format json shows all.")


def _doubtful_first(column: ColumnFinding) -> tuple[int, int]:
    order = (ColumnVerdict.UNKNOWN, ColumnVerdict.DUE_SOON, ColumnVerdict.EXEMPT, ColumnVerdict.FRESH)
    return order.index(column.verdict), -(column.age_days or 0)


def _links(screen: Console, report: Report) -> None:
    """The links that do not answer or turn the monitor away: said, but accused of nothing."""
    rest = folded(found.link for found in report.links if found.link.state is not LinkState.DEAD)
    if not rest:
        return
    screen.print()
    screen.print(f"{count(len(rest), 'link')} not judged, or for a person to look at", style="bold")
    table = _table("state", "reason", "link")
    for link in rest[:_MOST]:
        table.add_row(safe(link.state.value), safe(link.reason, 80), safe(link.url, 120))
    screen.print(table)
    if len(rest) > _MOST:
        screen.print(f"… and {len(rest) - _MOST} more; --format json shows all.")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("no.", "days", "limit") else "left", overflow="fold")
    return table


def _number(days: int | None) -> str:
    return "-" if days is None else str(days)


def summary(report: Report, where: Path) -> None:
    """The end of a run in a few lines: can it be trusted, what it found, where to read it."""
    screen, run = console(), report.run
    state = "complete" if run.complete else "INCOMPLETE"
    screen.print(
        safe(f"Run {run.id}: {state}, {run.sites_checked} of {run.sites_total} sites looked at."), style="bold"
    )
    if run.held:
        screen.print(safe(f"Held: {run.held}. Nothing is sent."), style="bold")
    kinds = Counter(violation.kind for violation in report.violations)
    said = ", ".join(f"{kinds[kind]} {kind.value}" for kind in Kind if kinds[kind]) or "nothing wrong"
    new = sum(violation.change is Change.NEW for violation in report.violations)
    still = len(report.violations) - new
    screen.print(
        safe(
            f"Violations: {len(report.violations)} ({said}); "
            f"{new} new, {still} still there, {len(report.fixed)} put right."
        )
    )
    verdicts = Counter(column.verdict for column in report.columns)
    screen.print("Columns: " + ", ".join(f"{verdicts[v]} {v.value}" for v in ColumnVerdict if verdicts[v]) + ".")
    if (docket := report.docket) is not None:
        new = sum(notice.issued_on == run.today for notice in docket.notices)
        open_ = {case.notice for case in docket.cases if case.is_open}
        overdue = {case.notice for case in docket.cases if case.is_overdue(run.today)}
        screen.print(f"Notices: {new} issued today; {len(open_)} open, {len(overdue)} of them overdue.")
    screen.print(safe(f"Report: {where}", 400))


def show_city(report: Report, comparison: Comparison, folder: Path) -> None:
    """What the demo found, held against the truth of its made-up city."""
    summary(report, folder / "reports" / report.run.today.isoformat() / "report.html")
    screen = console()
    screen.print()
    screen.print("The longest silences:")
    for violation in report.violations[:5]:
        if violation.days_since_update is not None:
            days = f"{violation.days_since_update:>5} days"
            screen.print(
                "  ", safe(f"{days}  {violation.site_name} · {violation.subject} (limit {violation.limit_days} days)")
            )
    screen.print()
    screen.print(
        safe(
            f"Truth: {comparison.found} of {comparison.planted} planted facts told rightly, "
            f"{len(comparison.wrong)} wrong accusations."
        )
    )
    for clause in (*comparison.missed, *comparison.wrong):
        screen.print(safe(clause, 400, indent=2))
    screen.print(safe(f"The city, its sites.yaml and its truth.json: {folder}", 400))


def show_page(name: str, found: Page) -> None:
    """What was read from one page, with the evidence of every date."""
    screen = console()
    screen.print(safe(name, 300), style="bold")
    screen.print(safe(f"{found.kind.value} page, {found.encoding}, titled “{found.title}”", indent=2))
    if found.breadcrumb:
        screen.print(safe(f"stands under {' > '.join(found.breadcrumb)}", indent=2))
    if found.published:
        screen.print(safe(f"published {found.published.day}: {page.evidence(found.published)}", indent=2))
    newest = f"{found.newest.day}: {page.evidence(found.newest)}" if found.newest else "none can be told"
    screen.print(safe(f"newest date {newest}", indent=2))
    screen.print(
        safe(f"{len(found.items)} rows, {len(found.outlinks)} links; the list is: {found.filling.value}", indent=2)
    )
    for item in found.items[:_MOST]:
        day = str(item.published.day) if item.published else "no date  "
        how = f"  [{page.evidence(item.published)}]" if item.published else ""
        pinned = " (pinned)" if item.pinned else ""
        screen.print(safe(f"{day}  {printable(item.title, 60)}{pinned}{how}", 240, indent=4))
    if len(found.items) > _MOST:
        screen.print(f"    … and {len(found.items) - _MOST} more rows")
    for note in found.notes:
        screen.print(safe(f"note: {note}", indent=2))
