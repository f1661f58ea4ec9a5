"""The dates of a page's letters and how each stands; what stands the same way was looked at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import unescape

from monitor.dates import Role
from monitor.page.marks import Mark, Stand, _read
from monitor.page.tree import Node

_FULL = tuple(
    re.compile(century + r"\d\d\s{0,2}(?:[-/._]|年)\s{0,2}\d\d?\s{0,2}(?:[-/._]|月)\s{0,2}\d\d?".encode())
    for century in (b"20", b"19")
)
_ZEROS = bytes(48 if 48 <= i <= 57 else i for i in range(256))
_BEFORE = r"(?:【|（|&nbsp;|\xc2\xa0|[|'{-]|·)*"
_MONTH = r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]{0,6}[.,]?"
_NUMBERS = (
    r"0(?:0{0,2}(?:[-/.]|年)00?(?:(?:[-/.]|月)00?(?:日)?)?|0?(?:日)?[/,-]?(?:00?)?月(?:00?(?:日|号)?)?|月(?:00?(?:日|号)?)?"
    rf"|000(?:[-/.]|年)00?(?:月)?|0{{7}}(?:0{{4}}|0{{6}})?|0?(?:st|nd|rd|th)?-?{_MONTH})"
)
_AFTER = r"(?:00?:00(?::00)?(?:\.0+)?|(?:周|星期)(?:一|二|三|四|五|六|日|天)|】|）|&nbsp;|[|'}/.,-]|\xc2\xa0|·)*<"
_WORDS = (
    r"(?:昨|今)(?:天|日)|前天|刚(?:刚|才)|[Yy]esterday|[Tt]oday|[Jj]ustnow"
    rf"|{_MONTH}(?:00?(?:st|nd|rd|th)?)?,?(?:0000)?"
)
# In digits made zeros and blanks cut. The first looks say at once where nothing of the sort may begin.
_PARTIAL = (
    re.compile(
        rb">(?=[0&\xc2\xe3\xef|'{\xe4-\xe6JFMASONDTYjfmasondty-])"
        + f"(?:{_BEFORE}{_NUMBERS}|{_WORDS}){_AFTER}".encode()
    ),
    re.compile(f"：(?:{_NUMBERS}|{_WORDS}){_AFTER}".encode()),
    re.compile("前(?:00:00|】|）|&nbsp;)?<".encode()),
)
_BLANKS = b" \t\r\n[]()"
_NOWHERE = Node("", {}, None)
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Form:
    """How a string with one date in it stands; where its date and the parts of it begin and end."""

    stand: Stand
    role: Role | None
    rule: str
    start: int
    end: int
    parts: tuple[int, int, int, int, int]

    def day(self, words: str) -> date | None:
        """The day of a string of this form; None when there is no such day."""
        year, month, month_end, day, day_end = self.parts
        try:
            return date(int(words[year : year + 4]), int(words[month:month_end]), int(words[day:day_end]))
        except ValueError:
            return None


@dataclass(slots=True)
class Cell:
    """A string of the page with a date, its place in the letters, and its form; `words` are blanks cut."""

    start: int
    end: int
    words: str
    form: Form


def places(raw: bytes) -> list[tuple[int, int]]:
    """Where full dates stand, in scripts and attributes too, in order."""
    found = [match.span() for pattern in _FULL for match in pattern.finditer(raw)]
    found.sort()
    return found


def others(raw: bytes) -> list[bytes]:
    """The tags right before dates with a part missing and relative words, blanks cut. It may find too many."""
    bare = raw[max(0, raw.find(b"<body")) :].translate(_ZEROS, _BLANKS)
    found = [bare.rfind(b">", 0, match.start() + 1) for pattern in _PARTIAL for match in pattern.finditer(bare)]
    if (ago := bare.find(b"ago<")) >= 0:
        found.append(bare.rfind(b">", 0, ago))
    return [bare[bare.rfind(b"<", 0, place) : place + 1] for place in found]


def bared(tag: bytes) -> bytes:
    """A tag as `others` gives it."""
    return tag.translate(_ZEROS, _BLANKS)


_FORMS: dict[bytes, Form | None] = {}


def cell_at(raw: bytes, start: int, end: int) -> Cell | None:
    """The string round a date when it is short and the date stands alone or named in it; None when it is not."""
    left = raw.rfind(b">", max(0, start - 60), start) + 1
    right = raw.find(b"<", end, end + 60)
    if not left or right < 0 or raw.find(b"<", left, start) >= 0 or raw.find(b">", end, right) >= 0:
        return None
    letters = raw[left:right].strip()
    form_key = letters.translate(_ZEROS)
    try:
        form = _FORMS[form_key]
        words = letters.decode()
        words = unescape(words).strip() if b"&" in letters else words
    except KeyError:
        words = unescape(letters.decode()).strip()
        if len(_FORMS) >= _MOST:
            _FORMS.clear()
        form = _FORMS[form_key] = _form(words)
    return Cell(start=left, end=right, words=words, form=form) if form is not None else None


_DAY = re.compile(r"((?:19|20)\d\d)([-/.年]| )(\d\d?)[-/.月](\d\d?)日?")


def _form(words: str) -> Form | None:
    marks = _read(words, _NOWHERE, None, 0, date.max, "")
    if len(marks) != 1 or marks[0].found is None or marks[0].stand not in (Stand.CELL, Stand.LABELLED):
        return None
    found = marks[0].found
    whole = _DAY.fullmatch(words, found.start, found.end)
    if whole is None or not found.sure or found.rule not in ("iso", "chinese"):
        return None
    parts = (whole.start(1), whole.start(3), whole.end(3), whole.start(4), whole.end(4))
    return Form(marks[0].stand, marks[0].role, found.rule, found.start, found.end, parts)


@lru_cache(maxsize=1024)
def lesser(letters: bytes) -> bool:
    """Whether no date of a string counts: all stand in its sentences or are named as something else."""
    return all(_dropped(mark) for mark in _read(unescape(letters.decode()).strip(), _NOWHERE, None, 0, date.max, ""))


def _dropped(mark: Mark) -> bool:
    return mark.stand is Stand.INNER or mark.role is Role.REFUSED
