"""The letter to the operators: what only they can put right. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.model import Letter, Trouble, TroubleKind
from monitor.report.inline import inlined
from monitor.report.render import letter_html, letter_plain
from monitor.report.words import words
from monitor.text import printable

SHOWN = 50
"""The most troubles of a kind that a letter lists."""
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


def operator_letter(office: str, language: str, troubles: Iterable[Trouble], day: date) -> Letter:
    """The mail to the operators of an office about these troubles, kind by kind; `day` is the office's own."""
    known, found = words(language), tuple(troubles)
    sections = []
    for kind in TroubleKind:
        those = tuple(trouble for trouble in found if trouble.kind is kind)
        if those:
            sections.append(Section(kind.name.lower(), those, those[:SHOWN]))
    counts = [known.say(f"operator.{one.kind}_count", n=len(one.troubles)) for one in sections]
    said = known.say("report.list_stop").join(counts[:_NAMED])
    if len(counts) > _NAMED:
        said = known.say("operator.subject_more", said=said)
    more = {"sections": sections, "office": office, "day": day, "numbers": _numbers}
    text = letter_plain("operator.txt", known, **more)
    return Letter(
        subject=printable(known.say("operator.subject", day=known.short_day(day), said=said), 200),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=inlined(letter_html("operator.html", known, **more)),
    )


def meant_for(language: str, *, address: str, unit: str) -> str:
    """The sentence above a mail that goes to another, for its own address was refused."""
    return words(language).say("operator.meant_for", address=printable(address, 100), unit=printable(unit, 60))


def _numbers(trouble: Trouble) -> str:
    shown = " ".join(trouble.about[:_NUMBERS])
    return shown + (" …" if len(trouble.about) > _NUMBERS else "")
