"""A sites.yaml that is right -> Fleet: defaults filled in, addresses resolved, columns classed by name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import days, urls
from monitor.config.shape import (
    ChatFile,
    ColumnFile,
    CrawlFile,
    DowntimeFile,
    DutyFile,
    ExemptionFile,
    FleetFile,
    MailFile,
    NoticesFile,
    SiteFile,
    moment,
)
from monitor.model import (
    Budget,
    ChatTarget,
    Column,
    ColumnClass,
    CrawlSettings,
    Downtime,
    Duty,
    Exclusion,
    Exemption,
    Fleet,
    Holidays,
    MailSettings,
    NoticeSettings,
    Render,
    Rhythm,
    RulePack,
    Site,
    Span,
    Undated,
    Unit,
    Waiver,
    WorkCalendar,
    YearDays,
)
from monitor.taxonomy import Sort, class_limit, sort_of

_DAY = len("2026-12-31")
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


def downtime_of(given: DowntimeFile, zone: tzinfo) -> Downtime:
    """A registered time off line. A day as its end is the last one: the site must be open on the next."""
    return Downtime(
        start=_moment(given.begin, zone),
        end=_moment(given.until, zone, whole_days=1),
        reason=given.reason,
        by=given.by,
        reference=given.reference,
    )


def _moment(text: str, zone: tzinfo, whole_days: int = 0) -> datetime:
    """The moment that is meant by the clock of `zone`; a day is its midnight, moved by so many days."""
    found = moment(text)
    assert found is not None, "the shape has let only moments through"
    if len(text) <= _DAY:
        return datetime.combine(found.date() + timedelta(days=whole_days), time(), tzinfo=zone)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _site(site: SiteFile, crawl: CrawlFile, units: dict[str, Unit], zone: tzinfo, rules: RulePack) -> Site:
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
        duties=tuple(_duty(duty, home) for duty in site.duties),
        waivers=tuple(
            Waiver(rule=w.rule, reason=w.reason, by=w.by, until=date.fromisoformat(w.until)) for w in site.waivers
        ),
        limits=rules.limits,
        downtimes=tuple(downtime_of(given, zone) for given in site.downtimes),
    )


def _duty(duty: DutyFile, home: str) -> Duty:
    by = date.fromisoformat(f"2024-{duty.by}") if duty.by else None
    span = days.span(duty.grace if duty.every else duty.within) or Span()
    joined = urls.resolve(home, duty.column) if "/" in duty.column else None
    return Duty(
        name=duty.name,
        column=joined[0] if joined else duty.column,
        rhythm=_rhythm(duty),
        basis=duty.basis,
        span=span,
        month=by.month if by else 12,
        day=by.day if by else 31,
        event=date.fromisoformat(duty.after) if duty.after else None,
        at_least=duty.at_least or 1,
    )


def _rhythm(duty: DutyFile) -> Rhythm:
    if duty.every:
        return Rhythm(duty.every)
    if duty.by:
        return Rhythm.BY_DAY
    return Rhythm.AFTER_EVENT if duty.after else Rhythm.COUNT


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
        operators=tuple(mail.operators),
    )


def _chat(given: ChatFile) -> ChatTarget:
    return ChatTarget(
        name=given.name,
        kind=given.kind,
        url=urls.normalise(given.url or "") or "",
        key_env=given.key_env or "",
        secret_env=given.secret_env or "",
        quiet=given.quiet,
    )


def _notices(given: NoticesFile | None) -> NoticeSettings | None:
    if given is None:
        return None
    listed = {
        one.year: YearDays(
            off=frozenset(map(date.fromisoformat, one.off)), on=frozenset(map(date.fromisoformat, one.on))
        )
        for one in given.years
    }
    return NoticeSettings(
        deadline=given.deadline,
        reminders=tuple(given.reminders),
        repeat=given.repeat,
        escalation=given.escalation,
        hours_apart=given.confirm_hours,
        reopen_within=given.reopen_days,
        warn_before=given.waiver_warning,
        number=given.number,
        calendar=WorkCalendar(holidays=Holidays(given.calendar), listed=listed),
    )


def fleet_of(parsed: FleetFile, folder: Path, rules: RulePack) -> Fleet:
    """The fleet that a checked file describes; its folders lie below `folder` unless they are absolute."""
    units = {u.id: Unit(id=u.id, name=u.name, contacts=tuple(u.contacts), within=u.within or "") for u in parsed.units}
    crawl, zone = parsed.crawl, ZoneInfo(parsed.timezone)
    return Fleet(
        office=parsed.office,
        language=parsed.language,
        timezone=parsed.timezone,
        at=parsed.schedule.at,
        probes=parsed.schedule.probes,
        crawl=CrawlSettings(
            delay=crawl.delay,
            concurrency=crawl.concurrency,
            sites_at_once=crawl.sites_at_once,
            workers=crawl.workers,
            recheck_days=crawl.recheck_days,
            cluster=crawl.cluster,
            second_look=10 * crawl.delay if crawl.second_look is None else crawl.second_look,
            contact=crawl.contact,
            allow_private=tuple(crawl.allow_private),
            canaries=tuple(crawl.canaries),
            proxy=crawl.proxy,
            browser=crawl.browser,
        ),
        reports=str(folder / parsed.reports),
        data=str(folder / parsed.data),
        forms=str(folder / parsed.forms),
        templates=str(folder / parsed.templates),
        mail=_mail(parsed.mail),
        notices=_notices(parsed.notices),
        chat=tuple(map(_chat, parsed.chat)),
        store=parsed.store,
        store_password_env=parsed.store_password_env,
        units=tuple(units.values()),
        sites=tuple(_site(site, crawl, units, zone, rules) for site in parsed.sites),
        rules=rules,
    )
