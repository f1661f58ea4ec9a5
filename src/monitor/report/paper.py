"""Notice (通知) and circular (通报) as Word files, from the forms of the package or the office's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from monitor.model import COLUMN_KINDS, Change, Circular, Kind, LedgerRow, PrintedNotice, Tally
from monitor.report.docket import tally
from monitor.report.dossier import Dossier
from monitor.report.ledger import cells, ledger_rows
from monitor.report.sentence import sentence
from monitor.report.style import PACKAGE, Style
from monitor.report.view import View
from monitor.report.wordform import Form, FormError
from monitor.report.words import LANGUAGES, Words, words
from monitor.text import printable

LISTED = 500
"""The longest annex; a circular is read by people, and the ledger has the rest."""
NAMED = 8
"""How many problems of a kind are named in a circular's own text."""

_COMMON = ("office", "reference", "day", "checked", "count", "basis", "deadline", "signature", "contact", "annex_note")
_NOTICE = (*_COMMON, "unit", "sites", "repeated", "recheck")
_CIRCULAR = (
    *(*_COMMON, "total", "looked_at", "looked_share", "clean", "clean_share", "fixed", "units", "concerned"),
    *("unchecked", "rectified"),
)
_FINDING = (
    *("number", "unit", "site", "code", "column", "class", "address", "newest", "days", "over", "kind"),
    *("description", "basis", "proof", "remedy", "first_seen", "progress"),
)
_GROUP = ("number", "name", "told")
_NAMES: Mapping[str, tuple[Sequence[str], Mapping[str, Sequence[str]]]] = {
    "notice.docx": (_NOTICE, {"finding": _FINDING}),
    "circular.docx": (_CIRCULAR, {"finding": _FINDING, "group": _GROUP}),
}
FORMS = tuple(_NAMES)
"""The names of the forms: an office's own file of such a name is taken instead."""


def notice_paper(notice: PrintedNotice, forms: Path | None = None, style: Style = PACKAGE) -> bytes:
    """The notice as .docx. `forms`: the office's own folder. FormError when its form cannot be used."""
    speech = words(notice.language, style.phrases)
    say, rows = speech.say, notice.findings
    names = list(dict.fromkeys(printable(row.violation.site_name, 100) for row in rows))
    shown = say("report.list_stop").join(names[:3])
    values = _common(notice.office, notice.number, notice.day, notice.deadline, notice.signature, rows, speech)
    values |= {
        "unit": notice.unit.name,
        "sites": shown if len(names) <= 3 else say("paper.sites_more", names=shown, n=len(names)),
        "basis": say("report.list_stop").join(notice.basis) or values["basis"],
        "contact": say("paper.contact", text=printable(notice.contact, 200)) if notice.contact else "",
        "repeated": say("paper.repeated", n=notice.times) if notice.times > 1 else "",
        "recheck": say("paper.recheck_from", day=speech.plain_day(notice.recheck))
        if notice.recheck
        else say("paper.recheck_later"),
    }
    return _print("notice.docx", forms, speech, values, {"finding": _findings(rows, speech)})


def circular_paper(circular: Circular, forms: Path | None = None, style: Style = PACKAGE) -> bytes:
    """The circular as .docx. `forms`: the office's own folder. FormError when its form cannot be used."""
    speech = words(circular.language, style.phrases)
    say, rows = speech.say, circular.rows
    number = circular.number or say("paper.draft")
    values = _common(circular.office, number, circular.day, circular.deadline, circular.signature, rows, speech)
    unseen = circular.sites - circular.checked
    values |= {
        "contact": say("paper.contact", text=printable(circular.contact, 200)) if circular.contact else "",
        "basis": say("paper.basis"),
        "checked": speech.plain_day(circular.day),
        "total": str(circular.sites),
        "looked_at": str(circular.checked),
        "looked_share": _share(circular.checked, circular.sites),
        "clean": str(circular.clean),
        "clean_share": _share(circular.clean, circular.checked),
        "fixed": str(circular.fixed),
        "units": str(len({row.violation.unit.id for row in rows})),
        "concerned": str(len({row.violation.site_id for row in rows})),
        "unchecked": say("paper.unchecked", n=unseen) if unseen > 0 else "",
        "rectified": _rectified(circular.tally, speech) if circular.tally else "",
    }
    if circular.tally:
        values["annex_note"] = say("paper.annex_overdue", n=len(rows), shown=min(len(rows), LISTED))
    lists = {"finding": _findings(rows, speech), "group": _groups(rows, speech)}
    return _print("circular.docx", forms, speech, values, lists)


