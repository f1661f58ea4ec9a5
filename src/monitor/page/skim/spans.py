"""What stands in a page's letters but is not read: comments, scripts, styles. Found once, never cut out."""

from __future__ import annotations

import re
from bisect import bisect_right

_OPEN = re.compile(rb"<(?:!--|[sS](?:cript|tyle|CRIPT|TYLE)\b|(?:textarea|template|xmp)\b)")
_CLOSE = {b"<!--": b"-->", b"<script": b"</script", b"<style": b"</style"}


class Spans:
    """The unread stretches of a page in order; `plain` is False where none can be told for sure."""

    __slots__ = ("ends", "plain", "starts")

    def __init__(self, raw: bytes) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.plain = True
        position = 0
        search = _OPEN.search
        while (opened := search(raw, position)) is not None:
            close = _CLOSE.get(opened[0])
            end = raw.find(close, opened.end()) if close else -1
            if end < 0:
                self.plain = False
                return
            self.starts.append(opened.start())
            self.ends.append(end)
            position = end

    def around(self, place: int) -> int:
        """The number of the stretch round a place; -1 where it is read."""
        number = bisect_right(self.starts, place) - 1
        return number if number >= 0 and place < self.ends[number] else -1

    def writes(self, raw: bytes, place: int) -> bool:
        """Whether a place lies in a script that writes onto the page."""
        number = self.around(place)
        return number >= 0 and raw.find(b"document.write", self.starts[number], self.ends[number]) >= 0
