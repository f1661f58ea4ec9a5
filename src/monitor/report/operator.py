"""The letter to the operators: what only they can put right. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.model import Letter, Trouble, TroubleKind
from monitor.report.fit import fitted, tidy
from monitor.report.render import letter_html, letter_plain
from monitor.report.style import PACKAGE, Style
from monitor.report.words import words
from monitor.text import printable

_NAMED = 3
"""The most kinds that its subject names."""
_NUMBERS = 12
"""The most notices that are named for one trouble."""


@dataclass(frozen=True, slots=True)
class Section:
    """The troubles of one kind."""

    kind: str
    """As the word list has it."""
    troubles: tuple[Trouble, ...]
    shown: tuple[Trouble, ...]


def operator_letter(
    office: str, language: str, troubles: Iterable[Trouble], day: date, style: Style = PACKAGE
) -> Letter:
    """The mail to the operators of an office about these troubles, kind by kind; `day` is the office's own."""
    known, found = words(language, style.phrases), tuple(troubles)
    of_kind = {kind: tuple(trouble for trouble in found if trouble.kind is kind) for kind in TroubleKind}

    def content(limit: int) -> dict[str, object]:
        sections = [Section(kind.name.lower(), those, those[:limit]) for kind, those in of_kind.items() if those]
        return {"sections": sections, "office": office, "day": day, "numbers": _numbers}

    html, limit = fitted(
        "operator.html",
        style,
        lambda style, limit: letter_html("operator.html", known, style, **content(limit)),
    )
    counts = [known.say(f"operator.{kind.name.lower()}_count", n=len(t)) for kind, t in of_kind.items() if t]
    said = known.say("report.list_stop").join(counts[:_NAMED])
    if len(counts) > _NAMED:
        said = known.say("operator.subject_more", said=said)
    return Letter(
        subject=printable(known.say("operator.subject", day=known.short_day(day), said=said), 200),
        text=tidy(letter_plain("operator.txt", known, style, **content(limit))),
        html=html,
    )


def meant_for(language: str, *, address: str, unit: str) -> str:
    """The sentence above a mail that goes to another, for its own address was refused; `unit` "": of no one unit."""
    say, shown = words(language).say, printable(address, 100)
    if not unit:
        return say("operator.meant_for_address", address=shown)
    return say("operator.meant_for", address=shown, unit=printable(unit, 60))


def _numbers(trouble: Trouble) -> str:
    shown = " ".join(trouble.about[:_NUMBERS])
    return shown + (" …" if len(trouble.about) > _NUMBERS else "")
