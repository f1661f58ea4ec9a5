"""The daily letter: to the office, or to one unit about its own sites."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Attachment, Change, Letter, Report, Unit
from monitor.report.fit import fitted, tidy
from monitor.report.render import html, plain
from monitor.report.style import PACKAGE, Style
from monitor.report.table import table
from monitor.report.view import View, view
from monitor.text import printable


def letter(report: Report, unit: Unit | None = None, style: Style = PACKAGE) -> Letter:
    """The day's mail to the office, or to `unit` with only what concerns it; goes out also when all is well.

    Text and HTML carry the same numbers; the HTML part is under 90 kB, the whole list is attached as CSV.
    `style`: the office's own templates and phrases; what fails is told there.
    """
    shown = view(report, unit, style)
    name = f"violations-{report.run.today.isoformat()}.csv"
    body, limit = fitted(
        "mail.html",
        style,
        lambda style, limit: html("mail.html", replace(shown, style=style), limit=limit, name=name),
    )
    text = tidy(plain("mail.txt", shown, limit=limit, name=name))
    attachments = (Attachment(name=name, type="text/csv", content=table(report, unit, style)),) if shown.rows else ()
    return Letter(subject=_subject(shown), text=text, html=body, attachments=attachments)


def _subject(shown: View) -> str:
    run, say = shown.report.run, shown.words.say
    numbers: dict[str, int | str] = {
        "day": shown.words.short_day(run.today),
        "new": shown.count(Change.NEW),
        "stale": len(shown.columns),
        "dead": len(shown.links),
        "fixed": len(shown.fixed),
        "total": run.sites_total,
        "checked": shown.seen,
        "unchecked": run.sites_total - shown.seen,
    }
    if shown.unit:
        key = "mail.subject_unit" if shown.rows else "mail.subject_unit_well"
        key = "mail.subject_unit_partial" if numbers["unchecked"] else key
        return printable(say(key, unit=printable(shown.unit.name, 60), **numbers), 200)
    if run.held:
        key = "mail.subject_held"
    elif not run.complete:
        key = "mail.subject_partial"
    elif numbers["unchecked"]:
        key = "mail.subject_unchecked"
    else:
        key = "mail.subject" if shown.rows or shown.fixed else "mail.subject_well"
    return printable(say(key, **numbers), 200)