def circular_of(shown: View, contact: str = "") -> Circular | None:
    """The circular that a report suggests. Where notices are issued: the points that are overdue, the longest first.

    Else overdue and blank columns, and what else was open at the last look, too.
    None where there is nothing to name, and where the run is held: nobody may be accused on its word.
    """
    report, held = shown.report, shown.dossier
    if report.run.held:
        return None
    rows = tuple(_overdue(shown, held) if held else filter(_had_time, ledger_rows(shown)))
    if not rows:
        return None
    return Circular(
        office=report.office,
        day=report.run.today,
        sites=report.run.sites_total,
        checked=shown.seen,
        clean=sum(site.verdict == "ok" for site in report.sites),
        fixed=len(report.fixed),
        rows=rows,
        tally=tally(held, report.run.sites_total) if held else None,
        contact=contact,
        language=shown.words.language,
    )


def _had_time(row: LedgerRow) -> bool:
    return row.violation.kind in COLUMN_KINDS or row.violation.change is not Change.NEW


def _overdue(shown: View, held: Dossier) -> Iterator[LedgerRow]:
    """Every point whose deadline is over, that the day's look shows still, and for which no pause speaks.

    What it did not show may have been put right: nobody is named for that.
    """
    today = {row.violation.key: row for row in ledger_rows(shown)}
    cases = [case for case in held.docket.cases if case.is_overdue(held.day)]
    for case in sorted(cases, key=lambda case: (-held.late(case), held.place(case))):
        if case.key in today:
            yield today[case.key]


def check_forms(folder: Path, language: str) -> tuple[str, ...]:
    """What is wrong with an office's own forms, one sentence each; empty when nothing is, or there are none."""
    wrong: list[str] = []
    for name in FORMS:
        try:
            _form(name, folder, words(language))
        except FormError as error:
            wrong.append(str(error))
    return tuple(wrong)


def shipped_form(name: str, language: str) -> bytes:
    """The form of the package, to be changed in Word."""
    known = language if language in LANGUAGES else "en"
    return files("monitor.report").joinpath("forms", known, name).read_bytes()


def _form(name: str, folder: Path | None, speech: Words) -> Form:
    """The office's own form where there is one, else the package's; checked."""
    form = Form(name=name, content=shipped_form(name, speech.language))
    own = folder / name if folder else None
    if own and own.exists():
        try:
            form = Form(name=str(own), content=own.read_bytes())
        except OSError as error:
            raise FormError(f"{own} cannot be read ({error.strerror}): give the right to read it") from error
    return _checked(form, speech.language)


@lru_cache(maxsize=8)
def _checked(form: Form, language: str) -> Form:
    """The form, once nothing is wrong with it; kept, for one day may need it five hundred times."""
    speech = words(language)
    values, lists = _NAMES[Path(form.name).name]
    inner = {speech.say(f"field.{group}"): [speech.say(f"field.{n}") for n in entry] for group, entry in lists.items()}
    form.check([speech.say(f"field.{n}") for n in values], inner, speech.say("field.finding"))
    return form


def _print(
    name: str,
    folder: Path | None,
    speech: Words,
    values: Mapping[str, str],
    lists: Mapping[str, Sequence[Mapping[str, str]]],
) -> bytes:
    def named(entry: Mapping[str, str]) -> dict[str, str]:
        return {speech.say(f"field.{key}"): value for key, value in entry.items()}

    entries = {speech.say(f"field.{group}"): [named(entry) for entry in inner] for group, inner in lists.items()}
    return _form(name, folder, speech).fill(named(values), entries)


