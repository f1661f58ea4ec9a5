"""What is told of notices as letters: the notice itself, and all that follows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from monitor.model import (
    COLUMN_KINDS,
    LINK_KINDS,
    Attachment,
    Envelope,
    Kind,
    LedgerRow,
    Letter,
    Letterhead,
    Passage,
    Point,
    Step,
)
from monitor.report.dossier import evidence, frozen, printed_notice
from monitor.report.fit import fitted, tidy
from monitor.report.ledger import cells
from monitor.report.paper import notice_paper
from monitor.report.render import letter_html, letter_plain
from monitor.report.style import PACKAGE, Style
from monitor.report.view import Address, harmless
from monitor.report.words import Words, words
from monitor.report.workbook import Line, workbook
from monitor.text import printable

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GRAVITY = (
    *("escalated", "reopened", "claim refuted", "reminded after", "reminded on", "waiver ended", "upheld", "resumed"),
    *("reminded before", "waiver ends soon", "withdrawn", "superseded", "waived", "disputed", "closed"),
)
"""What may have happened to points: what asks most of a unit names the mail."""
_PLACES = 3
"""So many of the pages that show a link are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A page that shows a link, and the link's words there; it is what a webmaster opens to mend it."""

    url: str
    text: str
    link: Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A point as a letter shows it; all but addresses are words for people."""

    number: int
    site: str
    description: str
    address: str
    link: Address | None
    """The address where it may be clicked: a column's page; dead links are only shown."""
    places: tuple[Spot, ...]
    more_places: int
    evidence: str
    """"" where the description says it already."""
    seen_on: str
    remedy: str
    basis: str
    repeated: str
    happened: str
    """"" for a point that has just been issued."""
    due: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A passage as a letter shows it."""

    passage: Passage
    points: tuple[Said, ...]
    due: str
    weekday: str
    """With its weekday."""


def notice_letter(
    envelope: Envelope, head: Letterhead, *, forms: Path | None, made: datetime, style: Style = PACKAGE
) -> Letter:
    """A new notice to one of its unit's contacts, with the formal notice (.docx) and its ledger (.xlsx) attached.

    `style`: the office's own templates and phrases; what fails is told there. FormError when its own form
    cannot be used.
    """
    speech = words(head.language, style.phrases)
    (passage,) = envelope.passages
    notice, name = passage.notice, f"{passage.notice.year}-{passage.notice.serial}"
    cases = [point.case for point in passage.points]
    printed = printed_notice(notice, cases, office=head.office, contact=head.answer_to, language=speech.language)
    attached = (
        Attachment(name=f"notice-{name}.docx", type=_DOCX, content=notice_paper(printed, forms, style)),
        _ledger(f"ledger-{name}.xlsx", [passage], head, speech, made),
    )
    subject = speech.say(
        "letter.subject_notice",
        number=notice.number,
        unit=printable(passage.unit.name, 60),
        what=_what(passage.points, speech),
        due=speech.short_day(notice.due),
    )
    html, text, _ = _parts_of_mail("notice", envelope, head, speech, style, [one.name for one in attached])
    return Letter(subject=printable(subject, 200), text=text, html=html, attachments=attached)


def follow_up_letter(envelope: Envelope, head: Letterhead, *, made: datetime, style: Style = PACKAGE) -> Letter:
    """What has become of notices, to one who is told: a part for each, whoever's it is; a long one with its ledger.

    `style`: as for a notice.
    """
    speech = words(head.language, style.phrases)
    passages = envelope.passages
    points = [point for passage in passages for point in passage.points]
    told = {_heading(point, head.day) for point in points}
    said = speech.say(f"happened.{min(told, key=_GRAVITY.index)}")
    units = list(dict.fromkeys(printable(passage.unit.name, 60) for passage in passages))
    named = units[0] if len(units) == 1 else speech.say("letter.units_more", unit=units[0], n=len(units))
    subject = speech.say(
        "letter.subject_follow_up" if len(passages) == 1 else "letter.subject_many",
        number=passages[0].notice.number,
        notices=len(passages),
        said=said if len(told) == 1 else speech.say("letter.and_more", said=said),
        unit=named,
        n=len(points),
    )
    name = f"ledger-{head.day.isoformat()}.xlsx"
    html, text, shown = _parts_of_mail("follow_up", envelope, head, speech, style, [name])
    attached = (_ledger(name, passages, head, speech, made),) if shown < len(points) else ()
    return Letter(subject=printable(subject, 200), text=text, html=html, attachments=attached)


def _parts_of_mail(
    template: str, envelope: Envelope, head: Letterhead, speech: Words, style: Style, attached: Sequence[str]
) -> tuple[str, str, int]:
    """HTML and text with the same points, and the most points that they show: as many as the HTML's size allows."""
    points = [point for passage in envelope.passages for point in passage.points]
    context = {
        "head": head,
        "total": len(points),
        "kinds": {_sort(point) for point in points},
        "above": all(passage.above for passage in envelope.passages),
        "still_open": any(point.case.is_open for point in points),
        "attached": attached,
        "whys": _whys(envelope.passages, speech),
    }

    @cache
    def parts(limit: int) -> list[Part]:
        return _parts(envelope.passages, head, speech, limit)

    def page(style: Style, limit: int) -> str:
        return letter_html(f"{template}.html", speech, style, parts=parts(limit), limit=limit, **context)

    html, limit = fitted(f"{template}.html", style, page)
    text = letter_plain(f"{template}.txt", speech, style, parts=parts(limit), limit=limit, **context)
    return html, tidy(text), limit


