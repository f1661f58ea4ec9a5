"""What each kind of rule looks at. A rule names its check, its thresholds are data. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from monitor import days, urls
from monitor.census import interaction
from monitor.census.availability import Yardstick, judge_week
from monitor.census.case import Case, counted
from monitor.model import (
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Link,
    LinkState,
    Parent,
    Presence,
    Reachability,
    RuleFinding,
    RuleVerdict,
    SiteFacts,
    Span,
    Subject,
)

_BAD = frozenset((ColumnVerdict.STALE, ColumnVerdict.BLANK))


Check = Callable[[Case], RuleFinding]


def of_columns(case: Case, bad: Sequence[ColumnFinding], open_: Sequence[ColumnFinding], what: str) -> RuleFinding:
    """Count columns against a threshold. `open_`: those of which nobody knows whether they are bad, too."""
    most = int(case.number("at_least") or 1)
    line = case.number("at_least", warn=True)
    subjects = [_column_subject(column) for column in bad]
    points = case.rule.points * (len(bad) if case.rule.most > case.rule.points else bool(bad))
    unread = f"; {counted(len(open_), 'column')} could not be judged" if open_ else ""
    said = f"{len(bad)} of {most} {what}" if most > 1 else counted(len(bad), what, plural=what)
    if len(bad) >= most:
        return case.says(RuleVerdict.BREACH, said + unread, subjects, points)
    if len(bad) + len(open_) >= most or (not case.facts.whole and not case.facts.columns):
        return case.says(RuleVerdict.UNKNOWN, said + (unread or "; no column was read"), subjects)
    if line is not None and len(bad) >= line:
        return case.says(RuleVerdict.WARN, f"{said}, {most - len(bad)} short of the threshold{unread}", subjects)
    return case.says(RuleVerdict.PASS, said + unread, subjects)


def silent_columns(case: Case) -> RuleFinding:
    """Columns of some classes that were not updated within their limit."""
    chosen = [column for column in case.facts.columns if _is_meant(case, column)]
    blank = bool(case.rule.settings.get("blank"))
    bad = [c for c in chosen if c.verdict is ColumnVerdict.STALE or (blank and c.verdict is ColumnVerdict.BLANK)]
    if case.rule.settings.get("once"):
        bad = [c for c in bad if c.url not in case.taken]
    return of_columns(case, bad, [c for c in chosen if c.verdict is ColumnVerdict.UNKNOWN], "columns not updated")


def blank_columns(case: Case) -> RuleFinding:
    """Columns that hold nothing."""
    bad = [c for c in case.facts.columns if c.verdict is ColumnVerdict.BLANK]
    open_ = [c for c in case.facts.columns if c.verdict is ColumnVerdict.UNKNOWN]
    return of_columns(case, bad, open_, "blank columns")


def named_columns(case: Case) -> RuleFinding:
    """Columns of some name, by a limit of the rule's own; a site without such a column is left to a person."""
    names, limit = case.words("names"), case.span("within")
    chosen = [c for c in case.facts.columns if any(name in c.name for name in names)]
    if not chosen or limit is None:
        return case.says(RuleVerdict.PERSON, f"no column of this name was found: “{', '.join(names)}”")
    known = [c for c in chosen if c.newest is not None]
    bad = [c for c in known if c.newest is not None and days.is_over(c.newest, limit, case.facts.today)]
    return of_columns(case, bad, [c for c in chosen if c.newest is None], "columns not updated")


def _is_meant(case: Case, column: ColumnFinding) -> bool:
    classes = {ColumnClass(name) for name in case.words("classes")}
    if column.klass not in classes:
        return False
    own = column.name.rpartition(" > ")[2]
    if "names" in case.rule.settings and not any(name in own for name in case.words("names")):
        return False
    if "not_names" in case.rule.settings and any(name in own for name in case.words("not_names")):
        return False
    first = "first_level" in case.rule.settings and column.klass in case.words("first_level")
    return not first or case.facts.levels.get(column.url, 1) == 1


