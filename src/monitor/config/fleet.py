"""A sites.yaml that is right -> Fleet: defaults filled in, addresses resolved, columns classed by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from monitor import days, urls
from monitor.config.shape import ColumnFile, CrawlFile, ExemptionFile, FleetFile, MailFile, SiteFile
from monitor.model import (
    Budget,
    Column,
    ColumnClass,
    CrawlSettings,
    Exclusion,
    Exemption,
    Fleet,
    MailSettings,
    Render,
    RulePack,
    Site,
    Span,
    Undated,
    Unit,
)
from monitor.taxonomy import Sort, class_limit, sort_of

_RENDER = {True: Render.ALWAYS, False: Render.NEVER, "auto": Render.AUTO}


def _sort_of(column: ColumnFile) -> Sort:
    if column.klass is None:
        return sort_of(column.name)
    klass = ColumnClass(column.klass)
    named = sort_of(column.name)
    same = named.klass is klass
    limit = named.limit if same else class_limit(klass)
    return Sort(klass=klass, limit=limit, basis="configured", own=named.own and same)


def limit_of(column: ColumnFile, rules: RulePack | None = None) -> Span | None:
    """The limit that holds for a column: its own, or that of its class; None when it is not judged by age."""
    if column.limit:
        return days.span(column.limit)
    sort = _sort_of(column)
    return sort.limit if rules is None or sort.own else rules.limits[sort.klass].limit


def _warn_of(column: ColumnFile, sort: Sort, rules: RulePack) -> Span | None:
    """Its own early warning, or that of its class where its limit is, too."""
    own = days.span(column.warn or "")
    return own if own or column.limit or sort.own else rules.limits[sort.klass].warn


def _column(column: ColumnFile, home: str, render: Render, rules: RulePack) -> Column:
    sort = _sort_of(column)
    joined = urls.resolve(home, column.url)
    return Column(
        name=column.name,
        url=joined[0] if joined else column.url,
        klass=sort.klass,
        limit=limit_of(column, rules),
        warn=_warn_of(column, sort, rules),
        undated=Undated(column.undated),
        item_selector=column.items,
        date_selector=column.date,
        exemption=_exemption(column.exempt),
        render=render if column.render is None else _RENDER[column.render],
        basis="limit configured" if column.limit else sort.basis,
    )


def _exemption(given: ExemptionFile | None) -> Exemption | None:
    if given is None:
        return None
    return Exemption(reason=given.reason, by=given.by, until=date.fromisoformat(given.until))


def _site(site: SiteFile, crawl: CrawlFile, units: dict[str, Unit], rules: RulePack) -> Site:
    home = urls.normalise(site.url) or site.url
    columns = site.columns if isinstance(site.columns, list) else []
    return Site(
        id=site.id,
        name=site.name,
        url=home,
        unit=units[site.unit],
        code=site.code,
        hosts=tuple(site.hosts),
        columns=tuple(_column(column, home, _RENDER[site.render], rules) for column in columns),
        render=_RENDER[site.render],
        discover=not isinstance(site.columns, list) if site.discover is None else site.discover,
        budget=Budget(
            pages=site.pages or crawl.pages,
            depth=crawl.depth if site.depth is None else site.depth,
            seconds=60 * (site.minutes or crawl.minutes),
        ),
        exclusions=tuple(
            Exclusion(
                prefix=urls.normalise(e.prefix) or e.prefix, reason=e.reason, by=e.by, until=date.fromisoformat(e.until)
            )
            for e in site.exclusions
        ),
        portal=site.portal,
        limits=rules.limits,
    )


def _mail(mail: MailFile | None) -> MailSettings | None:
    if mail is None:
        return None
    return MailSettings(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password_env=mail.password_env,
        sender=mail.sender,
        reply_to=mail.reply_to or "",
        recipients=tuple(mail.recipients),
    )


def fleet_of(parsed: FleetFile, folder: Path, rules: RulePack) -> Fleet:
    """The fleet that a checked file describes; its folders lie below `folder` unless they are absolute."""
    units = {u.id: Unit(id=u.id, name=u.name, contacts=tuple(u.contacts), within=u.within or "") for u in parsed.units}
    crawl = parsed.crawl
    return Fleet(
        office=parsed.office,
        language=parsed.language,
        timezone=parsed.timezone,
        at=parsed.schedule.at,
        crawl=CrawlSettings(
            delay=crawl.delay,
            concurrency=crawl.concurrency,
            sites_at_once=crawl.sites_at_once,
            workers=crawl.workers,
            recheck_days=crawl.recheck_days,
            second_look=10 * crawl.delay if crawl.second_look is None else crawl.second_look,
            contact=crawl.contact,
            allow_private=tuple(crawl.allow_private),
            canaries=tuple(crawl.canaries),
            proxy=crawl.proxy,
            browser=crawl.browser,
        ),
        reports=str(folder / parsed.reports),
        data=str(folder / parsed.data),
        mail=_mail(parsed.mail),
        units=tuple(units.values()),
        sites=tuple(_site(site, crawl, units, rules) for site in parsed.sites),
        rules=rules,
    )
