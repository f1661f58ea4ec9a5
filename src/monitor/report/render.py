"""Templates to text: the office's own where it has one, the package's where it has none or its own fails."""

from __future__ import annotations

from monitor.model import Change
from monitor.report.environment import environment, fault
from monitor.report.style import PACKAGE, Style
from monitor.report.view import View
from monitor.report.words import Words


def html(name: str, shown: View, /, **more: object) -> str:
    """An HTML page from the template `name`: every string escaped, printable and of bounded length.

    A template of the office's own that fails is told in the view's style, and the package's taken.
    """
    return _rendered(name, shown.style, _context(shown, more), escape=True)


def plain(name: str, shown: View, /, **more: object) -> str:
    """A plain text from the template `name`, which must be a .txt: nothing escaped, every string one line."""
    assert name.endswith(".txt"), "only text is rendered without escaping"
    return _rendered(name, shown.style, _context(shown, more), escape=False)


def letter_html(name: str, speech: Words, style: Style, /, **content: object) -> str:
    """The HTML part of a letter that speaks of no run, as `html` does."""
    return _rendered(name, style, {"say": speech.say, "w": speech, **content}, escape=True)


def letter_plain(name: str, speech: Words, style: Style, /, **content: object) -> str:
    """Its text part, as `plain` does."""
    assert name.endswith(".txt"), "only text is rendered without escaping"
    return _rendered(name, style, {"say": speech.say, "w": speech, **content}, escape=False)


def _rendered(name: str, style: Style, context: dict[str, object], *, escape: bool) -> str:
    if style.templates:
        try:
            return environment(style, escape=escape).get_template(name).render(context)
        except Exception as error:  # a program of the office's own may fail in any way; no page is lost by it
            style.tell(*fault(error, style, name))
    return environment(PACKAGE, escape=escape).get_template(name).render(context)


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