def home_page(case: Case) -> RuleFinding:
    """Whether anything new stands on the home page, by its own dates or by those of the columns that it leads to.

    A home page that is a menu only is judged by the columns. What carries no date accuses nobody.
    """
    limit = case.span("within") or Span(days=14)
    home, today = case.facts.home, case.facts.today
    if home is None:
        return case.says(RuleVerdict.UNKNOWN, "the home page was not read")
    newest, where = _newest_of_home(case.facts)
    if newest is None:
        return case.says(RuleVerdict.UNKNOWN, f"no date was found on the home page ({home.undated} rows without one)")
    said = f"newest: {newest} ({where}), {days.words(Span(days=(today - newest).days))} ago"
    if not days.is_over(newest, limit, today):
        line = case.span("within", warn=True)
        near = line is not None and days.is_over(newest, line, today)
        left = (days.after(newest, limit) - today).days
        return (
            case.says(RuleVerdict.WARN, f"{said}, {days.words(Span(days=left))} left")
            if near
            else case.says(RuleVerdict.PASS, said)
        )
    unread = sum(c.verdict is ColumnVerdict.UNKNOWN for c in case.facts.columns)
    if home.undated or unread:
        said += f"; {home.undated} rows without a date, {counted(unread, 'column')} not read: newer ones may be there"
        return case.says(RuleVerdict.UNKNOWN, said)
    return case.says(RuleVerdict.BREACH, said)


def _newest_of_home(facts: SiteFacts) -> tuple[date | None, str]:
    """The newest of what stands on the home page; where that says nothing, of the columns behind it."""
    home = facts.home
    assert home is not None
    found = [(dated.day, f"“{dated.text}”, {dated.where}") for dated in home.dated]
    dated = [(c.newest, f"column “{c.name}”", c.newest_url) for c in facts.columns if c.newest is not None]
    found += [(day, where) for day, where, url in dated if url and urls.same_page(url) in home.leads_to]
    if not found:
        found = [(day, where) for day, where, _ in dated]
    return max(found, key=lambda one: one[0], default=(None, ""))


def home_page_items(case: Case) -> RuleFinding:
    """How many items of the home page are new."""
    limit, fewest = case.span("within") or Span(days=14), int(case.number("fewer_than") or 10)
    home, today = case.facts.home, case.facts.today
    if home is None:
        return case.says(RuleVerdict.UNKNOWN, "the home page was not read")
    new = sum(not days.is_over(dated.day, limit, today) for dated in home.dated)
    said = f"{new} of {fewest} items new on the home page"
    if new >= fewest:
        return case.says(RuleVerdict.PASS, said)
    if new + home.undated >= fewest:
        return case.says(RuleVerdict.UNKNOWN, f"{said}; {home.undated} rows without a date")
    return case.says(RuleVerdict.BREACH, said, points=case.rule.points)


def dead_links(case: Case) -> RuleFinding:
    """Links that do not open, on the home page or on other pages; only such as are held against the site."""
    where = str(case.rule.settings.get("on", "any page"))
    bad = [link for link in case.facts.links if link.url in case.facts.accused and _stands(link, where, case.facts)]
    subjects = [Subject(name=_words(link), url=link.url, said=link.reason) for link in bad]
    said = f"{counted(len(bad), 'link')} that do not open" if len(bad) != 1 else "1 link that does not open"
    doubtful = sum(
        link.state is LinkState.FAILING and link.url not in case.facts.accused and _stands(link, where, case.facts)
        for link in case.facts.links
    )
    said += f"; {doubtful} more did not answer today" if doubtful else ""
    if bad:
        return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points * len(bad))
    if not case.facts.whole:
        return case.says(RuleVerdict.UNKNOWN, f"{said}, but not every page was looked at")
    return case.says(RuleVerdict.PASS, said)


def _stands(link: Link, where: str, facts: SiteFacts) -> bool:
    home = {urls.same_page(facts.home_url), urls.same_page(facts.site.url)}
    on_home = any(urls.same_page(parent.url) in home for parent in link.found_on)
    return where == "any page" or on_home == (where == "home")


def _words(link: Link) -> str:
    met: Iterable[Parent] = link.found_on
    return next((parent.text for parent in met if parent.text), "") or link.url


def hijacked_links(case: Case) -> RuleFinding:
    """Links to what is not what it was: a person must look at them."""
    bad = [link for link in case.facts.links if link.state is LinkState.SUSPICIOUS]
    if bad:
        subjects = [Subject(name=_words(link), url=link.url, said=link.reason) for link in bad]
        return case.says(RuleVerdict.PERSON, f"{counted(len(bad), 'link')} to suspicious content", subjects)
    return case.says(RuleVerdict.PERSON, "no link to suspicious content was found; the texts themselves are not judged")


