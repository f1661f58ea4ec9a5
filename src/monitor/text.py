"""Strangers' text: bytes to letters by the web's rules, and letters made safe for a sink."""

from __future__ import annotations

import re

# C0, DEL, C1, bidi controls and isolates, zero-width and line separators, BOM, tags, variation fillers, surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e0fff]+"
)
_SPACES = re.compile(r"\s+")


def printable(text: str, limit: int = 200) -> str:
    """One line that cannot steer a terminal, a log, a mail header or a spreadsheet.

    Control, bidi and invisible characters become spaces, runs of spaces one; cut to `limit` characters with "…".
    """
    line = _SPACES.sub(" ", _UNSAFE.sub(" ", text[: limit * 8])).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"
