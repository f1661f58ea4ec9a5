"""An office's own templates tried on made-up reports before any real one is made with them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.model import Letterhead, Report, RulePack
from monitor.report.folder import write
from monitor.report.letter import letter
from monitor.report.own import read_style
from monitor.report.render import html
from monitor.report.specimen import envelopes, specimens
from monitor.report.style import Style
from monitor.report.told import follow_up_letter, notice_letter
from monitor.report.view import view


def check_style(folder: Path, language: str, rules: RulePack | None) -> tuple[str, ...]:
    """What is wrong with an office's own templates and phrases, one sentence each; empty: nothing, or it has none."""
    style = read_style(folder, language)
    if style.templates or style.phrases:
        for report in specimens(language, rules):
            with TemporaryDirectory() as aside:
                write(report, Path(aside), style=style)
            for unit in (None, *report.units):
                letter(report, unit, style)
            _try_letters(report, style)
            html("units.html", view(report, style=style), up="../")
    return tuple(style.faults.values())


def _try_letters(report: Report, style: Style) -> None:
    """The mails about notices; without a finding there are none."""
    run = report.run
    head = Letterhead(office=report.office, language=run.language, day=run.today, answer_to="clerk@example.gov.cn")
    if report.violations:
        issued, later = envelopes(report)
        notice_letter(issued, head, forms=None, made=run.finished_at, style=style)
        follow_up_letter(later, head, made=run.finished_at, style=style)
