"""Markup as letters: what both tiers without a tree ask of it."""

from __future__ import annotations

import re

DATE = re.compile(r"(?:19|20)\d\d(?:[-/.]\d\d?[-/.]\d\d?(?!\d)|年\d\d?月\d\d?日)")
TAG = re.compile(r"<[^<>]*>")


def clean(text: str, strict: bool = True) -> str | None:
    """The markup without comments, scripts and styles; None (if `strict`) where a script may write dates."""
    for start, end in (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")):
        parts: list[str] = []
        position = 0
        while (begin := text.find(start, position)) >= 0:
            close = text.find(end, begin)
            if close < 0:
                return None
            parts.append(text[position:begin])
            position = close + len(end)
            if (
                strict
                and start == "<script"
                and text.find("document.write", begin, close) >= 0
                and DATE.search(text, begin, close)
            ):
                return None
        if parts:
            parts.append(text[position:])
            text = "".join(parts)
    return None if "<SCRIPT" in text or "<base" in text else text