def _common(
    office: str,
    number: str,
    day: date,
    deadline: date | None,
    signature: str,
    rows: Sequence[LedgerRow],
    speech: Words,
) -> dict[str, str]:
    say = speech.say
    checked = max((row.checked for row in rows), default=None)
    note = "paper.annex" if len(rows) <= LISTED else "paper.annex_capped"
    return {
        "office": office,
        "reference": number,
        "day": speech.plain_day(day),
        "checked": speech.plain_day(checked.date() if checked else day),
        "count": str(len(rows)),
        "basis": say("report.list_stop").join(dict.fromkeys(say(f"basis.{row.violation.kind}") for row in rows)),
        "deadline": speech.plain_day(deadline) if deadline else say("paper.blank_day"),
        "signature": signature or office,
        "annex_note": say(note, n=len(rows), shown=LISTED),
    }


def _findings(rows: Sequence[LedgerRow], speech: Words) -> list[dict[str, str]]:
    """The lines of an annex, numbered in their order."""
    return [_finding(number, row, speech) for number, row in enumerate(rows[:LISTED], 1)]


def _finding(number: int, row: LedgerRow, speech: Words) -> dict[str, str]:
    line = dict(cells(row, speech)) | {"number": number, "progress": _progress(row, speech)}
    if row.times > 1:
        line["description"] = speech.say("recheck.times", text=line["description"], n=row.times)
    return {name: _told(line[name]) for name in _FINDING}


def _progress(row: LedgerRow, speech: Words) -> str:
    """Which notice speaks of it, and how late it is; "" where none does."""
    number, deadline = row.violation.notice, row.deadline
    if not number or deadline is None:
        return ""
    told = {"number": printable(number, 60), "day": speech.plain_day(deadline)}
    return speech.say("paper.progress_late", **told, n=row.late) if row.late else speech.say("paper.progress", **told)


def _rectified(counted: Tally, speech: Words) -> str:
    """What became of the notices of a period, and the share of sites without a point before and after re-check."""
    done = counted.in_time + counted.late
    return speech.say(
        "paper.rectified",
        since=speech.plain_day(counted.since),
        notices=counted.notices,
        points=counted.points,
        done=done,
        in_time=counted.in_time,
        late=counted.late,
        rate=_share(done, counted.points),
        overdue=counted.overdue,
        waiting=counted.waiting,
        before=_share(counted.sites - counted.blamed, counted.sites),
        after=_share(counted.sites - counted.unsettled, counted.sites),
    )


def _told(value: object) -> str:
    return "" if value is None else str(value)


def _groups(rows: Iterable[LedgerRow], speech: Words) -> list[dict[str, str]]:
    """The problems by kind, most frequent first, each with the worst of it by name."""
    say = speech.say
    of_kind: dict[Kind, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        of_kind[row.violation.kind].append(row)
    ranked = sorted(of_kind.items(), key=lambda group: -len(group[1]))
    told: list[dict[str, str]] = []
    for ordinal, (kind, group) in zip(say("paper.ordinals"), ranked, strict=False):
        sites = len({row.violation.site_id for row in group})
        named = say("paper.named_stop").join(_named(row, speech) for row in group[:NAMED])
        phrase = "paper.group" if len(group) <= NAMED else "paper.group_more"
        text = say(phrase, n=len(group), sites=sites, named=named)
        told.append({"number": ordinal, "name": say(f"kind.{kind}"), "told": text})
    return told


def _named(row: LedgerRow, speech: Words) -> str:
    """One problem in few words: a circular names many."""
    v = row.violation
    told = {"site": printable(v.site_name, 100), "column": printable(v.subject, 100)}
    late = speech.say("paper.late", n=row.late) if row.late else ""
    if v.kind is Kind.STALE_COLUMN and v.days_since_update is not None:
        return speech.say("paper.named_column", **told, days=speech.say("columns.age", n=v.days_since_update) + late)
    said = sentence(v, speech.limit(row.limit, v.limit_days), speech)
    return speech.say("paper.named", site=told["site"], text=printable(said, 300) + late)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0%"
