"""One site's crawl and its history -> what the report says of it, and what the history must keep. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo

from monitor import urls
from monitor.census import Reckoned, accuses, check_identity, judge_column, judge_site, open_findings, rank, reckon
from monitor.model import (
    COLUMN_KINDS,
    Change,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Crawl,
    Fault,
    Fixed,
    IdentityCheck,
    ItemSeen,
    Kind,
    LinkFinding,
    LinkState,
    Period,
    Probe,
    Reach,
    Reading,
    Report,
    RulePack,
    RunInfo,
    Sheet,
    Site,
    SiteFacts,
    SiteFinding,
    Unit,
    Violation,
)

LINK = "link"
"""The kind under which the history keeps links that are not alive, accused or not."""

FAILING = "failing link"
"""The kind under which the history counts the days on which a link failed; days behind a wall are none."""

_NO_VIOLATIONS = frozenset((LINK, FAILING))
_FAILS = frozenset((LinkState.FAILING, LinkState.DEAD))
_HEALTHY = frozenset((ColumnVerdict.FRESH, ColumnVerdict.DUE_SOON))
_STOPPED = "the run was stopped before the end of this site"
_CANARY_SHARE = 0.2
_CANARY_SITES = 5
_FLIP_SHARE = 0.2
_FLIP_COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What is said of one site on one day."""

    site: SiteFinding
    violations: tuple[Violation, ...]
    fixed: tuple[Fixed, ...]
    columns: tuple[ColumnFinding, ...]
    links: tuple[LinkFinding, ...]
    closed: tuple[tuple[str, str], ...] = ()
    """Faults that this look no longer finds, by kind and address."""
    items: Mapping[str, tuple[ItemSeen, ...]] = field(default_factory=dict)
    """What the history must keep of the items, by their column's address."""
    sheet: Sheet | None = None
    """The self-check of the site as a whole; None without rules."""


def digest(
    crawl: Crawl,
    history: Mapping[tuple[str, str], Fault],
    today: date,
    items: Mapping[str, Mapping[str, ItemSeen]] | None = None,
    rules: RulePack | None = None,
    probes: tuple[Probe, ...] = (),
    zone: tzinfo = UTC,
) -> Digest:
    """Judge one crawl against its history: what is wrong, since when, and what was put right.

    `items`: the items seen on earlier days, by their column's address and their key.
    `rules`: by which the site is judged as a whole. `probes`: the looks at its home page of the past days; `zone`: by
    whose clock days begin.
    """
    crawl = _under_known_names(crawl, history)
    reckoned = [reckon(look, (items or {}).get(look.column.url, {}), today) for look in crawl.columns]
    columns = tuple(judge_column(crawl.site.id, column.look, today) for column in reckoned)
    if not crawl.complete:
        columns = tuple(map(_withheld, columns))
    failing = {url: fault.days + (fault.last_seen < today) for (kind, url), fault in history.items() if kind == FAILING}
    redated = {item.url: (item, before) for column in reckoned for item, before in column.redated}
    found = open_findings(crawl, columns, today, failing, redated.values()) if crawl.complete else ()
    violations = tuple(_dated(violation, history.get((violation.kind, violation.url))) for violation in found)
    links = tuple(
        LinkFinding(
            site_id=crawl.site.id,
            link=link,
            first_seen=history[LINK, link.url].first_seen if (LINK, link.url) in history else today,
        )
        for link in crawl.links
    )
    standing = {(v.kind.value, v.url) for v in violations} | set(_of_links(links))
    closed = tuple(key for key in history if key not in standing and _is_gone(key, crawl, columns, history))
    published = {one.look.column.url: _days_of(one, (items or {}).get(one.look.column.url, {})) for one in reckoned}
    facts = _facts(crawl, columns, violations, failing, published, today)
    history_of = items or {}
    facts = replace(
        facts,
        probes=probes,
        zone=zone,
        service=crawl.service if crawl.complete and crawl.reach is Reach.OPEN else None,
        activities=tuple(
            (look, tuple(history_of.get(look.column.url, {}).values()))
            for look in crawl.columns
            if look.column.klass is ColumnClass.E
        ),
    )
    return Digest(
        site=_site_finding(crawl, columns, violations),
        violations=violations,
        fixed=tuple(_fixed(crawl.site, history[key]) for key in closed if _is_news(key, crawl.site)),
        columns=columns,
        links=links,
        closed=closed,
        items={column.look.column.url: column.keep for column in reckoned if column.keep},
        sheet=None if rules is None else judge_site(rules, replace(facts, identity=_identity(crawl, rules, today))),
    )


