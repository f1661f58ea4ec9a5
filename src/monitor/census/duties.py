"""Duties with a date: each period, by a day of the year, after an event, so often a year. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from monitor import days, urls
from monitor.model import (
    ColumnFinding,
    ColumnVerdict,
    Confidence,
    Duty,
    Part,
    Rhythm,
    Rule,
    RuleFinding,
    RuleVerdict,
    SiteFacts,
    Span,
    Subject,
)
from monitor.taxonomy import fold

_SOON = 14
"""Days before a duty is due from which on it is warned of."""
_MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}


def judge_duties(facts: SiteFacts) -> tuple[RuleFinding, ...]:
    """What became of every duty of a site, as rules of its own."""
    return tuple(_judge(duty, facts) for duty in facts.site.duties)


def _judge(duty: Duty, facts: SiteFacts) -> RuleFinding:
    columns = [column for column in facts.columns if _is_meant(duty, column)]
    subjects = tuple(Subject(name=c.name, url=c.url, said=_newest_of(c)) for c in columns)
    verdict, evidence = _verdict(duty, columns, facts)
    rule = Rule(
        id=f"duty: {duty.name}",
        part=Part.DUTY,
        indicator=duty.name,
        clause=duty.basis or _words(duty),
        meaning=_words(duty),
        source="sites.yaml",
        confidence=Confidence.OWN,
        check="duty",
    )
    return RuleFinding(rule=rule, verdict=verdict, evidence=evidence, subjects=subjects)


def _is_meant(duty: Duty, column: ColumnFinding) -> bool:
    if "://" in duty.column:
        return urls.same_page(column.url) == urls.same_page(duty.column)
    wanted = fold(duty.column)
    return fold(column.name) == wanted or fold(column.name.rpartition(" > ")[2]) == wanted


def _newest_of(column: ColumnFinding) -> str:
    return f"newest {column.newest}" if column.newest else column.verdict.value


def _verdict(duty: Duty, columns: list[ColumnFinding], facts: SiteFacts) -> tuple[RuleVerdict, str]:
    if not columns:
        return RuleVerdict.UNKNOWN, f"no column {duty.column} was found"
    known = {day for column in columns for day in facts.published.get(column.url, ())}
    published = sorted(known | {column.newest for column in columns if column.newest is not None})
    unread = [c for c in columns if c.verdict is ColumnVerdict.UNKNOWN]
    if not published and unread:
        return RuleVerdict.UNKNOWN, f"the column could not be judged: {unread[0].evidence}"
    if duty.rhythm is Rhythm.COUNT:
        return _counted(duty, published, columns, facts)
    since, due = window(duty, facts.today)
    newest = published[-1] if published else None
    said = f"newest {newest}" if newest else "nothing published"
    if newest is not None and newest >= since:
        return RuleVerdict.PASS, said
    left = (due - facts.today).days
    if left < 0:
        return RuleVerdict.BREACH, f"{said}; due by {due}, {days.words(Span(days=-left))} overdue"
    verdict = RuleVerdict.WARN if left <= _SOON else RuleVerdict.PASS
    return verdict, f"{said}; due by {due}, {days.words(Span(days=left))} left"


def _counted(
    duty: Duty, published: list[date], columns: list[ColumnFinding], facts: SiteFacts
) -> tuple[RuleVerdict, str]:
    """Items within the span; where a list was not read that far back, more may stand there."""
    since = days.before(facts.today, duty.span)
    seen = [facts.published.get(column.url, ()) for column in columns]
    count = sum(day > since for days_ in seen for day in days_)
    said = f"{count} of {duty.at_least} since {since}"
    if count >= duty.at_least:
        return RuleVerdict.PASS, said
    reads = zip(columns, seen, strict=True)
    if any(column.url in facts.cut and min(days_, default=since) > since for column, days_ in reads):
        return RuleVerdict.UNKNOWN, f"{said}; the list goes on behind what was read"
    return (RuleVerdict.BREACH if published else RuleVerdict.UNKNOWN), said


def window(duty: Duty, today: date) -> tuple[date, date]:
    """From which day on something published counts for what is due now, and the last day on which it is in time.

    The last day itself is in time: 「部门决算批复后20日内」, 「3月31日前」. What was published since the period began
    counts for it: which period a paper is meant for stands in its words only. So a late one is found later, never
    earlier.
    """
    if duty.rhythm is Rhythm.AFTER_EVENT and duty.event is not None:
        return duty.event, days.after(duty.event, duty.span)
    if duty.rhythm is Rhythm.BY_DAY:
        year = today.year
        this = _day(year, duty.month, duty.day)
        # what was due last stays due until the same day comes into sight again
        due = this if today >= this - timedelta(days=90) else _day(year - 1, duty.month, duty.day)
        return date(due.year, 1, 1), due
    months = _MONTHS[duty.rhythm]
    start = _start_of_period(today, months)
    last = days.before(start, Span(months=months))
    return last, days.after(start - timedelta(days=1), duty.span)


def _start_of_period(today: date, months: int) -> date:
    return date(today.year, (today.month - 1) // months * months + 1, 1)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _words(duty: Duty) -> str:
    match duty.rhythm:
        case Rhythm.AFTER_EVENT:
            return f"within {days.words(duty.span)} after {duty.event}"
        case Rhythm.BY_DAY:
            return f"every year by {duty.month:02}-{duty.day:02}"
        case Rhythm.COUNT:
            return f"at least {duty.at_least} within {days.words(duty.span)}"
    return f"every {duty.rhythm.value}, at most {days.words(duty.span)} after its end"
