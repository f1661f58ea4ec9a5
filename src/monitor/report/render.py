"""Templates to text. The only door for jinja2."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.model import Change
from monitor.report.check import command
from monitor.report.view import View, days_left
from monitor.report.words import Words, clock
from monitor.text import printable

LINE = 500
"""The longest string that a page shows; what is longer is cut with "…"."""


def html(name: str, shown: View, /, **more: object) -> str:
    """An HTML page from the template `name`: every string escaped, printable and of bounded length."""
    return _environment(escape=True).get_template(name).render(_context(shown, more))


def plain(name: str, shown: View, /, **more: object) -> str:
    """A plain text from the template `name`, which must be a .txt: nothing escaped, every string one line."""
    assert name.endswith(".txt"), "only text is rendered without escaping"
    return _environment(escape=False).get_template(name).render(_context(shown, more))


def letter_html(name: str, words: Words, /, **more: object) -> str:
    """As html(), for a letter that shows no report."""
    return _environment(escape=True).get_template(name).render(say=words.say, w=words, **more)


def letter_plain(name: str, words: Words, /, **more: object) -> str:
    """As plain(), for a letter that shows no report."""
    assert name.endswith(".txt"), "only text is rendered without escaping"
    return _environment(escape=False).get_template(name).render(say=words.say, w=words, **more)


def _context(shown: View, more: dict[str, object]) -> dict[str, object]:
    return {
        "v": shown,
        "say": shown.words.say,
        "w": shown.words,
        "run": shown.report.run,
        "new": shown.count(Change.NEW),
        "still": shown.count(Change.STILL),
        **more,
    }


@cache
def _environment(escape: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.report", "templates"),
        autoescape=escape,  # noqa: S701 - off for the text part of a mail alone, see plain()
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(clock=clock, command=command, days_left=days_left, num=_num, script_digest=_script_digest)
    made.filters["cut"] = printable
    return made


def _shown(value: object) -> object:
    """Every plain string made printable; addresses and finished markup are subclasses and stay whole."""
    if type(value) is not str:
        return value
    # Our own phrases may begin or end with the space that parts them from their neighbours.
    before, after = (" " if value[:1] == " " else ""), (" " if value[1:][-1:] == " " else "")
    return before + printable(value, LINE) + after


def _num(number: float) -> int | float:
    """Points without a needless ".0"."""
    return int(number) if number == int(number) else number


@cache
def _script_digest() -> str:
    script = _environment(escape=True).get_template("table.js").render()
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
