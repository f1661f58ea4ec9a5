"""A site's self-check laid out as an inspector's form: the result in words, vetoes, deductions, duties. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import (
    ColumnClass,
    Confidence,
    Part,
    Report,
    Result,
    RuleFinding,
    RulePack,
    RuleVerdict,
    Sheet,
    SiteFinding,
    lost_points,
)
from monitor.report.names import page_name
from monitor.report.totals import CHECKED

_OPEN = frozenset((RuleVerdict.UNKNOWN, RuleVerdict.PERSON))


class Outcome(StrEnum):
    """What is said of a site in a word."""

    FAILED = "failed"
    UNMET = "unmet"
    """Rules that know no failing were not kept."""
    OPEN = "open"
    PASSED = "passed"
    UNSEEN = "unseen"
    """Nothing was seen of it, so nothing is said."""


_ORDER = (Outcome.FAILED, Outcome.UNMET, Outcome.OPEN, Outcome.UNSEEN, Outcome.PASSED)


def outcome(sheet: Sheet, site: SiteFinding) -> Outcome:
    """How a site stands, for a reader."""
    if sheet.result is Result.FAIL:
        duties_only = all(found.rule.part is Part.DUTY for found in sheet.findings)
        return Outcome.UNMET if duties_only else Outcome.FAILED
    if site.verdict not in CHECKED:
        return Outcome.UNSEEN
    return Outcome.OPEN if sheet.result is Result.OPEN else Outcome.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule's line."""

    found: RuleFinding
    mark: Confidence | None
    """How its figures are known where nobody read them; None for those that were read."""
    limits: tuple[tuple[ColumnClass, Confidence], ...]
    """The classes of columns that it judges by a limit that nobody read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one indicator."""

    indicator: str
    entries: tuple[Entry, ...]
    lost: float
    """Points, capped at what the indicator has."""
    most: float
    """0: no cap."""

    @property
    def marks(self) -> tuple[Confidence, ...]:
        """How its points are known, where nobody read them."""
        return _unread(entry.found.rule.confidence for entry in self.entries if entry.found.rule.points)

    @property
    def capped(self) -> bool:
        """Whether more was found than can be deducted."""
        return self.lost < round(sum(entry.found.points for entry in self.entries), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet as it is filled in."""

    site: SiteFinding
    sheet: Sheet
    rules: RulePack
    page: str
    """The file name of its page, in the folder sheets/."""
    outcome: Outcome
    parts: tuple[tuple[Part, tuple[Group, ...]], ...]
    """Vetoes, deductions, duties; those that hold nothing are left out."""
    idle: tuple[RuleFinding, ...]
    """Rules that are not for this site."""

    @property
    def findings(self) -> tuple[RuleFinding, ...]:
        """All that apply to the site."""
        return tuple(f for f in self.sheet.findings if f.verdict is not RuleVerdict.NOT_APPLICABLE)

    def tally(self, verdict: str) -> int:
        """How many rules have this verdict."""
        return sum(f.verdict == verdict for f in self.findings)

    @property
    def failing(self) -> bool:
        """Whether something is held against the site as a whole."""
        return self.outcome in (Outcome.FAILED, Outcome.UNMET)

    @property
    def vetoed(self) -> tuple[RuleFinding, ...]:
        """The vetoes that strike."""
        return tuple(f for f in self.findings if f.rule.part is Part.VETO and f.verdict is RuleVerdict.BREACH)

    @property
    def unmet(self) -> int:
        """How many duties were not kept."""
        return sum(f.rule.part is Part.DUTY and f.verdict is RuleVerdict.BREACH for f in self.findings)

    @property
    def left_open(self) -> int:
        """How many rules a person must still look at."""
        return sum(f.verdict in _OPEN for f in self.findings)

    @property
    def score_open(self) -> bool:
        """Whether points may still be lost under what could not be judged."""
        return any(f.rule.part is Part.DEDUCTION and f.verdict in _OPEN for f in self.findings)

    @property
    def scored(self) -> bool:
        """Whether any deduction is for this site, and there are points to deduct from."""
        return self.rules.total > 0 and any(f.rule.part is Part.DEDUCTION for f in self.findings)

    @property
    def score_marks(self) -> tuple[Confidence, ...]:
        """How the points behind the score are known, where nobody read them."""
        used = {f.rule.confidence for f in self.findings if f.rule.part is Part.DEDUCTION and f.rule.points}
        return _unread(used | {self.rules.score_confidence})

    @property
    def marks(self) -> tuple[Confidence, ...]:
        """Every mark that stands on the form, for its legend."""
        entries = [entry for _, groups in self.parts for group in groups for entry in group.entries]
        used = {known for entry in entries for _, known in entry.limits} | {e.mark for e in entries if e.mark}
        return _unread(used | set(self.score_marks if self.scored else ()))

    @property
    def list_marks(self) -> tuple[Confidence, ...]:
        """Every mark that stands in its line of a list."""
        shown = self.score_marks if self.sheet.score is not None else ()
        return _unread({*shown, *(found.rule.confidence for found in self.vetoed)})


def forms(report: Report) -> tuple[Form, ...]:
    """The form of every site that has a sheet: those that fail first, then what is open, the lowest score first."""
    if report.rules is None:
        return ()
    sheets = {sheet.site_id: sheet for sheet in report.sheets}
    made = [form(sheets[site.id], site, report.rules) for site in report.sites if site.id in sheets]
    return tuple(sorted(made, key=_place))


def _place(form: Form) -> tuple[int, int, float, str]:
    score = form.sheet.score
    return (_ORDER.index(form.outcome), -len(form.vetoed), 0.0 if score is None else score, form.site.id)


def marks_of(shown: Iterable[Form]) -> tuple[Confidence, ...]:
    """Every mark that stands in a list of forms, once."""
    return _unread(known for form in shown for known in form.list_marks)


def score_marks_of(shown: Iterable[Form]) -> tuple[Confidence, ...]:
    """Every mark behind the scores of some forms, once."""
    return _unread(known for form in shown if form.sheet.score is not None for known in form.score_marks)


def form(sheet: Sheet, site: SiteFinding, rules: RulePack) -> Form:
    """One sheet laid out."""
    applying = [f for f in sheet.findings if f.verdict is not RuleVerdict.NOT_APPLICABLE]
    parts = ((part, tuple(_groups([f for f in applying if f.rule.part is part], rules))) for part in Part)
    return Form(
        site=site,
        sheet=sheet,
        rules=rules,
        page=page_name(site.id),
        outcome=outcome(sheet, site),
        parts=tuple((part, groups) for part, groups in parts if groups),
        idle=tuple(f for f in sheet.findings if f.verdict is RuleVerdict.NOT_APPLICABLE),
    )


def _groups(findings: list[RuleFinding], rules: RulePack) -> Iterator[Group]:
    lost = lost_points(findings)
    for indicator in dict.fromkeys(f.rule.indicator for f in findings):
        of_it = [f for f in findings if f.rule.indicator == indicator]
        yield Group(
            indicator=indicator,
            entries=tuple(_entry(f, rules) for f in of_it),
            lost=lost.get(indicator, 0.0),
            most=max(f.rule.most for f in of_it),
        )


def _entry(found: RuleFinding, rules: RulePack) -> Entry:
    known = found.rule.confidence
    named = found.rule.settings.get("classes", ())
    classes = [ColumnClass(name) for name in named] if isinstance(named, list | tuple) else []
    limits = [(klass, rules.limits[klass].confidence) for klass in classes if klass in rules.limits]
    return Entry(
        found=found,
        mark=None if known is Confidence.READ else known,
        limits=tuple((klass, known) for klass, known in limits if known is not Confidence.READ),
    )


def _unread(used: Iterable[Confidence]) -> tuple[Confidence, ...]:
    given = set(used)
    return tuple(known for known in Confidence if known in given and known is not Confidence.READ)