def _facts(
    crawl: Crawl,
    columns: tuple[ColumnFinding, ...],
    violations: tuple[Violation, ...],
    failing: Mapping[str, int],
    published: Mapping[str, tuple[date, ...]],
    today: date,
) -> SiteFacts:
    return SiteFacts(
        site=crawl.site,
        today=today,
        reach=crawl.reach if crawl.complete else Reach.NOT_LOOKED,
        reason=crawl.reason or ("" if crawl.complete else _STOPPED),
        whole=crawl.whole,
        columns=columns,
        levels={column.url: column.name.count(" > ") + 1 for column in columns},
        home=crawl.home,
        home_url=crawl.site.url,
        links=crawl.links,
        accused=frozenset(link.url for link in crawl.links if accuses(link, failing)),
        published=published,
        cut=frozenset(look.column.url for look in crawl.columns if not look.whole),
        redated=tuple(v for v in violations if v.kind is Kind.REDATED_ITEM),
    )


def _identity(crawl: Crawl, rules: RulePack, today: date) -> tuple[IdentityCheck, ...] | None:
    if crawl.identity is None or rules.identity is None:
        return None
    return check_identity(
        crawl.identity,
        crawl.site,
        rules.identity,
        today=today,
        certificate_ends=crawl.certificate_ends,
        tls_fault=crawl.tls_fault,
        portal=urls.host(crawl.identity.url) if crawl.site.portal else None,
    )


def _days_of(column: Reckoned, known: Mapping[str, ItemSeen]) -> tuple[date, ...]:
    """The days of a column's items, those included that stand on it no more."""
    found = {key: item.published for key, item in known.items()}
    found |= {item.key: item.published for item in column.keep}
    return tuple(day for day in found.values() if day is not None)


def _under_known_names(crawl: Crawl, history: Mapping[tuple[str, str], Fault]) -> Crawl:
    """The crawl with each link under the name by which the history knows it.

    A session id in an address is another one every day; the page behind it is not.
    """
    names = {urls.same_page(url): url for kind, url in history if kind == LINK}
    if not names:
        return crawl
    links = tuple(
        link if (LINK, link.url) in history else replace(link, url=names.get(urls.same_page(link.url), link.url))
        for link in crawl.links
    )
    return replace(crawl, links=links)


def faults_of(said: Digest) -> Iterator[tuple[str, str, str]]:
    """What the history must keep of a look, as (kind, address, subject)."""
    for violation in said.violations:
        yield violation.kind.value, violation.url, violation.subject
    for kind, url in _of_links(said.links):
        yield kind, url, ""


def _of_links(links: Iterable[LinkFinding]) -> Iterator[tuple[str, str]]:
    for found in links:
        yield LINK, found.link.url
        if found.link.state in _FAILS:
            yield FAILING, found.link.url


def _withheld(column: ColumnFinding) -> ColumnFinding:
    """Half a crawl accuses nobody: what would have cleared the column may stand on a page that was not read."""
    if column.verdict not in (ColumnVerdict.STALE, ColumnVerdict.BLANK):
        return column
    evidence = f"{Reading.NOT_REACHED.value}: {_STOPPED}"
    return replace(column, verdict=ColumnVerdict.UNKNOWN, reading=Reading.NOT_REACHED, evidence=evidence)


def _dated(violation: Violation, fault: Fault | None) -> Violation:
    if fault is None:
        return violation
    return replace(violation, first_seen=fault.first_seen, change=Change.STILL)


def _is_gone(
    key: tuple[str, str],
    crawl: Crawl,
    columns: Iterable[ColumnFinding],
    history: Mapping[tuple[str, str], Fault],
) -> bool:
    """Whether this crawl saw enough of a subject to say that its fault is gone."""
    kind, url = key
    if not crawl.complete:
        return False
    if kind == Kind.UNREACHABLE_SITE:
        return crawl.reach not in (Reach.UNREACHABLE, Reach.NOT_LOOKED)
    if crawl.reach is not Reach.OPEN:
        return False
    if kind == Kind.TLS_FAULT:
        return crawl.tls_fault is None
    if kind in COLUMN_KINDS:
        return any(column.url == url and column.verdict in _HEALTHY for column in columns)
    if url in crawl.alive or urls.same_page(url) in crawl.alive:
        return True
    seen = {link.url for link in crawl.links}  # but not dead today, or its fault would stand
    if not crawl.whole or seen & _names(url) or crawl.heard_of & _names(url):
        return False
    return not any(_may_hide(page, history[key], history) for page in crawl.unread)


def _is_news(key: tuple[str, str], site: Site) -> bool:
    """Whether a fault that is gone was put right: not when the operator has only left it out."""
    kind, url = key
    return kind not in _NO_VIOLATIONS and not url.startswith(tuple(e.prefix for e in site.exclusions))


def _names(url: str) -> set[str]:
    """The addresses under which a link is told: of a silent or walled host all are told as one, under its root."""
    return {url, *(f"{scheme}://{urls.authority(url)}/" for scheme in ("http", "https"))}


def _may_hide(page: str, fault: Fault, history: Mapping[tuple[str, str], Fault]) -> bool:
    """Whether the fault may stand on a page that was not read today.

    One that could not be read either when the fault was last seen hides nothing: the fault was seen elsewhere.
    """
    known = [history[LINK, name].first_seen for name in _names(page) if (LINK, name) in history]
    return not known or min(known) > fault.last_seen