def _whys(passages: Iterable[Passage], speech: Words) -> list[str]:
    """Why the reader gets the mail, each reason once; at most five."""
    said = (
        speech.say(
            "letter.why_above" if one.above else "letter.why_pass_on" if one.stands_in else "letter.why_notice",
            unit=printable(one.unit.name, 60),
        )
        for one in passages
    )
    return list(dict.fromkeys(said))[:5]


def _parts(passages: Iterable[Passage], head: Letterhead, speech: Words, limit: int) -> list[Part]:
    """The passages with so many points in all; those that come too late keep their heads."""
    parts: list[Part] = []
    for passage in passages:
        shown = passage.points[: max(0, limit)]
        limit -= len(shown)
        parts.append(
            Part(
                passage=passage,
                points=tuple(_said(point, passage, head, speech) for point in shown),
                due=speech.plain_day(passage.notice.due),
                weekday=speech.day(passage.notice.due),
            )
        )
    return parts


def _said(point: Point, passage: Passage, head: Letterhead, speech: Words) -> Said:
    case, kept = point.case, evidence(point.case)
    line = cells(_row(point), speech)
    happened = "" if point.event.step is Step.ISSUED else _happened(point, head.day, speech)
    return Said(
        number=case.point,
        site=kept.site_name,
        description=str(line["description"]),
        address=case.url,
        link=harmless(case.url) if case.kind in COLUMN_KINDS else None,
        places=tuple(Spot(url=one.url, text=one.text, link=harmless(one.url)) for one in kept.found_on[:_PLACES]),
        more_places=max(0, kept.reach - len(kept.found_on[:_PLACES])) if kept.found_on else 0,
        evidence=speech.clause(kept.sentence) if case.kind == Kind.STALE_COLUMN else "",
        seen_on=speech.plain_day(kept.day),
        remedy=str(line["remedy"]),
        basis=str(line["basis"]),
        repeated=speech.say("letter.repeated", n=case.times) if case.times > 1 else "",
        happened=happened + _by_now(point, head.day, speech),
        due=_due(case.due, head.day, speech),
        late=case.is_overdue(head.day),
    )


def _row(point: Point) -> LedgerRow:
    """A point as a line of the ledger, as it was issued."""
    case = point.case
    return LedgerRow(
        violation=frozen(case), checked=point.event.at, limit=evidence(case).limit, deadline=case.due, times=case.times
    )


def _heading(point: Point, day: date) -> str:
    """The key of what happened to a point, among the words' `happened`."""
    step, due = point.event.step, point.case.due
    if step is not Step.REMINDED or due is None:
        return step.value
    return f"{step.value} {'before' if day < due else 'on' if day == due else 'after'}"


def _happened(point: Point, day: date, speech: Words) -> str:
    """What happened to a point, as a clause."""
    event, case = point.event, point.case
    key = _heading(point, day)
    if event.step is Step.CLOSED and event.run:
        good = case.rectified_on(event.at)
        key = "closed_late" if good and case.due and good > case.due else "closed_time"
    elif event.step is Step.CLOSED:
        key = "closed_hand"
    until = event.until or case.waived_until
    return speech.say(
        f"happened_line.{key}",
        day=speech.plain_day(event.day),
        why=_by_whom(point, speech),
        n=case.times,
        due=_due(case.due, day, speech),
        until=speech.plain_day(until) if until else "",
    )


def _by_whom(point: Point, speech: Words) -> str:
    return speech.say("letter.by", text=printable(point.event.why, 300), who=printable(point.event.who, 60))


def _by_now(point: Point, day: date, speech: Words) -> str:
    """How long a column that is still silent has been so by now; "" for all else."""
    seen = point.event.evidence
    silent = point.event.step in (Step.REMINDED, Step.ESCALATED) and point.case.kind == Kind.STALE_COLUMN
    if not silent or seen is None or seen.newest is None or day <= evidence(point.case).day:
        return ""
    return speech.say("report.comma") + speech.say("letter.now_days", n=(day - seen.newest).days)


def _due(due: date | None, day: date, speech: Words) -> str:
    if due is None:
        return ""
    if due == day:
        left = speech.say("letter.due_today")
    elif due > day:
        left = speech.say("letter.left_days", n=(due - day).days)
    else:
        left = speech.say("letter.late_days", n=(day - due).days)
    return speech.say("letter.due_words", day=speech.plain_day(due), left=left)


def _sort(point: Point) -> str:
    if point.case.kind in COLUMN_KINDS:
        return "columns"
    return "links" if point.case.kind in LINK_KINDS else "others"


def _what(points: Sequence[Point], speech: Words) -> str:
    sorts = {_sort(point) for point in points}
    known = sorts.pop() if len(sorts) == 1 else "mixed"
    return speech.say(f"letter.what_{known if known != 'others' else 'mixed'}", n=len(points))


def _ledger(name: str, passages: Sequence[Passage], head: Letterhead, speech: Words, made: datetime) -> Attachment:
    """All points of the passages as a workbook."""
    office = printable(head.office, 100)
    lines: list[Line] = []
    for passage in passages:
        for point in passage.points:
            row = _row(point)
            lines.append(Line(cells={**cells(row, speech), "number": len(lines) + 1}, opens=row.opens))
    units = {printable(passage.unit.name, 100) for passage in passages}
    one = len(units) == 1
    title = speech.say("ledger.unit_title", unit=units.pop()) if one else speech.say("ledger.title", office=office)
    note = speech.say("ledger.note", n=len(lines), time=made.strftime("%Y-%m-%d %H:%M"))
    return Attachment(name=name, type=_XLSX, content=workbook(title, note, lines, speech, made))