def forged_dates(case: Case) -> RuleFinding:
    """Old items under newer dates: whether that is forgery, a person must say."""
    bad = case.facts.redated
    if not bad:
        return case.says(RuleVerdict.PASS, "no item changed its date since it was first seen")
    subjects = [Subject(name=one.subject, url=one.url, said=one.evidence) for one in bad]
    return case.says(RuleVerdict.PERSON, f"{counted(len(bad), 'old item')} under newer dates", subjects)


_STANDS = {
    Reachability.PASSED: RuleVerdict.PASS,
    Reachability.WARNED: RuleVerdict.WARN,
    Reachability.BREACHED: RuleVerdict.BREACH,
    Reachability.UNKNOWN: RuleVerdict.UNKNOWN,
}
_APART = timedelta(minutes=10)
"""Looks that stand closer count once: 「间隔性访问」."""


def availability(case: Case) -> RuleFinding:
    """A week of looks at the home page, from the probes that are kept."""
    facts, percent = case.facts, case.number("percent") or 5
    warn = case.number("percent", warn=True)
    week = judge_week(
        facts.site.id,
        facts.probes,
        facts.site.downtimes,
        facts.today,
        facts.zone,
        Yardstick(
            days=int(case.number("days") or 7),
            per_day=int(case.number("looks_a_day") or 20),
            seconds=case.number("seconds") or 15.0,
            share=Fraction(str(percent)) / 100,
            warn=Fraction(str(percent if warn is None else warn)) / 100,
            apart=_APART,
        ),
    )
    causes = ", ".join(f"{cause} ({count})" for cause, count in week.causes[:3])
    said = f"{week.failures} of {week.probes} looks not open" + (f": {causes}" if causes else "")
    if week.standing is Reachability.UNKNOWN:
        return case.says(RuleVerdict.UNKNOWN, f"{said}; {week.why}")
    if week.standing is not Reachability.BREACHED:
        return case.says(_STANDS[week.standing], f"{said}, {counted(week.left, 'failure')} short of the threshold")
    steps = week.failures * 100 // week.probes if case.rule.settings.get("each") else 1
    first = week.first_failure
    subjects = [] if first is None else [Subject(name=str(first.at), url=facts.site.url, said=first.reason)]
    return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points * steps)


def identity(case: Case) -> RuleFinding:
    """What a site must show of itself: footer, tags, names."""
    wanted = case.words("items")
    if case.facts.identity is None:
        return case.says(RuleVerdict.UNKNOWN, "the home page was not read")
    known = [check for check in case.facts.identity if check.name in wanted]
    bad = [check for check in known if check.state in (Presence.MISSING, Presence.CONTRADICTION)]
    open_ = [check for check in known if check.state is Presence.UNKNOWN]
    subjects = [Subject(name=one.name, url=case.facts.home_url, said=one.evidence) for one in (*bad, *open_)]
    unread = f"; {len(open_)} for a person" if open_ else ""
    if bad:
        said = f"{len(bad)} of {len(known)} missing or wrong: {', '.join(check.name for check in bad)}{unread}"
        each = len(bad) if case.rule.most > case.rule.points else 1
        return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points * each)
    if open_:
        names = ", ".join(check.name for check in open_)
        return case.says(RuleVerdict.PERSON, f"{len(open_)} of {len(known)} for a person: {names}", subjects)
    return case.says(RuleVerdict.PASS, f"{len(known)} of {len(known)} found")


def person(case: Case) -> RuleFinding:
    """Nothing that a crawler can see."""
    return case.says(RuleVerdict.PERSON, "not to be seen by a crawler")


def _column_subject(column: ColumnFinding) -> Subject:
    age = days.words(Span(days=column.age_days)) if column.age_days is not None else column.verdict.value
    said = f"{age}, limit {days.words(column.limit)}" if column.limit and column.age_days is not None else age
    return Subject(name=column.name, url=column.url, said=said)


CHECKS: Mapping[str, Check] = {
    "availability": availability,
    "blank columns": blank_columns,
    "campaigns": interaction.campaigns,
    "consultation channel": interaction.consultation_channel,
    "dead links": dead_links,
    "forged dates": forged_dates,
    "hijacked links": hijacked_links,
    "guides": interaction.guides,
    "home page": home_page,
    "home page items": home_page_items,
    "identity": identity,
    "interpretations": interaction.interpretations,
    "named columns": named_columns,
    "person": person,
    "replies": interaction.public_replies,
    "silent columns": silent_columns,
    "unanswered": interaction.unanswered_letters,
}
