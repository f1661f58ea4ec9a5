"""The rules of interaction and service: letters, interviews, guides, interpretations. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.census.activities import held
from monitor.census.case import Case, counted
from monitor.census.consultation import newest_answer, unanswered
from monitor.census.guides import lacking
from monitor.census.interpretation import pair
from monitor.model import ColumnClass, Element, Guide, Message, RuleFinding, RuleVerdict, Span, Subject

_NOT_GATHERED = "no letters, guides or policies were read in this run"
_YEAR, _QUARTER, _TWO_MONTHS = Span(years=1), Span(months=3), Span(months=2)


def consultation_channel(case: Case) -> RuleFinding:
    """Whether there is a column for questions; whether it works, a person must try."""
    excepted = case.words("excepted")
    found = [
        column
        for column in case.facts.columns
        if column.klass is ColumnClass.E and not any(word in column.name for word in excepted)
    ]
    subjects = [Subject(name=column.name, url=column.url, said="") for column in found]
    if not found:
        return case.says(RuleVerdict.PERSON, "no column for questions was found; a person must look for another way")
    said = f"{counted(len(found), 'column')} for questions found; whether one can ask there, a person must try"
    return case.says(RuleVerdict.PERSON, said, subjects)


def unanswered_letters(case: Case) -> RuleFinding:
    """Letters of the past year that are unanswered for too long."""
    service = case.facts.service
    if service is None or not service.letters:
        return case.says(RuleVerdict.UNKNOWN, "no public letters were read")
    within, limit = case.span("within") or _YEAR, case.span("after") or _QUARTER
    found = unanswered(service.letters, case.facts.today, within=within, limit=limit, excepted=case.words("excepted"))
    open_ = (*found.in_hand, *found.mixed)
    unread = f"; {counted(len(open_) + found.untold, 'letter')} of which that cannot be told" * bool(
        open_ or found.untold
    )
    said = f"{counted(len(found.overdue), 'letter')} unanswered for too long{unread}"
    if found.overdue:
        return case.says(RuleVerdict.BREACH, said, _letters(found.overdue), case.rule.points)
    if open_:
        return case.says(RuleVerdict.PERSON, said, _letters(open_))
    whole = all(one.whole for one in service.letters)
    return case.says(RuleVerdict.PASS if whole and not found.untold else RuleVerdict.UNKNOWN, said)


def public_replies(case: Case) -> RuleFinding:
    """How old the newest public answer is."""
    service = case.facts.service
    if service is None or not service.letters:
        return case.says(RuleVerdict.UNKNOWN, "no public letters were read")
    within, limit = case.span("within") or _YEAR, case.span("after") or _TWO_MONTHS
    newest = newest_answer(
        service.letters, case.facts.today, within=within, limit=limit, excepted=case.words("excepted")
    )
    said = f"newest answer: {newest.newest.day}" if newest.newest else "no dated answer was found"
    if newest.late is None:
        return case.says(RuleVerdict.UNKNOWN, f"{said}; a newer one may stand where it was not read")
    subjects = _letters([newest.message] if newest.message else [])
    if newest.late:
        return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points)
    return case.says(RuleVerdict.PASS, said, subjects)


def _letters(letters: Iterable[Message]) -> list[Subject]:
    return [
        Subject(name=one.title, url=one.url, said=f"asked {one.asked.day}" if one.asked else one.said)
        for one in letters
    ]


def campaigns(case: Case) -> RuleFinding:
    """How often something was held within the span."""
    names = case.words("names")
    within, fewest = case.span("within") or _YEAR, int(case.number("fewer_than") or 3)
    chosen = [one for one in case.facts.activities if any(name in one[0].column.name for name in names)]
    if not chosen:
        return case.says(RuleVerdict.PERSON, f"no column of this name was found: {', '.join(names)}")
    found = held(chosen, case.facts.today, within=within, at_least=fewest)
    subjects = [Subject(name=look.column.name, url=look.column.url, said="") for look, _ in chosen]
    said = f"{found.count} of {fewest} held"
    if found.enough is None:
        return case.says(RuleVerdict.UNKNOWN, f"{said}; more may have been held than was read", subjects)
    if found.enough:
        return case.says(RuleVerdict.PASS, said, subjects)
    return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points)


def guides(case: Case) -> RuleFinding:
    """Guides that lack too many of the key elements."""
    service = case.facts.service
    if service is None:
        return case.says(RuleVerdict.UNKNOWN, _NOT_GATHERED)
    categories, items = int(case.number("lacking") or 4), int(case.number("at_least") or 5)
    total = None if service.guides_left else len(service.guides)
    found = lacking(service.guides, categories=categories, items=items, total=total)
    said = f"{len(found.lacking)} of {counted(len(service.guides), 'guide')} lack too many elements"
    subjects = [_guide(guide) for guide in found.lacking]
    if found.fails:
        return case.says(RuleVerdict.BREACH, said, subjects, case.rule.points * len(found.lacking))
    if found.fails is None:
        why = "; not every guide was read or could be told" if service.guides else "; no guide was found"
        return case.says(RuleVerdict.UNKNOWN, f"{said}{why}", subjects)
    return case.says(RuleVerdict.PASS, said, subjects)


def _guide(guide: Guide) -> Subject:
    return Subject(
        name=guide.title, url=guide.url, said=f"lacks {', '.join(one for one in Element if one in guide.missing)}"
    )


def interpretations(case: Case) -> RuleFinding:
    """How many of the policies that were read are interpreted."""
    service = case.facts.service
    if service is None or not service.policies:
        return case.says(RuleVerdict.UNKNOWN, "no policies were read")
    found = pair(service.policies, service.interpretations)
    fewest = case.number("percent") or 100
    unsure = f", {len(found.uncertain)} for a person" if found.uncertain else ""
    said = f"{len(found.pairs)} of {found.total} policies are interpreted{unsure}"
    subjects = [Subject(name=one.title, url=one.url, said="") for one in found.unpaired]
    if found.least is not None and found.least * 100 >= fewest:
        return case.says(RuleVerdict.PASS, said)
    return case.says(RuleVerdict.PERSON, f"{said}; an interpretation may stand where it was not read", subjects)
