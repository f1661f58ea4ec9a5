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


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What is said otherwise in a mail that goes to another, for its own address was refused."""

    line: str
    """Above its texts."""
    mark: str
    """Behind its subject."""
    instead: tuple[str, str]
    """Why it comes: the sentence that it has, and the one that is true now."""


def passed_on(language: str, style: Style, *, address: str, unit: str) -> PassedOn:
    """The words for a mail that somebody else is asked to pass on; `unit` "": that of no one unit."""
    speech, named, shown = words(language, style.phrases), printable(unit, 60), printable(address, 100)
    line = speech.say("operator.meant_for", address=shown, unit=named)
    return PassedOn(
        line=line if unit else speech.say("operator.meant_for_address", address=shown),
        mark=speech.say("operator.mark") if unit else "",
        instead=(speech.say("letter.why_notice", unit=named), speech.say("letter.why_pass_on", unit=named)),
    )


def _numbers(trouble: Trouble) -> str:
    shown = " ".join(trouble.about[:_NUMBERS])
    return shown + (" …" if len(trouble.about) > _NUMBERS else "")