def _fixed(site: Site, fault: Fault) -> Fixed:
    return Fixed(
        site_id=site.id,
        site_name=site.name,
        kind=Kind(fault.kind),
        subject=fault.subject,
        url=fault.url,
        first_seen=fault.first_seen,
    )


_REACH_WORDS = {
    Reach.UNREACHABLE: "unreachable",
    Reach.WALLED: "walled",
    Reach.MAINTENANCE: "maintenance",
    Reach.SUSPICIOUS: "suspicious",
    Reach.MOVED: "moved",
    Reach.NOT_LOOKED: "not looked at",
}


def _site_finding(crawl: Crawl, columns: Iterable[ColumnFinding], violations: Iterable[Violation]) -> SiteFinding:
    site, count = crawl.site, Counter(column.verdict for column in columns)
    return SiteFinding(
        id=site.id,
        name=site.name,
        unit=site.unit,
        url=site.url,
        verdict=_REACH_WORDS.get(crawl.reach) or _verdict(crawl, violations),
        pages=crawl.pages,
        links=crawl.links_checked,
        seconds=round(crawl.seconds, 2),
        fresh=count[ColumnVerdict.FRESH],
        due_soon=count[ColumnVerdict.DUE_SOON],
        stale=count[ColumnVerdict.STALE],
        blank=count[ColumnVerdict.BLANK],
        unknown=count[ColumnVerdict.UNKNOWN],
        not_judged=crawl.not_judged,
        reason=crawl.reason or ("" if crawl.complete else _STOPPED),
        certificate_ends=crawl.certificate_ends,
        recalled=crawl.recalled,
        code=site.code,
    )


def _verdict(crawl: Crawl, violations: Iterable[Violation]) -> str:
    if not crawl.complete:
        return "not looked at"
    return "violations" if tuple(violations) else "ok"


def not_looked_at(site: Site, reason: str) -> SiteFinding:
    """The line of a site that this run did not come to, or could not bring to an end."""
    return SiteFinding(
        id=site.id, name=site.name, unit=site.unit, url=site.url, verdict="not looked at", pages=0, links=0,
        seconds=0.0, fresh=0, due_soon=0, stale=0, blank=0, unknown=0, not_judged=(), reason=reason, code=site.code,
    )  # fmt: skip


def report(
    run: RunInfo,
    office: str,
    digests: Iterable[Digest],
    missed: Iterable[SiteFinding] = (),
    rules: RulePack | None = None,
    units: tuple[Unit, ...] = (),
    before: Period | None = None,
) -> Report:
    """The report of a run: all sites together, ranked by days since last update.

    `units`: all of the office's. `before`: how the sites stood after the last whole run of an earlier day.
    """
    parts = list(digests)
    sites = [*(part.site for part in parts), *missed]
    return Report(
        run=replace(run, held=run.held or canary(sites)),
        office=office,
        violations=rank(v for part in parts for v in part.violations),
        fixed=tuple(f for part in parts for f in part.fixed),
        columns=tuple(c for part in parts for c in part.columns),
        links=tuple(link for part in parts for link in part.links),
        sites=tuple(sites),
        rules=rules,
        sheets=tuple(part.sheet for part in parts if part.sheet is not None),
        units=units,
        before=before,
    )


def canary(sites: Iterable[SiteFinding]) -> str:
    """Why nothing may be sent: too many sites are silent at once, so it may be our own network; "" when all is well."""
    all_sites = list(sites)
    silent = sum(site.verdict == "unreachable" for site in all_sites)
    many = len(all_sites) >= _CANARY_SITES and silent > _CANARY_SHARE * len(all_sites)
    if many or (silent > 1 and silent == len(all_sites)):
        return f"{silent} of {len(all_sites)} sites do not answer: the monitor's own network may be at fault"
    return ""


def without_silent_sites(said: Digest) -> Digest:
    """What is said of a site when the monitor was blind: nobody is called unreachable."""
    kept = tuple(v for v in said.violations if v.kind is not Kind.UNREACHABLE_SITE)
    return replace(said, violations=kept)


def mass_flip(violations: Iterable[Violation], columns: Iterable[ColumnFinding]) -> str:
    """Why nothing may be sent: too many columns turned bad since the last run; "" when all is well.

    Ten and a fifth of those that were judged: offices forget columns one by one, a broken reader loses all at once.
    """
    new = sum(v.kind in COLUMN_KINDS and v.change is Change.NEW for v in violations)
    judged = sum(column.verdict is not ColumnVerdict.UNKNOWN for column in columns)
    if new >= _FLIP_COLUMNS and new > _FLIP_SHARE * judged:
        return f"{new} of {judged} columns turned overdue or blank at once: the monitor itself may be at fault"
    return ""
