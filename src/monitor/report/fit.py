"""A letter's HTML made fit for mail: styles written to its elements, and small enough. The only door for css_inline."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from css_inline import CSSInliner, InlineError

from monitor.report.style import PACKAGE, Style
from monitor.text import printable

SHOWN = 50
"""The most findings that a letter lists."""
BYTES = 90_000
"""Mail clients clip an HTML part somewhat above 100 kB; a letter stays below this."""


def fitted(name: str, style: Style, make: Callable[[Style, int], str]) -> tuple[str, int]:
    """The HTML with as many findings as its size allows, and the most that it shows.

    `make` makes it by the template `name` in a style, with so many findings. What is wrong with an office's own is
    told in its style, and the package's taken.
    """
    body, limit = "", 0
    for limit in (SHOWN, 25, 10, 3, 0):
        body = _inlined(name, style, make, limit)
        if len(body.encode()) < BYTES:
            return body, limit
    if style.templates:
        size = f"it makes mails of {len(body.encode()) // 1000} kB; mail programs cut them at 100: make it smaller"
        style.tell(str(Path(style.folder) / name), size)
    return body, limit


def tidy(text: str) -> str:
    """A text part without rows of empty lines."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _inlined(name: str, style: Style, make: Callable[[Style, int], str], limit: int) -> str:
    made = make(style, limit)
    try:
        return _inliner().inline(made)
    except InlineError as error:
        if not style.templates:
            raise
        told = f"its style sheet cannot be read ({printable(str(error), 200)})"
        style.tell(str(Path(style.folder) / name), told)
        return _inlined(name, PACKAGE, make, limit)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
