"""What is to be put right, the longest silence first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from monitor.links import folded
from monitor.model import (
    Change,
    ColumnFinding,
    ColumnVerdict,
    Crawl,
    Item,
    ItemSeen,
    Kind,
    Link,
    LinkState,
    Reach,
    Site,
    TlsFault,
    Violation,
)

_ORDER = (
    Kind.UNREACHABLE_SITE,
    Kind.BLANK_COLUMN,
    Kind.STALE_COLUMN,
    Kind.REDATED_ITEM,
    Kind.TLS_FAULT,
    Kind.DEAD_LINK,
)
"""What stands first among the violations that have no number of days."""
_DAYS_OF_FAILING = 3
"""A link that never answers is dead only when it failed on so many days."""


def open_findings(
    crawl: Crawl,
    columns: Iterable[ColumnFinding],
    today: date,
    failing_days: dict[str, int] | None = None,
    redated: Iterable[tuple[Item, ItemSeen]] = (),
) -> tuple[Violation, ...]:
    """Everything one crawl shows to be wrong, unranked, first seen today.

    `failing_days`: on how many days each failing address has failed, today included.
    `redated`: old items under a newer date, with what they were when first seen.
    """
    site = crawl.site
    found: list[Violation] = []
    if crawl.reach is Reach.UNREACHABLE:
        evidence = f"{crawl.reason}; {crawl.looks} look{'s' if crawl.looks > 1 else ''}, none answered"
        found.append(_violation(site, Kind.UNREACHABLE_SITE, site.name, site.url, evidence, today))
    if crawl.reach is Reach.SUSPICIOUS:
        found.append(_violation(site, Kind.SUSPICIOUS_LINK, site.name, site.url, crawl.reason, today))
    if crawl.tls_fault is not None and crawl.tls_fault is not TlsFault.UNKNOWN_ISSUER:
        evidence = crawl.tls_fault.value
        found.append(_violation(site, Kind.TLS_FAULT, site.name, site.url, evidence, today))
    found += [_of_column(site, column, today) for column in columns if column.verdict in _BAD]
    found += [_of_item(site, item, before, today) for item, before in redated]
    known = failing_days or {}
    found += [_of_link(site, link, today) for link in folded(k for k in crawl.links if accuses(k, known))]
    return tuple(found)


_BAD = {ColumnVerdict.STALE: Kind.STALE_COLUMN, ColumnVerdict.BLANK: Kind.BLANK_COLUMN}


def accuses(link: Link, failing_days: Mapping[str, int]) -> bool:
    """Whether a link is held against its site: dead, or failing on so many days. `failing_days`: today included."""
    if link.state is LinkState.FAILING:
        return failing_days.get(link.url, 1) >= _DAYS_OF_FAILING
    return link.state is LinkState.DEAD


def _violation(site: Site, kind: Kind, subject: str, url: str, evidence: str, today: date) -> Violation:
    return Violation(
        rank=0,
        site_id=site.id,
        site_name=site.name,
        site_url=site.url,
        site_code=site.code,
        unit=site.unit,
        kind=kind,
        subject=subject,
        url=url,
        days_since_update=None,
        limit_days=None,
        days_over=None,
        newest=None,
        klass=None,
        evidence=evidence,
        first_seen=today,
        change=Change.NEW,
    )


def _of_column(site: Site, column: ColumnFinding, today: date) -> Violation:
    age, limit = column.age_days, column.limit_days
    return replace(
        _violation(site, _BAD[column.verdict], column.name, column.url, column.evidence, today),
        days_since_update=age,
        limit_days=limit,
        days_over=None if age is None or limit is None else age - limit,
        newest=column.newest,
        klass=column.klass,
    )


def _of_item(site: Site, item: Item, before: ItemSeen, today: date) -> Violation:
    """Census 2019, veto 1: 「伪造发稿日期」; the evidence is what the monitor itself saw on two days."""
    now = item.published.day if item.published else today
    evidence = f"dated {before.published} when first seen on {before.first_seen}, dated {now} today"
    violation = _violation(site, Kind.REDATED_ITEM, item.title or item.url, item.url, evidence, today)
    return replace(violation, newest=before.published)


def _of_link(site: Site, link: Link, today: date) -> Violation:
    words = next((parent.text for parent in link.found_on if parent.text), "") or link.url
    looks = f", looked at {link.looks} times" if link.looks > 1 else ""
    return replace(
        _violation(site, Kind.DEAD_LINK, words, link.url, link.reason + looks, today),
        reach=link.reach,
        found_on=link.found_on,
    )


def rank(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """The violations numbered from 1: longest silence first; what has no days follows, by reach, age and kind."""
    ordered = sorted(violations, key=_place)
    return tuple(replace(violation, rank=i) for i, violation in enumerate(ordered, 1))


def _place(v: Violation) -> tuple[int, int, int, int, date, int, str, str]:
    kind = _ORDER.index(v.kind) if v.kind in _ORDER else len(_ORDER)
    if v.days_since_update is not None:
        return (0, -v.days_since_update, -(v.days_over or 0), -v.reach, v.first_seen, kind, v.site_id, v.url)
    return (1, 0, 0, -v.reach, v.first_seen, kind, v.site_id, v.url)
