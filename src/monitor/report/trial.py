"""An office's own templates tried on made-up reports before any real one is made with them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.model import RulePack
from monitor.report.folder import write
from monitor.report.letter import letter
from monitor.report.own import read_style
from monitor.report.render import html
from monitor.report.specimen import specimens
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
            html("units.html", view(report, style=style), up="../")
    return tuple(style.faults.values())
